"""Load scenarios and policies, run and compare them: the functions that `import floorcast` offers."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from os import PathLike
from pathlib import Path
from types import UnionType
from typing import Any, SupportsIndex

from floorcast.front.result import Result
from floorcast.policy import Policy, check_fit, policies_of
from floorcast.policy import load_policy as _load_policy
from floorcast.scenario import Scenario, load_scenario
from floorcast.scenario.what_if.variants import variants_of
from floorcast.shipped import shipped
from floorcast.store import run_study
from floorcast.study.alternatives.options import options_of

File = str | PathLike[str]


# The same bounds as those of the command line.
_BOUNDS = {"replications": (1, 100_000), "seed": (0, 9_999_999_999_999), "jobs": (1, 1024)}


def _path(given: object, what: str) -> Path:
    allowed = f"a file, the name of a shipped {what}, or one that is loaded"
    if not isinstance(given, str | PathLike):
        raise TypeError(f"found {given!r} for a {what}; allowed {allowed}")
    if isinstance(given, str) and not given.strip():
        raise ValueError(f"found {given!r} for a {what}; allowed {allowed}")
    return Path(given)


def _whole(name: str, given: SupportsIndex | None) -> int | None:
    """A whole number within its bounds, NumPy's too. Raises TypeError, ValueError."""
    if given is None:
        return None
    least, most = _BOUNDS[name]
    if isinstance(given, bool) or not isinstance(given, SupportsIndex):
        raise TypeError(f"found {name} {given!r}; allowed a whole number")
    number = index(given)
    if not least <= number <= most:
        raise ValueError(f"found {name} {number}; allowed {least:,} to {most:,}")
    return number


def _several(given: object, of: type | UnionType, what: str) -> list[Any]:
    """One thing or several as a list. Raises TypeError for what is neither."""
    if isinstance(given, of):
        return [given]
    several = list(given) if isinstance(given, Iterable) else [given]
    for one in several:
        if not isinstance(one, of):
            raise TypeError(f"found {one!r} among the {what}; allowed one of them, or a list")
    return several


def load(scenario: File | Scenario) -> Scenario:
    """Read a scenario: a YAML file, or one that comes with Floorcast, by its name.

    Raises `InputErrors` with everything that is wrong with the file.

    >>> import floorcast as fc
    >>> fc.load("1_phone_team").name
    'Phone team'
    """
    if isinstance(scenario, Scenario):
        return scenario
    return load_scenario(shipped(_path(scenario, "scenario")))


def load_policy(policy: File | Policy, scenario: File | Scenario | None = None) -> Policy:
    """Read a policy; with a scenario its names are checked too. Raises `InputErrors`.

    >>> import floorcast as fc
    >>> fc.load_policy("separate_teams", "airline_week").name
    'separate_teams'
    """
    if isinstance(policy, Policy):
        if scenario is not None:
            check_fit(policy, load(scenario))
        return policy
    return _load_policy(
        shipped(_path(policy, "policy"), "policies"), None if scenario is None else load(scenario)
    )


def run(
    scenario: File | Scenario,
    policy: File | Policy | None = None,
    *,
    replications: SupportsIndex | None = None,
    seed: SupportsIndex | None = None,
    jobs: SupportsIndex | None = None,
) -> Result:
    """Simulate a scenario under one policy (default: its first), in memory.

    replications, seed: by default the scenario's. jobs: threads, by default the cores. Raises `InputErrors` for files,
    TypeError and ValueError for arguments that cannot be used.

    >>> import floorcast as fc
    >>> result = fc.run("1_phone_team", replications=20)
    >>> result["service_level", "phone"].mean > 0.8
    True
    """
    centre = load(scenario)
    one = policies_of(centre)[0] if policy is None else load_policy(policy, centre)
    return compare(centre, [one], replications=replications, seed=seed, jobs=jobs)


def compare(
    scenario: File | Scenario,
    policies: Iterable[File | Policy] | File | Policy | None = None,
    variants: Iterable[str] | str | None = None,
    *,
    replications: SupportsIndex | None = None,
    seed: SupportsIndex | None = None,
    jobs: SupportsIndex | None = None,
) -> Result:
    """Simulate a scenario, and variants of it, under policies (default: the scenario's) on the same
    customers, in memory.

    policies, variants: one or several. variants: changes as `compare --with` takes them, `"volume +15 %"`, `"team -2"`.
    Raises `InputErrors` for files and changes, TypeError and ValueError for arguments that cannot be used.

    >>> import floorcast as fc
    >>> both = fc.compare("1_phone_team", variants=["team -2"], replications=20)
    >>> both.differences().query("measure == 'service_level' and of == 'phone'").verdict.item()
    'worse'
    """
    numbers = _whole("replications", replications), _whole("seed", seed), _whole("jobs", jobs)
    centre = load(scenario)
    named = None if policies is None else _several(policies, str | PathLike | Policy, "policies")
    chosen = policies_of(centre) if named is None else [load_policy(p, centre) for p in named]
    changes = [] if variants is None else _several(variants, str, "variants")
    options = options_of(centre, chosen, variants_of(changes, centre))
    n, its_seed, threads = numbers
    return Result(
        centre, options, run_study(centre, chosen, replications=n, seed=its_seed, jobs=threads, options=options)
    )

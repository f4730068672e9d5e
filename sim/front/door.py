"""Load scenarios and policies, run and compare them: the functions that `import floorcast` offers."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from floorcast.front.result import Result
from floorcast.policy import Policy, policies_of
from floorcast.policy import load_policy as _load_policy
from floorcast.scenario import Scenario, load_scenario
from floorcast.scenario.what_if.variants import variants_of
from floorcast.shipped import shipped
from floorcast.store import run_study
from floorcast.study.alternatives.options import options_of

File = str | PathLike[str]


def _path(given: object, what: str) -> Path:
    if isinstance(given, str | PathLike):
        return Path(given)
    allowed = f"a file, the name of a shipped {what}, or one that is loaded"
    raise TypeError(f"found {given!r} for a {what}; allowed {allowed}")


def _whole(**numbers: object) -> None:
    for name, given in numbers.items():
        if given is not None and (isinstance(given, bool) or not isinstance(given, int)):
            raise TypeError(f"found {name} {given!r}; allowed a whole number")


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
        return policy
    return _load_policy(
        shipped(_path(policy, "policy"), "policies"), None if scenario is None else load(scenario)
    )


def run(
    scenario: File | Scenario,
    policy: File | Policy | None = None,
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
) -> Result:
    """Simulate a scenario under one policy (default: its first), in memory.

    replications, seed: by default the scenario's. jobs: threads, by default the cores.

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
    variants: Iterable[str] | str = (),
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
) -> Result:
    """Simulate a scenario, and variants of it, under policies (default: the scenario's) on the same
    customers, in memory.

    policies, variants: one or several. variants: changes as `compare --with` takes them, `"volume +15 %"`, `"team -2"`.

    >>> import floorcast as fc
    >>> both = fc.compare("1_phone_team", variants=["team -2"], replications=20)
    >>> both.differences().query("measure == 'service_level' and of == 'phone'").verdict.item()
    'worse'
    """
    _whole(replications=replications, seed=seed, jobs=jobs)
    centre = load(scenario)
    several = [policies] if isinstance(policies, str | PathLike | Policy) else policies
    chosen = policies_of(centre) if several is None else [load_policy(p, centre) for p in several]
    changes = [variants] if isinstance(variants, str) else variants
    options = options_of(centre, chosen, variants_of(changes, centre))
    return Result(
        centre,
        options,
        run_study(
            centre, chosen, replications=replications, seed=seed, jobs=jobs, options=options
        ),
    )

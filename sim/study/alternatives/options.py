"""What a study compares: a scenario, or a variant of it, under a policy, by one name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from floorcast.scenario.what_if.variants import Built, Variant

BASE = "base"


@dataclass(frozen=True)
class Option:
    """One column of a study. `variant` is empty for the scenario as written; `changes` in words."""

    name: str
    scenario: Any
    policy: Any
    variant: str = ""
    changes: tuple[str, ...] = ()


def options_of(scenario: Any, policies: Sequence[Any], variants: Sequence[Variant] = ()) -> list[Option]:
    """Every variant, the scenario as written first, under every policy.

    Named after the policy where there is no variant, after the variant where there is one policy.
    Raises `InputErrors` with the problems of all variants.
    """
    from floorcast.scenario import InputErrors
    from floorcast.scenario.read.problems import Wrong
    from floorcast.scenario.what_if.variants import build

    if not variants:
        return [Option(policy.name, scenario, policy) for policy in policies]
    alone = len(policies) == 1
    found = [
        Option(BASE if alone else f"{BASE}, {policy.name}", scenario, policy) for policy in policies
    ]
    problems: list[Any] = []
    for variant in variants:
        if variant.name == BASE:
            message = "found a variant called base, which is the scenario as written; allowed another name"
            problems += variant.wrong(Wrong(message)).problems
        try:
            built = build(scenario, variant)
            for policy in policies:
                own, said = policy_under(policy, built, scenario)
                name = variant.name if alone else f"{variant.name}, {policy.name}"
                found.append(Option(name, built.scenario, own, variant.name, (*built.said, *said)))
        except InputErrors as errors:
            problems += errors.problems
    if problems:
        # Points of a sweep that all name what is not there: once is enough.
        once = {(p.file, "" if p.file == "--vary" else p.key_path, p.message): p for p in reversed(problems)}
        raise InputErrors(_first_of_sweeps(list(reversed(once.values())), variants))
    return found


def _first_of_sweeps(problems: list[Any], variants: Sequence[Variant]) -> list[Any]:
    """Problems without those that only repeat, at another value of a sweep, what was said of the first."""
    if not any(variant.file == "--vary" for variant in variants):
        return problems
    kept: dict[tuple[str, int | None, str], Any] = {}
    for problem in problems:
        kept.setdefault((problem.file, problem.line, re.sub(r"[\d.]+", "#", problem.message)), problem)
    return list(kept.values())


def policy_under(policy: Any, built: Built, scenario: Any) -> tuple[Any, tuple[str, ...]]:
    """A policy of a scenario as a variant of it wants it, and what changes in words. Raises `InputErrors`."""
    from floorcast.policy.loading import plain_policy, policy_from
    from floorcast.policy.what_if import changed_policy

    own, said = changed_policy(policy, built.policy_edits, built.twins, built.scenario)
    if own is policy and _names(built.scenario) != _names(scenario):
        own = policy_from(plain_policy(policy), policy, built.scenario)
    return own, said


def _names(scenario: Any) -> tuple[Any, ...]:
    return scenario.channel_names, scenario.type_names, scenario.group_names


def pairs_of(options: Sequence[Option], policies: int) -> tuple[tuple[int, int], ...] | None:
    """(option, against): each variant against the scenario as written under the same policy; None where
    there are only policies, which have pairs of their own."""
    if not any(option.variant for option in options):
        return None
    return tuple((place, place % policies) for place in range(policies, len(options)))

"""Rules, stages and supervision that can never matter in a scenario, each with the reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from floorcast.policy.checks.reach import reaches
from floorcast.policy.schema.bounds import Bounds
from floorcast.policy.schema.conditions import When
from floorcast.policy.schema.policy import ANY, DEFAULT_PLAN, Policy, Stage
from floorcast.scenario import Scenario
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from floorcast.scenario.catalogue.attributes import CONDITIONS, Form
from floorcast.scenario.checks.name_checks import NameChecks
from floorcast.scenario.read.problems import Path
from floorcast.scenario.read.units import write_duration

_WORDS = {"trigger": "trigger words", "reach": "followers (reach)", "value": "a value"}


def contradiction(when: When, waited: float = 0.0) -> str | None:
    """Of what a condition says two things that exclude each other; None where it can hold.

    waited: the least age at which it is looked at.
    """
    parts = list(_together(when))
    said: dict[str, list[Any]] = {}
    for part in parts:
        for row, one in part.said():
            said.setdefault(row.key, []).append(one)
    for key, given in said.items():
        if not _COMPATIBLE[CONDITIONS[key].form](given, waited if key == "waited" else -math.inf):
            return key
    for part in parts:
        inner = [contradiction(one, waited) for one in part.any]
        if inner and None not in inner:
            return inner[0]
        if part.not_ is not None and _excluded(part.not_, parts):
            return "not"
    return None


def _together(when: When) -> Iterator[When]:
    """Conditions that must all hold."""
    yield when
    for one in when.all:
        yield from _together(one)


def _set(value: object) -> set[object]:
    return set(value) if isinstance(value, tuple) else {value}


def _meet(given: list[Bounds], least: float) -> bool:
    """Whether some number lies within all bounds."""
    low, high, open_ends = least, math.inf, set()
    for bounds in given:
        if bounds.above is not None:
            open_ends.add(bounds.above)
        if bounds.below is not None:
            open_ends.add(bounds.below)
        low = max(low, *(b for b in (bounds.at_least, bounds.above, low) if b is not None))
        high = min(high, *(b for b in (bounds.at_most, bounds.below, high) if b is not None))
    return low < high or (low == high and low not in open_ends)


def _some_range(given: list[Bounds], least: float) -> bool:
    of = [getattr(bounds, "of", None) for bounds in given]
    return all(_meet([one for one, whose in zip(given, of, strict=True) if whose == name], least) for name in of)


def _overlap(spans: list[tuple[tuple[float, float], ...]]) -> bool:
    starts = [begin for one in spans for begin, _ in one]
    return any(all(any(b <= at < e for b, e in one) for one in spans) for at in starts)


def _in_common(given: list[object], least: float) -> bool:
    return bool(set.intersection(*(_set(one) for one in given)))


# Whether all that is said of one attribute can be met at once.
_COMPATIBLE: dict[Form, Callable[[list[Any], float], bool]] = {
    "names": _in_common,
    "labels": lambda given, least: True,
    "days": _in_common,
    "flag": _in_common,
    "number": _some_range,
    "duration": _some_range,
    "share": _some_range,
    "hours": lambda given, least: _overlap(given),
}


def _excluded(not_: When, parts: list[When]) -> bool:
    """Whether all that must not hold together is demanded elsewhere, word by word."""
    if not_.all or not_.any or not_.not_ is not None or not not_.model_fields_set:
        return False
    return all(any(getattr(part, key) == getattr(not_, key) for part in parts) for key in not_.model_fields_set)


def check_never(checks: NameChecks, policy: Policy, scenario: Scenario | None) -> None:
    """Warn of rules, stages and supervision that never come about."""
    for index, rule in enumerate(policy.rules):
        _say(checks, ("rules", index, "when"), "never holds", contradiction(rule.when))
    for name, stages in policy.plans.items():
        for index in range(len(stages)):
            _check_stage(checks, ("plans", name, index), stages, index)
            _check_second(checks, ("plans", name, index, "agent"), stages[index].agent, scenario)
    for index, row in enumerate(policy.supervision):
        place: Path = ("supervision", index)
        _say(checks, (*place, "when"), "never begins", contradiction(row.when))
        if row.until is not None:
            _say(checks, (*place, "until"), "never ends", contradiction(row.until))
            both = _hold_together(row.when, row.until)
            if both:
                why = f"can hold while `when` does, of {both}: the line begins and ends by turns, at every check"
                checks.warn((*place, "until"), why)
        if row.do.mode is not None and not _tested(policy, row.do.mode):
            why = f"changes nothing, because no condition looks at the mode {row.do.mode}"
            checks.warn((*place, "do", "mode"), why)
    if scenario is not None:
        _check_rules(checks, policy, scenario)
        _check_helpless(checks, policy, scenario)


def _hold_together(when: When, until: When) -> str:
    """The one number of which both say something, where it can be such that both hold; "" else."""
    first, second = (list(one.said()) for one in (when, until))
    if len(first) != 1 or len(second) != 1 or not (when.simple and until.simple):
        return ""
    (row, low), (other, high) = first[0], second[0]
    alike = row.key == other.key and row.form in ("number", "duration", "share")
    if not alike or getattr(low, "of", None) != getattr(high, "of", None):
        return ""
    return row.key.replace("_", " ") if contradiction(When(all=(when, until))) is None else ""


def _say(checks: NameChecks, path: Path, what: str, key: str | None) -> None:
    if key is not None:
        checks.warn(path, f"{what}, because nothing can meet all that it says of {key}")


def _check_stage(checks: NameChecks, path: Path, stages: tuple[Stage, ...], index: int) -> None:
    stage = stages[index]
    if stage.when is None:
        return
    _say(checks, (*path, "when"), "never begins", contradiction(stage.when, stage.after))
    following = next((one for one in stages[index + 1 :] if one.when is None), None)
    if following is not None and following.after <= stage.after:
        at = write_duration(following.after)
        checks.warn(path, f"never begins, because a stage without a condition takes its place at {at}")
    if stage.plan is None and index == 0 and len(stages) == 1:
        checks.warn(path, "leaves contacts with nobody until it holds; a stage without a condition comes before it")


def _check_second(checks: NameChecks, path: Path, choice: Any, scenario: Scenario | None) -> None:
    """Warn of a second agent rule that has nothing left to decide."""
    if not isinstance(choice, tuple):
        return
    first, second = (AGENT_RULES[name] for name in choice)
    why = ""
    if choice == ("longest_idle", "fewest_active") and scenario is not None and _one_at_a_time(scenario):
        why = "the idle have nothing in hand, and nobody takes a second contact"
    elif first.unique:
        why = f"{first.name} leaves no equals"
    elif first.of and first.of == second.of:
        why = f"equals by {first.name} are equals by {second.name} too"
    if why:
        checks.warn(path, f"the second rule, {second.name}, never decides: {why}")


def _one_at_a_time(scenario: Scenario) -> bool:
    """Whether no agent ever holds two contacts."""
    return all(
        group.slots.total == 1 or len(group.channels) == 1 and set(group.channels.values()) == {1}
        for group in scenario.groups.values()
    )


def _tested(policy: Policy, mode: str) -> bool:
    given = [rule.when for rule in policy.rules]
    given += [stage.when for stages in policy.plans.values() for stage in stages if stage.when is not None]
    given += [when for row in policy.supervision for when in (row.when, row.until) if when is not None]
    given += [when for _, when in policy.plays]
    return any(part.mode for when in given for _, part in when.parts()) or mode == policy.mode


def _check_rules(checks: NameChecks, policy: Policy, scenario: Scenario) -> None:
    """Rules that hold for no contact type, or only for those that an earlier rule has taken."""
    left = set(scenario.type_names)
    taken_by: dict[str, int] = {}
    for index, rule in enumerate(policy.rules):
        held = {name: rule.when.settled_by(name, scenario.channel_of(name)) for name in scenario.type_names}
        able = {name for name, verdict in held.items() if verdict is not False}
        missing = _nobody_has(rule.when, scenario)
        if contradiction(rule.when) is not None:
            continue
        if not able:
            checks.warn(("rules", index, "when"), "never holds, because no contact type has all that it asks for")
        elif missing:
            checks.warn(("rules", index, "when"), f"never holds, because no contact type has {_WORDS[missing]}")
        elif not able & left:
            earlier = sorted({taken_by[name] + 1 for name in able})
            which = f"rule {earlier[0]}" if len(earlier) == 1 else "rules " + ", ".join(map(str, earlier))
            if not any(one.when.always for one in policy.rules[:index]):
                checks.warn(("rules", index), f"is never reached, because {which} before it takes all such contacts")
        for name in able & left:
            if held[name] is True:
                left.discard(name)
                taken_by[name] = index


def _nobody_has(when: When, scenario: Scenario) -> str:
    """An attribute above zero that the condition demands and no contact type has."""
    kinds = scenario.contact_types.values()
    given = any(getattr(source, "trace", None) for kind in kinds for source in kind.arrivals)
    tiers = scenario.customers.tiers.values() if scenario.customers is not None else ()
    given = given or bool(scenario.crises) or any(tier.value for tier in tiers)
    for part in _together(when):
        for key in ("reach", "value"):
            bounds = getattr(part, key)
            if bounds is None or given:
                continue
            most = max(bounds.at_least or 0.0, bounds.above or 0.0)
            if (bounds.at_least or 0.0) > 0 or bounds.above is not None:
                if most >= 0 and all(getattr(kind, key).is_zero for kind in kinds):
                    return key
        if part.trigger and not any(kind.trigger for kind in kinds):
            return "trigger"
    return ""


def _check_helpless(checks: NameChecks, policy: Policy, scenario: Scenario) -> None:
    """Stages in which no group can take any contact that comes to the plan."""
    coming: dict[str, set[str]] = {name: set() for name in policy.plans}
    for type_name in scenario.type_names:
        channel = scenario.channel_of(type_name)
        for rule in policy.rules:
            held = rule.when.settled_by(type_name, channel)
            if held is not False:
                coming[rule.plan].add(type_name)
            if held:
                break
        else:
            coming[DEFAULT_PLAN].add(type_name)
    for _ in policy.plans:  # by moves, and moves from there
        for name, stages in policy.plans.items():
            for stage in stages:
                if stage.plan is not None:
                    coming[stage.plan] |= coming[name]
    for name, stages in policy.plans.items():
        for index, stage in enumerate(stages):
            if stage.plan is not None or not coming[name] or stage.groups == ANY and len(stages) == 1:
                continue
            if not any(reaches(stage, one, name, policy, scenario) for one in coming[name]):
                checks.warn(
                    ("plans", name, index),
                    "reaches nobody: no group of this stage has the channel and skills of "
                    + ", ".join(sorted(coming[name])),
                )

"""What-if copies of a scenario: other volumes, other staffing, other targets. The original never
changes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from floorcast.scenario.horizon.resolving import resolve_scenario
from floorcast.scenario.read.problems import InputErrors, Problem, Wrong, found, unknown
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.schema.staff import Group
from floorcast.scenario.schema.targets import Target
from floorcast.scenario.words.schema_words import keyed, number

_factor = keyed(number("a factor from 0 to 1000000", least=0, most=1e6))


def change(
    scenario: Scenario,
    multipliers: dict[str, float] | None = None,
    headcounts: dict[str, int | float] | None = None,
    targets: Any = None,
) -> Scenario:
    """A copy with `multipliers` put in place of those of the same name, staffing of groups changed,
    `targets` replaced.

    A headcount that is an int is the new number of agents (shifts keep their proportions, a
    headcount profile its shape with this peak); a float is a factor on what the file says. Raises
    `InputErrors` for unknown names and bad numbers.
    """
    try:
        updates = _updates(scenario, multipliers or {}, headcounts or {}, targets)
    except Wrong as error:
        raise InputErrors(
            [Problem(scenario.file, None, "changes", f.message) for f in error.findings]
        ) from None
    changed = scenario.model_copy(update=updates)
    recorded = {
        **scenario.changes,
        **{k: v for k, v in (("multipliers", multipliers), ("headcounts", headcounts)) if v},
    }
    for key in ("multipliers", "headcounts"):
        if key in recorded and key in scenario.changes:
            recorded[key] = {**scenario.changes[key], **recorded[key]}
    if targets is not None:
        recorded["targets"] = [
            target.model_dump(exclude_none=True) for target in updates["targets"]
        ]
    changed._origin = replace(scenario._origin, changes=recorded)
    problems = resolve_scenario(changed)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputErrors(errors)
    return changed


def _updates(scenario: Scenario, multipliers: Any, headcounts: Any, targets: Any) -> dict[str, Any]:
    updates: dict[str, Any] = {}
    if multipliers:
        known = ["all", *scenario.channels, *scenario.contact_types]
        for name in multipliers:
            if name not in known:
                raise unknown("channel or contact type", name, known)
        updates["multipliers"] = {**scenario.multipliers, **_factor(dict(multipliers))}
    if headcounts:
        groups = dict(scenario.groups)
        for name, size in headcounts.items():
            if name not in groups:
                raise unknown("group", name, groups)
            groups[name] = staffed(groups[name], size)
        updates["groups"] = groups
    if targets is not None:
        try:
            updates["targets"] = TypeAdapter(tuple[Target, ...]).validate_python(
                [t if isinstance(t, Target) else dict(t) for t in targets]
            )
        except ValidationError as error:
            raise Wrong("; ".join(detail["msg"] for detail in error.errors())) from None
        for target in updates["targets"]:
            try:
                scenario.meaning_of(target.of)
            except KeyError:
                known = ["all", *scenario.channels, *scenario.contact_types, *scenario.groups]
                raise unknown("name", target.of, known) from None
    return updates


def staffed(group: Group, size: int | float) -> Group:
    """The group with `size` agents (an int) or `size` times as many (a float)."""
    if isinstance(size, bool) or not math.isfinite(size) or not 0 <= size <= 100_000:
        raise found(size, "a number of agents, or a factor, of at least 0")
    if group.headcount is not None:
        return group.model_copy(update={"headcount": _scaled_profile(group, size)})
    if group.agents is not None:
        return group.model_copy(
            update={
                "agents": size if isinstance(size, int) else math.floor(group.agents * size + 0.5)
            }
        )
    if group.roster is not None:
        raise Wrong("found a group with a roster; allowed another number of agents only where they have no names")
    now = [shift.agents for shift in group.shifts]
    total = size if isinstance(size, int) else math.floor(sum(now) * size + 0.5)
    shares = apportioned(now, total)
    shifts = tuple(
        s.model_copy(update={"agents": n}) for s, n in zip(group.shifts, shares, strict=True)
    )
    return group.model_copy(update={"shifts": shifts})


def _scaled_profile(group: Group, size: int | float) -> Any:
    profile = group.headcount
    assert profile is not None
    if isinstance(size, float):
        return profile.model_copy(update={"scale": profile.scale * size})
    values = (
        profile.rows.values.tolist()
        if profile.rows
        else [v for s in profile.shapes for _, v in s.day_steps(profile.per)]
    )
    peak = max(values, default=0.0)
    if peak <= 0:
        raise Wrong(
            "found a headcount profile of zeros; allowed a factor only where there is a shape to scale"
        )
    return profile.model_copy(update={"scale": size / peak})


def apportioned(now: list[int], total: int) -> list[int]:
    """`total` shared in the proportions of `now` by largest remainder; equally when all are 0."""
    weights = now if sum(now) else [1] * len(now)
    exact = [total * weight / sum(weights) for weight in weights]
    shares = [math.floor(x) for x in exact]
    by_remainder = sorted(range(len(now)), key=lambda n: (shares[n] - exact[n], n))
    for n in by_remainder[: total - sum(shares)]:
        shares[n] += 1
    return shares

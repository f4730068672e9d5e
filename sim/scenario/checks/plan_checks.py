"""Shift types and limits of a plan: known groups, and minima that the maxima leave room for."""

from __future__ import annotations

from floorcast.scenario.checks.scenario_checks import ScenarioChecks
from floorcast.scenario.read.problems import Wrong


def check_plan(checks: ScenarioChecks) -> None:
    """Names of groups in shift types and limits, and minima that no maximum leaves room for."""
    scenario = checks.scenario
    for name, kind in scenario.shift_types.items():
        checks.known("group", kind.groups or (), checks.groups, ("shift_types", name, "groups"))
    checks.known("group", scenario.plan.groups, checks.groups, ("plan", "groups"))
    most = scenario.plan.people.at_most
    for words, least, path in (
        ("groups", sum(b.at_least for b in scenario.plan.groups.values()), ("plan", "groups")),
        ("shift types", sum(k.at_least for k in scenario.shift_types.values()), ("shift_types",)),
    ):
        if most is not None and least > most:
            checks.error(
                path,
                Wrong(f"found {words} that need {least} people; allowed at most the {most} of plan.people"),
            )
    for group, bounds in scenario.plan.groups.items():
        own = [k for k in scenario.shift_types.values() if k.groups is not None and tuple(k.groups) == (group,)]
        least = sum(kind.at_least for kind in own)
        if bounds.at_most is not None and least > bounds.at_most:
            checks.error(
                ("plan", "groups", group),
                Wrong(
                    f"found at most {bounds.at_most} people, of whom its shift types need {least};"
                    f" allowed at least {least}"
                ),
            )

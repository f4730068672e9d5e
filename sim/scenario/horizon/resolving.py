"""Fills a validated scenario with what follows from it: sources, rosters, headcounts and names in
use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from floorcast.scenario.horizon.arrivals import (
    Calendar,
    check_resolved,
    doubts,
    resolve,
    source_name,
)
from floorcast.scenario.horizon.presence import headcount_steps, roster
from floorcast.scenario.read.errors import from_wrong
from floorcast.scenario.read.problems import Path, Problem, Wrong
from floorcast.scenario.schema.resolved import AgentRoster, Headcount, ResolvedSource
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.schema.sources import Profile
from floorcast.scenario.schema.staff import Group
from floorcast.scenario.words.distributions import Distribution, Floats

MOST_LEDGER_ROWS = 40_000_000


def multiplier(scenario: Scenario, type_name: str) -> float:
    """The product of the multipliers that name all, the type's channel and the type; a shared name
    counts once."""
    factor = 1.0
    for name in dict.fromkeys(("all", scenario.channel_of(type_name), type_name)):
        factor *= scenario.multipliers.get(name, 1.0)
    return factor


def resolve_scenario(scenario: Scenario) -> list[Problem]:
    """Work out sources and rosters and keep them in the scenario; gives all problems, errors and
    warnings."""
    try:
        special = scenario.special_days
    except Wrong as error:
        return from_wrong(error, scenario._origin.document, ("calendar",))
    calendar = Calendar(scenario.start, scenario.days, special)
    document = scenario._origin.document
    problems: list[Problem] = []
    languages = _languages(scenario)
    sources: dict[str, tuple[ResolvedSource, ...]] = {}
    work_steps: dict[str, tuple[Floats, Floats]] = {}
    patience_steps: dict[str, tuple[Floats, Floats]] = {}
    for name, entry in scenario.contact_types.items():
        factor, resolved = multiplier(scenario, name), []
        opening = scenario.open_intervals(scenario.channel_of(name))
        for index, source in enumerate(entry.arrivals):
            path: Path = ("contact_types", name, "arrivals", index)
            try:
                one = resolve(source, source_name(name, index, source), factor, calendar, languages)
                check_resolved(one)
            except Wrong as error:
                problems += from_wrong(error, document, path)
                continue
            resolved.append(one)
            problems += [
                replace(document.problem((*path, *doubt.path), doubt.message), severity="warning")
                for doubt in doubts(source, one, factor, calendar, opening)
            ]
        sources[name] = tuple(resolved)
        if entry.work_mean is not None:
            work_steps[name] = _mean_steps(entry.work, entry.work_mean, calendar)
        if entry.patience is not None and entry.patience_mean is not None:
            patience_steps[name] = _mean_steps(entry.patience, entry.patience_mean, calendar)
    agents = 0
    rosters: dict[str, tuple[AgentRoster, ...]] = {}
    headcounts: dict[str, Headcount] = {}
    for name, group in scenario.groups.items():
        try:
            steps = headcount_steps(group, calendar)
            agents = check_size(group, steps, agents, scenario)
            if steps is not None:
                headcounts[name] = steps
            rosters[name] = roster(group, calendar, steps)
        except Wrong as error:
            problems += from_wrong(error, document, ("groups", name))
            continue
        if not any(rosters[name]):
            warning = document.problem(
                ("groups", name), "has nobody on the floor within the days simulated"
            )
            problems.append(replace(warning, severity="warning"))
    fields: dict[str, Any] = {
        "sources": sources,
        "rosters": rosters,
        "headcounts": headcounts,
        "work_steps": work_steps,
        "patience_steps": patience_steps,
        "language_names": languages,
    }
    scenario._origin = replace(scenario._origin, campaign_names=_campaigns(scenario), **fields)
    problems += _size(scenario)
    return problems


def _mean_steps(law: Distribution, means_by_time: Profile, calendar: Calendar) -> tuple[Floats, Floats]:
    """Where the mean of a law changes, and the factor on what is drawn from there on."""
    edges, means = calendar.laid_out(calendar.profile_steps(means_by_time), shares=False)
    usual = law.mean
    return edges[:-1], np.where(means > 0, means / usual if usual > 0 else 1.0, 1.0)


def check_size(group: Group, steps: Headcount | None, before: int, scenario: Scenario) -> int:
    """Agents of a group and those `before` it; raises `Wrong` for more than their ledger, one row
    per agent and interval, has room for."""
    agents = group.planned_agents if steps is None else int(steps.heads.max(initial=0))
    assert agents is not None
    total, intervals = before + agents, scenario.horizon / scenario.interval
    if total * intervals > MOST_LEDGER_ROWS:
        so_far = f" with the groups before it, {total} in all," if before else ""
        raise Wrong(
            f"found {agents} agents{so_far} over {intervals:.0f} intervals; allowed at most"
            f" {MOST_LEDGER_ROWS:,} agents times intervals: fewer agents or days, or longer intervals"
        )
    return total


def _size(scenario: Scenario) -> list[Problem]:
    expected, most = scenario.expected_contacts, scenario.limits.contacts
    if expected <= most:
        return []
    document = scenario._origin.document
    message = (
        f"found about {expected:,.0f} contacts expected in a run; allowed {most:,},"
        " or more with limits: {contacts: ...}"
    )
    return [
        document.problem(
            ("limits", "contacts")
            if ("limits", "contacts") in document.lines
            else ("contact_types",),
            message,
        )
    ]


def _languages(scenario: Scenario) -> tuple[str, ...]:
    names: dict[str, None] = dict.fromkeys(scenario.customers.languages if scenario.customers else ())
    for entry in scenario.contact_types.values():
        names |= dict.fromkeys(entry.language)
        for source in entry.arrivals:
            if source.trace:
                names |= dict.fromkeys(source.trace.rows.languages)
    return tuple(names)


def _campaigns(scenario: Scenario) -> tuple[str, ...]:
    named = (
        s.campaign.name for t in scenario.contact_types.values() for s in t.arrivals if s.campaign
    )
    return tuple(dict.fromkeys((*named, *(crisis.name for crisis in scenario.crises))))

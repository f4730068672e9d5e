"""Doubts about a valid run: a horizon that is too short, a queue that only grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from floorcast.measures.series import Series
from floorcast.study.estimate import Floats, ratios
from floorcast.study.results import Study
from floorcast.study.risk.spread import spreads

OPEN_SHARE = 0.05  # of the contacts that came, still open at the end: the horizon cuts much off
LONG_SHARE = 0.25  # of the horizon, taken by a tenth of the contacts
GROWTH_SHARE = 0.02  # of a day's arrivals, by which the backlog grows every day
_WEEK = 7  # days
_IDLE = 0.9  # of a day's arrivals still open: nobody worked on them
CRITICAL = 0.85  # further posts per post, from which an incident is near to feeding itself
SKEWED = 3.0  # times the median, at which the worst tenth makes the mean say little
FULL = 0.97  # occupancy at which nothing is left for a busier hour


@dataclass(frozen=True)
class Doubt:
    """Something a reader should know about the figures of one thing under one policy."""

    kind: Literal["unstable", "short_horizon", "overloaded", "few_replications", "near_critical", "skewed"]
    policy: str
    by: str
    of: str
    text: str


def doubts(
    study: Study,
    series: Mapping[str, Sequence[Series]] | None = None,
    horizons: Mapping[str, float] | None = None,
) -> list[Doubt]:
    """Every doubt about a study; `series` by policy tells whether backlogs grow from day to day, and `horizons`
    (seconds measured, by policy; known where there are series) whether contacts take long for it."""
    found: list[Doubt] = []
    if not study.replications:
        return found
    if study.replications < 5:
        found.append(
            Doubt(
                "few_replications",
                "",
                "all",
                "all",
                f"{study.replications} replication{'s say' if study.replications > 1 else ' says'} little about chance;"
                " 10 or more do",
            )
        )
    for number, policy in enumerate(study.policies):
        replications = (series or {}).get(policy, ())
        growing = _growing(policy, replications)
        found += growing + _overloaded(study, number) + _runs_away(study, number)
        named = {doubt.of for doubt in growing}
        horizon = replications[0].measured_seconds if replications else (horizons or {}).get(policy)
        found += [doubt for doubt in _cut_off(study, number, horizon) if doubt.of not in named]
    return found


def _runs_away(study: Study, policy: int) -> list[Doubt]:
    """Incidents of which each post brings about nearly another, and means that hide a few bad runs."""
    name, found = study.policies[policy], []
    ratios_by_run = [
        spread for spread in spreads(study, ("branching_ratio", "incident_size_max")) if spread.policy == name
    ]
    for spread in ratios_by_run:
        if spread.measure == "branching_ratio" and spread.p90 >= CRITICAL:
            text = (
                f"each post of an incident brings about {spread.p50:.2f} others in half of the runs and"
                f" {spread.p90:.2f} or more in the worst tenth: near 1 a little less answering lets it run away; see"
                " `floorcast risk`"
            )
            found.append(Doubt("near_critical", name, "all", "all", text))
        if spread.measure == "incident_size_max" and spread.p90 > SKEWED * spread.p50 > 0:
            text = (
                f"the largest incident has {spread.p50:,.0f} posts in half of the runs, {spread.p90:,.0f} or more in"
                f" the worst tenth: its mean, {spread.mean:,.0f}, says little; see `floorcast risk`"
            )
            found.append(Doubt("skewed", name, "all", "all", text))
    return found


def _growing(policy: str, replications: Sequence[Series]) -> list[Doubt]:
    """Contact types whose backlog at the end of each day rises through the run."""
    found: list[Doubt] = []
    if len(replications) < 2:
        return found
    for name in replications[0].type_names:
        ends, came = [], []
        for series in replications:
            first = -(-series.first_measured // round(86400.0 / series.interval))
            at_end = series.ratio("backlog", "contact_type", name, days=True)[0][first:]
            ends.append(at_end)
            came.append(series.ratio("offered", "contact_type", name, days=True)[0][first:])
        days = len(ends[0])
        if days < 3:
            continue
        slope = _slopes(_without_the_week(np.array(ends), np.array(came)))
        growth = ratios(slope, np.ones_like(slope))
        mean, half_width = float(growth.mean[0]), float(growth.half_width()[0])
        arrivals = float(np.mean(came))
        if mean - half_width > 0 and mean > GROWTH_SHARE * arrivals:
            found.append(
                Doubt(
                    "unstable",
                    policy,
                    "contact_type",
                    name,
                    f"{name}: its backlog grows by {mean:,.0f} contacts a day, of {arrivals:,.0f} that"
                    " arrive: the load offered is above the capacity it gets, and its waits depend on"
                    " how long the run lasts",
                )
            )
    return found


def _without_the_week(ends: Floats, came: Floats) -> Floats:
    """Backlogs [n, days] at the ends of days as far as they say anything about growth, [n, m].

    A team that is away on weekends leaves a backlog each weekend and works it off. Beyond a week, the
    least of any seven days in a row is free of that; within one, days on which hardly anything was
    worked off (the backlog rose by nearly all that came) are left out.
    """
    days = ends.shape[1]
    if days > _WEEK:
        return np.asarray(np.lib.stride_tricks.sliding_window_view(ends, _WEEK, axis=1).min(axis=2))
    rise = np.diff(ends.mean(axis=0), prepend=ends[:, 0].mean())
    arrivals = came.mean(axis=0)
    worked = (rise < _IDLE * arrivals) | (arrivals == 0)
    return ends[:, worked] if worked.sum() > 1 else ends


def _slopes(ends: Floats) -> Floats:
    """The slope over days of each replication [n, 1], one draw of the growth each."""
    days = ends.shape[1]
    if days < 2:
        return np.zeros((ends.shape[0], 1))
    day = np.arange(days) - (days - 1) / 2
    return np.asarray((ends * day).sum(axis=1, keepdims=True) / (day**2).sum())


def _overloaded(study: Study, policy: int) -> list[Doubt]:
    """Groups that work without a pause."""
    groups = [row.of for row in study.rows if row.measure == "occupancy" and row.by == "group"]
    name = study.policies[policy]
    found = []
    for group in groups:
        occupancy = study.value(name, "occupancy", "group", group)
        if occupancy >= FULL:
            found.append(
                Doubt(
                    "overloaded",
                    name,
                    "group",
                    group,
                    f"{group}: occupied {occupancy:.1%} of the time: the work that reaches it is at or"
                    " above its capacity",
                )
            )
    return found


def _cut_off(study: Study, policy: int, horizon: float | None) -> list[Doubt]:
    """Contact types of which the end of the run cuts off much. horizon: seconds measured, where they are known."""
    name = study.policies[policy]
    found = []
    for row in study.rows:
        if row.measure != "open" or row.by != "contact_type" or row.target >= 0:
            continue
        left = study.value(name, "open", "contact_type", row.of)
        came = sum(
            study.value(name, what, "contact_type", row.of) for what in ("offered", "carried_in")
        )
        slow = study.value(name, "resolution_p90", "contact_type", row.of)
        text = ""
        if came and left / came > OPEN_SHARE:
            text = f"{left / came:.0%} of its contacts are open when the run ends"
        elif horizon and slow > LONG_SHARE * horizon:
            text = f"a tenth of its contacts take more than {slow / horizon:.0%} of the run"
        if text:
            found.append(
                Doubt(
                    "short_horizon",
                    name,
                    "contact_type",
                    row.of,
                    f"{row.of}: {text}: the horizon is short for it; run more days or use a warm-up",
                )
            )
    return found

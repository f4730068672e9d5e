"""All measures of one run as rows of numerator and denominator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.measures.base.records import Floats, RunLike
from floorcast.measures.base.rows import Row, Rows, rows_of
from floorcast.measures.base.service import ServiceCounts, share_in_time
from floorcast.measures.base.settings import settings_of
from floorcast.measures.base.targets import TargetRow
from floorcast.measures.base.times import Times
from floorcast.measures.contacts.backlog import Backlog
from floorcast.measures.contacts.run_table import Ratio, RunTable
from floorcast.measures.contacts.sums import OWN, ContactSums, contact_sums, service_classes_of
from floorcast.measures.contacts.table import Window, measured_window
from floorcast.measures.contacts.waits import percentiles_of
from floorcast.measures.customers.bands import band_measures
from floorcast.measures.customers.campaigns import campaign_measures
from floorcast.measures.customers.funnel import funnel_measures
from floorcast.measures.customers.people import people_measures
from floorcast.measures.customers.satisfaction import satisfaction_measures
from floorcast.measures.customers.social import social_measures
from floorcast.measures.customers.social_table import SocialTable
from floorcast.measures.floor import floor_measures, line_measures
from floorcast.measures.periods import of_periods
from floorcast.model.records.layout import Outcome
from floorcast.scenario.catalogue.measures import DEFAULT_FORMULA, FORMULAS

_OF_SATISFACTION = ("satisfaction", "promoter_score")
_OUTCOMES = {
    "handled": Outcome.HANDLED,
    "abandoned": Outcome.ABANDONED,
    "turned_away": Outcome.TURNED_AWAY,
    "discarded": Outcome.DISCARDED,
    "closed_with_another": Outcome.CLOSED_WITH_ANOTHER,
    "lost": Outcome.LOST,
    "contained": Outcome.CONTAINED,
    "open": Outcome.OPEN,
}


@dataclass(frozen=True)
class Summary:
    """The measures of one run: a value is numerator / denominator.

    Counts and statistics of a run have denominator 1; 0 / 0 means that there is nothing to measure.
    """

    layout: Rows
    numerator: Floats  # [rows]
    denominator: Floats  # [rows]
    contacts: int
    events: int
    seconds: float  # wall clock of the simulation

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.layout.all

    def value(self, measure: str, by: str = "all", of: str = "all") -> float:
        """One value; NaN if there is nothing to measure. Raises KeyError for an unknown row."""
        place = self.layout.place[measure, by, of]
        below = self.denominator[place]
        return float(self.numerator[place] / below) if below else float("nan")


def measure(run: RunLike, window: Window | None = None, table: SocialTable | None = None) -> Summary:
    """All measures of a run, from its records only; targets last.

    `window` limits them to the contacts that arrive in it and to its intervals; by default all
    that is measured (see `measured_window`). `table` is that of the run and the window,
    where it is there already.
    """
    world, rows = run.world, rows_of(run.world)
    window, settings = window or measured_window(world), settings_of(world)
    social = table or SocialTable(run, window, settings)
    aims = {OWN} | {target.aim for target in rows.targets if target.is_service_level}
    sums = contact_sums(social, sorted(aims, key=str))
    ratios = contact_measures(sums) | backlog_measures(social.backlog, len(rows.groups))
    for name, (above, below) in floor_measures(run, settings, window).items():
        ratios[name] = (_floor_scopes(above, rows), _floor_scopes(below, rows))
    if rows.social:
        ratios |= social_measures(social)
    if rows.people:
        ratios |= people_measures(social)
    of_scopes = rows.flatten(ratios)
    own = campaign_measures(social) if rows.campaigns else []
    own += band_measures(social) if rows.social else []
    funnel = funnel_measures(social) if rows.funnel else (np.empty(0), np.empty(0))
    lines = line_measures(run, window) if rows.lines else []
    above, below = (
        np.concatenate((of_scopes[side], [pair[side] for pair in own], funnel[side], [pair[side] for pair in lines]))
        for side in (0, 1)
    )
    on_target = [_target(target.base or target, rows, sums, above, below) for target in rows.targets]
    asked = [place for place, target in enumerate(rows.targets) if target.base is not None]
    if asked:
        whole = [on_target[place] for place in asked]
        found = of_periods(run, [rows.targets[place] for place in asked], whole, window)
        for place, pair in zip(asked, found, strict=True):
            on_target[place] = pair
    return Summary(
        rows,
        np.concatenate((above, [pair[0] for pair in on_target])),
        np.concatenate((below, [pair[1] for pair in on_target])),
        contacts=int(run.contacts.size),
        events=int(run.events),
        seconds=float(run.seconds),
    )


def target_sums(run: RunLike, targets: Sequence[TargetRow]) -> tuple[Floats, Floats]:
    """Numerator and denominator [targets] of targets of a run, as in `measure`, without the rest if it can be."""
    world = run.world
    if all(target.base is None and target.measure in _OF_SATISFACTION for target in targets):
        rows = rows_of(world)
        found = satisfaction_measures(SocialTable(run, measured_window(world), settings_of(world)))
        at = [rows.scopes.index((target.by, target.of)) for target in targets]
        pairs = [(found[t.measure][0][k], found[t.measure][1][k]) for t, k in zip(targets, at, strict=True)]
    else:
        summary = measure(run)
        at_row = {rows_of(world).targets[row.target]: k for k, row in enumerate(summary.rows) if row.target >= 0}
        pairs = [(summary.numerator[at_row[t]], summary.denominator[at_row[t]]) for t in targets]
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])


def contact_measures(sums: ContactSums) -> dict[str, Ratio]:
    """Every measure of contacts over scopes [S]: counts, shares, waits and work."""
    return _counts(sums) | _service(sums) | _times(sums) | _work(sums)


def _counts(sums: ContactSums) -> dict[str, Ratio]:
    by_outcome = sums.by_outcome
    counts = {name: by_outcome[:, code] for name, code in _OUTCOMES.items()}
    counts["blocked"] = counts["turned_away"] + by_outcome[:, Outcome.BLOCKED]
    came = by_outcome.sum(axis=-1)
    counts["carried_in"] = sums.sums["carried_in"]
    counts["offered"] = came - counts["carried_in"]
    counts["retrials"] = sums.sums["retrials"]
    one = np.ones_like(came)
    ratios = {name: (values, one) for name, values in counts.items()}
    ratios["abandonment"] = (counts["abandoned"], came)
    return ratios


def _service(sums: ContactSums) -> dict[str, Ratio]:
    counts = sums.service_counts()
    ratios = {}
    for formula in FORMULAS:
        above, below = share_in_time(formula, counts)
        ratios[formula] = (above, below)
    ratios["service_level"] = ratios[DEFAULT_FORMULA]
    return ratios


def _times(sums: ContactSums) -> dict[str, Ratio]:
    def mean(name: str) -> Ratio:
        return sums.sums[name], sums.sums[f"{name}_number"]

    waited, gave_up = mean("wait"), mean("wait_abandoned")
    ratios = {
        "asa": waited,
        "wait_abandoned": gave_up,
        "wait_mean": (waited[0] + gave_up[0], waited[1] + gave_up[1]),
        "delayed": (sums.sums["delayed"], waited[1] + gave_up[1]),
        "first_response_mean": mean("first_response"),
        "resolution_mean": mean("resolution"),
    }
    ages = sums.times["first_response_age"]
    for name, which, old, groups, shares in (
        ("wait", Times.WAIT_OR_GONE, None, False, (50, 90, 95, 100)),
        ("first_response", Times.FIRST_RESPONSE, ages, True, (50, 90, 95)),
        ("resolution", Times.RESOLUTION, None, True, (50, 90)),
    ):
        found = percentiles_of(sums.table, which, [share / 100 for share in shares], ages=old, groups=groups)
        for share, percentile in zip(shares, found):
            ratios[f"{name}_max" if share == 100 else f"{name}_p{share}"] = statistic(percentile)
    return ratios


def _work(sums: ContactSums) -> dict[str, Ratio]:
    number = sums.by_outcome[:, Outcome.HANDLED]
    worked, wrapped, replies, reply_wait = (
        sums.sums[name] for name in ("worked", "wrapped", "replies", "reply_wait")
    )
    return {
        "talk_time": (worked, number),
        "after_contact_work": (wrapped, number),
        "aht": (worked + wrapped, number),
        "next_reply_mean": (reply_wait, replies),
    }


def backlog_measures(backlog: Backlog, n_groups: int) -> dict[str, Ratio]:
    """Every measure of the backlog over scopes [S]; groups, which have none, are NaN."""

    def over_scopes(by_type: Any) -> Any:
        everything = by_type[backlog.type_channel >= 0].sum(axis=0, keepdims=True)
        return np.concatenate((everything, backlog.over_channels(by_type), by_type))

    at_ends, window = over_scopes(backlog.open_by_type), backlog.window
    oldest, percentile = backlog.ages(0.9)
    values = {
        "queue_mean": over_scopes(backlog.waiting_by_type),
        "backlog_mean": over_scopes(backlog.mean_by_type),
        "backlog_max": at_ends[:, window.first : window.end].max(axis=1, initial=0),
        "backlog_end": at_ends[:, window.end - 1],
        "backlog_age_max": oldest,
        "backlog_age_p90": percentile,
    }
    none = np.full(n_groups, np.nan)
    return {
        name: statistic(np.concatenate((found.astype(np.float64), none)))
        for name, found in values.items()
    }


def statistic(values: Floats) -> Ratio:
    """Statistics of a run as ratios: over 1, or 0 / 0 where there is none."""
    there = ~np.isnan(values)
    return np.where(there, values, 0.0), there.astype(np.float64)


def _floor_scopes(values: Floats, rows: Rows) -> Floats:
    """[1 + G] spread over scopes [S]; channels and types, which have no floor, are NaN."""
    nowhere = np.full(len(rows.channels) + len(rows.types), np.nan)
    return np.concatenate((values[:1], nowhere, values[1:]))


def _target(
    target: TargetRow, rows: Rows, sums: ContactSums, above: Floats, below: Floats
) -> tuple[float, float]:
    """Numerator and denominator of one target."""
    if not target.is_service_level:
        place = rows.place[target.measure, target.by, target.of]
        return float(above[place]), float(below[place])
    return _level(sums.service_counts(target.aim), rows, (target.by, target.of), target.formula)


def _level(
    counts: ServiceCounts, rows: Rows, scope: tuple[Any, str], formula: str
) -> tuple[float, float]:
    in_time, counted = share_in_time(formula, counts)
    place = rows.scopes.index(scope)
    return float(in_time[place]), float(counted[place])


def service_level(
    run: RunLike,
    by: str = "all",
    of: str = "all",
    within: float | None = None,
    formula: str = DEFAULT_FORMULA,
    clock: str | None = None,
) -> tuple[float, float]:
    """Numerator and denominator of a service level of one scope of a run.

    `within` in seconds and `clock` default to each contact type's own. Raises ValueError for an
    unknown formula, clock or scope.
    """
    world, rows, settings = run.world, rows_of(run.world), settings_of(run.world)
    scope: tuple[Any, str] = (by, of)
    if scope not in rows.scopes:
        raise ValueError(f"no {by} {of!r} in this scenario")
    aim = (within, clock, None)
    counts = service_classes_of(RunTable(run, measured_window(world), settings), (aim,))
    return _level(ServiceCounts.of_classes(counts[aim]), rows, scope, formula)

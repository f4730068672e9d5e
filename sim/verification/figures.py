"""The figures of a verification case, worked out from the records of one run.

They are defined here a second time, plainly and apart from floorcast.measures, so that a case checks the
measures too: whatever both define must be equal on the same run. Each figure of a run is a numerator
and a denominator; over replications it is the ratio of their means. Seconds, shares and contacts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures import conservation
from floorcast.model.records.layout import Outcome
from floorcast.verification.cascade_figures import (
    count_variance,
    incident_size,
    incident_size_share,
    incident_size_variance,
)

Pair = tuple[float, float]
DAY = 86400.0
SHORT = 5.0  # seconds: an abandonment that sl5 forgives

UNITS = {
    **dict.fromkeys(("offered", "handled", "abandoned", "blocked", "queue_mean"), "contacts"),
    **dict.fromkeys(("answered_in_time", "over_in_time", "unaccounted"), "contacts"),
    **dict.fromkeys(("count_variance", "incident_size", "incident_size_variance"), "contacts"),
    "incident_size_share": "share",
    **dict.fromkeys(("abandonment", "delayed", "sl1", "sl2", "sl3", "sl4", "sl5"), "share"),
    **dict.fromkeys(("occupancy", "occupancy_to_last_event", "little_gap"), "share"),
    **dict.fromkeys(("asa", "wait_mean", "wait_abandoned", "waited", "next_reply_mean"), "s"),
}


@dataclass(frozen=True)
class Figure:
    """What is looked at: `measure` of all, a contact type or a group.

    Counts are per day. `within` [s] replaces the scenario's answer_within; `start` and `end` [s]
    narrow down to contacts that arrived, or floor time, between these times of every day; `per`
    divides the day's total instead of what the measure divides by. `window` [s], `about` and `size`
    belong to the figures of cascades.
    """

    measure: str
    by: str = "all"
    of: str = "all"
    within: float | None = None
    start: float | None = None
    end: float | None = None
    per: float | None = None
    window: float | None = None
    about: float | None = None
    size: int | None = None

    @property
    def unit(self) -> str:
        """s, share or contacts."""
        return UNITS[self.measure]


class Tally:
    """The records of one run as plain columns, and the figures made of them."""

    def __init__(self, run: Any) -> None:
        self.run = run
        self.world = run.world
        interval = float(self.world.interval)
        self.begin = float(np.ceil(self.world.warm_up / interval) * interval)
        self.finish = float(self.world.horizon)
        records = run.contacts
        self.came = _column(records, "arrived")
        self.answered = _column(records, "answered")
        self.ended = _column(records, "ended")
        self.outcome = _column(records, "outcome")
        self.kind = _column(records, "contact_type")
        self._known: dict[Figure, Any] = {}

    def once(self, figure: Figure, compute: Callable[[Tally, Figure], Any]) -> Any:
        """What several figures share, computed for the first of them."""
        if figure not in self._known:
            self._known[figure] = compute(self, figure)
        return self._known[figure]

    def pair(self, figure: Figure) -> Pair:
        """Numerator and denominator of a figure of this run."""
        above, below = self.once(replace(figure, per=None), _MEASURES[figure.measure])
        return above, below if figure.per is None else figure.per * self.days(figure)

    def days(self, figure: Figure) -> float:
        """Days measured, of the part of the day that the figure looks at."""
        start, end = figure.start or 0.0, DAY if figure.end is None else figure.end
        midnights = np.arange(round(self.finish / DAY)) * DAY
        since = np.maximum(midnights + start, self.begin)
        return float(np.maximum(midnights + end - since, 0.0).sum()) / (end - start)

    @cached_property
    def until_answer(self) -> NDArray[np.float64]:
        """Seconds until answered, NaN if never."""
        seconds: NDArray[np.float64] = self.answered - self.came
        return seconds

    @cached_property
    def until_end(self) -> NDArray[np.float64]:
        """Seconds until the end of the contact, NaN if it is open."""
        seconds: NDArray[np.float64] = self.ended - self.came
        return seconds

    @cached_property
    def gave_up(self) -> NDArray[np.bool_]:
        """Whether the customer abandoned."""
        flags: NDArray[np.bool_] = self.outcome == Outcome.ABANDONED
        return flags

    @cached_property
    def waited(self) -> NDArray[np.float64]:
        """Seconds waited by the answered and the abandoned, NaN for all others."""
        return np.where(self.gave_up, self.until_end, self.until_answer)

    def chosen(self, figure: Figure) -> NDArray[np.bool_]:
        """Contacts that a figure is about."""
        mask: NDArray[np.bool_] = self.once(
            Figure("contacts", figure.by, figure.of, start=figure.start, end=figure.end), _chosen
        )
        return mask

    def limit(self, figure: Figure) -> float:
        """The waiting time a service level looks at."""
        if figure.within is not None:
            return figure.within
        scenario = self.world.scenario
        types = [figure.of] if figure.by == "contact_type" else self.world.type_names
        limits = {float(scenario.answer_within(name)) for name in types}
        if len(limits) > 1:
            raise ValueError(f"{figure.measure} is over types with different answer_within")
        return limits.pop()


def _column(records: NDArray[Any], name: str) -> NDArray[Any]:
    return np.ascontiguousarray(records[name])


def _chosen(tally: Tally, figure: Figure) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = (tally.came >= tally.begin) & (tally.came < tally.finish)
    if figure.start is not None:
        mask &= tally.came % DAY >= figure.start
    if figure.end is not None:
        mask &= tally.came % DAY < figure.end
    if figure.by == "contact_type":
        mask &= tally.kind == tally.world.type_names.index(figure.of)
    return mask


def _count(outcomes: tuple[Outcome, ...]) -> Callable[[Tally, Figure], Pair]:
    def count(tally: Tally, figure: Figure) -> Pair:
        mask = tally.chosen(figure)
        ends = np.bincount(tally.outcome[mask], minlength=len(Outcome))
        return float(sum(ends[o] for o in outcomes)), tally.days(figure)

    return count


def _abandonment(tally: Tally, figure: Figure) -> Pair:
    mask = tally.chosen(figure)
    return float(tally.gave_up[mask].sum()), float(mask.sum())


def _delayed(tally: Tally, figure: Figure) -> Pair:
    waited = tally.waited[tally.chosen(figure)]
    return float((waited > 0.0).sum()), float((~np.isnan(waited)).sum())


def _mean_of(column: Callable[[Tally], NDArray[np.float64]]) -> Callable[[Tally, Figure], Pair]:
    def mean(tally: Tally, figure: Figure) -> Pair:
        values = column(tally)[tally.chosen(figure)]
        return float(np.nansum(values)), float((~np.isnan(values)).sum())

    return mean


def _wait_abandoned(tally: Tally, figure: Figure) -> Pair:
    values = tally.until_end[tally.chosen(figure) & tally.gave_up]
    return float(values.sum()), float(values.size)


def _service_level(tally: Tally, figure: Figure) -> Pair:
    levels = tally.once(replace(figure, measure="service level", per=None), _levels)
    pair: Pair = levels[figure.measure]
    return pair


def _levels(tally: Tally, figure: Figure) -> dict[str, Pair]:
    """All five formulas."""
    mask, limit = tally.chosen(figure), tally.limit(figure)
    answer = tally.until_answer[mask]
    gone = tally.until_end[mask & tally.gave_up]
    in_time, answered = float((answer <= limit).sum()), float((~np.isnan(answer)).sum())
    gone_in_time = float((gone <= limit).sum())
    # Whoever is still waiting at the end, and already too long, is late.
    still = tally.outcome[mask] == Outcome.OPEN
    overdue = np.isnan(answer[still]) & (tally.finish - tally.came[mask][still] > limit)
    everyone = answered + float(gone.size) + float(overdue.sum())
    return {
        "sl1": (in_time + gone_in_time, everyone),
        "sl2": (in_time, answered),
        "sl3": (in_time, everyone),
        "sl4": (in_time, everyone - gone_in_time),
        "sl5": (in_time + float((gone <= SHORT).sum()), everyone),
    }


def _answered_in_time(tally: Tally, figure: Figure) -> Pair:
    answer = tally.until_answer[tally.chosen(figure)]
    return float((answer <= tally.limit(figure)).sum()), tally.days(figure)


def _over_in_time(tally: Tally, figure: Figure) -> Pair:
    waited = tally.waited[tally.chosen(figure)]
    return float((waited <= tally.limit(figure)).sum()), tally.days(figure)


def _queue_mean(tally: Tally, figure: Figure) -> Pair:
    """Waiting time that falls into the measured time, over its length."""
    mask = tally.came < tally.finish
    if figure.by == "contact_type":
        mask &= tally.kind == tally.world.type_names.index(figure.of)
    until = np.where(np.isnan(tally.answered), tally.ended, tally.answered)[mask]
    until = np.minimum(np.where(np.isnan(until), tally.finish, until), tally.finish)
    since = np.maximum(tally.came[mask], tally.begin)
    return float(np.maximum(until - since, 0.0).sum()), tally.finish - tally.begin


def _next_reply(tally: Tally, figure: Figure) -> Pair:
    records = tally.run.contacts[tally.chosen(figure)]
    return float(records["reply_wait"].sum()), float(records["replies"].sum())


def _floor(tally: Tally, figure: Figure) -> Any:
    """Ledger rows of the group(s), cut to the figure's time, shape (agents, intervals)."""
    ledger, interval = tally.run.ledger, float(tally.world.interval)
    if figure.by == "group":
        ledger = ledger[tally.world.agent_group == tally.world.group_names.index(figure.of)]
    start = np.arange(ledger.shape[1]) * interval
    chosen = start >= tally.begin
    if figure.start is not None:
        chosen &= start % DAY >= figure.start
    if figure.end is not None:
        chosen &= start % DAY < figure.end
    return ledger[:, chosen]


def _occupancy(tally: Tally, figure: Figure) -> Pair:
    cut = _floor(tally, figure)
    return float(cut["working"].sum() + cut["wrapping"].sum()), float(cut["present"].sum())


def _occupancy_to_last_event(tally: Tally, figure: Figure) -> Pair:
    """Work over time present up to the day's last event, as ContactCenters reports it."""
    above, below = _occupancy(tally, figure)
    heads = tally.world.scenario.headcount(figure.of)
    day = (tally.came // DAY).astype(np.int64)
    for number in range(round(tally.finish / DAY)):
        last = float(np.nanmax(tally.ended[day == number]))
        edges = np.clip(heads.edges, last, (number + 1) * DAY)
        below -= float((np.diff(edges) * heads.heads).sum())
    return above, below


def _unaccounted(tally: Tally, figure: Figure) -> Pair:
    return float(len(conservation(tally.run))), 1.0


def _little_gap(tally: Tally, figure: Figure) -> Pair:
    """Relative gap between the waits' sum and the queue counted step by step along the events."""
    waits = float(np.nansum(tally.waited))
    until = np.where(np.isnan(tally.answered), tally.ended, tally.answered)
    times = np.concatenate((tally.came, until))
    steps = np.concatenate((np.ones(len(tally.came)), -np.ones(len(until))))
    order = np.argsort(times, kind="stable")
    queue = np.cumsum(steps[order])[:-1]
    area = float((queue * np.diff(times[order])).sum())
    gap = abs(area - waits) / max(waits, 1.0)
    return (gap if gap > 1e-9 else 0.0), 1.0


_MEASURES: dict[str, Callable[[Tally, Figure], Pair]] = {
    "offered": _count(tuple(Outcome)),
    "handled": _count((Outcome.HANDLED,)),
    "abandoned": _count((Outcome.ABANDONED,)),
    "blocked": _count((Outcome.BLOCKED, Outcome.TURNED_AWAY)),
    "abandonment": _abandonment,
    "delayed": _delayed,
    "asa": _mean_of(lambda tally: tally.until_answer),
    "wait_mean": _mean_of(lambda tally: tally.waited),
    "waited": _mean_of(lambda tally: tally.waited),
    "wait_abandoned": _wait_abandoned,
    **dict.fromkeys(("sl1", "sl2", "sl3", "sl4", "sl5"), _service_level),
    "answered_in_time": _answered_in_time,
    "over_in_time": _over_in_time,
    "queue_mean": _queue_mean,
    "next_reply_mean": _next_reply,
    "occupancy": _occupancy,
    "occupancy_to_last_event": _occupancy_to_last_event,
    "count_variance": count_variance,
    "incident_size": incident_size,
    "incident_size_share": incident_size_share,
    "incident_size_variance": incident_size_variance,
    "unaccounted": _unaccounted,
    "little_gap": _little_gap,
}

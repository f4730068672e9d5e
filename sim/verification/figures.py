"""The figures of a verification case, worked out from the records of one run.

They are defined here a second time, plainly and apart from floorcast.measures, so that a case checks the
measures too: whatever both define must be equal on the same run. Each figure of a run is a numerator
and a denominator; over replications it is the ratio of their means. Seconds, shares and contacts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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
from floorcast.verification.tally import DAY, Figure, Pair, Tally

SHORT = 5.0  # seconds: an abandonment that sl5 forgives


def pair(tally: Tally, figure: Figure) -> Pair:
    """Numerator and denominator of a figure of a run."""
    above, below = tally.once(replace(figure, per=None), _MEASURES[figure.measure])
    return above, below if figure.per is None else figure.per * tally.days(figure)


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

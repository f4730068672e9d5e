"""The figures of a day and its half hours, the same for what happened and what was simulated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.history.calls.contacts import Bools, Contacts, Floats
from floorcast.history.calls.waiting import calls_of
from floorcast.history.fit.presence import Spans
from floorcast.model.records.layout import Outcome

INTERVAL = 1800.0
INTERVALS = 48
LEAST = 5  # contacts of an interval that is compared


@dataclass(frozen=True)
class Measure:
    """A figure that is compared: its name in tables, the factor and unit it is shown with."""

    key: str
    title: str
    shown: float
    unit: str


MEASURES = (
    Measure("abandonment", "abandoned", 100.0, "points"),
    Measure("wait", "mean wait", 1.0, "s"),
    Measure("within_20", "answered within 20 s", 100.0, "points"),
    Measure("within_60", "answered within 60 s", 100.0, "points"),
    Measure("backlog", "backlog at the half hour", 1.0, "waiting"),
    Measure("occupancy", "occupancy", 100.0, "points"),
)


@dataclass(frozen=True)
class Figures:
    """Of a day [measures] and of its half hours [measures, 48], NaN where nobody came (of occupancy:
    where nobody was there); contacts by half hour [48]."""

    day: Floats
    intervals: Floats
    contacts: Floats


def figures(arrived: Floats, wait: Floats, handled: Bools, working: Floats, present: Floats) -> Figures:
    """Figures of contacts [n] that came at `arrived` (seconds of the day) and waited `wait`, and of the
    seconds that agents worked and were there in each half hour [48].

    The backlog is who waits when a half hour ends; of the day its mean over half hours with contacts.
    """
    values = np.stack([~handled, wait, handled & (wait <= 20), handled & (wait <= 60)]).astype(np.float64)
    place = np.clip(arrived // INTERVAL, 0, INTERVALS - 1).astype(np.int64)
    count = np.bincount(place, minlength=INTERVALS).astype(np.float64)
    sums = np.stack([np.bincount(place, one, minlength=INTERVALS) for one in values])
    marks = (np.arange(INTERVALS) + 1) * INTERVAL
    order_in, order_out = np.sort(arrived), np.sort(arrived + wait)
    backlog = (np.searchsorted(order_in, marks) - np.searchsorted(order_out, marks)).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        of_contacts = np.where(count > 0, sums / count, np.nan)
        occupancy = np.where(present > 0, working / present, np.nan)
        day = working.sum() / present.sum() if present.sum() else np.nan
    whole = [*values.mean(axis=1), backlog[count > 0].mean(), day]
    waiting = np.where(count > 0, backlog, np.nan)
    return Figures(np.array(whole), np.concatenate([of_contacts, waiting[None], occupancy[None]]), count)


def in_half_hours(spans: Iterable[tuple[float, float]]) -> Floats:
    """Seconds of spans (from, to) in each half hour of the day, [48]."""
    edges = np.arange(INTERVALS + 1) * INTERVAL
    total = np.zeros(INTERVALS)
    for start, end in spans:
        total += np.clip(end, edges[:-1], edges[1:]) - np.clip(start, edges[:-1], edges[1:])
    return total


def happened(day: Contacts, spans: Spans) -> Figures:
    """Figures of what happened on a day; `spans`: who was there."""
    worked: list[tuple[float, float]] = []
    for calls in calls_of(day):
        begin = np.maximum(calls.begin, np.concatenate(([-np.inf], calls.end[:-1])))
        worked += zip(begin.tolist(), np.maximum(calls.end, begin).tolist(), strict=True)
    present = in_half_hours(span for own in spans.values() for span in own)
    return figures(day.at, day.wait, day.handled, np.minimum(in_half_hours(worked), present), present)


def simulated(run: Any) -> Figures:
    """Figures of one replication of a replayed day."""
    contacts = run.contacts
    answered = ~np.isnan(contacts["answered"])
    horizon = float(run.world.horizon)
    end = np.where(answered, contacts["answered"], np.fmin(contacts["ended"], horizon))
    end = np.where(np.isnan(end), horizon, end)
    handled = answered & (contacts["outcome"] != int(Outcome.ABANDONED))
    present = run.ledger["present"].sum(axis=0)[:INTERVALS]
    working = (run.ledger["working"] + run.ledger["wrapping"]).sum(axis=0)[:INTERVALS]
    return figures(contacts["arrived"], end - contacts["arrived"], handled, working, present)

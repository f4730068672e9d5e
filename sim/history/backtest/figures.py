"""The figures of a day and its half hours, the same for what happened and what was simulated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.history.calls.contacts import Bools, Contacts, Floats
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
)


@dataclass(frozen=True)
class Figures:
    """Of a day [measures] and of its half hours [measures, 48], NaN where nobody came; contacts by
    half hour [48]; who waits at the end of each [48]; handled work over presence (occupancy)."""

    day: Floats
    intervals: Floats
    contacts: Floats
    backlog: Floats
    occupancy: float


def figures(arrived: Floats, wait: Floats, handled: Bools, work: float, present: float) -> Figures:
    """Figures of contacts [n] that came at `arrived` (seconds of the day) and waited `wait`."""
    values = np.stack([~handled, wait, handled & (wait <= 20), handled & (wait <= 60)]).astype(np.float64)
    place = np.clip(arrived // INTERVAL, 0, INTERVALS - 1).astype(np.int64)
    count = np.bincount(place, minlength=INTERVALS).astype(np.float64)
    sums = np.stack([np.bincount(place, one, minlength=INTERVALS) for one in values])
    with np.errstate(invalid="ignore", divide="ignore"):
        intervals = np.where(count > 0, sums / count, np.nan)
    marks = (np.arange(INTERVALS) + 1) * INTERVAL
    order_in, order_out = np.sort(arrived), np.sort(arrived + wait)
    backlog = np.searchsorted(order_in, marks) - np.searchsorted(order_out, marks)
    return Figures(
        values.mean(axis=1), intervals, count, backlog.astype(np.float64), work / present if present else np.nan
    )


def happened(day: Contacts, present: float) -> Figures:
    """Figures of what happened; `present`: seconds of presence of all agents."""
    work = float(np.nansum(np.where(day.handled, day.handle, 0.0)))
    return figures(day.at, day.wait, day.handled, work, present)


def simulated(run: Any) -> Figures:
    """Figures of one replication of a replayed day."""
    contacts = run.contacts
    answered = ~np.isnan(contacts["answered"])
    horizon = float(run.world.horizon)
    end = np.where(answered, contacts["answered"], np.fmin(contacts["ended"], horizon))
    end = np.where(np.isnan(end), horizon, end)
    handled = answered & (contacts["outcome"] != int(Outcome.ABANDONED))
    present = float(run.ledger["present"].sum())
    work = float(contacts["worked"].sum())
    return figures(contacts["arrived"], end - contacts["arrived"], handled, work, present)

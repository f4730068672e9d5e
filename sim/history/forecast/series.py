"""Daily contacts by type of a history, and how a day spreads over its half hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from floorcast.history.folder import History
from floorcast.scenario.read.problems import InputErrors, Problem

Floats = NDArray[np.float64]
PLACES = 48
_RECENT = 56  # days whose half hours tell the shape of the day
# Of messages: a conversation that a customer began, at its first message.
_CONVERSATIONS = (
    "(SELECT channel, type, arg_min(sender, sent) AS first, min(sent) AS arrived FROM messages WHERE sender <> 'bot'"
    " GROUP BY contact, channel, type HAVING first = 'customer')"
)


@dataclass(frozen=True)
class Series:
    """counts [types, days], the first on `first`; shapes [types, 7, 48], shares of a day by weekday
    (Monday 0), each summing to 1 where there is anything."""

    types: tuple[str, ...]
    first: date
    counts: Floats
    shapes: Floats

    @property
    def days(self) -> list[date]:
        """Every day, also those without contacts."""
        return [self.first + timedelta(days=n) for n in range(self.counts.shape[1])]


def daily(history: History) -> Series:
    """Contacts (or offered of intervals, or posts) by type and day. Raises InputErrors for fewer
    than three weeks: no forecast can be tested on less."""
    grain = next((one for one in ("contacts", "intervals", "posts", "messages") if history.has(one)), "contacts")
    at, amount = ("start", "offered") if grain == "intervals" else ("arrived", "1")
    history.path(grain)
    source = _CONVERSATIONS if grain == "messages" else grain
    rows = history.connect().execute(
        f"SELECT coalesce(type, channel, 'contacts') AS type, CAST({at} AS DATE) AS d,"
        f" CAST(date_part('hour', {at}) * 2 + floor(date_part('minute', {at}) / 30) AS INTEGER) AS place,"
        f" sum({amount}) AS n"
        f" FROM {source} WHERE {at} IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    found = rows.fetchall()
    names = tuple(sorted({str(row[0]) for row in found}))
    first = min(row[1] for row in found)
    length = (max(row[1] for row in found) - first).days + 1
    if length < 21:
        message = f"has {length} days; allowed at least 21, or no forecast can be tested against the naive one"
        raise InputErrors([Problem(str(history.folder), None, "", message)])
    cells = np.zeros((len(names), length, PLACES))
    for name, day, place, n in found:
        cells[names.index(str(name)), (day - first).days, int(place)] += float(n or 0)
    return Series(names, first, cells.sum(axis=2), _shapes(cells, first))


def _shapes(cells: Floats, first: date) -> Floats:
    recent = cells[:, -_RECENT:]
    weekday = np.array([(first + timedelta(days=n)).weekday() for n in range(cells.shape[1])])[-_RECENT:]
    shapes = np.zeros((len(cells), 7, PLACES))
    for w in range(7):
        total = recent[:, weekday == w].sum(axis=1)
        total = np.where(total.sum(axis=1, keepdims=True) > 0, total, recent.sum(axis=1))
        shapes[:, w] = total / np.maximum(total.sum(axis=1, keepdims=True), 1e-9)
    return shapes

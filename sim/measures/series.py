"""Measures through time: sums per interval, by contact type and by group.

A contact counts in the interval of its arrival; an initial backlog, which arrived in none, shows in
the backlog only. All intervals are there, those of the warm-up too; `first_measured` says where the
measured time begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints, RunLike
from floorcast.measures.base.service import Service, ServiceCounts, share_in_time
from floorcast.measures.base.settings import settings_of
from floorcast.measures.contacts.table import measured_window
from floorcast.measures.customers.social_table import SocialTable
from floorcast.measures.floor import floor_series
from floorcast.model.records.layout import Outcome
from floorcast.scenario.catalogue.measures import DEFAULT_FORMULA

# Columns by contact type; `backlog` and `oldest` are states at the interval's end, all others sums.
TYPE_COLUMNS = (
    "offered",
    "handled",
    "abandoned",
    "blocked",
    "in_time",
    "counted",
    "answered",
    "wait",
    "responded",
    "first_response",
    "worked",
    "backlog",
    "oldest",
)
GROUP_COLUMNS = ("present", "working", "wrapping", "held", "slots", "paid", "cost")


@dataclass(frozen=True)
class Ratio:
    """A measure through time: columns over columns, each a sum; no denominator: a count."""

    name: str
    unit: str
    above: tuple[str, ...]
    below: tuple[str, ...] = ()
    groups: bool = False  # made of group columns


RATIOS = {
    ratio.name: ratio
    for ratio in (
        Ratio("offered", "contacts", ("offered",)),
        Ratio("handled", "contacts", ("handled",)),
        Ratio("abandoned", "contacts", ("abandoned",)),
        Ratio("blocked", "contacts", ("blocked",)),
        Ratio("abandonment", "share", ("abandoned",), ("offered",)),
        Ratio("service_level", "share", ("in_time",), ("counted",)),
        Ratio("asa", "s", ("wait",), ("answered",)),
        Ratio("first_response_mean", "s", ("first_response",), ("responded",)),
        Ratio("aht", "s", ("worked",), ("handled",)),
        Ratio("backlog", "contacts", ("backlog",)),
        Ratio("backlog_age_max", "s", ("oldest",)),
        Ratio("occupancy", "share", ("working", "wrapping"), ("present",), groups=True),
        Ratio("slot_utilisation", "share", ("held",), ("slots",), groups=True),
        Ratio("agents_present", "agents", ("present",), ("seconds",), groups=True),
        Ratio("cost", "money", ("cost",), groups=True),
    )
}


@dataclass(frozen=True)
class Series:
    """Columns through time of one run: by type [K, n_intervals] and by group [G, n_intervals]."""

    type_names: tuple[str, ...]
    channel_names: tuple[str, ...]
    group_names: tuple[str, ...]
    type_channel: Ints  # [K], -1 for what agents ask each other
    interval: float  # seconds
    first_measured: int
    by_type: dict[str, Floats]
    by_group: dict[str, Floats]

    def as_kept(self) -> Series:
        """The same in the single precision in which studies are kept on disk."""
        by_type, by_group = (
            {name: values.astype(np.float32).astype(np.float64) for name, values in columns.items()}
            for columns in (self.by_type, self.by_group)
        )
        return replace(self, by_type=by_type, by_group=by_group)

    @property
    def measured_seconds(self) -> float:
        """Of the run, without what is warm-up."""
        n = int(next(iter(self.by_type.values())).shape[1])
        return (n - self.first_measured) * self.interval

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(values.nbytes for columns in (self.by_type, self.by_group) for values in columns.values())

    def ratio(
        self, name: str, by: str = "all", of: str = "all", *, days: bool = False
    ) -> tuple[Floats, Floats]:
        """Numerator and denominator of a measure per interval, or per day, [n].

        Raises KeyError for an unknown measure and ValueError for a scope it is not kept for.
        """
        ratio = RATIOS[name]
        above = sum(self._column(column, by, of, days) for column in ratio.above)
        if not ratio.below:
            return np.asarray(above), np.ones_like(above)
        below = sum(self._column(column, by, of, days) for column in ratio.below)
        return np.asarray(above), np.asarray(below)

    def _column(self, column: str, by: str, of: str, days: bool) -> Floats:
        if column == "seconds":
            some = next(iter(self.by_type.values()))
            values = np.full((1, some.shape[1]), self.interval)
        elif column in self.by_group:
            values = self.by_group[column][_chosen(self.group_names, of, by, ("all", "group"))]
        else:
            kinds = ("all", "contact_type", "channel")
            names: Any = self.type_names
            if by == "channel":
                names = [self.channel_names[channel] if channel >= 0 else None for channel in self.type_channel]
            chosen = _chosen(names, of, by, kinds)
            values = self.by_type[column][chosen & (self.type_channel >= 0) if by == "all" else chosen]
        if column == "oldest":
            oldest: Floats = values.max(axis=0)
            return _of_days(oldest, self.interval, np.max) if days else oldest
        total: Floats = values.sum(axis=0)
        if not days:
            return total
        last = column == "backlog"
        return _of_days(total, self.interval, (lambda day, axis: day[:, -1]) if last else np.sum)


def _chosen(names: Any, of: str, by: str, kept: tuple[str, ...]) -> NDArray[np.bool_]:
    if by not in kept:
        raise ValueError(f"this series is kept by {', '.join(kept)}, not by {by}")
    chosen = np.array([by == "all" or name == of for name in names])
    if not chosen.any():
        raise ValueError(f"no {by} {of!r} in this series")
    return chosen


def _of_days(values: Floats, interval: float, join: Any) -> Floats:
    days: Floats = join(values.reshape(-1, round(86400.0 / interval)), axis=1)
    return days


def series(run: RunLike, table: SocialTable | None = None) -> Series:
    """The columns through time of a run, from its records only; `table` is that of its measured window."""
    world, settings = run.world, settings_of(run.world)
    window = measured_window(world)
    table = table or SocialTable(run, window, settings)
    by_type = _by_type(table)
    backlog = table.backlog
    by_type["backlog"] = backlog.open_by_type.astype(np.float64)
    by_type["oldest"] = backlog.oldest_by_type()
    by_group = dict(floor_series(run))
    by_group["slots"] = by_group["present"] * settings.slots[:, None]
    by_group["cost"] = by_group["paid"] * settings.cost_per_hour[:, None] / 3600.0
    return Series(
        tuple(world.type_names),
        tuple(world.channel_names),
        tuple(world.group_names),
        settings.channel,
        float(world.interval),
        window.first,
        by_type,
        by_group,
    )


def _by_type(table: SocialTable) -> dict[str, Floats]:
    """Sums over all contacts but an initial backlog, each in the interval of its arrival, [K, n_intervals]."""
    from floorcast.measures.cells.compiled import add_at, arrivals, count_at

    contacts, world = table.all_contacts, table.run.world
    n_types, n = len(world.type_names), int(world.n_intervals)
    size = n_types * n
    cell = np.full(contacts.arrived.size + 1, size, np.int64)  # the last stands for nobody
    kinds = np.ascontiguousarray(contacts.columns["contact_type"], np.int16)
    arrivals(kinds, contacts.arrived, float(world.interval), float(world.horizon), n, cell)

    def by_code(codes: NDArray[Any], n_codes: int) -> Floats:
        counts = np.zeros((n_codes, size + 1))
        count_at(cell, codes.view(np.uint8), counts)
        return counts[:, :size].reshape(n_codes, n_types, n)

    def sums(values: Floats) -> tuple[Floats, Floats]:
        found = np.zeros((2, size + 1))
        add_at(cell, values, found)
        return found[0, :size].reshape(n_types, n), found[1, :size].reshape(n_types, n)

    outcomes, classes = by_code(contacts.outcome, len(Outcome)), by_code(table.own_classes, len(Service))
    wait, answered = sums(contacts.wait)
    response, responded = sums(contacts.wait_by("first_response"))
    worked, _ = sums((table["worked"] + table["wrapped"]) * (contacts.outcome == Outcome.HANDLED))
    found = {
        "offered": outcomes.sum(axis=0),
        "handled": outcomes[Outcome.HANDLED].copy(),
        "abandoned": outcomes[Outcome.ABANDONED].copy(),
        "blocked": outcomes[Outcome.BLOCKED] + outcomes[Outcome.TURNED_AWAY],
        "answered": answered,
        "wait": wait,
        "responded": responded,
        "first_response": response,
        "worked": worked,
    }
    counts = ServiceCounts.of_classes(np.moveaxis(classes, 0, -1))
    found["in_time"], found["counted"] = share_in_time(DEFAULT_FORMULA, counts)
    return found

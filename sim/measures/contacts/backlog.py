"""The backlog: contacts open at an instant, waiting or in work, and their age; for calls, only those waiting.

A call in conversation is not work put off until later, so it is no backlog. Looked at just before the
end of each interval. All contacts count, those of the warm-up and the initial backlog too, at the
interval ends that are measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints
from floorcast.measures.cells.order import in_order
from floorcast.measures.cells.percentile import SLACK
from floorcast.measures.contacts.run_table import RunTable
from floorcast.measures.contacts.spans import type_label, type_spans
from floorcast.measures.contacts.table import Window
from floorcast.scenario.catalogue.measures import CLOCKS


@dataclass(frozen=True)
class Backlog:
    """Contacts open at interval ends: how many of each type, and those that span such an end [n]."""

    type_channel: Ints  # [K], -1 for what agents ask each other
    n_channels: int
    window: Window
    interval: float  # seconds
    open_by_type: Ints  # [K, n_intervals] open at the end of each interval
    mean_by_type: Floats  # [K] mean number open over the measured time, exact
    waiting_by_type: Floats  # [K] mean number not answered yet, exact
    spans: Ints  # [1 + C + K, 2] where all, each channel and each type stand in what follows
    arrived: Floats  # [n] contacts open at a measured interval end
    begins: Ints  # [n] first measured interval at whose end it is open
    ends: Ints  # [n] first interval at whose end it is open no more

    def over_channels(self, by_type: NDArray[Any]) -> NDArray[Any]:
        """Sums by channel [C, ...] of sums by type [K, ...]."""
        total = [
            by_type[self.type_channel == place].sum(axis=0) for place in range(self.n_channels)
        ]
        return np.array(total)

    def oldest_by_type(self) -> Floats:
        """Age of the oldest open contact at the end of every interval, 0 if none, [K, n]."""
        from floorcast.measures.cells.compiled import oldest

        n_types, n_intervals = self.open_by_type.shape
        spans = self.spans[1 + self.n_channels :]
        order = np.empty(self.arrived.size, np.int64)
        for low, high in spans.tolist():
            order[low:high] = low + np.argsort(self.arrived[low:high], kind="stable")
        arrived = np.full((n_types, n_intervals), np.inf)
        oldest(order, self.arrived, self.begins, self.ends, spans, arrived)
        instants = (np.arange(n_intervals) + 1) * self.interval
        return np.where(np.isinf(arrived), 0.0, instants - arrived)

    def oldest(self) -> Floats:
        """Greatest age at the end of a measured interval by scope, 0 if none, [1 + C + K]."""
        age = self.ends * self.interval - self.arrived
        return np.array([age[low:high].max(initial=0.0) for low, high in self.spans.tolist()])

    def age_percentile(self, share: float) -> Floats:
        """Percentile of age over all contacts open at all measured interval ends, [1 + C + K].

        0 where there are none. The ages of one contact are a first age and steps of one interval,
        so they are counted by whole intervals without writing them down: a backlog of 100,000
        contacts over weeks costs a pass over the contacts.
        """
        first_age = (self.begins + 1) * self.interval - self.arrived
        whole = np.floor(first_age / self.interval).astype(np.int64)
        rest = first_age - whole * self.interval
        until = whole + (self.ends - self.begins)
        found = np.zeros(len(self.spans))
        known: dict[tuple[int, int], float] = {}  # a channel of one type is that type
        for place, (low, high) in enumerate(self.spans.tolist()):
            if high > low:
                if (low, high) not in known:
                    part = slice(low, high)
                    known[low, high] = self._percentile(share, whole[part], until[part], rest[part])
                found[place] = known[low, high]
        return found

    def _percentile(self, share: float, whole: Ints, until: Ints, rest: Floats) -> float:
        """Percentile of the ages rest + m intervals, whole <= m < until, of contacts [n]."""
        from floorcast.measures.cells.compiled import ages_around

        room, there = np.empty(int(until.max()) + 1, np.int64), np.empty(rest.size)
        level, rank, size = ages_around(whole, until, rest, share, SLACK, room, there)
        return float(level * self.interval + np.partition(there[:size], rank)[rank])


def backlog_of(table: RunTable) -> Backlog:
    """The backlog of a run, at the interval ends of the table's window."""
    from floorcast.measures.cells.compiled import stay

    world, window = table.run.world, table.window
    settings, interval, horizon = table.settings, float(world.interval), float(world.horizon)
    width, n_types = int(world.n_intervals) + 1, len(world.type_names)
    arrived, kinds = table["arrived"], table.all_contacts.contact_type
    stamps = arrived, table["accepted"], table["answered"], table["ended"]
    calls, to_slot = _of_calls(world).view(np.uint8), (settings.clock == CLOCKS.index("accepted")).view(np.uint8)
    opened, waiting, change = np.zeros(n_types), np.zeros(n_types), np.zeros((n_types, width), np.int64)
    spanning = np.empty((3, arrived.size), np.int64)  # contact, and the measured interval ends that it spans
    bounds = np.array([window.first, window.end, width - 1], np.int64)
    instants = np.array([interval, window.start, window.stop, horizon])
    n = stay(kinds, *stamps, calls, to_slot, instants, bounds, opened, waiting, change, spanning)
    chosen, begins, ends = spanning[:, :n]
    kinds, arrived = kinds[chosen], arrived[chosen]
    label = type_label(settings.channel)[kinds]
    if (label[1:] < label[:-1]).any():  # those that are not measured stand behind
        order, _, _ = in_order(label, n_types)
        arrived, begins, ends = arrived[order], begins[order], ends[order]
    seconds = max(window.stop - window.start, 1e-300)
    n_channels = len(world.channel_names)
    return Backlog(
        type_channel=settings.channel,
        n_channels=n_channels,
        window=window,
        interval=interval,
        open_by_type=np.cumsum(change, axis=1)[:, :-1],
        mean_by_type=opened / seconds,
        waiting_by_type=waiting / seconds,
        spans=type_spans(np.bincount(kinds, minlength=n_types), settings.channel, n_channels),
        arrived=arrived,
        begins=begins,
        ends=ends,
    )


def _of_calls(world: Any) -> NDArray[np.bool_]:
    """Contact types [K] of which an agent holds one at a time."""
    exclusive = [world.scenario.traits_of(name).exclusive for name in world.channel_names]
    of_types: NDArray[np.bool_] = np.array([*exclusive, False], np.bool_)[np.asarray(world.type_channel)]
    return of_types

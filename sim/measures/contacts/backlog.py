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
from floorcast.measures.contacts.spans import spans_of, type_label, type_spans
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
        from floorcast.measures.cells.ranked import oldest

        n_types, n_intervals = self.open_by_type.shape
        spans = self.spans[1 + self.n_channels :]
        codes = self.begins.copy()
        for kind, (low, high) in enumerate(spans.tolist()):
            codes[low:high] += kind * n_intervals
        order, _, _ = in_order(codes, n_types * n_intervals)  # type by type, by when they begin
        arrived = np.full((n_types, n_intervals), np.inf)
        oldest(order, self.arrived, self.begins, self.ends, spans_of(spans[:, 1] - spans[:, 0]), arrived)
        instants = (np.arange(n_intervals) + 1) * self.interval
        return np.where(np.isinf(arrived), 0.0, instants - arrived)

    def ages(self, share: float) -> tuple[Floats, Floats]:
        """The greatest age at the end of a measured interval and a percentile of age over all contacts open at all
        these ends, by scope, [1 + C + K] each; 0 where there are none.

        The ages of one contact are a first age and steps of one interval, so they are counted by whole intervals
        without writing them down: a backlog of 100,000 contacts over weeks costs a pass over the contacts.
        """
        from floorcast.measures.cells.ranked import ages

        n, interval = self.arrived.size, self.interval
        found = np.zeros((2, len(self.spans)))
        if n:
            most = int(self.ends.max() - self.arrived.min() / interval) + 3  # intervals that the oldest is old
            room, rests = np.empty(most, np.int64), np.empty(n)
            ages(self.begins, self.ends, self.arrived, self.spans, interval, share, SLACK, room, rests, found)
        return found[0], found[1]


def backlog_of(table: RunTable) -> Backlog:
    """The backlog of a run, at the interval ends of the table's window."""
    from floorcast.measures.cells.compiled import stay

    world, window = table.run.world, table.window
    settings, interval, horizon = table.settings, float(world.interval), float(world.horizon)
    width, n_types = int(world.n_intervals) + 1, len(world.type_names)
    arrived, kinds = table["arrived"], table.all_contacts.contact_type
    stamps = arrived, table["accepted"], table["answered"], table["ended"]
    calls = np.append(settings.exclusive, False)[np.asarray(world.type_channel)].view(np.uint8)
    to_slot = (settings.clock == CLOCKS.index("accepted")).view(np.uint8)
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

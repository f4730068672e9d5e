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

from floorcast.measures.base.percentile import rank_of
from floorcast.measures.base.records import Floats, Ints
from floorcast.measures.base.settings import yardstick_of
from floorcast.measures.contacts.spans import type_label, type_spans
from floorcast.measures.contacts.table import Columns, Window
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
        n_types, n_intervals = self.open_by_type.shape
        arrived = np.full((n_types, n_intervals), np.inf)
        for kind, (low, high) in enumerate(self.spans[1 + self.n_channels :].tolist()):
            places = low + np.argsort(self.arrived[low:high], kind="stable")
            ends = self.ends[places]
            # In order of arrival a contact is the oldest where all before it are gone.
            gone = np.concatenate(([0], np.maximum.accumulate(ends)[:-1]))
            first = np.maximum(self.begins[places], gone)
            for place in np.flatnonzero(ends > first):
                arrived[kind, first[place] : ends[place]] = self.arrived[places[place]]
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
        for place, (low, high) in enumerate(self.spans.tolist()):
            if high > low:
                part = slice(low, high)
                found[place] = self._percentile(share, whole[part], until[part], rest[part])
        return found

    def _percentile(self, share: float, whole: Ints, until: Ints, rest: Floats) -> float:
        """Percentile of the ages rest + m intervals, whole <= m < until, of contacts [n]."""
        size = int(until.max()) + 1
        change = np.bincount(whole, minlength=size) - np.bincount(until, minlength=size)
        counted = np.cumsum(np.cumsum(change))  # ages of up to so many whole intervals
        rank = rank_of(share, int(counted[-1]))
        level = int(np.searchsorted(counted, rank, side="right"))
        rank -= int(counted[level - 1]) if level else 0
        there = rest[(whole <= level) & (until > level)]
        return float(level * self.interval + np.partition(there, rank)[rank])


class CountOfBacklog:
    """Adds up blocks of contacts; `finish` gives the backlog."""

    def __init__(self, window: Window) -> None:
        self._window, self._world = window, window.world
        self._width = int(self._world.n_intervals) + 1
        n_types = len(self._world.type_names)
        self._change = np.zeros(n_types * self._width, dtype=np.int64)
        self._open = np.zeros(n_types)
        names = list(self._world.channel_names)
        calls = [self._world.scenario.traits_of(name).exclusive for name in names]
        self._calls = np.append(calls, False)[np.asarray(self._world.type_channel)].astype(np.bool_)
        self._to_slot = yardstick_of(self._world).clock == CLOCKS.index("accepted")
        self._waiting = np.zeros(n_types)
        self._spanning: list[tuple[Ints, Floats, Ints, Ints]] = []

    def add(self, columns: Columns) -> None:
        """Count in the contacts of one block."""
        interval, horizon = float(self._world.interval), float(self._world.horizon)
        arrived, ended = columns["arrived"], columns["ended"]
        kinds = columns["contact_type"].astype(np.int64)
        gone = np.where(self._calls[kinds], np.fmin(columns["answered"], ended), ended)
        left = np.fmin(gone, horizon)
        still = ~(gone <= horizon)
        stamp = columns["answered"]
        if self._to_slot.any():
            stamp = np.where(self._to_slot[kinds], columns["accepted"], stamp)
        # Just before an interval's end: what ends then is still open, except at the horizon.
        begins = np.maximum(np.floor(arrived / interval), 0.0).astype(np.int64)
        ends = np.minimum(left / interval, self._width - 2).astype(np.int64) + 2 * still
        ends = np.minimum(ends, self._width - 1)
        n_types = self._open.size
        since = np.maximum(arrived, self._window.start)
        for total, until in (
            (self._open, left),
            (self._waiting, np.fmin(stamp, np.fmin(ended, horizon))),
        ):
            spent = np.maximum(np.minimum(until, self._window.stop) - since, 0.0)
            total += np.bincount(kinds, weights=spent, minlength=n_types)
        places = np.flatnonzero(ends > begins)
        kinds, begins, ends = kinds[places], begins[places], ends[places]
        for sign, at in ((1, begins), (-1, ends)):
            at_type = kinds * self._width + at
            self._change += sign * np.bincount(at_type, minlength=self._change.size)
        begins = np.maximum(begins, self._window.first)
        ends = np.minimum(ends, self._window.end)
        kept = ends > begins
        self._spanning.append((kinds[kept], arrived[places][kept], begins[kept], ends[kept]))

    def finish(self) -> Backlog:
        """The backlog of all blocks."""
        world = self._world
        type_channel = yardstick_of(world).channel
        kinds, arrived, begins, ends = (np.concatenate(parts) for parts in zip(*self._spanning))
        order = np.argsort(type_label(type_channel)[kinds], kind="stable")
        sizes = np.bincount(kinds, minlength=type_channel.size)
        seconds = max(self._window.stop - self._window.start, 1e-300)
        change = self._change.reshape(-1, self._width)
        return Backlog(
            type_channel=type_channel,
            n_channels=len(world.channel_names),
            window=self._window,
            interval=float(world.interval),
            open_by_type=np.cumsum(change, axis=1)[:, :-1],
            mean_by_type=self._open / seconds,
            waiting_by_type=self._waiting / seconds,
            spans=type_spans(sizes, type_channel, len(world.channel_names)),
            arrived=arrived[order],
            begins=begins[order],
            ends=ends[order],
        )

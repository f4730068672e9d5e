"""Percentiles of the times of contacts by scope: all, channels, contact types, groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints
from floorcast.measures.cells.order import TypesAndGroups
from floorcast.measures.cells.percentile import censored_percentiles_of_sorted

_NONE = np.empty(0)


@dataclass(frozen=True)
class Waits:
    """The times [n] of a run's measured contacts, which stand cell by cell, ready to be cut by scope."""

    cells: TypesAndGroups
    times: dict[str, Floats]

    def percentiles(self, name: str, shares: Sequence[float], *, groups: bool) -> Floats:
        """Percentiles of the times `name` for every scope: [len(shares), S].

        NaN where a scope holds none; with `groups` False the groups are left NaN. Of the first response
        those still unanswered are censored at their age: infinite where the curve does not get there.
        """
        found = np.full((len(shares), self.cells.n_scopes), np.nan)
        inner = len(self.cells.spans)
        ages = self.times.get(f"{name}_age")
        self._fill(found[:, :inner], self.times[name].copy(), ages, self.cells.spans, shares)
        if groups:
            order, spans = self._by_group
            in_groups = None if ages is None else ages[order]
            self._fill(found[:, inner:], self.times[name][order], in_groups, spans, shares)
        return found

    @cached_property
    def _by_group(self) -> tuple[NDArray[np.intp], Ints]:
        """Order in which groups stand together, and where each does."""
        n_groups = self.cells.n_scopes - len(self.cells.spans)
        sizes = np.diff(self.cells.starts)
        group = np.arange(sizes.size) % (n_groups + 1)  # 0 none
        # Two bytes are sorted by counting.
        order = np.argsort(np.repeat(group.astype(np.int16), sizes), kind="stable")
        ends = np.cumsum(np.bincount(group, sizes, n_groups + 1).astype(np.int64))
        return order, np.stack((ends[:-1], ends[1:]), axis=1)

    @staticmethod
    def _fill(found: Floats, times: Floats, ages: Floats | None, spans: Ints, shares: Sequence[float]) -> None:
        """Put the percentiles of spans of times [n] into found [len(shares), spans]; rearranges the times."""
        known: dict[tuple[int, int], Sequence[float]] = {}  # a channel of one type is that type
        # The widest last: a span inside another is in order already when that is sorted.
        for place in range(len(spans) - 1, -1, -1):
            low, high = int(spans[place, 0]), int(spans[place, 1])
            if (low, high) not in known:
                part = times[low:high]
                part.sort()  # NaN last
                size = int(np.searchsorted(part, np.nan))
                waiting = _NONE
                if ages is not None:
                    waiting = ages[low:high]
                    waiting = np.sort(waiting[~np.isnan(waiting)])
                known[low, high] = censored_percentiles_of_sorted(part[:size], waiting, shares)
            found[:, place] = known[low, high]

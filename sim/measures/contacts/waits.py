"""Percentiles of the times of contacts by scope: all, channels, contact types, groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from floorcast.measures.base.records import Floats, Ints
from floorcast.measures.cells.order import TypesAndGroups
from floorcast.measures.cells.percentile import percentiles_by_span


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
        times, ages = self.times[name], self.times.get(f"{name}_age")
        found[:, :inner] = _of_spans(times, ages, self.cells.spans, shares)
        if groups:
            order, spans = self.cells.by_group
            found[:, inner:] = _of_spans(times[order], None if ages is None else ages[order], spans, shares)
        return found


def _of_spans(times: Floats, ages: Floats | None, spans: Ints, shares: Sequence[float]) -> Floats:
    """Percentiles of ranges of times [n], NaN where there is none, and ages [n] alike: [len(shares), spans]."""
    age_spans = np.zeros_like(spans)
    if ages is None:
        ages = times[:0]
    else:
        there = ~np.isnan(ages)
        ages, age_spans = ages[there], np.concatenate(([0], np.cumsum(there)))[spans]
    return percentiles_by_span(*ascending(times, spans), *ascending(ages, age_spans), shares)


def ascending(values: Floats, spans: Ints) -> tuple[Floats, Ints]:
    """The values of each half-open range [S, 2] in ascending order, one range behind another, and where each now
    stands. NaN stands last."""
    at: dict[tuple[int, int], tuple[int, int]] = {}  # a channel of one type is that type
    end, found = 0, []
    for low, high in spans.tolist():
        if (low, high) not in at:
            at[low, high] = end, end + high - low
            end += high - low
        found.append(at[low, high])
    joined = np.concatenate([values[:0], *(values[low:high] for low, high in at)])
    for low, high in at.values():
        joined[low:high].sort()
    return joined, np.array(found, np.int64).reshape(-1, 2)

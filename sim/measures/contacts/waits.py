"""Percentiles of the times of contacts by scope: all, channels, contact types, groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from floorcast.measures.base.records import Floats, Ints
from floorcast.measures.base.times import Times
from floorcast.measures.cells.order import sort_ranges
from floorcast.measures.cells.percentile import percentiles_by_span, percentiles_of_runs
from floorcast.measures.contacts.run_table import RunTable


def percentiles_of(
    table: RunTable, which: Times, shares: Sequence[float], *, ages: Floats | None = None, groups: bool
) -> Floats:
    """Percentiles of a time of the measured contacts for every scope: [len(shares), S].

    NaN where a scope holds none; with `groups` False the groups are left NaN. Those who still wait, whose `ages` [n]
    are not NaN, are censored at their age: infinite where the curve does not get there.
    """
    cells = table.cells
    found, inner = np.full((len(shares), cells.n_scopes), np.nan), len(cells.spans)
    types, of = cells.types
    runs = cells.spans[1 + len(table.run.world.channel_names) :][types]
    old = _there(ages, cells.spans)
    found[:, :inner] = percentiles_of_runs(table.ascending(which), runs, of, *ascending(*old), shares)
    if groups:
        pieces, spans = cells.by_group
        times = table.contacts.time(which)
        joined = np.concatenate([times[:0], *(times[piece] for piece in pieces)])
        sort_ranges(joined, spans)
        if ages is not None:
            old = _there(np.concatenate([ages[:0], *(ages[piece] for piece in pieces)]), spans)
        else:
            old = _there(None, spans)
        found[:, inner:] = percentiles_by_span(joined, spans, *ascending(*old), shares)
    return found


def _there(ages: Floats | None, spans: Ints) -> tuple[Floats, Ints]:
    """The ages [n] that are there, and where each of some ranges of them [S, 2] stands among these."""
    if ages is None:
        return np.empty(0), np.zeros_like(spans)
    those = np.flatnonzero(~np.isnan(ages))
    return ages[those], np.searchsorted(those, spans)


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
    if not end:
        return values[:0], np.zeros_like(spans)
    joined = np.concatenate([values[low:high] for low, high in at])
    for low, high in at.values():
        joined[low:high].sort()
    return joined, np.array(found, np.int64).reshape(-1, 2)

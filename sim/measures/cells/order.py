"""In what order the contacts of a run are measured: type by type and group by group, the measured first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints

_NOWHERE = -1
_MANY = 1000  # combinations of classes: more are not all looked at


@dataclass(frozen=True)
class Cells:
    """Contacts that stand cell by cell, and the scopes (rows of a result) for which each cell counts."""

    order: NDArray[np.intp]  # [n] which contact stands at each place
    starts: Ints  # [cells + 1] where each cell begins
    scopes: Ints  # [cells, dimensions] the scopes that a cell counts for, -1 none
    n_scopes: int

    def count(self, mask: NDArray[np.bool_]) -> Floats:
        """How many of the measured contacts `mask` [n] holds for, over scopes [S]; each of several [m, n]: [m, S]."""
        from floorcast.measures.cells.compiled import count

        masks = mask if mask.ndim == 2 else mask[None]
        found = np.zeros((len(masks), self.n_scopes))
        count(masks.view(np.uint8), self.starts, self.scopes, found)
        return found if mask.ndim == 2 else found[0]

    def add(self, values: NDArray[Any], mask: NDArray[np.bool_]) -> Floats:
        """Sums over scopes [S] of the values [n] of the measured contacts that `mask` [n] holds for."""
        from floorcast.measures.cells.compiled import add

        found = np.zeros(self.n_scopes)
        add(values.astype(np.float64, copy=False), mask.view(np.uint8), self.starts, self.scopes, found)
        return found

    def count_codes(self, codes: NDArray[Any], n_codes: int) -> Floats:
        """Number of measured contacts over scopes by code in 0..n_codes-1, [S, n_codes]."""
        from floorcast.measures.cells.compiled import count_codes

        found, room = np.zeros((self.n_scopes, n_codes)), np.empty((4, n_codes), np.int64)
        count_codes(codes.astype(np.uint8, copy=False), self.starts, self.scopes, room, found)
        return found


@dataclass(frozen=True)
class TypesAndGroups(Cells):
    """Contacts by contact type x group, types of one channel beside each other.

    The first `measured` of them stand cell by cell; the rest, which no measure counts, behind. A cell counts for
    all, its channel, its type and its group.
    """

    place: NDArray[np.intp]  # [n] where each contact stands
    measured: int
    spans: Ints  # [1 + C + K, 2] where all, each channel and each type stand
    types: tuple[Ints, Ints]  # the types of all, of each channel and each type, one behind another; where each begins

    @cached_property
    def by_group(self) -> tuple[list[slice], Ints]:
        """Where the contacts of each group stand, piece by piece, and where each group's are when these pieces stand
        one behind another, [G, 2]."""
        width, starts = self.n_scopes - len(self.spans) + 1, self.starts.tolist()
        pieces, ends = [], [0]
        for group in range(1, width):
            ends.append(ends[-1])
            for cell in range(group, len(starts) - 1, width):
                if starts[cell] < starts[cell + 1]:
                    pieces.append(slice(starts[cell], starts[cell + 1]))
                    ends[-1] += starts[cell + 1] - starts[cell]
        return pieces, np.array([ends[:-1], ends[1:]], np.int64).T


def in_order(codes: NDArray[Any], n_codes: int) -> tuple[NDArray[np.intp], Ints, NDArray[np.intp]]:
    """Contacts [n] by their codes 0..n_codes-1, those of one code as they stand: which contact stands at each place,
    where each code begins [n_codes + 1], and where each contact stands. Raises ValueError for any other code."""
    from floorcast.measures.cells.compiled import put_in_order

    order, place = np.empty(codes.size, np.int64), np.empty(codes.size, np.int64)
    starts = np.empty(n_codes + 1, np.int64)
    if not put_in_order(np.ascontiguousarray(codes, np.int64), starts, order, place):
        raise ValueError(f"codes {codes.min()} to {codes.max()}; allowed 0 to {n_codes - 1}")
    return order, starts, place


def sort_ranges(values: Floats, spans: Ints) -> None:
    """Bring the values [n] of each half-open range [S, 2], none of which overlap, in ascending order; NaN last."""
    for low, high in spans.tolist():
        if high > low + 1:
            values[low:high].sort()


def cells_of_classes(codes: Sequence[NDArray[Any]], sizes: Sequence[int]) -> Cells:
    """Contacts by all combinations there are of their classes: codes [n] in several dimensions, each with so many
    classes; scopes are the classes of the first dimension, of the second, ..."""
    joint = np.zeros(codes[0].size, np.int64)
    for of_dimension, size in zip(codes, sizes, strict=True):
        joint = joint * size + of_dimension
    there = np.arange(prod(sizes) if prod(sizes) <= _MANY else 0)
    if not there.size:  # of so many combinations most are nobody's
        there, joint = np.unique(joint, return_inverse=True)
    order, starts, _ = in_order(joint, there.size)
    scopes = np.empty((there.size, len(sizes)), np.int64)
    first = sum(sizes)
    for dimension in range(len(sizes) - 1, -1, -1):
        there, scopes[:, dimension] = np.divmod(there, sizes[dimension])
        first -= sizes[dimension]
        scopes[:, dimension] += first
    return Cells(order, starts, scopes, sum(sizes))


@dataclass(frozen=True)
class _Plan:
    """What is the same for all contacts of some types and groups."""

    rank: Ints  # [K] of the types, those of no channel first
    by_channel: NDArray[np.intp]  # [K] the types by their rank
    starts: Ints  # [C + 1] the rank of the first type of each channel
    scopes: Ints  # [cells, 4]
    runs: tuple[Ints, Ints]  # the types of all, each channel and each type; where each begins [1 + C + K + 1]


@lru_cache(maxsize=64)
def _plan_of(channels: tuple[int, ...], n_channels: int, n_groups: int) -> _Plan:
    """The plan of contact types [K] whose channels these are (-1 none)."""
    type_channel, n_types, width = np.array(channels, np.int64), len(channels), n_groups + 1
    by_channel = np.argsort(type_channel, kind="stable")  # types of no channel first
    rank = np.empty(n_types, np.int64)
    rank[by_channel] = np.arange(n_types)
    channel = np.repeat(type_channel[by_channel], width)
    group = np.tile(np.arange(-1, n_groups), n_types)
    first_group = 1 + n_channels + n_types
    scopes = np.stack(
        (
            np.where(channel >= 0, 0, _NOWHERE),
            np.where(channel >= 0, 1 + channel, _NOWHERE),
            1 + n_channels + np.repeat(by_channel, width),
            np.where(group >= 0, first_group + group, _NOWHERE),
        ),
        axis=1,
    )
    of_scope = [np.flatnonzero(type_channel >= 0), *(np.flatnonzero(type_channel == c) for c in range(n_channels))]
    of_scope += [np.array([kind]) for kind in range(n_types)]
    runs = np.concatenate(of_scope), np.cumsum([0, *(one.size for one in of_scope)])
    starts = np.searchsorted(type_channel[by_channel], np.arange(n_channels + 1))
    return _Plan(rank, by_channel, starts, np.ascontiguousarray(scopes, np.int64), runs)


def cells_of(
    records: NDArray[np.void], since: float, until: float, type_channel: Ints, sizes: tuple[int, int]
) -> TypesAndGroups:
    """The order of contacts [n] by their type and the group that last served them (-1 none); measured are those that
    arrived since <= time < until. `type_channel` [K] is the channel in whose figures a type counts (-1 none), `sizes`
    the numbers of channels and groups."""
    from floorcast.measures.cells.compiled import stand

    n_channels, n_groups = sizes
    plan = _plan_of(tuple(type_channel.tolist()), n_channels, n_groups)
    n, fields, size = len(records), records.dtype.fields, records.dtype.itemsize
    assert fields is not None
    words = np.array([fields["arrived"][1] // 8, fields["contact_type"][1] // 2, fields["group"][1] // 2])
    eights, twos = records.view(np.float64).reshape(n, size // 8), records.view(np.int16).reshape(n, size // 2)
    order, place, starts = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(len(plan.scopes) + 2, np.int64)
    stand(eights, twos, words, since, until, plan.rank, starts, order, place)
    return TypesAndGroups(
        order,
        starts[:-1],
        plan.scopes,
        1 + n_channels + type_channel.size + n_groups,
        place,
        int(starts[-2]),
        _spans(starts[:-1], n_groups + 1, plan),
        plan.runs,
    )


def _spans(starts: Ints, width: int, plan: _Plan) -> Ints:
    """Where all, each channel and each type stand, [1 + C + K, 2]; types of no channel are not in all."""
    bounds, first = starts[::width], plan.starts  # bounds [K + 1] of types as they stand
    n_channels = first.size - 1
    found = np.empty((1 + n_channels + plan.rank.size, 2), np.int64)
    found[0] = bounds[first[0]], bounds[-1]
    found[1 : 1 + n_channels, 0], found[1 : 1 + n_channels, 1] = bounds[first[:-1]], bounds[first[1:]]
    found[1 + n_channels :, 0], found[1 + n_channels :, 1] = bounds[plan.rank], bounds[plan.rank + 1]
    return found

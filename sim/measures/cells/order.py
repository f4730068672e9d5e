"""In what order the contacts of a run are measured: type by type and group by group, the measured first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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
        """How many of the measured contacts `mask` [n] holds for, over scopes [S]."""
        from floorcast.measures.cells.compiled import count

        found = np.zeros(self.n_scopes)
        count(mask.view(np.uint8), self.starts, self.scopes, found)
        return found

    def add(self, values: NDArray[Any], mask: NDArray[np.bool_]) -> Floats:
        """Sums over scopes [S] of the values [n] of the measured contacts that `mask` [n] holds for."""
        from floorcast.measures.cells.compiled import add

        found = np.zeros(self.n_scopes)
        add(values.astype(np.float64, copy=False), mask.view(np.uint8), self.starts, self.scopes, found)
        return found

    def count_codes(self, codes: NDArray[Any], n_codes: int) -> Floats:
        """Number of measured contacts over scopes by code in 0..n_codes-1, [S, n_codes]."""
        from floorcast.measures.cells.compiled import count_codes

        found, room = np.zeros((self.n_scopes, n_codes)), np.zeros(n_codes, np.int64)
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

    @cached_property
    def by_group(self) -> tuple[NDArray[np.intp], Ints]:
        """In what order groups stand together, those whom none served last in front, and where each does, [G, 2]."""
        n_groups = self.n_scopes - len(self.spans)
        sizes = np.diff(self.starts)
        group = np.arange(sizes.size) % (n_groups + 1)  # 0 none
        order, starts, _ = in_order(np.repeat(group, sizes), n_groups + 1)
        return order, np.stack((starts[1:-1], starts[2:]), axis=1)


def in_order(codes: NDArray[Any], n_codes: int) -> tuple[NDArray[np.intp], Ints, NDArray[np.intp]]:
    """Contacts [n] by their codes 0..n_codes-1, those of one code as they stand: which contact stands at each place,
    where each code begins [n_codes + 1], and where each contact stands. Raises ValueError for any other code."""
    from floorcast.measures.cells.compiled import put_in_order

    order, place = np.empty(codes.size, np.int64), np.empty(codes.size, np.int64)
    starts = np.empty(n_codes + 1, np.int64)
    if not put_in_order(np.ascontiguousarray(codes, np.int64), starts, order, place):
        raise ValueError(f"codes {codes.min()} to {codes.max()}; allowed 0 to {n_codes - 1}")
    return order, starts, place


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


def cells_of(
    types: NDArray[Any], groups: NDArray[Any], measured: NDArray[np.bool_], type_channel: Ints, sizes: tuple[int, int]
) -> TypesAndGroups:
    """The order of contacts [n] by their type, the group that last served them (-1 none), and whether they are
    measured; `type_channel` [K] is the channel in whose figures a type counts (-1 none), `sizes` the numbers of
    channels and groups."""
    n_channels, n_groups = sizes
    n_types, width = type_channel.size, n_groups + 1
    by_channel = np.argsort(type_channel, kind="stable")  # types of no channel first
    rank = np.empty(n_types, np.int64)
    rank[by_channel] = np.arange(n_types)
    n_cells = n_types * width
    cell = np.where(measured, (rank * width)[types] + (groups + 1), n_cells)
    order, starts, place = in_order(cell, n_cells + 1)
    starts = starts[:-1]
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
    return TypesAndGroups(
        order,
        starts,
        np.ascontiguousarray(scopes, np.int64),
        first_group + n_groups,
        place,
        int(starts[-1]),
        _spans(starts, width, type_channel, by_channel, n_channels),
    )


def _spans(starts: Ints, width: int, type_channel: Ints, by_channel: Ints, n_channels: int) -> Ints:
    """Where all, each channel and each type stand, [1 + C + K, 2]; types of no channel are not in all."""
    bounds = starts[::width]  # [K + 1] of types as they stand
    counted = int(np.count_nonzero(type_channel < 0))
    channels = np.searchsorted(type_channel[by_channel], np.arange(n_channels + 1))
    of_channel = np.stack((bounds[channels[:-1]], bounds[channels[1:]]), axis=1)
    of_type = np.empty((type_channel.size, 2), np.int64)
    of_type[by_channel] = np.stack((bounds[:-1], bounds[1:]), axis=1)
    return np.concatenate(([[bounds[counted], bounds[-1]]], of_channel, of_type)).astype(np.int64)

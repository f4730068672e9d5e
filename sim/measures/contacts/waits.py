"""Percentiles and sums by scope: all, channels, contact types, groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.percentile import censored_percentiles, percentiles_in_place
from floorcast.measures.base.records import Floats, Ints
from floorcast.measures.base.settings import yardstick_of
from floorcast.measures.contacts.spans import spans_of, type_label, type_spans
from floorcast.measures.contacts.sums import ContactSums


@dataclass(frozen=True)
class Waits:
    """The times of a run's contacts, ready to be cut by scope."""

    sums: ContactSums

    @cached_property
    def _type_channel(self) -> Ints:
        return yardstick_of(self.sums.world).channel

    @cached_property
    def _by_type(self) -> tuple[NDArray[np.intp], Ints]:
        """Order in which channels and types stand together, and where all, each channel, each type do."""
        world, kinds = self.sums.world, self.sums.contact_type
        sizes = np.bincount(kinds, minlength=len(world.type_names))
        order = np.argsort(type_label(self._type_channel)[kinds], kind="stable")
        return order, type_spans(sizes, self._type_channel, len(world.channel_names))

    @cached_property
    def _by_group(self) -> tuple[NDArray[np.intp], Ints]:
        """Order in which groups stand together, and where each does."""
        n_groups = len(self.sums.world.group_names)
        # Two bytes are sorted by counting, so keep them two bytes.
        label = self.sums.group.astype(np.int16) + np.int16(1)
        sizes = np.bincount(label, minlength=n_groups + 1)
        return np.argsort(label, kind="stable"), spans_of(sizes)[1:]

    def percentiles(self, name: str, shares: Sequence[float], *, groups: bool) -> Floats:
        """Percentiles of the times `name` for every scope: [len(shares), S].

        NaN where a scope holds none; with `groups` False the groups are left NaN. Of the first response
        those still unanswered are censored at their age: infinite where the curve does not get there.
        """
        values, counted = self.sums.times[name], self._number_by_scope(name)
        order, spans = self._by_type
        inner = len(spans)
        by_contact = percentiles_in_place(values[order], spans, counted[:inner], shares)
        by_group = np.full((len(shares), counted.size - inner), np.nan)
        if groups:
            order, spans = self._by_group
            by_group = percentiles_in_place(values[order], spans, counted[inner:], shares)
        found = np.concatenate((by_contact, by_group), axis=1)
        if f"{name}_age" in self.sums.times:
            self._censor(name, shares, found, groups)
        return found

    def _censor(self, name: str, shares: Sequence[float], found: Floats, groups: bool) -> None:
        """Put percentiles that heed the ages of the unanswered in the place of those that do not."""
        ages = self._number_by_scope(f"{name}_age")
        inner = len(self._by_type[1])
        both = self.sums.times[name], self.sums.times[f"{name}_age"]
        for place in np.flatnonzero(ages[: None if groups else inner]).tolist():
            order, spans = self._by_type if place < inner else self._by_group
            low, high = spans[place if place < inner else place - inner]
            time, age = (column[order[low:high]] for column in both)
            found[:, place] = censored_percentiles(time[~np.isnan(time)], age[~np.isnan(age)], shares)

    def _number_by_scope(self, name: str) -> Ints:
        grids = self.sums.grids
        number = grids[f"{name}_number"]
        if name == "wait":  # the times hold the waits of those who gave up too
            number = number + grids["wait_abandoned_number"]
        n_channels = len(self.sums.world.channel_names)
        return by_scope(number, self._type_channel, n_channels).astype(np.int64)


def by_scope(grid: NDArray[Any], type_channel: Ints, n_channels: int) -> Floats:
    """Sums by scope [S] (all, channels, types, groups) of a grid [K, G + 1] of sums.

    What agents ask each other (channel -1) counts for its type and the groups alone.
    """
    n_types, n_groups = grid.shape[0], grid.shape[1] - 1
    found = np.empty(1 + n_channels + n_types + n_groups)
    by_channel, by_type = found[1 : 1 + n_channels], found[1 + n_channels : 1 + n_channels + n_types]
    add = np.add.reduce  # as `sum`, without its ceremony: this is called a hundred times a run
    add(grid, axis=1, out=by_type)
    found[1 + n_channels + n_types :] = add(grid[:, 1:], axis=0)
    within, channels = by_type, type_channel
    if type_channel.min(initial=0) < 0:
        counted = type_channel >= 0
        within, channels = by_type[counted], type_channel[counted]
    by_channel[:] = np.bincount(channels, weights=within, minlength=n_channels)
    found[0] = add(within)
    return found

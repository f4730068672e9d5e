"""Where the parts of an array stand when contacts are ordered by channel and type."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Ints


def spans_of(sizes: Ints) -> Ints:
    """Half-open ranges [m, 2] of parts that stand one behind the other."""
    ends = np.cumsum(sizes)
    return np.stack((ends - sizes, ends), axis=1)


def type_spans(sizes: Ints, type_channel: Ints, n_channels: int) -> Ints:
    """Ranges of all, each channel and each contact type, [1 + C + K, 2].

    `sizes` [K] of the types; they stand ordered by channel, then by number. Those of no channel (-1)
    come first and belong to no customer: not to all either.
    """
    order = np.argsort(type_channel, kind="stable")
    by_type = np.empty((sizes.size, 2), dtype=np.int64)
    by_type[order] = spans_of(sizes[order])
    counted = type_channel >= 0
    in_channel = np.bincount(type_channel[counted], weights=sizes[counted], minlength=n_channels)
    within = int(sizes[~counted].sum())
    everything = [[within, int(sizes.sum())]]
    return np.concatenate((everything, within + spans_of(in_channel.astype(np.int64)), by_type))


def type_label(type_channel: Ints) -> NDArray[np.int16]:
    """A number for each type [K] in whose order those of one channel stand together."""
    label = np.empty(type_channel.size, dtype=np.int16)
    label[np.argsort(type_channel, kind="stable")] = np.arange(type_channel.size)
    return label

"""The work that customers bring in one replication, before anybody has answered one: whatever is decided, the same
customers come at the same time with the same work.

It is drawn here once more, many at a time, by the same uniforms with which the model draws them one by one; for the
mean of many replications that nobody simulates by others, which are quicker to have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.model.core.random import Stream
from floorcast.model.core.vector_random import uniforms
from floorcast.study.estimate import Floats

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World

_32 = np.uint64(32)
MOST_TURNS = 60  # of one contact whose work is drawn turn by turn; later ones bring their mean


# (digest of a source, numbers of its contacts, stream, ordinal) -> two uniforms of each
Draw = Callable[[int, Any, Stream, int], tuple[Floats, Floats]]


@dataclass(frozen=True)
class AsSimulated:
    """The uniforms of a replication, by its key."""

    key: tuple[int, int]

    def __call__(self, source: int, numbers: Any, stream: Stream, ordinal: int) -> tuple[Floats, Floats]:
        n = len(numbers)
        own = (np.uint64(source) << _32) | numbers.astype(np.uint64)
        return uniforms(own, np.full(n, int(stream)), np.full(n, ordinal), *self.key)


@dataclass(frozen=True)
class Quick:
    """Uniforms of a replication that nobody simulates; `turned`: 1 - u for u."""

    number: int
    turned: bool

    def __call__(self, source: int, numbers: Any, stream: Stream, ordinal: int) -> tuple[Floats, Floats]:
        generator = np.random.Generator(np.random.SFC64([self.number, source, int(stream), ordinal]))
        found = generator.random((int(numbers[-1]) + 1, 2))[numbers]
        np.clip(found, 1e-15, 1 - 1e-15, out=found)
        if self.turned:
            found = 1.0 - found
        return found[:, 0], found[:, 1]


def brought(world: World, sources: Any, steps: Any, draw: Draw) -> Floats:
    """Work that arrives by itself (erlangs) by contact type and interval [K, I], of all sources with a rate or
    counts; `sources` and `steps` as `realise` gives them."""
    found = np.zeros((len(world.type_names), world.n_intervals))
    for profile in world.demand.profiles:
        row = sources[profile.source]
        mine = steps[int(row["step"]) + int(profile.counts) : int(row["step_to"])]
        source = int(row["key"])
        at = _counted(source, mine, draw) if profile.counts else _streamed(source, mine, draw)
        if not len(at):
            continue
        k = int(row["contact_type"])
        work = _work(world.scenario.contact_types[world.type_names[k]], source, len(at), draw)
        interval = np.minimum((at // world.interval).astype(np.int64), world.n_intervals - 1)
        found[k] += np.bincount(interval, work, minlength=world.n_intervals) / world.interval
    return found


def _gaps(source: int, n: int, draw: Draw) -> Floats:
    """The uniforms of the first n gaps of a source; a block of two serves two contacts."""
    pair = draw(source, np.arange((n + 1) // 2), Stream.GAP, 0)
    return np.column_stack(pair).ravel()[:n]


def _streamed(source: int, steps: Any, draw: Draw) -> Floats:
    """Instants of a Poisson stream: its cumulated rate inverted at sums of unit exponentials."""
    total = float(steps["cumulated"][-1])
    n = 16 + int(total + 6 * np.sqrt(total))
    sums = np.cumsum(-np.log(_gaps(source, n, draw)))
    sums = sums[sums < total]
    at: Floats = np.interp(sums, steps["cumulated"], steps["time"])
    return at


def _counted(source: int, steps: Any, draw: Draw) -> Floats:
    """Instants of given counts: the order statistics of uniforms over each step, one from the one before."""
    counts = steps["value"][:-1].astype(np.int64)
    n = int(counts.sum())
    if not n:
        return np.empty(0)
    ends = np.cumsum(counts)
    left = np.repeat(ends, counts) - np.arange(n)  # still to come in the step
    share = np.log1p(-_gaps(source, n, draw)) / left  # of the rest of the step that is still free, as a logarithm
    before = np.r_[0.0, np.cumsum(share)]
    free = np.exp(before[1:] - np.repeat(before[ends - counts], counts))
    low, high = (np.repeat(steps["time"][cut], counts) for cut in (slice(None, -1), slice(1, None)))
    at: Floats = high - (high - low) * free
    return at


def _work(kind: Any, source: int, n: int, draw: Draw) -> Floats:
    """Seconds of work of n contacts over all their turns, and after contact on average."""
    numbers = np.arange(n)
    work: Floats = np.array(kind.work.quantile(draw(source, numbers, Stream.CREATION, 0)[1]), np.float64)
    work += kind.after_contact_work.mean
    if kind.turns.mean == 1:
        return work
    turns = np.asarray(kind.turns.quantile(draw(source, numbers, Stream.TURNS, 0)[0]))
    turns = np.maximum((turns + 0.5).astype(np.int64), 1)
    for turn in range(1, min(int(turns.max()), MOST_TURNS)):
        more = np.flatnonzero(turns > turn)
        work[more] += kind.work.quantile(draw(source, more, Stream.TURN, turn)[0])
    work += np.maximum(turns - MOST_TURNS, 0) * kind.work.mean
    return work

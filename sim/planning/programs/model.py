"""What a plan's service would be if some people were moved: a local model around a plan that was simulated.

In each interval the share in time is Phi(z), and z grows by people / (0.6 sqrt(load + 1)), the square-root law of
staffing, times how much a group's people count for the target, in that interval and later (`response.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from floorcast.measures import TargetRow
from floorcast.measures.periods import Bound

Floats = NDArray[np.float64]
LEAST, MOST = 0.004, 0.996


@dataclass(frozen=True)
class Promise:
    """One thing a plan has to keep: a by-interval target `k` over intervals first..end-1, with its bound;
    `target` is the row it is judged by."""

    target: TargetRow
    k: int | None
    first: int
    end: int
    bound: Bound


@dataclass(frozen=True)
class Anchor:
    """A simulated plan: people present [G, T], values [K, T], weights [K, T] and the room [P] of each
    promise with its standard error."""

    present: Floats
    values: Floats
    weights: Floats
    room: Floats
    error: Floats


class Model:
    """The room of promises around an anchor, as a function of the people present.

    weights [K, G, L]: how much a person of a group counts for a target so many intervals later; load [K, T] erlangs.
    needed [K, G]: groups of whom somebody has to be there for a target's contacts to be answered in time: in the
    interval in which they count, or in one of the `waits` [K] before it; where nobody of them is, none are answered.
    """

    def __init__(
        self, promises: tuple[Promise, ...], weights: Floats, load: Floats, needed: NDArray[np.bool_] | None = None,
        waits: NDArray[np.int64] | None = None,
    ) -> None:  # fmt: skip
        self.promises, self.weights, self.load = promises, weights, load
        self.needed = np.zeros(weights.shape[:2], dtype=np.bool_) if needed is None else needed
        self.waits = np.zeros(weights.shape[0], dtype=np.int64) if waits is None else waits
        self.first_of: dict[int, Promise] = {}
        for promise in promises:
            if promise.k is not None:
                self.first_of.setdefault(promise.k, promise)

    def rooms(
        self, anchor: Anchor, present: Floats, only: NDArray[np.bool_] | None = None
    ) -> tuple[Floats, Floats]:
        """Room [P] of each promise, and its slope [P, G, T] by a person in a group and interval; of `only` some."""
        groups, steps = present.shape
        rooms = np.full(len(self.promises), np.inf)
        slopes = np.zeros((len(self.promises), groups, steps))
        moved = present - anchor.present
        by_target: dict[int, tuple[Floats, Floats, Floats, Floats]] = {}
        for p, promise in enumerate(self.promises):
            if promise.k is None or only is not None and not only[p]:
                rooms[p] = anchor.room[p]
                continue
            k = promise.k
            if k not in by_target:
                by_target[k] = self._at_most(k, anchor, present, *self._shares(k, anchor, moved))
            before, after, slope, alone = by_target[k]
            span = slice(promise.first, promise.end)
            weight = anchor.weights[k, span]
            total = weight.sum()
            if total <= 0:
                continue
            gain = float((weight * (after[span] - before[span])).sum() / total)
            rooms[p] = anchor.room[p] + gain
            part = np.zeros(steps)
            part[span] = weight * slope[span] / total
            for lag in np.flatnonzero(self.weights[k].any(axis=0)):  # a person now helps so many intervals later
                slopes[p][:, : steps - lag] += self.weights[k][:, [lag]] * part[None, lag:]
            if alone.any():
                part[span] = weight * alone[span] / total
                for later in range(int(self.waits[k]) + 1):
                    slopes[p][self.needed[k], : steps - later] += part[later:]
        return rooms, slopes

    def at_the_bound(self, anchor: Anchor) -> Floats:
        """Slope [P, G, T] of each promise's room by a person where every interval just keeps its bound."""
        values = anchor.values.copy()
        for k, promise in self.first_of.items():
            bound = promise.bound.at_least if promise.bound.at_least is not None else promise.bound.at_most
            values[k] = bound
        room = np.zeros(len(self.promises))
        return self.rooms(replace(anchor, values=values, room=room), anchor.present)[1]

    def _at_most(
        self, k: int, anchor: Anchor, present: Floats, before: Floats, after: Floats, slope: Floats
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """The same, where no larger share is answered than somebody is there; and the slope by that alone [T]."""
        if not self.needed[k].any():
            return before, after, slope, np.zeros_like(slope)
        there, then = (self._lately(k, people[self.needed[k]].sum(axis=0)) for people in (present, anchor.present))
        most = there + np.maximum(before - then, 0.0)
        alone = most < after
        return before, np.where(alone, most, after), np.where(alone, 0.0, slope), alone.astype(np.float64)

    def _lately(self, k: int, people: Floats) -> Floats:
        """People [T] of an interval and of those before it from which a target's contacts may have waited."""
        return np.asarray(sum(_later(people, lag) for lag in range(int(self.waits[k]) + 1)), dtype=np.float64)

    def _shares(self, k: int, anchor: Anchor, moved: Floats) -> tuple[Floats, Floats, Floats]:
        """How good each interval is now and after the move [T], in the direction in which more is better,
        and the slope by one person that counts fully."""
        promise = self.first_of[k]
        people = np.zeros(moved.shape[1])
        for lag in np.flatnonzero(self.weights[k].any(axis=0)):
            people[lag:] += self.weights[k][:, lag] @ moved[:, : moved.shape[1] - lag]
        values = np.nan_to_num(anchor.values[k], nan=0.0)
        scale = 0.6 * np.sqrt(self.load[k] + 1.0)
        if is_share(promise):
            good = np.clip(values if promise.bound.at_least is not None else 1.0 - values, LEAST, MOST)
            z = ndtri(good)
            bend = np.interp(z, _FROM, _BEND)
            moved_to = z + people / scale
            straight = np.minimum(moved_to - bend, 0.0)
            steep = _density(np.maximum(moved_to, bend))
            return good, ndtr(np.maximum(moved_to, bend)) + steep * straight, steep / scale
        if promise.target.measure == "occupancy":
            there = np.maximum((self.weights[k][:, 0][:, None] * anchor.present).sum(axis=0), 0.5)
            after = values * there / np.maximum(there + people, 0.25)
            return -values, -after, after / np.maximum(there + people, 0.25)
        after = values * np.exp(-np.clip(people / scale, -3.0, 3.0))  # waits and the like
        return -values, -after, after / scale


def _later(people: Floats, lag: int) -> Floats:
    found = np.zeros_like(people)
    found[lag:] = people[: people.size - lag]
    return found


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi), dtype=np.float64)


def _bends() -> tuple[Floats, Floats]:
    """From where Phi is followed [n], of shares at these z [n]: below it a straight line takes its place, so that the
    model is concave, and its tangents cut off no plan that it would allow. Shares below a half see the chord that
    touches Phi."""
    at, upper = np.linspace(ndtri(LEAST), 0.0, 60), np.linspace(0.0, 2.0, 4001)
    over = (upper - at[:, None]) * _density(upper) - (ndtr(upper) - ndtr(at)[:, None])
    return at, upper[np.argmax(over <= 1e-12, axis=1)]


_FROM, _BEND = _bends()


def is_share(promise: Promise) -> bool:
    """Whether a promise is on a share that more people make better."""
    share = promise.target.unit == "share" or (promise.bound.at_least or promise.bound.at_most or 2.0) < 1.0
    return share and promise.target.measure != "occupancy"

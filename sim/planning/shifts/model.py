"""What a plan's service would be if some people were moved: a local model around a plan that was simulated.

In each interval the share in time is Phi(z), and z grows by people / (0.6 sqrt(load + 1)), the square-root law of
staffing, times how much a group's people matter to the target (seen by simulating one more of them).
Text gains from people anywhere in the time it may wait.
"""

from __future__ import annotations

from dataclasses import dataclass

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

    matter [K, G]: how much a person of a group counts for a target; load [K, T] erlangs; lag [K] intervals.
    """

    def __init__(self, promises: tuple[Promise, ...], matter: Floats, load: Floats, lag: NDArray[np.int64]) -> None:
        self.promises, self.matter, self.load, self.lag = promises, matter, load, lag

    def rooms(self, anchor: Anchor, present: Floats) -> tuple[Floats, Floats]:
        """Room [P] of each promise, and its slope [P, G, T] by a person in a group and interval."""
        groups, steps = present.shape
        rooms = np.full(len(self.promises), np.inf)
        slopes = np.zeros((len(self.promises), groups, steps))
        moved = present - anchor.present
        by_target: dict[int, tuple[Floats, Floats, Floats]] = {}
        for p, promise in enumerate(self.promises):
            if promise.k is None:
                rooms[p] = anchor.room[p]
                continue
            k = promise.k
            if k not in by_target:
                by_target[k] = self._shares(k, anchor, moved)
            before, after, slope = by_target[k]
            span = slice(promise.first, promise.end)
            weight = anchor.weights[k, span]
            total = weight.sum()
            if total <= 0:
                continue
            gain = float((weight * (after[span] - before[span])).sum() / total)
            rooms[p] = anchor.room[p] + gain
            part = np.zeros(steps)
            part[span] = weight * slope[span] / total
            lag = int(self.lag[k])
            if lag:  # a person now helps what falls due until so many intervals later
                part = _ahead(part, lag) / (lag + 1)
            slopes[p] = self.matter[k][:, None] * part[None, :]
        return rooms, slopes

    def _shares(self, k: int, anchor: Anchor, moved: Floats) -> tuple[Floats, Floats, Floats]:
        """How good each interval is now and after the move [T], in the direction in which more is better,
        and the slope by one person that matters fully."""
        promise = next(one for one in self.promises if one.k == k)
        people = self.matter[k] @ moved
        lag = int(self.lag[k])
        if lag:
            people = _behind(people, lag) / (lag + 1)
        values = np.nan_to_num(anchor.values[k], nan=0.0)
        scale = 0.6 * np.sqrt(self.load[k] + 1.0)
        upward = promise.bound.at_least is not None
        share = promise.target.unit == "share" or (promise.bound.at_least or promise.bound.at_most or 2.0) < 1.0
        if share and promise.target.measure != "occupancy":
            good = np.clip(values if upward else 1.0 - values, LEAST, MOST)
            z = ndtri(good)
            after = ndtr(z + people / scale)
            slope = np.exp(-((z + people / scale) ** 2) / 2) / np.sqrt(2 * np.pi) / scale
            return good, after, slope
        if promise.target.measure == "occupancy":
            there = np.maximum((self.matter[k][:, None] * anchor.present).sum(axis=0), 0.5)
            after = values * there / np.maximum(there + people, 0.25)
            return -values, -after, after / np.maximum(there + people, 0.25)
        after = values * np.exp(-np.clip(people / scale, -3.0, 3.0))  # waits and the like
        return -values, -after, after / scale


def _behind(row: Floats, lag: int) -> Floats:
    """Sums over each interval and the `lag` before it."""
    padded = np.concatenate((np.zeros(lag), row))
    cumulated = np.concatenate(([0.0], np.cumsum(padded)))
    return cumulated[lag + 1 :] - cumulated[: -lag - 1]


def _ahead(row: Floats, lag: int) -> Floats:
    """Sums over each interval and the `lag` after it."""
    return _behind(row[::-1], lag)[::-1]

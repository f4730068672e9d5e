"""What a plan has to keep, and whether simulated replications keep it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures import TargetRow
from floorcast.measures.base.targets import periods_of
from floorcast.measures.periods import Bound, bound_of, text_by_interval
from floorcast.planning.programs.forced import open_arrivals
from floorcast.planning.programs.model import Promise
from floorcast.planning.requirement.start import types_of
from floorcast.planning.trials import Question, Trial
from floorcast.study.estimate import ratios

Floats = NDArray[np.float64]
OF_THE_ANSWERED = ("asa", "wait_mean", "first_response_mean", "resolution_mean")
EXPECTED = 3.0  # contacts, of whom somebody should have been answered


def promises_of(question: Question, steps: int) -> tuple[Promise, ...]:
    """One promise for each target as it is written; of targets of every period, one for each."""
    found = [
        Promise(target, k, 0, steps, bound_of(target))
        for k, target in enumerate(question.targets)
        if question.written[k]
    ]
    for target in question.whole:
        base = target.base or target
        k = question.targets.index(base) if base in question.targets else None
        first, end = target.period or (0, steps)
        modelled = base if target.period is None and k is not None else target
        found.append(Promise(target, k, first, end, bound_of(modelled)))
    return tuple(found)


def needs_whole(promises: Sequence[Promise]) -> bool:
    """Whether some promise is on a measure that only the whole run tells."""
    return any(promise.k is None for promise in promises)


def measured(promise: Promise, trial: Trial, question: Question, world: Any) -> tuple[Floats, Floats]:
    """Numerator and denominator [n] of a promise in each replication."""
    target = promise.target
    if promise.k is None:
        place = question.whole.index(target)
        return trial.whole_above[:, place], trial.whole_below[:, place]
    above, below = trial.above[:, promise.k], trial.below[:, promise.k]
    if target.base is None or target.period is not None:
        span = slice(promise.first, promise.end)
        return above[:, span].sum(axis=1), below[:, span].sum(axis=1)
    unit = target.every.split()[-1].rstrip("s")
    spans = [(0, above.shape[1], "")] if unit == "run" else periods_of(world, unit)
    tops = np.stack([above[:, low:high].sum(axis=1) for low, high, _ in spans], axis=1)
    bottoms = np.stack([below[:, low:high].sum(axis=1) for low, high, _ in spans], axis=1)
    there = bottoms > 0
    if not there.all():
        there |= [_left_alone(promise, world, low, high) for low, high, _ in spans]
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = there & (promise.bound.slack(np.where(bottoms > 0, tops / bottoms, np.nan)) >= 0)
    return kept.sum(axis=1).astype(np.float64), there.sum(axis=1).astype(np.float64)


def own_bound(promise: Promise) -> Bound:
    """The bound that the measured ratio has to keep."""
    target = promise.target
    if target.base is not None:
        return Bound(target.at_least, target.at_most)
    return promise.bound


def kept(
    promises: Sequence[Promise], trial: Trial, question: Question, world: Any
) -> tuple[Floats, Floats, Floats]:
    """Value, room and standard error [P] of each promise; where nothing is measured, endless room, unless that is
    because nobody was answered: then it lacks endlessly much."""
    if not promises:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    pairs = [measured(promise, trial, question, world) for promise in promises]
    found = ratios(np.stack([a for a, _ in pairs], axis=1), np.stack([b for _, b in pairs], axis=1))
    n = max(trial.n, 2)
    error = np.sqrt(np.nansum(found.influence**2, axis=0) / (n * (n - 1)))
    room = np.array([float(own_bound(p).slack(v)) for p, v in zip(promises, found.mean, strict=True)])
    nothing = np.isnan(room)
    for p in np.flatnonzero(nothing).tolist():
        room[p] = -math.inf if _left_alone(promises[p], world, promises[p].first, promises[p].end) else math.inf
    return found.mean, room, np.where(nothing, 0.0, error)


def _left_alone(promise: Promise, world: Any, first: int, end: int) -> bool:
    """Whether nothing of a promise was measured from one interval to another because nobody was answered: a mean over
    those who were, of contacts that certainly came."""
    target = promise.target.base or promise.target
    if target.measure not in OF_THE_ANSWERED or target.by == "group":
        return False
    expected = open_arrivals(world.scenario)[types_of(target, world.scenario)]
    return bool(expected[:, first:end].sum() >= EXPECTED)


def words(target: TargetRow) -> str:
    """A promise as it is printed."""
    return f"{target.of}, {text_by_interval(target)}{f' ({target.label})' if target.label else ''}"

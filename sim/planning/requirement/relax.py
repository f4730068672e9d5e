"""What can be saved if the targets only have to hold as written, so that some intervals may be worse than the bound.

Starting from the people that every interval requires, people are removed where this costs the least service for the
money saved, in batches that are halved when a target would be missed.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.periods import bound_of
from floorcast.planning.requirement.crew import Heads
from floorcast.planning.requirement.settle import PER_CELL, Requirement, Settling, _normal
from floorcast.planning.trials import FRESH, Trial

Floats = NDArray[np.float64]
ROUNDS = 10
FIRST_BATCH = 0.1  # of the cells with people
SAFE = 1.0  # standard errors by which every target is to be kept while people are taken away


def as_written(search: Settling, requirement: Requirement) -> tuple[Heads, Trial]:
    """The people [G, T] with which every target holds as it is written, and a fresh trial of them.

    Where even the required people miss a target as written, they are given back unchanged.
    """
    heads = requirement.heads
    trial = search.try_out(heads, whole=True)
    accepted = [heads]
    share = np.full(heads.shape[0], FIRST_BATCH)
    share[_blamed(search, trial)] = 0.0
    for _ in range(ROUNDS):
        fewer = heads.copy()
        places = _least_harm(search, heads, trial)
        for g in range(heads.shape[0]):
            own = places[places[:, 0] == g]
            if share[g] * own.shape[0] >= 0.5:
                fewer[g, own[: max(1, int(share[g] * own.shape[0])), 1]] -= 1
            else:
                share[g] = 0.0
        if (fewer == heads).all():
            break
        tried = search.try_out(fewer, whole=True)
        blamed = _blamed(search, tried)
        fewer[blamed] = heads[blamed]
        share[blamed] /= 2
        if not blamed.any():
            trial = tried
            accepted.append(fewer)
        heads = fewer
    if (heads != accepted[-1]).any():
        accepted.append(heads)
    for heads in reversed(accepted):
        check = search.try_out(heads, 2 * search.n, FRESH, whole=True)
        if not _blamed(search, check, safe=0.0).any():
            return heads, check
    return accepted[0], requirement.check


def _blamed(search: Settling, trial: Trial, safe: float = SAFE) -> NDArray[np.bool_]:
    """Groups [G] that serve a target which is not kept, as it is written, by `safe` standard errors."""
    question = search.trials.question
    values, errors = trial.whole_values()
    blamed = np.zeros(search.reach.shape[1], dtype=np.bool_)
    for k, target in enumerate((*question.targets, *question.whole)):
        if k < len(question.targets) and not question.written[k]:
            continue
        room = float(bound_of(target).slack(values[k])) if k < values.size else math.nan
        if not math.isnan(room) and room < safe * errors[k]:
            of = target.base or target
            known = of in question.targets
            blamed |= search.reach[question.targets.index(of)] > PER_CELL if known else True
    return blamed


def _least_harm(search: Settling, heads: Heads, trial: Trial) -> NDArray[np.int64]:
    """Cells (g, t) with people, those first where one less costs least service for the money."""
    values, _ = trial.values()
    room = search.slack(values)
    counted = trial.below.mean(axis=0)
    whole, errors = trial.whole_values()
    rooms = [
        float(bound.slack(value)) - SAFE * error
        for bound, value, error in zip(search.bounds, whole, errors, strict=False)
    ]
    harm = np.full(heads.shape, 1e-6)
    for k in range(len(search.targets)):
        bound = search.bounds[k]
        total = max(float(counted[k].sum()), 1e-9)
        spare = max(float(rooms[k]), 1e-4) if not math.isnan(rooms[k]) else 1.0  # what may still be lost
        for g in np.flatnonzero(search.reach[k] > PER_CELL):
            load = search.demand.load[g]
            for t in np.flatnonzero(search.asked[k] & ~np.isnan(room[k])):
                weight = counted[k, t] / total * search.reach[k, g] / spare
                if heads[g, t] <= 1:
                    loss = 1.0
                elif bound.at_least is not None and bound.at_least <= 1:
                    z = _normal(float(values[k, t]))
                    loss = math.exp(-z * z / 2) / 2.507 / (0.6 * math.sqrt(load[t] + 1.0))
                else:
                    loss = 0.3 / math.sqrt(load[t] + 1.0)
                harm[g, t] += weight * loss
    score = harm / search.cost[:, None]
    score[heads == 0] = np.inf
    order = np.argsort(score, axis=None, kind="stable")
    order = order[np.isfinite(score.ravel()[order])]
    return np.stack(np.unravel_index(order, heads.shape), axis=1)

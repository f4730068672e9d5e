"""How much a person counts for each target, then and later, learned from what simulated plans did.

In units of the square-root law (`model.py`) a target's share in an interval moves by the sum of people moved in that
interval and those before it, each times a weight. The weights [K, G, L] begin with theory's and are fitted, none below
zero, to the differences between simulated plans: those of a few whose people were moved at random, and every plan that
the search looks at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from floorcast.planning.programs.model import LEAST, MOST, Anchor, Model, is_share
from floorcast.planning.requirement.settle import PER_CELL, Settling

Floats = NDArray[np.float64]
TRIED = 10  # staffings moved at random
MOVED = 0.15  # of the people of an interval
BLOCKS = (2, 4, 8)  # intervals that are moved together
CARRIED = 8  # intervals for which what was left lying is felt beyond a promise
DOUBT = 0.5  # standard deviation of a weight from theory's, before anything was seen
TRUST = 0.1  # of what is seen: neighbouring intervals say much the same


def theory(settling: Settling, lag: NDArray[np.int64]) -> Floats:
    """Weights [K, G, L] before anything was seen: a group counts by its share of the target's contacts, over the time
    in which they may be answered."""
    reach = settling.reach
    most = reach.max(axis=1, keepdims=True)
    share = np.divide(reach, most, out=np.zeros_like(reach), where=most > 0)
    share[reach <= PER_CELL] = 0.0
    found = np.zeros((*reach.shape, int(lag.max(initial=0)) + CARRIED + 1))
    for k, target in enumerate(settling.targets):
        if target.measure == "occupancy":
            found[k, :, 0] = reach[k] > 0
        else:
            found[k, :, : lag[k] + 1] = share[k][:, None] / (lag[k] + 1)
    return found


def explored(settling: Settling, heads: NDArray[np.int64], seed: int) -> list[Anchor]:
    """Plans around `heads`, simulated: these first, then some with people moved at random."""
    chance = np.random.default_rng(seed)
    groups, steps = heads.shape
    found = [_seen(settling, heads)]
    for n in range(TRIED):
        block = BLOCKS[n % len(BLOCKS)]
        sign = chance.choice((-1, 1), (groups, -(-steps // block))).repeat(block, axis=1)[:, :steps]
        size = np.maximum(1, np.rint(MOVED * heads * chance.uniform(0.5, 1.5, heads.shape))).astype(np.int64)
        moved = np.where(heads > 0, np.maximum(heads + sign * size, 0), 0)
        found.append(_seen(settling, moved))
    return found


def _seen(settling: Settling, heads: NDArray[np.int64]) -> Anchor:
    trial = settling.try_out(heads)
    nothing = np.zeros(0)
    return Anchor(heads.astype(np.float64), trial.values()[0], trial.below.mean(axis=0), nothing, nothing)


def fit(model: Model, prior: Floats, pairs: Sequence[tuple[Anchor, Anchor]]) -> Floats:
    """Weights [K, G, L] that explain how the second of each pair of plans differs from the first."""
    from scipy.optimize import nnls

    found = prior.copy()
    for k, promise in model.first_of.items():
        if not is_share(promise):
            continue
        groups = np.flatnonzero(prior[k].any(axis=1))
        lags = int(np.flatnonzero(prior[k].any(axis=0)).max(initial=0)) + CARRIED + 1
        lags = min(lags, prior.shape[2])
        own = prior[k][groups, :lags].ravel()
        if not own.size:
            continue
        normal = np.eye(own.size) / DOUBT**2
        seen = own / DOUBT**2
        scale = 0.6 * np.sqrt(model.load[k] + 1.0)
        upward = promise.bound.at_least is not None
        for before, after in pairs:
            one, other = (np.nan_to_num(anchor.values[k], nan=0.5) for anchor in (before, after))
            if not upward:
                one, other = 1.0 - one, 1.0 - other
            here, there = ndtri(np.clip(one, LEAST, MOST)), ndtri(np.clip(other, LEAST, MOST))
            sure = (one > LEAST) & (one < MOST) | (other > LEAST) & (other < MOST)
            middle = (here + there) / 2
            share = np.clip((one + other) / 2, LEAST, MOST)
            weight = TRUST * before.weights[k] * sure * np.exp(-(middle**2)) / (2 * np.pi) / (share * (1 - share))
            moved = (after.present - before.present)[groups]
            columns = np.stack([_later(moved, lag) for lag in range(lags)], axis=1).reshape(own.size, -1) / scale
            heavy = columns * weight
            normal += heavy @ columns.T
            seen += heavy @ (there - here)
        root = np.linalg.cholesky(normal)
        weights, _ = nnls(root.T, np.linalg.solve(root, seen))
        found[k][groups, :lags] = weights.reshape(groups.size, lags)
    return found


def _later(rows: Floats, lag: int) -> Floats:
    """Rows [G, T] so many intervals later."""
    found = np.zeros_like(rows)
    found[:, lag:] = rows[:, : rows.shape[1] - lag]
    return found

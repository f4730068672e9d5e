"""How much a person of each group counts for each target, seen by simulation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from floorcast.planning.requirement.settle import Settling
from floorcast.planning.shifts.model import LEAST, MOST, Model

Floats = NDArray[np.float64]


def matter(settling: Settling, model: Model, heads: NDArray[np.int64]) -> Floats:
    """How much a person of each group counts for each target [K, G], seen by taking one of each group away.

    1: as much as the square-root law says of a group that alone serves the target. Where nothing can be seen
    (everybody or nobody is served in time), the share that the group serves.
    """
    found = _reach(settling)
    trial = settling.try_out(heads)
    base, counted = trial.values()[0], trial.below.mean(axis=0)
    for g in range(heads.shape[0]):
        fewer = heads.copy()
        fewer[g] = np.maximum(fewer[g] - 1, 0)
        if (fewer == heads).all() or not (settling.reach[:, g] > 0).any():
            continue
        values, _ = settling.try_out(fewer).values()
        changed = (heads - fewer)[g]
        for k, bound in enumerate(settling.bounds):
            if settling.targets[k].measure == "occupancy" or bound.at_least is None and (bound.at_most or 2) >= 1:
                continue
            upward = bound.at_least is not None
            before, after = (one[k] if upward else 1.0 - one[k] for one in (base, values))
            with np.errstate(invalid="ignore"):
                seen = (before > 0.02) & (before < 0.985) & (after > 0.01) & (changed > 0)
            weight = counted[k] * seen
            if weight.sum() < 0.1 * counted[k].sum():
                continue
            gap = ndtri(np.clip(before, LEAST, MOST)) - ndtri(np.clip(after, LEAST, MOST))
            people = gap * 0.6 * np.sqrt(model.load[k] + 1.0)
            found[k, g] = float(np.clip(np.nansum(weight * people) / weight.sum(), 0.0, 2.0))
    return found


def _reach(settling: Settling) -> Floats:
    """How much a person of each group counts for each target [K, G]: as much as the one who serves most of it
    where the group serves any."""
    most = settling.reach.max(axis=1, keepdims=True)
    share = np.divide(settling.reach, most, out=np.zeros_like(settling.reach), where=most > 0)
    for k, target in enumerate(settling.targets):
        if target.measure == "occupancy":
            share[k] = settling.reach[k] > 0
    return np.asarray(share, dtype=np.float64)



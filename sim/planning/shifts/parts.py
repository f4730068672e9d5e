"""Parts of a plan that do not touch each other: groups of agents that share no promise.

Where each team answers its own channels, what a change does to one team's promises says nothing of another's. The best
plan then has the best of each part from all plans that were simulated, and a plan may change all parts at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from floorcast.planning.programs.model import Promise

Floats = NDArray[np.float64]
COUNTS = 0.02  # of the group that counts most for a target: one that counts less is not of its part


@dataclass(frozen=True)
class Part:
    """Some tours [J] and the promises [P] that their people keep."""

    tours: NDArray[np.bool_]
    promises: NDArray[np.bool_]


def parts_of(
    group: NDArray[np.int64], weights: Floats, promises: tuple[Promise, ...], pressing: NDArray[np.bool_]
) -> list[Part]:
    """The parts of plans whose tours belong to these groups [J].

    weights [K, G]: how much a group counts for a target. pressing [P]: promises that a plan may come to miss; others
    hold no groups together.
    """
    groups = weights.shape[1]
    of = np.ones((len(promises), groups), dtype=np.bool_)
    for p, promise in enumerate(promises):
        if promise.k is not None:
            of[p] = weights[promise.k] > COUNTS * weights[promise.k].max(initial=0.0)
    rows, columns = np.nonzero(of & pressing[:, None])
    size = len(promises) + groups
    links = coo_array((np.ones(rows.size), (rows, len(promises) + columns)), shape=(size, size))
    label = connected_components(links, directed=False)[1]
    part_of = label[len(promises) :]
    found = []
    for part in np.unique(part_of[group]):
        inside = part_of == part
        alone = of[:, inside].any(axis=1) & ~of[:, ~inside].any(axis=1)
        found.append(Part(inside[group], np.asarray(alone, dtype=np.bool_)))
    return found

"""Two studies of the same scenario, before and after a change, as one in which they can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from floorcast.measures import Row
from floorcast.study.estimate import Floats
from floorcast.study.results import Study


def beside(now: Study, policy: str, before: Study, other: str, names: tuple[str, str]) -> Study:
    """One study of two options: ``policy`` of ``now``, and ``other`` of ``before``, called by ``names``.

    Replications of equal number meet the same chance where the seeds are equal, so differences are
    paired; the shorter study decides how many there are. Rows are those of ``now``; targets too, with
    its bounds. Raises ValueError for other seeds, for then nothing is paired.
    """
    if now.seed != before.seed:
        raise ValueError(f"found seeds {now.seed} and {before.seed}; allowed equal ones, for the same customers")
    n = min(now.replications, before.replications)
    mine, theirs = now.policies.index(policy), before.policies.index(other)
    places = {_key(row, before): place for place, row in enumerate(before.rows)}
    there = [places.get(_key(row, now), -1) for row in now.rows]
    above = (now.above[mine][:n], _taken(before.above[theirs][:n], there))
    below = (now.below[mine][:n], _taken(before.below[theirs][:n], there))
    return replace(now, policies=names, above=above, below=below, pairs=((0, 1),))


def _key(row: Row, study: Study) -> tuple[object, ...]:
    """A row by what it measures; a target by measure and settings, not by its bound."""
    if row.target < 0:
        return row.measure, row.by, row.of
    target = study.targets[row.target]
    return row.measure, row.by, row.of, target.within, target.formula, target.clock, target.every, target.period


def _taken(values: Floats, places: Sequence[int]) -> Floats:
    taken = values[:, places].copy()
    taken[:, np.array(places) < 0] = np.nan
    return taken

"""Rows of options that do not all have the same groups, contact types or targets, as one list."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from floorcast.measures import Row, TargetRow
from floorcast.measures.base.rows import Rows
from floorcast.study.estimate import Floats

Thing = TypeVar("Thing", bound=Hashable)


def united(
    layouts: Sequence[Rows],
) -> tuple[tuple[Row, ...], tuple[TargetRow, ...], list[NDArray[np.int64]]]:
    """The rows and targets that any layout has, in the order of the first, and where each layout's rows
    stand among them."""
    targets, of_target = _in_all([layout.targets for layout in layouts])
    renumbered = [
        [row if row.target < 0 else row._replace(target=int(places[row.target])) for row in layout.all]
        for layout, places in zip(layouts, of_target)
    ]
    rows, places = _in_all(renumbered)
    return rows, targets, places


def _in_all(lists: Sequence[Sequence[Thing]]) -> tuple[tuple[Thing, ...], list[NDArray[np.int64]]]:
    """All that is in any list, each as often as in the list that has it most often."""
    place: dict[tuple[Thing, int], int] = {}
    found: list[NDArray[np.int64]] = []
    for things in lists:
        count: dict[Thing, int] = {}
        own = []
        for thing in things:
            number = count[thing] = count.get(thing, 0) + 1
            own.append(place.setdefault((thing, number), len(place)))
        found.append(np.array(own, np.int64))
    return tuple(thing for thing, _ in place), found


def placed(values: Floats, places: NDArray[np.int64], width: int) -> Floats:
    """Values of an option's own rows among all rows; NaN where it has none."""
    all_rows = np.full(width, np.nan)
    all_rows[places] = values
    return all_rows

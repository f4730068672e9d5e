"""A copy of a floor at an instant, to go back to: what follows is the same again, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.clock.floor import Floor
from floorcast.model.records.state import FIELDS, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from floorcast.model.compile.assemble import World

# Never written to in place, whoever plays: a disturbance that changes one puts another in its place.
_SHARED = {
    "types", "behaviours", "draws", "knots", "mixes", "weights", "campaigns", "tests", "leaves", "fits", "gauge_of",
    "choices", "biases", "scores", "offers", "transfers", "actions", "links", "serves", "steps", "trace", "timetable",
    "blank_contact", "blank_issue",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Saved:
    """A copy of a floor's whole state. ``size`` bytes are its own."""

    world: World
    seed: int
    replication: int
    time: float
    state: State
    size: int


def save(floor: Floor) -> Saved:
    """Copy a floor; it goes on as if nothing had been."""
    copied = _copy(floor.state)
    size = sum(getattr(copied, name).nbytes for name in FIELDS if name not in _SHARED)
    return Saved(floor.world, floor.seed, floor.replication, floor.now, copied, size)


def resume(
    saved: Saved, observe: Callable[[int, int, int], None] | None = None
) -> Floor:
    """A floor that goes on from a saved one, which can be gone back to again and again."""
    state = _copy(saved.state)
    state.centre[0]["asking"] = 0
    state.centre[0]["offering"] = saved.world.routes.centre["offering"]
    floor = Floor(saved.world, saved.seed, saved.replication, True, observe, state)
    floor.run_until(saved.time)
    return floor


def _copy(state: State) -> State:
    arrays: dict[str, Any] = {}
    for name in FIELDS:
        array = getattr(state, name)
        # By bytes: numpy copies structured rows field by field, many times slower.
        arrays[name] = array if name in _SHARED else _twin(array)
    return State(**arrays)


def _twin(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    twin = np.empty_like(array)
    twin.view(np.uint8)[:] = array.view(np.uint8)
    return twin

"""The cheapest plan by the model around a simulated one, beside everything tried."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from floorcast.measures import TargetRow
from floorcast.measures.periods import bound_of
from floorcast.planning.programs.around import Around
from floorcast.planning.programs.model import Anchor, Model, Promise
from floorcast.planning.programs.program import LARGE, Program
from floorcast.planning.programs.tours import Tours

STEPS = 12


def made_up(seed: int, tours: int = 5, needed: bool = False, copies: int = 1) -> Around:
    """Tours of one group over twelve intervals, and two targets of calls, after a plan that keeps neither."""
    chance = np.random.default_rng(seed)
    presence = np.zeros((tours, STEPS))
    for j in range(tours):
        start = int(chance.integers(0, STEPS - 4))
        presence[j, start : start + int(chance.integers(4, STEPS - start + 1))] = 1.0
    presence = np.tile(presence, (copies, 1))
    J = presence.shape[0]
    cost = np.tile(chance.integers(8, 20, tours).astype(float), copies) + 0.01 * np.arange(J)
    hours = presence.sum(axis=1)
    own = Tours((), cost, hours, np.zeros(J, dtype=np.int64), presence, np.zeros((J, STEPS), dtype=np.int8))
    targets = [TargetRow("service_level", "phone", "channel", at_least=least, within=20.0) for least in (0.7, 0.8)]
    promises = tuple(Promise(target, k, 0, STEPS, bound_of(target)) for k, target in enumerate(targets))
    weights = chance.uniform(0.4, 1.0, (2, 1, 1))
    model = Model(promises, weights, chance.uniform(0.5, 4.0, (2, STEPS)), np.full((2, 1), needed))
    counts = np.zeros(J, dtype=np.int64)
    values = chance.uniform(0.1, 0.6, (2, STEPS))
    room = values.mean(axis=1) - np.array([0.7, 0.8])
    anchor = Anchor(own.present(counts, 1), values, np.ones((2, STEPS)), room, np.full(2, 0.01))
    program = Program(cost, [], np.full(J, 3.0))
    return Around(program, own, model, anchor, np.zeros(2), np.full(2, 2_000.0))


@pytest.mark.parametrize("needed", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_cheapest_by_the_model_is_that_of_everything_tried(seed: int, needed: bool) -> None:
    around = made_up(seed, needed=needed)
    nobody = np.zeros(5, dtype=np.int64)
    found = around.cheapest(nobody, (nobody, 15))
    assert found is not None
    best = min(around.worth(np.array(counts)) for counts in itertools.product(range(4), repeat=5))
    assert around.worth(found) <= 1.02 * best


def test_whole_people_of_many_tours_cost_little_more_than_fractions() -> None:
    """With many tours to choose from, people that the model has room for are found, not only cuts that it keeps."""
    around = made_up(11, tours=8, copies=LARGE // 8 + 1)
    nobody = np.zeros(around.tours.cost.size, dtype=np.int64)
    found = around.cheapest(nobody, (nobody, 20))
    few = made_up(11, tours=8)
    some = replace(few, program=replace(few.program, upper=np.full(8, 20.0)))
    least = some.cheapest(nobody[:8], (nobody[:8], 20))
    assert found is not None and least is not None
    assert around.worth(found) <= 1.05 * some.worth(least)


def test_where_nobody_is_there_nobody_is_answered_in_time() -> None:
    """The model's share falls with people by the square-root law, and to nothing where the last of them leaves."""
    around = made_up(3, needed=True)
    counts = np.array([1, 1, 1, 1, 1])
    there = around.present(counts)
    good = replace(around.anchor, present=there, values=np.full((2, STEPS), 0.9), room=np.zeros(2))
    gone, covered = np.zeros_like(there), there[0] > 0
    rooms, slopes = around.model.rooms(good, gone)
    assert (rooms <= -0.9 * covered.mean() + 1e-9).all()
    assert np.median(slopes[:, 0, covered]) == pytest.approx(1 / STEPS)  # and the first who comes brings all of it back
    by_the_law = replace(around, model=made_up(3).model).model.rooms(good, gone)[0]
    assert (by_the_law > rooms + 0.05).all()

"""Teams that share no target are planned by themselves; those that share one, together."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures import TargetRow
from floorcast.measures.periods import bound_of
from floorcast.planning.programs.model import Promise
from floorcast.planning.programs.program import Program, Row
from floorcast.planning.shifts.parts import parts_of

PHONE, MAIL, HELP = 0, 1, 2
GROUP = np.array([PHONE, PHONE, MAIL, HELP])  # of four tours
OWN = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])  # calls, letters, everybody's occupancy


def _promises() -> tuple[Promise, ...]:
    targets = (
        TargetRow("service_level", "channel", "phone", at_least=0.8),
        TargetRow("service_level", "channel", "email", at_least=0.8),
        TargetRow("occupancy", "all", "all", at_most=0.9),
    )
    return tuple(Promise(target, k, 0, 4, bound_of(target)) for k, target in enumerate(targets))


@pytest.mark.parametrize(
    ("help_with", "pressing", "teams"),
    [
        ((0.0, 0.0), (True, True, False), [{PHONE}, {MAIL}, {HELP}]),
        ((0.4, 0.0), (True, True, False), [{PHONE, HELP}, {MAIL}]),
        ((0.4, 0.4), (True, True, False), [{PHONE, MAIL, HELP}]),
        ((0.4, 0.4), (True, False, False), [{PHONE, HELP}, {MAIL}]),  # letters are far from being late
        ((0.0, 0.0), (True, True, True), [{PHONE, MAIL, HELP}]),  # all are too busy together
    ],
)
def test_parts_are_the_teams_that_share_what_is_at_stake(
    help_with: tuple[float, float], pressing: tuple[bool, ...], teams: list[set[int]]
) -> None:
    weights = OWN.copy()
    weights[:2, HELP] = help_with
    parts = parts_of(GROUP, weights, _promises(), np.array(pressing))
    assert sorted(map(sorted, teams)) == sorted(sorted(set(GROUP[part.tours].tolist())) for part in parts)
    assert sum(part.tours for part in parts).tolist() == [1, 1, 1, 1]
    for part in parts:
        assert part.promises[0] == (PHONE in GROUP[part.tours])


def test_a_part_of_a_program_keeps_the_bounds_that_the_others_leave() -> None:
    everybody = Row(np.arange(4), np.ones(4), 3.0, 6.0)
    letters = Row(np.array([2]), np.ones(1), 1.0, 1.0)
    whole = Program(np.array([1.0, 2.0, 1.0, 1.0]), [everybody, letters], np.full(4, 9.0))
    part = whole.among(np.array([0, 1]), np.array([2, 0, 1, 1]))
    assert part.cost.tolist() == [1.0, 2.0]
    (row,) = part.rows
    assert (row.places.tolist(), row.low, row.high) == ([0, 1], 1.0, 4.0)
    assert part.allows(np.array([1, 3])) and not part.allows(np.array([3, 2])) and not part.allows(np.array([0, 0]))

"""The integer program against exact optima that others computed."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.planning.programs.program import Program, Row
from floorcast.planning.programs.tours import tours_of
from floorcast.scenario import load_scenario_text


def cover(starts: list[list[int]], required: list[int], cost: float = 1.0) -> tuple[float, float]:
    """Least cost of shifts (the periods each covers) that cover what is required, and without whole people."""
    rows = [
        Row(np.array([j for j, periods in enumerate(starts) if t in periods]), np.ones(sum(t in p for p in starts)),
            float(need), np.inf)
        for t, need in enumerate(required)
    ]  # fmt: skip
    program = Program(np.full(len(starts), cost), rows, np.full(len(starts), 1000.0))
    solved, relaxed = program.solve([], gap=0.0), program.solve([], relaxed=True)
    assert solved is not None and relaxed is not None
    assert cost * solved[0].sum() == pytest.approx(solved[1])
    return cost * float(solved[0].sum()), relaxed[1]


def test_five_days_in_a_row_where_rounding_gives_ten() -> None:
    week = [[(day + k) % 7 for k in range(5)] for day in range(7)]
    assert cover(week, [5, 5, 5, 5, 6, 6, 4]) == (8.0, pytest.approx(22 / 3))


def test_a_ring_of_nine_periods() -> None:
    ring = [[(t + k) % 9 for k in range(4)] for t in range(9)]
    assert cover(ring, [1] * 9) == (3.0, pytest.approx(2.25))


def test_split_shifts() -> None:
    split = [[0, 1, 2], [0, 3, 4], [0, 5, 6], [1, 3, 5], [1, 4, 6], [2, 3, 6], [2, 4, 5]]
    assert cover(split, [1, 2, 1, 1, 1, 1, 1], cost=3.0) == (9.0, pytest.approx(8.0))


@pytest.mark.parametrize(
    ("required", "people", "relaxed"),
    [
        ("5 4 8 11 14 15 15 11 12 11 11 8 10 8 9 9 7 5 4 3", 25, 24.667),
        ("5 5 9 9 10 7 6 8 8 7 8 8 11 10 11 12 12 13 7 6", 25, 24.133),
    ],
)
def test_nine_half_hours_with_a_break_to_be_placed(required: str, people: int, relaxed: float) -> None:
    shifts = [
        [t for t in range(start, start + 9) if t != start + pause] for start in range(12) for pause in (3, 4, 5)
    ]
    found, least = cover(shifts, [int(one) for one in required.split()])
    assert found == people
    assert least == pytest.approx(relaxed, abs=0.001)


@pytest.mark.parametrize(
    ("required", "people"),
    [
        ("9 11 17 9 7 12 5 11 8 9 18 17 8 12 16 8 7 12 11 10 13 19 16 7", 50),
        ("13 13 12 15 18 20 13 16 17 8 13 11 6 19 11 20 19 17 10 13 14 23 16 8", 63),
    ],
)
def test_the_two_days_of_pyworkforces_documentation(required: str, people: int) -> None:
    hours = ([*range(5, 13)], [*range(13, 21)], [*range(21, 24), *range(5)], [*range(9, 17)])
    found, _ = cover([list(one) for one in hours], [int(one) for one in required.split()])
    assert found == people


def test_plans_near_another_move_no_more_people_than_allowed() -> None:
    program = Program(np.array([1.0, 2.0]), [Row(np.array([0, 1]), np.ones(2), 4.0, np.inf)], np.full(2, 9.0))
    today = np.array([0, 4])
    near = program.solve([], (today, 2))
    assert near is not None and near[0].tolist() == [1, 3]  # one goes, one comes: two changes
    program.kept = (today, 3)
    kept = program.solve([])
    assert kept is not None and kept[0].tolist() == [3, 1]  # --keep counts who is moved once


def test_bounds_that_nothing_fits_have_no_plan() -> None:
    program = Program(np.ones(1), [Row(np.array([0]), np.ones(1), 3.0, 2.0)], np.full(1, 9.0))
    assert program.solve([]) is None


def test_a_tour_is_worked_and_paid_on_the_days_that_the_calendar_leaves() -> None:
    """A closed date, and a Friday that is like a Sunday, on which only the Sunday's people come."""
    text = """
start: 2026-03-02
days: 7
interval: 60 min
calendar: {closed: 2026-03-04, days: {2026-03-06: sun}}
channels: {phone: {kind: phone}}
contact_types: {calls: {channel: phone, arrivals: [{rate: 6 per h}], work: 4 min}}
groups: {desk: {channels: [phone], agents: 0, cost_per_hour: 10}}
shift_types:
  week: {start: "08:00", length: 4h, days: mon-fri, days_per_week: 5}
  sunday: {start: "08:00", length: 4h, days: sun}
targets: [{of: phone, measure: abandonment, at_most: 5 %}]
"""
    tours = tours_of(load_scenario_text(text, "."))
    at_nine = dict(zip((tour.kind for tour in tours.tours), tours.presence[:, 9::24].tolist(), strict=True))
    assert at_nine == {"week": [1, 1, 0, 1, 0, 0, 0], "sunday": [0, 0, 0, 0, 1, 0, 1]}
    assert dict(zip(at_nine, tours.cost.tolist(), strict=True)) == {"week": 3 * 40, "sunday": 2 * 40}

"""The staffing at which it tips, against a chance that is known for every number of people."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.study.risk.spread import exact_interval
from floorcast.study.risk.tipping import tips


def _luck(chance):
    """Whether it runs away with so many people: the same luck of a run for every number of people."""
    def happens(people: int, replication: int) -> bool:
        return bool(np.random.default_rng([7, replication]).random() < chance(people))

    return happens


@pytest.mark.parametrize("planned", [3, 10, 40])
def test_it_is_found_where_the_chance_falls_below_the_bound(planned: int) -> None:
    """From 13 people on the chance is 1 %, with fewer 40 %, whoever was planned."""
    found = tips(_luck(lambda people: 0.01 if people >= 13 else 0.4), planned, 0.1, 800)
    assert (found.enough, found.short) == (13, 12)
    for one in found.tried:
        assert one.verdict == ("below" if one.people >= 13 else "above")
        assert one.low <= one.share <= one.high
        assert exact_interval(one.happened, one.runs)[1] < one.high  # wider: all of them hold together


def test_what_lies_near_the_bound_is_left_undecided_and_said() -> None:
    """Half a point from the bound no number of runs that is allowed here decides."""
    found = tips(_luck(lambda people: max(0.0, 0.15 - 0.005 * people)), 10, 0.1, 400)
    near = [one for one in found.tried if one.verdict == "undecided"]
    assert found.enough is not None and found.enough > 10 and near
    assert all(found.short is None or found.short < one.people < found.enough for one in near)


def test_a_search_ends_where_people_do_not_help() -> None:
    found = tips(_luck(lambda people: 0.5), 4, 0.05, 200)
    assert found.enough is None and found.short == 32 and found.tried[-1].people == 32


def test_one_person_may_be_enough() -> None:
    found = tips(_luck(lambda people: 0.0), 6, 0.05, 400)
    assert found.enough == 1 and found.short is None


def test_a_bound_that_so_many_runs_cannot_settle_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed 400 or more"):
        tips(_luck(lambda people: 0.0), 6, 0.02, 60)

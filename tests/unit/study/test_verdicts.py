"""Verdicts: what each says, when it is silent, and how rarely any of them is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures import TargetRow
from floorcast.study.deciding import looks
from floorcast.study.verdicts import (
    difference_verdicts,
    family_rows,
    judge,
    policy_pairs,
    settled,
    target_verdicts,
)
from tests.unit.measures.centre import make_world, target
from tests.unit.study.made_up import study_of

ASA = ("asa", "all", "all")
LEVEL = ("service_level", "all", "all")


def spread(mean: float, by: float, n: int = 10) -> list[float]:
    """Values around a mean, alternately above and below."""
    return [mean + by * (-1) ** number for number in range(n)]


@pytest.mark.parametrize(
    ("mean", "width", "verdict"),
    [
        (0.85, 0.04, "met"),
        (0.80, 0.0, "met"),
        (0.85, 0.06, "undecided"),
        (0.75, 0.04, "missed"),
        (0.75, 0.06, "undecided"),
        (0.85, float("nan"), "undecided"),
        (float("nan"), float("nan"), "undecided"),
    ],
)
def test_a_target_is_judged_by_the_whole_interval(mean: float, width: float, verdict: str) -> None:
    assert judge(TargetRow("service_level", "all", "all", at_least=0.8), mean, width) == verdict


def test_a_target_with_two_bounds_is_met_between_them() -> None:
    band = TargetRow("occupancy", "all", "all", at_least=0.7, at_most=0.85)
    assert judge(band, 0.8, 0.02) == "met"
    assert judge(band, 0.9, 0.02) == "missed"
    assert judge(band, 0.6, 0.02) == "missed"
    assert judge(band, 0.84, 0.02) == "undecided"
    assert band.text == "occupancy at least 70 % and at most 85 %"


def test_intervals_of_targets_widen_with_their_number() -> None:
    wanted = [target("all", "asa", at_most=limit) for limit in (30.0, 60.0, 90.0)]
    values = {ASA: [spread(50, 5)]}
    alone = study_of(values, make_world(targets=tuple(wanted[:1])))
    three = study_of(values, make_world(targets=tuple(wanted)))
    assert target_verdicts(alone)[0].half_width < target_verdicts(three)[0].half_width
    assert [one.verdict for one in target_verdicts(three)] == ["missed", "met", "met"]


def test_a_percentile_that_some_runs_did_not_reach_is_judged_by_what_it_is_at_the_least() -> None:
    p90, never = ("first_response_p90", "all", "all"), float("inf")
    world = make_world(targets=tuple(target("all", "first_response_p90", at_most=limit) for limit in (900.0, 9900.0)))
    few, all_, alone = [*spread(10_000, 500, 20), never], [never] * 5, [never]
    assert [one.verdict for one in target_verdicts(study_of({p90: [few]}, world))] == ["missed", "undecided"]
    assert [one.verdict for one in target_verdicts(study_of({p90: [all_]}, world))] == ["missed", "missed"]
    assert target_verdicts(study_of({p90: [few]}, world))[0].mean == never, "and shown as not reached"
    assert target_verdicts(study_of({p90: [[*alone, 100.0]]}, world))[0].verdict == "undecided"


def test_less_waiting_is_better_and_less_service_is_worse() -> None:
    study = study_of({ASA: [spread(50, 2), spread(40, 2)], LEVEL: [spread(0.8, 0.01)] * 2})
    found = {one.row.measure: one for one in difference_verdicts(study)}
    assert (found["asa"].policy, found["asa"].against) == ("b", "a")
    assert found["asa"].mean == pytest.approx(-10)
    assert found["asa"].verdict == "better"
    assert found["service_level"].verdict == "the same"
    assert found["service_level"].settled, "equal in every replication: no more of them would help"


def test_one_replication_decides_nothing() -> None:
    study = study_of({ASA: [[50.0], [40.0]]})
    (found,) = difference_verdicts(study)
    assert found.verdict == "cannot tell yet"
    assert np.isnan(found.half_width)
    assert not settled(study)


def test_a_fixed_cost_is_compared_without_doubt_but_a_chance_tie_is_not() -> None:
    cost, longest = ("cost", "all", "all"), ("first_response_p90", "all", "all")
    study = study_of({cost: [[900.0] * 3, [800.0] * 3], longest: [[5.0, 7, 9], [4.0, 6, 8]]})
    found = {one.row.measure: one for one in difference_verdicts(study)}
    assert found["cost"].verdict == "better"
    assert found["first_response_p90"].half_width == 0
    assert found["first_response_p90"].verdict == "cannot tell yet"


def test_occupancy_is_compared_only_where_a_target_says_which_way_is_better() -> None:
    occupancy = ("occupancy", "all", "all")
    values = {occupancy: [spread(0.9, 0.001), spread(0.8, 0.001)]}
    assert difference_verdicts(study_of(values)) == []
    world = make_world(targets=(target("all", "occupancy", at_most=0.85),))
    (found,) = difference_verdicts(study_of(values, world))
    assert found.verdict == "better"


def test_a_measure_with_nothing_to_measure_is_not_compared() -> None:
    study = study_of({ASA: [[50.0] * 5, [40.0] * 5]})
    assert [one.row.measure for one in difference_verdicts(study)] == ["asa"]


def test_the_family_is_the_targets_and_then_the_headline() -> None:
    world = make_world(
        {"calls": "phone", "mail": "email"},
        targets=(
            target("phone", "service_level", at_least=0.8),
            target("calls", "service_level", within=30.0, at_least=0.8),
        ),
    )
    study = study_of({ASA: [[1.0]]}, world)
    shown = [study.rows[place] for place, _ in family_rows(study)]
    assert [(row.measure, row.of) for row in shown] == [
        ("service_level", "phone"),
        ("service_level within 30 s", "calls"),
        ("service_level", "all"),
        ("service_level", "email"),
        ("asa", "all"),
        ("first_response_p90", "all"),
        ("abandonment", "all"),
        ("cost", "all"),
    ]


def test_up_to_four_policies_are_compared_in_pairs_and_more_with_the_first() -> None:
    assert policy_pairs(1) == []
    assert policy_pairs(3) == [(1, 0), (2, 0), (2, 1)]
    assert policy_pairs(6) == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]


def test_looks_are_fixed_in_advance_and_end_at_the_most() -> None:
    assert looks(20, 100) == [20, 30, 45, 68, 100]
    assert looks(1, 6) == [5, 6]
    assert looks(50, 20) == [20]
    with pytest.raises(ValueError, match="2 or more"):
        looks(5, 1)


def test_looking_often_widens_the_intervals() -> None:
    values = {ASA: [spread(50, 2), spread(49, 3)]}
    once, often = (difference_verdicts(study_of(values, looks=k))[0] for k in (1, 7))
    assert once.half_width < often.half_width


@pytest.mark.parametrize("going_on", [False, True])
def test_equal_policies_are_told_apart_in_at_most_five_of_a_hundred_studies(going_on: bool) -> None:
    """Ten measures of two policies that are the same in the long run; also with looks in between."""
    draw = np.random.default_rng(11)
    names = [("service_level", "contact_type", f"t{k}") for k in range(10)]
    world = make_world(
        {f"t{k}": "phone" for k in range(10)},
        targets=tuple(target(f"t{k}", "service_level", at_least=0.8) for k in range(10)),
    )
    at = looks(10, 40) if going_on else [20]
    wrong, studies = 0, 300
    for _ in range(studies):
        customers = draw.normal(0, 0.05, (at[-1], 10))
        values = {
            name: [0.8 + customers[:, k] + draw.normal(0, 0.02, at[-1]) for _ in "ab"]
            for k, name in enumerate(names)
        }
        study = study_of(values, world, looks=len(at))
        wrong += any(
            one.verdict in ("better", "worse") for n in at for one in difference_verdicts(study.first(n))
        )
    assert wrong / studies <= 0.05 + 2 * (0.05 * 0.95 / studies) ** 0.5

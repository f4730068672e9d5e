"""Better, worse, the same, cannot tell yet; and percentiles that were not reached."""

from __future__ import annotations

import json
import math

import pytest

from floorcast.study import difference_verdicts, target_verdicts
from floorcast.study.advice import to_decide
from floorcast.study.document import document
from tests.unit.measures.centre import make_world, target
from tests.unit.study.made_up import study_of
from tests.unit.study.test_verdicts import spread

LEVEL, ASA, COST = ("service_level", "all", "all"), ("asa", "all", "all"), ("cost", "all", "all")
P90 = ("first_response_p90", "all", "all")


def words(values: object, **more: object) -> dict[str, str]:
    from dataclasses import replace

    study = replace(study_of(values), **more)  # type: ignore[arg-type]
    return {one.row.measure: one.verdict for one in difference_verdicts(study)}


def test_equal_policies_are_the_same_and_need_no_replications() -> None:
    same = study_of({LEVEL: [spread(0.8, 0.02)] * 2, COST: [[900.0] * 10] * 2})
    assert {one.verdict for one in difference_verdicts(same)} == {"the same"}
    assert to_decide(same) == []


def test_a_difference_too_small_to_matter_is_the_same() -> None:
    """A hundredth of a point of service level, and three seconds in 100 where ten do not matter."""
    values = {
        LEVEL: [[0.8, 0.82] * 10, [0.8001, 0.8201] * 10],
        ASA: [[100.0, 120.0] * 10, [103.0, 123.5] * 10],
    }
    assert words(values) == {"service_level": "the same", "asa": "worse"}
    assert words(values, indifference={"asa": 10.0}) == {"service_level": "the same", "asa": "the same"}
    assert words(values, indifference={"asa": 2.0, "service_level": 0.0}) == {
        "service_level": "better", "asa": "worse",
    }  # fmt: skip


def test_chance_is_not_taken_for_sameness() -> None:
    """The means differ by nothing, but the interval is wider than what does not matter."""
    study = study_of({LEVEL: [spread(0.8, 0.05), spread(0.8, -0.05)]})
    (one,) = difference_verdicts(study)
    assert one.mean == pytest.approx(0) and one.verdict == "cannot tell yet" and not one.settled
    (need,) = to_decide(study)
    assert need.wanted == pytest.approx(0.001), "until the interval fits into a tenth of a point"


def test_a_percentile_not_reached_in_any_replication_misses_its_target() -> None:
    world = make_world(targets=(target("all", "first_response_p90", at_most=3600.0),))
    never = study_of({P90: [[math.inf] * 10], ("first_response_p90", "all", "all"): [[math.inf] * 10]}, world)
    (found,) = target_verdicts(never)
    assert (found.mean, found.verdict) == (math.inf, "missed")
    some = study_of({P90: [[1800.0] * 9 + [math.inf]]}, world)
    (found,) = target_verdicts(some)
    assert (found.mean, found.verdict) == (math.inf, "undecided")
    entry = next(one for one in document(never)["measures"] if one["measure"] == "first_response_p90")
    assert entry["mean"] is None and entry["not_reached"] is True
    json.dumps(document(never), allow_nan=False)


def test_reaching_it_is_better_than_never_reaching_it() -> None:
    (one,) = difference_verdicts(study_of({P90: [[math.inf] * 10, [1800.0] * 10]}))
    assert (one.mean, one.verdict) == (-math.inf, "better")
    assert difference_verdicts(study_of({P90: [[math.inf] * 10] * 2})) == []

"""Service level: the pinned figures, and where each contact is counted."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures.base.service import (
    Service,
    ServiceCounts,
    share_in_time,
)
from floorcast.measures.cells.classes import service_classes
from floorcast.measures.cells.percentile import rank_of
from floorcast.model.records.layout import Outcome

NEVER = float("nan")


def percent(formula: str, counts: ServiceCounts) -> float:
    above, below = share_in_time(formula, counts)
    return round(100 * above / below, 1)


def test_a_thousand_answered_and_sixty_gone() -> None:
    counts = ServiceCounts(
        answered=1000, answered_in_time=860, abandoned=60, abandoned_in_time=20, abandoned_short=10
    )
    found = {formula: percent(formula, counts) for formula in ("sl1", "sl2", "sl3", "sl4", "sl5")}
    assert found == {"sl1": 83.0, "sl2": 86.0, "sl3": 81.1, "sl4": 82.7, "sl5": 82.1}


def test_seventy_answered_in_time_ten_gone_in_time_and_twenty_late() -> None:
    counts = ServiceCounts(answered=90, answered_in_time=70, abandoned=10, abandoned_in_time=10)
    assert percent("sl4", counts) == 77.8
    assert percent("sl3", counts) == 70.0
    assert percent("sl1", counts) == 80.0


def test_an_unanswered_contact_past_its_threshold_lowers_all_formulas_but_sl2() -> None:
    counts = ServiceCounts(answered=80, answered_in_time=80, abandoned=0, unanswered=20)
    found = {formula: percent(formula, counts) for formula in ("sl1", "sl2", "sl3", "sl4", "sl5")}
    assert found == {"sl1": 80.0, "sl2": 100.0, "sl3": 80.0, "sl4": 80.0, "sl5": 80.0}


def test_an_unknown_formula_is_named() -> None:
    with pytest.raises(ValueError, match="'sl9'.*sl1, sl2"):
        share_in_time("sl9", ServiceCounts(1, 1, 0))


def test_the_class_of_each_fate() -> None:
    fates = [
        (20.0, Outcome.HANDLED, 99.0, Service.IN_TIME),  # the threshold itself is in time
        (20.1, Outcome.HANDLED, 99.0, Service.LATE),
        (NEVER, Outcome.ABANDONED, 5.0, Service.ABANDONED_SHORT),
        (NEVER, Outcome.ABANDONED, 20.0, Service.ABANDONED_IN_TIME),
        (NEVER, Outcome.ABANDONED, 21.0, Service.ABANDONED_LATE),
        (NEVER, Outcome.OPEN, 21.0, Service.UNANSWERED),
        (NEVER, Outcome.OPEN, 20.0, Service.NOT_COUNTED),
        (NEVER, Outcome.BLOCKED, 0.0, Service.NOT_COUNTED),
        (NEVER, Outcome.TURNED_AWAY, 0.0, Service.NOT_COUNTED),
        (NEVER, Outcome.DISCARDED, 900.0, Service.NOT_COUNTED),
        (NEVER, Outcome.CONTAINED, 900.0, Service.NOT_COUNTED),
    ]
    wait, outcome, life, expected = (np.array(column) for column in zip(*fates))
    assert service_classes(wait, outcome.astype("u1"), life, 20.0).tolist() == expected.tolist()
    by_contact = service_classes(wait, outcome.astype("u1"), life, np.full(len(fates), 20.0))
    assert by_contact.tolist() == expected.tolist()


def test_a_short_call_can_be_past_a_shorter_threshold() -> None:
    found = service_classes(np.array([NEVER]), np.array([2], "u1"), np.array([4.0]), 3.0)
    assert found.tolist() == [Service.ABANDONED_SHORT_LATE]
    counts = ServiceCounts.of_classes(np.bincount(found, minlength=len(Service)))
    assert (counts.abandoned, counts.abandoned_in_time, counts.abandoned_short) == (1, 0, 1)


@pytest.mark.parametrize(
    ("share", "size", "place"),
    [(0.9, 10, 9), (0.9, 30, 27), (0.95, 20, 19), (0.5, 1, 1), (0.5, 3, 2)],
)
def test_a_percentile_is_the_value_that_enough_do_not_exceed(
    share: float, size: int, place: int
) -> None:
    assert rank_of(share, size) + 1 == place

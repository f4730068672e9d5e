"""Numbers as they stand on the page."""

from __future__ import annotations

import math

import pytest

from floorcast.charts.quantities import (
    count,
    difference,
    difference_interval,
    duration,
    estimate,
    interval,
    quantity,
)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("−", "-")


@pytest.mark.parametrize(
    "value,unit,text",
    [
        (0.8134, "share", "81.3 %"),
        (12.34, "s", "12.3 s"),
        (119.0, "s", "119 s"),
        (125.0, "s", "2.1 min"),
        (5550.0, "s", "1.5 h"),
        (3 * 86400.0, "s", "3.0 days"),
        (27479.4, "contacts", "27,479"),
        (3.14159, "agents", "3.14"),
        (-0.0001, "share", "0.0 %"),
        (None, "share", "–"),
        (math.nan, "s", "–"),
    ],
)
def test_values_have_their_unit(value: float | None, unit: str, text: str) -> None:
    assert plain(quantity(value, unit)) == text


def test_an_interval_has_one_unit_and_stays_where_values_can_be() -> None:
    assert plain(interval(0.81, 0.02, "share")) == "79.0 to 83.0 %"
    assert plain(interval(0.99, 0.02, "share")) == "97.0 to 100.0 %"
    assert plain(interval(60.0, 90.0, "s")) == "0.0 to 150.0 s"
    assert interval(0.5, None, "share") == "–" == interval(None, 0.1, "share")


def test_differences_have_their_sign() -> None:
    assert plain(difference(0.031, "share")) == "+3.1 points"
    assert plain(difference(-7200.0, "s")) == "-2.0 h"
    assert plain(difference(0.0, "money")) == "0.00"
    assert plain(difference_interval(-0.02, 0.03, "share")) == "-5.0 to +1.0 points"
    assert plain(difference_interval(-60.0, 120.0, "s")) == "-3.0 to +1.0 min"


def test_estimates_times_and_numbers_of_things() -> None:
    assert plain(estimate(0.8134, 0.004, "share")) == "81.3 ± 0.4 %"
    assert plain(estimate(40.0, 0.0, "contacts")) == "40.0"
    assert [plain(duration(s)) for s in (20, 90, 300, 14400, 86400)] == [
        "20 s",
        "90 s",
        "5 min",
        "4 h",
        "1 day",
    ]
    assert [count(1, "policy"), count(3, "policy"), count(7, "day")] == [
        "1 policy",
        "3 policies",
        "7 days",
    ]

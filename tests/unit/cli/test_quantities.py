"""Numbers are shown as a planner reads them."""

from __future__ import annotations

import math

import pytest

from floorcast.charts.quantities import common_size
from floorcast.cli.quantities import NEVER, difference, quantity


@pytest.mark.parametrize(
    ("value", "unit", "half_width", "text"),
    [
        (0.8134, "share", 0.004, "81.3 ± 0.4 %"),
        (0.8134, "share", None, "81.3 %"),
        (17.04, "s", 0.51, "17.0 ± 0.5 s"),
        (110.2, "s", 3.0, "110 ± 3 s"),
        (252.0, "s", 6.0, "4.2 ± 0.1 min"),
        (14_400.0, "s", 360.0, "4.0 ± 0.1 h"),
        (345_600.0, "s", None, "4.0 d"),
        (12_345.6, "contacts", 78.0, "12,346 ± 78"),
        (0.25, "contacts", 0.1, "0.25 ± 0.10"),
        (81.25, "agents", 0.0, "81.2"),
        (-0.0001, "contacts", None, "0.00"),
        (None, "s", None, NEVER),
        (math.nan, "s", math.nan, NEVER),
    ],
)
def test_quantity(value: float | None, unit: str, half_width: float | None, text: str) -> None:
    assert quantity(value, unit, half_width) == text


def test_the_times_of_one_row_are_written_in_one_unit() -> None:
    row = [6_480.0, 12_240.0]  # 108 min and 3.4 h
    assert [quantity(value, "s", 600.0, common_size(row)) for value in row] == ["1.8 ± 0.2 h", "3.4 ± 0.2 h"]
    apart = [23.0, 246.0]
    assert [difference(value, "s", None, common_size(apart)) for value in apart] == ["+0.4 min", "+4.1 min"]
    assert quantity(22_013_441.0, "reach hours", 310_000.0) == "22.0 ± 0.3 million"


@pytest.mark.parametrize(
    ("value", "unit", "half_width", "text"),
    [
        (0.05, "share", 0.01, "+5.0 ± 1.0 pt"),
        (-0.05, "share", 0.01, "-5.0 ± 1.0 pt"),
        (-90.0, "s", 5.0, "-90.0 ± 5.0 s"),
        (3_000.0, "contacts", None, "+3,000"),
        (0.0, "contacts", None, "0.00"),
        (None, "share", None, NEVER),
    ],
)
def test_difference_shows_its_sign(
    value: float | None, unit: str, half_width: float | None, text: str
) -> None:
    assert difference(value, unit, half_width) == text

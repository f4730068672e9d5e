"""Days, times of day, opening hours and week profiles."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.words.calendar_words import (
    midnights,
    parse_clock,
    parse_days,
    parse_instant,
    parse_opening,
    parse_week,
)

MONDAY = datetime(2024, 1, 1)
H = 3600.0
D = 86400.0


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Mon", (0,)),
        ("Mon-Fri", (0, 1, 2, 3, 4)),
        ("mon - wed", (0, 1, 2)),
        ("Sat-Mon", (0, 5, 6)),
        ("Mon, Wed, Fri-Sat", (0, 2, 4, 5)),
        ("weekdays", (0, 1, 2, 3, 4)),
        ("weekend", (5, 6)),
        ("daily", tuple(range(7))),
        (["Mon", "Sunday"], (0, 6)),
    ],
)
def test_days(written, days):
    assert parse_days(written) == days


@pytest.mark.parametrize(
    "written", ["Mo", "Mon-", "Mon-Tue-Wed", "", [], 1, None, "Mon;Tue", ["Mon", 3]]
)
def test_not_days(written):
    with pytest.raises(Wrong, match="allowed days such as"):
        parse_days(written)


def test_clocks():
    assert parse_clock("08:30") == 8.5 * H
    assert parse_clock("8:30:15") == 8.5 * H + 15
    assert parse_clock("24:00", midnight_ends=True) == D
    for wrong in ("24:00", "25:00", "08:60", "8", "08:00 pm", 480, None):
        with pytest.raises(Wrong, match="allowed a time of day"):
            parse_clock(wrong)


def test_instants():
    assert parse_instant("2015-02-17") == datetime(2015, 2, 17)
    assert parse_instant("2015-02-17 09:30") == datetime(2015, 2, 17, 9, 30)
    for wrong in (
        "2015-02-30",
        "17.2.2015",
        "2015-02-17T09:00:00Z",
        "1066-10-14",
        2015,
        None,
        "tomorrow",
    ):
        with pytest.raises(Wrong, match="allowed a local date"):
            parse_instant(wrong)


@pytest.mark.parametrize(
    ("written", "intervals"),
    [
        ("always", [(0, 7 * D)]),
        ("Mon-Tue 08:00-20:00", [(8 * H, 20 * H), (D + 8 * H, D + 20 * H)]),
        ("Mon 08:00-12:00, 13:00-17:00", None),
        ("Mon 08:00-12:00, Mon 13:00-17:00", [(8 * H, 12 * H), (13 * H, 17 * H)]),
        (["Mon 08:00-12:00", "Mon 10:00-17:00"], [(8 * H, 17 * H)]),
        ("Mon, Wed 00:00-24:00", [(0, D), (2 * D, 3 * D)]),
        ("Mon 22:00-06:00", [(22 * H, 30 * H)]),
        ("Sun 22:00-06:00", [(0, 6 * H), (6 * D + 22 * H, 7 * D)]),
        ({"Mon-Tue": "08:00-20:00", "Sat": "closed"}, [(8 * H, 20 * H), (D + 8 * H, D + 20 * H)]),
        ({"Mon": ["08:00-12:00", "13:00-17:00"]}, [(8 * H, 12 * H), (13 * H, 17 * H)]),
    ],
)
def test_opening_hours(written, intervals):
    found = parse_opening(written).open_intervals(MONDAY, 7)
    if intervals is None:  # hours without days are for every day
        assert found[:2] == [(8 * H, 12 * H), (13 * H, 17 * H)]
        assert len(found) == 1 + 7
    else:
        assert found == intervals


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Mon",
        "08:00",
        "08:00-25:00",
        "Mon 8-20",
        {"Mon": "all day"},
        {"Mox": "08:00-09:00"},
        None,
        24,
        [3],
        {},
    ],
)
def test_not_opening_hours(written):
    with pytest.raises(Wrong, match="found .*; allowed"):
        parse_opening(written)


def test_a_run_that_starts_at_noon_knows_its_days():
    noon = datetime(2024, 1, 1, 12)
    assert parse_opening("Tue 08:00-09:00").open_intervals(noon, 1) == [(20 * H, 21 * H)]
    assert midnights(noon, 1) == [(-1.5 * D, 6), (-0.5 * D, 0), (0.5 * D, 1)]


def test_week_profiles():
    shapes = parse_week({"Mon-Fri": {"08:00": 20, "18:00": 0}, "Sat": [1, 2], "Sun": 5})
    assert shapes[0].day_steps(H) == ((8 * H, 20.0), (18 * H, 0.0))
    assert shapes[1].day_steps(12 * H) == ((0.0, 1.0), (12 * H, 2.0))
    assert shapes[2].day_steps(H) == ((0.0, 5.0),)


def test_week_profiles_report_everything_wrong_in_them():
    with pytest.raises(Wrong) as caught:
        parse_week({"Mon-Fri": {"08:00": -1, "8:00": "x"}, "Fri": 1, "Sax": 2, "Sun": [1, None]})
    paths = [finding.path for finding in caught.value.findings]
    assert paths == [("Mon-Fri", "08:00"), ("Mon-Fri", "8:00"), ("Fri",), ("Sax",), ("Sun", 1)]


def test_a_day_is_named_once():
    with pytest.raises(Wrong, match="found Fri again, already in 'Mon-Fri'"):
        parse_week({"Mon-Fri": 1, "Fri": 2})


@settings(deadline=None)
@given(st.integers(0, 6), st.integers(0, 23), st.integers(1, 24), st.integers(1, 20))
def test_open_intervals_are_disjoint_in_order_and_inside(day, begin, end, days):
    name = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day]
    intervals = parse_opening(
        f"{name} {begin:02}:00-{end:02}:00, weekend 20:00-04:00"
    ).open_intervals(MONDAY, days)
    flat = [moment for interval in intervals for moment in interval]
    assert flat == sorted(flat)
    assert all(0 <= moment <= days * D for moment in flat)
    assert all(b < c for (_, b), (c, _) in zip(intervals, intervals[1:]))

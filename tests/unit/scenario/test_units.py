"""Quantities as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.read.units import (
    about,
    parse_duration,
    parse_number,
    parse_rate,
    parse_share,
    write_duration,
)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("20s", 20),
        ("20 s", 20),
        ("5 min", 300),
        ("5min", 300),
        ("1 minute", 60),
        ("4h", 14400),
        ("1.5 hours", 5400),
        ("1 day", 86400),
        ("0 days", 0),
        ("2 weeks", 1209600),
        ("1h 30min", 5400),
        ("1h30min15s", 5415),
        ("90 SEC", 90),
        (".5 s", 0.5),
        (0, 0),
        (0.0, 0),
        ("0", 0),
    ],
)
def test_durations(written, seconds):
    assert parse_duration(written) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "written",
    [90, "90", "-5 min", "5 mins ago", "5 parsecs", "", "min", None, True, False, [], {}, math.nan, math.inf,
     "1e400 s", "9" * 5000 + "s", "1000 weeks 1e15 s", "1 hour past"],
)  # fmt: skip
def test_not_durations(written):
    with pytest.raises(Wrong, match="found .*; allowed a duration"):
        parse_duration(written)


@pytest.mark.parametrize(
    ("written", "per_second"),
    [
        ("120 per hour", 1 / 30),
        ("120/h", 1 / 30),
        ("2 a minute", 1 / 30),
        ("30 per 15 min", 1 / 30),
        ("4.2 per min", 0.07),
        (0, 0),
    ],
)
def test_rates(written, per_second):
    assert parse_rate(written) == pytest.approx(per_second)


@pytest.mark.parametrize(
    "written",
    [
        "-3 per hour",
        120,
        "120",
        "per hour",
        "1 per 0 min",
        "5 per fortnight",
        None,
        True,
        "1e99 per s",
    ],
)
def test_not_rates(written):
    with pytest.raises(Wrong, match="allowed a rate"):
        parse_rate(written)


@pytest.mark.parametrize(
    ("written", "share"),
    [("80 %", 0.8), ("80%", 0.8), (0.8, 0.8), (0, 0), (1, 1), ("5 percent", 0.05)],
)
def test_shares(written, share):
    assert parse_share(written) == pytest.approx(share)


@pytest.mark.parametrize("written", [1.01, -0.1, "101 %", "-1 %", "0.8", None, True, math.nan, 80])
def test_not_shares(written):
    with pytest.raises(Wrong, match="allowed a share from 0 to 1"):
        parse_share(written)


@pytest.mark.parametrize(
    "written", [math.nan, math.inf, -math.inf, True, "5", None, 10**400, 1e300]
)
def test_not_numbers(written):
    with pytest.raises(Wrong):
        parse_number(written)


@settings(deadline=None)
@given(st.floats(min_value=0.001, max_value=1e7))
def test_a_written_duration_reads_back(seconds):
    assert parse_duration(write_duration(seconds)) == pytest.approx(seconds, rel=1e-5)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "20s"),
        (90, "90s"),
        (300, "5 min"),
        (14400, "4h"),
        (86400, "1 day"),
        (172800, "2 days"),
        (604800, "1 week"),
    ],
)
def test_durations_are_written_in_the_largest_fitting_unit(seconds, words):
    assert write_duration(seconds) == words


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_in_words(text):
    for parse in (parse_duration, parse_rate, parse_share):
        try:
            assert parse(text) >= 0
        except Wrong as error:
            assert error.findings[0].message.startswith("found ")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(594_919, "6.9 days"), (2_925, "49 min"), (2_400, "40 min"), (5_400, "1.5h"), (45.2, "45.2s"), (100, "100s"),
     (45 * 86_400, "45 days"), (86_400, "24h"), (0, "0s")],
)  # fmt: skip
def test_a_mean_is_said_about(seconds: float, said: str) -> None:
    assert about(seconds) == said

"""Advice: replications needed, what common numbers and arrival counts are worth, and doubts."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures.series import TYPE_COLUMNS, Series
from floorcast.study.advice import (
    common_numbers,
    control_variates,
    needs,
    replications_for,
    to_decide,
)
from floorcast.study.doubts import doubts
from floorcast.study.results import Study
from floorcast.study.student import two_sided
from tests.unit.measures.centre import make_world, target
from tests.unit.study.made_up import study_of

ASA, LEVEL = ("asa", "all", "all"), ("service_level", "all", "all")


@pytest.mark.parametrize("half_width", [2.0, 0.5, 0.11])
def test_the_number_of_replications_is_the_fewest_that_suffice(half_width: float) -> None:
    enough = replications_for(1.0, half_width)
    assert enough is not None
    assert two_sided(0.05, enough - 1) / enough**0.5 <= half_width
    if enough > 2:
        assert two_sided(0.05, enough - 2) / (enough - 1) ** 0.5 > half_width


def test_what_no_number_of_replications_can_do() -> None:
    assert replications_for(1e9, 1e-6) is None
    assert replications_for(0.0, 1e-6) == 2
    with pytest.raises(ValueError, match="above 0"):
        replications_for(1.0, 0.0)


def test_a_tight_figure_needs_more() -> None:
    draw = np.random.default_rng(1)
    study = study_of({ASA: [draw.normal(100, 20, 30)], LEVEL: [draw.normal(0.8, 0.001, 30)]})
    found = {need.row.measure: need for need in needs(study)}
    assert found["service_level"].replications == 2
    assert 40 < (found["asa"].replications or 0) < 85  # (1.96 * 20 / 5)^2 = 61
    assert found["asa"].wanted == pytest.approx(5, rel=0.1)


def test_what_would_decide_an_undecided_verdict() -> None:
    draw = np.random.default_rng(2)
    shared = draw.normal(0, 10, 20)
    world = make_world(targets=(target("all", "asa", at_most=50.5),))
    close = study_of({ASA: [50 + shared, 49.8 + shared + draw.normal(0, 1.5, 20)]}, world)
    found = to_decide(close)
    assert {(need.policy, need.against) for need in found} >= {("a", None), ("b", None)}
    assert all(need.replications is None or need.replications > 20 for need in found)


def test_common_numbers_divide_the_variance_of_a_difference() -> None:
    draw = np.random.default_rng(3)
    customers, own = draw.normal(0, 10, 200), draw.normal(0, 1, (2, 200))
    together = study_of({ASA: [50 + customers + own[0], 45 + customers + own[1]]})
    (gain,) = common_numbers(together)
    assert gain.factor == pytest.approx(2 * 101 / 2, rel=0.4)
    apart = study_of({ASA: [draw.normal(50, 10, 200), draw.normal(45, 10, 200)]})
    (none,) = common_numbers(apart)
    assert none.factor == pytest.approx(1, abs=0.3)


def test_arrival_counts_explain_waits_and_adjust_them() -> None:
    draw = np.random.default_rng(4)
    came = draw.poisson(1000, 60)
    waits = 30 + 0.2 * (came - 1000) + draw.normal(0, 1, 60)
    world = make_world()
    offered = {("offered", by, of): [came] for by, of in (("all", "all"), ("channel", "phone"))}
    study = study_of({ASA: [waits], **offered}, world)
    gains = {gain.row.measure: gain.factor for gain in control_variates(study)}
    assert gains["asa"] > 20


def test_controls_that_explain_nothing_do_harm() -> None:
    draw = np.random.default_rng(5)
    values = {ASA: [draw.normal(30, 1, 15)], ("offered", "channel", "phone"): [draw.poisson(9, 15)]}
    (gain,) = control_variates(study_of(values))
    assert gain.factor < 1.3


def made_up_series(backlog: list[float], came: float = 100.0) -> Series:
    """Days of one contact type with a backlog at their ends."""
    n = 24 * len(backlog)
    by_type = {name: np.zeros((1, n)) for name in TYPE_COLUMNS}
    by_type["offered"][:] = came / 24
    by_type["backlog"][0] = np.repeat(backlog, 24)
    return Series(("mail",), ("email",), ("team",), np.array([0]), 3600.0, 0, by_type, {})


def mail_study(open_: float = 0.0, resolution: float = 60.0, occupancy: float = 0.8) -> Study:
    world = make_world({"mail": "email"})
    mail = ("contact_type", "mail")
    return study_of(
        {
            ("offered", *mail): [[700.0] * 6],
            ("carried_in", *mail): [[0.0] * 6],
            ("open", *mail): [[open_] * 6],
            ("resolution_p90", *mail): [[resolution] * 6],
            ("occupancy", "group", "team"): [[occupancy] * 6],
        },
        world,
    )


def test_a_backlog_that_grows_every_day_is_named() -> None:
    growing = {"a": [made_up_series([10, 25, 40, 55 + k, 70]) for k in range(4)]}
    (found,) = doubts(mail_study(), growing)
    assert (found.kind, found.of) == ("unstable", "mail")
    assert "grows by 15 contacts a day, of 100" in found.text


def test_a_backlog_that_comes_and_goes_is_no_doubt() -> None:
    steady = {"a": [made_up_series([30, 10, 50, 20 + k, 30]) for k in range(4)]}
    assert doubts(mail_study(), steady) == []


def test_a_horizon_that_cuts_much_off_is_named() -> None:
    (found,) = doubts(mail_study(open_=70.0))
    assert (found.kind, found.of) == ("short_horizon", "mail")
    assert "10% of its contacts are open" in found.text
    steady = {"a": [made_up_series([0.0] * 4)] * 2}
    (slow,) = doubts(mail_study(resolution=2 * 86400.0), steady)
    assert "take more than 50% of the run" in slow.text
    assert doubts(mail_study(resolution=2 * 86400.0), horizons={"a": 4 * 86400.0}) == [slow]
    assert doubts(mail_study(resolution=2 * 86400.0), horizons={"a": 30 * 86400.0}) == []


def test_a_group_without_a_pause_and_few_replications_are_named() -> None:
    (found,) = doubts(mail_study(occupancy=0.99))
    assert (found.kind, found.by, found.of) == ("overloaded", "group", "team")
    assert [doubt.kind for doubt in doubts(study_of({ASA: [[1.0, 2.0]]}))] == ["few_replications"]


@pytest.mark.parametrize("weeks", [1, 1.5, 2, 3, 4])
def test_a_team_that_is_away_on_weekends_is_not_overloaded(weeks: float) -> None:
    """Letters of a weekend are worked off from Monday to Wednesday; the run begins on an empty Monday."""
    week = [[0, 0, 0, 0, 0, 100, 200], [150, 80, 10, 0, 0, 100, 200]]
    days = [float(day) for one in (week[0], *[week[1]] * 3) for day in one][: round(7 * weeks)]
    series = {"a": [made_up_series([day + luck for day in days]) for luck in (0.0, 1.0, 2.0)]}
    assert doubts(mail_study(), series) == []


@pytest.mark.parametrize("days", [4, 7, 10, 14, 21])
def test_growth_behind_a_weekly_pattern_is_still_named(days: int) -> None:
    pattern = [0, 0, 0, 0, 0, 100, 200]
    grown = [10.0 * day + pattern[day % 7] for day in range(days)]
    series = {"a": [made_up_series([day + luck for day in grown]) for luck in (0.0, 1.0, 2.0)]}
    (found,) = doubts(mail_study(), series)
    assert found.kind == "unstable" and "grows by" in found.text

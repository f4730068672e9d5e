"""A floor to play with: time, steps, and disturbances."""

from __future__ import annotations

import pytest

from floorcast.charts.look import DARK, LIGHT
from floorcast.clock.snapshot import AgentNow, Happening, Moment, QueueNow, TeamNow
from floorcast.policy import default_policy, policies_of
from floorcast.scenario import load_scenario
from floorcast.shipped import SCENARIOS
from floorcast.ui.live import floor_picture as picture
from floorcast.ui.live.live_floor import LONGEST_PAUSE, LiveFloor
from tests.ui.made_up import small

LONG = 900.0  # seconds, for a first compilation


@pytest.fixture
def live() -> LiveFloor:
    floor = LiveFloor(small(), default_policy(), 7, 9 * 3600.0)
    assert floor.wait(LONG) and floor.fault is None
    return floor


def test_it_opens_at_the_hour_asked_for(live: LiveFloor) -> None:
    now = live.look()
    assert now.now == 9 * 3600 and now.arrived > 100 and live.story


def test_time_runs_at_the_speed_and_stops(live: LiveFloor) -> None:
    live.catch_up(100.0)
    assert live.look().now == 9 * 3600  # it is not playing yet
    live.speed = 60
    live.play(100.0)
    live.catch_up(102.0)
    assert live.look().now == pytest.approx(9 * 3600 + 120)
    live.pause()
    live.catch_up(200.0)
    assert live.look().now == pytest.approx(9 * 3600 + 120)


def test_a_page_that_was_away_does_not_jump_far(live: LiveFloor) -> None:
    live.play(0.0)
    live.catch_up(10_000.0)
    assert live.look().now == pytest.approx(9 * 3600 + LONGEST_PAUSE * live.speed)


def test_a_step_ends_with_something_new_to_tell(live: LiveFloor) -> None:
    before, newest = live.look().now, live.story[0]
    live.step()
    assert live.story[0] != newest and live.look().now >= before


def test_people_leave_and_come_back(live: LiveFloor) -> None:
    assert live.send_away("team", 4) == 4
    live.go_on(1800)
    assert live.look().teams[0].count("away") == 4
    assert live.send_away("team", 10) == 2
    assert live.call_in("team", 3) == 3
    live.go_on(7200)  # those who left finish their calls first
    assert len(live.look().teams[0].agents) - live.look().teams[0].count("away") == 3


def test_who_was_sent_away_and_still_talks_can_be_called_in_again(live: LiveFloor) -> None:
    assert live.send_away("team", 6) == 6
    assert live.look().teams[0].count("working", "wrapping") > 0
    assert live.call_in("team", 6) == 6
    live.go_on(1800)
    assert live.look().teams[0].count("away") == 0


@pytest.mark.parametrize("file", ["1_phone_team", "2_chat_and_email", "3_social_beside_phone"])
def test_every_tutorial_ends(file: str) -> None:
    """Nothing is due any more long before midnight there."""
    scenario = load_scenario(SCENARIOS / "tutorial" / f"{file}.yaml")
    floor = LiveFloor(scenario, policies_of(scenario)[0], 1, 9 * 3600.0)
    assert floor.wait(LONG)
    floor.play(0.0)
    floor.go_on(16 * 3600)
    assert floor.look().finished and not floor.playing


def test_a_channel_closes_and_opens(live: LiveFloor) -> None:
    live.set_open("phone", False)
    assert not next(one for one in live.look().queues if one.channel == "phone").open
    refused = live.look().refused
    live.go_on(1800)
    assert live.look().refused > refused
    live.set_open("phone", True)
    assert next(one for one in live.look().queues if one.channel == "phone").open


def test_it_ends_with_the_scenario(live: LiveFloor) -> None:
    live.play(0.0)
    live.go_on(24 * 3600)
    assert live.look().finished and not live.playing
    live.step()
    live.go_on(60)


def test_the_picture_says_everything_in_words_too() -> None:
    agents = (
        AgentNow(0, "team 1", "working", False, ("phone", "email")),
        AgentNow(1, "team 2", "idle", False, ()),
        AgentNow(2, "team 3", "away", False, ()),
    )
    queue = QueueNow("calls", "phone", False, 20.0, (90.0, 5.0))
    now = Moment(36000.0, False, (TeamNow("<b>", agents),), (queue,), 9, 5, 1, 0, 3, {"phone": 0.5})
    teams = picture.teams(now.teams, picture.marks_of(("phone", "email")))
    assert "2 on the floor: 1 busy, 1 free" in teams and "team 1: working: phone, email" in teams
    assert "&lt;b&gt;" in teams and "<sup>2</sup>" in teams
    waiting = picture.queues(now.queues, now.in_time)
    assert (
        "closed" in waiting
        and "2 waiting" in waiting
        and "1 late" in waiting
        and "longest 90.0" in waiting
    )
    assert "9</b>arrived" in picture.tallies(now)
    start = small().start
    assert "10:00:00" in picture.clock(start, now.now)
    assert "&lt;i&gt;" in picture.story([Happening(0.0, "<i>")], start)
    assert "free" in picture.legend({"phone": "P"})
    assert "--fc-work" in picture.style(LIGHT) and "--fc-work" in picture.style(DARK)


def test_marks_tell_channels_apart() -> None:
    assert picture.marks_of(("phone", "email")) == {"phone": "P", "email": "E"}
    assert picture.marks_of(("phone", "post"))["post"] == "Po"
    assert len(set(picture.marks_of(("aaaa", "aaab")).values())) == 2

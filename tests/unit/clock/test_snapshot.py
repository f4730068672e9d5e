"""The floor at one moment: what a picture of it shows is what the engine's state says."""

from __future__ import annotations

import pytest

from floorcast.clock.floor import Floor
from floorcast.clock.snapshot import AgentNow, Moment, QueueNow, TeamNow, moment
from floorcast.model.compile.assemble import assemble
from floorcast.policy import default_policy
from floorcast.scenario import load_scenario_text

TEXT = """
days: 1
channels:
  phone: {kind: phone, open: "08:00-18:00"}
contact_types:
  calls:
    channel: phone
    arrivals: {rate: {per: 1h, daily: {"08:00": 60, "18:00": 0}}}
    work: {exponential: 4 min}
    after_contact_work: 30s
    patience: {exponential: 10 min}
  chats:
    channel: chat
    arrivals: {rate: {per: 1h, daily: {"08:00": 30, "18:00": 0}}}
    turns: {poisson: {mean: 5}}
    work: {exponential: 40s}
    think: {exponential: 60s}
groups:
  callers: {channels: [phone], shifts: [{agents: 5, start: "08:00", length: 10h}]}
  writers: {channels: {chat: 3}, agents: 2}
"""
NOON = 12 * 3600.0


@pytest.fixture(scope="module")
def floor() -> Floor:
    scenario = load_scenario_text(TEXT, ".", "moment.yaml")
    floor = Floor(assemble(scenario, default_policy()), 3, log=True)
    floor.run_until(NOON)
    return floor


def team(now: Moment, name: str) -> TeamNow:
    return next(one for one in now.teams if one.name == name)


def test_people_are_counted_as_the_floor_counts_them(floor: Floor) -> None:
    for hour in (12.0, 12.2, 12.5, 13.0):
        floor.run_until(hour * 3600)
        now = moment(floor)
        assert now.now == hour * 3600 and not now.finished
        for name in ("callers", "writers"):
            mine = team(now, name)
            assert mine.count("idle") == floor.idle(name)
            assert mine.count("working", "wrapping") == floor.working(name)
            assert len(mine.agents) - mine.count("away") == floor.present(name)
            for agent in mine.agents:
                assert bool(agent.holding) == (agent.state not in ("idle", "away"))


def test_the_contact_worked_on_comes_first_and_channels_are_named(floor: Floor) -> None:
    busy = [agent for one in moment(floor).teams for agent in one.agents if agent.holding]
    assert busy
    for agent in busy:
        assert set(agent.holding) == ({"phone"} if agent.name.startswith("callers") else {"chat"})


def test_queues_hold_who_waits_longest_first(floor: Floor) -> None:
    now = moment(floor)
    for queue in now.queues:
        assert len(queue.waited) == floor.waiting(queue.contact_type)
        assert list(queue.waited) == sorted(queue.waited, reverse=True)
        assert min(queue.waited, default=0.0) >= 0
    assert now.queues[0].promised == 20.0 and now.queues[0].open


def test_late_ones_are_those_beyond_the_promise() -> None:
    assert QueueNow("calls", "phone", True, 20.0, (90.0, 21.0, 20.0, 3.0)).late == 2
    agents = (AgentNow(0, "a 1", "idle", False, ()), AgentNow(1, "a 2", "away", False, ()))
    assert TeamNow("a", agents).count("idle", "away") == 2


def test_contacts_add_up(floor: Floor) -> None:
    now = moment(floor)
    assert now.arrived == now.handled + now.abandoned + now.refused + now.open
    assert all(share is None or 0 <= share <= 1 for share in now.in_time.values())
    assert now.in_time["phone"] is not None


def test_looking_changes_nothing() -> None:
    scenario = load_scenario_text(TEXT, ".", "moment.yaml")
    world = assemble(scenario, default_policy())
    watched, left_alone = Floor(world, 5, log=True), Floor(world, 5)
    for hour in range(6, 24):
        watched.run_until(hour * 3600.0)
        moment(watched)
    left_alone.run_until(23 * 3600.0)
    watched_run, other = watched.record(), left_alone.record()
    n = int(left_alone.state.centre[0]["contacts"])
    for name in other.contacts.dtype.names:
        assert watched_run.contacts[name][:n].tobytes() == other.contacts[name][:n].tobytes(), name

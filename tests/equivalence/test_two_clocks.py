"""Two clocks, one model: the SimPy clock gives the records of the compiled loop bit for bit."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from floorcast.clock.compiled import run
from floorcast.clock.floor import Floor
from floorcast.clock.run import Run, RunawayError, grow
from floorcast.clock.simpy_clock import run_simpy
from floorcast.model.compile.assemble import World, assemble
from floorcast.model.records.layout import Halt, Outcome
from floorcast.model.records.state import FIELDS
from floorcast.model.step import run_until
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario, load_scenario_text
from floorcast.scenario.read.problems import InputErrors
from tests.conftest import examples
from tests.routing_strategies import routed
from tests.strategies import ARRIVALS, scenarios, world_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"
STEPS = 60_000  # of a long scenario; some seconds' worth on the SimPy clock


def _shipped() -> list[Path]:
    found = []
    for path in sorted(SCENARIOS.rglob("*.yaml")):
        if path.stem.endswith("_planned"):
            continue  # the flagship with other shifts
        try:
            load_scenario(path)
        except InputErrors:
            continue  # a policy, or the figures that verification expects
        found.append(path)
    assert len(found) > 15
    return found


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    """Field by field, since the padding between fields may hold anything."""
    if one.dtype.names is None:
        return one.tobytes() == other.tobytes()
    return one.dtype == other.dtype and all(
        np.ascontiguousarray(one[name]).tobytes() == np.ascontiguousarray(other[name]).tobytes()
        for name in one.dtype.names
    )


def assert_identical(one: Run, other: Run) -> None:
    """Every byte of the records, the ledger and the log, and the number of steps."""
    assert same_bits(one.contacts, other.contacts)
    assert same_bits(one.ledger, other.ledger)
    assert one.events == other.events
    assert (one.log is None) == (other.log is None)
    if one.log is not None and other.log is not None:
        assert same_bits(one.log, other.log)


class _Enough(Exception):
    pass


def assert_same_state(world: World, seed: int, steps: int) -> None:
    """Every array of the state is the same after so many steps on either clock."""
    seen: list[Floor] = []

    def stop(floor: Floor) -> None:
        if floor.state.centre[0]["events"] == steps:
            seen.append(floor)
            raise _Enough

    with pytest.raises(_Enough):
        run_simpy(world, seed, 1, log=True, on_step=stop)
    state = world.fresh(seed, 1, log=True)
    while (
        code := run_until(state, math.inf, steps - int(state.centre[0]["events"]))
    ) != Halt.PAUSED:
        state = grow(world, state, code)
    for name in FIELDS:
        n = int(state.centre[0]["contacts"]) if name in ("contacts", "issues") else None  # who never came has no row
        assert same_bits(getattr(state, name)[:n], getattr(seen[0].state, name)[:n]), name


@pytest.mark.parametrize("path", _shipped(), ids=lambda p: str(p.relative_to(SCENARIOS)))
def test_shipped_scenarios(path):
    scenario = load_scenario(path)
    for policy in policies_of(scenario):
        world = assemble(scenario, policy)
        fast = run(world, scenario.seed, 1, log=True)
        if fast.events <= STEPS:
            assert_identical(fast, run_simpy(world, scenario.seed, 1, log=True))
        else:
            assert_same_state(world, scenario.seed, STEPS)


@settings(max_examples=examples(60))
@given(scenarios(arrivals=ARRIVALS))
def test_generated_scenarios(scenario):
    world = world_of(scenario)
    assert_identical(run(world, 7, 3, log=True), run_simpy(world, 7, 3, log=True))


@settings(max_examples=examples(60))
@given(routed())
def test_generated_routing_in_full(scenario):
    world = world_of(scenario)
    assert_identical(run(world, 7, 3, log=True), run_simpy(world, 7, 3, log=True))


SMALL = """
contact_types:
  calls:
    channel: phone
    arrivals: {counts: {per: 1h, values: [0, 0, 0, 0, 0, 0, 0, 0, 30, 30]}}
    work: {exponential: 4 min}
    patience: {exponential: 2 min}
groups:
  team: {channels: [phone], agents: 2}
"""


@pytest.fixture
def small() -> World:
    scenario = load_scenario_text(SMALL, ".", "small.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def test_with_and_without_a_log(small):
    assert_identical(run(small, 1, 0), run_simpy(small, 1, 0))
    with_log = run(small, 1, 0, log=True)
    assert same_bits(run(small, 1, 0).contacts, with_log.contacts)


def test_other_processes_that_only_watch_change_nothing(small):
    seen = []

    def watch(env, floor):
        while True:
            yield env.timeout(600)
            seen.append((env.now, floor.now, floor.waiting("phone"), floor.working("team")))

    steps = []
    watched = run_simpy(
        small, 1, 0, processes=[watch], on_step=lambda floor: steps.append(floor.now)
    )
    assert_identical(run(small, 1, 0), watched)
    assert len(steps) == watched.events
    assert steps == sorted(steps)
    assert all(now == floor_now for now, floor_now, _, _ in seen)
    assert max(busy for _, _, _, busy in seen) == 2
    assert max(waiting for _, _, waiting, _ in seen) > 0


def test_a_process_can_send_everybody_away_for_an_hour(small):
    """An outage: nobody answers while it lasts, who is being answered is finished."""
    start, end = 8.5 * 3600, 9.5 * 3600

    def outage(env, floor):
        yield env.timeout(start)
        for agent in range(*floor.members("team")):
            floor.send_away(agent)
        assert floor.present("team") == 0
        yield env.timeout(end - env.now)
        for agent in range(*floor.members("team")):
            floor.call_back(agent)

    calm = run(small, 1, 0).contacts
    struck = run_simpy(small, 1, 0, processes=[outage]).contacts
    assert ((calm["answered"] > start) & (calm["answered"] < end)).any()
    assert not ((struck["answered"] > start) & (struck["answered"] < end)).any()
    before = calm["arrived"] < start - 600
    assert np.array_equal(calm["answered"][before], struck["answered"][before], equal_nan=True)
    assert (struck["answered"] >= end).sum() > 0
    assert struck["arrived"].tolist() == calm["arrived"].tolist()


def test_what_a_disturbance_makes_due_is_not_missed():
    """The pump sleeps till the next thing that was due; a disturbance may bring one forward."""
    text = """
contact_types:
  letters: {channel: email, work: 100s, backlog: {count: 3, ages: 1h}}
groups:
  team: {channels: [email], shifts: {agents: 2, start: "20:00", length: 1h}}
"""
    scenario = load_scenario_text(text, ".", "letters.yaml")
    world = assemble(scenario, policies_of(scenario)[0])

    def overtime(env, floor):
        yield env.timeout(1000)
        floor.call_back(1)
        assert floor.name_of(1) == "team 2"

    contacts = run_simpy(world, 1, 0, processes=[overtime]).contacts
    assert contacts["ended"].tolist() == [1100.0, 1200.0, 1300.0]
    assert set(contacts["agent"]) == {1}


def test_a_channel_can_be_closed_and_opened(small):
    def close(env, floor):
        yield env.timeout(8.2 * 3600)
        floor.close_channel("phone")
        yield env.timeout(1800)
        floor.open_channel("phone")

    contacts = run_simpy(small, 1, 0, processes=[close]).contacts
    within = (contacts["arrived"] > 8.2 * 3600) & (contacts["arrived"] < 8.7 * 3600)
    turned_away = contacts["outcome"] == Outcome.TURNED_AWAY
    assert within.any()
    assert np.array_equal(within, turned_away)


def test_an_error_in_a_process_is_the_caller_s(small):
    def broken(env, floor):
        yield env.timeout(100)
        raise ZeroDivisionError("of my own")

    with pytest.raises(ZeroDivisionError, match="of my own"):
        run_simpy(small, 1, 0, processes=[broken])


def test_real_time_playback_follows_the_wall_clock():
    scenario = load_scenario_text(SMALL, ".", "small.yaml")
    world = assemble(scenario, policies_of(scenario)[0])
    run_simpy(world, 1, 0)
    began = time.perf_counter()
    played = run_simpy(world, 1, 0, speed=86400 / 0.5)  # the day in half a second
    assert time.perf_counter() - began >= 0.45
    assert_identical(run(world, 1, 0), played)
    with pytest.raises(ValueError, match="speed of 0"):
        run_simpy(world, 1, 0, speed=0)


def test_stepping_by_hand_gives_the_same_records(small):
    floor = Floor(small, 1, 0, log=True)
    while floor.step():
        pass
    assert floor.finished
    assert floor.due == math.inf or floor.due > small.horizon
    assert not floor.step()
    assert_identical(run(small, 1, 0, log=True), floor.record())


def test_a_floor_can_be_looked_at_on_the_way(small):
    floor = Floor(small, 1, 0)
    assert floor.now == 0.0
    assert floor.run_until(8.5 * 3600)
    assert floor.now == 8.5 * 3600
    assert floor.due > floor.now
    waiting = floor.waiting()
    assert waiting == floor.waiting("phone") == floor.waiting("calls")
    assert floor.present() == 2
    assert floor.idle("team") + floor.working("team") == 2
    assert len(floor.contacts) > 10
    with pytest.raises(KeyError, match="no channel or contact type"):
        floor.waiting("mail")
    with pytest.raises(KeyError, match="no group"):
        floor.idle("staff")
    with pytest.raises(IndexError, match="found agent 5"):
        floor.send_away(5)
    assert not floor.run_until(math.inf)
    assert floor.finished


@pytest.mark.parametrize("clock", [run, run_simpy])
def test_arrays_grow_as_they_must_and_a_runaway_is_stopped(clock):
    """Retries without end: more contacts than the arrays were made for, then more than allowed."""
    text = SMALL.replace(
        "patience: {exponential: 2 min}",
        "patience: 10s\n    retry: {probability: 1, delay: 30s, at_most: 200}",
    ).replace("agents: 2", "shifts: {agents: 1, start: '23:00', length: 1h}")
    scenario = load_scenario_text(text, ".", "storm.yaml")
    policy = policies_of(scenario)[0]
    assert len(clock(assemble(scenario, policy), 1, 0, log=True).contacts) > 60 * 150
    limited = load_scenario_text(text + "limits: {contacts: 2000}\n", ".", "storm.yaml")
    with pytest.raises(RunawayError, match="limits.contacts = 2,000"):
        clock(assemble(limited, policy), 1, 0)

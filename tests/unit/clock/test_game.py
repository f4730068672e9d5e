"""A floor that is played with: disturbed, taken back, and the same again."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.clock.play.game import Game
from floorcast.clock.run import Run
from floorcast.model.compile.assemble import World, assemble
from floorcast.model.records.layout import Log, Outcome
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario, load_scenario_text
from floorcast.shipped import SCENARIOS

HOUR = 3600.0
SMALL = """
days: 1
start: 2024-01-01
contact_types:
  calls: {channel: phone, arrivals: {rate: 120 per hour}, work: {exponential: 4 min}, patience: {exponential: 3 min}}
  letters: {channel: email, arrivals: {rate: 12 per hour}, work: {exponential: 5 min}}
groups:
  team: {channels: [phone, email], agents: 10}
  mail: {channels: [email], agents: 2}
"""


def world(text: str = SMALL) -> World:
    scenario = load_scenario_text(text, SCENARIOS, "small.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def shipped(name: str) -> World:
    scenario = load_scenario(SCENARIOS / f"{name}.yaml")
    policies = policies_of(scenario)
    books = {one.name: one for one in policies[1:]}
    return assemble(scenario, policies[0].model_copy(update={"alternatives": books}))


def equal(a: Run, b: Run) -> bool:
    """The same records, field by field; links and numbers of queues are the engine's own."""
    names = set(a.contacts.dtype.names) - {"key1", "key2", "prev", "next", "child", "place", "queue"}
    return a.contacts.size == b.contacts.size and np.array_equal(a.ledger, b.ledger) and all(
        np.array_equal(a.contacts[name], b.contacts[name], equal_nan=a.contacts[name].dtype.kind == "f")
        for name in names
    )


def same(one: Game, other: Game) -> bool:
    return equal(one.floor.record(), other.floor.record())


def handled(game: Game, channel: int | None = None) -> int:
    rows = game.floor.contacts
    mine = rows["outcome"] == int(Outcome.HANDLED)
    return int(np.count_nonzero(mine if channel is None else mine & (rows["channel"] == channel)))


def arrived(game: Game, since: float, until: float, channel: int = 0) -> int:
    rows = game.floor.contacts
    return int(
        np.count_nonzero((rows["arrived"] >= since) & (rows["arrived"] < until) & (rows["channel"] == channel))
    )


def test_played_in_pieces_it_is_the_run_of_the_fast_clock() -> None:
    game = Game(world(), 3, 2.0 * HOUR)
    for minutes in (0.1, 7.0, 61.0, 300.0, 2000.0):
        game.run_to(game.now + 60 * minutes)
    assert game.floor.finished and equal(game.floor.record(), run(world(), 3, 0))


@pytest.mark.parametrize("name", ["airline_week", "storm"])
def test_that_other_policies_could_be_chosen_changes_nothing(name: str) -> None:
    scenario = load_scenario(SCENARIOS / f"{name}.yaml")
    game = Game(shipped(name), 3)
    game.run_to(30 * HOUR)
    plain = Game(assemble(scenario, policies_of(scenario)[0]), 3)
    plain.run_to(30 * HOUR)
    assert same(game, plain)


def test_back_is_the_same_floor_again_disturbances_and_all() -> None:
    game, other = Game(world(), 3, 8 * HOUR), Game(world(), 3, 8 * HOUR)
    for one in (game, other):
        one.run_to(9 * HOUR)
        one.disturb("sick", team="team", people=4)
        one.run_to(9.4 * HOUR)
        one.disturb("surge", channel="phone", factor=2, minutes=20)
        one.run_to(10 * HOUR)
        one.disturb("slow", factor=1.3)
        one.run_to(10.2 * HOUR)
        one.end(1)
        one.run_to(11 * HOUR)
    tape = list(game.tape.events)
    game.run_to(15 * HOUR)
    game.back_to(9.55 * HOUR)
    assert [d.what for d in game.disturbances] == ["sick", "surge"]
    game.back_to(11 * HOUR - 1)  # forwards: what was done after 9.55 is forgotten
    assert not same(game, other)
    game.back_to(9.55 * HOUR)
    game.run_to(10 * HOUR)
    game.disturb("slow", factor=1.3)
    game.run_to(10.2 * HOUR)
    game.end(1)
    game.run_to(11 * HOUR)
    assert same(game, other) and game.tape.events == tape


def test_going_back_and_forth_without_doing_anything_differs_by_nothing() -> None:
    game, other = Game(shipped("storm"), 5, 9 * HOUR), Game(shipped("storm"), 5, 9 * HOUR)
    game.run_to(20 * HOUR)
    for hour in (19.0, 12.25, 9.0, 15.5):
        game.back_to(hour * HOUR)
    game.run_to(20 * HOUR)
    other.run_to(20 * HOUR)
    assert same(game, other) and game.tape.events == other.tape.events


def test_sick_people_go_and_come_back_when_it_ends() -> None:
    game = Game(world(), 3, 9 * HOUR)
    sick = game.disturb("sick", team="team", people=4)
    assert sick.given["people"] == 4
    game.run_to(10 * HOUR)
    assert game.floor.present("team") == 6
    game.end(sick.number)
    assert game.floor.present("team") == 10
    with pytest.raises(ValueError, match="nobody of team is away"):
        game.disturb("extra", team="team", people=1)


def test_a_surge_doubles_who_comes_and_then_ends() -> None:
    """Over a hundred floors the calls of the half hour are twice 60, within four standard errors."""
    during = after = 0
    for seed in range(100):
        game = Game(world(), seed, 9 * HOUR)
        game.disturb("surge", channel="phone", factor=2, minutes=30)
        game.run_to(10 * HOUR)
        during += arrived(game, 9 * HOUR, 9.5 * HOUR)
        after += arrived(game, 9.5 * HOUR, 10 * HOUR)
    assert abs(during - 12000) < 4 * 12000**0.5 and abs(after - 6000) < 4 * 6000**0.5


def test_a_surge_taken_back_at_once_was_none() -> None:
    game, other = Game(world(), 3, 9 * HOUR), Game(world(), 3, 9 * HOUR)
    surge = game.disturb("surge", channel="all", factor=3, minutes=30)
    game.end(surge.number)
    game.run_to(12 * HOUR)
    other.run_to(12 * HOUR)
    ours, theirs = game.floor.contacts["arrived"], other.floor.contacts["arrived"]
    assert ours.size == theirs.size and np.allclose(ours, theirs, atol=1e-6)


def test_slow_work_takes_so_many_times_as_long() -> None:
    quick, slow = Game(world(), 3, 9 * HOUR), Game(world(), 3, 9 * HOUR)
    slow.disturb("slow", factor=1.5)
    for game in (quick, slow):
        game.run_to(9 * HOUR + 600)
    began = {e[2]: e[4] for e in quick.tape.events if e[1] == 3}
    longer = {e[2]: e[4] for e in slow.tape.events if e[1] == 3}
    both = began.keys() & longer.keys()
    assert len(both) > 5
    assert all(longer[c] == pytest.approx(1.5 * began[c], abs=0.2) for c in both)


def test_an_outage_turns_away_until_it_ends() -> None:
    game = Game(world(), 3, 9 * HOUR)
    outage = game.disturb("outage", channel="phone")
    game.run_to(9.5 * HOUR)
    rows = game.floor.contacts
    mine = rows[(rows["channel"] == 0) & (rows["arrived"] > 9 * HOUR)]
    assert mine.size and (mine["outcome"] == int(Outcome.TURNED_AWAY)).all()
    game.end(outage.number)
    game.run_to(10 * HOUR)
    rows = game.floor.contacts
    later = rows[(rows["channel"] == 0) & (rows["arrived"] > 9.5 * HOUR)]
    assert later.size and not (later["outcome"] == int(Outcome.TURNED_AWAY)).any()


def test_people_moved_to_letters_take_no_calls_until_they_are_moved_back() -> None:
    game = Game(world(), 3, 9 * HOUR)
    moved = game.disturb("move", team="team", channel="email", people=10)
    game.run_to(9.25 * HOUR)
    working = game.floor.agents("team")["working"]
    channels = set(game.floor.contacts["channel"][working[working >= 0]].tolist())
    assert 0 not in channels
    game.end(moved.number)
    game.run_to(9.5 * HOUR)
    working = game.floor.agents("team")["working"]
    assert 0 in set(game.floor.contacts["channel"][working[working >= 0]].tolist())
    with pytest.raises(ValueError, match="nobody can be moved there"):
        game.disturb("move", team="mail", channel="phone", people=1)


def test_another_policy_from_now_on() -> None:
    game, other = Game(shipped("airline_week"), 3, 33 * HOUR), Game(shipped("airline_week"), 3, 33 * HOUR)
    change = game.disturb("policy", name="universal_queue")
    for one in (game, other):
        one.run_to(36 * HOUR)
    assert not same(game, other)
    before = game.floor.contacts["arrived"] < 33 * HOUR
    assert np.array_equal(
        game.floor.contacts["arrived"][before], other.floor.contacts["arrived"][: np.count_nonzero(before)]
    )
    game.end(change.number)
    assert game.floor.state.centre[0]["policy"] == 0
    with pytest.raises(ValueError, match="allowed universal_queue, priority"):
        game.disturb("policy", name="nobody's")


def test_a_crisis_post_takes_work_as_any_other() -> None:
    game = Game(shipped("storm"), 3, 2 * HOUR)
    before = game.floor.contacts.size
    game.disturb("crisis", contact_type="storm_tweets", reach=100_000, attracts=5)
    game.run_to(14 * HOUR)
    post = game.floor.contacts[before:]
    root = post[(post["reach"] == 100_000) & (post["sentiment"] == -1)][0]
    assert root["fixed"] == 0
    assert root["worked"] > 0
    assert (game.floor.state.roots >= 0).all()


def test_a_crisis_post_attracts_others() -> None:
    game, other = Game(shipped("storm"), 3, 2 * HOUR), Game(shipped("storm"), 3, 2 * HOUR)
    game.disturb("crisis", contact_type="storm_tweets", reach=100_000, attracts=60)
    for one in (game, other):
        one.run_to(8 * HOUR)
    assert game.floor.contacts.size > other.floor.contacts.size + 20
    with pytest.raises(ValueError, match="attract no others"):
        Game(world(), 3, HOUR).disturb("crisis", contact_type="calls", reach=1, attracts=1)


def test_overtime_keeps_people_until_it_ends() -> None:
    text = SMALL.replace("agents: 10", "shifts: [{start: '08:00', length: 4h, agents: 10}]")
    game, other = Game(world(text), 3, 11 * HOUR), Game(world(text), 3, 11 * HOUR)
    overtime = game.disturb("overtime", team="team", people=0)
    for one in (game, other):
        one.run_to(12.5 * HOUR)
    assert game.floor.present("team") == 10 and other.floor.present("team") == 0
    game.end(overtime.number)
    assert game.floor.present("team") == 0


def test_every_contact_of_the_picture_has_a_way_in_and_out() -> None:
    """Each contact arrives once before anything else, and nothing follows its end."""
    game = Game(shipped("storm"), 3, 9 * HOUR)
    there = {one[0] for one in game.first["contacts"]}
    game.run_to(20 * HOUR)
    ended: set[int] = set()
    for _, kind, contact, _, _ in game.tape.events:
        if contact < 0 or kind in (Log.RETRIES, Log.FOLLOWS, Log.ATTRACTS):  # of its customer, not of itself
            continue
        assert contact not in ended
        if kind == 0:
            there.add(contact)
        assert contact in there
        if kind == 9:
            ended.add(contact)

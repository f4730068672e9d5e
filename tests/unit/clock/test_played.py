"""The story of a contact on a disturbed floor, with reasons, and what a person does."""

from __future__ import annotations

import numpy as np

from floorcast.clock.play.game import Game
from floorcast.explain.played import Person, contact_story, floor_at, person
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Outcome
from floorcast.policy import load_policy_text
from floorcast.scenario import load_scenario_text
from floorcast.shipped import SCENARIOS
from floorcast.ui.live.said import person_words
from tests.unit.clock.test_game import HOUR, SMALL, same, shipped, world


def test_a_story_says_what_befell_a_contact_and_why() -> None:
    game = Game(world(), 3, 9 * HOUR)
    game.run_to(9.5 * HOUR)
    game.disturb("sick", team="team", people=6)
    game.run_to(11 * HOUR)
    rows = game.floor.contacts
    waited = rows["answered"] - rows["arrived"]
    calls = (rows["channel"] == 0) & (rows["outcome"] == int(Outcome.HANDLED))
    mine = np.flatnonzero((rows["arrived"] > 10 * HOUR) & (waited > 20) & calls)
    contact = int(mine[0])
    story = "\n".join(contact_story(game, contact, game.now))
    assert f"contact {contact} (calls) arrives" in story
    assert "waits: no agent free in team" in story and "chosen: " in story and "is done" in story
    minutes, seconds = divmod(int(rows["arrived"][contact]), 60)
    assert f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}" in story  # at the instant of the disturbed floor


def test_a_story_ends_at_the_instant_that_is_looked_at_and_leaves_the_game_alone() -> None:
    game, other = Game(world(), 3, 9 * HOUR), Game(world(), 3, 9 * HOUR)
    for one in (game, other):
        one.disturb("slow", factor=1.3)
        one.run_to(11 * HOUR)
    contact = int(np.flatnonzero(game.floor.contacts["arrived"] > 10 * HOUR)[0])
    until = float(game.floor.contacts["arrived"][contact])
    assert "is done" not in "\n".join(contact_story(game, contact, until))
    assert same(game, other)


def test_looking_back_shows_the_floor_of_that_instant() -> None:
    game, other = Game(world(), 3, 9 * HOUR), Game(world(), 3, 9 * HOUR)
    for one in (game, other):
        one.run_to(9.3 * HOUR)
        one.disturb("sick", team="team", people=5)
        one.run_to(9.7 * HOUR)
        one.end(1)
    game.run_to(12 * HOUR)
    other.run_to(10 * HOUR)
    back = floor_at(game, 10 * HOUR)
    assert back.contacts.size == other.floor.contacts.size
    assert np.array_equal(back.state.agents["handled"], other.floor.state.agents["handled"])


def test_a_person_says_what_it_does_and_when_it_goes() -> None:
    text = "agents: 10"
    game = Game(world(SMALL.replace(text, "shifts: [{start: '08:00', length: 4h, agents: 10}]")), 3, 9 * HOUR)
    one = person(game.floor, 0)
    assert one.team == "team" and one.there and one.goes == 12 * HOUR and one.home
    assert one.working_on is None or one.working_on in one.holds
    game = Game(shipped("airline_week"), 3, 33 * HOUR)
    busy = [a for a in range(len(game.floor.state.agents)) if person(game.floor, a).holds]
    assert len(busy) > 5


def test_an_agent_at_whom_a_call_rings_is_neither_said_to_work_nor_to_wrap_up() -> None:
    scenario = load_scenario_text(SMALL, SCENARIOS, "small.yaml")
    rings = load_policy_text("offers: {phone: {answer: {constant: 30s}, time_out: 60s}}", "rings", scenario)
    game = Game(assemble(scenario, rings), 3, 9 * HOUR)
    ringing: list[Person] = []
    while not ringing and game.run_to(game.now + 10):
        ringing = [one for a in range(12) if (one := person(game.floor, a)).ringing]
    assert ringing and not any(one.wrapping for one in ringing)
    assert "Is offered contact" in person_words(ringing[0], scenario.start, game.floor)[1]

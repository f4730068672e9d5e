"""A floor to play with, as the picture in the browser talks to it."""

from __future__ import annotations

from typing import Any

import pytest

from floorcast.charts.words import human
from floorcast.policy import default_policy, load_policy_text, policies_of
from floorcast.scenario import load_scenario
from floorcast.shipped import SCENARIOS
from floorcast.ui.live.live_floor import LiveFloor
from tests.ui.made_up import LONG, small

NINE = 9 * 3600.0


class Browser:
    """Asks as the picture does, and keeps what it is told."""

    def __init__(self, live: LiveFloor) -> None:
        self.live, self.branch, self.number = live, 0, 0
        self.events: list[list[float]] = []
        self.counts: list[list[int]] = [[-1, 0]]
        self.received = 0

    def ask(self, kind: str, at: float, until: float | None = None, **more: Any) -> dict[str, Any]:
        self.number += 1
        message = {"kind": kind, "id": self.number, "branch": self.branch, "at": at, "have": self.counts,
                   "until": at + 600 if until is None else until} | more  # fmt: skip
        answer = self.live.answer(message)
        self.branch = answer["branch"]
        told = answer["floors"][0]
        self.received += len(told["events"]) // 5
        rows = [told["events"][i : i + 5] for i in range(0, len(told["events"]), 5)]
        self.events = self.events[: told["keep"][0]] + rows
        self.counts = [[len(self.events), told["keep"][1] + len(told["samples"])]]
        return answer


@pytest.fixture
def live() -> LiveFloor:
    floor = LiveFloor(small(), default_policy(), 7, NINE)
    assert floor.wait(LONG) and floor.fault is None
    return floor


def true_events(live: LiveFloor) -> list[list[float]]:
    return [[round(e[0], 2), *e[1:]] for e in live.game.tape.events]


def test_a_twin_with_other_people_meets_the_same_customers(live: LiveFloor) -> None:
    browser = Browser(live)
    told = browser.ask("twin", NINE, NINE + 3 * 3600, of="people:team:+3")
    assert told["twin"] == "with 3 more of Team" and not told["error"]
    assert told["twin_teams"][0]["size"] == live.meta()["teams"][0]["size"] + 3
    assert sum(there > 0 for there, _ in told["floors"][1]["first"]["agents"]) == 9
    games = live.game.floor.contacts, live.twin.floor.contacts  # type: ignore[union-attr]
    first = [game["arrived"][(game["arrived"] >= NINE) & (game["arrived"] < NINE + 3600)] for game in games]
    assert set(first[1].tolist()) & set(first[0].tolist()), "the same customers come"
    for wrong in ("people:team:-7", "people:nobody:1", "people:team:0"):
        assert browser.ask("twin", NINE, of=wrong)["error"]


def test_it_says_which_lines_of_supervision_are_in_force() -> None:
    scenario = small()
    text = "supervision: [{name: rush, when: {queue: {of: all, at_least: 1}}, do: {mode: busy}, check: 1 min}]"
    floor = LiveFloor(scenario, load_policy_text(text, "p.yaml", scenario), 7, NINE)
    assert floor.wait(LONG) and floor.fault is None
    assert floor.meta()["lines"] == [{"name": "Rush", "does": "the mode becomes busy"}]
    Browser(floor).ask("more", NINE, 16 * 3600.0)
    marks = [(kind, other) for _, kind, _, _, other in floor.game.tape.events if kind in (34, 35)]
    assert (34, 0) in marks and (35, 0) in marks
    assert [kind for kind, _ in marks[:2]] in ([34, 35], [35, 34])


def test_it_opens_at_the_hour_asked_for(live: LiveFloor) -> None:
    meta = live.meta()
    assert meta["begin"] == NINE and meta["teams"][0]["name"] == "Team" and meta["policy"] == "Default"
    told = Browser(live).ask("more", NINE)["floors"][0]
    assert told["first"]["time"] == NINE and sum(there > 0 for there, _ in told["first"]["agents"]) == 6


def test_every_event_is_sent_once(live: LiveFloor) -> None:
    browser = Browser(live)
    for minute in range(0, 180, 7):
        browser.ask("more", NINE + 60 * minute, NINE + 60 * (minute + 30))
    assert browser.events == true_events(live) and browser.received == len(browser.events) > 500


def test_what_is_done_is_done_at_the_instant_that_is_seen(live: LiveFloor) -> None:
    """The server is an hour ahead; what happened after the instant is told anew, what came before is kept."""
    browser = Browser(live)
    browser.ask("more", NINE, NINE + 3600)
    answer = browser.ask("do", NINE + 600, NINE + 3600, what="sick", given={"team": "team", "people": 4})
    (one,) = answer["disturbances"]
    assert one["at"] == NINE + 600 and one["words"] == "4 of Team sick" and not answer["error"]
    assert answer["floors"][0]["keep"][0] > 10
    assert browser.events == true_events(live)
    browser.ask("end", NINE + 1200, NINE + 3600, number=one["number"])
    assert browser.events == true_events(live) and live.game.floor.present("team") == 6


def test_a_lost_answer_is_given_again_and_nothing_is_done_twice(live: LiveFloor) -> None:
    message = {"kind": "do", "id": 5, "branch": 0, "at": NINE, "have": [[-1, 0]], "until": NINE + 60,
               "what": "slow", "given": {"factor": 1.3}}  # fmt: skip
    assert live.answer(message) is live.answer(message)
    assert len(live.game.disturbances) == 1


def test_what_cannot_be_done_is_said(live: LiveFloor) -> None:
    browser = Browser(live)
    for what, given, words in (
        ("sick", {"team": "nobody", "people": 1}, "allowed team"),
        ("sick", {"team": "team", "people": None}, "found None people"),
        ("surge", {"channel": "phone", "factor": 1e9, "minutes": 5}, "allowed 0.1 to 10"),
        ("crisis", {"contact_type": "calls", "reach": 10, "attracts": 3}, "attract no others"),
        ("fire", {}, "allowed sick"),
    ):
        answer = browser.ask("do", NINE, what=what, given=given)
        assert words in answer["error"], answer["error"]
    assert not live.game.disturbances and browser.events == true_events(live)


def test_a_twin_without_a_change_differs_by_nothing_and_one_with_a_change_does(live: LiveFloor) -> None:
    browser = Browser(live)
    browser.ask("more", NINE, NINE + 1800)
    answer = browser.ask("twin", NINE + 600, NINE + 7200, of="undisturbed")
    assert answer["twin"] == "undisturbed" and len(answer["floors"]) == 2
    assert live.twin is not None and live.twin.tape.events == live.game.tape.events
    assert live.twin.tape.samples == live.game.tape.samples
    browser.ask("do", NINE + 900, NINE + 7200, what="sick", given={"team": "team", "people": 4})
    ours, theirs = live.game.tape.samples[-1], live.twin.tape.samples[-1]
    assert ours[0] == theirs[0] and ours[7] > theirs[7]  # more gave up


def test_a_twin_under_another_policy_meets_the_same_customers() -> None:
    scenario = load_scenario(SCENARIOS / "tutorial" / "3_social_beside_phone.yaml")
    policies = policies_of(scenario)
    live = LiveFloor(scenario, policies[0], 1, NINE, {one.name: one for one in policies})
    assert live.wait(LONG) and [one["key"] for one in live.meta()["twins"]] == [policies[1].name]
    Browser(live).ask("twin", NINE, NINE + 3600, of=policies[1].name)
    ours = [e[:1] + e[2:3] for e in live.game.tape.events if e[1] == 0]
    theirs = [e[:1] + e[2:3] for e in live.twin.tape.events if e[1] == 0]  # type: ignore[union-attr]
    assert len(set(ours) & set(theirs)) > 0.9 * len(ours) > 20


def test_a_click_tells_the_story_and_leaves_the_floor_alone(live: LiveFloor) -> None:
    browser = Browser(live)
    browser.ask("more", NINE, NINE + 1800)
    waited = next(int(e[2]) for e in browser.events if e[1] == 1)
    found = browser.ask("contact", NINE + 1800, number=waited)["found"]
    assert found["title"] == f"Contact {waited}" and any("waits: no agent free" in line for line in found["lines"])
    found = browser.ask("person", NINE + 900, number=2)["found"]
    assert found["title"] == "Team 3" and found["lines"][0] == "Team"
    assert browser.ask("contact", NINE, number=10**6)["error"] == f"there is no contact {10**6}"
    assert browser.branch == 0 and browser.events == true_events(live)


@pytest.mark.parametrize("file", ["1_phone_team", "2_chat_and_email", "3_social_beside_phone"])
def test_every_tutorial_ends(file: str) -> None:
    """Nothing is due any more long before midnight there."""
    scenario = load_scenario(SCENARIOS / "tutorial" / f"{file}.yaml")
    live = LiveFloor(scenario, policies_of(scenario)[0], 1, NINE)
    assert live.wait(LONG)
    browser = Browser(live)
    for hour in (16, 23, 30):
        answer = browser.ask("more", NINE, hour * 3600.0)
    assert answer["floors"][0]["finished"] and browser.events == true_events(live)


def test_names_are_as_people_write_them() -> None:
    assert human("separate_teams") == "Separate teams" and human("whatsapp") == "WhatsApp"
    assert human("phone_team 3") == "Phone team 3" and human("Wir sind's!") == "Wir sind's!"

"""Quality evaluations: a supervisor listens to conversations picked by rule, their agent talks them over and learns."""

from __future__ import annotations

import math

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.clock.simpy_clock import run_simpy
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Cause, Log
from floorcast.policy import policies_of
from floorcast.scenario import InputErrors, load_scenario_text

CENTRE = """
start: "2026-03-02"
days: 14
channels: {phone: {kind: phone}, desk: {kind: email}}
contact_types:
  calls:
    channel: phone
    arrivals: [{counts: {per: 1h, daily: {"08:00": 12, "18:00": 0}}}]
    work: {uniform: {from: 4 min, to: 6 min}}
    sentiment: {negative: 0.3, neutral: 0.7}
  reviews: {channel: desk, work: 10 min, skills: [judging], between_agents: true}
groups:
  team:
    channels: [phone]
    cost_per_hour: 20
    shifts: [{agents: 3, start: "08:00", length: 10h}]
    LEARNING
    EVALUATION
  supervisors:
    channels: [desk]
    skills: [judging]
    cost_per_hour: 35
    shifts: [{agents: 1, start: "08:00", length: 10h}]
"""
LEARNING = "learning: {curve: 2h, faster: 20 %}"
EVALUATION = "{by: reviews, at_most: 2, every: week, feedback: 15 min, teaches: 1h}"


def world(evaluation: str = EVALUATION, learning: str = LEARNING, text: str = CENTRE) -> object:
    changed = text.replace("LEARNING", learning or "rating: 4")
    changed = changed.replace("EVALUATION", f"evaluation: {evaluation}" if evaluation else "switching_cost: 0s")
    scenario = load_scenario_text(changed, ".", "evaluated.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def reviews(done: object) -> np.ndarray:
    contacts = done.contacts  # type: ignore[attr-defined]
    return contacts[contacts["cause"] == Cause.EVALUATION]


def test_so_many_of_each_agent_and_week_take_a_supervisors_time() -> None:
    done = run(world(), 1, 0)
    found = reviews(done)
    parents = done.contacts[found["parent"]]
    weeks = (parents["ended"] // (7 * 86400)).astype(int)
    counts = np.zeros((2, 3), dtype=int)
    np.add.at(counts, (weeks, parents["agent"]), 1)
    assert (counts == 2).all()
    assert (found["group"] == 1).all() and found["worked"] == pytest.approx(600.0)


def test_the_agent_gets_nothing_new_while_it_talks_it_over() -> None:
    done = run(world(), 1, 0, log=True)
    log = done.log
    for row in log[log["kind"] == Log.TALKED_OVER]:
        mine = (log["agent"] == row["agent"]) & (log["time"] > row["time"])
        taken = log[mine & (log["kind"] == Log.ACCEPTED)]
        ended = log[mine & (log["kind"] == Log.CLOSED)]
        gone = log[mine & (log["kind"] == Log.OFF)]["time"].min(initial=math.inf)
        begun = row["time"]
        if ended.size and ended["time"][0] < (taken["time"][0] if taken.size else math.inf):
            begun = ended["time"][0]  # it was on a call
        if taken.size and gone > begun + 900:
            assert taken["time"][0] >= begun + 900 - 1e-6


def test_what_is_learned_makes_faster_by_the_curve() -> None:
    """Each conversation talked over is as good as an hour of training: all but exp(-n/2) of the 20 % after n."""
    done, plain = (run(world(one, learning), 1, 0) for one, learning in ((EVALUATION, LEARNING), ("", "")))
    last = done.contacts[(done.contacts["contact_type"] == 0) & (done.contacts["arrived"] > 13 * 86400)]
    before = plain.contacts[(plain.contacts["contact_type"] == 0) & (plain.contacts["arrived"] > 13 * 86400)]
    answered = (last["outcome"] == 1) & (before["outcome"] == 1)
    ratio = last["worked"][answered] / before["worked"][answered]
    assert ratio == pytest.approx(np.full(ratio.size, 1 - 0.2 * (1 - math.exp(-4 / 2))), rel=1e-6)


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("sentiment: negative", lambda c: c["sentiment"] == -1),
        ("longer_than: 5 min", lambda c: c["worked"] >= 300),
        ("of: [calls]", lambda c: c["contact_type"] == 0),
        ("of: phone", lambda c: c["channel"] == 0),
    ],
)
def test_conversations_are_picked_by_rule(rule: str, holds: object) -> None:
    done = run(world(f"{{by: reviews, at_most: 50, every: day, {rule}}}", ""), 1, 0)
    parents = done.contacts[reviews(done)["parent"]]
    calls = done.contacts[(done.contacts["contact_type"] == 0) & (done.contacts["outcome"] == 1)]
    assert holds(parents).all()  # type: ignore[operator]
    assert len(parents) == holds(calls).sum()  # type: ignore[operator]


def test_a_share_of_them_by_chance() -> None:
    done = run(world("{by: reviews, at_most: 1000, share: 25 %}", ""), 1, 0)
    n = int(((done.contacts["contact_type"] == 0) & (done.contacts["outcome"] == 1)).sum())
    assert len(reviews(done)) == pytest.approx(n / 4, abs=3 * math.sqrt(n * 3 / 16))


def test_both_clocks_agree() -> None:
    one, other = run(world(), 1, 0), run_simpy(world(), 1, 0)
    assert one.contacts.tobytes() == other.contacts.tobytes()


def test_who_comes_back_talks_it_over_then() -> None:
    """The supervisors work at night, when nobody of the team is there: everyone hears of it in the morning."""
    night = CENTRE.replace('shifts: [{agents: 1, start: "08:00"', 'shifts: [{agents: 1, start: "20:00"')
    done = run(world(text=night), 1, 0, log=True)
    log = done.log
    assert (log["kind"] == Log.TALKED_OVER).sum() >= 6
    second = (log["time"] >= 86400 + 8 * 3600) & (log["time"] < 86400 + 8 * 3600 + 1800)
    assert not ((log["kind"] == Log.ACCEPTED) & second & (log["agent"] < 3)).any(), "two each: half an hour for all"


def test_what_waits_until_the_morning_is_learned_then() -> None:
    """Judged at night, talked over from 8:00 to 8:15, half forgotten twelve hours after."""
    night = CENTRE.replace('shifts: [{agents: 1, start: "08:00"', 'shifts: [{agents: 1, start: "20:00"')
    learning = "learning: {curve: 2h, faster: 20 %, half_life: 12h}"
    rule = EVALUATION.replace("at_most: 2", "at_most: 1")
    done, plain = (run(world(*words, text=night), 1, 0) for words in ((rule, learning), ("", "")))
    second, before = (
        one.contacts[(one.contacts["contact_type"] == 0) & (one.contacts["arrived"] // 86400 == 1)]
        for one in (done, plain)
    )
    since = second["answered"] - (86400 + 8 * 3600 + 900)
    learned = (second["outcome"] == 1) & (before["outcome"] == 1) & (since >= 0)
    knows = (1 - math.exp(-1 / 2)) * 0.5 ** (since / (12 * 3600))
    assert learned.sum() > 50
    assert (second["worked"] / before["worked"])[learned] == pytest.approx(1 - 0.2 * knows[learned], rel=1e-6)


def test_a_talk_that_a_break_comes_before_waits_until_it_is_over() -> None:
    """Two conversations each, two hours of talk about each; a break begins before the second talk does."""
    text = CENTRE.replace(
        'shifts: [{agents: 3, start: "08:00", length: 10h}]',
        'shifts: [{agents: 3, start: "08:00", length: 10h, breaks: [{at: "09:30", length: 3h}]}]',
    )
    rule = "{by: reviews, at_most: 2, every: day, feedback: 2h}"
    log = run(world(rule, "", text), 1, 0, log=True).log
    heard = log[(log["kind"] == Log.TALKED_OVER) & (log["time"] < 9.5 * 3600)]["agent"]
    two = [a for a in range(3) if (heard == a).sum() == 2]
    assert two
    for a in two:
        taken = log[(log["kind"] == Log.ACCEPTED) & (log["agent"] == a) & (log["time"] > 9.5 * 3600)]["time"]
        assert taken.min() >= 14.5 * 3600 - 1e-6


def test_messages_whose_customers_think_do_not_keep_an_agent_from_it() -> None:
    """Who gives a slot back while the customer thinks is free to talk it over, and works on afterwards."""
    text = CENTRE.replace("phone: {kind: phone}", "phone: {kind: messaging}").replace(
        "work: {uniform: {from: 4 min, to: 6 min}}", "work: 2 min\n    turns: 3\n    think: 20 min"
    )
    done = run(world(text=text), 1, 0)
    assert len(reviews(done)) == 12
    late = done.contacts[(done.contacts["arrived"] > 13 * 86400) & (done.contacts["contact_type"] == 0)]
    assert (late["outcome"] == 1).mean() > 0.5


@pytest.mark.parametrize(
    ("evaluation", "learning", "said"),
    [
        ("{by: review}", "", "unknown contact type 'review'"),
        ("{by: calls}", "", "which customers bring"),
        ("{by: reviews, of: [fax]}", "", "unknown contact type or channel 'fax'"),
        ("{by: reviews, teaches: 1h}", "", "teaches without learning"),
        ("{by: reviews, every: month}", "", "allowed"),
        ("{by: reviews}", LEARNING, "learning without training or an evaluation that teaches"),
    ],
)
def test_evaluations_that_cannot_be_are_named(evaluation: str, learning: str, said: str) -> None:
    with pytest.raises(InputErrors, match=said):
        world(evaluation, learning)

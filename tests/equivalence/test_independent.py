"""An independent simulator, a SimPy process per contact, gives the same contacts one by one.

Same customers (draws keyed by contact), nothing else in common: see ``independent``.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.model.records.layout import Outcome
from tests.conftest import examples
from tests.equivalence.independent.compare import assert_agree
from tests.handed_strategies import handed, taught
from tests.social_strategies import social_scenarios
from tests.strategies import ARRIVALS, scenarios

FIFO_WITH_PATIENCE = """
contact_types:
  calls:
    channel: phone
    arrivals: {rate: {per: 1h, daily: {"00:00": 0, "08:00": 100, "10:00": 0}}}
    work: {exponential: 3 min}
    patience: {exponential: 2 min}
groups:
  team: {channels: [phone], agents: 5}
"""

PRIORITY = """
contact_types:
  gold: {channel: phone, arrivals: &some {counts: {per: 1h, values: [0, 0, 20, 20]}}, work: {exponential: 4 min}}
  silver: {channel: phone, arrivals: *some, work: {lognormal: {mean: 4 min, scv: 2}}}
  letters: {channel: email, arrivals: *some, work: {uniform: {from: 1 min, to: 9 min}}}
groups:
  team: {channels: [phone, email], agents: 4}
policy:
  priority: {contact_type: {gold: 20, silver: 10}, per_minute: {gold: 1, silver: 1.5, letters: 2}, cap: 25}
"""

SKILLS_LONGEST_IDLE = """
contact_types:
  bills: {channel: phone, skills: [billing], arrivals: &some {counts: {per: 1h, values: [0, 40, 40]}}, work: &long
    {exponential: 4 min}}
  faults: {channel: phone, skills: [tech], arrivals: *some, work: *long, patience: {exponential: 5 min}}
  both: {channel: phone, skills: {tech: 0.5, billing: 0.5}, arrivals: *some, work: *long}
groups:
  bookkeepers: {channels: [phone], skills: {billing: 1}, agents: 3}
  engineers: {channels: [phone], skills: {tech: 0.8}, agents: 3}
  all_rounders: {channels: [phone], skills: {billing: 0.6, tech: 0.6}, agents: 3}
policy:
  plans:
    default:
      - {groups: [[bookkeepers, engineers], all_rounders]}
      - {after: 2 min, groups: any, skills: none}
"""

WRAP_UP = """
contact_types:
  calls:
    channel: phone
    arrivals: {counts: {per: 1h, values: [0, 0, 0, 0, 0, 0, 0, 0, 60, 60]}}
    work: {exponential: 3 min}
    after_contact_work: {gamma: {mean: 90s, scv: 0.5}}
    patience: {exponential: 4 min}
    retry: {probability: 0.6, delay: {exponential: 10 min}}
groups:
  team: {channels: [phone], shifts: [{agents: 3, start: "08:00", length: 1h}, {agents: 3, start: "08:30", length: 3h}]}
"""

CHAT_WITH_SHARED_ATTENTION = """
contact_types:
  chats:
    channel: chat
    arrivals: {counts: {per: 1h, values: [0, 60, 60]}}
    turns: {geometric: {mean: 4}}
    work: {exponential: 40s}
    think: {exponential: 60s}
    patience: {exponential: 3 min}
groups:
  team: {channels: {chat: 3}, agents: 3, switching_cost: 5s}
"""


CHAIN = """
contact_types:
  posts: {channel: social, work: {exponential: 10 min}, arrivals: &some {counts: {per: 1h, values: [0, 8, 8]}}}
  mails: {channel: email, work: {exponential: 5 min}, arrivals: *some}
  calls: {channel: phone, work: {exponential: 2 min}, arrivals: {counts: {per: 1h, values: [0, 20, 20]}}}
groups:
  team:
    channels: {phone: 1, email: 2, social: 2}
    agents: 2
    slots: {apart: []}
    interrupts: {phone: [email], email: [social]}
"""


@pytest.mark.parametrize(
    "words, outcomes",
    [
        pytest.param(FIFO_WITH_PATIENCE, {Outcome.ABANDONED}, id="first in, first out, with patience"),
        pytest.param(PRIORITY, set(), id="priority"),
        pytest.param(SKILLS_LONGEST_IDLE, {Outcome.ABANDONED}, id="skills, longest idle"),
        pytest.param(WRAP_UP, {Outcome.ABANDONED}, id="after-contact work"),
        pytest.param(CHAT_WITH_SHARED_ATTENTION, {Outcome.ABANDONED}, id="chat with shared attention"),
    ],
)
@pytest.mark.parametrize("replication", range(3))
def test_the_basics(words, outcomes, replication):
    """Busy enough for everything to happen, and the same contact by contact."""
    contacts = assert_agree(words, 11, replication)
    waits = np.array([c.answered - c.arrived for c in contacts])
    assert (waits > 60).any() and (waits == 0).any()
    assert {c.outcome for c in contacts} >= {Outcome.HANDLED, *outcomes}


def test_whoever_lets_an_interruption_in_is_not_kept_waiting():
    """A call may interrupt a mail, a mail a post: the mail that comes lets the waiting call in."""
    contacts = assert_agree(CHAIN, 11)
    at_once = [c for c in contacts if c.kind == "calls" and c.answered > c.arrived]
    begun = {c.answered for c in contacts if c.kind == "mails"}
    assert any(c.answered in begun for c in at_once)


HELP_AFTER_A_WHILE = """
contact_types:
  bills: {channel: phone, arrivals: &some {counts: {per: 1h, values: [0, 20, 20]}}, work: {exponential: 6 min}}
  faults: {channel: phone, arrivals: *some, work: {exponential: 6 min}}
groups:
  team: {channels: [phone], agents: 3}
  help: {channels: [phone], agents: 1}
policy:
  evaluate: [arrival, stages]
  groups: {help: {queues: [{of: [phone], delay: 90s}]}}
  rules: [{when: {queue: {of: all, above: 3}}, add: 20}]
"""


def test_a_group_that_helps_after_a_while_begins_no_stage():
    """The rules, which are asked when a stage begins, are not asked then: nobody gets the points of a long queue."""
    contacts = assert_agree(HELP_AFTER_A_WHILE, 11, 1)
    helped = [c.answered - c.arrived for c in contacts if c.agent is not None and c.agent.group_name == "help"]
    assert min(helped) == pytest.approx(90)


TAUGHT = """
start: "2026-03-02"
days: 3
contact_types:
  calls:
    channel: phone
    arrivals: {counts: {per: 1h, daily: {"08:00": 9, "18:00": 0}}}
    work: {uniform: {from: 4 min, to: 6 min}}
    after_contact_work: 20s
    resolution: 60 %
    sentiment: {negative: 0.3, neutral: 0.7}
  chats:
    channel: chat
    arrivals: {counts: {per: 1h, daily: {"08:00": 6, "18:00": 0}}}
    work: 1 min
    turns: 3
    think: 40s
  reviews: {channel: email, work: 10 min, skills: [judging], between_agents: true}
groups:
  team:
    channels: {phone: 1, chat: 2}
    slots: {apart: []}
    shifts: [{agents: 4, start: "08:00", length: 10h, breaks: [{at: "12:00", length: 30 min}]}]
    absence: 20 %
    late: {probability: 50 %, by: 20 min}
    speed: 1.1
    unavailable: {exponential: 30s}
    training: [{start: "08:10", length: 1h, days: mon-tue, agents: 2}]
    learning: {curve: 2h, faster: 20 %, resolves: 30 %, half_life: 3 days}
    evaluation: {by: reviews, of: [phone, chats], longer_than: 3 min, share: 80 %, at_most: 3, every: day,
                 feedback: 15 min, teaches: 1h}
  supervisors: {channels: [email], skills: [judging], shifts: [{agents: 1, start: "09:00", length: 10h}]}
"""


def test_training_and_evaluations():
    """Who is late or absent hears less of a lesson; what is evaluated is talked over when nothing is in hand."""
    contacts = assert_agree(TAUGHT, 3)
    assert sum(c.kind == "reviews" and c.outcome is Outcome.HANDLED for c in contacts) > 10


# What the independent simulator works out; the account in account.py covers the rules that look at the past, and
# one of several at random is drawn by a count of the engine's own.
RULES = (
    "longest_idle", "fewest_active", "most_spare", "round_robin", "most_skilled", "least_skilled", "highest_rating",
)  # fmt: skip


@settings(max_examples=examples(100))
@given(st.booleans().flatmap(lambda yes: scenarios(agent_rules=RULES, size=24, endings=yes, arrivals=ARRIVALS)))
def test_generated_scenarios(scenario: dict[str, Any]):
    """All channels, turns, slots, interruptions, skills, shifts, stages, rules, points, retries."""
    assert_agree(scenario)


@settings(max_examples=examples(70))
@given(social_scenarios(size=0.3, memory=False))
def test_generated_customers_and_public(scenario: dict[str, Any]):
    """Issues and incidents: chasing, repeats, going public, cascades, listening, bots, callbacks, the window. Customers
    who remember are checked from the records instead (tests/model/test_loyalty.py)."""
    assert_agree(scenario)


@pytest.mark.slow
@pytest.mark.skipif("FLOORCAST_GENERATE" not in os.environ, reason="takes a minute; in `make verify`")
@settings(max_examples=examples(60))
@given(handed())
def test_generated_hands_and_supervision(scenario: dict[str, Any]):
    """Offers, picking, transfers, consultations, the agent one knows; stages with conditions, classes, lists of
    groups; what a supervisor does, and the rule book that takes the place of another."""
    assert_agree(scenario)


@pytest.mark.slow
@pytest.mark.skipif("FLOORCAST_GENERATE" not in os.environ, reason="takes a minute; in `make verify`")
@settings(max_examples=examples(80))
@given(taught())
def test_generated_training_and_evaluations(scenario: dict[str, Any]):
    """Lessons and what they teach, conversations that are picked and talked over, faster and slower teams, times
    without contacts; among offers and supervision, or among customers and the public."""
    assert_agree(scenario)

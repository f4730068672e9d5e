"""The trace reads like a log book, and says why each decision fell as it did."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.explain.trace import trace_lines
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from tests.conftest import examples
from tests.routing_strategies import routed
from tests.strategies import scenarios, world_of

CALLS = """
channels:
  phone: {kind: phone, open: "00:00-12:00", queue_limit: 2, lines: 10}
contact_types:
  calls:
    channel: phone
    arrivals: {trace: {csv: calls.csv, time: t, sentiment: mood}}
    work: 60s
    after_contact_work: 10s
    patience: 90s
    retry: {probability: 1, delay: 5 min, at_most: 1}
groups:
  desk: {channels: [phone], agents: 1}
  help: {channels: [phone], shifts: {agents: 1, start: "00:01", length: 2h}}
policy:
  priority: {sentiment: {negative: 10}}
  rules: [{name: angry, when: {sentiment: negative}, plan: default, add: 2}]
  plans:
    default: [{groups: desk}, {after: 80s, groups: [desk, help]}]
"""


@pytest.fixture
def world(tmp_path):
    """Five calls: at 10, 20, 30, 40 (angry) and 50 s, and one in the afternoon."""
    rows = [
        "t,mood",
        "10,neutral",
        "20,neutral",
        "30,neutral",
        "40,negative",
        "50,neutral",
        "50000,neutral",
    ]
    (tmp_path / "calls.csv").write_text("\n".join(rows))
    scenario = load_scenario_text(CALLS, tmp_path, "calls.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def test_every_event_is_a_line(world):
    assert list(trace_lines(world, 1, end=130)) == [
        "00:00:00.0  phone is closed",
        "00:00:00.0  phone opens",
        "00:00:00.0  desk 1 logs in",
        "00:00:10.0  contact 0 (calls) arrives",
        "00:00:10.0  contact 0 (calls) goes to desk 1",
        "00:00:10.0  desk 1 works on contact 0 (calls)",
        "00:00:20.0  contact 1 (calls) arrives",
        "00:00:20.0  contact 1 (calls) waits: no agent free in desk",
        "00:00:30.0  contact 2 (calls) arrives",
        "00:00:30.0  contact 2 (calls) waits: no agent free in desk",
        "00:00:40.0  contact 3 (calls) arrives",
        "00:00:40.0  contact 3 (calls) is blocked: no line or place in the queue of phone is free",
        "00:00:50.0  contact 4 (calls) arrives",
        "00:00:50.0  contact 4 (calls) is blocked: no line or place in the queue of phone is free",
        "00:01:00.0  help 1 logs in",
        "00:01:10.0  desk 1 finishes contact 0 (calls)",
        "00:01:10.0  desk 1 does the after-contact work of contact 0 (calls)",
        "00:01:20.0  contact 0 (calls) is done",
        "00:01:20.0  contact 1 (calls) goes to desk 1 after 60.0 s",
        "00:01:20.0  desk 1 works on contact 1 (calls)",
        "00:01:50.0  contact 2 (calls) has waited 80.0 s: stage 2 of plan default (desk, help)",
        "00:01:50.0  contact 2 (calls) goes to help 1 after 80.0 s",
        "00:01:50.0  help 1 works on contact 2 (calls)",
    ]


def test_one_contact_with_the_reasons(world):
    assert list(trace_lines(world, 1, contact=2)) == [
        "00:00:30.0  contact 2 (calls) arrives",
        "            rule: no rule, 0 points",
        "00:00:30.0  contact 2 (calls) waits: no agent free in desk",
        "00:01:50.0  contact 2 (calls) has waited 80.0 s: stage 2 of plan default (desk, help)",
        "00:01:50.0  contact 2 (calls) goes to help 1 after 80.0 s",
        "            it chooses in stage 2 of plan default: longest idle first",
        "            rank 2: help 1 (idle for 50s)",
        "            not: desk (its agent is taken)",
        "            chosen: help 1; there was nobody else",
        "00:01:50.0  help 1 works on contact 2 (calls)",
        "00:02:50.0  help 1 finishes contact 2 (calls)",
        "00:02:50.0  help 1 does the after-contact work of contact 2 (calls)",
        "00:03:00.0  contact 2 (calls) is done",
    ]


def test_an_agent_s_choice_with_what_would_have_come_next(world):
    lines = list(trace_lines(world, 1, start=80, end=80, explain=True))
    assert lines == [
        "00:01:20.0  contact 0 (calls) is done",
        "00:01:20.0  contact 1 (calls) goes to desk 1 after 60.0 s",
        "            desk 1 chooses: best rank, then most points, then oldest",
        "            waiting: contact 1 (rank 1, 0 points, waited 1 min), contact 2 (rank 1, 0 points, waited 50s)",
        "            chosen: contact 1; next would have been contact 2",
        "00:01:20.0  desk 1 works on contact 1 (calls)",
    ]


def test_window_and_limit(world):
    assert [line[:8] for line in trace_lines(world, 1, start=41, end=69)] == [
        "00:00:50",
        "00:00:50",
        "00:01:00",
    ]
    limited = list(trace_lines(world, 1, limit=3))
    assert limited[-1] == "... (the first 3 lines)"
    assert limited[:3] == list(trace_lines(world, 1))[:3]
    last = list(trace_lines(world, 1, start=40000))
    assert last == [
        "12:00:00.0  phone closes",
        "13:53:20.0  contact 7 (calls) arrives",
        "13:53:20.0  contact 7 (calls) is turned away: phone is closed",
    ]


MAIL = """
days: 2
contact_types:
  mail: {channel: email, work: 3 min, backlog: {count: 1, ages: 2h}}
groups:
  team: {channels: [email], shifts: {agents: 1, start: "09:00", length: 1h}}
"""


def test_several_days_are_told_apart():
    scenario = load_scenario_text(MAIL, ".", "mail.yaml")
    lines = list(trace_lines(assemble(scenario, policies_of(scenario)[0]), 1))
    assert lines[0] == "Mon 01 Jan 00:00:00.0  contact 0 (mail) arrives with the backlog, 2h old"
    assert "Mon 01 Jan 09:00:00.0  contact 0 (mail) goes to team 1 after 11h" in lines
    assert "Tue 02 Jan 09:00:00.0  team 1 logs in" in lines


@settings(max_examples=examples(40))
@given(st.one_of(scenarios(), routed()))
def test_any_run_can_be_traced(scenario):
    """Every line has its time, and the sentences name nothing that has no name."""
    for line in trace_lines(world_of(scenario), 1, explain=True, limit=2000):
        assert line[:3] in ("...", "   ") or line[2] == line[5] == ":"
        assert "contact -1" not in line

"""The trace gives the reason of every kind of decision: candidates, ranks, scores, and who would have been next."""

from __future__ import annotations

from floorcast.explain.trace import trace_lines
from tests.model.centre import Day


def told(folder, text, contact, **arrivals) -> list[str]:
    """The story of one contact without the times of day."""
    world = Day(folder, text, **arrivals).world
    return [line[12:] for line in trace_lines(world, 1, contact=contact)]


CALLS = """
contact_types:
  calls: {channel: phone, work: 10 min, patience: none}
groups:
  team: {channels: [phone], agents: 2, rating: 4}
  help: {channels: [phone], agents: 2, rating: 5}
policy:
  plans: {default: [%s]}
  %s
"""


def test_a_score_and_what_would_have_come_next(tmp_path):
    stage = "{groups: [[team, help]], agent: {score: {rating: 2, idle: 1}}}"
    lines = told(tmp_path, CALLS % (stage, "mode: calm"), 0, calls=[60])
    assert lines[2:6] == [
        "contact 0 (calls) goes to help 1",
        "it chooses in stage 1 of plan default: highest score first",
        "rank 1: help 1 (idle for 1 min, score 11), help 2 (idle for 1 min, score 11),"
        " team 1 (idle for 1 min, score 9), team 2 (idle for 1 min, score 9)",
        "chosen: help 1; next would have been help 2",
    ]


def test_a_rule_on_the_centre_says_what_it_saw(tmp_path):
    rules = "rules: [{name: rush, when: {queue: {of: phone, above: 1}, mode: normal}, class: 2}]"
    lines = told(tmp_path, CALLS % ("{groups: team}", rules), 4, calls=[0, 1, 2, 3, 4])
    assert lines[1:7] == [
        "rule: rush (with 2 of phone waiting, mode normal), class 2, 0 points",
        "contact 4 (calls) waits: no agent free in team",
        "contact 4 (calls) goes to team 1 after 596s",
        "team 1 chooses: best rank, then most points, then oldest",
        "waiting: contact 4 (rank 1, class 2, 0 points, waited 596s), contact 2 (rank 1, 0 points, waited 598s),"
        " contact 3 (rank 1, 0 points, waited 597s)",
        "chosen: contact 4; next would have been contact 2",
    ]


def test_a_stage_with_a_condition_and_a_reserve(tmp_path):
    stages = "{groups: team}, {when: {queue: {above: 0}}, groups: [team, help], reserve: {help: 3}}"
    lines = told(tmp_path, CALLS % (stages, "mode: calm"), 3, calls=[0, 1, 2, 20])
    assert lines[2] == "contact 3 (calls) waits: no agent free in team, help (help keeps 3 idle)"
    lines = told(tmp_path, CALLS % (stages, "mode: calm"), 2, calls=[0, 1, 2, 20])
    assert lines[2] == "contact 2 (calls) waits: no agent free in team, help (help keeps 3 idle)"


def test_proportions_between_groups_and_between_queues(tmp_path):
    stage = "{groups: [[team, help]], allocate: {team: 3, help: 1}}"
    lines = told(tmp_path, CALLS % (stage, "mode: calm"), 1, calls=[5, 6])
    assert lines[3:5] == [
        "it chooses in stage 1 of plan default: the group furthest below its part, there longest idle first",
        "rank 1: help 1 (idle for 6s, its group at 0), help 2 (idle for 6s, its group at 0),"
        " team 2 (idle for 6s, its group at 0.333)",
    ]
    lines = told(tmp_path, CALLS % ("{}", "groups: {team: {shares: {calls: 2}}}"), 4, calls=[0, 1, 2, 3, 4])
    assert "team 1 chooses: best rank, then the type furthest below its share, then oldest" in lines


def test_offers_are_told(tmp_path):
    offers = "offers: {phone: {answer: {empirical: {values: [4s, 60s]}}, time_out: 20s}}"
    assert told(tmp_path, CALLS % ("{}", offers), 0, calls=[0])[2:] == [
        "contact 0 (calls) rings at team 1",
        "it chooses in stage 1 of plan default: longest idle first",
        "rank 1: team 1 (idle for 0s), team 2 (idle for 0s), help 1 (idle for 0s), help 2 (idle for 0s)",
        "chosen: team 1; next would have been team 2",
        "team 1 lets contact 0 (calls) ring until time is out",
        "contact 0 (calls) rings at team 2 after 20.0 s",
        "it chooses in stage 1 of plan default: longest idle first",
        "rank 1: team 2 (idle for 20s), help 1 (idle for 20s), help 2 (idle for 20s)",
        "chosen: team 2; next would have been help 1",
        "team 2 takes contact 0 (calls)",
        "team 2 works on contact 0 (calls)",
        "team 2 finishes contact 0 (calls)",
        "contact 0 (calls) is done",
    ]


def test_transfers_consultations_and_picking_are_told(tmp_path):
    text = """
contact_types:
  calls: {channel: phone, skills: [a], work: 1 min, transfers: {probability: 100 %, to: hard, after: 10s}}
  hard: {channel: phone, skills: [b], work: 1 min, consult: {probability: 100 %, with: advice}}
  advice: {channel: phone, skills: [a], work: 1 min}
groups:
  team: {skills: [a], channels: [phone], agents: 2}
  experts: {skills: [b], channels: [phone], agents: 1}
policy: {pull: {experts: 5s}}
"""
    lines = told(tmp_path, text, 0, calls=[60])
    reasons = ("rule", "it chooses", "rank", "waiting", "chosen", "not")
    events = [line for line in lines if not line.startswith(reasons) and "chooses:" not in line]
    assert events == [
        "contact 0 (calls) arrives",
        "contact 0 (calls) goes to team 1",
        "team 1 works on contact 0 (calls)",
        "team 1 passes contact 0 on as hard",
        "contact 0 (hard) waits: experts 1 looks at the list",
        "contact 0 (hard) goes to experts 1 after 15.0 s",
        "experts 1 works on contact 0 (hard)",
        "experts 1 asks a colleague about contact 0 (hard): contact 1 (advice)",
        "contact 1 (advice) arrives: advice on contact 0",
        "contact 1 (advice) goes to team 2",
        "team 2 works on contact 1 (advice)",
        "team 2 finishes contact 1 (advice)",
        "contact 1 (advice) is done",
        "experts 1 finishes contact 0 (hard)",
        "contact 0 (hard) is done",
    ]


def test_supervision_and_going_back_to_the_agent_one_knows_are_told(tmp_path):
    text = """
contact_types:
  calls: {channel: phone, work: 1 min, resolution: 0, repeat: {probability: 100 %%, delay: 10 min, at_most: 1}}
groups:
  team: {channels: [phone], agents: 2}
policy:
  returning: {within: 1h}
  supervision: {name: evening, when: {time: "00:05-00:20"}, do: {%s}}
"""
    helped = Day(tmp_path, text % "add: {group: team, channels: phone, agents: 1}", calls=[400]).world
    lines = [line[12:] for line in trace_lines(helped, 1, explain=True)]
    assert "evening begins: agent 1 of team also takes phone (which nobody of team takes unless added)" in lines
    assert "evening ends: agent 1 of team also takes phone (which nobody of team takes unless added)" in lines
    assert lines.count("chosen: team 1 had the issue before") == 1
    shut = Day(tmp_path, text % "close: phone", calls=[400]).world
    assert "contact 0 (calls) is turned away: phone is closed by the supervisor" in [
        line[12:] for line in trace_lines(shut, 1)
    ]

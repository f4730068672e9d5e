"""Rules and stages look at the state of the centre: queues, expected waits, idle agents, service level, time."""

from __future__ import annotations

import pytest

from floorcast.model.records.layout import Outcome
from tests.centres import first_and_help
from tests.model.centre import HOUR, MINUTE, Day

CENTRE = first_and_help("""\
  rules:
    - {when: %s, plan: widened}
  plans:
    default: [{groups: [first]}]
    widened: [{groups: [first, help]}]
""")


def test_a_rule_on_the_queue_widens_once_so_many_wait(tmp_path):
    day = Day(tmp_path, CENTRE % "{queue: {at_least: 2}}", calls=[0, 1, 2, 3, 4])
    # The first is answered at once, two wait, then help takes those who come.
    assert day.groups("calls") == ["first", "first", "first", "help", "help"]
    assert day.answered("calls") == [0, 600, 1200, 3, 4]


def test_a_rule_on_the_expected_wait(tmp_path):
    # The only agent takes a call every 10 min: the second in line would wait for more than 15 min.
    rule = "{expected_wait: {above: 1 min}}"
    day = Day(tmp_path, CENTRE % rule, calls=[0, 1, 2, 3])
    assert day.groups("calls") == ["first", "first", "help", "help"]


def test_a_rule_on_idle_agents_of_a_group(tmp_path):
    rule = "{idle: {of: help, at_least: 5}}"
    day = Day(tmp_path, CENTRE % rule, calls=[0, 1, 2, 3])
    # Only while all five helpers are idle may one of them take a call.
    assert day.groups("calls") == ["first", "help", "first", "first"]


def test_a_rule_on_the_service_level_of_the_last_minutes(tmp_path):
    rule = "{service_level: {below: 80 %, over: 30 min}}"
    calls = [0, 1, 700, 1300, 3000, 5500, 5501]
    day = Day(tmp_path, CENTRE % rule, calls=calls)
    # The second waits 10 min: once answered, 1 of 2 were in time, and help joins; 30 min later all is forgotten.
    assert day.groups("calls") == ["first", "first", "help", "first", "first", "first", "first"]


@pytest.mark.parametrize(
    ("rule", "helped"),
    [
        ('{time: "08:00-12:00"}', [False, True, False]),
        ('{time: "22:00-07:00"}', [True, False, False]),
        ("{day: Mon}", [True, True, True]),
        ("{day: Tue-Sun}", [False, False, False]),
        ('{not: {time: ["00:00-08:00", "12:00-24:00"]}}', [False, True, False]),
    ],
)
def test_rules_on_the_time_of_day_and_the_day(tmp_path, rule, helped):
    starts = [6 * HOUR, 9 * HOUR, 15 * HOUR]
    day = Day(tmp_path, CENTRE % rule, calls=[t + d for t in starts for d in (0, 1)])
    assert [g == "help" for g in day.groups("calls")[1::2]] == helped


STAGES = first_and_help("""\
  plans:
    default:
      - {groups: [first]}
      %s
""")


def test_a_stage_begins_once_its_condition_holds(tmp_path):
    stage = '- {when: {time: "00:05-23:00"}, every: 10s, groups: [first, help]}'
    day = Day(tmp_path, STAGES % stage, calls=[0, 4, 6])
    # Looked at every 10 s from when they came.
    assert day.answered("calls") == [0, 304, 306]
    assert day.groups("calls") == ["first", "help", "help"]


def test_a_stage_counts_all_who_wait_the_contact_itself_too(tmp_path):
    stage = "- {when: {queue: {at_least: 2}}, every: 1s, groups: [first, help]}"
    day = Day(tmp_path, STAGES % stage, calls=[0, 1, 2, 3])
    # The call at 2 s is the second that waits: help takes the one that waits longer. The same holds at 3 s.
    assert day.groups("calls") == ["first", "help", "help", "first"]
    assert day.answered("calls")[:3] == [0, 2, 3]


def test_who_waits_alone_expects_no_less_than_it_has_waited(tmp_path):
    """Avaya's threshold: expected wait, or the oldest call waiting."""
    stage = "- {when: {expected_wait: {above: 5 min}}, every: 1s, groups: [first, help]}"
    text = (STAGES % stage).replace("work: 10 min", "work: 1h")
    day = Day(tmp_path, text.replace("help: {channels: [phone], agents: 5}", "help: {channels: [phone], agents: 200}"),
              calls=[0, 1])
    assert day.groups("calls") == ["first", "help"]
    assert day.answered("calls")[1] == 302


def test_a_stage_that_ends_gives_the_contact_back(tmp_path):
    """As Avaya does: when the skill is back to normal, calls are no longer sent to reserve agents."""
    text = """
contact_types: {calls: {channel: phone, work: 10 min}}
groups:
  first: {channels: [phone], agents: 1}
  help: {channels: [phone], shifts: [{agents: 1, start: "00:03", length: 20h}]}
policy: {plans: {default: [{groups: [first]}, {when: {time: "00:00-00:02"}, every: 1s, %s groups: [first, help]}]}}
"""
    assert Day(tmp_path, text % "", calls=[0, 1]).groups("calls") == ["first", "help"]
    day = Day(tmp_path, text % "ends: true,", calls=[0, 1])
    assert day.groups("calls") == ["first", "first"]
    assert day.answered("calls") == [0, 600]


def test_later_stages_do_not_wait_for_a_condition(tmp_path):
    stages = """- {when: {queue: {at_least: 50}}, groups: [first]}
      - {after: 2 min, groups: [first, help]}"""
    day = Day(tmp_path, STAGES % stages, calls=[0, 1])
    assert day.answered("calls") == [0, 1 + 2 * MINUTE]


def test_a_stage_moves_the_contact_to_another_plan(tmp_path):
    moved = "- {after: 1 min, plan: other, age: %s}"
    text = STAGES % f"{moved}\n    other: [{{groups: [first]}}, {{after: 3 min, groups: [help]}}]"
    assert Day(tmp_path, text % "kept", calls=[0, 0]).answered("calls") == [0, 3 * MINUTE]
    assert Day(tmp_path, text % "reset", calls=[0, 0]).answered("calls") == [0, 4 * MINUTE]


def test_a_stage_may_ask_for_a_rating(tmp_path):
    text = """
contact_types:
  posts: {channel: social, work: 10 min}
groups:
  juniors: {channels: [social], agents: 5, rating: 3.2}
  seniors: {channels: [social], agents: 1, rating: 4.6}
policy: {plans: {default: [{groups: any, rating: {at_least: 4}}, {after: 5 min, groups: any}]}}
"""
    day = Day(tmp_path, text, posts=[0, 0])
    assert day.groups("posts") == ["seniors", "juniors"]
    assert day.answered("posts") == [0, 5 * MINUTE]


def test_a_threshold_below_which_posts_are_put_aside(tmp_path):
    text = """
contact_types:
  quiet: {channel: social, work: 1 min, reach: 50}
  loud: {channel: social, work: 1 min, reach: 5000}
groups: {team: {channels: [social], agents: 1}}
policy: {rules: [{name: small talk, when: {reach: {below: 100}}, discard: true}]}
"""
    day = Day(tmp_path, text, quiet=[0, 1], loud=[2])
    assert day.groups("quiet") == ["-", "-"]
    assert set(day.of("quiet")["outcome"]) == {int(Outcome.DISCARDED)}
    assert day.answered("loud") == [2]


def test_rules_asked_again_at_stages_may_change_the_plan(tmp_path):
    text = """
contact_types:
  calls: {channel: phone, work: 10 min}
groups:
  first: {channels: [phone], agents: 1}
  help: {channels: [phone], agents: 5}
policy:
  evaluate: [arrival, stages]
  rules:
    - {when: {waited: {at_least: 50s}, time: "00:01-23:00"}, plan: widened}
  plans:
    default: [{groups: [first]}, {after: 30s, groups: [first]}, {after: 60s, groups: [first], add: 1}]
    widened: [{groups: [help]}]
"""
    assert Day(tmp_path, text, calls=[0, 10]).answered("calls") == [0, 70]

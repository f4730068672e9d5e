"""Who takes it: the agent rules, Avaya's examples among them."""

from __future__ import annotations

from tests.model.centre import Day


def test_experts_first_then_the_least_occupied_or_the_other_way_round(tmp_path):
    """Avaya: A level 1 at 90 %, B level 1 at 95 %, C level 2 at 64 %: EAD-LOA picks A, UCD-LOA picks C."""
    text = """
contact_types:
  wa: {channel: email, skills: [a], work: 90s}
  wb: {channel: email, skills: [b], work: 95s}
  wc: {channel: email, skills: [c], work: 64s}
  calls: {channel: phone, skills: [s], work: 10s}
groups:
  A: {skills: {s: 1.0, a: 1}, channels: [phone, email], agents: 1}
  B: {skills: {s: 1.0, b: 1}, channels: [phone, email], agents: 1}
  C: {skills: {s: 0.5, c: 1}, channels: [phone, email], agents: 1}
policy:
  plans: {default: [{groups: any, agent: %s}]}
"""
    # By 100 s they have been busy for 90, 95 and 64 of them.
    past = {"wa": [2], "wb": [1], "wc": [3]}
    expert = Day(tmp_path, text % "[most_skilled, least_occupied]", **past, calls=[100])
    assert expert.groups("calls") == ["A"]
    uniform = Day(tmp_path, text % "least_occupied", **past, calls=[100])
    assert uniform.groups("calls") == ["C"]


def test_who_was_busy_once_is_not_busy_for_ever(tmp_path):
    """One call of ten minutes an hour: the least occupied until now is the other one, turn by turn."""
    text = """
contact_types: {calls: {channel: phone, work: 10 min}}
groups: {team: {channels: [phone], agents: 2}}
policy: {plans: {default: [{agent: %s}]}}
"""
    hours = [3600.0 * hour for hour in range(1, 9)]
    assert [int(a) for a in Day(tmp_path, text % "least_occupied", calls=hours).of("calls")["agent"]] == [0, 1] * 4
    score = "{score: {occupancy: -1}}"
    assert [int(a) for a in Day(tmp_path, text % score, calls=hours).of("calls")["agent"]] == [0, 1] * 4


def test_occupancy_is_that_of_now_not_of_the_last_contact(tmp_path):
    """A worked 100 of 2,000 s (5 %), B 400 s (20 %), though each was busy all the time when it was last at work."""
    text = """
contact_types:
  early: {channel: phone, work: 100s, skills: [a]}
  long: {channel: phone, work: 400s, skills: [b]}
  calls: {channel: phone, work: 10s}
groups:
  A: {skills: [a], channels: [phone], agents: 1}
  B: {skills: [b], channels: [phone], agents: 1}
policy: {plans: {default: [{agent: least_occupied}]}}
"""
    assert Day(tmp_path, text, early=[0], long=[500], calls=[2000]).groups("calls") == ["A"]


def test_spare_capacity_without_a_total_is_what_the_channels_allow(tmp_path):
    """Zendesk, Salesforce: chats are spread over those with the most room left."""
    text = """
contact_types: {chats: {channel: chat, work: 10 min}}
groups: {team: {channels: {chat: 3}, agents: 4}}
policy: {plans: {default: [{agent: %s}]}}
"""
    for rule in ("most_spare", "{score: {spare: 1}}"):
        day = Day(tmp_path, text % rule, chats=[1, 2, 3, 4, 5])
        assert [int(a) for a in day.of("chats")["agent"][:4]] == [0, 1, 2, 3], rule


def test_adjusted_work_share(tmp_path):
    """Avaya: A 35/25, B 49/50, C 78/75: B, whose share is the lowest of what it should be."""
    text = """
contact_types:
  x: {channel: phone, work: 1s}
  a: {channel: phone, skills: [a], work: 65s}
  b: {channel: phone, skills: [b], work: 51s}
  c: {channel: phone, skills: [c], work: 22s}
groups:
  A: {skills: [a], channels: [phone], agents: 1}
  B: {skills: [b], channels: [phone], agents: 1}
  C: {skills: [c], channels: [phone], agents: 1}
policy:
  groups:
    A: {work_shares: {x: 25}}
    B: {work_shares: {x: 50}}
    C: {work_shares: {x: 75}}
  rules:
    - {when: {contact_type: x, time: "00:01-00:02"}, plan: to_a}
    - {when: {contact_type: x, time: "00:02-00:03"}, plan: to_b}
    - {when: {contact_type: x, time: "00:03-00:04"}, plan: to_c}
  plans:
    default: [{groups: any, agent: adjusted_work}]
    to_a: [{groups: [A]}]
    to_b: [{groups: [B]}]
    to_c: [{groups: [C]}]
"""
    past = [61.0] * 35 + [121.0] * 49 + [181.0] * 78
    day = Day(tmp_path, text, x=[*past, 1000], a=[400], b=[400], c=[400])
    assert day.groups("x")[-1] == "B"


RULES = """
contact_types:
  calls: {channel: phone, work: 1 min}
groups:
  one: {channels: [phone], agents: 2, rating: 3}
  two: {channels: [phone], agents: 2, rating: 5}
policy: {plans: {default: [{groups: any, agent: %s}]}}
"""


def agents(day: Day) -> list[int]:
    return [int(a) for a in day.of("calls")["agent"]]


def test_linear_takes_the_first_in_the_list(tmp_path):
    assert agents(Day(tmp_path, RULES % "linear", calls=[0, 100, 200, 201])) == [0, 0, 0, 1]


def test_fewest_and_most_handled(tmp_path):
    calls = [0, 100, 200, 300, 400]
    assert agents(Day(tmp_path, RULES % "fewest_handled", calls=calls)) == [0, 1, 2, 3, 0]
    assert agents(Day(tmp_path, RULES % "most_handled", calls=calls)) == [0, 0, 0, 0, 0]


def test_the_shortest_mean_handle_time_first(tmp_path):
    # Untried agents stand before all; then each has a mean of 1 min and the longest idle goes.
    calls = [0, 100, 200, 300, 400, 500]
    assert agents(Day(tmp_path, RULES % "shortest_handle_time", calls=calls)) == [0, 1, 2, 3, 0, 1]


def test_a_weighted_score_of_rating_and_idle_time(tmp_path):
    # A rating 2 higher is worth 2 points, or 2 min of idle time.
    text = RULES % "{score: {rating: 1, idle: 1}}"
    assert agents(Day(tmp_path, text, calls=[0, 1, 2])) == [2, 3, 0]
    assert agents(Day(tmp_path, text, calls=[0, 1, 200, 201])) == [2, 3, 2, 3]
    # Worth less than the minute that the others have been idle longer.
    text = RULES % "{score: {rating: 0.4, idle: 1}}"
    assert agents(Day(tmp_path, text, calls=[0, 1, 170, 171])) == [2, 3, 0, 1]


def test_groups_are_weighed_by_idle_time_or_get_their_parts(tmp_path):
    weighed = """
contact_types: {calls: {channel: phone, work: 1 min}}
groups: {one: {channels: [phone], agents: 5}, two: {channels: [phone], agents: 5}}
policy: {plans: {default: [{groups: [[one, two]], %s}]}}
"""
    day = Day(tmp_path, weighed % "idle_weights: {two: 3}", calls=[100, 101, 102, 103])
    assert day.groups("calls") == ["two"] * 4
    day = Day(tmp_path, weighed % "allocate: {one: 80, two: 20}", calls=[100.0 * i for i in range(1, 11)])
    assert day.groups("calls").count("one") == 8
    stage = "agent: random, allocate: {one: 80, two: 20}"
    day = Day(tmp_path, weighed % stage, calls=[100.0 * i for i in range(1, 21)])
    assert day.groups("calls").count("one") == 16
    assert len(set(day.of("calls")["agent"])) > 4

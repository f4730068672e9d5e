"""Who is next: classes, time to target, predicted wait, proportions, and the groups' own lists."""

from __future__ import annotations

from tests.model.centre import MINUTE, Day

CENTRE = """
contact_types:
  calls: {channel: phone, work: 1 min, answer_within: 20s}
  post: {channel: email, work: 1 min, answer_within: 1h}
groups:
  team: {channels: [phone, email], agents: 1}
policy:
  %s
"""


def served(day: Day) -> list[str]:
    """Types in the order in which they were answered."""
    rows = day.run.contacts
    names = [day.world.type_names[k] for k in rows["contact_type"]]
    return [names[i] for i in sorted(range(len(rows)), key=lambda i: rows["answered"][i])]


def test_strict_classes_then_age(tmp_path):
    day = Day(tmp_path, CENTRE % "priority: {classes: [calls]}", calls=[30, 40], post=[0, 1, 2])
    assert served(day) == ["post", "calls", "calls", "post", "post"]


def test_a_rule_puts_contacts_into_a_class(tmp_path):
    policy = "rules: [{when: {contact_type: post}, class: 2}, {when: {channel: phone}, class: 3}]"
    day = Day(tmp_path, CENTRE % policy, calls=[0, 1, 2], post=[30])
    assert served(day) == ["calls", "post", "calls", "calls"]


def test_earliest_due_first(tmp_path):
    day = Day(tmp_path, CENTRE % "priority: {order: time_to_target}", calls=[0, 55], post=[1])
    assert served(day) == ["calls", "calls", "post"]


def test_classes_before_the_order_within_them(tmp_path):
    policy = "priority: {order: time_to_target, classes: [post]}"
    assert served(Day(tmp_path, CENTRE % policy, calls=[0, 55], post=[1, 2])) == ["calls", "post", "post", "calls"]


def test_predicted_wait_a_specialist_queue_of_10_and_40_goes_before_a_general_one_of_20_and_5(tmp_path):
    """Avaya's example: waited 10 s and 40 s to come beats waited 20 s and 5 s to come."""
    text = """
contact_types:
  general: {channel: phone, skills: [a], work: 25s}
  special: {channel: phone, skills: [b], work: 40s}
  other: {channel: phone, skills: [c], work: 100s}
groups:
  both: {skills: [a, b, c], channels: [phone], agents: 1}
  generalists: {skills: [a], channels: [phone], agents: 4}
policy: {priority: {order: predicted_wait}}
"""
    # Planned gaps between answers: 25 s / 5 agents = 5 s, and 40 s / 1 agent.
    day = Day(tmp_path, text, other=[0], general=[10, 10, 10, 10, 80], special=[90])
    assert day.answered("special") == [100]


def test_a_group_divides_itself_by_shares(tmp_path):
    policy = "groups: {team: {shares: {calls: 75 , post: 25}}}"
    day = Day(tmp_path, CENTRE % policy, calls=[0.0] * 40, post=[0.0] * 40)
    order = served(day)
    assert order[:40].count("calls") == 30
    assert order[:4].count("post") == 1


def test_a_group_holds_a_ratio_of_queues(tmp_path):
    policy = "groups: {team: {ratio: {calls: 1, post: 3}}}"
    day = Day(tmp_path, CENTRE % policy, calls=[0.0] * 40, post=[0.0] * 40)
    # One post to three calls waiting would be kept: calls go first until a third of the post's number is left.
    assert served(day)[1:25].count("calls") >= 23


def test_longest_wait_times_weight(tmp_path):
    policy = "groups: {team: {weights: {calls: 4, post: 1}}}"
    # At 60 s the post has waited 59 s, a call 15 s and the other 14 s.
    assert served(Day(tmp_path, CENTRE % policy, calls=[0, 45, 46], post=[1])) == ["calls", "calls", "calls", "post"]
    assert served(Day(tmp_path, CENTRE % policy, calls=[0, 46, 47], post=[1])) == ["calls", "post", "calls", "calls"]


def test_connect_routing_profile_delay_is_a_gate(tmp_path):
    """Amazon Connect: equal priority and a 30 s delay: the contact counts only after 30 s."""
    text = """
contact_types:
  calls: {channel: phone, work: 10s}
  chats: {channel: chat, work: 10s, patience: none}
groups:
  team: {channels: [phone, chat], agents: 1}
  busy: {channels: [chat], agents: 0}
policy:
  groups:
    team: {queues: [{of: calls, priority: 1}, {of: chats, priority: %s, delay: 30s}]}
"""
    day = Day(tmp_path, text % 1, chats=[0], calls=[25])
    assert day.answered("chats") == [35]  # eligible at 30 s, when the agent is at a call
    assert day.answered("calls") == [25]
    alone = Day(tmp_path, text % 1, chats=[0], calls=[5000])
    assert alone.answered("chats") == [30]
    # Priority goes before delay: with priority 2 the chat waits for every call.
    day = Day(tmp_path, text % 2, chats=[0], calls=[25, 26, 27])
    assert day.answered("chats") == [55]


def test_a_group_serves_only_what_its_list_names(tmp_path):
    text = """
contact_types:
  calls: {channel: phone, work: 1 min}
  other: {channel: phone, work: 1 min}
groups:
  one: {channels: [phone], agents: 1}
  two: {channels: [phone], agents: 1}
policy: {groups: {one: {queues: [{of: calls}]}}}
"""
    day = Day(tmp_path, text, calls=[0, 0], other=[1, 2])
    assert day.groups("other") == ["two", "two"]


def test_an_overriding_stage_goes_before_everything_an_agent_serves(tmp_path):
    text = """
contact_types:
  calls: {channel: phone, work: 1 min}
  other: {channel: phone, work: 1 min}
groups: {team: {channels: [phone], agents: 1}}
policy:
  groups: {team: {queues: [{of: calls, priority: 1}, {of: other, priority: 2}]}}
  rules: [{when: {contact_type: other}, plan: other}]
  plans: {other: [{groups: any}, {after: 90s, groups: any, override: true}]}
"""
    day = Day(tmp_path, text, calls=[0, 1, 2, 3], other=[0])
    assert day.answered("other") == [2 * MINUTE]

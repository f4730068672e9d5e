"""Routing that contradicts itself or reaches nobody is named with its line."""

from __future__ import annotations

import pytest

from floorcast.policy import load_policy_text, policies_of
from floorcast.scenario import InputErrors, load_scenario_text

SCENARIO = """
contact_types:
  calls: {channel: phone, arrivals: {rate: 1 per min}, work: 1 min}
  mails: {channel: email, arrivals: {rate: 1 per min}, work: 1 min}
groups:
  team: {channels: [phone, email], agents: 1, rating: 3}
"""


def problems(policy: str) -> list[str]:
    scenario = load_scenario_text(SCENARIO, ".", "s.yaml")
    try:
        found = load_policy_text(policy, "p.yaml", scenario).warnings
    except InputErrors as error:
        found = error.problems
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("policy", "line", "words"),
    [
        ("rules:\n - {when: {queue: {of: fax, above: 3}}}", 2, "unknown channel or contact type 'fax'"),
        ("rules:\n - {when: {idle: {of: crew, above: 3}}}", 2, "unknown group 'crew'"),
        ("rules:\n - {when: {mode: crisis}}", 2, "unknown mode 'crisis'"),
        ("rules:\n - {when: {queue: {above: 3, at_most: 2}}}", 2, "bounds that nothing can meet"),
        ("rules:\n - {when: {time: '8-10'}}", 2, "a time of day"),
        ("plans:\n  default:\n   - {groups: any, agent: [random, linear]}", 3, "alone"),
        ("plans:\n  default:\n   - {groups: any, agent: {score: {luck: 1}}}", 3, "unknown part of a score 'luck'"),
        ("plans:\n  default:\n   - {groups: any, rating: {at_least: 4}}", 2, "a plan that can reach no agent"),
        ("groups:\n  team: {queues: [{of: calls}]}", 0, "can reach no agent"),
        ("plans:\n  default:\n   - {groups: any}\n   - {after: 1 min, plan: other}", 4, "unknown plan 'other'"),
        (
            "plans:\n  default:\n   - {groups: any}\n   - {after: 1 min, plan: b}\n"
            "  b:\n   - {groups: any}\n   - {after: 2 min, plan: default}",
            2,
            "moves that go round, default -> b -> default",
        ),
        ("plans:\n  default:\n   - {groups: any}\n   - {after: 1 min, groups: any}", 4, "changes nothing"),
        ("plans:\n  default:\n   - {groups: any}\n   - {after: 1 min, plan: default, add: 5}", 4, "add beside plan"),
        ("rules:\n - {when: {waited: {above: 5s}}}\n - {when: {waited: {above: 5s}}}", 3, "never reached"),
        ("supervision:\n - {when: {sentiment: negative}, do: {mode: x}}", 2, "sentiment, which looks at a contact"),
        ("supervision:\n - {when: {queue: {above: 5}}, do: {add: {group: team, channels: chat}}}", 2, "of the group"),
        ("supervision:\n - {when: {queue: {above: 5}}, do: {}}", 2, "found no action"),
        ("supervision:\n - {when: {queue: {above: 5}}, do: {policy: x}}", 2, "unknown alternative 'x'"),
        ("alternatives:\n  x:\n    rules: [{plan: nowhere}]", 3, "unknown plan 'nowhere'"),
        ("alternatives:\n  x:\n    rules: [{when: {channel: fax}}]", 3, "unknown channel 'fax'"),
        ("alternatives:\n  x:\n    plans: {default: [{rating: {at_least: 4}}]}", 3, "can reach no agent"),
        ("alternatives:\n  x:\n    priority: {order: predicted_wait}", 3, "in all alternatives or in none"),
        ("offers:\n  phone: {declined: 100 %}", 2, "every offer declined"),
        ("offers:\n  phone: {answer: 30s, time_out: 20s}", 2, "always comes after the time-out"),
        ("groups:\n  team: {shares: {calls: 1}, ratio: {calls: 1}}", 2, "allowed one of shares, ratio, weights"),
        ("priority:\n  classes: [calls, [phone, calls]]", 2, "in a second class"),
        (
            "plans:\n  default:\n   - {groups: any}\n   - {when: {day: Mon}, plan: b, age: reset}\n"
            "  b:\n   - {groups: any}\n   - {when: {day: Mon}, plan: default, age: reset}",
            2,
            "moves that go round, default -> b -> default, at the same age",
        ),
        ("rules:\n - {when: {channel: phone, contact_type: mails}}", 2, "because no contact type has all"),
        ("rules:\n - {when: {reach: {at_least: 100}}}", 2, "because no contact type has followers"),
        ("rules:\n - {when: {trigger: true}}", 2, "because no contact type has trigger words"),
        ("rules:\n - {when: {all: [{day: Mon}, {day: Tue}]}}", 2, "nothing can meet all that it says of day"),
        ("rules:\n - {when: {all: [{queue: {of: phone, above: 9}}, {queue: {of: phone, below: 9}}]}}", 2, "of queue"),
        ('rules:\n - {when: {time: "08:00-12:00", all: [{time: "13:00-15:00"}]}}', 2, "it says of time"),
        ("rules:\n - {when: {day: Mon, not: {day: Mon}}}", 2, "all that it says of not"),
        ("rules:\n - {when: {any: [{day: Mon, all: [{day: Tue}]}, {day: Sun, all: [{day: Sat}]}]}}", 2, "of day"),
        ("rules:\n - {when: {channel: phone}}\n - {when: {contact_type: calls, day: Mon}}", 3, "rule 1 before it"),
        (
            "plans:\n  default:\n   - {groups: any}\n   - {after: 30s, when: {waited: {below: 20s}}, add: 1}",
            4,
            "of waited",
        ),
        (
            "plans:\n  default:\n   - {groups: any}\n   - {after: 30s, when: {day: Mon}, add: 1}\n"
            "   - {after: 30s, add: 2}",
            4,
            "never begins, because a stage without a condition takes its place at 30s",
        ),
        (
            "rules:\n - {when: {channel: phone}, plan: p}\nplans:\n  p:\n   - {groups: any, rating: {at_least: 4}}\n"
            "   - {after: 30s, groups: any}",
            5,
            "reaches nobody: no group of this stage has the channel and skills of calls",
        ),
        ("supervision:\n - {when: {queue: {above: 5}}, do: {mode: crisis}}", 2, "looks at the mode crisis"),
        ("supervision:\n - {when: {day: Mon, not: {day: Mon}}, do: {close: phone}}", 2, "never begins"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(policy, line, words):
    found = problems(policy)
    assert any(words in text and (not line or text.startswith(f"p.yaml:{line}:")) for text in found), found


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ("transfers: {probability: 100 %, to: mails}", "on another channel"),
        ("transfers: {probability: 100 %, to: calls}", "found calls itself"),
        ("transfers: {probability: 50 %, to: nowhere}", "unknown contact type 'nowhere'"),
        ("transfers: [{probability: 60 %, to: other}, {probability: 60 %, to: other}]", "sum to 1.2"),
        ("transfers: {probability: 100 %, to: other}", "transfers that never end, calls -> other -> calls"),
        ("consult: {probability: 10 %, with: calls}", "asks in its turn"),
    ],
)
def test_transfers_that_make_no_sense(calls, words):
    text = SCENARIO.replace("rate: 1 per min}, work: 1 min}", f"rate: 1 per min}}, work: 1 min, {calls}}}", 1)
    text = text.replace(
        "groups:", "  other: {channel: phone, work: 1 min, transfers: {probability: 100 %, to: calls}}\ngroups:"
    )
    with pytest.raises(InputErrors) as caught:
        load_scenario_text(text, ".", "s.yaml")
    assert any(words in str(problem) for problem in caught.value.problems), str(caught.value)


def test_a_circle_with_a_way_out_is_a_warning():
    text = SCENARIO.replace(
        "rate: 1 per min}, work: 1 min}",
        "rate: 1 per min}, work: 1 min, transfers: {probability: 10 %, to: other}}",
        1,
    ).replace("groups:", "  other: {channel: phone, work: 1 min, transfers: {probability: 50 %, to: calls}}\ngroups:")
    scenario = load_scenario_text(text, ".", "s.yaml")
    assert any("may come back" in str(problem) for problem in scenario.warnings)
    assert policies_of(scenario)

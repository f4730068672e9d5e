"""The playbook: what is wrong is named with its line, and what is right is said in words."""

from __future__ import annotations

import pytest

from floorcast.policy import load_policy_text
from floorcast.policy.words.policy import explain
from floorcast.scenario import InputErrors, load_scenario_text

SCENARIO = """
contact_types:
  posts:
    channel: social
    arrivals: {rate: 1 per min}
    work: 1 min
    cascade: {branching: 0.1, delay: 1h}
  mails:
    channel: email
    work: 1 min
    arrivals: [{rate: 1 per min}, {campaign: {name: mailing, start: "2024-01-01 08:00", size: 10, decay: 1h}}]
  approvals: {channel: email, work: 1 min, between_agents: true}
  advice: {channel: phone, work: 1 min}
groups: {team: {channels: {social: 1, email: 1, phone: 1}, agents: 1}}
crises: [{name: video, at: "2024-01-01 10:00", contact_type: posts}]
"""


def problems(policy: str) -> list[str]:
    scenario = load_scenario_text(SCENARIO, ".", "s.yaml")
    try:
        return [str(problem) for problem in load_policy_text(policy, "p.yaml", scenario).warnings]
    except InputErrors as error:
        return [str(problem) for problem in error.problems]


@pytest.mark.parametrize(
    ("policy", "line", "words"),
    [
        ("approval:\n - {by: lawyers}", 2, "unknown contact type 'lawyers'"),
        ("approval:\n - {by: advice}", 2, "found advice, which is phone; allowed a contact type that waits"),
        ("approval:\n - {by: mails}", 2, "found mails, which customers bring as well"),
        ("approval:\n - {when: {mode: crisis}, by: approvals}", 2, "unknown mode 'crisis'"),
        ("approval:\n - {by: approvals, rejected: 120 %}", 2, "rejected"),
        ("approval:\n - {when: {sentiment: negative}}", 2, "found no 'by'"),
        ("templates:\n - {work: 0}", 2, "a factor above 0"),
        ("holding:\n - {after: 5 min, promise: 0s}", 2, "promise"),
        ("holding:\n - {after: 5 min, promise: 1h, by: mails}", 2, "which customers bring as well"),
        (
            "supervision:\n - when: {time: '08:00-24:00'}\n   do: {statement: {of: fire, closes: 0.5}}",
            3,
            "unknown crisis 'fire'",
        ),
        ("supervision:\n - when: {day: Mon}\n   do: {statement: {of: mailing}}", 3, "unknown crisis 'mailing'"),
        ("supervision:\n - when: {time: '08:00-24:00'}\n   do: {pause: [video]}", 3, "unknown campaign 'video'"),
    ],
)
def test_bad_playbooks_are_named(policy: str, line: int, words: str) -> None:
    found = problems(policy)
    assert any(words in one and f"p.yaml:{line}:" in one for one in found), found


def test_a_good_playbook_has_no_problems_and_is_said_in_full() -> None:
    text = """
approval: [{when: {reach: {at_least: 10000}}, by: approvals, rejected: 10 %, rework: 0.5, at_most: 2}]
templates: [{when: {mode: crisis}, work: 0.4, quality: 0.9}]
holding: [{when: {channel: social}, after: 30 min, promise: 4h}]
supervision:
  - when: {queue: {of: social, above: 60}}
    until: {queue: {of: social, below: 15}}
    do:
      mode: crisis
      statement: {of: video, after: 40 min, closes: 40 %, spreading: 0.4, poor: 10 %, backfire: 50}
      pause: [mailing]
"""
    assert problems(text) == []
    said = "\n".join(explain(load_policy_text(text, "p.yaml")))
    for words in (
        "drafts until approvals has approved them; 10 % come back to be written anew in 0.5 times the work, 2 times",
        "A template answers contacts where",
        "0.4 times the work, and resolves 0.9 times as often",
        "30 min after being heard a holding reply goes out by itself, which promises one within 4h",
        "a statement on video is published (40 min later on average)",
        "it closes 40 % of the posts that have seen no answer",
        "posts attract 0.4 times as many others from then on",
        "with probability 10 % it makes things worse, attracting 50 posts",
        "nothing of mailing comes",
    ):
        assert words in said, words

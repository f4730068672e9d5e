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
    words: {refund: 10 %, late: 20 %}
    cascade: {branching: 0.1, delay: 1h}
  mails:
    channel: email
    work: 1 min
    arrivals: [{rate: 1 per min}, {campaign: {name: mailing, start: "2024-01-01 08:00", size: 10, decay: 1h}}]
  approvals: {channel: email, work: 1 min, between_agents: true}
  advice: {channel: phone, work: 1 min}
groups: {team: {channels: {social: 1, email: 1, phone: 1}, agents: 1}}
topics: {bills: [refund], parcels: [late, refund]}
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
        ("replies:\n - {to: letters}", 2, "unknown contact type 'letters'"),
        ("approval:\n - {by: approvals}\nreplies:\n - {to: approvals}", 4, "found approvals, which agents bring"),
        ("replies:\n - {to: mails, seen: 2}", 2, "found 2; allowed a share"),
        ("replies:\n - {when: {topic: [bils]}, to: mails}", 2, "unknown topic 'bils' (did you mean 'bills'?)"),
        ("moderation:\n - {do: burn}", 2, "do"),
        ("moderation:\n - {do: hide, by: mails}", 2, "which customers bring as well"),
        ("moderation:\n - {do: delete, backfire: 2}", 2, "each such post attracts 2 others on average"),
    ],
)
def test_bad_playbooks_are_named(policy: str, line: int, words: str) -> None:
    found = problems(policy)
    assert any(words in one and f"p.yaml:{line}:" in one for one in found), found


def test_where_answers_go_and_what_is_taken_down_is_said_in_words() -> None:
    policy = """
replies:
  - {when: {topic: bills}, to: mails, work: 1.2, quality: 0.9, seen: 30 %}
  - {when: {sentiment: positive}}
moderation:
  - {when: {topic: [bills, parcels]}, do: hide}
  - {when: {stars: {at_most: 1}}, do: delete, after: 20 min, by: approvals, noticed: 60 %, backfire: 0.5}
  - {when: {needs_answer: false, rating: {of: posts, over: 2h, below: 3}}, do: hide}
"""
    lines = " ".join(explain(load_policy_text(policy, "p.yaml", load_scenario_text(SCENARIO, ".", "s.yaml"))))
    for words in (
        "Contacts where it is about bills are answered as mails, in 1.2 times the work, resolving 0.9 times as often,"
        " the public sees 30 % of these answers.",
        "Contacts where the sentiment is positive are answered where they came.",
        "Public posts where it is about bills or parcels are hidden; nobody notices.",
        "Public posts where the review has at most 1 stars, 20 min after being heard, are deleted by an agent, as"
        " approvals; 60 % are found out and attract 0.5 posts.",
        "Public posts where it needs no answer and reviews of posts over the last 2h have below 3 stars on average",
    ):
        assert words in lines
    assert "Further" not in lines


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
        "drafts until they are approved (as approvals); 10 % come back to be written anew in 0.5 times the work, 2",
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

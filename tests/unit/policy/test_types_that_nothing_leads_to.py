"""A contact type that neither the scenario nor any policy leads to is named; one that replies go out as is not."""

from __future__ import annotations

import pytest

from floorcast.policy import load_policy_text
from floorcast.policy.checks.unused import doubts_about
from floorcast.scenario import load_scenario_text

CENTRE = """
contact_types:
  posts:
    channel: social
    arrivals: {rate: 8 per hour}
    work: 5 min
    words: {refund: 20 %}
  messages: {channel: messaging, work: 5 min}
  drafts: {channel: email, work: 1 min, between_agents: true}
topics: {billing: [refund]}
groups: {team: {channels: {social: 1, messaging: 1, email: 1}, agents: 3}}
"""
REPLIES = "replies: [{when: {topic: billing}, to: messages, seen: 30 %}]\n"
APPROVAL = "approval: [{when: {reach: {at_least: 1000}}, by: drafts}]\n"
NOTHING = "messages: has no arrivals, no backlog, no contacts that lead to it, and no `replies` of"
NOBODY = "drafts: is between agents, but no `consult`, `approval`, `holding` or `moderation`"


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        (["{}"], [NOTHING, NOBODY]),
        ([REPLIES], [NOBODY]),
        (["{}", REPLIES + APPROVAL], []),  # one of several is enough
        ([APPROVAL], [NOTHING]),
    ],
)
def test_replies_and_approvals_lead_to_contact_types(policies: list[str], said: list[str]) -> None:
    scenario = load_scenario_text(CENTRE, ".", "centre.yaml")
    given = [load_policy_text(text, f"p{n}.yaml", scenario) for n, text in enumerate(policies)]
    found = [str(one) for one in doubts_about(scenario, given)]
    assert len(found) == len(said), found
    assert all(part in one for part, one in zip(said, found, strict=True)), found

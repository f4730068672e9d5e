"""Conditions on scores that cannot be, lines of supervision that flap, and words, heavy customers and listening that do
nothing: each told where it stands."""

from __future__ import annotations

import pytest

from floorcast.policy import load_policy_text, policies_of
from floorcast.scenario import InputErrors, load_scenario_text

CENTRE = """
contact_types:
  posts:
    channel: social
    arrivals: {rate: 8 per hour}
    work: 5 min
    words: {refund: 20 %}
    listening: {poll: 5 min, recall: 0.8}
    cascade: {branching: 0.3, delay: 1h}
crises: [{name: fire, at: "2024-01-01 06:00", contact_type: posts, attracts: 20}]
topics: {billing: [refund]}
customers: {size: 100, heavy: {share: 20 %, of_contacts: 60 %}}
groups: {team: {channels: {social: 1}, agents: 3}}
"""


@pytest.mark.parametrize("of", ["mood", "stars", "reputation", "satisfaction", "rating"])
def test_no_score_is_above_five(of: str) -> None:
    rule = f"rules: [{{when: {{{of}: {{below: 9}}}}, plan: all}}]\nplans: {{all: [{{groups: any}}]}}\n"
    with pytest.raises(InputErrors, match=rf"rules\[0\].when.{of}.below: found 9.0; allowed a score from 1 to 5"):
        load_policy_text(rule, "p.yaml")
    load_policy_text(rule.replace("9", "5"), "p.yaml")


@pytest.mark.parametrize(
    ("when", "until", "flaps"),
    [
        ("queue: {of: social, above: 60}", "queue: {of: social, below: 15}", False),
        ("queue: {of: social, above: 60}", "queue: {of: social, at_most: 60}", False),
        ("queue: {of: social, above: 60}", "queue: {of: social, below: 90}", True),
        ("queue: {of: social, above: 60}", "queue: {of: phone, below: 90}", False),
        ("queue: {of: social, above: 60}", "{time: \"18:00-24:00\"}".strip("{}"), False),
    ],
)
def test_a_line_that_begins_and_ends_by_turns(when: str, until: str, flaps: bool) -> None:
    text = f"supervision: [{{name: a, when: {{{when}}}, until: {{{until}}}, do: {{mode: b}}}}]\n"
    said = [str(one) for one in load_policy_text(text, "p.yaml").warnings]
    assert any("can hold while `when` does, of queue" in one for one in said) == flaps, said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("attracts: 20", "attracts: 20, words: [refunds]", "crises[0].words: refunds is a word of no topic"),
        ("recall: 0.8", "recall: 0.8, relevant: 0", "listening.relevant: nothing that is posted concerns the centre"),
        ("share: 20 %", "share: 70 %", "customers.heavy: 70 % of the customers bring 60 % of the contacts"),
    ],
)
def test_what_does_nothing_is_a_warning(old: str, new: str, said: str) -> None:
    scenario = load_scenario_text(CENTRE.replace(old, new), ".", "c.yaml")
    assert [said in str(one) for one in scenario.warnings] == [True], scenario.warnings
    assert policies_of(scenario)
    assert not load_scenario_text(CENTRE, ".", "c.yaml").warnings


def test_a_faulty_cascade_makes_no_crisis_faulty() -> None:
    with pytest.raises(InputErrors) as caught:
        load_scenario_text(CENTRE.replace("branching: 0.3", "branching: lots"), ".", "c.yaml")
    (problem,) = caught.value.problems
    assert "cascade.branching: found 'lots'" in str(problem)

"""Every way to get a policy wrong that we know of, and generated ones: InputErrors with lines, and nothing else."""

# ruff: noqa: E501
# fmt: off
from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.policy import load_policy_text
from floorcast.scenario import InputErrors, load_scenario_text
from tests.unit.policy.test_policy_schema import CENTRE, POLICY

SCENARIO = load_scenario_text(CENTRE, "/nowhere", "centre.yaml")


def errors_of(text) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        load_policy_text(text, "p.yaml", SCENARIO)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("priority:\n", "prioritty: {}\npriority:\n", 3, "found unknown key 'prioritty' (did you mean 'priority'?)"),
        ("{calls: 10}", "{cals: 10}", 4, "priority.contact_type.cals: found unknown contact type 'cals' (did you mean 'calls'?)"),
        ("{phone: 100,", "{fax: 100,", 5, "priority.channel.fax: found unknown channel 'fax'"),
        ("{negative: 10,", "{angry: 10,", 6, "priority.sentiment.angry: found unknown sentiment 'angry'"),
        ("reach: 5", "reach: .inf", 7, "priority.reach: found inf; allowed a number"),
        ("reach: 5", "reach: high", 7, "priority.reach: found 'high'; allowed a number"),
        ("{spring: 5}", "{sprung: 5}", 11, "priority.campaign.sprung: found unknown campaign 'sprung'"),
        ("{phone: 2, mails: 0.1}", "-1", 12, "priority.per_minute: found -1; allowed points of at least 0"),
        ("{phone: 2, mails: 0.1}", "{fax: 1}", 12, "priority.per_minute.fax: found unknown channel or contact type 'fax'"),
        ("cap: 60", "cap: -60", 13, "priority.cap: found -60"),
        ("cap: 60", "order: newest", 13, "priority.order: found 'newest'; allowed points, oldest, time_to_target, relative_wait or predicted_wait"),
        ("{phone: [email, twitter]}", "{phone: [fax]}", 14, "interrupts.phone[0]: found unknown channel 'fax'"),
        ("{phone: [email, twitter]}", "{phone: [phone]}", 14, "interrupts.phone: found phone interrupting itself"),
        ("{sentiment: negative}", "{sentiment: cross}", 17, "rules[0].when.all[0].sentiment: found unknown sentiment 'cross'"),
        ("{sentiment: negative}", "{sentiment: []}", 17, "rules[0].when.all[0].sentiment: found an empty list"),
        ("{at_least: 10000}", "10000", 17, "rules[0].when.all[1].reach: found 10000; allowed a mapping with at_least, at_most"),
        ("{at_least: 10000}", "{}", 17, "reach: found no bound"),
        ("{at_least: 10000}", "{at_least: 5, at_most: 3}", 17, "reach: found bounds that nothing can meet, 5 to 3"),
        ("{at_least: 10000}", "{at_least: 5, above: 3}", 17, "reach: found both of at_least, above"),
        ("{trigger: true}", "{trigger: maybe}", 17, "rules[0].when.not.trigger: found 'maybe'; allowed true or false"),
        ("{trigger: true}", "{triger: true}", 17, "rules[0].when.not.triger: found unknown key 'triger' (did you mean 'trigger'?)"),
        ("plan: loud", "plan: lowd", 18, "rules[0].plan: found unknown plan 'lowd' (did you mean 'loud'?)"),
        ("{above: 5 min}", "{above: 5}", 20, "rules[1].when.waited.above: found 5; allowed a duration"),
        ("language: es", "language: fr", 20, "rules[1].when.language: found unknown language 'fr'; allowed en, es"),
        ("[phone, email]", "[phone, fax]", 20, "rules[1].when.channel[1]: found unknown channel 'fax'"),
        ("[phone_team, [", "[phon_team, [", 23, "plans.calls[0].groups[0]: found unknown group 'phon_team' (did you mean 'phone_team'?)"),
        ("[phone_team, [", "[mail_team, [", 23, "plans.calls[0].groups[1]: found the group 'mail_team' a second time"),
        ("fewest_active", "best", 23, "plans.calls[0].agent: found 'best'; allowed longest_idle, fewest_active"),
        ("after: 60s", "after: 60", 24, "plans.calls[1].after: found 60; allowed a duration"),
        ("after: 60s", "after: 0", 24, "plans.calls[1].after: found '0s'; allowed later than the stage before it"),
        ("skills: none", "skills: some", 24, "plans.calls[1].skills: found 'some'; allowed required, none"),
        ("reserve: {mail_team: 2}", "reserve: {mail_team: -2}", 24, "plans.calls[1].reserve.mail_team: found -2"),
        ("reserve: {mail_team: 2}", "reserve: {team: 2}", 24, "plans.calls[1].reserve.team: found unknown group 'team'"),
        ("skills: {}", "skills: {billling: 0.5}", 25, "plans.loud.skills.billling: found unknown skill 'billling'"),
        ("skills: {}", "skills: {billing: 5}", 25, "plans.loud.skills.billing: found 5; allowed a skill level from 0 to 1"),
        ("loud: {groups: [social_team, any], skills: {}}", "loud: []", 25, "plans.loud: found no stages"),
    ],
)  # fmt: skip
def test_bad_policies(old, new, line, message):
    assert old in POLICY
    lines = errors_of(POLICY.replace(old, new))
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"p.yaml:{line}: "), lines[0]
    assert message in lines[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "found nothing; allowed a mapping with name, description, priority"),
        ("- 1", "found a list of 1; allowed a mapping"),
        ("rules: yes please", "rules: found 'yes please'; allowed a list"),
        ("plans: [1]", "plans: found a list of 1; allowed a mapping"),
        ("priority:", "priority: found nothing; allowed a mapping"),
        ("a: [", "found broken YAML"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_files_that_are_no_policy(text, message):
    assert message in errors_of(text)[0]


def test_everything_is_reported_at_once():
    lines = errors_of(
        POLICY.replace("cap: 60", "cap: x")
        .replace("plan: calls", "plan: call")
        .replace("60s", "60")
    )
    assert [line.split(":")[1] for line in lines] == ["13", "24"]


@pytest.mark.parametrize(
    "text",
    [
        "rules: {when: {channel: phone}, plan: p}\nplans: {p: {groups: social_team}}",
        "rules: {when: {trigger: true}, plan: p}\nplans: {p: {groups: [social_team, mail_team]}}",
        "rules: {plan: p}\nplans: {p: {skills: {billing: 0.9}}}",
        "plans:\n  default: {groups: mail_team}",
    ],
)
def test_a_plan_that_can_reach_no_agent(text):
    lines = errors_of(text)
    assert all(line.startswith("p.yaml:2: plans.") for line in lines)
    assert "found a plan that can reach no agent: " in lines[0]
    assert "sends calls there" in lines[0]


@pytest.mark.parametrize(
    "text",
    [
        "rules: [{when: {channel: [email, twitter]}, plan: p}]\nplans: {p: {groups: mail_team}}",
        "rules: {plan: p}\nplans: {p: [{groups: social_team, skills: none}, {after: 1h, groups: mail_team, skills: none}, {after: 2h, groups: phone_team}]}",
        "rules: [{when: {channel: [phone]}}, {plan: p}]\nplans: {p: {groups: mail_team, skills: none}}",
    ],
)
def test_a_plan_that_reaches_somebody_late_or_for_some_is_fine(text):
    load_policy_text(text, "p.yaml", SCENARIO)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: idle", "is the same as the built-in default"),
        (
            "rules: [{when: {}}, {when: {channel: phone}}]",
            "rules[1]: is never reached, because rule 1 holds for every contact",
        ),
        ("plans: {spare: {groups: any}}", "plans.spare: is never used"),
    ],
)
def test_doubts_are_warnings(text, message):
    warnings = [str(warning) for warning in load_policy_text(text, "p.yaml", SCENARIO).warnings]
    assert any(message in warning for warning in warnings), warnings


WORDS = st.sampled_from(
    ["name", "priority", "rules", "plans", "interrupts", "when", "plan", "add", "groups", "after", "agent", "skills", "reserve",
     "channel", "phone", "any", "all", "not", "reach", "at_least", "default", "calls", "phone_team", "per_minute", "cap", "sentiment"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 100),
    st.floats(),
    WORDS,
    st.just("60s"),
    st.text(max_size=4),
)


@settings(deadline=None, max_examples=300)
@given(
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
        max_leaves=20,
    )
)
def test_any_data_gives_input_errors_and_nothing_else(data):
    try:
        load_policy_text(yaml.safe_dump(data), "p.yaml", SCENARIO)
    except InputErrors as error:
        assert error.problems


@settings(deadline=None, max_examples=200)
@given(
    st.integers(0, len(POLICY)),
    st.integers(0, 15),
    st.text(alphabet="{}[]:,-#&*!|>'\"% \nabc0", max_size=6),
)
def test_a_slip_of_the_hand_gives_input_errors_and_nothing_else(at, length, typed):
    try:
        load_policy_text(POLICY[:at] + typed + POLICY[at + length :], "p.yaml", SCENARIO)
    except InputErrors as error:
        assert error.problems


@settings(deadline=None)
@given(st.integers(2, 25))
def test_conditions_nest(depth):
    when = "{channel: phone}"
    for _ in range(depth):
        when = f"{{not: {when}}}"
    policy = load_policy_text(f"rules: {{when: {when}}}", "p.yaml", SCENARIO)
    assert len(list(policy.rules[0].when.parts())) == depth + 1

"""Policies as written: points, rules, plans and stages, and their defaults."""

from __future__ import annotations

import math
import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from floorcast.policy import default_policy, load_policy, load_policy_text, policies_of
from floorcast.policy.schema.conditions import Bounds
from floorcast.policy.schema.policy import Stage
from floorcast.scenario import InputErrors, load_scenario, load_scenario_text

CENTRE = """\
days: 1
channels: {twitter: {kind: social}}
contact_types:
  calls: {channel: phone, skills: [billing], work: 3 min, arrivals: {rate: 1 per min}}
  mails: {channel: email, work: 5 min, arrivals: {rate: 1 per min}, answer_within: 2h, language: {en: 0.9, es: 0.1}}
  tweets:
    channel: twitter
    work: 2 min
    arrivals:
      - rate: 1 per min
      - campaign: {name: spring, start: 2024-01-01, size: 10, decay: 1h}
groups:
  phone_team: {channels: [phone], skills: {billing: 0.8}, agents: 5}
  mail_team: {channels: [email, twitter, phone], skills: [tech], agents: 5}
  social_team: {channels: [twitter], agents: 2}
"""
POLICY = """\
name: priority
description: points decide
priority:
  contact_type: {calls: 10}
  channel: {phone: 100, twitter: 20}
  sentiment: {negative: 10, positive: -5}
  reach: 5
  value: 2
  prior_contacts: 4
  trigger: 20
  campaign: {spring: 5}
  per_minute: {phone: 2, mails: 0.1}
  cap: 60
interrupts: {phone: [email, twitter]}
rules:
  - name: vip
    when: {all: [{sentiment: negative}, {reach: {at_least: 10000}}], not: {trigger: true}}
    plan: loud
    add: 30
  - {when: {channel: [phone, email], waited: {above: 5 min}, language: es}, plan: calls}
plans:
  calls:
    - {groups: [phone_team, [mail_team, social_team]], agent: fewest_active}
    - {after: 60s, groups: any, skills: none, add: 10, reserve: {mail_team: 2}}
  loud: {groups: [social_team, any], skills: {}}
"""


@pytest.fixture(scope="module")
def centre():
    return load_scenario_text(CENTRE, "/nowhere", "centre.yaml")


@pytest.fixture(scope="module")
def policy(centre):
    return load_policy_text(POLICY, "p.yaml", centre)


def test_points(policy, centre):
    assert [problem.key_path for problem in policy.warnings] == ["rules[0].when"]  # nobody has followers here
    priority = policy.priority
    assert priority.sentiment == {"negative": 10, "positive": -5}
    assert (priority.reach, priority.value, priority.prior_contacts, priority.trigger) == (
        5,
        2,
        4,
        20,
    )
    assert priority.campaign == {"spring": 5}
    assert priority.slope("calls", "phone") == 2
    assert priority.slope("mails", "email") == 0.1
    assert priority.slope("tweets", "twitter") == 0
    assert priority.most_for_waiting("mails", "email") == 60
    by_type = load_policy_text(
        "priority: {cap: {mails: 5, phone: 9}, per_minute: 3}", "p", centre
    ).priority
    assert [by_type.most_for_waiting(*of) for of in (("mails", "email"), ("calls", "phone"))] == [
        5,
        9,
    ]
    assert by_type.most_for_waiting("tweets", "twitter") == math.inf
    assert by_type.slope("tweets", "twitter") == 3


def test_what_type_and_channel_decide(policy):
    def settled(text, type_name="calls", channel="phone"):
        when = load_policy_text(f"rules: {{when: {text}}}", "p").rules[0].when
        return when.settled_by(type_name, channel)

    assert settled("{}") is True
    assert settled("{channel: phone}") is True
    assert settled("{channel: email}") is False
    assert settled("{channel: phone, contact_type: [a, b]}") is False
    assert settled("{channel: phone, reach: {above: 3}}") is None
    assert settled("{channel: email, reach: {above: 3}}") is False
    assert settled("{trigger: false}") is None
    assert settled("{not: {channel: email}}") is True
    assert settled("{not: {trigger: true}}") is None
    assert settled("{any: [{channel: email}, {trigger: true}]}") is None
    assert settled("{any: [{channel: phone}, {trigger: true}]}") is True
    assert settled("{all: [{channel: phone}, {trigger: true}]}") is None
    assert settled("{all: [{channel: email}, {trigger: true}]}") is False


def test_rules(policy):
    vip, spanish = policy.rules
    assert (vip.name, vip.plan, vip.add) == ("vip", "loud", 30)
    assert [part.sentiment for part in vip.when.all] == [("negative",), ()]
    assert vip.when.all[1].reach.at_least == 10000
    assert vip.when.not_.trigger is True
    assert spanish.name == "rule 2"
    assert spanish.when.channel == ("phone", "email")
    assert spanish.when.waited.above == 300
    assert not spanish.when.always
    assert [path for path, _ in vip.when.parts()] == [(), ("all", 0), ("all", 1), ("not",)]


def test_plans(policy, centre):
    first, second = policy.plans["calls"]
    assert first.groups == (("phone_team",), ("mail_team", "social_team"))
    assert (first.after, first.agent, first.skills) == (0, "fewest_active", "required")
    assert second.groups == "any"
    assert (second.after, second.skills, second.add, second.reserve) == (
        60,
        "none",
        10,
        {"mail_team": 2},
    )
    assert second.ranks(centre.group_names) == (centre.group_names,)
    loud = policy.plans["loud"][0]
    assert loud.skills == {}
    assert loud.ranks(centre.group_names) == (("social_team",), ("phone_team", "mail_team"))
    assert policy.interrupts == {"phone": ("email", "twitter")}


def test_the_default_plan_is_built_in_unless_written(policy):
    assert list(policy.plans) == ["calls", "loud", "default"]
    assert policy.plans["default"] == (Stage(),)
    own = load_policy_text("plans: {default: {groups: g}}", "p")
    assert own.plans["default"][0].groups == (("g",),)


def test_any_in_a_list_means_the_groups_not_named():
    stage = Stage.model_validate({"groups": ["b", "any"]})
    assert stage.ranks(("a", "b", "c")) == (("b",), ("a", "c"))
    assert stage.ranks(("b",)) == (("b",),)
    assert Stage.model_validate({"groups": [["any"]]}).groups == "any"


def test_bounds():
    assert Bounds.model_validate({"at_least": 3, "below": 5}).holds(3)
    assert not Bounds.model_validate({"at_least": 3, "below": 5}).holds(5)
    assert not Bounds.model_validate({"above": 3}).holds(3)
    assert Bounds.model_validate({"at_most": 3}).holds(3)


def test_a_policy_is_frozen_and_can_be_pickled(policy):
    with pytest.raises(ValidationError):
        policy.name = "x"
    assert pickle.loads(pickle.dumps(policy)).text == POLICY


def test_the_built_in_default(centre):
    (only,) = policies_of(centre)
    assert only == default_policy()
    assert (only.name, only.file, only.text, only.path) == ("default", "built-in default", "", None)
    assert only.priority.order == "points"


def test_an_inline_policy_is_named_inline_and_errs_at_its_line():
    scenario = load_scenario_text(CENTRE + "policy: {priority: {reach: 3}}\n", "/nowhere", "c.yaml")
    (inline,) = policies_of(scenario)
    assert (inline.name, inline.priority.reach) == ("inline", 3)
    assert inline.text == "priority:\n  reach: 3\n"
    wrong = load_scenario_text(
        CENTRE + "policy:\n  priority: {channel: {fax: 3}}\n", "/nowhere", "c.yaml"
    )
    with pytest.raises(InputErrors) as caught:
        policies_of(wrong)
    assert str(caught.value) == (
        "c.yaml:17: policy.priority.channel.fax: found unknown channel 'fax'; allowed twitter, phone, email"
    )


def test_policies_of_a_scenario_are_found_beside_it(tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "one.yaml").write_text("priority: {reach: 1}")
    (tmp_path / "policies" / "two.yaml").write_text("priority: {reach: 2}")
    (tmp_path / "c.yaml").write_text(CENTRE + "policies: [policies/one.yaml, policies/two.yaml]\n")
    scenario = load_scenario(tmp_path / "c.yaml")
    assert [p.name for p in policies_of(scenario)] == ["one", "two"]
    assert [p.name for p in policies_of(scenario, [tmp_path / "policies" / "two.yaml"])] == ["two"]
    assert policies_of(scenario)[0].path == tmp_path.resolve() / "policies" / "one.yaml"


def test_a_policy_beside_a_subfolder_of_scenarios_may_lie_in_its_root(tmp_path):
    root = tmp_path / "scenarios"
    (root / "tutorial").mkdir(parents=True)
    (root / "p.yaml").write_text("priority: {reach: 1}")
    (tmp_path / "out.yaml").write_text("priority: {reach: 1}")
    path = root / "tutorial" / "c.yaml"
    path.write_text(CENTRE + "policies: ../p.yaml\n")
    assert [p.name for p in policies_of(load_scenario(path))] == ["p"]
    path.write_text(CENTRE + "policies: [../p.yaml, ../../out.yaml, gone.yaml]\n")
    with pytest.raises(InputErrors) as caught:
        policies_of(load_scenario(path))
    lines = str(caught.value).splitlines()
    assert "policies[1]: found '../../out.yaml'; allowed the path of a policy file" in lines[0]
    assert "policies[2]: found 'gone.yaml', which does not exist" in lines[1]


def test_two_policies_of_one_name_are_refused(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("name: same\npriority: {reach: 1}")
    (tmp_path / "c.yaml").write_text(CENTRE + "policies: [a.yaml, b.yaml]\n")
    with pytest.raises(InputErrors, match="b.yaml: name: found 'same' a second time"):
        policies_of(load_scenario(tmp_path / "c.yaml"))


def test_without_a_scenario_names_are_not_checked():
    assert load_policy_text("priority: {channel: {fax: 3}}", "p").priority.channel == {"fax": 3}


def test_from_a_file(tmp_path):
    path: Path = tmp_path / "mine.yaml"
    path.write_text("priority: {reach: 1}")
    policy = load_policy(path)
    assert (policy.name, policy.path, policy.text) == ("mine", path, "priority: {reach: 1}")
    with pytest.raises(InputErrors, match="cannot be read"):
        load_policy(tmp_path / "none.yaml")

"""Equal names everywhere: every platform policy runs on every shipped scenario, through the scenario's `roles`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from floorcast.clock.compiled import run
from floorcast.measures import broken_laws
from floorcast.model.compile.assemble import assemble
from floorcast.policy import load_policy, load_policy_text, policies_of
from floorcast.scenario import InputErrors, Scenario, change, load_scenario, load_scenario_text
from floorcast.shipped import files_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = [one for one in files_of("scenarios") if "verification" not in one.parts]
PLATFORMS = sorted((SCENARIOS / "policies" / "platforms").glob("*.yaml"))
AT_MOST = 1_500  # contacts of a run, so that all on all is a matter of seconds


@lru_cache(maxsize=1)
def small(path: Path) -> Scenario:
    """A shipped scenario with so few contacts that it runs in a moment."""
    whole = load_scenario(path)
    return change(whole, multipliers={"all": min(1.0, AT_MOST / whole.expected_contacts)})


@pytest.mark.parametrize("policy", PLATFORMS, ids=lambda path: path.stem)
@pytest.mark.parametrize("scenario", SHIPPED, ids=lambda path: path.stem)
def test_every_platform_runs_on_every_scenario(scenario: Path, policy: Path) -> None:
    centre = small(scenario)
    one = run(assemble(centre, load_policy(policy, centre)), 1, 0)
    assert broken_laws(one) == []
    # Calls and chats find an agent although hardly anybody comes: no type is left without a way.
    served = set(one.contacts["contact_type"][one.contacts["agent"] >= 0].tolist())
    came = one.contacts["contact_type"]
    missing = {centre.type_names[kind] for kind in set(came.tolist()) - served if (came == kind).sum() > 30}
    assert not missing


CENTRE = """
contact_types:
  calls: {channel: phone, skills: [talk], arrivals: {rate: 30 per hour}, work: 2 min}
  notes: {channel: chat, skills: [write], arrivals: {rate: 30 per hour}, work: 2 min}
groups:
  hall: {channels: [phone], skills: [talk], agents: 3}
  desk: {channels: {chat: 2}, skills: [write], agents: 3}
roles:
  voice: hall
  written: [desk]
  everybody: [hall, desk]
  speaking: talk
  twitter: []
  facebook: chat
  messenger: chat
"""


def policy_on_centre(text: str) -> object:
    return load_policy_text(text, "p.yaml", load_scenario_text(CENTRE, "."))


def test_a_role_stands_for_the_names_it_has() -> None:
    found = policy_on_centre(
        """
priority: {channel: {phone: 5, twitter: 3, facebook: 2, messenger: 1}}
groups:
  written: {shares: {facebook: 3, messenger: 2, phone: 1}}
rules:
  - {when: {channel: twitter}, plan: gone}
  - {when: {channel: [facebook, twitter]}, plan: read}
  - {plan: heard}
plans:
  gone: [{groups: [written]}]
  read: [{groups: [written, [voice, everybody]]}]
  heard: [{groups: [[everybody]], skills: {speaking: 0.5}}, {after: 1 min, groups: any}]
"""
    )
    assert found.priority.channel == {"phone": 5.0, "chat": 2.0}
    assert found.groups["desk"].shares == {"chat": 5.0, "phone": 1.0}, "parts add up"
    assert [rule.plan for rule in found.rules] == ["read", "heard"]
    assert found.rules[0].when.channel == ("chat",)
    assert set(found.plans) - {"default"} == {"read", "heard"}, "nothing else led to it"
    assert found.plans["read"][0].groups == (("desk",), ("hall",))
    assert found.plans["heard"][0].groups == (("hall", "desk"),)
    assert found.plans["heard"][0].skills == {"talk": 0.5}


def test_a_name_of_the_scenario_is_never_taken_for_a_role() -> None:
    text = CENTRE.replace("voice: hall", "desk: hall")
    found = load_policy_text("plans: {default: [{groups: [desk]}, {after: 1 min, groups: any}]}", "p.yaml",
                             load_scenario_text(text, "."))  # fmt: skip
    assert found.plans["default"][0].groups == (("desk",),)


def test_a_role_of_another_kind_is_an_unknown_name() -> None:
    with pytest.raises(InputErrors, match="unknown group 'speaking'"):
        policy_on_centre("plans: {default: [{groups: [speaking]}]}")


def test_a_role_needs_names_that_are_there() -> None:
    with pytest.raises(InputErrors, match="roles.voice.*found unknown group, channel, contact type or skill 'hal'"):
        load_scenario_text(CENTRE.replace("voice: hall", "voice: hal"), ".")


def test_a_mistake_in_a_group_is_not_told_again_as_an_unknown_role() -> None:
    wrong = CENTRE.replace("agents: 3", "agents: -3")
    assert wrong != CENTRE
    with pytest.raises(InputErrors) as caught:
        load_scenario_text(wrong, ".")
    assert "agents" in str(caught.value)
    assert "roles" not in str(caught.value)


def test_roles_change_nothing_for_policies_of_one_s_own() -> None:
    path = SCENARIOS / "product_launch.yaml"
    with_roles = load_scenario(path)
    text = path.read_text()
    begin = text.index("# What the policies under policies/platforms")
    without = load_scenario_text(text[:begin] + text[text.index("\n\n", begin) :], SCENARIOS, "product_launch.yaml")
    for one, other in zip(policies_of(with_roles), policies_of(without), strict=True):
        assert one == other

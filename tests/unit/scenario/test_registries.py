"""What grows has one row; a forgotten piece is named here."""

from __future__ import annotations

import math
from typing import get_args

import pytest

from floorcast.clock import standards
from floorcast.clock.floor import Floor
from floorcast.model.compile.assemble import World, assemble
from floorcast.model.core.ordered_set import NOWHERE
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES, AgentRule
from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS, Kind

TEAM = """
channels: {phone: {kind: phone}, chat: {kind: chat}}
contact_types:
  calls: {channel: phone, arrivals: [{rate: 60 per hour}], work: 2 min, skills: [billing]}
  chats: {channel: chat, arrivals: [{rate: 60 per hour}], work: 2 min}
groups:
  slow: {channels: {phone: 1, chat: 2}, skills: {billing: 0.5}, speed: 0.5, rating: 4.5, agents: 3}
  quick: {channels: {phone: 1, chat: 2}, skills: {billing: 0.9}, speed: 2, rating: 3.5, agents: 3}
policy:
  plans: {default: [{agent: %s}]}
"""


def world_of(agent: str) -> World:
    scenario = load_scenario_text(TEAM % agent, ".", "team.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def test_every_agent_rule_has_a_row_and_a_name() -> None:
    written = {row.rule for row in AGENT_RULES.values()}
    assert set(AgentRule) - written == {AgentRule.SCORE}, "a rule without a row in catalogue/agent_rules.py"


@pytest.mark.parametrize("rule", [row.name for row in AGENT_RULES.values() if row.ordered] + ["{score: {skill: 1}}"])
def test_every_agent_rule_has_its_key_in_the_model_and_in_the_second_account(rule: str) -> None:
    floor = Floor(world_of(rule), 1, 0)
    floor.run_until(3 * 3600.0)
    state, compared = floor.state, 0
    for p in range(len(state.pools)):
        pool = state.pools[p]
        number, group = int(pool["rule"]), state.groups[int(pool["group"])]
        for local in range(int(group["n"])):
            node = state.nodes[int(pool["offset"]) + local]
            if node["place"] == NOWHERE:
                continue
            key = float(node["key1"])
            compared += 1
            assert not math.isnan(key), f"{rule}: no key in model/agents/agent_rules.py"
            if not pool["bag"]:  # there the order changes while time goes by
                second = standards.agent_key(state, int(group["first"]) + local, p, number)
                assert key == second, f"{rule}: clock/standards.py says another key"
    assert compared, "nobody was free"


@pytest.mark.parametrize("name", AGENT_RULES)
def test_what_the_trace_says_of_a_rule_is_a_sentence(name: str) -> None:
    for key in (-2.0, 0.5, 3.0):
        assert isinstance(AGENT_RULES[name].said(key, 60.0), str)


def test_the_fastest_are_chosen_first() -> None:
    floor = Floor(world_of("fastest"), 1, 0)
    floor.run_until(3 * 3600.0)
    handled = [int((floor.contacts["agent"] == a).sum()) for a in range(6)]
    assert sum(handled[3:]) > 3 * sum(handled[:3]), "groups are equal but for their speed"


def test_every_kind_of_channel_has_a_row() -> None:
    assert set(CHANNEL_KINDS) == set(get_args(Kind))


@pytest.mark.parametrize("kind", CHANNEL_KINDS)
def test_a_centre_of_one_channel_of_each_kind_runs(kind: str) -> None:
    scenario = load_scenario_text(
        f"""
channels: {{one: {{kind: {kind}}}}}
contact_types: {{things: {{channel: one, arrivals: [{{rate: 30 per hour}}], work: 2 min}}}}
groups: {{team: {{channels: [one], agents: 3}}}}
""",
        ".",
        "one.yaml",
    )
    assert scenario.answer_within("things") == CHANNEL_KINDS[kind].answer_within
    floor = Floor(assemble(scenario, policies_of(scenario)[0]), 1, 0)
    floor.run_until(3600.0)
    assert floor.state.centre[0]["now"] <= 3600.0

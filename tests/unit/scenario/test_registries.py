"""What grows has one row; a forgotten piece is named here."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numba
import numpy as np
import pytest

import floorcast
import floorcast.model.machine_code.translation  # noqa: F401  # tells numba what a State is
from floorcast.clock import standards
from floorcast.clock.floor import Floor
from floorcast.clock.run import ModelError
from floorcast.explain.reason_words import _of_the_centre
from floorcast.model.compile.assemble import World, assemble
from floorcast.model.compile.decision_tree import RuleCompiler
from floorcast.model.compile.gauges import Gauges
from floorcast.model.compile.people import Meters
from floorcast.model.core.ordered_set import NOWHERE
from floorcast.model.matching.rules import holds
from floorcast.model.records import people, routes, rules
from floorcast.model.records.events import EVENTS, Event
from floorcast.policy import policies_of
from floorcast.policy.checks.never import contradiction
from floorcast.policy.schema.conditions import When
from floorcast.policy.words.conditions import condition_in_words
from floorcast.scenario import load_scenario_text
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES, AgentRule
from floorcast.scenario.catalogue.arrival_processes import ARRIVAL_PROCESSES, ArrivalProcess
from floorcast.scenario.catalogue.attributes import ATTRIBUTES, CONDITIONS, Attribute
from floorcast.scenario.catalogue.causes import BETWEEN_AGENTS, CAUSES, COUNTED, Cause
from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS, Kind
from floorcast.scenario.catalogue.measures import MEASURES
from floorcast.scenario.schema.sources import Source
from tests.strategies import ARRIVALS, GIVEN

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
  rules: [{when: {queue: {of: chats, at_least: 999}}, plan: default}]
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


def test_every_cause_and_every_event_has_a_row() -> None:
    assert set(Cause) == set(CAUSES), "a cause without a row in catalogue/causes.py"
    assert set(Event) == set(EVENTS), "an event without a row in model/records/events.py"
    assert {COUNTED[name] for name in COUNTED} <= set(Cause) and set(COUNTED) <= set(MEASURES)
    first = min(BETWEEN_AGENTS)
    assert set(BETWEEN_AGENTS) == {cause for cause in Cause if cause >= first} and first == Cause.APPROVAL


def test_every_condition_of_the_schema_has_a_row_and_every_row_a_condition() -> None:
    written = {field.alias or name for name, field in When.model_fields.items()} - {"all", "any", "not"}
    assert written == set(CONDITIONS), "catalogue/attributes.py and When in policy/schema/conditions.py differ"
    assert set(Attribute) == set(ATTRIBUTES), "an attribute without a row in catalogue/attributes.py"


CONDITION = {
    "names": {"sentiment": "negative", "mode": "normal", "contact_type": "chats", "channel": "chat"},
    "labels": "billing",
    "number": {"at_least": 1},
    "duration": {"at_least": "5 min"},
    "share": {"below": "80 %"},
    "flag": True,
    "hours": "18:00-22:00",
    "days": "sat",
}


def condition(key: str) -> object:
    """A condition on the attribute, as it is written."""
    row = CONDITIONS[key]
    given = CONDITION[row.form]
    if row.form == "names":
        return dict(given).get(key, "one")  # type: ignore[call-overload]
    of = {"queue": {"of": "chats"}, "meter": {"of": "chats"}, "group": {"of": "quick"}, "": {}}[row.of]
    return {**given, **of} if isinstance(given, dict) else given


@pytest.mark.parametrize("key", CONDITIONS)
def test_every_condition_is_said_in_words_and_compiled(key: str) -> None:
    when = When.model_validate({key: condition(key)})
    words = condition_in_words(when)
    assert words != "always" and "{" not in words
    scenario = load_scenario_text(TEAM % "longest_idle", ".", "team.yaml")
    compiled = RuleCompiler(scenario, Gauges(scenario), ("normal",), Meters(scenario)).specialise(when, "chats")
    assert compiled is not None
    assert contradiction(when) is None


@numba.njit(_nrt=False)
def _holds(state, c, entry):  # type: ignore[no-untyped-def]
    return holds(state, c, entry)


@pytest.mark.parametrize("attribute", Attribute, ids=lambda one: one.name.lower())
def test_every_attribute_has_its_value_in_the_model_and_in_the_second_account(attribute: Attribute) -> None:
    floor = Floor(world_of("longest_idle"), 1, 0)
    floor.run_until(3 * 3600.0)
    own = {
        "gauges": np.zeros(1, rules.GAUGE),
        "ticks": np.zeros(rules.TICKS, rules.TICK),
        "meters": np.zeros(1, people.METER),
        "marks": np.zeros(rules.TICKS, people.MARK),
    }
    state = floor.state.replaced(tests=np.zeros(1, routes.TEST), **own)
    state.gauges[0]["step"], state.gauges[0]["waiting"], state.gauges[0]["gap"] = 60.0, 3, 20.0
    state.meters[0]["step"], state.meters[0]["kind"] = 60.0, attribute
    c = 5
    second = standards.value_of(state, c, attribute, 0)
    state.tests["attribute"], state.tests["of"] = attribute, 0
    state.tests["yes"], state.tests["no"] = ~1, ~0
    above = math.nextafter(second, math.inf)
    for low, high in ((second, above), (above, math.inf)):
        state.tests[0]["low"], state.tests[0]["high"] = low, high
        differ = f"{attribute.name}: matching/rules.py and clock/standards.py differ"
        assert _holds(state, c, 0) == (low == second), differ
    assert not state.centre[0]["branch"], f"{attribute.name} has no branch in model/matching"
    if ATTRIBUTES[attribute].centre and attribute != Attribute.MODE:
        world = replace(floor.world, routes=replace(floor.world.routes, meter_names=("chats",)))
        assert _of_the_centre(world, attribute, 0, second), "no words for the trace"


def test_an_attribute_without_a_branch_is_an_error_that_names_it() -> None:
    """A row alone is not enough: what the compiled rules do not know ends the run."""
    floor = Floor(world_of("longest_idle"), 1, 0)
    floor.state.types["entry"] = 0
    tests = np.zeros(1, routes.TEST)
    tests["attribute"], tests["yes"], tests["no"] = 77, ~0, ~0
    floor.state = floor.state.replaced(tests=tests)
    with pytest.raises(ModelError, match="Attribute 77 has no branch in model/matching/rules.py"):
        floor.run_until(3600.0)


@pytest.mark.parametrize("kind", [16, 19, 39])
def test_an_event_without_a_handler_is_an_error_that_names_it(kind: int) -> None:
    floor = Floor(world_of("longest_idle"), 1, 0)
    floor.run_until(1800.0)
    assert floor.state.centre[0]["calendar"] > 0
    floor.state.calendar[0]["what"] = kind << 52
    with pytest.raises(ModelError, match=f"Event {kind} has no branch in model/step.py"):
        floor.run_until(3600.0)


DISPATCHERS = ("step.py", "events/social.py", "events/playbook.py", "events/transfers.py", "events/loyalty.py")


def test_every_event_is_sent_to_a_handler() -> None:
    model = Path(floorcast.__file__).parent / "model"
    source = "".join((model / name).read_text(encoding="utf-8") for name in DISPATCHERS)
    handled = set(re.findall(r"kind == Event\.([A-Z_]+)", source))
    assert {event.name for event in Event} == handled, "an event that model/step.py sends nowhere"


def test_a_rule_without_a_key_is_an_error_that_names_it() -> None:
    floor = Floor(world_of("longest_idle"), 1, 0)
    floor.state.pools["rule"] = 99
    floor.state.pools["bag"] = 0
    floor.state.queues["rule"] = 99
    with pytest.raises(ModelError, match="AgentRule 99 has no branch in model/agents/agent_rules.py"):
        floor.run_until(8 * 3600.0)


def test_a_source_without_a_process_is_an_error_that_names_it() -> None:
    floor = Floor(world_of("longest_idle"), 1, 0)
    floor.state.sources["kind"] = 9
    with pytest.raises(ModelError, match="SourceKind 9 has no branch in model/events/sources.py"):
        floor.run_until(8 * 3600.0)


@pytest.mark.parametrize("row", ARRIVAL_PROCESSES.values(), ids=lambda row: row.name)
def test_every_arrival_process_is_written_planned_and_run(row: ArrivalProcess, tmp_path: Path) -> None:
    """As its row says it may be written; what is planned is what comes, but for chance."""
    (tmp_path / "calls.csv").write_text("at\n" + "\n".join(str(60 * n) for n in range(40)))
    text = f"""
channels: {{one: {{kind: email}}}}
contact_types: {{things: {{channel: one, arrivals: [{{{row.name}: {row.example}}}], work: 2 min}}}}
groups: {{team: {{channels: [one], agents: 3}}}}
"""
    scenario = load_scenario_text(text, tmp_path, "one.yaml")
    (source,) = scenario.sources("things")
    assert source.kind == row.steps
    hours = np.arange(25) * 3600.0
    assert source.arriving(hours).sum() == pytest.approx(source.expected) and source.expected > 0
    floor = Floor(assemble(scenario, policies_of(scenario)[0]), 1, 0)
    floor.run_until(86400.0)
    came = len(floor.contacts)
    assert abs(came - source.expected) < 6 * math.sqrt(source.expected) * (8 if row.name == "bursts" else 1)
    assert row.name in Source.model_fields, "no field in scenario/schema/sources.py"


def test_every_arrival_process_is_generated() -> None:
    assert set(ARRIVALS) | set(GIVEN) == set(ARRIVAL_PROCESSES)

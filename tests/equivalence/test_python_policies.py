"""Policies in Python: the built-in rules rewritten give the built-in records, and the rest of the contract."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from floorcast.clock.compiled import run
from floorcast.clock.python_policy import PythonPolicyError, decided_by
from floorcast.clock.simpy_clock import run_simpy
from floorcast.explain.trace import trace_lines
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Log
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario, load_scenario_text
from tests.conftest import examples
from tests.equivalence.test_two_clocks import assert_identical
from tests.routing_strategies import routed
from tests.strategies import scenarios, world_of

EXAMPLE = Path(__file__).parents[2] / "scenarios" / "policies" / "in_python.py"


def assert_same_records(one, other):
    """All but the links of queues, which step aside in another way when Python looks at them."""
    for run_ in (one, other):
        for link in ("prev", "next", "child", "place"):
            run_.contacts[link] = 0
    assert_identical(one, other)


def first_agent(floor, contact, agents):
    return agents[0]


def first_contact(floor, agent, contacts):
    return contacts[0]


def longest_idle(floor, contact, agents):
    """The built-in rule, written out: best rank, idle before busy, longest available, lower number."""
    return min(agents, key=lambda agent: (agent.rank, agent.held > 0, float(agent.row["since"]), agent.index))


def most_points(floor, agent, contacts):
    """The built-in rule: who waits for this agent, best rank, most points, oldest, lower number."""
    return min(
        contacts, key=lambda one: (not one.own, one.rank, -one.points, float(one.row["queued"]), one.index)
    )


@settings(max_examples=examples(60))
@given(scenarios(agent_rules=("longest_idle",)))
def test_the_built_in_rules_rewritten_in_python_give_identical_records(scenario):
    world = world_of(scenario)
    rewritten = decided_by(world, longest_idle, most_points)
    assert_identical(run(world, 7, 3, log=True), run_simpy(rewritten, 7, 3, log=True))


@settings(max_examples=examples(40))
@given(routed())
def test_the_first_candidate_is_the_built_in_choice_whatever_the_policy_says(scenario):
    stages = [stage for plan in scenario["policy"]["plans"].values() for stage in plan]
    by_chance = any("random" in str(stage.get("agent")) for stage in stages)
    world = world_of(scenario)
    rewritten = decided_by(world, None if by_chance else first_agent, first_contact)
    assert_same_records(run(world, 7, 3, log=True), run_simpy(rewritten, 7, 3, log=True))


DECLINED = """
contact_types:
  calls:
    channel: phone
    arrivals: {{rate: {rate} per hour}}
    work: {{exponential: 4 min}}
groups:
  early: {{channels: [phone], shifts: [{{agents: 2, start: "08:00", length: 8h}}]}}
  late: {{channels: [phone], shifts: [{{agents: 2, start: "09:10", length: 8h}}]}}
policy:
  offers: {{phone: {{answer: {{exponential: 8s}}, time_out: 20s, declined: 0.6}}}}
  plans: {{default: [{{agent: {rule}}}]}}
"""


@pytest.mark.parametrize("rule", ["longest_idle", "[fastest, least_occupied]"])
@pytest.mark.parametrize("rate", [10, 30])
def test_after_all_have_declined_a_new_round_begins_whoever_looks(rate, rule):
    """Whether the policy file decides or Python does, nobody is asked twice in one round."""
    scenario = load_scenario_text(DECLINED.format(rate=rate, rule=rule), ".", "day.yaml")
    world = assemble(scenario, policies_of(scenario)[0])
    one = run(world, 7, 0, log=True)
    assert one.contacts["accepted"][one.contacts["accepted"] == one.contacts["accepted"]].size > 50
    offered = one.log[one.log["kind"] == int(Log.OFFERED)]
    pairs = np.unique(offered[["contact", "agent"]], return_counts=True)[1]
    assert pairs.max() > 1, "there are second rounds"
    assert_same_records(one, run_simpy(decided_by(world, first_agent, first_contact), 7, 0, log=True))


DAY = """
contact_types:
  calls:
    channel: phone
    arrivals: {counts: {per: 1h, values: [0, 0, 0, 0, 0, 0, 0, 0, 40, 40]}}
    work: {exponential: 3 min}
    value: {empirical: {values: [1, 9]}}
groups:
  team: {channels: [phone], agents: 4}
"""


@pytest.fixture
def world():
    scenario = load_scenario_text(DAY, ".", "day.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def test_what_no_file_can_say(world):
    """Agent 4 serves only customers worth more than 5, who waited for nobody else."""

    def kept_for_the_best(floor, contact, agents):
        some = [a for a in agents if a.name != "team 4" or contact.value > 5]
        return some[0] if some else None

    def the_same(floor, agent, contacts):
        return next((c for c in contacts if agent.name != "team 4" or c.value > 5), None)

    contacts = run_simpy(decided_by(world, kept_for_the_best, the_same), 1, 0).contacts
    assert set(contacts["value"][contacts["agent"] == 3]) == {9}
    assert set(contacts["value"][contacts["agent"] == 0]) == {1, 9}
    assert (contacts["agent"] >= 0).all()


def test_the_compiled_clock_says_where_it_runs(world):
    with pytest.raises(PythonPolicyError, match=r"decides in Python, found it on the compiled clock; allowed on the"):
        run(decided_by(world, first_agent), 1, 0)


def test_a_choice_that_is_no_candidate_is_named(world):
    words = r"found 7 chosen by choose_agent; allowed one of its candidates \(<team 1>"
    with pytest.raises(PythonPolicyError, match=words):
        run_simpy(decided_by(world, lambda floor, contact, agents: 7), 1, 0)


def test_an_error_in_a_policy_is_the_caller_s(world):
    with pytest.raises(ZeroDivisionError):
        run_simpy(decided_by(world, choose_contact=lambda floor, agent, contacts: 1 / 0), 1, 0)


def test_the_trace_tells_what_a_policy_in_python_chose(world):
    lines = list(trace_lines(decided_by(world, lambda floor, contact, agents: agents[-1]), 1, contact=0))
    assert lines[2].endswith("goes to team 4")
    assert lines[-3:][0].strip()
    assert any("chosen: team 4; next would have been team 1" in line for line in lines)


def test_a_tracing_or_asking_run_is_the_same_run(world):
    """Asking changes nothing by itself."""
    assert_identical(run(world, 1, 0, log=True), run_simpy(decided_by(world), 1, 0, log=True))


def test_the_example_runs_and_differs_as_it_says(capsys):
    example = runpy.run_path(str(EXAMPLE))
    example["main"]()
    table = capsys.readouterr().out.splitlines()
    names = ["its own policy", "decisions in Python", "outage, floor walker"]
    assert [line[:20].strip() for line in table[1:]] == names
    assert len({line[36:] for line in table}) == 4
    scenario = load_scenario(example["SCENARIO"])
    world = assemble(scenario, policies_of(scenario)[0])
    struck = run_simpy(world, 1, 0, processes=[example["outage"](world.group_names[0], 39600, 1800)]).contacts
    mine = struck[struck["group"] == 0]
    assert not ((mine["accepted"] > 39600) & (mine["accepted"] < 41400)).any()

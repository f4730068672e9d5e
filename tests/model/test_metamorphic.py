"""What must happen to a run when its scenario is changed in a way whose effect is known beforehand."""

from __future__ import annotations

import copy
import re
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.clock.compiled import run
from floorcast.clock.run import Run
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.store.studies import run_study
from tests.conftest import examples
from tests.social_strategies import social_scenarios
from tests.strategies import AGENT_RULES, scenarios, spans, world_of

TIMES = ("arrived", "accepted", "answered", "first_response", "ended")
DECISIONS = (
    *TIMES,
    "agent",
    "group",
    "outcome",
    "turn",
    "worked",
    "wrapped",
    "replies",
    "reply_wait",
)
# Fixed at birth: everything a contact brings, whatever the centre does with it.
DRAWS = (
    "contact_type",
    "arrived",
    "patience",
    "turns",
    "sentiment",
    "reach",
    "value",
    "language",
    "trigger",
)
UNITS = {"s": 1, "min": 60, "h": 3600, "day": 86400, "days": 86400}


def simulated(scenario: dict[str, Any], seed: int = 5) -> Run:
    """One replication of a scenario given as the mapping of its file."""
    return run(world_of(scenario), seed, 0)


def assert_same(one: Run, other: Run, fields: tuple[str, ...] = DECISIONS) -> None:
    """The same contacts with the same fields, bit for bit."""
    assert len(one.contacts) == len(other.contacts)
    for field in fields:
        assert one.contacts[field].tobytes() == other.contacts[field].tobytes(), field


# -- scaling time


def scaled(written: Any, k: int) -> Any:
    """Every duration in a part of a file, k times as long."""
    if isinstance(written, dict):
        return {key: scaled(value, k) for key, value in written.items()}
    if isinstance(written, list):
        return [scaled(value, k) for value in written]
    if isinstance(written, str):
        found = re.fullmatch(r"([\d.]+) ?(s|min|h|days?)", written)
        if found:
            return f"{float(found[1]) * UNITS[found[2]] * k!r}s"
        found = re.fullmatch(r"([\d.]+) per hour", written)
        if found:
            return f"{float(found[1]) / k!r} per hour"
    return written


def without_a_calendar(scenario: dict[str, Any]) -> dict[str, Any]:
    """The scenario without what is tied to the time of day: opening hours, shifts, headcounts."""
    scenario = copy.deepcopy(scenario)
    for channel in scenario["channels"].values():
        channel.pop("open", None)
    for written in scenario["contact_types"].values():
        written["answer_within"] = "2 min"  # explicit, so that it can be scaled
    for group in scenario["groups"].values():
        for name in ("shifts", "headcount", "absence", "late"):
            group.pop(name, None)
        group.setdefault("agents", 2)
    return scenario


def slower(scenario: dict[str, Any], k: int) -> dict[str, Any]:
    """The scenario at 1/k of the speed, points per minute and points that are seconds included."""
    slow = scaled(scenario, k)
    slow["days"] = scenario["days"] * k
    priority = slow["policy"]["priority"]
    if priority.get("order") == "time_to_target":
        plans = slow["policy"].get("plans", {}).values()
        for part in (*slow["policy"].get("rules", []), *(stage for plan in plans for stage in plan)):
            if "add" in part:
                part["add"] *= k
    if "per_minute" in priority:
        rate = priority["per_minute"]
        priority["per_minute"] = (
            {name: value / k for name, value in rate.items()}
            if isinstance(rate, dict)
            else rate / k
        )
    return slow


def assert_scaled(base: Run, slow: Run, k: int) -> None:
    """The same contacts with the same ends, k times as late and as long."""
    assert len(base.contacts) == len(slow.contacts)
    for field in ("agent", "outcome", "cause", "turn", "turns", "replies"):
        assert base.contacts[field].tolist() == slow.contacts[field].tolist(), field
    for field in (*TIMES, "worked", "wrapped", "reply_wait"):
        np.testing.assert_allclose(
            slow.contacts[field], k * base.contacts[field], rtol=1e-9, atol=1e-6
        )


@settings(max_examples=examples(60))
@given(scenarios(), st.sampled_from([2, 4]))
def test_scaling_all_times_scales_all_waits(scenario, k):
    """Powers of two scale floating-point numbers without rounding, so decisions are the same."""
    scenario = without_a_calendar(scenario)
    assert_scaled(simulated(scenario), simulated(slower(scenario, k)), k)


@settings(max_examples=examples(30))
@given(social_scenarios(), st.sampled_from([2, 4]))
def test_scaling_all_times_scales_cascades_chasers_and_callbacks_too(scenario, k):
    scenario.pop("crises", None)  # at an instant of the calendar
    scenario.pop("reputation", None)  # brings others within the hour, whatever the pace
    for written in scenario["contact_types"].values():
        if "listening" in written:
            written["listening"] |= {"triage": "20s", "look": "30s"}
    kinds = {written["channel"] for written in scenario["contact_types"].values()}
    scenario["channels"] = {kind: {"kind": kind, "sticky": "1800s"} for kind in sorted(kinds)}
    scenario = {"days": 1, **without_a_calendar(scenario)}
    priority = scenario["policy"]["priority"] = {"sentiment": {"negative": 10}, "prior_contacts": 5}
    priority.update({"reach": 3, "per_minute": 0.5})
    assert_scaled(simulated(scenario), simulated(slower(scenario, k)), k)


# -- more agents


@st.composite
def one_line(draw: Any) -> dict[str, Any]:
    """One queue, one skill, first come first served, nobody gives up."""
    channel = draw(st.sampled_from(["phone", "email"]))
    counts = [draw(st.integers(0, 40)) for _ in range(6)]
    return {
        "days": 1,
        "contact_types": {
            "contacts": {
                "channel": channel,
                "arrivals": {"counts": {"per": "1h", "values": counts}},
                "work": draw(spans(30, 900, True)),
                "after_contact_work": draw(spans(1, 200, True)),
            }
        },
        "groups": {"team": {"channels": {channel: 1}, "agents": draw(st.integers(1, 8))}},
    }


@settings(max_examples=examples(60))
@given(one_line())
def test_one_more_agent_delays_nobody(scenario):
    few = simulated(scenario).contacts
    scenario["groups"]["team"]["agents"] += 1
    more = simulated(scenario).contacts
    assert more["arrived"].tolist() == few["arrived"].tolist()
    answered = np.nan_to_num(more["answered"], nan=np.inf)
    assert (answered <= np.nan_to_num(few["answered"], nan=np.inf) + 1e-6).all()


@settings(max_examples=examples(20))
@given(one_line())
def test_with_an_agent_for_everybody_nobody_waits(scenario):
    channel = scenario["contact_types"]["contacts"]["channel"]
    counts = scenario["contact_types"]["contacts"]["arrivals"]["counts"]["values"]
    enough = max(1, sum(counts))
    runs = []
    for agents in (enough, 2 * enough):
        scenario["groups"]["team"] = {"channels": {channel: 1}, "agents": agents}
        runs.append(simulated(scenario))
        contacts = runs[-1].contacts
        assert contacts["answered"].tolist() == contacts["arrived"].tolist()
    assert_same(*runs, fields=(*TIMES, "worked", "wrapped", "outcome"))


# -- more customers


def draws_by_key(one: Run) -> dict[int, tuple[Any, ...]]:
    """What every contact that no other caused brought, by the key of its draws."""
    first = one.contacts[np.isin(one.contacts["cause"], [Cause.SOURCE, Cause.BACKLOG])]
    rows = zip(*(first[field].tolist() for field in DRAWS), strict=True)
    found = dict(zip(first["key"].tolist(), rows, strict=True))
    assert len(found) == len(first)
    return found


@settings(max_examples=examples(40))
@given(scenarios(), st.integers(0, 20))
def test_another_contact_type_changes_nobody_s_draws(scenario, count):
    base = draws_by_key(simulated(scenario))
    channel = next(iter(scenario["channels"]))
    new = {
        "channel": channel,
        "arrivals": {"counts": {"per": "1h", "values": [0] * 8 + [1 + count, count]}},
        "work": "100s",
        "sentiment": {"negative": 1},
    }
    # In front of the others, so that every index changes.
    scenario["contact_types"] = {"a_new_one": new, **scenario["contact_types"]}
    crowded = draws_by_key(simulated(scenario))
    assert len(crowded) == len(base) + 1 + 2 * count
    for key, brought in base.items():
        assert crowded[key][1:] == brought[1:]  # but for the index of the type


@settings(max_examples=examples(30))
@given(social_scenarios(memory=False), st.integers(1, 20))
def test_another_contact_type_changes_nobody_s_children_either(scenario, count):
    """Who follows from a contact has its draws from that contact, whenever it comes and whatever for. (Customers and
    reputation remember contacts of every type.)"""
    base = simulated(scenario).contacts
    new = {"channel": "phone", "arrivals": {"counts": {"per": "1h", "values": [count] * 9}}, "work": "300s"}
    scenario["contact_types"] = {"a_new_one": new, **scenario["contact_types"]}
    crowded = simulated(scenario).contacts
    _, one, other = np.intersect1d(base["key"], crowded["key"], return_indices=True)
    assert len(np.unique(base["key"])) == len(base)
    assert len(np.unique(crowded["key"])) == len(crowded)
    by_itself = np.isin(base["cause"], [Cause.SOURCE, Cause.BACKLOG])
    assert by_itself.sum() <= np.isin(one, np.flatnonzero(by_itself)).sum()
    same = crowded["contact_type"][other] == base["contact_type"][one] + 1
    same &= ~((base["flags"][one] | crowded["flags"][other]) & Flag.MOVED).astype(bool)
    for field in ("turns", "sentiment", "reach", "value", "language", "trigger", "cause"):
        assert crowded[field][other][same].tolist() == base[field][one][same].tolist()


TRACED = """
contact_types:
  posts:
    channel: social
    arrivals: {trace: {csv: posts.csv, time: at}}
    work: {exponential: 3 min}
    turns: {geometric: {mean: 2}}
    think: 4 min
    reach: {lognormal: {median: 100, sigma: 2}}
    sentiment: {negative: 0.5, neutral: 0.5}
groups:
  team: {channels: [social], agents: 2}
"""


@pytest.mark.parametrize("where", [0, 17, 60])
def test_another_row_of_a_trace_changes_nobody_else_s_draws(tmp_path, where):
    """Also in the midst of it: who comes later is who would have come anyway."""
    instants = [30000.0 + 97.5 * i for i in range(60)]
    runs = []
    for rows in (instants, sorted([*instants, 30000.0 + 97.5 * where - 11.0])):
        (tmp_path / "posts.csv").write_text("at\n" + "\n".join(map(str, rows)) + "\n")
        scenario = load_scenario_text(TRACED, str(tmp_path), "traced.yaml")
        runs.append(run(assemble(scenario, policies_of(scenario)[0]), 1, 0).contacts)
    base, more = runs
    assert len(more) == len(base) + 1
    others = np.isin(more["arrived"], instants)
    for field in DRAWS:
        assert more[field][others].tolist() == base[field].tolist(), field
    handled = (base["outcome"] == Outcome.HANDLED) & (more["outcome"][others] == Outcome.HANDLED)
    np.testing.assert_allclose(more["worked"][others][handled], base["worked"][handled])


# -- the same centre written in another way


def with_any_group(
    scenario: dict[str, Any], rules: tuple[str, ...] = AGENT_RULES
) -> dict[str, Any]:
    """The scenario with its first group only, and plans that name no group."""
    scenario = copy.deepcopy(scenario)
    team = next(iter(scenario["groups"].values()))
    team.pop("ramp", None)
    scenario["groups"] = {"team": team}
    for plan in scenario["policy"].get("plans", {}).values():
        for stage in plan:
            stage["groups"] = "any"
            stage.pop("reserve", None)
    return scenario


@settings(max_examples=examples(60))
@given(scenarios(agent_rules=tuple(r for r in AGENT_RULES if r != "random")), st.integers(1, 3))
def test_splitting_a_group_in_two_equal_ones_changes_nothing_but_ids(scenario, half):
    """Random choice is left out: it is as random, but draws from two urns rather than one."""
    whole = with_any_group(scenario)
    team = whole["groups"]["team"]
    for name in ("agents", "shifts", "headcount", "absence", "late"):
        team.pop(name, None)
    if half % 2:
        team["shifts"] = {
            "start": "08:10",
            "length": "3h",
            "breaks": {"after": "40 min", "length": "15 min"},
        }
    agents = team["shifts"] if "shifts" in team else team
    agents["agents"] = half
    parts = {**whole, "groups": {"one": copy.deepcopy(team), "two": copy.deepcopy(team)}}
    agents["agents"] = 2 * half
    one, two = simulated(whole), simulated(parts)
    # Groups are numbered in order, so even the agents' ids are the same.
    assert_same(one, two, tuple(field for field in DECISIONS if field != "group"))
    assert one.ledger.tobytes() == two.ledger.tobytes()


def said_otherwise(when: dict[str, Any]) -> dict[str, Any]:
    """The same condition by De Morgan's laws, double negation and one list for several values."""
    parts = [{name: value} for name, value in when.items()]
    if len(parts) > 1:
        return {"not": {"any": [{"not": said_otherwise(part)} for part in parts]}}
    ((name, value),) = when.items()
    if name == "all":
        return {"not": {"any": [{"not": said_otherwise(part)} for part in value]}}
    if name == "any":
        return {"not": {"all": [{"not": said_otherwise(part)} for part in value]}}
    if name == "not":
        return {"not": said_otherwise(value)}
    if isinstance(value, list):
        return {"any": [{name: item} for item in value]}
    if isinstance(value, dict) and "at_least" in value:
        return {"not": {name: {"below": value["at_least"]}}}
    if isinstance(value, dict) and "above" in value:
        return {"not": {name: {"at_most": value["above"]}}}
    return {"all": [when, {"not": {"not": when}}]}


@settings(max_examples=examples(60))
@given(scenarios())
def test_conditions_written_in_two_ways_give_identical_records(scenario):
    other = copy.deepcopy(scenario)
    for rule in other["policy"].get("rules", []):
        rule["when"] = said_otherwise(rule["when"])
    assert_same(simulated(scenario), simulated(other), (*DECISIONS, "points"))


@settings(max_examples=examples(40))
@given(scenarios())
def test_a_rule_for_everybody_else_is_the_default_plan(scenario):
    other = copy.deepcopy(scenario)
    policy = other["policy"]
    policy.setdefault("plans", {"default": [{}]})
    policy["plans"]["spelled_out"] = policy["plans"].get("default", [{}])
    policy["rules"] = [
        *policy.get("rules", []),
        {"when": {"channel": list(other["channels"])}, "plan": "spelled_out"},
    ]
    assert_same(simulated(scenario), simulated(other), (*DECISIONS, "points"))


@settings(max_examples=examples(40))
@given(scenarios(), st.integers(1, 40))
def test_points_are_points_wherever_they_are_written(scenario, points):
    """As points of the contact type, of the channel, or added by a rule."""
    runs = []
    names = list(scenario["contact_types"])
    for place in ("contact_type", "channel", "rule"):
        other = copy.deepcopy(scenario)
        policy = other["policy"] = {"priority": {}}
        chosen = [
            n for n in names if other["contact_types"][n]["channel"] == names[0].split("_")[0]
        ]
        if place == "contact_type":
            policy["priority"]["contact_type"] = dict.fromkeys(chosen, points)
        elif place == "channel":
            policy["priority"]["channel"] = {names[0].split("_")[0]: points}
        else:
            policy["rules"] = [{"when": {"contact_type": chosen}, "plan": "default", "add": points}]
        runs.append(simulated(other))
    assert_same(runs[0], runs[1], (*DECISIONS, "points"))
    assert_same(runs[0], runs[2], (*DECISIONS, "points"))


# -- the same study in another way


def test_a_study_on_one_thread_and_on_four_is_the_same():
    written = {
        "contact_types": {
            "calls": {
                "channel": "phone",
                "arrivals": {"rate": "40 per hour"},
                "work": {"exponential": "4 min"},
                "patience": {"exponential": "3 min"},
            }
        },
        "groups": {"team": {"channels": ["phone"], "agents": 3, "cost_per_hour": 20}},
    }
    scenario = load_scenario_text(yaml.safe_dump(written), ".", "calls.yaml")
    policies = policies_of(scenario)
    one, four = (
        run_study(scenario, policies, replications=12, jobs=jobs, check=True).study
        for jobs in (1, 4)
    )
    assert np.array_equal(one.above, four.above, equal_nan=True)
    assert np.array_equal(one.below, four.below, equal_nan=True)

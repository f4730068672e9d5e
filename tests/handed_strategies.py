"""Routing as far as the independent simulator works it out, generated: what passes from hand to hand, and
what a supervisor does; see ``routing_strategies`` for all of it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from tests.routing_strategies import (
    hands,
    of_the_centre,
    own_queues,
    secondary,
    transfers,
    triggers,
)
from tests.strategies import maybe, scenarios, seconds

# One of several at random is drawn by a count of the engine's own; what looks at an agent's past is in account.py.
RULES = tuple(row.name for row in AGENT_RULES.values() if row.ordered and not row.looks_back)


@st.composite
def handed(draw: Any, size: int = 24, supervised: bool = True) -> dict[str, Any]:
    """A generated scenario with offers, picking, returning, transfers, consultations, stages with conditions,
    classes, groups' own queues and supervision."""
    endings = draw(st.booleans())
    scenario: dict[str, Any] = draw(scenarios(agent_rules=RULES, size=size, endings=endings))
    types, policy = scenario["contact_types"], scenario["policy"]
    policy.setdefault("plans", {"default": [{}]})
    transfers(draw, types)
    for group in scenario["groups"].values():
        secondary(draw, group)
    hands(draw, scenario)
    if draw(st.booleans()):
        policy["priority"]["classes"] = draw(st.permutations([*types, *scenario["channels"]]))[:2]
    if draw(st.integers(0, 2)) == 0:
        for name, rules in draw(own_queues(scenario)).items():
            policy.setdefault("groups", {})[name] = rules
    for _ in range(draw(st.integers(0, 2))):
        rule: dict[str, Any] = {
            "when": draw(of_the_centre(scenario, mine=True)), "plan": draw(st.sampled_from(list(policy["plans"])))
        }
        if draw(st.integers(0, 2)) == 0:
            rule["class"] = draw(st.integers(1, 4))
        policy.setdefault("rules", []).append(rule)
    if draw(st.booleans()):
        moments = [["arrival"], ["arrival", "stages", "requeue"], ["stages", "requeue"]]
        policy["evaluate"] = draw(st.sampled_from(moments))
    for stages in policy["plans"].values():
        conditional(draw, scenario, stages)
    if supervised and draw(st.booleans()):
        if draw(st.booleans()):
            policy["alternatives"] = {"other": draw(other_book(scenario))}
        policy["supervision"] = [draw(triggers(scenario)) for _ in range(draw(st.integers(1, 3)))]
    return scenario


def conditional(draw: Any, scenario: dict[str, Any], stages: list[dict[str, Any]]) -> None:
    """Stages with a condition at the end of a plan, one or two of them."""
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        stage = {
            "when": draw(of_the_centre(scenario, mine=True)),
            "after": maybe(draw, st.just("1200s"), stages[-1].get("after", "0s")),
            "every": draw(seconds(5, 60)),
            "groups": "any",
            "skills": stages[-1].get("skills", "required"),
            "ends": draw(st.booleans()),
        }
        if draw(st.booleans()):
            stage["add"] = draw(st.integers(1, 5))
        if draw(st.integers(0, 2)) == 0:
            stage["class"] = draw(st.integers(1, 4))
        stages.append(stage)


@st.composite
def other_book(draw: Any, scenario: dict[str, Any]) -> dict[str, Any]:
    """An alternative to the policy's own rules."""
    types = list(scenario["contact_types"])
    stage = {"groups": [draw(st.permutations(list(scenario["groups"])))], "agent": draw(st.sampled_from(RULES)),
             "skills": "none"}
    return {
        "priority": {"contact_type": {types[0]: 5}, "classes": types[:1]},
        "rules": [{"when": draw(of_the_centre(scenario, mine=True)), "class": 2, "plan": "special"}],
        "plans": {"special": [stage, {**stage, "after": "100s", "add": 3}], "default": [{}]},
    }

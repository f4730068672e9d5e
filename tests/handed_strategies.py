"""Routing as far as the independent simulator works it out, generated: what passes from hand to hand, and
what a supervisor does; see ``routing_strategies`` for all of it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from tests.rarer_strategies import of_a_channel
from tests.routing_strategies import (
    hands,
    of_the_centre,
    own_queues,
    secondary,
    transfers,
    triggers,
)
from tests.social_strategies import social_scenarios
from tests.strategies import maybe, scenarios, seconds, spans

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


@st.composite
def taught(draw: Any) -> dict[str, Any]:
    """A scenario of ``handed``, or of customers and the public, whose agents are trained and evaluated, work faster or
    slower than usual, and are not available for a while after a contact."""
    scenario: dict[str, Any] = draw(st.one_of(handed(size=16), social_scenarios(size=0.2, memory=False)))
    types = scenario["contact_types"]
    channels = list(dict.fromkeys(words["channel"] for words in types.values()))
    by = {"channel": draw(st.sampled_from(channels)), "work": draw(spans(60, 600, True)), "between_agents": True}
    for words in types.values():
        timely(draw, words)
    if draw(st.booleans()):
        when = draw(st.sampled_from([{"sentiment": "negative"}, {"contact_type": list(types)[:1]}, {"trigger": False}]))
        scenario["policy"]["templates"] = [{"when": when, "work": 0.6, "quality": draw(st.sampled_from([0.8, 1.3]))}]
    for group in scenario["groups"].values():
        rested(draw, group)
        learns = draw(st.booleans())
        if learns and "headcount" not in group:
            start = draw(st.sampled_from(["08:00", "08:30", "09:10"]))
            training: dict[str, Any] = {"start": start, "length": draw(st.sampled_from(["15 min", "40 min"]))}
            if draw(st.booleans()):
                training["agents"] = draw(st.integers(1, 2))
            group["training"] = [training]
        evaluation = {"by": "judged"} | draw(evaluations(channels, list(types))) if draw(st.booleans()) else {}
        if learns and ("training" in group or evaluation):
            group["learning"] = draw(learnings())
            if evaluation:
                evaluation["teaches"] = draw(st.sampled_from(["20 min", "1h"]))
        if evaluation:
            group["evaluation"] = evaluation
    seldom_written(draw, scenario)
    if any("evaluation" in group for group in scenario["groups"].values()):
        types["judged"] = by
    return scenario


def seldom_written(draw: Any, scenario: dict[str, Any]) -> None:
    """What few files say of channels, contact types, shifts, people, stages and rules."""
    policy, types = scenario["policy"], scenario["contact_types"]
    for channel in scenario.get("channels", {}).values():
        of_a_channel(draw, channel)
    for name, words in types.items():
        for key, value in {
            "unavailable": draw(spans(5, 200, True)),
            "answer_within": draw(seconds(20, 4000)),
            "clock": draw(st.sampled_from(["answered", "accepted", "first_response", "resolved"])),
        }.items():
            if draw(st.integers(0, 3)) == 0:
                words[key] = value
        if isinstance(words.get("arrivals"), list) and draw(st.integers(0, 3)) == 0:
            factor = draw(st.sampled_from([{"shape": 4}, {"cv": 0.5}, {"cv": 0.3, "shared": "weather"}]))
            rate = {"per": "1h", "week": {"Mon-Fri": {"00:00": 1, "12:00": 2}, "Sat-Sun": 1}, "scale": 1.5}
            burst = {"name": "mailing", "start": "2024-01-01 08:10", "size": 6, "decay": "20 min"}
            words["arrivals"] += [{"rate": rate, "day_factor": factor, "name": f"more {name}"}, {"campaign": burst}]
            points = policy.setdefault("priority", {})
            if points.get("order", "points") == "points" and "like" not in points:
                points["campaign"] = {"mailing": 5}
    for group in scenario["groups"].values():
        if "agents" in group and draw(st.integers(0, 2)) == 0:
            group["people"] = [{"name": "Ada", "speed": 1.5, "unavailable": "30s"}]
        for shift in group.get("shifts", ()):
            if draw(st.integers(0, 2)) == 0:
                shift |= draw(st.sampled_from([
                    {"days": "Mon-Sat", "first": "2024-01-01", "last": "2024-03-01"},
                    {"dates": ["2024-01-01"], "pay": 1.25},
                    {"leave": ["2024-01-02"], "also": [{"start": "20:30", "length": "2h"}]},
                ]))  # fmt: skip
    scenario["start"] = "2024-01-01"
    if draw(st.booleans()):
        scenario["policy"].setdefault("interrupts", {})
        text = [c for c in scenario.get("channels", {}) if c not in ("phone", "chat")]
        if "phone" in scenario.get("channels", {}) and text:
            policy["interrupts"] = {"phone": text}
    if draw(st.integers(0, 3)) == 0:
        when = {"contact_type": list(types)[-1], "sentiment": "negative"}
        policy.setdefault("rules", []).insert(0, {"when": when, "discard": True})
    if draw(st.integers(0, 2)) == 0 and "alternatives" not in policy:
        policy.setdefault("plans", {}).setdefault("default", [{}])
        policy["plans"]["by turns"] = [
            {"groups": "any", "rating": {"at_least": 3}},
            {"after": "60s", "groups": "any", "override": draw(st.booleans())},
            {"after": "5 min", "plan": "default", "age": draw(st.sampled_from(["kept", "reset"]))},
        ]
        policy.setdefault("rules", []).append({"when": {"waited": {"below": "1h"}}, "plan": "by turns"})


def timely(draw: Any, words: dict[str, Any]) -> None:
    """Work and patience that are longer at some hours; what earlier contacts of an issue change."""
    if draw(st.integers(0, 2)) == 0:
        words["work_mean"] = {"per": "1h", "daily": {"00:00": 0, "08:00": draw(st.integers(60, 300)), "09:00": 90}}
    if "patience" in words and draw(st.integers(0, 2)) == 0:
        words["patience_mean"] = {"per": "1h", "daily": {"00:00": 300, "09:00": draw(st.integers(60, 300))}}
    if draw(st.integers(0, 2)) == 0:
        words["history"] = {"work": 0.8, "resolution": draw(st.sampled_from([0.9, 1.5]))}


def rested(draw: Any, group: dict[str, Any]) -> None:
    """How fast a group works, and how long each is not available after a contact."""
    if draw(st.booleans()):
        group["speed"] = draw(st.sampled_from([0.7, 1.4]))
    if draw(st.integers(0, 2)) == 0:
        group["unavailable"] = draw(spans(5, 200, True))


@st.composite
def learnings(draw: Any) -> dict[str, Any]:
    """A learning curve."""
    learning: dict[str, Any] = {"curve": draw(st.sampled_from(["20 min", "2h"]))}
    learning["faster"] = draw(st.sampled_from([0.2, 0.5]))
    if draw(st.booleans()):
        learning["half_life"] = draw(st.sampled_from(["1h", "10 days"]))
    if draw(st.booleans()):
        learning["resolves"] = 0.5
    return learning


@st.composite
def evaluations(draw: Any, channels: list[str], types: list[str]) -> dict[str, Any]:
    """Which conversations are picked."""
    rule: dict[str, Any] = {"at_most": draw(st.integers(1, 6)), "every": draw(st.sampled_from(["day", "week"]))}
    if draw(st.booleans()):
        rule["feedback"] = draw(seconds(60, 900))
    if draw(st.booleans()):
        rule["of"] = draw(st.lists(st.sampled_from([*channels, *types]), min_size=1, unique=True))
    if draw(st.integers(0, 2)) == 0:
        rule["sentiment"] = draw(st.sampled_from(["negative", "neutral"]))
    if draw(st.booleans()):
        rule["longer_than"] = draw(seconds(20, 200))
    if draw(st.booleans()):
        rule["share"] = 0.6
    return rule

"""Small scenarios with a policy, generated: every combination a planner may write, some seconds of work in all.

``scenarios()`` gives the mapping of a scenario file with its policy inside; ``world_of`` builds it. The
switches leave out what an independent implementation does not cover.
"""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import strategies as st

from floorcast.model.compile.assemble import World, assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.scenario.catalogue import agent_rules as catalogue
from floorcast.scenario.catalogue.arrival_processes import ARRIVAL_PROCESSES
from floorcast.scenario.catalogue.channel_kinds import KINDS, SYNCHRONOUS

AGENT_RULES = tuple(row.name for row in catalogue.AGENT_RULES.values())
GIVEN = ("trace",)  # processes whose contacts stand in a file beside the scenario
ARRIVALS = tuple(name for name in ARRIVAL_PROCESSES if name not in GIVEN)
SKILLS = ("billing", "tech")


def world_of(scenario: dict[str, Any]) -> World:
    """The world of a generated scenario under its own policy."""
    loaded = load_scenario_text(yaml.safe_dump(scenario, sort_keys=False), ".", "generated.yaml")
    return assemble(loaded, policies_of(loaded)[0])


def maybe(draw: Any, strategy: st.SearchStrategy[Any], default: Any = None) -> Any:
    """A drawn value half of the time."""
    return draw(strategy) if draw(st.booleans()) else default


def seconds(low: int, high: int) -> st.SearchStrategy[str]:
    """A duration as written in a file."""
    return st.integers(low, high).map(lambda n: f"{n}s")


@st.composite
def spans(draw: Any, low: int, high: int, ties: bool) -> Any:
    """A distribution of times with a mean of low to high seconds; constants only where ties may be."""
    mean = draw(st.integers(low, high))
    forms = ["exponential", "lognormal", "uniform", "gamma"] + ["constant"] * ties
    form = draw(st.sampled_from(forms))
    if form == "constant":
        return f"{mean}s"
    if form == "exponential":
        return {"exponential": f"{mean}s"}
    if form == "uniform":
        return {"uniform": {"from": f"{mean / 2}s", "to": f"{mean * 1.5}s"}}
    return {form: {"mean": f"{mean}s", "scv": draw(st.sampled_from([0.5, 1.5]))}}


@st.composite
def scenarios(
    draw: Any,
    kinds: tuple[str, ...] = KINDS,
    agent_rules: tuple[str, ...] = AGENT_RULES,
    ties: bool = True,
    waited_rules: bool = True,
    most_turns: int = 4,
    size: int = 60,
    endings: bool = False,
    arrivals: tuple[str, ...] = ("counts",),
) -> dict[str, Any]:
    """A scenario of one day with its policy inline.

    kinds: of channels that may appear. agent_rules: rules that plans may name.
    ties: constant times may appear, so that things happen at the same instant.
    waited_rules: rules may look at the wait so far.
    most_turns: mean number of turns at the most, 1: none but single turns. size: contacts per type, about.
    arrivals: processes that contacts may come by.
    endings: channels may say what becomes of their contacts when agents leave, and when a slot is given back.
    """
    channels = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True))
    types: dict[str, Any] = {}
    for channel in channels:
        for i in range(draw(st.integers(1, 2))):
            name = f"{channel}_{'ab'[i]}"
            types[name] = draw(contact_types(channel, ties, most_turns, size, arrivals))
    _retries(draw, types, ties)
    groups = {
        f"team_{i}": draw(groups_of(channels, i == 0, ties)) for i in range(draw(st.integers(1, 3)))
    }
    spoken = {channel: draw(settings_of(channel, ties)) for channel in channels}
    if endings:
        for written in spoken.values():
            written["on_leave"] = draw(st.sampled_from(["finish", "hand_over", "requeue"]))
            written["release"] = draw(st.sampled_from(["close", "status"]))
    return {
        "name": "generated",
        "days": 1,
        "channels": spoken,
        "contact_types": types,
        "groups": groups,
        "policy": draw(policies(types, channels, list(groups), agent_rules, waited_rules)),
    }


@st.composite
def settings_of(draw: Any, kind: str, ties: bool) -> dict[str, Any]:
    """One channel."""
    channel: dict[str, Any] = {"kind": kind}
    if kind in SYNCHRONOUS:
        if draw(st.booleans()):
            channel["open"] = draw(st.sampled_from(["08:00-10:30", "07:30-09:00", "always"]))
        if draw(st.booleans()):
            channel["lines"] = draw(st.integers(1, 8))
        if draw(st.booleans()):
            channel["queue_limit"] = draw(st.integers(0, 5))
    if kind != "phone" and draw(st.booleans()):
        channel["release_after"] = draw(seconds(20, 400))
    elif kind not in SYNCHRONOUS:
        channel["holds_slot"] = draw(st.booleans())
    if kind != "phone":
        channel["sticky"] = 0 if draw(st.booleans()) else draw(seconds(30, 900))
    return channel


def coming(draw: Any, way: str, count: st.SearchStrategy[int]) -> dict[str, Any]:
    """Some contacts by one of the arrival processes."""
    if way == "counts":
        return {"per": "30 min", "values": [0] * 16 + [draw(count) for _ in range(4)]}
    if way == "rate":
        return {"per": "30 min", "daily": {"08:00": draw(count), "09:00": draw(count), "10:00": 0}}
    if way == "campaign":
        start = {"start": "2024-01-01 08:00", "onset": "10 min", "decay": "30 min"}
        return {"name": "mailing", "size": 2 * draw(count) + 1, **start}
    if way == "bursts":
        calm, busy = draw(count), 3 * draw(count) + 1
        return {"calm": f"{calm} per 12h", "calm_for": "2h", "busy": f"{busy} per 2h", "busy_for": "20 min"}
    raise KeyError(f"no generator for the arrival process {way}")


@st.composite
def contact_types(
    draw: Any, channel: str, ties: bool, most_turns: int, size: int, arrivals: tuple[str, ...] = ("counts",)
) -> dict[str, Any]:
    """One contact type: some ``size`` contacts, mostly between 8 and 10 o'clock."""
    way = arrivals[0] if len(arrivals) == 1 else draw(st.sampled_from(arrivals))
    written: dict[str, Any] = {
        "channel": channel,
        "arrivals": [{way: coming(draw, way, st.integers(0, size // 2))}],
        "work": draw(spans(30, 500, ties)),
    }
    if draw(st.booleans()):
        written["skills"] = draw(
            st.sampled_from([["billing"], ["tech"], {"billing": 0.5}, ["billing", "tech"]])
        )
    if draw(st.booleans()):
        written["after_contact_work"] = draw(spans(5, 120, ties))
    if channel in SYNCHRONOUS and draw(st.booleans()):
        written["patience"] = draw(spans(20, 600, ties))
    if channel != "phone" and most_turns > 1 and draw(st.booleans()):
        written["turns"] = draw(
            st.sampled_from([2, {"poisson": {"mean": most_turns}}, {"geometric": {"mean": 2}}])
        )
        written["think"] = draw(spans(10, 900, ties))
    if channel not in SYNCHRONOUS and draw(st.booleans()):
        written["backlog"] = {
            "count": draw(st.integers(1, 6)),
            "ages": {"uniform": {"from": 0, "to": "2h"}},
        }
    if draw(st.booleans()):
        written["sentiment"] = {"negative": 0.4, "neutral": 0.4, "positive": 0.2}
    if draw(st.booleans()):
        written["reach"] = {"lognormal": {"median": 100, "sigma": 2}}
    if draw(st.booleans()):
        written["value"] = {"empirical": {"values": [0, 1, 2], "weights": [0.5, 0.3, 0.2]}}
    if draw(st.booleans()):
        written["trigger"] = 0.2
    if draw(st.booleans()):
        written["language"] = {"en": 0.7, "es": 0.3}
    return written


def _retries(draw: Any, types: dict[str, Any], ties: bool) -> None:
    names = list(types)
    for written in types.values():
        if "patience" not in written or draw(st.booleans()):
            continue
        written["retry"] = {
            "probability": draw(st.sampled_from([0.5, 1.0])),
            "delay": draw(spans(30, 900, ties)),
            "patience": draw(st.sampled_from(["fresh", "same"])),
            "at_most": draw(st.integers(1, 3)),
        }
        if draw(st.booleans()):
            to = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
            written["retry"]["to"] = {name: 1 / len(to) for name in to}


@st.composite
def groups_of(draw: Any, channels: list[str], complete: bool, ties: bool) -> dict[str, Any]:
    """One group; a complete one can serve everything."""
    own = (
        channels
        if complete
        else draw(
            st.lists(st.sampled_from(channels), min_size=1, max_size=len(channels), unique=True)
        )
    )
    caps = {c: 1 if c == "phone" else draw(st.integers(1, 3)) for c in own}
    skills = SKILLS if complete else draw(st.lists(st.sampled_from(SKILLS), unique=True))
    written: dict[str, Any] = {
        "skills": {s: draw(st.sampled_from([0.5, 0.8, 1.0])) for s in skills},
        "channels": own if draw(st.integers(0, 4)) == 0 else caps,  # a list: one at a time in all
        "rating": draw(st.integers(1, 5)),
    }
    if draw(st.booleans()):
        written["slots"] = {
            "total": draw(st.integers(2, 4)),
            "units": {c: draw(st.sampled_from([0.5, 1, 2])) for c in own},
        }
    others = [c for c in own if c != "phone"]
    if "phone" in own and others and draw(st.booleans()):
        written["interrupts"] = {
            "phone": draw(st.lists(st.sampled_from(others), min_size=1, unique=True))
        }
    if len(others) > 1 and draw(st.integers(0, 2)) == 0:  # one may lead to the other
        written.setdefault("interrupts", {})[others[0]] = [others[1]]
    if len(others) > 1 and draw(st.integers(0, 3)) == 0:
        written.setdefault("slots", {})["apart"] = draw(st.sampled_from([[others[:2]], []]))
    if draw(st.integers(0, 2)) == 0:
        written["switching_cost"] = draw(seconds(1, 20))
    if draw(st.integers(0, 3)) == 0:
        written["ramp"] = {"agents": 1, "factor": 1.5, "over": "20 days"}
    _presence(draw, written, ties)
    return written


def _presence(draw: Any, written: dict[str, Any], ties: bool) -> None:
    form = draw(st.sampled_from(["agents", "shifts", "headcount"]))
    few = st.integers(1, 4)
    if form == "agents":
        written["agents"] = draw(few)
    elif form == "headcount":
        hours = {hour: draw(st.integers(0, 4)) for hour in ("08:00", "09:00", "10:00", "11:00")}
        written["headcount"] = {
            "per": "1h",
            "daily": {"00:00": draw(few), **hours, "20:00": draw(few)},
        }
    else:
        written["shifts"] = [
            {
                "agents": draw(few),
                "start": draw(st.sampled_from(["07:50", "08:20", "08:55"])),
                "length": draw(st.sampled_from(["1h", "2h", "9h"])),
                "breaks": [
                    {"after": draw(st.sampled_from(["20 min", "33 min"])), "length": "15 min"}
                ],
            }
            for _ in range(draw(st.integers(1, 2)))
        ]
        if draw(st.integers(0, 3)) == 0:
            written["absence"] = 0.3
        if draw(st.integers(0, 3)) == 0:
            written["late"] = {"probability": 0.5, "by": draw(spans(60, 1800, ties))}


@st.composite
def policies(
    draw: Any,
    types: dict[str, Any],
    channels: list[str],
    groups: list[str],
    agent_rules: tuple[str, ...],
    waited_rules: bool,
) -> dict[str, Any]:
    """A policy for these names."""
    order = draw(st.sampled_from(["points", "points", "oldest", "time_to_target", "relative_wait"]))
    policy: dict[str, Any] = {
        "priority": {"order": order} if order != "points" else _points(draw, types, channels)
    }
    plans = {"default": draw(plans_of(groups, agent_rules))}
    if draw(st.booleans()):
        plans["special"] = draw(plans_of(groups, agent_rules))
        policy["rules"] = [
            {
                "when": draw(conditions(types, channels, waited_rules)),
                "plan": draw(st.sampled_from(list(plans))),
                "add": draw(st.integers(0, 30)),
            }
            for _ in range(draw(st.integers(1, 3)))
        ]
    if draw(st.booleans()):
        policy["plans"] = plans
    elif "rules" in policy:
        policy["plans"] = {"special": plans["special"], "default": [{}]}
    return policy


def _points(draw: Any, types: dict[str, Any], channels: list[str]) -> dict[str, Any]:
    points: dict[str, Any] = {}
    if draw(st.booleans()):
        points["contact_type"] = {name: draw(st.integers(0, 20)) for name in types}
    if draw(st.booleans()):
        points["channel"] = {name: draw(st.integers(0, 50)) for name in channels}
    if draw(st.booleans()):
        points["sentiment"] = {"negative": 10, "positive": -3}
    for name, most in (("reach", 5), ("value", 4), ("prior_contacts", 6), ("trigger", 20)):
        if draw(st.booleans()):
            points[name] = draw(st.integers(1, most))
    if draw(st.booleans()):
        points["per_minute"] = draw(st.sampled_from([1, 0.5, {channels[0]: 2}]))
        if draw(st.booleans()):
            points["cap"] = draw(st.sampled_from([3, 20]))
    return points


@st.composite
def plans_of(draw: Any, groups: list[str], agent_rules: tuple[str, ...]) -> list[dict[str, Any]]:
    """One to three stages; the last reaches every group that is able."""
    stages: list[dict[str, Any]] = []
    after = 0
    for last in [False] * draw(st.integers(0, 2)) + [True]:
        stage: dict[str, Any] = {"agent": draw(st.sampled_from(agent_rules))}
        if after or draw(st.integers(0, 4)) == 0:
            after += draw(st.integers(15, 300))
            stage["after"] = f"{after}s"
        after = max(after, 1)
        mixed = draw(st.permutations(groups))
        if not last:
            mixed = mixed[: draw(st.integers(1, len(mixed)))]
        stage["groups"] = [mixed] if draw(st.booleans()) else list(mixed)
        if draw(st.integers(0, 3)) == 0:
            stage["skills"] = (
                draw(st.sampled_from(["none", {"billing": 0.7}])) if not last else "none"
            )
        if draw(st.booleans()):
            stage["add"] = draw(st.integers(0, 15))
        if draw(st.integers(0, 3)) == 0:
            stage["reserve"] = {draw(st.sampled_from(list(mixed))): draw(st.integers(1, 2))}
        stages.append(stage)
    return stages


@st.composite
def conditions(
    draw: Any, types: dict[str, Any], channels: list[str], waited: bool
) -> dict[str, Any]:
    """What a rule tests, sometimes nested."""
    simple = [
        st.sampled_from(list(types)).map(lambda name: {"contact_type": name}),
        st.sampled_from(channels).map(lambda name: {"channel": name}),
        st.sampled_from(["negative", "neutral"]).map(lambda name: {"sentiment": name}),
        st.integers(10, 1000).map(lambda n: {"reach": {"at_least": n}}),
        st.integers(1, 2).map(lambda n: {"value": {"above": n}}),
        st.just({"prior_contacts": {"at_least": 1}}),
        st.booleans().map(lambda yes: {"trigger": yes}),
        st.just({"channel": channels[0], "sentiment": ["negative", "positive"]}),
    ]
    if waited:
        simple.append(st.integers(30, 3000).map(lambda n: {"waited": {"below": f"{n}s"}}))
    one = st.one_of(simple)
    form = draw(st.sampled_from(["one", "one", "all", "any", "not"]))
    if form == "one":
        return draw(one)
    if form == "not":
        return {"not": draw(one)}
    return {form: [draw(one), draw(one)]}

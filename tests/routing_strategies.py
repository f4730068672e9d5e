"""Generated routing in full: everything a policy may say, put on top of a generated scenario.

``routed()`` gives a scenario with some of: conditions on the centre, stages with conditions and moves,
groups' own lists, shares, ratios and weights, classes, scores, offers, picking, returning customers,
transfers, consultations, supervision, leaving and slots as the platforms have them.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from tests.social_strategies import social_scenarios
from tests.strategies import maybe, scenarios, seconds

ORDERS = ("points", "oldest", "time_to_target", "relative_wait", "predicted_wait")
TEXT = ("email", "messaging", "social")


@st.composite
def routed(draw: Any, **limits: Any) -> dict[str, Any]:
    """A generated scenario with routing in full; limits as of ``scenarios``."""
    scenario: dict[str, Any] = draw(scenarios(**limits))
    types, groups = scenario["contact_types"], scenario["groups"]
    _channels(draw, scenario["channels"])
    transfers(draw, types)
    for written in groups.values():
        secondary(draw, written)
    policy = scenario["policy"]
    policy.setdefault("plans", {"default": [{}]})
    if draw(st.booleans()):
        policy["priority"]["order"] = draw(st.sampled_from(ORDERS))
    if draw(st.booleans()):
        policy["priority"]["classes"] = draw(st.permutations([*types, *scenario["channels"]]))[:2]
    for name, rules in draw(own_rules(scenario)).items():
        policy.setdefault("groups", {})[name] = rules
    _rules(draw, scenario)
    for stages in list(policy["plans"].values()):
        _stages(draw, stages, scenario)
    _moves(draw, policy["plans"])
    hands(draw, scenario)
    if draw(st.booleans()):
        if draw(st.booleans()):
            policy["alternatives"] = {"other": draw(rule_books(scenario))}
        policy["supervision"] = [draw(triggers(scenario)) for _ in range(draw(st.integers(1, 2)))]
    return scenario


@st.composite
def routed_social(draw: Any) -> dict[str, Any]:
    """The social customer under routing in full, but for groups' own lists: everything at once."""
    scenario: dict[str, Any] = draw(social_scenarios())
    types, policy = scenario["contact_types"], scenario["policy"]
    scenario["channels"] = {kind: {"kind": kind} for kind in {t["channel"]: 0 for t in types.values()}}
    policy["plans"] = {"default": [{}], "special": [{"groups": "any", "add": 3}]}
    _channels(draw, scenario["channels"])
    transfers(draw, types)
    _rules(draw, scenario)
    for stages in policy["plans"].values():
        _stages(draw, stages, scenario)
    hands(draw, scenario)
    if draw(st.booleans()):
        policy["supervision"] = [draw(triggers(scenario))]
    return scenario


def _channels(draw: Any, channels: dict[str, Any]) -> None:
    for written in channels.values():
        if draw(st.integers(0, 2)) == 0:
            written["on_leave"] = draw(st.sampled_from(["finish", "hand_over", "requeue"]))
        if draw(st.integers(0, 2)) == 0:
            written["release"] = draw(st.sampled_from(["close", "status"]))


def transfers(draw: Any, types: dict[str, Any]) -> None:
    for name, written in types.items():
        same = [n for n, t in types.items() if t["channel"] == written["channel"] and n > name]
        if same and draw(st.integers(0, 2)) == 0:
            transfer = {
                "probability": 0.4,
                "to": same[0],
                "clock": draw(st.sampled_from(["kept", "reset"])),
            }
            if draw(st.booleans()):
                transfer["after"] = draw(seconds(5, 60))
            written["transfers"] = [transfer]
        others = [n for n, t in types.items() if n != name and "consult" not in t]
        asked = [n for n, t in types.items() if t.get("consult", {}).get("with") == name]
        if others and not asked and draw(st.integers(0, 3)) == 0:
            written["consult"] = {"probability": 0.3, "with": draw(st.sampled_from(others))}


def secondary(draw: Any, group: dict[str, Any]) -> None:
    text = [c for c in group["channels"] if c != "phone"]
    if text and draw(st.integers(0, 3)) == 0:
        group.setdefault("slots", {}).setdefault("total", 3)
        group["slots"]["secondary"] = {"total": 2, "channels": text[:1]}


@st.composite
def own_rules(draw: Any, scenario: dict[str, Any]) -> dict[str, Any]:
    """What the policy says of groups; the first group goes on serving everything."""
    types, channels = list(scenario["contact_types"]), list(scenario["channels"])
    rules: dict[str, Any] = {}
    for name in scenario["groups"]:
        own: dict[str, Any] = {}
        if draw(st.integers(0, 2)) == 0:
            own["queues"] = _queues_of(draw, name, types, channels)
        form = draw(st.sampled_from(["", "", "shares", "ratio", "weights"]))
        if form:
            names = draw(
                st.lists(st.sampled_from([*types, *channels]), min_size=1, max_size=3, unique=True)
            )
            own[form] = {n: draw(st.integers(1, 4)) for n in names}
        if draw(st.integers(0, 2)) == 0:
            own["work_shares"] = {draw(st.sampled_from(types)): draw(st.integers(1, 4))}
        if own:
            rules[name] = own
    return rules


def _queues_of(draw: Any, name: str, types: list[str], channels: list[str]) -> list[dict[str, Any]]:
    any_of = st.lists(st.sampled_from([*types, *channels]), min_size=1)
    served = channels if name == "team_0" else draw(any_of)
    return [
        {"of": of, "priority": draw(st.integers(1, 3)), "delay": maybe(draw, seconds(5, 200), "0s")}
        for of in dict.fromkeys(served)
    ]


@st.composite
def own_queues(draw: Any, scenario: dict[str, Any]) -> dict[str, Any]:
    """Lists of what groups serve, in their own order."""
    types, channels = list(scenario["contact_types"]), list(scenario["channels"])
    return {
        name: {"queues": _queues_of(draw, name, types, channels)} for name in scenario["groups"] if draw(st.booleans())
    }


@st.composite
def of_the_centre(draw: Any, scenario: dict[str, Any], mine: bool) -> dict[str, Any]:
    """A condition on the centre; ``mine``: it may be of the contact's own type."""
    scopes = ["all", *scenario["channels"], *scenario["contact_types"]]
    of = {"of": draw(st.sampled_from(scopes))} if not mine or draw(st.booleans()) else {}
    side = draw(st.sampled_from(["above", "below"]))
    return draw(
        st.one_of(
            st.integers(1, 8).map(lambda n: {"queue": {**of, side: n}}),
            st.integers(10, 400).map(lambda n: {"expected_wait": {**of, side: f"{n}s"}}),
            st.sampled_from([0.5, 0.9]).map(
                lambda x: {"service_level": {**of, side: x, "over": "20 min"}}
            ),
            st.sampled_from(list(scenario["groups"])).map(lambda g: {"idle": {"of": g, side: 1}}),
            st.just({"time": "08:15-09:20"}),
            st.just({"day": "Mon"}),
        )
    )


def _rules(draw: Any, scenario: dict[str, Any]) -> None:
    policy = scenario["policy"]
    rules = policy.setdefault("rules", [])
    for _ in range(draw(st.integers(0, 2))):
        rule: dict[str, Any] = {
            "when": draw(of_the_centre(scenario, mine=True)),
            "plan": draw(st.sampled_from(list(policy["plans"]))),
        }
        if draw(st.integers(0, 2)) == 0:
            rule["class"] = draw(st.integers(1, 4))
        if draw(st.integers(0, 5)) == 0:
            rule["discard"] = True
        rules.append(rule)
    if not rules:
        del policy["rules"]
    if draw(st.booleans()):
        policy["evaluate"] = draw(
            st.sampled_from([["arrival"], ["arrival", "stages"], ["stages", "requeue"]])
        )


def _agent(draw: Any) -> Any:
    form = draw(st.sampled_from(["one", "two", "score"]))
    if form == "one":
        return draw(st.sampled_from(tuple(AGENT_RULES)))
    if form == "two":
        plain = [rule for rule in AGENT_RULES if rule != "random"]
        return draw(st.lists(st.sampled_from(plain), min_size=2, max_size=2, unique=True))
    parts = ("skill", "rating", "idle", "active", "spare", "occupancy", "handled", "handle_time")
    some = draw(st.lists(st.sampled_from(parts), min_size=1, max_size=3, unique=True))
    return {"score": {part: draw(st.sampled_from([-5, 2, 10])) for part in some}}


def _stages(draw: Any, stages: list[dict[str, Any]], scenario: dict[str, Any]) -> None:
    groups = list(scenario["groups"])
    for stage in stages:
        if draw(st.booleans()):
            stage["agent"] = _agent(draw)
        choose = draw(st.sampled_from(["", "", "", "idle_weights", "allocate"]))
        if choose:
            stage[choose] = {g: draw(st.integers(1, 4)) for g in groups[:2]}
        if choose == "idle_weights":
            stage["agent"] = "longest_idle"
        if draw(st.integers(0, 4)) == 0:
            stage["class"] = draw(st.integers(1, 4))
        if draw(st.integers(0, 5)) == 0:
            stage["override"] = True
    if draw(st.integers(0, 1)) == 0:
        last = stages[-1]
        stages.append(
            {
                "when": draw(of_the_centre(scenario, mine=True)),
                "after": maybe(draw, st.just("1200s"), last.get("after", "0s")),
                "every": draw(seconds(5, 60)),
                "groups": "any",
                "skills": last.get("skills", "required"),
                "add": draw(st.integers(1, 5)),
            }
        )


def _moves(draw: Any, plans: dict[str, Any]) -> None:
    if "special" not in plans or draw(st.booleans()):
        return
    stages = plans["special"]
    if "after" in stages[-1] or len(stages) == 1:
        stages.append({"after": "1500s", "plan": "default", "age": draw(st.sampled_from(["kept", "reset"]))})


def hands(draw: Any, scenario: dict[str, Any]) -> None:
    policy = scenario["policy"]
    for channel in scenario["channels"]:
        if draw(st.integers(0, 2)) == 0:
            policy.setdefault("offers", {})[channel] = {
                "answer": draw(
                    st.sampled_from(["3s", {"exponential": "10s"}, {"uniform": {"from": "1s", "to": "30s"}}])
                ),
                "time_out": "20s",
                "declined": draw(st.sampled_from([0, 0.3])),
                "age": draw(st.sampled_from(["kept", "reset"])),
                "again": draw(st.booleans()),
                "after_time_out": draw(st.sampled_from(["0s", "60s"])),
                "after_decline": draw(st.sampled_from(["0s", "45s"])),
            }
    if draw(st.integers(0, 3)) == 0:
        policy["pull"] = {
            draw(st.sampled_from(list(scenario["groups"]))): draw(st.sampled_from(["10s", "0s"]))
        }
    if draw(st.integers(0, 2)) == 0:
        policy["returning"] = {"within": "1h", "wait": draw(seconds(1, 300))}


@st.composite
def rule_books(draw: Any, scenario: dict[str, Any]) -> dict[str, Any]:
    """An alternative to the policy's own rules."""
    types, policy = list(scenario["contact_types"]), scenario["policy"]
    order = policy["priority"].get("order", "points")
    if order != "predicted_wait":
        order = draw(st.sampled_from([one for one in ORDERS if one != "predicted_wait"]))
    stage = {"groups": [draw(st.permutations(list(scenario["groups"])))], "agent": _agent(draw), "skills": "none"}
    return {
        "priority": {"order": order, "contact_type": {types[0]: 5}, "classes": types[:1]},
        "rules": [{"when": draw(of_the_centre(scenario, mine=True)), "class": 2, "plan": "special"}],
        "plans": {"special": [stage, {**stage, "after": "100s", "add": 3}], "default": [{}]},
    }


@st.composite
def triggers(draw: Any, scenario: dict[str, Any]) -> dict[str, Any]:
    """One line of supervision."""
    groups, channels = scenario["groups"], list(scenario["channels"])
    group = draw(st.sampled_from(list(groups)))
    on = {"group": group, "channels": draw(st.sampled_from(list(groups[group]["channels"])))}
    if draw(st.booleans()):
        on["agents"] = draw(st.integers(1, 3))
    do = draw(
        st.sampled_from(
            [
                {"add": on},
                {"remove": on},
                {"overtime": {"group": group, "call_in": 1}},
                {"close": draw(st.sampled_from(channels))},
                {"mode": "crisis"},
                {"policy": "other"} if "alternatives" in scenario["policy"] else {"add": on},
            ]
        )
    )
    when = draw(of_the_centre(scenario, mine=False))
    written: dict[str, Any] = {"when": when, "check": draw(seconds(20, 300)), "do": do}
    if draw(st.booleans()):
        written["for_at_least"] = draw(seconds(30, 900))
    until = {"queue": {"of": "all", "below": 1}}
    if draw(st.booleans()) and until != when:
        written["until"] = until
    return written

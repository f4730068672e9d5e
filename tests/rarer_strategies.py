"""What the other generators never write, put on top of their scenarios: blocks and bounds that few files have.

With it every field of the schemas that the model looks at is drawn by some generator: ``test_generators.py`` says
which is not.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from floorcast.policy.schema.agent_words import Score
from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from floorcast.scenario.catalogue.measures import MEASURES
from floorcast.scenario.schema.targets import PERIODIC_MEASURES
from tests.routing_strategies import routed, routed_social, rule_books
from tests.strategies import ARRIVALS, coming, maybe, seconds, spans

START = "2024-01-01"  # a Monday
YES = st.booleans()  # whether something is written: a dense scenario has all of it
RESTS = {"nobody_waiting": {"exponential": "60s"}, "somebody_waiting": "5s", "several_waiting": "2s"}
KEPT = st.sampled_from(["kept", "reset"])
SCORED = tuple(Score.model_fields)
FORMULAS = ("sl1", "sl2", "sl3", "sl4", "sl5")
EVERY = ("interval", "day", "week", "interval", "day")
SHARE = st.sampled_from([0.0, 0.3, 1.0])


@st.composite
def rarer(draw: Any) -> dict[str, Any]:
    """A routed scenario, or one with customers and the public, and some of what is rarely written."""
    social = draw(st.booleans())
    scenario: dict[str, Any] = draw(routed_social() if social else routed(size=30))
    if draw(st.integers(0, 2)) == 0:
        sparse = draw
        draw = lambda one: True if one is YES else sparse(one)  # noqa: E731
    of_the_scenario(draw, scenario, social)
    for channel in scenario["channels"].values():
        of_a_channel(draw, channel)
    for name, words in scenario["contact_types"].items():
        of_a_type(draw, scenario, name, words)
    for group in scenario["groups"].values():
        of_a_group(draw, group)
    known = draw(YES)
    if known:
        of_the_customers(draw, scenario)
    of_the_policy(draw, scenario, known)
    if social:
        of_the_public(draw, scenario)
    of_evaluations(draw, scenario)
    return scenario


def of_evaluations(draw: Any, scenario: dict[str, Any]) -> None:
    """Conversations of some group are listened to, and talked over with its agents."""
    types = scenario["contact_types"]
    own, channel = next(iter(types)), next(iter(scenario["channels"]))
    evaluation = draw(st.sampled_from([
        None,
        {"of": own, "share": 0.3, "longer_than": "30s", "at_most": 2, "every": "day", "feedback": "10 min"},
        {"of": [own, channel], "every": "week", "at_most": 9, "feedback": "90s"},
    ]))  # fmt: skip
    if evaluation is None:
        return
    for n, group in enumerate(scenario["groups"].values(), len(types)):
        teaches = {"teaches": "30 min"} if "learning" in group else {}
        feels = {"sentiment": ("negative", "neutral", "positive")[n % 3]} if "share" not in evaluation else {}
        group["evaluation"] = {"by": "judged", **evaluation, **teaches, **feels}
    types["judged"] = {"channel": channel, "work": "2 min", "between_agents": True}


def of_the_customers(draw: Any, scenario: dict[str, Any]) -> None:
    """People with a history, surveys, and what is said about the centre."""
    types, channels = list(scenario["contact_types"]), list(scenario["channels"])
    scenario["customers"] = {
        "size": draw(st.sampled_from([5, 500])),
        "tiers": {"usual": {"share": 0.8}, "gold": {"share": 0.2, "value": 3, "worth": 100,
                                                    "churn": {"base": 0.01, "let_down": 0.2}}},
        "languages": {"en": 0.6, "es": 0.4},
        "prefer": {channel: 1 / len(channels) for channel in channels},
        "loyal": 0.7,
        "heavy": {"share": 0.2, "of_contacts": 0.6},
        "mood": {"usual": 4, "weight": 0.4, "half_life": "10 days", "angrier": 0.5},
        "again": {"probability": 0.3, "delay": {"exponential": "1h"}, "to": {types[0]: 1}},
        "churn": {"base": 0.01, "let_down": 0.1},
        "survey_fatigue": {"each": draw(SHARE), "half_life": "5 days", "rest": draw(st.sampled_from(["0s", "3h"]))},
    }  # fmt: skip
    scenario["surveys"] = [
        {"of": types[:1], "share": 0.5, "after": "10 min", "answered": {1: 0.5, 3: 0.1, 5: 0.3}, "halo": 0.3}
    ]
    scenario["reputation"] = {"usual": 4, "half_life": "5 days", "weight": 50, "public": 3, "complaints": 0.1,
                              "demand": 0.05, "at_most": 0.2, "mood": 0.3}  # fmt: skip


def of_customers(draw: Any) -> list[dict[str, Any]]:
    """Conditions where customers are known."""
    return [
        {"tier": "gold"},
        {"mood": bounds(draw, 2, 4)},
        {"earlier_issues": bounds(draw, 0, 2)},
        {"satisfaction": {"of": "all", "over": "2h", **bounds(draw, 2, 4)}},
        {"promoter_score": {"of": "all", "over": "2h", **bounds(draw, "-50 %", "50 %")}},
        {"negative": {"of": "all", "over": "2h", **bounds(draw, 0.2, 0.8)}},
        {"exposure": {"of": "all", "over": "2h", **bounds(draw, 10, 1000)}},
        {"reputation": bounds(draw, 2, 4)},
    ]


def of_the_scenario(draw: Any, scenario: dict[str, Any], social: bool) -> None:
    """Settings of the run and of its measures."""
    channels, types = list(scenario["channels"]), list(scenario["contact_types"])
    for key, value in {
        "start": START,
        "days": draw(st.integers(1, 2)),
        "warm_up": "6h",
        "interval": draw(st.sampled_from(["15 min", "1h"])),
        "seed": draw(st.integers(0, 99)),
        "replications": 2,
        "limits": {"contacts": 500_000},
        "runaway": 3000,
        "currency": "EUR",
        "description": "as generated",
        "business_hours": "Mon-Fri 08:00-18:00",
        "multipliers": {draw(st.sampled_from(["all", *channels, *types])): draw(st.sampled_from([0.5, 1.3]))},
        "classes": {"value": {"usual": 0, "gold": 1}, "reach": {"few": 0, "many": 100}, "hours": "Mon-Fri 09:00-17:00"},
        "satisfaction": {"best": 4.8, "waiting": 0.4, "unresolved": 1.0, "broken_promise": 0.7, "rating": 0.3,
                         "unanswered": 1.5, "promoter": 4.4, "detractor": 2.5},
        "calendar": {"holidays": "DE", "like": draw(st.sampled_from(["Sun", "Sat"])), "closed": ["2024-01-02"],
                     "days": {"2024-01-01": "Sat"}},
        "indifference": {"asa": "5s"},
        "targets": [
            *({"measure": "service_level", "within": "1h", "formula": one, "every": every, "at_least": 0.5}
              for one, every in zip(FORMULAS, draw(st.permutations(EVERY)), strict=True)),
            *(draw(targets(scenario, social)) for _ in range(3)),
        ],
    }.items():  # fmt: skip
        if draw(YES):
            scenario[key] = value
    scenario.setdefault("start", START)


@st.composite
def targets(draw: Any, scenario: dict[str, Any], social: bool) -> dict[str, Any]:
    """A target on any measure of the catalogue."""
    kept = [n for n, m in MEASURES.items() if social or not m.social]
    name = draw(st.one_of(st.just("service_level"), st.sampled_from(PERIODIC_MEASURES[5:10]), st.sampled_from(kept)))
    row = MEASURES[name]
    bound: Any = {"s": "5 min", "share": 0.8}.get(row.unit, 3)
    names = {"channel": "channels", "contact_type": "contact_types", "group": "groups"}
    of = [one for by in row.by if by in names for one in scenario[names[by]]]
    target: dict[str, Any] = {
        "of": draw(st.sampled_from(["all", *of] if "all" in row.by else of)),
        "measure": name,
        draw(st.sampled_from(["at_least", "at_most"])): bound,
    }
    if draw(YES):
        target["weight"] = 2
    if name in PERIODIC_MEASURES and draw(YES):
        target["every"] = draw(st.sampled_from(["interval", "day", "week"]))
    elif draw(YES):
        target["in"] = "90 % of runs"
    if name == "service_level":
        target["within"] = draw(st.sampled_from(["30s", "4h", "same day"]))
        if draw(YES):
            target["hours"] = "Mon-Fri 08:00-18:00"
    return target


def of_a_channel(draw: Any, channel: dict[str, Any]) -> None:
    """When a promise is kept, and what becomes of who comes after hours."""
    for key, value in {
        "answer_within": draw(seconds(20, 4000)),
        "clock": draw(st.sampled_from(["answered", "accepted", "first_response", "resolved"])),
        "half_life": "30 min",
    }.items():
        if draw(YES):
            channel[key] = value
    if "open" in channel:
        channel["closed"] = draw(st.sampled_from(["turned_away", "waits"]))


def of_a_type(draw: Any, scenario: dict[str, Any], name: str, words: dict[str, Any]) -> None:
    """Laws of one contact type."""
    work = {"per": "12h", "daily": [draw(st.integers(30, 200)), draw(st.integers(30, 200))]}
    for key, value in {
        "expectation": draw(seconds(60, 7200)),
        "last_purchase": {"exponential": "20 days"},
        "activity": {"lognormal": {"median": 5, "sigma": 1}},
        "history": {"work": 0.8, "resolution": 1.2},
        "subject": "bills",
        "unavailable": draw(spans(5, 200, True)),
        "answer_within": draw(seconds(20, 4000)),
        "clock": draw(st.sampled_from(["answered", "accepted", "first_response", "resolved"])),
        "work_mean": work,
    }.items():
        if draw(YES):
            words[key] = value
    if "patience" in words and draw(YES):
        words["patience_mean"] = {"per": "12h", "daily": [100, 300]}
        words["crowded"] = [{"waiting": 2, "patience": draw(seconds(10, 300))}]
    if isinstance(words.get("arrivals"), list) and draw(YES):
        burst = {"name": "mailing", "start": f"{START} 08:10", "size": draw(st.integers(1, 15)),
                 "onset": "10 min", "decay": "20 min"}  # fmt: skip
        factor = draw(st.sampled_from([{"shape": 4}, {"cv": 0.5}, {"cv": 0.3, "shared": "weather"}]))
        rate = draw(st.sampled_from([
            "2 per hour",
            {"per": "1h", "daily": {"00:00": 0, "08:00": 8, "10:00": 0}},
            {"per": "1h", "week": {"Mon-Fri": {"00:00": 1, "12:00": 2}, "Sat-Sun": 1}, "scale": 1.5},
        ]))  # fmt: skip
        given = {"per": "12h", draw(st.sampled_from(["daily", "week"])): [3, 2], "scale": 1.5}
        if "week" in given:
            given["week"] = {"Mon-Sun": [3, 2]}
        bursts = {"calm": "1 per hour", "calm_for": "2h", "busy": "10 per hour", "busy_for": "20 min"}
        words["arrivals"] += [{"counts": given}, {"bursts": bursts, "name": f"bursts of {name}"}]
        words["arrivals"] += [{"campaign": burst}, {"rate": rate, "day_factor": factor, "name": f"more {name}"}]
        written = {"counts", "bursts", "campaign", "rate"}
        words["arrivals"] += [{way: coming(draw, way, st.integers(0, 5))} for way in ARRIVALS if way not in written]
    if "retry" in words:
        words["retry"]["patience"] = draw(st.sampled_from(["same", "fresh"]))
    for transfer in words.get("transfers", ()):
        transfer["reason"] = "not ours"
    if "repeat" in words:
        words["repeat"] |= {"at_most": draw(st.integers(0, 3)), "to": {name: 1}}
    if "public" in words:
        words["public"]["after"] = draw(st.sampled_from([1.5, 4]))
    if "listening" in words:
        words["listening"] |= {"triage": draw(seconds(5, 60)), "look": draw(seconds(5, 60))}
    if "cascade" in words:
        words["cascade"]["sentiment"] = {"negative": 1.5, "positive": 0.5}


def of_a_group(draw: Any, group: dict[str, Any]) -> None:
    """Single people, pay, training, rest."""
    group["cost_per_hour"] = draw(st.integers(10, 40))
    for key, value in {
        "speed": draw(st.sampled_from([0.7, 1.4])),
        "paid": {"absence": draw(st.booleans()), "overtime": draw(st.booleans())},
        "unavailable": draw(
            st.sampled_from(["20s", RESTS])
        ),
    }.items():
        if draw(YES):
            group[key] = value
    if "agents" in group and draw(YES):
        group["people"] = [{"name": "Ada", "speed": 1.5, "unavailable": "30s"}]
    if "headcount" not in group and draw(YES):
        group["training"] = [{"start": "08:30", "length": "20 min", "days": "Mon-Fri",
                              "agents": draw(st.integers(1, 2))}]  # fmt: skip
        group["learning"] = {"curve": "2h", "half_life": "30 days", "faster": 0.2, "resolves": 0.2}
    if "shifts" in group and draw(YES):
        group["people"] = [{"name": "Ben", "leave": ["2024-01-02"]}]
    for n, shift in enumerate(group.get("shifts", ())):
        for key, value in {
            "name": f"shift {n}",
            "days": "Mon-Sat",
            "first": START,
            "last": "2024-03-01",
            "leave": ["2024-01-02"],
            "pay": 1.25,
        }.items():
            if draw(YES):
                shift[key] = value
        if draw(st.integers(0, 2)) == 0:
            for key in ("days", "first", "last"):
                shift.pop(key, None)
            shift["dates"] = [START]
        for pause in shift.get("breaks", ()):
            pause["paid"] = draw(st.booleans())
        if draw(st.integers(0, 3)) == 0:
            shift.pop("agents")
            shift["fte"] = draw(st.sampled_from([1.5, 2.0]))
        if shift["length"] != "1h" and draw(YES):
            shift["breaks"] = [{"at": "09:10", "length": "5 min"}]
        if draw(YES):
            shift["also"] = [_other_hours(draw)]


def _other_hours(draw: Any) -> dict[str, Any]:
    """Hours of the same people on the same days, later."""
    hours: dict[str, Any] = {"start": "20:00", "length": "2h"}
    for key, value in {
        "days": "Mon-Sat",
        "first": START,
        "last": "2024-03-01",
        "leave": ["2024-01-02"],
        "pay": 1.25,
        "breaks": [{"after": "30 min", "length": "10 min"}],
    }.items():
        if draw(YES):
            hours[key] = value
    if draw(st.integers(0, 2)) == 0:
        for key in ("days", "first", "last"):
            hours.pop(key, None)
        hours["dates"] = [START]
    return hours


def bounds(draw: Any, low: Any, high: Any) -> dict[str, Any]:
    """A range with one bound or two, which belong to it or do not."""
    least, most = draw(st.sampled_from(["at_least", "above", ""])), draw(st.sampled_from(["at_most", "below", ""]))
    found = {key: value for key, value in ((least, low), (most, high)) if key}
    return found or {"at_least": low}


def of_the_policy(draw: Any, scenario: dict[str, Any], known: bool) -> None:
    """Conditions of every kind, interrupts for all, and what a group's rating allows."""
    policy, types = scenario["policy"], list(scenario["contact_types"])
    policy["description"] = "as generated"
    if "alternatives" not in policy:
        if draw(st.integers(0, 2)) == 2:
            policy["priority"]["order"] = "predicted_wait"
        if draw(YES):
            policy["plans"].setdefault("special", [{}])
            policy["alternatives"] = {"other": draw(rule_books(scenario))}
            policy.setdefault("supervision", []).append(
                {"when": {"time": "08:30-09:10"}, "check": "60s", "do": {"policy": "other"}}
            )
    if draw(YES):  # one rule after the other, and a score
        score = {"score": {part: draw(st.integers(1, 5)) for part in SCORED}}
        rules = [*draw(st.permutations(list(AGENT_RULES))), score]
        policy["plans"]["by turns"] = [
            {"after": f"{15 * n}s", "groups": "any", "agent": rule, "skills": "none"} for n, rule in enumerate(rules)
        ]
        policy["plans"]["by turns"].append({"after": "10 min", "plan": "default", "age": draw(KEPT)})
    if draw(YES):
        policy["mode"] = draw(st.sampled_from(["calm", "crisis"]))
    text = [c for c in scenario["channels"] if c not in ("phone", "chat")]
    if "phone" in scenario["channels"] and text and draw(YES):
        policy["interrupts"] = {"phone": text}
    group = draw(st.sampled_from(list(scenario["groups"])))
    conditions = [
        {"reach": bounds(draw, 10, 1000), "value": bounds(draw, 0, 1)},
        {"waited": bounds(draw, "10s", "20 min")},
        {"queue": bounds(draw, 1, 5)},
        {"expected_wait": bounds(draw, "30s", "10 min")},
        {"service_level": bounds(draw, 0.3, 0.9)},
        {"idle": {"of": group, **bounds(draw, 1, 2)}},
        {"root": draw(st.booleans()), "sentiment": ["negative", "neutral"]},
        {"mode": policy.get("mode", "normal")},
        {"language": "es"} if any("language" in t for t in scenario["contact_types"].values()) else {"trigger": True},
    ]
    campaigns = [
        s["campaign"]["name"] for t in scenario["contact_types"].values() if isinstance(t.get("arrivals"), list)
        for s in t["arrivals"] if "campaign" in s
    ]  # fmt: skip
    if campaigns:
        conditions.append({"campaign": campaigns[0]})
        if policy["priority"].get("order") != "predicted_wait":  # in all rule books, or in none
            policy["priority"] |= {"order": "points", "campaign": {campaigns[0]: 5}}
    rules = policy.setdefault("rules", [])
    policy["priority"].setdefault("order", "points")
    if known:
        conditions += of_customers(draw)
        if policy["priority"].get("order", "points") == "points":
            policy["priority"] |= {"mood": 3, "earlier_issues": 2}
    conditions += [{"all": conditions[:2]}, {"any": conditions[1:4]}, {"not": conditions[2]}]
    for when in conditions if draw(YES) else draw(st.lists(st.sampled_from(conditions), max_size=3)):
        plan = draw(st.sampled_from(list(policy["plans"])))
        rules.append({"name": f"rule {len(rules)}", "when": when, "plan": plan, "add": draw(st.integers(0, 4))})
    if draw(YES):
        watched = draw(st.sampled_from([c for c in conditions if set(c) <= {"queue", "expected_wait", "idle"}]))
        key, inner = next(iter(watched.items()))
        everybody = {key: {"of": "all", **inner}}
        policy.setdefault("supervision", []).append(
            {"name": "crisis", "when": everybody, "check": draw(seconds(30, 300)), "do": {"mode": "crisis"}}
        )
        if campaigns:
            policy["supervision"][-1]["do"]["pause"] = campaigns[:1]
    stages = policy["plans"]["default"]
    if draw(YES) and len(stages) == 1 and "after" not in stages[0]:
        stages.insert(0, {**stages[0], "rating": bounds(draw, 2, 4)})
        stages[1] = {**stages[1], "after": "90s"}
    if draw(YES):
        policy["templates"] = [{"when": draw(st.sampled_from([{"trigger": False}, {"contact_type": types[0]}])),
                                "work": 0.6, "quality": 0.9}]  # fmt: skip


def of_the_public(draw: Any, scenario: dict[str, Any]) -> None:
    """What a brand does about an incident: approvals, holding replies, a statement."""
    policy, types = scenario["policy"], scenario["contact_types"]
    types["checks"] = {"channel": "email", "work": draw(spans(30, 300, True)), "between_agents": True}
    if draw(YES):
        policy["approval"] = [{"when": {"contact_type": "posts"}, "by": "checks", "rejected": draw(SHARE),
                               "rework": 0.5, "at_most": draw(st.integers(0, 3))}]  # fmt: skip
    if draw(YES):
        policy["holding"] = [{"when": {"channel": ["social", "email"]}, "after": draw(seconds(60, 1800)),
                              "promise": "4h", **({"by": "checks"} if draw(YES) else {})}]  # fmt: skip
    if draw(YES):
        of_posts(draw, scenario)
    if draw(YES):
        types["posts"]["private"] = {"probability": draw(SHARE), "to": {"messages": 1}, "delay": "60s"}
    scenario["start"] = START
    scenario["crises"] = [
        {"name": "fire", "at": f"{START} 09:00", "contact_type": "posts", "reach": draw(st.integers(1, 5000)),
         "sentiment": draw(st.sampled_from(["negative", "neutral", "positive"])),
         "attracts": draw(st.integers(1, 60)), "delay": draw(spans(60, 3600, True)),
         **({"words": ["down"]} if "topics" in scenario else {})}
    ]  # fmt: skip
    statement = {"name": "we are sorry", "of": "fire", "after": maybe(draw, spans(60, 3600, True), "10 min"),
                 "closes": draw(SHARE), "spreading": 0.3, "poor": draw(SHARE), "backfire": 5}  # fmt: skip
    policy.setdefault("supervision", []).append(
        {"when": {"queue": {"of": "social", "above": draw(st.integers(0, 5))}}, "check": "60s",
         "do": {"statement": [statement]}}
    )  # fmt: skip


def of_posts(draw: Any, scenario: dict[str, Any]) -> None:
    """What posts say, who answers them elsewhere or in the centre's place, and which are taken down."""
    policy, posts = scenario["policy"], scenario["contact_types"]["posts"]
    repeat = {"probability": draw(SHARE), "delay": draw(spans(60, 7200, True)), "to": {"mails": 1}, "at_most": 2}
    posts |= {
        "needs_answer": {"positive": draw(SHARE), "neutral": 0.7},
        "words": {"refund": 0.3, "late": 0.4},
        "stars": {"negative": {1: 0.6, 2: 0.4}, "neutral": 3, "positive": {4: 1}, "revised": draw(SHARE), "to": 5},
        "community": {"answered": draw(SHARE), "after": draw(spans(60, 7200, True)), "right": 0.7, "repeat": repeat},
    }
    scenario["topics"] = {"delivery": ["late", "refund"], "billing": ["refund"], "outage": ["down"]}
    scenario["contradictions"] = {"probability": 0.6, "shared_history": 0.2, "dissatisfaction": 0.8}
    if draw(YES):
        scenario["contradictions"]["repeat"] = repeat
    policy["replies"] = [
        {"when": {"topic": "billing"}, "to": "mails", "work": 1.2, "quality": 0.9, "seen": draw(SHARE)},
        {"when": {"sentiment": "positive"}},
    ]
    policy["moderation"] = [
        {"when": {"topic": "outage"}, "do": "hide", "noticed": draw(SHARE), "backfire": 0.4},
        {"when": {"stars": bounds(draw, 1, 2), "rating": {"of": "posts", "over": "2h", **bounds(draw, 2, 4)}},
         "do": "delete", "after": draw(seconds(0, 1800)), "by": "checks"},
    ]  # fmt: skip
    praise = {"name": "praise", "when": {"needs_answer": False}, "discard": draw(st.booleans()), "plan": "default"}
    policy["rules"].append(praise)

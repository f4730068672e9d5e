"""Scenarios with customers across channels and the public, generated; see ``strategies`` for the others."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.strategies import maybe, seconds, spans

SHARE = st.sampled_from([0.0, 0.2, 0.5, 1.0])
SOME = st.sampled_from([0.3, 0.7, 1.0])


@st.composite
def social_scenarios(draw: Any, size: float = 1.0, memory: bool = True) -> dict[str, Any]:
    """A day with public posts, mails, messages and calls, and a random choice of what customers do.

    size: the number of contacts, as a part of some hundreds. memory: customers, surveys and reputation too.
    """
    posts: dict[str, Any] = {
        "channel": "social",
        "arrivals": {"counts": {"per": "6h", "values": [round(size * draw(st.integers(1, 30))) for _ in range(4)]}},
        "work": draw(spans(30, 900, True)),
        "patience": draw(spans(300, 7200, True)),
        "reach": {"lognormal": {"median": 200, "sigma": 1.0}},
        "sentiment": {"negative": 0.5, "neutral": 0.25, "positive": 0.25},
        "turns": {"geometric": {"mean": 1.3}},
        "think": draw(spans(60, 1800, True)),
        "cascade": {
            "branching": draw(st.sampled_from([0.1, 0.4])),
            "delay": draw(spans(60, 7200, True)),
            "reach": {"typical": 200, "power": 0.5, "at_most": 1.5},
            "to": {"posts": 0.75, "praise": 0.25},
            "residual": draw(SHARE),
            "closes": draw(SHARE),
            "backfire": draw(st.sampled_from([0.0, 0.4])),
        },
    }
    praise = {"channel": "social", "arrivals": {"rate": "1 per hour"}, "work": "60s"}
    mails: dict[str, Any] = {
        "channel": "email",
        "arrivals": {"rate": f"{size * draw(st.integers(1, 8)):g} per hour"},
        "work": draw(spans(60, 1800, True)),
        "patience": draw(spans(600, 14400, True)),
    }
    messages: dict[str, Any] = {
        "channel": "messaging",
        "arrivals": {"rate": f"{size * draw(st.integers(1, 8)):g} per hour"},
        "work": draw(spans(60, 900, True)),
        "turns": 2,
        "think": draw(spans(60, 900, True)),
    }
    calls: dict[str, Any] = {
        "channel": "phone",
        "arrivals": {"rate": f"{size * draw(st.integers(1, 20)):g} per hour"},
        "work": draw(spans(60, 600, True)),
        "patience": draw(spans(30, 600, True)),
        "retry": {"probability": 0.5, "delay": draw(seconds(60, 1200)), "to": {"calls": 0.5, "posts": 0.5}},
    }
    for entry, blocks in (
        (posts, {"private": {"probability": draw(SOME), "to": {"messages": 1}, "delay": "60s"},
                 "chase": {"to": {"posts": 0.5, "calls": 0.5}, "probability": draw(SOME)},
                 "listening": {"poll": draw(st.sampled_from(["0s", "300s"])), "relevant": 0.8, "recall": 0.8,
                               "false_positives": 0.5, "found_late": {"share": 0.5, "after": "3600s"},
                               "sentiment_accuracy": 0.7, "subject_accuracy": 0.7, "mistaken_for": {"praise": 1}}}),
        (mails, {"chase": {"to": {"mails": 0.5, "calls": 0.5}, "at_most": draw(st.integers(0, 3))},
                 "public": {"to": {"posts": 1}, "long_wait": draw(SOME), "unresolved": draw(SHARE)}}),
        (messages, {"window": draw(seconds(600, 7200)), "bot": {"contains": draw(SHARE), "takes": "30s"}}),
        (calls, {"callback": {"above": draw(seconds(1, 300)), "accepted": draw(SOME)},
                 "public": {"to": {"posts": 1}, "abandoned": draw(SOME), "delay": "60s"},
                 "bot": {"contains": draw(SHARE), "takes": {"exponential": "20s"}}}),
    ):  # fmt: skip
        for name, block in blocks.items():
            if draw(st.booleans()):
                entry[name] = block
        if draw(st.booleans()):
            entry["resolution"] = {"probability": draw(SOME), "skill": 0.5}
            entry["repeat"] = {"probability": draw(SOME), "delay": draw(spans(60, 7200, True))}
    scenario = {
        "contact_types": {"posts": posts, "praise": praise, "mails": mails, "messages": messages, "calls": calls},
        "groups": {
            "first": {"channels": ["phone", "email"], "agents": draw(st.integers(1, 3))},
            "second": {
                "channels": {"social": 1, "messaging": 2, "email": 1},
                "shifts": [{"agents": draw(st.integers(1, 3)), "start": "06:00", "length": "14h"}],
            },
        },
        "policy": {
            "priority": {"like": draw(st.sampled_from(["balanced", "let_down_first", "loudest_first"]))},
            "rules": [{"when": {"prior_contacts": {"at_least": 2}}, "add": 50, "plan": "default"}],
        },
    }  # fmt: skip
    if draw(st.booleans()):
        scenario["channels"] = {
            kind: {"kind": kind, "holds_slot": draw(st.booleans()), "sticky": draw(seconds(0, 900))}
            for kind in ("social", "messaging", "email")
        }
    if draw(st.booleans()):  # stages that widen: the others help after a while, with more points
        scenario["groups"]["first"]["channels"] = {"phone": 1, "email": 2, "social": 1}
        scenario["groups"]["first"]["interrupts"] = {"phone": ["email", "social"]}
        scenario["policy"]["plans"] = {
            "default": [
                {"groups": ["second"], "add": draw(st.integers(0, 5))},
                {"after": draw(seconds(10, 1200)), "groups": ["second", "first"], "add": draw(st.integers(0, 20))},
            ]
        }
    if memory and draw(st.booleans()):
        scenario |= _memory(draw)
    crisis = maybe(draw, st.integers(1, 200))
    if crisis:
        crisis = max(1, round(size * crisis))
        scenario["crises"] = [
            {"name": "fire", "at": "2024-01-01 09:00", "contact_type": "posts", "attracts": crisis}
        ]
    return scenario


def _memory(draw: Any) -> dict[str, Any]:
    """Customers, surveys and reputation, some of them, with everything that they may do."""
    blocks = {
        "customers": {
            "size": draw(st.sampled_from([3, 50, 5000])),
            "tiers": {"standard": {"share": 0.7, "worth": 10}, "gold": {"share": 0.3, "value": 2, "worth": 90}},
            "prefer": {"phone": 0.5, "email": 0.5},
            "heavy": {"share": 0.2, "of_contacts": 0.6},
            "mood": {"weight": draw(SOME), "half_life": "6h", "angrier": draw(SHARE)},
            "again": {"probability": 0.5, "delay": draw(spans(60, 7200, True)), "to": {"mails": 0.5, "posts": 0.5}},
            "churn": {"base": 0.01, "let_down": draw(SOME)},
        },
        "surveys": [
            {"of": ["email", "calls"], "share": draw(SOME), "after": draw(spans(60, 7200, True)), "halo": 0.4,
             "answered": {1: 0.9, 3: 0.2, 5: 0.6}, "follow_up": {"to": "mails", "below": 3.5, "probability": 0.4}},
            {"answered": 0.3},
        ],
        "reputation": {"complaints": draw(SHARE), "demand": 0.1, "mood": 0.5, "weight": 10, "half_life": "3h"},
    }  # fmt: skip
    chosen = {name: block for name, block in blocks.items() if draw(st.booleans())}
    return chosen or blocks

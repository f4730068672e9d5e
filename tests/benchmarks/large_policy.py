"""The large policy: 60 rules over 40 contact types, 60 groups and 2,000 agents."""

from __future__ import annotations

import numpy as np
import yaml

from floorcast.model.compile.assemble import World, assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text

TYPES, GROUPS, AGENTS, RULES = 40, 60, 2000, 60


def large_world() -> World:
    """A day of some 860,000 contacts on three channels; every rule tests attributes, every third the queue."""
    chance = np.random.default_rng(1)
    channels = ["phone", "phone", "email", "chat"]
    types = {
        f"t{k}": {
            "channel": channels[k % 4],
            "skills": [f"s{k % 20}"],
            "arrivals": {"rate": "900 per hour"},
            "work": {"exponential": "3 min"},
            "sentiment": {"negative": 0.3, "neutral": 0.7},
            "reach": {"exponential": 500},
            **({} if channels[k % 4] == "email" else {"patience": {"exponential": "5 min"}}),
        }
        for k in range(TYPES)
    }
    groups = {
        f"g{g}": {
            "skills": [f"s{i}" for i in sorted({int(x) for x in chance.integers(0, 20, 4)} | {g % 20})],
            "channels": ["phone", "email", "chat"],
            "agents": AGENTS // GROUPS + (g >= GROUPS - AGENTS % GROUPS),
        }
        for g in range(GROUPS)
    }
    policy = {
        "priority": {"contact_type": {"t0": 50}, "per_minute": 1},
        "rules": [_rule(r) for r in range(RULES)],
        "plans": {f"p{p}": [{"groups": "any"}, {"after": f"{30 + p}s", "groups": "any", "add": 5}] for p in range(6)},
    }
    text = yaml.safe_dump(
        {"name": "large", "days": 1, "contact_types": types, "groups": groups, "policy": policy}, sort_keys=False
    )
    scenario = load_scenario_text(text, ".", "large.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def _rule(r: int) -> dict[str, object]:
    when: dict[str, object] = {
        "contact_type": list(dict.fromkeys([f"t{r % TYPES}", f"t{r * 7 % TYPES}"])),
        "reach": {"at_least": 100 * (r % 9)},
    }
    if r % 2:
        when["sentiment"] = "negative"
    if r % 3 == 0:
        when["queue"] = {"above": r}
    return {"when": when, "plan": f"p{r % 6}", "add": r}

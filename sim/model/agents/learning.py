"""What agents have learned in training, and forgotten since."""

from __future__ import annotations

import math

from floorcast.model.core.jit import handler


@handler
def knowledge(s, a):
    """The share of what training teaches that agent a knows now: half of it is forgotten in each
    half-life."""
    since = s.centre[0]["now"] - s.agents[a]["learned"]
    return s.agents[a]["knows"] * 2.0 ** (-since / s.groups[s.agents[a]["group"]]["half_life"])


@handler
def learn(s, a, seconds, time):
    """Train agent a at an instant: of what it does not know then, exp(-seconds / curve) stays unknown."""
    agent = s.agents[a]
    group = s.groups[agent["group"]]
    known = agent["knows"] * 2.0 ** (-(time - agent["learned"]) / group["half_life"])
    agent["knows"] = 1.0 - (1.0 - known) * math.exp(-seconds / group["curve"])
    agent["learned"] = time

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
def learn(s, a, seconds):
    """Agent a has been trained: of what it does not know, exp(-seconds / curve) stays unknown."""
    unknown = (1.0 - knowledge(s, a)) * math.exp(-seconds / s.groups[s.agents[a]["group"]]["curve"])
    s.agents[a]["knows"] = 1.0 - unknown
    s.agents[a]["learned"] = s.centre[0]["now"]

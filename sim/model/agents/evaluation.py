"""Quality evaluations: which conversations are picked, and when they are talked over with their agent."""

from __future__ import annotations

import math

from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, two_uniforms_called
from floorcast.model.records.layout import ANY_SENTIMENT, Cause, Outcome


@handler
def is_evaluated(s, a, c):
    """Whether contact c, which agent a has just ended, is evaluated: if the group's rule holds, and the agent has not
    had as many in this period as it may."""
    contact = s.contacts[c]
    group = s.groups[s.agents[a]["group"]]
    if group["evaluation"] < 0 or contact["cause"] >= Cause.APPROVAL or contact["outcome"] != Outcome.HANDLED:
        return False
    if not s.fits[s.agents[a]["group"] * s.centre[0]["types"] + contact["contact_type"]]["evaluated"]:
        return False
    if group["evaluation_sentiment"] != ANY_SENTIMENT and contact["sentiment"] != group["evaluation_sentiment"]:
        return False
    if contact["worked"] + contact["wrapped"] < group["evaluation_longer"]:
        return False
    agent = s.agents[a]
    period = int(s.centre[0]["now"] // group["evaluation_period"])
    if agent["evaluated_in"] != period:
        agent["evaluated_in"] = period
        agent["evaluated"] = 0
    if agent["evaluated"] >= group["evaluation_most"]:
        return False
    u, _ = two_uniforms_called(s, contact["key"], Stream.EVALUATE, 0)
    if u >= group["evaluation_share"]:
        return False
    agent["evaluated"] += 1
    return True


@handler
def feedback_until(s, a):
    """Agent a begins to talk over what is owed to it: until when, after what already keeps it."""
    now = s.centre[0]["now"]
    agent = s.agents[a]
    begin = agent["ready"] if now < agent["ready"] < math.inf else now
    until = begin + agent["owed"] * s.groups[agent["group"]]["feedback"]
    agent["owed"] = 0
    return until

"""Quality evaluations: which conversations are picked, and when they are talked over with their agent."""

from __future__ import annotations

from floorcast.model.agents.learning import learn
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
    """Agent a begins to talk over one of the evaluations owed to it: until when. It has learned from it by then, which
    is before it works again."""
    agent = s.agents[a]
    group = s.groups[agent["group"]]
    agent["owed"] -= 1
    agent["talks"] = s.centre[0]["now"] + group["feedback"]
    learn(s, a, group["teaches"], agent["talks"])
    return agent["talks"]

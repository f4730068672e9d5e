"""Agents who are not available for a while: after a contact, or after an offer they did not take.

After a contact an agent rests for a time drawn from one law while nobody waits that its group may
take, from another while somebody does, and from a third while several do. They are joined at the
hazard: whatever has been rested counts in all, and what is left of the draw (a unit exponential,
used up by the cumulated hazard of the law in force) decides when the agent is back.
"""

from __future__ import annotations

import math

import numpy as np

from floorcast.model.agents.evaluation import feedback_until
from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_or_zero, two_uniforms_called
from floorcast.model.records.layout import Event
from floorcast.model.records.rules import ALL_BARS, Bar

_NEVER_MORE = 1.0 - 1e-12
SEVERAL = 2  # who wait


@handler
def _share_back(s, row, seconds):
    """The share of rests of this law that are over after so many seconds, by bisection."""
    if row < 0 or quantile_or_zero(s, row, _NEVER_MORE) <= seconds:
        return _NEVER_MORE
    low = 0.0
    high = 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        if quantile_or_zero(s, row, middle) <= seconds:
            low = middle
        else:
            high = middle
    return low


@handler
def _until(s, a, time):
    s.agents[a]["barred"] |= Bar.NOT_READY
    s.agents[a]["ready"] = time
    schedule_called(s, time, pack(Event.READY_AGAIN, a, 0))


@handler
def not_ready_until(s, a, time):
    """Give agent a nothing new until then, or until what already bars it is over."""
    if time > s.centre[0]["now"] and time > s.agents[a]["ready"]:
        s.agents[a]["resting"] = 0
        _until(s, a, time)


@handler
def talk_over(s, a):
    """Agent a hears what was found in its conversations, one after the other: at once if it is there and holds nothing,
    else as soon as it is; until then it gets nothing new. Other times without contacts pass meanwhile."""
    agent = s.agents[a]
    if agent["owed"] == 0 or not agent["present"]:
        return
    agent["barred"] |= Bar.TALKS
    if agent["held"] == 0 and agent["working"] < 0 and s.centre[0]["now"] >= agent["talks"]:
        schedule_called(s, feedback_until(s, a), pack(Event.READY_AGAIN, a, 0))


@handler
def _law(s, a, wanted):
    """The distribution of agent a's rest while this many contacts wait."""
    if wanted >= SEVERAL:
        return s.agents[a]["rush"]
    if wanted > 0:
        return s.agents[a]["haste"]
    return s.agents[a]["rest"]


@handler
def rest(s, a, c):
    """Contact c is done: its agent a is not available for a while, if it or the type says so."""
    if s.agents[a]["leaving"]:
        return
    s.agents[a]["rests"] += 1
    key = np.uint64(s.agents[a]["key"])
    u, v = two_uniforms_called(s, key, Stream.REST, s.agents[a]["rests"])
    start = s.centre[0]["now"] + quantile_or_zero(s, s.types[s.contacts[c]["contact_type"]]["rest"], v)
    row = _law(s, a, s.groups[s.agents[a]["group"]]["wanted"])
    time = start + quantile_or_zero(s, row, u)
    if time > s.centre[0]["now"] and time > s.agents[a]["ready"]:
        s.agents[a]["resting"] = 1
        s.agents[a]["rested"] = start
        s.agents[a]["law_since"] = start
        s.agents[a]["left"] = -math.log1p(-u)
        _until(s, a, time)


@handler
def _change_law(s, a, before, after):
    """The number waiting has changed: agent a goes on resting under another distribution."""
    now = s.centre[0]["now"]
    agent = s.agents[a]
    if before == after:
        return
    rested = max(0.0, now - agent["rested"])
    used = math.log1p(-_share_back(s, before, max(0.0, agent["law_since"] - agent["rested"])))
    used -= math.log1p(-_share_back(s, before, rested))
    agent["left"] = max(0.0, agent["left"] - used)
    agent["law_since"] = now
    back = _share_back(s, after, rested)
    time = now
    if back < _NEVER_MORE:
        time = agent["rested"] + quantile_or_zero(s, after, 1.0 - (1.0 - back) * math.exp(-agent["left"]))
    _until(s, a, max(now, agent["rested"], time))


@handler
def waits_for(s, q, change):
    """One contact more (1) or fewer (-1) waits in queue q: update the agents who rest."""
    for i in range(s.queues[q]["link_from"], s.queues[q]["link_to"]):
        group = s.groups[s.links[i]["group"]]
        if not group["hasty"]:
            continue
        before = group["wanted"]
        group["wanted"] = before + change
        if min(before, SEVERAL) == min(group["wanted"], SEVERAL):
            continue
        for a in range(group["first"], group["first"] + group["n"]):
            if s.agents[a]["resting"] and s.agents[a]["ready"] > s.centre[0]["now"]:
                _change_law(s, a, _law(s, a, before), _law(s, a, group["wanted"]))


@handler
def ready_again(s, a, bar):
    """Let the agent get contacts again; False when it is away or something else still bars it."""
    agent = s.agents[a]
    if bar == Bar.NOT_READY:
        now = s.centre[0]["now"]
        if agent["barred"] & Bar.TALKS and now >= agent["talks"]:
            if agent["owed"] == 0:
                agent["barred"] &= ALL_BARS - Bar.TALKS
            talk_over(s, a)
        if now < agent["ready"]:
            return False
        agent["resting"] = 0
    agent["barred"] &= ALL_BARS - bar
    return agent["present"] != 0 and agent["barred"] & Bar.TALKS == 0

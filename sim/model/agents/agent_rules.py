"""What an agent has done so far, and the agent rules that look at it; kept only if some rule does."""

from __future__ import annotations

from floorcast.model.core.jit import called, handler, inlined
from floorcast.model.core.room import unknown
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import AgentRule, Attention


@handler
def track(s, a, seconds):
    """Add a stretch of time to an agent's history."""
    s.agents[a]["staffed"] += seconds
    if s.agents[a]["working"] >= 0 and s.agents[a]["attention"] != Attention.RINGING:
        s.agents[a]["busy"] += seconds


@handler
def credit(s, a, c):
    """Credit agent a with contact c, which it has finished."""
    seconds = s.contacts[c]["worked"] + s.contacts[c]["wrapped"]
    s.agents[a]["handled"] += 1
    s.agents[a]["handle"] += seconds
    if s.centre[0]["efforts"]:
        s.efforts[a * s.centre[0]["types"] + s.contacts[c]["contact_type"]] += seconds


@handler
def _busy(s, a):
    """Seconds of attention and after-contact work until now."""
    agent = s.agents[a]
    if agent["logged_in"] and agent["working"] >= 0 and agent["attention"] != Attention.RINGING:
        # Summed as `staffed` is: who always worked is occupied by exactly 1, and two of them are equals.
        return agent["busy"] + (s.centre[0]["now"] - agent["touched"])
    return agent["busy"]


@handler
def _occupancy(s, a):
    """The share of its time until now that an agent was busy."""
    agent = s.agents[a]
    staffed = agent["staffed"]
    if agent["logged_in"]:
        staffed += s.centre[0]["now"] - agent["touched"]
    return _busy(s, a) / staffed if staffed > 0.0 else 0.0


@handler
def _handle_time(s, a):
    handled = s.agents[a]["handled"]
    return s.agents[a]["handle"] / handled if handled > 0 else 0.0


@handler
def _adjusted_work(s, a, p):
    """The type's part of the agent's work so far, relative to the part it should be."""
    busy = _busy(s, a)
    if busy <= 0.0:
        return 0.0
    k = s.pools[p]["contact_type"]
    return s.efforts[a * s.centre[0]["types"] + k] / busy / s.pools[p]["target"]


@handler
def _score(s, a, p):
    """Points of the agent, negated; idle time counts from when it became available."""
    agent = s.agents[a]
    score = s.scores[s.pools[p]["score"]]
    points = score["skill"] * s.pools[p]["level"]
    points += score["rating"] * s.groups[agent["group"]]["rating"]
    points += score["active"] * agent["held"]
    points -= score["idle"] * agent["since"]
    if score["spare"] != 0.0:
        points += score["spare"] * (s.groups[agent["group"]]["capacity"] - agent["units"])
    if score["occupancy"] != 0.0:
        points += score["occupancy"] * _occupancy(s, a)
    if score["handle_time"] != 0.0:
        points += score["handle_time"] * _handle_time(s, a)
    return -(points + score["handled"] * agent["handled"])


@handler
def _rarer_key(s, a, p, rule):
    if rule == AgentRule.HIGHEST_RATING:
        return -s.groups[s.agents[a]["group"]]["rating"]
    if rule == AgentRule.LEAST_OCCUPIED:
        return _occupancy(s, a)
    if rule == AgentRule.ADJUSTED_WORK:
        return _adjusted_work(s, a, p)
    if rule == AgentRule.SHORTEST_HANDLE_TIME:
        return _handle_time(s, a)
    if rule == AgentRule.FEWEST_HANDLED:
        return float(s.agents[a]["handled"])
    if rule == AgentRule.MOST_HANDLED:
        return -float(s.agents[a]["handled"])
    if rule == AgentRule.LINEAR:
        return float(a)
    if rule == AgentRule.FASTEST:
        return s.agents[a]["pace"]
    if rule == AgentRule.SCORE:
        return _score(s, a, p)
    return unknown(s, Branch.AGENT_RULE, rule)


@inlined
def rule_key(s, a, p, rule):
    """The key of agent a in pool p under a rule, now; lower is chosen first."""
    if rule == AgentRule.LONGEST_IDLE:
        return 0.0 if s.agents[a]["held"] == 0 else 1.0
    if rule == AgentRule.FEWEST_ACTIVE:
        return float(s.agents[a]["held"])
    if rule == AgentRule.MOST_SPARE:
        return s.agents[a]["units"] - s.groups[s.agents[a]["group"]]["capacity"]
    if rule == AgentRule.ROUND_ROBIN:
        return s.agents[a]["assigned"]
    if rule == AgentRule.MOST_SKILLED:
        return -s.pools[p]["level"]
    if rule == AgentRule.LEAST_SKILLED:
        return s.pools[p]["level"]
    return _rarer_key(s, a, p, rule)


rule_key_called = called(rule_key)

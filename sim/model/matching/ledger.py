"""The ledger: seconds of every agent per interval, and the optional event log.

Rows of one interval stand together: those of now fit the cache however many days there are.
"""

from __future__ import annotations

import math

from floorcast.model.agents.agent_rules import track
from floorcast.model.core.jit import called, handler, inlined
from floorcast.model.core.room import spill
from floorcast.model.records.layout import Attention


@inlined
def note(s, kind, contact, agent, other):
    """Append to the event log when it is wanted."""
    if s.centre[0]["logging"]:
        i = s.centre[0]["log"]
        if i >= len(s.log):
            spill(s)
            return
        s.log[i]["time"] = s.centre[0]["now"]
        s.log[i]["kind"] = kind
        s.log[i]["contact"] = contact
        s.log[i]["agent"] = agent
        s.log[i]["other"] = other
        s.centre[0]["log"] = i + 1


@inlined
def _add(s, a, cell, seconds):
    row = s.ledger[cell]
    row["present"] += seconds
    if s.agents[a]["held"] > 0 or s.agents[a]["working"] >= 0:
        if s.agents[a]["working"] >= 0:
            if s.agents[a]["attention"] == Attention.WORK:
                row["working"] += seconds
            elif s.agents[a]["attention"] == Attention.WRAP_UP:
                row["wrapping"] += seconds
        row["held"] += (s.agents[a]["units"] + s.agents[a]["secondary"]) * seconds
    if s.agents[a]["overtime"]:
        s.ledger[cell]["paid"] += seconds
    if s.centre[0]["tracking"]:
        track(s, a, seconds)


@handler
def _spread(s, a):
    """Split the time since the last touch over the intervals it crosses."""
    now = s.centre[0]["now"]
    start = s.agents[a]["touched"]
    cell = s.agents[a]["cell"]
    end = s.agents[a]["cell_end"]
    agents = len(s.agents)
    last = (s.centre[0]["intervals"] - 1) * agents
    while now > end and cell < last:
        _add(s, a, cell, end - start)
        start = end
        cell += agents
        end += s.centre[0]["interval"]
    _add(s, a, cell, now - start)
    s.agents[a]["cell"] = cell
    s.agents[a]["cell_end"] = end


@inlined
def touch(s, a):
    """Write the ledger up to now; call before anything about the agent changes."""
    now = s.centre[0]["now"]
    if s.agents[a]["logged_in"] and now > s.agents[a]["touched"]:
        if now <= s.agents[a]["cell_end"]:
            _add(s, a, s.agents[a]["cell"], now - s.agents[a]["touched"])
        else:
            _spread(s, a)
        s.agents[a]["touched"] = now


touch_called = called(touch)


@handler
def write_whole_intervals(s):
    """At the end of the run, write the intervals that agents completed since they were last touched; by interval,
    as the rows of all agents in one stand together, and those of one agent far apart."""
    n = len(s.agents)
    for i in range(s.centre[0]["intervals"] - 1):
        for a in range(n):
            agent = s.agents[a]
            if agent["logged_in"] and agent["cell"] == i * n + a and agent["cell_end"] < s.centre[0]["horizon"]:
                _add(s, a, agent["cell"], agent["cell_end"] - agent["touched"])
                agent["touched"] = agent["cell_end"]
                agent["cell"] += n
                agent["cell_end"] += s.centre[0]["interval"]


@handler
def was_in_force(s, i):
    """Record by interval how long line i of the supervision has been in force until now."""
    interval = s.centre[0]["interval"]
    n = s.centre[0]["intervals"]
    since = s.triggers[i]["since"]
    now = s.centre[0]["now"]
    first = min(int(math.floor(since / interval)), n - 1)
    last = min(int(math.floor(now / interval)), n - 1)
    s.force[i * n + first]["begins"] += 1
    for k in range(first, last + 1):
        row = s.force[i * n + k]
        row["seconds"] += min(now, (k + 1) * interval) - max(since, k * interval)


@inlined
def open_ledger(s, a):
    """Start the ledger of an agent that has logged in."""
    now = s.centre[0]["now"]
    n = s.centre[0]["intervals"]
    interval = s.centre[0]["interval"]
    i = min(int(math.floor(now / interval)), n - 1)
    s.agents[a]["logged_in"] = 1
    s.agents[a]["touched"] = now
    s.agents[a]["cell"] = i * len(s.agents) + a
    s.agents[a]["cell_end"] = (i + 1) * interval

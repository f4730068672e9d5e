"""The two routing decisions worked out once more, slowly, from the state of the floor at that moment.

Written from the meaning of the rules, not from the model's code: who has room, ranks, the agent rule,
points, proportions. The model itself keeps pools and queues in order and looks at their heads only.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floorcast.clock.standards import agent_key, has_room, refused
from floorcast.model.records.layout import AgentRule
from floorcast.model.records.rules import Among, Choose

if TYPE_CHECKING:
    from floorcast.model.records.state import State


@dataclass(frozen=True)
class AgentOffer:
    """An agent whom a contact may go to. ``key``: what the agent rule looks at, the least is first;
    ``weight``: the same of the proportions between groups, where there are any."""

    agent: int
    rank: int
    key: float
    then: float
    weight: float | None = None


@dataclass(frozen=True)
class Refusal:
    """A group of a stage that takes no part: nobody present, nobody with room, or reserved."""

    group: int
    present: int
    reserve: int  # idle agents it keeps for others, 0 when that is not the reason
    idle: int


@dataclass(frozen=True)
class ContactOffer:
    """A waiting contact that an agent may take. ``value``: of its group's proportions, the least is
    first; None where points decide."""

    contact: int
    queue: int
    rank: int  # -1: it waits for this very agent, or goes before all others
    points: float
    queued: float
    value: float | None = None
    own: bool = False  # it waits for this very agent


def agents_for(s: State, c: int, q: int) -> tuple[list[AgentOffer], list[Refusal]]:
    """Agents that contact c may go to in queue q, the best first, and the groups that do not help.

    Under the random rule those of one rank are in the order of their numbers.
    """
    row = s.queues[q]
    channel, rule, choose = int(row["channel"]), int(row["rule"]), int(row["choose"])
    lines: list[list[AgentOffer]] = []
    refusals: list[Refusal] = []
    for i in range(int(row["link_from"]), int(row["link_to"])):
        link = s.links[i]
        g, p = int(link["group"]), int(link["pool"])
        group = s.groups[g]
        members = range(int(group["first"]), int(group["first"] + group["n"]))
        kept = int(link["reserve"]) > 0 and group["idle"] < link["reserve"]
        able = (
            [] if kept else [a for a in members if has_room(s, a, channel) and not refused(s, c, a, q)]
        )
        if not able:
            reserve = int(link["reserve"]) if kept else 0
            refusals.append(Refusal(g, int(group["present"]), reserve, int(group["idle"])))
            continue
        then = int(s.pools[p]["then"])
        line = []
        for a in able:
            key = 0.0 if rule == AgentRule.RANDOM else agent_key(s, a, p, rule)
            second = float(s.agents[a]["since"]) if then < 0 else agent_key(s, a, p, then)
            second = 0.0 if rule == AgentRule.RANDOM else second
            line.append(AgentOffer(a, int(link["rank"]), key, second, _weight(s, choose, i, a)))
        lines.append(sorted(line, key=lambda o: (o.key, o.then, o.agent)))
    return _merged(lines, _before_agent), refusals


def _weight(s: State, choose: int, link: int, a: int) -> float | None:
    """How far the link's group is from being next by the proportions between groups."""
    if choose == Among.RULE:
        return None
    bias = s.biases[link]
    if choose == Among.IDLE_WEIGHTS:
        return float(-bias["weight"] * (s.centre[0]["now"] - s.agents[a]["since"]))
    assert choose == Among.ALLOCATE, Among(choose).name
    if bias["share"] < 0:
        return math.inf
    share = s.shares[int(bias["share"])]
    return float(share["served"] / share["weight"])


def _before_agent(line: int, offer: AgentOffer) -> tuple[Any, ...]:
    if offer.weight is not None:
        return offer.rank, offer.weight, line
    return offer.rank, offer.key, offer.then, offer.agent


def contacts_for(s: State, a: int, most: int | None = None) -> list[ContactOffer]:
    """Waiting contacts that agent a may take now, the best first; only the ``most`` first of each queue."""
    centre, g = s.centre[0], int(s.agents[a]["group"])
    group, now = s.groups[g], float(centre["now"])
    offers: list[ContactOffer] = []
    if centre["personal"] >= 0:
        n = len(s.channels)
        first = int(centre["personal"]) + a * n
        own = [first + i for i in range(n) if has_room(s, a, i)]
        mine = sorted(
            (float(s.contacts[c]["key1"]), float(s.contacts[c]["key2"]), c, q)
            for q in own
            for c in in_order(s, q, a, None)
        )
        offers = [
            ContactOffer(c, q, -1, 0.0 - key, float(s.contacts[c]["queued"]), own=True)
            for key, _, c, q in mine
        ]
    lines = []
    for serve in s.serves[int(group["serve_from"]) : int(group["serve_to"])]:
        q = int(serve["queue"])
        row = s.queues[q]
        if row["n"] == 0 or not has_room(s, a, int(row["channel"])):
            continue
        if serve["reserve"] > 0 and group["idle"] < serve["reserve"]:
            continue
        gap = float(s.gauges[int(row["gauge"])]["gap"]) if centre["lifting"] else 0.0
        line = []
        for c in in_order(s, q, a, most):
            contact = s.contacts[c]
            points = float(row["slope"] * now - contact["key1"])
            value = _value(s, g, q, contact)
            gap = gap if value is None else 0.0
            queued = float(contact["queued"])
            line.append(ContactOffer(c, q, int(serve["rank"]), points + gap, queued, value))
        lines.append(line)
    return offers + _merged(lines, _before_contact)


def _value(s: State, g: int, q: int, contact: Any) -> float | None:
    """What the group's proportions look at; None where points decide."""
    choose = int(s.groups[g]["choose"])
    if choose == Choose.POINTS:
        return None
    row = s.choices[g * int(s.centre[0]["types"]) + int(s.queues[q]["contact_type"])]
    if choose == Choose.WEIGHTS:
        return float(-row["weight"] * (s.centre[0]["now"] - contact["queued"]))
    if row["share"] < 0:
        return math.inf if choose == Choose.SHARES else 0.0
    share = s.shares[int(row["share"])]
    if choose == Choose.SHARES:
        return float(share["served"] / share["weight"])
    assert choose == Choose.RATIO, Choose(choose).name
    return -float(s.gauges[int(share["gauge"])]["waiting"]) / float(row["weight"])


def _before_contact(line: int, offer: ContactOffer) -> tuple[Any, ...]:
    value = 0.0 if offer.value is None else offer.value
    return offer.rank, value, -offer.points, offer.queued, offer.contact


def _merged(lines: list[Any], before: Any) -> list[Any]:
    """All offers in the order in which they would be chosen: again and again the best of the heads."""
    heads = [(before(i, line[0]), i, 0) for i, line in enumerate(lines) if line]
    heapq.heapify(heads)
    merged = []
    while heads:
        _, i, place = heapq.heappop(heads)
        merged.append(lines[i][place])
        if place + 1 < len(lines[i]):
            heapq.heappush(heads, (before(i, lines[i][place + 1]), i, place + 1))
    return merged


def in_order(s: State, q: int, a: int, most: int | None) -> list[int]:
    """Contacts of a queue that agent a has not refused, the first ones first."""
    rows = s.contacts
    keys = (
        (float(rows[c]["key1"]), float(rows[c]["key2"]), c)
        for c in members(s, q)
        if not refused(s, c, a)
    )
    return [c for _, _, c in (sorted(keys) if most is None else heapq.nsmallest(most, keys))]


def members(s: State, q: int) -> Iterator[int]:
    """Contacts that wait in a queue, in any order."""
    rows, row = s.contacts, s.queues[q]
    c = int(row["first"])
    while c >= 0:
        yield c
        c = int(rows[c]["next"])
    left = [int(row["root"])]
    while left:
        c = left.pop()
        while c >= 0:
            yield c
            left.append(int(rows[c]["child"]))
            c = int(rows[c]["next"])

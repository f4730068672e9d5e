"""The two routing decisions, worked out again in the open: who could have been chosen, in which order."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.model.layout import AgentRule

if TYPE_CHECKING:
    from sim.clock.follow import Follower
    from sim.model.assemble import World


@dataclass(frozen=True, order=True)
class AgentOffer:
    """An agent whom a contact may go to; the least is chosen (but under the random rule)."""

    rank: int
    key: float  # of the agent rule
    since: float
    agent: int


@dataclass(frozen=True)
class Refusal:
    """A group named in a stage that takes no part: nobody present, nobody with room, or reserved."""

    group: int
    present: int
    reserve: int  # idle agents it keeps for others, 0 when that is not the reason


@dataclass(frozen=True)
class ContactOffer:
    """A waiting contact that an agent may take."""

    rank: int  # -1: it waits for this very agent
    points: float
    queued: float
    contact: int
    queue: int

    @property
    def order(self) -> tuple[float, float, float, int]:
        """The least is chosen."""
        return self.rank, -self.points, self.queued, self.contact


def rule_key(floor: Follower, agent: int, rule: int, level: float) -> float:
    """What the agent rule looks at; the least is chosen, then the longest available."""
    group = floor.world.tables["groups"][floor.group_of[agent]]
    if rule == AgentRule.LONGEST_IDLE:
        return 1.0 if floor.held[agent] else 0.0
    if rule == AgentRule.FEWEST_ACTIVE:
        return float(len(floor.held[agent]))
    if rule == AgentRule.MOST_SPARE:
        return floor.weight(agent) - float(group["units"])
    if rule == AgentRule.ROUND_ROBIN:
        return floor.assigned[agent]
    if rule == AgentRule.HIGHEST_RATING:
        return -float(group["rating"])
    return {AgentRule.MOST_SKILLED: -level, AgentRule.LEAST_SKILLED: level}.get(
        AgentRule(rule), 0.0
    )


def agents_for(floor: Follower, queue: int) -> tuple[list[AgentOffer], list[Refusal]]:
    """Agents that a contact in this queue may go to now, best first, and the groups that do not help."""
    world = floor.world
    row = world.routes.queues[queue]
    channel, rule = int(row["channel"]), int(row["rule"])
    offers: list[AgentOffer] = []
    refusals: list[Refusal] = []
    for link in world.routes.links[int(row["link_from"]) : int(row["link_to"])]:
        g, reserve = int(link["group"]), int(link["reserve"])
        first, n = int(world.tables["groups"][g]["first"]), int(world.tables["groups"][g]["n"])
        kept = reserve > 0 and floor.idle[g] < reserve
        able = [] if kept else [a for a in range(first, first + n) if floor.has_room(a, channel)]
        if not able:
            present = sum(floor.present[first : first + n])
            refusals.append(Refusal(g, present, reserve if kept else 0))
        level = float(world.routes.pools[int(link["pool"])]["level"])
        offers += [
            AgentOffer(int(link["rank"]), rule_key(floor, a, rule, level), floor.since[a], a)
            for a in able
        ]
    return sorted(offers), refusals


def contacts_for(floor: Follower, agent: int, now: float, most: int = 3) -> list[ContactOffer]:
    """Waiting contacts that this agent may take now, best first; the ``most`` first of each queue."""
    world = floor.world
    offers: list[ContactOffer] = []
    if world.routes.personal >= 0:
        n = len(world.channel_names)
        first = world.routes.personal + agent * n
        own = [first + i for i in range(n) if floor.has_room(agent, i)]
        waiting = sorted((floor.key(c, q), c, q) for q in own for c in floor.waiting.get(q, ()))
        offers += [ContactOffer(-1, -i, floor.queued(c), c, q) for i, (_, c, q) in enumerate(waiting)]
    group = world.tables["groups"][floor.group_of[agent]]
    for serve in world.routes.serves[int(group["serve_from"]) : int(group["serve_to"])]:
        queue, reserve = int(serve["queue"]), int(serve["reserve"])
        waiting = floor.waiting.get(queue)
        row = world.routes.queues[queue]
        if not waiting or not floor.has_room(agent, int(row["channel"])):
            continue
        if reserve > 0 and floor.idle[floor.group_of[agent]] < reserve:
            continue
        for key in heapq.nsmallest(most, (floor.key(c, queue) for c in waiting)):
            points = float(row["slope"]) * now - key[0]
            offers.append(ContactOffer(int(serve["rank"]), points, key[1], key[2], queue))
    return sorted(offers, key=lambda offer: offer.order)


def rule_of(world: World, contact: Any, now: float) -> str:
    """Name of the routing rule that holds for a contact (a row of ``layout.CONTACT``) now."""
    age = now - float(contact["queued"])
    i = int(world.tables["types"][int(contact["contact_type"])]["entry"])
    while i >= 0:
        test = world.routes.tests[i]
        value = _attribute(contact, int(test["attribute"]), age)
        i = int(test["yes"] if test["low"] <= value < test["high"] else test["no"])
    return world.routes.leaf_rules[~i]


_FIELDS = ("sentiment", "reach", "value", "language", "prior", "trigger", "campaign")


def _attribute(contact: Any, attribute: int, age: float) -> float:
    return age if attribute >= len(_FIELDS) else float(contact[_FIELDS[attribute]])

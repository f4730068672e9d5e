"""A second account of the floor, kept from the log alone, and the two decisions worked out from it.

Covers ranks, reserves, skills, slots, points and every agent rule of a policy.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from floorcast.model.compile.assemble import World
from floorcast.model.records.layout import AgentRule, Log, Outcome
from floorcast.model.records.state import Array

_ARRIVED, _QUEUED, _ACCEPTED, _BEGAN = (
    int(Log.ARRIVED), int(Log.QUEUED), int(Log.ACCEPTED), int(Log.BEGAN),
)  # fmt: skip
_PAUSED, _TURN_DONE, _REPLIED, _RELEASED = (
    int(Log.PAUSED), int(Log.TURN_DONE), int(Log.REPLIED), int(Log.RELEASED),
)  # fmt: skip
_WRAPPING, _CLOSED, _STAGE, _REQUEUED = (
    int(Log.WRAPPING), int(Log.CLOSED), int(Log.STAGE), int(Log.REQUEUED),
)  # fmt: skip
_RISES, _PASSED_ON, _DRAFTED = int(Log.RISES), int(Log.PASSED_ON), int(Log.DRAFTED)
_ON, _OFF, _GONE = int(Log.ON), int(Log.OFF), int(Log.GONE)
_OPENED, _SHUT = int(Log.OPENED), int(Log.SHUT)


class Follower:
    """The floor after the log entries taken so far; agents, contacts and queues by index.

    ``contacts`` are the run's records, final or growing; only their type, instant of arrival and
    points are read.
    """

    def __init__(self, world: World, contacts: Array) -> None:
        agents, tables = len(world.agent_group), world.tables
        self.world = world
        self.group_of: list[int] = [int(g) for g in world.agent_group]
        self.channel_of: list[int] = [int(c) for c in world.type_channel]  # of a contact type
        self.units: list[list[float]] = (
            tables["capacity"]["units"].reshape(-1, len(world.channel_names)).tolist()
        )
        self.see(contacts)
        self.present = [False] * agents
        self.logged_in = [False] * agents
        self.held: list[dict[int, int]] = [{} for _ in range(agents)]  # contact -> channel
        self.ready: list[set[int]] = [set() for _ in range(agents)]  # of those held
        self.working = [-1] * agents  # contact that has the attention, -1 none
        self.wrapping = [False] * agents  # ... for after-contact work
        self.since = [0.0] * agents  # last login or freed slot
        self.assigned = [-1.0] * agents  # last contact accepted
        self.last = [-1] * agents  # contact worked on last
        self.idle = [0] * len(world.group_names)  # present, holding nothing
        self.open = [True] * len(world.channel_names)
        self.queue_of: dict[int, int] = {}  # of contacts that wait
        self.waiting: defaultdict[int, dict[int, None]] = defaultdict(dict)  # queue -> contacts
        self.replied: dict[int, float] = {}  # contacts whose age counts from a reply
        self.server: dict[int, int] = {}  # agent that held a contact last
        self.awarded: dict[int, float] = {}  # points with which a contact began to wait
        # What agents have done so far, in seconds up to `seen` of each.
        self.seen = [0.0] * agents
        self.here = [0.0] * agents
        self.busy = [0.0] * agents
        self.handled = [0] * agents
        self.handle = [0.0] * agents
        self.efforts: list[defaultdict[int, float]] = [defaultdict(float) for _ in range(agents)]  # by contact type
        self.attention: defaultdict[int, float] = defaultdict(float)  # that contacts have had

    def see(self, contacts: Array) -> None:
        """Look at these records from now on (they may have grown)."""
        self.contacts = contacts
        self._type = contacts["contact_type"]
        self._arrived = contacts["arrived"]
        self._points = contacts["points"]

    def channel(self, contact: int) -> int:
        """Channel of a contact."""
        return self.channel_of[self._type[contact]]

    def queued(self, contact: int) -> float:
        """Instant from which a contact's age in the queue counts."""
        replied = self.replied.get(contact)
        return float(self._arrived[contact]) if replied is None else replied

    def points(self, contact: int) -> float:
        """A contact's points but for what waiting and stages add."""
        # Who is taken back by its agent is asked anew, and its record then has other points than it waited with.
        mine = 0 <= self.world.routes.personal <= self.queue_of.get(contact, -1)
        return self.awarded[contact] if mine else float(self._points[contact])

    def key(self, contact: int, queue: int) -> tuple[float, float, int]:
        """A contact's static place in a queue; the least is first."""
        row = self.world.routes.queues[queue]
        queued = self.queued(contact)
        slope, add = float(row["slope"]), float(row["add"])
        return slope * queued - self.points(contact) - add, queued, contact

    def weight(self, agent: int) -> float:
        """Slot units an agent's contacts take."""
        units = self.units[self.group_of[agent]]
        return sum(units[channel] for channel in self.held[agent].values())

    def take(self, time: float, kind: int, contact: int, agent: int, other: int) -> None:
        """Bring the account up to date with one log entry (fields of ``layout.LOG``)."""
        if agent >= 0:
            self._pass(time, agent)
            if kind == _CLOSED and other in (Outcome.HANDLED, Outcome.DISCARDED):
                self.handled[agent] += 1
                self.handle[agent] += self.attention[contact]
                self.efforts[agent][int(self._type[contact])] += self.attention[contact]
        if kind == _QUEUED:
            self.queue_of[contact] = other
            self.awarded[contact] = float(self._points[contact])
            self.waiting[other][contact] = None
        elif kind == _ACCEPTED:
            self._leave_queue(contact)
            self._hold(time, contact, agent)
        elif kind == _BEGAN:
            self.working[agent] = self.last[agent] = contact
            self.ready[agent].discard(contact)
        elif kind == _PAUSED:
            self.working[agent] = -1
            self.ready[agent].add(contact)
        elif kind == _TURN_DONE:
            self.working[agent] = -1
        elif kind == _WRAPPING:
            self.working[agent] = contact
            self.wrapping[agent] = True
        elif kind == _REPLIED:
            self.replied[contact] = time
            if contact in self.held[agent]:
                self.ready[agent].add(contact)
        elif kind == _CLOSED and agent < 0 or kind in (_STAGE, _RISES):
            self._leave_queue(contact)
        elif kind in (_CLOSED, _RELEASED, _REQUEUED, _PASSED_ON, _DRAFTED):
            self._let_go(time, contact, agent)
        elif kind == _ON:
            self.present[agent] = self.logged_in[agent] = True
            self.since[agent] = time
            self.idle[self.group_of[agent]] += not self.held[agent]
        elif kind == _OFF:
            self.present[agent] = False
            self.idle[self.group_of[agent]] -= not self.held[agent]
        elif kind == _GONE:
            self.logged_in[agent] = False
        elif kind in (_OPENED, _SHUT):
            self.open[other] = kind == _OPENED

    def _pass(self, time: float, agent: int) -> None:
        """An agent has gone on as it was until now."""
        seconds = time - self.seen[agent]
        self.seen[agent] = time
        if self.logged_in[agent]:
            self.here[agent] += seconds
            if self.working[agent] >= 0:
                self.busy[agent] += seconds
                self.attention[self.working[agent]] += seconds

    def capacity(self, agent: int) -> float:
        """Slot units that an agent can hold: the total, or else what the scenario's numbers for channels allow."""
        scenario = self.world.scenario
        group = scenario.groups[self.world.group_names[self.group_of[agent]]]
        if group.slots.total is not None:
            return float(group.slots.total)
        beside = group.slots.secondary.channels if group.slots.secondary else ()
        each = [n * group.slots.units.get(c, 1.0) for c, n in group.channels.items() if c not in beside]
        return max(each, default=0.0) if group.one_at_a_time else sum(each)

    def _leave_queue(self, contact: int) -> None:
        queue = self.queue_of.pop(contact, None)
        if queue is not None:
            self.waiting[queue].pop(contact, None)

    def _hold(self, time: float, contact: int, agent: int) -> None:
        if not self.held[agent]:
            self.idle[self.group_of[agent]] -= 1
        self.held[agent][contact] = self.channel(contact)
        self.ready[agent].add(contact)
        self.assigned[agent] = time
        self.server[contact] = agent

    def _let_go(self, time: float, contact: int, agent: int) -> None:
        self.held[agent].pop(contact, None)
        self.ready[agent].discard(contact)
        if self.working[agent] == contact:
            self.working[agent] = -1
        self.wrapping[agent] = False
        self.since[agent] = time
        if not self.held[agent] and self.present[agent]:
            self.idle[self.group_of[agent]] += 1

    # -- what there is room for
    def has_room(self, agent: int, channel: int) -> bool:
        """Whether an agent may be given a contact of this channel now."""
        if not self.present[agent]:
            return False
        group = self.group_of[agent]
        tables = self.world.tables
        row = tables["capacity"][group * len(self.world.channel_names) + channel]
        held = self.held[agent].values()
        if sum(c == channel for c in held) >= row["most"]:
            return False
        if any(int(row["kept_out_by"]) >> c & 1 for c in held):
            return False
        if (
            self.weight(agent) + float(row["units"])
            > float(tables["groups"][group]["units"]) + 1e-9
        ):
            return False
        if tables["channels"][channel]["exclusive"] and self.working[agent] >= 0:
            theirs = self.channel(self.working[agent])
            return not self.wrapping[agent] and bool(int(row["interrupts"]) >> theirs & 1)
        return True


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


def rule_key(floor: Follower, agent: int, rule: int, pool: Any, now: float) -> float:
    """What the agent rule looks at; the least is chosen, then the longest available."""
    floor._pass(now, agent)
    level = float(pool["level"])
    g = floor.group_of[agent]
    group, own = floor.world.tables["groups"][g], floor.world.group_names[g]
    keys: dict[AgentRule, Callable[[], float]] = {
        AgentRule.LONGEST_IDLE: lambda: 1.0 if floor.held[agent] else 0.0,
        AgentRule.FEWEST_ACTIVE: lambda: float(len(floor.held[agent])),
        AgentRule.MOST_SPARE: lambda: floor.weight(agent) - floor.capacity(agent),
        AgentRule.ROUND_ROBIN: lambda: floor.assigned[agent],
        AgentRule.HIGHEST_RATING: lambda: -float(group["rating"]),
        AgentRule.MOST_SKILLED: lambda: -level,
        AgentRule.LEAST_SKILLED: lambda: level,
        AgentRule.LINEAR: lambda: float(agent),
        AgentRule.FASTEST: lambda: 1 / floor.world.scenario.groups[own].speed,
        AgentRule.RANDOM: lambda: 0.0,
        AgentRule.LEAST_OCCUPIED: lambda: floor.busy[agent] / floor.here[agent] if floor.here[agent] > 0 else 0.0,
        AgentRule.ADJUSTED_WORK: lambda: _adjusted(floor, agent, pool),
        AgentRule.SHORTEST_HANDLE_TIME: lambda: floor.handle[agent] / max(1, floor.handled[agent]),
        AgentRule.FEWEST_HANDLED: lambda: float(floor.handled[agent]),
        AgentRule.MOST_HANDLED: lambda: -float(floor.handled[agent]),
    }
    return keys[AgentRule(rule)]()


def _adjusted(floor: Follower, agent: int, pool: Any) -> float:
    """The part of an agent's work spent on the pool's contact type, over the part it should be."""
    done = floor.efforts[agent][int(pool["contact_type"])]
    return done / floor.busy[agent] / float(pool["target"]) if floor.busy[agent] > 0.0 else 0.0


def agents_for(floor: Follower, queue: int, now: float) -> tuple[list[AgentOffer], list[Refusal]]:
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
        pool = world.routes.pools[int(link["pool"])]
        offers += [
            AgentOffer(int(link["rank"]), rule_key(floor, a, rule, pool, now), floor.since[a], a)
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

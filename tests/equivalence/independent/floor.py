"""The floor on SimPy: who waits, who is there, and the two decisions that bring them together.

Written from MODEL.md and the README for clarity alone: whoever waits stands in one plain list, and every
decision looks at all of it, and at all agents. Slow on purpose; right, one hopes.
"""

from __future__ import annotations

import heapq

import simpy

from floorcast.policy.schema.policy import Policy
from floorcast.scenario.schema.scenario import Scenario
from tests.equivalence.independent.agent import Agent
from tests.equivalence.independent.chance import Chance
from tests.equivalence.independent.contact import Contact, State
from tests.equivalence.independent.rulebook import Rulebook

SYNCHRONOUS = ("phone", "chat")


class Clock(simpy.Environment):
    """SimPy's environment with events at given instants, ordered where these are equal."""

    def at(self, time: float, order: int, number: int) -> simpy.Event:
        """An event at an instant."""
        event = simpy.Event(self)
        event._ok, event._value = True, None
        entry = (max(time, self.now), order + number * 1e-9, next(self._eid), event)
        heapq.heappush(self._queue, entry)  # type: ignore[arg-type]
        return event


class Floor:
    """Agents, and the contacts that wait for them."""

    def __init__(self, scenario: Scenario, policy: Policy, seed: int, replication: int) -> None:
        self.scenario, self.rules = scenario, Rulebook(scenario, policy)
        self.chance = Chance(seed, replication)
        self.clock = Clock()
        self.contacts: list[Contact] = []
        self.line: list[Contact] = []  # who waits, in no order
        self.inside = dict.fromkeys(scenario.channel_names, 0)
        self.open = dict.fromkeys(scenario.channel_names, True)
        self.surplus = dict.fromkeys(scenario.group_names, 0)
        self.agents: list[Agent] = []
        for name in scenario.group_names:
            for nth in range(len(scenario.roster(name))):
                self.agents.append(Agent(scenario, policy, len(self.agents), name, nth))

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return float(self.clock.now)

    def stand_in_line(self, c: Contact) -> None:
        """Contact c waits."""
        c.state, c.looked = State.WAITING, self.now
        self.line.append(c)
        c.tell()

    def requeue(self, c: Contact, besides: Agent | None = None) -> None:
        """Back to the queue with its age, as the rules now say; one agent has just had it."""
        self.rules.ask(c, self.now)
        if not self._find_agent(c, besides):
            self.stand_in_line(c)

    def _idle(self, group: str) -> int:
        return sum(a.idle for a in self.agents if a.group_name == group)

    def _takes_part(self, group: str, c: Contact) -> bool:
        """A group helps only while so many of it are idle as the stage reserves."""
        stage = self.rules.stage(c, self.now)
        return stage is not None and self._idle(group) >= stage.reserve.get(group, 0)

    def _find_agent(self, c: Contact, besides: Agent | None = None) -> bool:
        """A contact looks for an agent: best rank of group, then the agent rule."""
        c.looked = self.now
        for rank in self.rules.ranks(c, self.now):
            stage = self.rules.stage(c, self.now)
            assert stage is not None
            rule = str(stage.agent)
            groups = [g for g in rank if self._takes_part(g, c)]
            able = [a for a in self.agents if a.group_name in groups and a is not besides]
            free = [a for a in able if a.has_room(c.channel)]
            if free:
                self._give(min(free, key=lambda a: a.standing(rule, c.kind)), c)
                return True
        return False

    def _give(self, a: Agent, c: Contact) -> None:
        a.hold(c, self.now)
        self.settle(a)

    def _find_contact(self, a: Agent) -> Contact | None:
        """An agent looks for a contact: who waits for this agent alone, then best rank, highest
        points, oldest."""
        room = {name for name in self.scenario.channel_names if a.has_room(name)}
        own = [c for c in self.line if c.wants is a and c.channel in room]
        if own:
            return min(own, key=lambda c: (-c.points, c.queued, c.number))
        found: list[tuple[int, float, float, int, Contact]] = []
        for c in self.line:
            if c.wants is None and c.channel in room:
                for rank, groups in enumerate(self.rules.ranks(c, self.now)):
                    if a.group_name in groups and self._takes_part(a.group_name, c):
                        score = self.rules.score(c, self.now)
                        found.append((rank, -score, c.queued, c.number, c))
        return min(found)[-1] if found else None

    def settle(self, a: Agent) -> None:
        """Whatever an agent can do now, the agent does: take contacts, turn to the best."""
        before = None
        while a.present and (a.working, len(a.held)) != before:
            before = (a.working, len(a.held))
            while (c := self._find_contact(a)) is not None:
                self.line.remove(c)
                if c.wants is a:
                    self.rules.ask(c, self.now)
                a.hold(c, self.now)
            a.attend(self.now, self.rules.score)
        a.attend(self.now, self.rules.score)
        if a.leaving and not a.held and a.working is None:
            a.leaving = False

    def freed(self, a: Agent) -> None:
        """Attention or a slot is free: go home if too many are here, else go on."""
        if a.present and self.surplus[a.group_name] > 0 and a.working is None:
            self.surplus[a.group_name] -= 1
            self._go(a)
            return
        self.settle(a)

    # -- agents come and go

    def _finishes(self, c: Contact) -> bool:
        """Whether a leaving agent finishes such a contact: calls and open chats, unless written."""
        channel = self.scenario.channels[c.channel]
        return (channel.on_leave or ("finish" if channel.kind in SYNCHRONOUS else "")) == "finish"

    def _come(self, a: Agent) -> None:
        if not a.present:
            a.present, a.leaving, a.since = True, False, self.now
            self.settle(a)

    def _go(self, a: Agent) -> None:
        """Calls and open chats are finished, all other open work goes back with its age."""
        if not a.present:
            return
        a.present, a.leaving = False, True
        for c in list(a.held):
            if self._finishes(c):
                continue
            if c.state is State.WORKING and self.scenario.channels[c.channel].on_leave == "requeue":
                a.pause(self.now)
            if c.state is State.THINKING:
                c.state = State.AWAY
                a.let_go(c, self.now)
            elif c.state is State.READY:
                a.let_go(c, self.now)
                self.requeue(c)
        self.settle(a)

    def _heads(self, group: str, heads: int) -> None:
        """A headcount changes: idle agents go at once, then whoever is next to finish what it works on."""
        team = [a for a in self.agents if a.group_name == group]
        change = heads - (sum(a.present for a in team) - self.surplus[group])
        if change > 0:
            stay = min(change, self.surplus[group])
            self.surplus[group] -= stay
            for a in [a for a in team if not a.present][: change - stay]:
                self._come(a)
        fewer = max(0, -change)
        for a in reversed(team):
            if fewer and a.idle:
                self._go(a)
                fewer -= 1
        self.surplus[group] += fewer

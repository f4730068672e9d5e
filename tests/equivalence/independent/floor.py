"""The floor on SimPy: who waits, who is there, and the two decisions that bring them together.

Written from MODEL.md and the documentation for clarity alone: whoever waits stands in one plain list, and every
decision looks at all of it, and at all agents. Slow on purpose; right, one hopes.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

import simpy

from floorcast.policy.schema.playbook import Template
from floorcast.policy.schema.policy import Policy
from floorcast.scenario.catalogue.channel_kinds import SYNCHRONOUS
from floorcast.scenario.schema.scenario import Scenario
from tests.equivalence.independent.agent import Agent
from tests.equivalence.independent.chance import Chance
from tests.equivalence.independent.contact import Contact, State
from tests.equivalence.independent.roster import key_of_agent
from tests.equivalence.independent.rulebook import Rulebook
from tests.equivalence.independent.watch import Watch

# What happens at equal instants happens in this order, then by number; all above SimPy's own.
TIMETABLE, WORK, WRAP, REPLY, RELEASE, STAGE, RETRY, PATIENCE, OFFER_OVER = range(2, 11)
READY_AGAIN, PICK, SUPERVISE, ANEW, OVERDUE, HAND_BACK, LOOK_AROUND = range(11, 18)
LOOKED, EVALUATED, TALKED_OVER, ARRIVAL = 26, 27, 28, 99


class Clock(simpy.Environment):
    """SimPy's environment with events at given instants, ordered where these are equal."""

    def at(self, time: float, order: int, number: int) -> simpy.Event:
        """An event at an instant."""
        event = simpy.Event(self)
        event._ok, event._value = True, None
        entry = (max(time, self.now), order + number * 1e-9, next(self._eid), event)
        heapq.heappush(self._queue, entry)  # type: ignore[arg-type]
        return event

    def then(self, order: int, number: int, do: Callable[[], None], time: float = 0.0) -> None:
        """Do something at an instant, at the earliest once what is being done is done."""
        self.at(time, order, number).callbacks.append(lambda _: do())  # type: ignore[union-attr]


class Floor:
    """Agents, and the contacts that wait for them."""

    def __init__(self, scenario: Scenario, policy: Policy, seed: int, replication: int) -> None:
        self.scenario, self.policy = scenario, policy
        self.rules = Rulebook(scenario, policy, self)
        self.chance = Chance(seed, replication)
        self.clock: Any = Clock()
        self.contacts: list[Contact] = []
        self.inside = dict.fromkeys(scenario.channel_names, 0)
        self.open = dict.fromkeys(scenario.channel_names, True)
        self.surplus = dict.fromkeys(scenario.group_names, 0)
        self.looking: set[str] = set()  # groups that are to look around
        self.agents: list[Agent] = []
        for name in scenario.group_names:
            for nth in range(len(scenario.roster(name))):
                number = len(self.agents)
                a = Agent(scenario, policy, self.chance, number, name, nth, self.noted)
                a.key = key_of_agent(scenario, name, nth)
                a.template_of = self._template_of
                self.agents.append(a)
        sizes = {g: sum(a.group_name == g for a in self.agents) for g in scenario.group_names}
        self.watch = Watch(scenario, sizes, lambda time, number, do: self.clock.then(OVERDUE, number, do, time))
        self.line = self.watch.line  # who waits, in no order

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return float(self.clock.now)

    # -- what conditions look at

    def waiting(self, of: str) -> int:
        """Contacts that wait."""
        return self.watch.waiting(of)

    def expected_wait(self, of: str) -> float:
        """Seconds that who comes now has to expect."""
        return self.watch.expected_wait(of, self.now)

    def service_level(self, of: str, over: float) -> float:
        """The share in time over the last so many seconds."""
        return self.watch.service_level(of, over, self.now)

    def idle(self, group: str) -> int:
        """Agents who are there and hold nothing."""
        return sum(a.idle for a in self.agents if a.group_name == group)

    def noted(self, c: Contact, instant: str) -> None:
        """A contact has been accepted, answered, ..."""
        self.watch.reached(c, instant, self.now)

    def _template_of(self, c: Contact) -> Template | None:
        """What it is answered from, as work on it begins."""
        return next((one for one in self.policy.templates if self.rules.holds(one.when, c, self.now)), None)

    # -- the line

    def stand_in_line(self, c: Contact) -> None:
        """Contact c waits."""
        self.watch.begins(c)
        c.state, c.looked = State.WAITING, self.now
        self.line.append(c)
        c.tell()

    def out_of_line(self, c: Contact) -> None:
        """Contact c waits no longer, or looks around."""
        self.line.remove(c)

    def look(self, c: Contact) -> None:
        """Which stage has the contact reached? It counts as waiting while it looks."""
        self.watch.looking.append(c)
        self.rules.look(c, self.now)
        self.watch.looking.remove(c)

    def elders_look(self, c: Contact, stage: int) -> None:
        """A condition has come true for contact c: those of its type before it in the same stage look first."""
        while True:
            peers = [d for d in self.line if d.wants is None and d.kind == c.kind and d.plan is c.plan]
            same = [d for d in peers if (d.path[-1] if d.path else -1) == stage]
            if not same:
                return
            elder = min(same, key=lambda d: (*self.rules.place(d, self.now), d.queued, d.number))
            if elder is c or not self.rules.would_move(elder, self.now):
                return
            self.look_again(elder)

    def look_again(self, c: Contact, stage_begins: bool = True) -> None:
        """Who waits looks for an agent again, as the policy says of its age now. Where only a group's delay is
        over, no stage begins: the rules are not asked."""
        self.out_of_line(c)
        if c.wants is not None or (stage_begins and "stages" in self.policy.evaluate):
            c.wants = None
            self.rules.ask(c, self.now)
        if self._find_agent(c):
            self.watch.answered(c, self.now)
        else:
            self.stand_in_line(c)

    def requeue(self, c: Contact, besides: Agent | None = None) -> None:
        """Back to the queue with its age, as the rules now say; one agent has just had it."""
        if "requeue" in self.policy.evaluate or c.kind != c.ruled or c.book is not self.rules.book:
            self.rules.ask(c, self.now)
        elif c.queued == self.now:  # its age starts again, and its plan with it
            c.path, c.base = [], []
        if besides is not None:
            besides.aside = True
        if not self._find_agent(c):
            self.stand_in_line(c)
        if besides is not None:
            besides.aside = False

    def _takes_part(self, group: str, c: Contact) -> bool:
        """A group helps only while so many of it are idle as the stage reserves."""
        stage = self.rules.stage(c)
        return stage is not None and self.idle(group) >= stage.reserve.get(group, 0)

    # -- offers that were not taken

    def all_have_declined(self, c: Contact) -> bool:
        """Whether everybody present who may take it did not: then all are considered again."""
        groups = [g for rank in self.rules.ranks(c, self.now) for g in rank]
        able = [a for a in self.agents if a.group_name in groups and a.present and c.channel not in a.shut]
        return bool(able) and all(a in c.refused for a in able)

    def _passes_by(self, c: Contact, a: Agent) -> bool:
        return a in c.refused and (c.wants is not None or not self.all_have_declined(c))

    # -- a contact looks for an agent

    def best_agent(self, c: Contact) -> Agent | None:
        """Best rank of group, then the agent rule, of those who have not declined."""
        again = self.all_have_declined(c)
        for rank in self.rules.ranks(c, self.now):
            stage = self.rules.stage(c)
            assert stage is not None
            groups = [g for g in rank if self._takes_part(g, c)]
            able = [a for a in self.agents if a.group_name in groups and (again or a not in c.refused)]
            free = [a for a in able if a.has_room(c.channel)]
            if free:
                rules = (stage.agent,) if isinstance(stage.agent, str) else stage.agent
                return min(free, key=lambda a: a.standing(tuple(rules), c.kind))  # type: ignore[arg-type]
        return None

    def _find_agent(self, c: Contact) -> bool:
        """A contact looks for an agent; one who picks will look at the list."""
        self.look(c)
        a = self.best_agent(c)
        if a is None:
            return False
        if a.group_name in self.policy.pull:
            self._begin_to_pick(a)
            return False
        self.give(a, c)
        return True

    def give(self, a: Agent, c: Contact) -> None:
        """An agent is given a contact."""
        self.handle(a, self.take(a, c))

    def handle(self, a: Agent, interrupted: bool) -> None:
        """An agent has something more in hand: no reason to look for further contacts, unless what was broken
        off let others in."""
        if interrupted:
            self.settle(a)
        else:
            a.attend(self.now, self.rules.place)

    def take(self, a: Agent, c: Contact) -> bool:
        """A contact is in an agent's hands, or rings there; whether it took the attention from another."""
        raise NotImplementedError

    # -- an agent looks for a contact

    def _find_contact(self, a: Agent) -> Contact | None:
        """Who waits for this agent alone, then best rank, class, points, age."""
        room = {name for name in self.scenario.channel_names if a.has_room(name)}
        line = [c for c in self.line if c.channel in room and not self._passes_by(c, a)]
        own = [c for c in line if c.wants is a]
        if own:
            return min(own, key=lambda c: (*self._alone(c), c.queued, c.number))
        found: list[tuple[float, ...]] = []
        for c in line:
            if c.wants is None:
                for rank, groups in enumerate(self.rules.ranks(c, self.now)):
                    if a.group_name in groups and self._takes_part(a.group_name, c):
                        served = self.rules.served_at(a.group_name, rank, c)
                        place = self.rules.place(c, self.now)
                        found.append((served, *place, c.queued, c.number))
        return self.contacts[int(min(found)[-1])] if found else None

    def _alone(self, c: Contact) -> tuple[float, float]:
        """The order of those who wait for one agent: class and points, as the rules last gave them."""
        number = self.rules.book.priority.class_of(c.kind, c.channel)
        if c.rule is not None and c.rule.class_ is not None:
            number = c.rule.class_
        return (float("inf") if number is None else number), -c.points

    def take_next(self, a: Agent) -> bool:
        """An agent takes the next contact in line, if there is one."""
        c = self._find_contact(a)
        if c is None:
            return False
        self.out_of_line(c)
        if c.wants is a:
            self.rules.ask(c, self.now)
            self.look(c)
        self.watch.answered(c, self.now)
        self.take(a, c)
        return True

    def settle(self, a: Agent) -> None:
        """Whatever an agent can do now, the agent does: take contacts, turn to the best."""
        before = None
        while a.present and (a.working, len(a.held)) != before:
            before = (a.working, len(a.held))
            if a.group_name in self.policy.pull:
                self._look_at_list(a)
            else:
                while self.take_next(a):
                    pass
            a.attend(self.now, self.rules.place)
        a.attend(self.now, self.rules.place)
        if a.leaving and not a.held and a.working is None:
            a.leaving = False

    def _look_at_list(self, a: Agent) -> None:
        if self._find_contact(a) is not None:
            self._begin_to_pick(a)

    def _begin_to_pick(self, a: Agent) -> None:
        raise NotImplementedError

    def freed(self, a: Agent) -> None:
        """Attention or a slot is free: go home if too many are here, else go on."""
        if a.present and self.surplus[a.group_name] > 0 and a.working is None:
            self.surplus[a.group_name] -= 1
            a.present, a.leaving = False, True
            if a.held or self.policy.offers or self.policy.returning:  # once all else of this instant is done
                self.clock.then(HAND_BACK, a.number, lambda: self._hand_back(a))
            else:
                self._hand_back(a)
            return
        self.settle(a)

    def let_go(self, a: Agent, c: Contact) -> None:
        """The slot of a contact is free again."""
        a.let_go(c, self.now)
        self._one_more_idle(a)

    def _one_more_idle(self, a: Agent) -> None:
        """Where a stage reserves idle agents, those who are look around once this one has looked."""
        if a.idle and a.group_name not in self.looking:
            there = self.idle(a.group_name)
            if any(self._reserved(c, a.group_name) == there for c in self.line):
                self.looking.add(a.group_name)
                place = self.scenario.group_names.index(a.group_name)
                self.clock.then(LOOK_AROUND, place, lambda: self._look_around(a.group_name))

    def _reserved(self, c: Contact, group: str) -> int:
        """How many idle agents of a group a contact's stage reserves."""
        stage = self.rules.stage(c)
        named = any(group in rank for rank in self.rules.ranks(c, self.now))
        return stage.reserve.get(group, 0) if stage is not None and named and c.wants is None else 0

    def _look_around(self, group: str) -> None:
        self.looking.discard(group)
        waited = None
        while waited != len(self.line):
            waited = len(self.line)
            found: list[tuple[float, ...]] = []
            for c in self.line:
                for rank, groups in enumerate(self.rules.ranks(c, self.now)):
                    if group in groups and 0 < self._reserved(c, group) <= self.idle(group):
                        if self.best_agent(c) is not None:
                            served = self.rules.served_at(group, rank, c)
                            found.append((served, *self.rules.place(c, self.now), c.queued, c.number))
            if found:
                a = self.best_agent(self.contacts[int(min(found)[-1])])
                assert a is not None
                self.settle(a)

    # -- agents come and go

    def _finishes(self, c: Contact) -> bool:
        """Whether a leaving agent finishes such a contact: calls and open chats, unless written."""
        channel = self.scenario.channels[c.channel]
        return (channel.on_leave or ("finish" if channel.kind in SYNCHRONOUS else "")) == "finish"

    def _come(self, a: Agent) -> None:
        if not a.present:
            a.present, a.leaving, a.since = True, False, self.now
            self._one_more_idle(a)
            self.settle(a)

    def _go(self, a: Agent) -> None:
        """Calls and open chats are finished, all other open work goes back with its age."""
        if not a.present:
            return
        a.present, a.leaving = False, True
        self._hand_back(a)

    def _hand_back(self, a: Agent) -> None:
        """What a leaving agent holds it finishes or hands back, unless it was called back by now."""
        if a.present or not a.leaving:
            return
        for c in list(a.held):
            if c.state is State.RINGING:
                self.withdraw(c)
                self.requeue(c)
                continue
            if self._finishes(c):
                continue
            if c.state is State.WORKING and self.scenario.channels[c.channel].on_leave == "requeue":
                a.pause(self.now)
            if c.state is State.THINKING:
                c.state = State.AWAY
                self.let_go(a, c)
            elif c.state is State.READY:
                self.let_go(a, c)
                self.requeue(c)
        a.attend(self.now, self.rules.place)
        if self.policy.offers or self.policy.returning:  # who is left may be all who declined
            for b in self.agents:
                if b.idle:
                    self.settle(b)
        self.settle(a)

    def withdraw(self, c: Contact) -> Agent:
        """A contact rings no longer; its agent is free."""
        a = c.agent
        assert a is not None
        if a.working is c:
            a.working = None
        c.state = State.COMING
        self.let_go(a, c)
        c.tell()
        return a

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

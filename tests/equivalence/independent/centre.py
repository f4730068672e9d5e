"""The contact centre on SimPy: a process for every contact, and one for every source and the timetable.

Written from MODEL.md and the README for clarity alone: whoever waits stands in one plain list, and every
decision looks at all of it, and at all agents. Slow on purpose; right, one hopes.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Generator, Iterator
from typing import Any

import simpy

from sim.model.layout import Cause, Outcome
from sim.model.layout_social import Flag
from sim.model.random import Stream
from sim.policy.schema import Policy
from sim.scenario.schema import Scenario
from tests.equivalence.independent.agent import Agent
from tests.equivalence.independent.chance import Chance, value
from tests.equivalence.independent.contact import NEVER, Contact, State, born
from tests.equivalence.independent.demand import Arrival, sources
from tests.equivalence.independent.roster import Change, timetable
from tests.equivalence.independent.rulebook import Rulebook

Life = Generator[simpy.Event, Any, None]
SYNCHRONOUS = ("phone", "chat")
# What happens at equal instants happens in this order, then by number; all above SimPy's own.
TIMETABLE, WORK, WRAP, REPLY, RELEASE, STAGE, RETRY, PATIENCE = range(2, 10)
ARRIVAL = 99


class Clock(simpy.Environment):
    """SimPy's environment with events at given instants, ordered where these are equal."""

    def at(self, time: float, order: int, number: int) -> simpy.Event:
        """An event at an instant."""
        event = simpy.Event(self)
        event._ok, event._value = True, None
        entry = (max(time, self.now), order + number * 1e-9, next(self._eid), event)
        heapq.heappush(self._queue, entry)  # type: ignore[arg-type]
        return event


class Centre:
    """One replication of a scenario under a policy; ``contacts`` are its records."""

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
                self.agents.append(Agent(scenario, len(self.agents), name, nth))

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return float(self.clock.now)

    def run(self) -> list[Contact]:
        """Simulate to the horizon."""
        self.clock.process(self._timetable(timetable(self.scenario, self.chance)))
        for i, source in enumerate(sources(self.scenario, self.chance)):
            self.clock.process(self._source(source, i))
        self.clock.run(until=math.nextafter(self.scenario.horizon, math.inf))
        return self.contacts

    # -- customers

    def _source(self, arrivals: Iterator[Arrival], number: int) -> Life:
        for arrival in arrivals:
            yield self.clock.at(arrival.time, ARRIVAL, number)
            if not self._comes(arrival):
                continue
            c = self.birth(arrival.kind, arrival.key, Cause.SOURCE)
            c.campaign = arrival.campaign
            if arrival.age is not None:
                c.cause = Cause.BACKLOG
                c.arrived = c.queued = -arrival.age
            if arrival.crisis is not None:
                c.sentiment = ("negative", "neutral", "positive").index(arrival.crisis.sentiment) - 1
                c.reach = c.reach if arrival.crisis.reach is None else arrival.crisis.reach
            self.clock.process(self.life(c, arrival))

    def birth(self, kind: str, key: int, cause: Cause, parent: Contact | None = None) -> Contact:
        """A new contact at this instant."""
        number = len(self.contacts)
        c = born(self.scenario, self.chance, number, kind, key, cause, self.now, parent)
        self.contacts.append(c)
        return c

    def life(self, c: Contact, arrival: Arrival | None = None) -> Life:
        """A contact from its arrival to its end: it waits, is worked on, its customer thinks."""
        yield from self._way_in(c, arrival)
        if c.state is State.COMING:
            self._arrive(c)
        while c.state is not State.CLOSED:
            if c.state is State.WAITING:
                yield from self._wait(c)
            elif c.state is State.READY:
                yield self._news(c)
            elif c.state is State.WORKING:
                yield self._news(c) | self.clock.at(c.finish, WORK, c.number)
                if c.state is State.WORKING and c.finish <= self.now:
                    self._turn_is_done(c)
            elif c.state is State.WRAPPING:
                yield self.clock.at(c.finish, WRAP, c.number)
                self._wrapped_up(c)
            else:
                yield from self._think(c)

    def _news(self, c: Contact) -> simpy.Event:
        c.news = self.clock.event()
        return c.news

    def _wait(self, c: Contact) -> Life:
        """In line: until an agent takes the contact, the customer gives up or a stage begins."""
        stage = c.wants_until if c.wants else self.rules.next_stage(c, self.now)
        until = [self._news(c)]
        if stage < NEVER:
            until.append(self.clock.at(stage, STAGE, c.number))
        if c.gives_up < NEVER:
            until.append(self.clock.at(c.gives_up, PATIENCE, c.number))
        yield simpy.AnyOf(self.clock, until)
        if c.state is not State.WAITING:
            return
        if self.now >= stage:
            self._next_stage(c)
        elif self.now >= c.gives_up:
            self._give_up(c)

    def _think(self, c: Contact) -> Life:
        """The customer thinks, holding the slot for a while or not at all."""
        keeps = self.scenario.channels[c.channel].slot_kept_for
        release = self.now + keeps
        if c.state is State.THINKING and release < c.reply_at:
            yield self.clock.at(release, RELEASE, c.number)
            if c.state is State.THINKING:
                self._release(c)
        yield self.clock.at(c.reply_at, REPLY, c.number)
        self._reply(c)

    def _retry(self, c: Contact) -> Life:
        """Who gave up or met a full line may come again."""
        retry = self.scenario.contact_types[c.kind].retry
        if retry is None or c.attempt >= retry.at_most:
            return
        u, v = self.chance.two(c.key, Stream.RETRY)
        if u >= retry.probability:
            return
        yield from self._follow(c, Cause.RETRY, value(retry.delay, v), retry.to)

    # -- the way in and out of the line

    def _arrive(self, c: Contact) -> None:
        channel = self.scenario.channels[c.channel]
        if not self.open[c.channel] and channel.closed == "turned_away":
            return self._refuse(c, Outcome.TURNED_AWAY)
        if channel.lines is not None and self.inside[c.channel] >= channel.lines:
            return self._refuse(c, Outcome.BLOCKED)
        self.rules.ask(c, self.now)
        if self.rules.discards(c.rule):
            return self._refuse(c, Outcome.DISCARDED)
        self.inside[c.channel] += 1
        if self._find_agent(c):
            return self._admitted(c)
        waiting = sum(d.channel == c.channel for d in self.line)
        if channel.queue_limit is not None and waiting >= channel.queue_limit:
            self.inside[c.channel] -= 1
            return self._refuse(c, Outcome.BLOCKED)
        self._waits(c)
        if channel.kind in SYNCHRONOUS:
            c.gives_up = self.now + c.patience
        self._admitted(c)
        return self.stand_in_line(c)

    def _refuse(self, c: Contact, outcome: Outcome) -> None:
        c.state, c.outcome, c.ended = State.CLOSED, outcome, self.now
        if outcome is Outcome.BLOCKED:
            self.clock.process(self._retry(c))

    def stand_in_line(self, c: Contact) -> None:
        """Contact c waits."""
        c.state = State.WAITING
        self.line.append(c)
        c.tell()

    def leave(self, c: Contact, outcome: Outcome) -> None:
        """The customer is done with the contact."""
        c.outcome, c.ended = outcome, self.now
        self.inside[c.channel] -= 1

    def _give_up(self, c: Contact) -> None:
        self.line.remove(c)
        self.leave(c, Outcome.ABANDONED)
        c.state = State.CLOSED
        self._gave_up(c)
        self.clock.process(self._retry(c))

    def _next_stage(self, c: Contact) -> None:
        self.line.remove(c)
        if c.wants is not None:  # its own agent had no time: anybody may take it now
            c.wants = None
            self.rules.ask(c, self.now)
        if not self._find_agent(c):
            self.stand_in_line(c)

    def requeue(self, c: Contact, besides: Agent | None = None) -> None:
        """Back to the queue with its age, as the rules now say; one agent has just had it."""
        self.rules.ask(c, self.now)
        if not self._find_agent(c, besides):
            self.stand_in_line(c)

    # -- the two decisions

    def _idle(self, group: str) -> int:
        return sum(a.idle for a in self.agents if a.group_name == group)

    def _takes_part(self, group: str, c: Contact) -> bool:
        """A group helps only while so many of it are idle as the stage reserves."""
        stage = self.rules.stage(c, self.now)
        return stage is not None and self._idle(group) >= stage.reserve.get(group, 0)

    def _find_agent(self, c: Contact, besides: Agent | None = None) -> bool:
        """A contact looks for an agent: best rank of group, then the agent rule."""
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
        own = [c for c in self.line if c.wants is a and a.has_room(c.channel)]
        if own:
            return min(own, key=lambda c: (-c.points, c.queued, c.number))
        found: list[tuple[int, float, float, int, Contact]] = []
        for c in self.line:
            if c.wants is None and a.has_room(c.channel):
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
        if a.present and self.surplus[a.group_name] > 0 and not a.held and a.working is None:
            self.surplus[a.group_name] -= 1
            a.present = False
            return
        self.settle(a)

    # -- turns

    def _turn_is_done(self, c: Contact) -> None:
        a = c.agent
        assert a is not None
        if c.flags & Flag.GLANCE:
            return self._looked(c)
        c.worked += self.now - c.began
        c.turn += 1
        if math.isnan(c.first_response):
            c.first_response = self.now
            self._first_answer(c)
        elif not math.isnan(c.replied):
            c.reply_wait += self.now - c.replied
            c.replies += 1
        words = self.scenario.contact_types[c.kind]
        if c.turn < c.turns:
            return self._customer_thinks(a, c)
        self._concluded(c)
        self.leave(c, Outcome.HANDLED)
        wrap_up = value(words.after_contact_work, self.chance.two(c.key, Stream.WRAP_UP)[0])
        if wrap_up > 0.0:
            c.state, c.began, c.finish = State.WRAPPING, self.now, self.now + wrap_up
            return None
        return self._shut(a, c)

    def _customer_thinks(self, a: Agent, c: Contact) -> None:
        words, channel = self.scenario.contact_types[c.kind], self.scenario.channels[c.channel]
        u, v = self.chance.two(c.key, Stream.TURN, c.turn)
        c.work_left, c.started = value(words.work, u), False
        c.reply_at = self.now + value(words.think, v)
        a.working = None
        if channel.slot_kept_for > 0 and (not a.leaving or self._finishes(c)):
            c.state = State.THINKING
        else:
            c.state = State.AWAY
            a.let_go(c, self.now)
        self.freed(a)

    def _wrapped_up(self, c: Contact) -> None:
        assert c.agent is not None
        c.wrapped += self.now - c.began
        self._shut(c.agent, c)

    def _shut(self, a: Agent, c: Contact) -> None:
        c.state = State.CLOSED
        a.working = None
        a.let_go(c, self.now)
        self.freed(a)

    def _release(self, c: Contact) -> None:
        assert c.agent is not None
        c.state = State.AWAY
        c.agent.let_go(c, self.now)
        self.freed(c.agent)

    def _reply(self, c: Contact) -> None:
        """The customer has answered: the same agent if possible, for a while."""
        a = c.agent
        assert a is not None
        c.replied = c.queued = self.now
        self._replied(c)
        self.rules.ask(c, self.now)
        if c.state is State.THINKING:
            c.state = State.READY
            a.claim(c, self.now)
            self.settle(a)
            return
        sticky = self.scenario.channels[c.channel].sticky
        if sticky > 0 and a.present:
            if a.has_room(c.channel):
                self._give(a, c)
            else:
                c.wants, c.wants_until = a, self.now + sticky
                self.stand_in_line(c)
        elif not self._find_agent(c):
            self.stand_in_line(c)

    # -- agents come and go

    def _finishes(self, c: Contact) -> bool:
        """Whether a leaving agent finishes such a contact: calls and open chats, unless written."""
        channel = self.scenario.channels[c.channel]
        return (channel.on_leave or ("finish" if channel.kind in SYNCHRONOUS else "")) == "finish"

    def _timetable(self, changes: list[Change]) -> Life:
        for n, change in enumerate(changes):
            if change.time > 0.0:
                yield self.clock.at(change.time, TIMETABLE, n)
            if change.what == "1 open" or change.what == "2 close":
                self.open[self.scenario.channel_names[change.who]] = change.what == "1 open"
            elif change.what == "3 off":
                self._go(self.agents[change.who])
            elif change.what == "4 on":
                self._come(self.agents[change.who])
            else:
                self._heads(self.scenario.group_names[change.who], change.heads)

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
        """A headcount changes: idle agents go at once, others when they have finished."""
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
        if self._one_at_a_time(group):
            self.surplus[group] += fewer
            return
        for a in reversed(team):
            if fewer and a.present:
                self._go(a)
                fewer -= 1

    def _one_at_a_time(self, group: str) -> bool:
        """Agents who hold a single contact: whoever finishes first is the one to go."""
        words = self.scenario.groups[group]
        probe = next(a for a in self.agents if a.group_name == group)
        return all(most == 1 for most in words.channels.values()) and all(
            probe.apart(one, other)
            for one in words.channels
            for other in words.channels
            if one != other
        )

    # -- what customers do beyond waiting and thinking: see ``society``

    def _comes(self, arrival: Arrival) -> bool:
        raise NotImplementedError

    def _way_in(self, c: Contact, arrival: Arrival | None) -> Life:
        raise NotImplementedError

    def _follow(self, parent: Contact, cause: Cause, delay: float, to: dict[str, float]) -> Life:
        raise NotImplementedError

    def _hook(self, c: Contact) -> None:
        raise NotImplementedError

    _waits = _admitted = _replied = _looked = _first_answer = _concluded = _gave_up = _hook

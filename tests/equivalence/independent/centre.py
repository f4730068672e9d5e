"""The contact centre on SimPy: a process for every contact, and one for every source and the timetable."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import simpy

from floorcast.model.core.random import Stream
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag
from tests.equivalence.independent.agent import Agent
from tests.equivalence.independent.chance import value
from tests.equivalence.independent.contact import NEVER, Contact, State, born
from tests.equivalence.independent.demand import Arrival, sources
from tests.equivalence.independent.floor import SYNCHRONOUS, Floor
from tests.equivalence.independent.roster import Change, timetable

Life = Generator[simpy.Event, Any, None]
# What happens at equal instants happens in this order, then by number; all above SimPy's own.
TIMETABLE, WORK, WRAP, REPLY, RELEASE, STAGE, RETRY, PATIENCE = range(2, 10)
LOOKED, ARRIVAL = 26, 99


class Centre(Floor):
    """One replication of a scenario under a policy; ``contacts`` are its records."""

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
                if arrival.crisis.reach is not None:
                    c.reach = float(np.float32(arrival.crisis.reach))
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
                order = LOOKED if c.flags & Flag.GLANCE else WORK
                yield self._news(c) | self.clock.at(c.finish, order, c.number)
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
        stage = c.wants_until if c.wants else self.rules.next_stage(c)
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
        c.heard = self.now
        if not self.open[c.channel] and channel.closed == "turned_away":
            return self._refuse(c, Outcome.TURNED_AWAY)
        if channel.lines is not None and self.inside[c.channel] >= channel.lines:
            return self._refuse(c, Outcome.BLOCKED)
        self.rules.ask(c, self.now)
        if self.rules.discards(c.rule):
            self._admitted(c)
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
            if self.scenario.channels[c.channel].release == "status":  # the slot is free already
                a.let_go(c, self.now)
                self.settle(a)
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
        if c in a.held:
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

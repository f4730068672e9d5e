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
from floorcast.scenario.catalogue.channel_kinds import SYNCHRONOUS
from floorcast.scenario.schema.social import Consult, Transfer
from tests.equivalence.independent.agent import Agent
from tests.equivalence.independent.chance import stretched, value
from tests.equivalence.independent.contact import NEVER, Contact, State, born
from tests.equivalence.independent.demand import Arrival, sources
from tests.equivalence.independent.floor import (
    ARRIVAL,
    LOOKED,
    PATIENCE,
    RELEASE,
    REPLY,
    STAGE,
    TIMETABLE,
    WORK,
    WRAP,
)
from tests.equivalence.independent.judged import Judged
from tests.equivalence.independent.roster import Change, timetable

Life = Generator[simpy.Event, Any, None]


class Centre(Judged):
    """One replication of a scenario under a policy; ``contacts`` are its records."""

    def run(self) -> list[Contact]:
        """Simulate to the horizon."""
        self.supervise()
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
            elif c.state is State.RINGING:
                yield from self.rings(c)
            elif c.state is State.ASKING:
                yield from self.asks(c)
            elif c.state is State.WORKING:
                order = LOOKED if c.flags & Flag.TRIAGE else WORK
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
        stage = c.wants_until if c.wants else self.rules.next_look(c)
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
        if c.cause >= Cause.APPROVAL:
            return
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
        if c.channel in self.closed or (not self.open[c.channel] and channel.closed == "turned_away"):
            return self._refuse(c, Outcome.TURNED_AWAY)
        if channel.lines is not None and self.inside[c.channel] >= channel.lines:
            return self._refuse(c, Outcome.BLOCKED)
        self.rules.ask(c, self.now)
        if self.rules.discards(c.rule):
            self._admitted(c)
            return self._refuse(c, Outcome.DISCARDED)
        self._let_elders_look(c)
        self.inside[c.channel] += 1
        self.watch.comes(c, self.now)
        if channel.kind in SYNCHRONOUS:
            c.gives_up = self.now + c.patience
        if self.to_known_agent(c) or self._find_agent(c):
            return self._admitted(c)
        waiting = sum(d.channel == c.channel for d in self.line)
        if channel.queue_limit is not None and waiting >= channel.queue_limit:
            self.inside[c.channel] -= 1
            c.timed = "over"  # it never was in the centre
            self.watch.forget(c)
            return self._refuse(c, Outcome.BLOCKED)
        self._waits(c)
        if channel.kind in SYNCHRONOUS:
            c.gives_up = self.now + c.patience
        self._admitted(c)
        return self.stand_in_line(c)

    def _let_elders_look(self, c: Contact) -> None:
        """Who finds on arrival that a stage with a condition has begun lets those look first who wait."""
        plan = c.plan
        base = 0 if plan[0].when is None and plan[0].after == 0 else -1
        if base + 1 >= len(plan) or plan[base + 1].when is None:
            return
        self.look(c)
        stage = self.rules.stage(c)
        if stage is not None and stage.when is not None and c.plan is plan:
            self.watch.looking.append(c)
            self.elders_look(c, base)
            self.watch.looking.remove(c)
        c.plan, c.path, c.base = plan, [], []

    def _refuse(self, c: Contact, outcome: Outcome) -> None:
        c.state, c.outcome, c.ended = State.CLOSED, outcome, self.now
        if outcome is Outcome.BLOCKED:
            self.clock.process(self._retry(c))
        self.has_been_asked(c)

    def leave(self, c: Contact, outcome: Outcome) -> None:
        """The customer is done with the contact."""
        c.outcome, c.ended = outcome, self.now
        self.inside[c.channel] -= 1
        self.noted(c, "resolved" if outcome is Outcome.HANDLED else "left")
        self.has_been_asked(c)
        self.has_been_judged(c)
        if outcome is Outcome.HANDLED:
            self.knows(c)

    def _give_up(self, c: Contact) -> None:
        self.out_of_line(c)
        self._abandons(c)

    def _abandons(self, c: Contact) -> None:
        self.leave(c, Outcome.ABANDONED)
        c.state = State.CLOSED
        self._gave_up(c)
        self.clock.process(self._retry(c))

    def _next_stage(self, c: Contact) -> None:
        """It is time to look again: a stage begins, or a condition is looked at."""
        if c.wants is None and not self._due(c):
            if not self.rules.would_move(c, self.now):
                c.looked = self.now
                return
            self.elders_look(c, c.path[-1] if c.path else -1)
            if c not in self.line:
                return
            if not self.rules.would_move(c, self.now):
                c.looked = self.now
                return
            return self.look_again(c)
        return self.look_again(c, c.wants is not None or self._stage_is_due(c))

    def _stage_is_due(self, c: Contact) -> bool:
        """Whether age alone begins a stage."""
        at = c.path[-1] if c.path else -1
        return any(self.now >= c.queued + s.after for s in c.plan[at + 1 :] if s.when is None)

    def _due(self, c: Contact) -> bool:
        """Whether age alone brings it on: a stage without a condition, or a group's delay."""
        return self._stage_is_due(c) or any(self.now >= t for t in self.rules.delays(c))

    # -- turns

    def _turn_is_done(self, c: Contact) -> None:
        a = c.agent
        assert a is not None
        if isinstance(c.leads, Transfer):
            return self.pass_on(c, c.leads)
        if isinstance(c.leads, Consult):
            return self.ask_a_colleague(c, c.leads)
        if c.flags & Flag.TRIAGE:
            return self._looked(c)
        c.worked += self.now - c.began
        c.turn += 1
        if math.isnan(c.first_response):
            c.first_response = self.now
            self.noted(c, "first_response")
            if c.cause < Cause.APPROVAL:
                self._first_answer(c)
        elif not math.isnan(c.replied):
            c.reply_wait += self.now - c.replied
            c.replies += 1
        words = self.scenario.contact_types[c.kind]
        if c.turn < c.turns:
            return self._customer_thinks(a, c)
        if c.cause < Cause.APPROVAL:
            self._concluded(c)
        else:
            c.resolved = 1
        self.leave(c, Outcome.HANDLED)
        wrap_up = value(words.after_contact_work, self.chance.two(c.key, Stream.WRAP_UP)[0])
        if wrap_up > 0.0:
            c.state, c.began, c.finish = State.WRAPPING, self.now, self.now + wrap_up
            if self.scenario.channels[c.channel].release == "status":  # the slot is free already
                self.let_go(a, c)
                self.settle(a)
            return None
        return self._shut(a, c)

    def _customer_thinks(self, a: Agent, c: Contact) -> None:
        words, channel = self.scenario.contact_types[c.kind], self.scenario.channels[c.channel]
        u, v = self.chance.two(c.key, Stream.TURN, c.turn)
        c.work_left, c.started = value(words.work, u) * stretched(self.scenario.work_steps(c.kind), self.now), False
        c.reply_at = self.now + value(words.think, v)
        a.working = None
        if channel.slot_kept_for > 0 and (not a.leaving or self._finishes(c)):
            c.state = State.THINKING
        else:
            c.state = State.AWAY
            self.let_go(a, c)
        self.freed(a)

    def _wrapped_up(self, c: Contact) -> None:
        assert c.agent is not None
        c.wrapped += self.now - c.began
        self._shut(c.agent, c)

    def _shut(self, a: Agent, c: Contact) -> None:
        c.state = State.CLOSED
        a.working = None
        if c in a.held:
            self.let_go(a, c)
        self.is_over(c)
        self.freed(a)

    def _release(self, c: Contact) -> None:
        assert c.agent is not None
        c.state = State.AWAY
        self.let_go(c.agent, c)
        self.freed(c.agent)

    def _reply(self, c: Contact) -> None:
        """The customer has answered: the same agent if possible, for a while."""
        a = c.agent
        assert a is not None
        c.replied = c.queued = self.now
        self._replied(c)
        if c.state is State.THINKING:
            self.rules.ask(c, self.now)
            self.look(c)
            c.state = State.READY
            self.handle(a, a.claim(c, self.now))
            return
        sticky = self.scenario.channels[c.channel].sticky
        if sticky > 0 and a.present:
            self.rules.ask(c, self.now)
            if a.has_room(c.channel):
                self.look(c)
                self.give(a, c)
            else:
                c.wants, c.wants_until = a, self.now + sticky
                self.stand_in_line(c)
        else:
            self.requeue(c)

    def _timetable(self, changes: list[Change]) -> Life:
        for n, change in enumerate(changes):
            if change.time > 0.0:
                yield self.clock.at(change.time, TIMETABLE, n)
            if change.what == "0 taught":
                self.agents[change.who].learns(change.taught, self.now)
            elif change.what == "1 open" or change.what == "2 close":
                self.open[self.scenario.channel_names[change.who]] = change.what == "1 open"
            elif change.what == "3 off":
                a = self.agents[change.who]
                if change.done and self.stays(a.group_name):
                    a.staying = a.staying or a.present
                else:
                    self._go(a)
            elif change.what == "4 on":
                self.agents[change.who].staying = False
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

"""From hand to hand: offers that ring, agents who pick, contacts passed on, questions, the agent one knows."""

from __future__ import annotations

import math
from typing import Any

from floorcast.model.core.random import Stream
from floorcast.model.records.layout import Cause
from floorcast.scenario.schema.social import Consult, Transfer
from tests.equivalence.independent.agent import Agent
from tests.equivalence.independent.chance import choice, stretched, value
from tests.equivalence.independent.contact import NEVER, Contact, State
from tests.equivalence.independent.floor import OFFER_OVER, PATIENCE, PICK, READY_AGAIN, WORK
from tests.equivalence.independent.supervision import Supervised

_REMEMBERED = 6


class Hands(Supervised):
    """A floor on which contacts ring, are picked, are passed on and come back."""

    # -- offers

    def take(self, a: Agent, c: Contact) -> bool:
        """A contact is in an agent's hands, or rings there; whether it took the attention from another."""
        a.hold(c, self.now)
        offer = self.policy.offers.get(c.channel)
        if offer is None:
            return a.accept(c, self.now)
        c.offers += 1
        u, v = self.chance.two(c.key, Stream.OFFER, c.offers)
        answer = value(offer.answer, u)
        c.response = "late" if answer >= offer.time_out else "declined" if v < offer.declined else "taken"
        a.ring(c, self.now, min(answer, offer.time_out))
        return False

    def rings(self, c: Contact) -> Any:
        """Until the agent answers, or does not, or the customer hangs up."""
        nth = c.offers
        until = [self._news(c), self.clock.at(c.rings_until, OFFER_OVER, c.number)]
        if c.gives_up < NEVER:
            until.append(self.clock.at(c.gives_up, PATIENCE, c.number))
        yield self.clock.any_of(until)
        if c.state is not State.RINGING or c.offers != nth:
            return
        if c.gives_up <= self.now:
            a = self.withdraw(c)
            c.agent = None
            self._abandons(c)
            self.freed(a)
        elif c.rings_until <= self.now:
            if c.response == "taken":
                assert c.agent is not None
                self.handle(c.agent, c.agent.accept(c, self.now))
            else:
                self._not_taken(c)

    def _not_taken(self, c: Contact) -> None:
        """The contact looks for another agent, then this one for another contact."""
        offer = self.policy.offers[c.channel]
        a = self.withdraw(c)
        if not offer.again:
            if a in c.refused:  # all had declined: a new round
                c.refused.clear()
            c.refused = [*c.refused, a][-_REMEMBERED:]
        rest = offer.after_decline if c.response == "declined" else offer.after_time_out
        if rest > 0 and not a.leaving:
            self._not_ready_until(a, self.now + rest)
        if offer.age == "reset":
            c.queued = self.now
        self.requeue(c, besides=a)
        self.freed(a)

    def _not_ready_until(self, a: Agent, time: float) -> None:
        if time > a.ready_at:
            a.resting, a.ready_at = True, time
            self.clock.then(READY_AGAIN, a.number, lambda: self._ready_again(a), time)

    def _ready_again(self, a: Agent) -> None:
        if a.resting and self.now >= a.ready_at:
            a.resting = False
            if a.present:
                self.settle(a)

    # -- picking

    def _begin_to_pick(self, a: Agent) -> None:
        if a.picking:
            return
        a.picking = True
        a.picks += 1
        u, _ = self.chance.two(a.key, Stream.PICK, a.picks)
        time = self.now + value(self.policy.pull[a.group_name], u)
        self.clock.then(PICK, a.number, lambda: self._picks(a), time)

    def _picks(self, a: Agent) -> None:
        a.picking = False
        if a.present:
            self.take_next(a)
            self.settle(a)

    # -- on to somebody else

    def pass_on(self, c: Contact, transfer: Transfer) -> None:
        """It goes on as another contact type, looking for an agent."""
        a = c.agent
        assert a is not None
        c.worked += self.now - c.began
        _, v = self.chance.two(c.key, Stream.TURN_OUTCOME, 2 * c.transfers + 1)
        self.becomes(c, choice(transfer.to, v))
        c.transfers, c.leads, c.started = c.transfers + 1, None, False
        u, _ = self.chance.two(c.key, Stream.AFRESH, c.transfers)
        c.work_left = value(self.scenario.contact_types[c.kind].work, u)
        c.work_left *= stretched(self.scenario.work_steps(c.kind), self.now)
        if transfer.clock == "reset":
            c.queued = self.now
        a.working = None
        c.state = State.COMING
        self.let_go(a, c)
        self.requeue(c, besides=a)
        self.freed(a)

    def becomes(self, c: Contact, kind: str) -> None:
        """It turns out to be about something else, whose acceptable waiting time holds from now on."""
        c.kind = c.meant = kind
        if c.timed == "runs":
            self.watch.forget(c)
            self.watch.comes(c, self.now)

    def ask_a_colleague(self, c: Contact, consult: Consult) -> None:
        """The agent's attention stays with c until the question is answered."""
        c.leads, c.state = None, State.ASKING
        key = self.chance.child(c.key, Stream.ASKED, c.transfers)
        asked = self.birth(consult.with_, key, Cause.CONSULT, c)
        asked.root = c.root
        self.clock.process(self.life(asked))

    def asks(self, c: Contact) -> Any:
        """Until the colleague is done."""
        yield self._news(c)
        if c.state is State.ASKING:
            yield self.clock.at(self.now, WORK, c.number)
            self._turn_is_done(c)

    def has_been_asked(self, c: Contact) -> None:
        """If the contact stood for a question, who asked goes on."""
        if c.cause is Cause.CONSULT and c.parent is not None and c.parent.state is State.ASKING:
            c.parent.tell()

    # -- back to the agent whom the customer knows

    def knows(self, c: Contact) -> None:
        """The agent who had the issue last."""
        if c.cause < Cause.APPROVAL:
            c.issue.known, c.issue.known_since = c.agent, self.now

    def to_known_agent(self, c: Contact) -> bool:
        """Who comes back goes to the agent who had the issue last, or waits a while for that agent alone."""
        back, a = self.policy.returning, c.issue.known
        if back is None or c.parent is None or c.cause >= Cause.APPROVAL or a is None:
            return False
        if math.isnan(c.issue.known_since) or self.now - c.issue.known_since > back.within:
            return False
        if not a.present or c.channel not in a.group.channels or c.channel in a.shut:
            return False
        if a.has_room(c.channel):
            self.look(c)
            self.give(a, c)
            return True
        if back.wait <= 0:
            return False
        c.wants, c.wants_until = a, self.now + back.wait
        self.stand_in_line(c)
        return True

    # -- what the centre does with contacts: see ``centre``

    def _hook(self, *_: Any) -> Any:
        raise NotImplementedError

    _news = _abandons = _turn_is_done = birth = life = _hook

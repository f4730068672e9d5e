"""Quality evaluations: conversations are picked by rule, a supervisor judges them, their agent talks them over."""

from __future__ import annotations

import math
from typing import Any

from floorcast.model.core.random import Stream
from floorcast.model.records.layout import Cause
from tests.equivalence.independent.agent import Agent
from tests.equivalence.independent.chance import value
from tests.equivalence.independent.contact import Contact
from tests.equivalence.independent.floor import EVALUATED, READY_AGAIN, TALKED_OVER
from tests.equivalence.independent.hands import Hands

_FEELS = {"negative": -1, "neutral": 0, "positive": 1}


class Judged(Hands):
    """A floor on which somebody listens to conversations."""

    def may_be_judged(self, c: Contact) -> None:
        """The conversation has ended: the rule picks it, or does not."""
        a = c.agent
        if a is None or a.group.evaluation is None or c.cause >= Cause.APPROVAL:
            return
        rule = a.group.evaluation
        period = math.floor(self.now / rule.period)
        if not rule.looks_at(c.kind, c.channel) or c.worked + c.wrapped < rule.longer_than:
            return
        if rule.sentiment is not None and c.sentiment != _FEELS[rule.sentiment]:
            return
        if self.chance.two(c.key, Stream.EVALUATE)[0] >= rule.share or a.evaluated.count(period) >= rule.at_most:
            return
        a.evaluated.append(period)
        self.clock.then(EVALUATED, c.number, lambda: self._is_judged(c, rule.by))

    def _is_judged(self, c: Contact, by: str) -> None:
        key = self.chance.child(c.key, Stream.EVALUATE, 1)
        judging = self.birth(by, key, Cause.EVALUATION, c)
        judging.attempt, judging.root = 0, None
        self.clock.process(self.life(judging))

    def has_been_judged(self, c: Contact) -> None:
        """If the contact stood for an evaluation, the agent who had the conversation hears of it."""
        if c.cause is Cause.EVALUATION and c.parent is not None and c.parent.agent is not None:
            a = c.parent.agent
            self.clock.then(TALKED_OVER, c.parent.number, lambda: self._hears_of_it(a))

    def _hears_of_it(self, a: Agent) -> None:
        rule = a.group.evaluation
        assert rule is not None
        if rule.feedback > 0:
            a.to_talk_over += 1
            self.talk_over(a)
        else:
            a.learns(rule.teaches, self.now)

    def talk_over(self, a: Agent) -> None:
        """As soon as it holds nothing, an agent who is there talks an evaluation over."""
        if a.to_talk_over and not a.talking and a.present and not a.held and a.working is None:
            rule = a.group.evaluation
            assert rule is not None
            a.talking = True
            self.clock.then(READY_AGAIN, a.number, lambda: self._talked_over(a), self.now + rule.feedback)

    def _talked_over(self, a: Agent) -> None:
        rule = a.group.evaluation
        assert rule is not None
        a.talking = False
        a.to_talk_over -= 1
        a.learns(rule.teaches, self.now)
        self.talk_over(a)
        if a.present:
            self.settle(a)

    def is_over(self, c: Contact) -> None:
        """Its agent is not available for a while; and the conversation may be judged."""
        self.rests(c)
        self.may_be_judged(c)

    def rests(self, c: Contact) -> None:
        """Who has done a contact gets nothing new for a while, noise that was looked at included."""
        a = c.agent
        assert a is not None
        law = self.scenario.contact_types[c.kind].unavailable
        if not a.leaving and not (law.is_zero and (a.unavailable is None or a.unavailable.is_zero)):
            a.rests += 1
            u, v = self.chance.two(a.key, Stream.REST, a.rests)
            own = value(law, v) + value(a.unavailable, u)
            if own > 0:
                self._not_ready_until(a, self.now + own)

    def freed(self, a: Agent) -> None:
        """Attention or a slot is free: time to talk things over, if nothing is left in hand."""
        self.talk_over(a)
        super().freed(a)

    def _come(self, a: Agent) -> None:
        was = a.present
        super()._come(a)
        if not was:
            self.talk_over(a)

    def _hook(self, *_: Any) -> Any:
        raise NotImplementedError

    birth = life = _hook

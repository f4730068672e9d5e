"""Customers across channels and the public: issues and incidents, listening and bots, on top of the centre."""

from __future__ import annotations

import math
from itertools import count

from floorcast.model.core.random import Stream
from floorcast.model.records.layout import Cause, Outcome
from floorcast.model.records.social import Flag
from floorcast.scenario.schema.demand import ContactType
from tests.equivalence.independent.centre import Centre, Life
from tests.equivalence.independent.chance import choice, stretched, value
from tests.equivalence.independent.contact import NEVER, Contact, State
from tests.equivalence.independent.demand import Arrival
from tests.equivalence.independent.floor import PATIENCE, RETRY

FOLLOW, POST, BACKFIRE, HEARD, OUTCRY, WINDOW = range(20, 26)
AFTER_WAIT, AFTER_GIVING_UP = 20, 21  # occasions of going public, beside an unresolved answer


class Society(Centre):
    """A centre whose customers chase, come back, go public and attract others."""

    def _words(self, c: Contact) -> ContactType:
        """What the customer meant, whatever the classifier takes the contact for."""
        return self.scenario.contact_types[c.meant]

    # -- on the way in

    def _comes(self, arrival: Arrival) -> bool:
        """Irrelevant mentions that are not passed on are no contacts."""
        hears = self.scenario.contact_types[arrival.kind].listening
        if hears is None or arrival.crisis:
            return True
        u, v = self.chance.two(arrival.key, Stream.HEAR)
        return u < hears.relevant or v < hears.false_positives

    def _way_in(self, c: Contact, arrival: Arrival | None) -> Life:
        """Incident, listening and bots, before the contact reaches the centre."""
        words = self._words(c)
        if c.cause >= Cause.APPROVAL:
            c.true_sentiment = c.sentiment
            return None
        crisis = arrival.crisis if arrival else None
        hears = words.listening
        u, v = self.chance.two(c.key, Stream.HEAR)
        noise = bool(hears and arrival and not crisis and u >= hears.relevant)
        if words.cascade is not None and not noise:
            c.root = c.root or c
            mass = self._attraction(c) if crisis is None or crisis.attracts is None else crisis.attracts
            c.kernel = crisis.delay if crisis and crisis.delay else words.cascade.delay
            self.clock.process(self._attract(c, mass))
            c.root.unseen.append(c)
        c.true_sentiment = c.sentiment
        time = self.now
        if hears is not None:
            if not noise:
                self._starts_to_wait(c, words)
            time = self._hear(c, noise, bool(crisis) or v < hears.recall)
            if time == NEVER:
                return self._never_seen(c, Outcome.LOST)
        contained = False
        if words.bot is not None:
            u, v = self.chance.two(c.key, Stream.BOT)
            contained = u < words.bot.contains
            time += value(words.bot.takes, v)
        if time <= self.now and not contained:
            return None
        yield self.clock.at(time, HEARD, c.number)
        if c.state is State.CLOSED:
            return None  # another's answer has done for it
        if contained:
            self._settle(c, 1)
            return self._never_seen(c, Outcome.CONTAINED)
        c.queued = self.now
        if words.bot is not None and hears is None:
            c.arrived = self.now
        return None

    def _never_seen(self, c: Contact, outcome: Outcome) -> None:
        c.state, c.outcome, c.ended = State.CLOSED, outcome, self.now

    def _hear(self, c: Contact, noise: bool, passed: bool) -> float:
        """When a mention is captured, and what the classifier makes of it."""
        hears = self._words(c).listening
        assert hears is not None
        time = math.ceil(self.now / hears.poll) * hears.poll if hears.poll > 0 else self.now
        glance, _ = self.chance.two(c.key, Stream.TRIAGE)
        if noise:
            c.flags |= Flag.NOISE | Flag.TRIAGE
            c.work_left, c.turns, c.patience = value(hears.triage, glance), 1, NEVER
            return time
        if not passed:
            c.flags |= Flag.MISSED
            u, v = self.chance.two(c.key, Stream.HEAR, 2)
            if hears.found_late is None or u >= hears.found_late.share:
                return NEVER
            time += value(hears.found_late.after, v)
        u, v = self.chance.two(c.key, Stream.HEAR, 1)
        wrong = 1.0 - hears.sentiment_accuracy
        if u >= hears.sentiment_accuracy:
            c.flags |= Flag.MISREAD
            others = [s for s in (-1, 0, 1) if s != c.sentiment]
            c.sentiment = others[(u - hears.sentiment_accuracy) >= 0.5 * wrong]
        if v >= hears.subject_accuracy and hears.mistaken_for:
            c.flags |= Flag.MISROUTED | Flag.TRIAGE
            c.work_left = value(hears.look, glance)
            share = (v - hears.subject_accuracy) / (1.0 - hears.subject_accuracy)
            c.kind = choice(hears.mistaken_for, share)
        return time

    def _looked(self, c: Contact) -> None:
        """A short look was enough: noise, or another queue's."""
        a = c.agent
        assert a is not None
        c.worked += self.now - c.began
        c.flags &= ~Flag.TRIAGE
        c.accepted = c.answered = math.nan
        a.working = None
        self.let_go(a, c)
        if c.flags & Flag.NOISE:
            self.leave(c, Outcome.DISCARDED)
            c.state = State.CLOSED
            self.rests(c)
        else:
            self.becomes(c, c.meant)
            c.work_left = value(self._words(c).work, self.chance.two(c.key, Stream.CREATION)[1])
            c.work_left *= stretched(self.scenario.work_steps(c.kind), self.now)
            c.started, c.transfers, c.state = False, c.transfers + 1, State.COMING
            self.requeue(c, besides=a)
        self.freed(a)

    # -- while a contact is unanswered

    def _starts_to_wait(self, c: Contact, words: ContactType) -> None:
        """The customer's clocks run from the arrival, whether the contact waits in line, in a slot or unheard."""
        if words.chase is not None and c.patience < NEVER:
            self.clock.process(self._chase(c, max(0.0, c.arrived) + c.patience))
        if words.public is not None and words.public.long_wait > 0:
            if self.chance.two(c.key, Stream.FOLLOW, AFTER_WAIT)[0] < words.public.long_wait:
                long = words.public.after * self.scenario.expectation(c.meant)
                self.clock.process(self._outcry(c, c.arrived + long))

    def _admitted(self, c: Contact) -> None:
        """The contact is in the centre, or ignored there."""
        if c.flags & Flag.NOISE or c.cause >= Cause.APPROVAL:
            return
        words = self._words(c)
        if words.listening is None:
            self._starts_to_wait(c, words)
        if words.window is not None:
            self.clock.process(self._window(c, c.arrived + words.window))

    def _waits(self, c: Contact) -> None:
        """The contact is about to stand in line for the first time."""
        words = self._words(c)
        if words.callback is not None and not c.flags & Flag.NOISE and c.cause < Cause.APPROVAL:
            line = [d for d in self.line if d.kind == c.kind and d.plan is c.plan and not d.wants]
            ahead = min(
                line, key=lambda d: (*self.rules.place(d, self.now), d.queued, d.number), default=None
            )
            if ahead is not None and self.now - ahead.queued >= words.callback.above:
                if self.chance.two(c.key, Stream.ANSWERS)[1] < words.callback.accepted:
                    c.patience = NEVER
                    c.flags |= Flag.CALLBACK

    def _chase(self, c: Contact, time: float) -> Life:
        yield self.clock.at(time, PATIENCE, c.number)
        chase = self._words(c).chase
        assert chase is not None
        if not c.unanswered or c.issue.chases >= chase.at_most:
            return
        if self.chance.two(c.key, Stream.FOLLOW, Cause.CHASE)[0] < chase.probability:
            c.issue.chases += 1
            yield from self._follow(c, Cause.CHASE, 0.0, chase.to)

    def _outcry(self, c: Contact, time: float) -> Life:
        yield self.clock.at(time, OUTCRY, c.number)
        if c.unanswered and math.isnan(c.answered) and not c.issue.went_public:
            c.issue.went_public = True
            public = self._words(c).public
            assert public is not None
            yield from self._follow(c, Cause.PUBLIC, 0.0, public.to)

    def _window(self, c: Contact, time: float) -> Life:
        yield self.clock.at(time, WINDOW, c.number)
        window = self._words(c).window
        assert window is not None
        last = c.arrived if math.isnan(c.replied) else c.replied
        if self.now < last + window or c.started:
            return
        if c.state is State.WAITING:
            self._close_waiting(c, Outcome.LOST)
        elif c.state is State.READY:
            assert c.agent is not None
            self.let_go(c.agent, c)
            self.leave(c, Outcome.LOST)
            c.state = State.CLOSED
            c.tell()
            self.freed(c.agent)

    def _replied(self, c: Contact) -> None:
        window = self._words(c).window
        if window is not None:
            self.clock.process(self._window(c, self.now + window))

    def _close_waiting(self, c: Contact, outcome: Outcome) -> None:
        self.out_of_line(c)
        self.leave(c, outcome)
        c.state = State.CLOSED
        c.tell()

    # -- after an answer, or none

    def _resolves(self, c: Contact) -> bool:
        resolution = self._words(c).resolution
        if resolution is None:
            return True
        assert c.agent is not None
        level = c.agent.level(c.kind)
        likely = resolution.probability * (1.0 - resolution.skill * (1.0 - level))
        history = self.scenario.contact_types[c.kind].history
        if history is not None and c.prior > 0:
            likely = min(1.0, likely * history.resolution)
        if c.template is not None:
            likely = min(1.0, likely * c.template.quality)
        learning = c.agent.group.learning
        if learning is not None:
            likely += (1.0 - likely) * learning.resolves * c.agent.knowledge(self.now)
        return self.chance.two(c.key, Stream.RESOLVE)[0] < likely

    def _first_answer(self, c: Contact) -> None:
        private = self._words(c).private
        if private is not None:
            u, v = self.chance.two(c.key, Stream.FOLLOW, Cause.MOVED)
            if u < private.probability:
                c.turns = c.turn
                c.flags |= Flag.MOVED
                self.clock.process(
                    self._follow(c, Cause.MOVED, value(private.delay, v), private.to)
                )
        if c.root is not None:
            self._public_answer(c, poor=not c.flags & Flag.MOVED and not self._resolves(c))

    def _concluded(self, c: Contact) -> None:
        if c.flags & Flag.MOVED:
            return
        if self._resolves(c):
            self._settle(c, 1)
            return
        words = self._words(c)
        if words.repeat is not None and c.issue.repeats < words.repeat.at_most:
            u, v = self.chance.two(c.key, Stream.FOLLOW, Cause.REPEAT)
            if u < words.repeat.probability:
                c.issue.repeats += 1
                delay = value(words.repeat.delay, v)
                self.clock.process(self._follow(c, Cause.REPEAT, delay, words.repeat.to))
        if words.public is not None:
            self._go_public(c, words.public.unresolved, Cause.PUBLIC)

    def _settle(self, c: Contact, by: int) -> None:
        """The issue is resolved: its other waiting contacts close, and nothing more follows."""
        c.resolved, c.issue.settled = by, True
        for other in (c.issue, *c.issue.further):
            if other is c:
                continue
            if other.state is State.WAITING and not math.isnan(other.first_response):
                self._close_waiting(other, Outcome.CLOSED_WITH_ANOTHER)
                other.resolved = by
            else:
                self._ease(other, by)

    def _ease(self, c: Contact, resolved: int) -> bool:
        """Another's answer does for a contact that no agent has in hand."""
        if not c.unanswered or c.state not in (State.COMING, State.WAITING, State.CLOSED):
            return False
        if c.state is State.WAITING:
            self._close_waiting(c, Outcome.CLOSED_WITH_ANOTHER)
        elif c.state is State.COMING:
            self._never_seen(c, Outcome.CLOSED_WITH_ANOTHER)
        c.eased, c.resolved = self.now, resolved
        return True

    def _gave_up(self, c: Contact) -> None:
        public = self._words(c).public
        if public is not None:
            self._go_public(c, public.abandoned, AFTER_GIVING_UP)

    def _go_public(self, c: Contact, probability: float, occasion: int) -> None:
        """After a bad experience, once per issue, the customer may tell everybody."""
        public = self._words(c).public
        assert public is not None
        u, v = self.chance.two(c.key, Stream.FOLLOW, occasion)
        if u < probability and not c.issue.went_public:
            c.issue.went_public = True
            self.clock.process(self._follow(c, Cause.PUBLIC, value(public.delay, v), public.to))

    def _follow(
        self, parent: Contact, cause: Cause, delay: float, to: dict[str, float]
    ) -> Life:
        """The customer comes again with the same issue, unless it is resolved by then."""
        again = cause is Cause.RETRY
        yield self.clock.at(self.now + delay, RETRY if again else FOLLOW, parent.number)
        if parent.issue.settled:
            return
        ordinal = 0 if again else int(cause)
        u, _ = self.chance.two(parent.key, Stream.RETRY_TO if again else Stream.FOLLOW_TO, ordinal)
        kind = choice(to or {parent.meant: 1.0}, u)
        c = self.birth(kind, self.chance.child(parent.key, Stream.CHILD, ordinal), cause, parent)
        retry = self.scenario.contact_types[parent.kind].retry
        if again and retry is not None:
            c.attempt += 1
            if retry.patience == "same" and kind == parent.kind:
                c.patience = parent.patience
        if self._words(parent).listening is not None:
            c.sentiment = parent.true_sentiment
        if cause is Cause.PUBLIC:
            c.sentiment = -1
        elif self._words(c).cascade is not None:
            c.root = parent.root
        c.issue.further.append(c)
        c.prior = self._known(c)
        self.clock.process(self.life(c))
        yield self.clock.timeout(0)  # it is in, or on its way, by now
        for other in reversed((c.issue, *c.issue.further)):
            if other is not c and other.state is State.WAITING:
                other.prior = self._known(other)
                if other.wants is not None:  # it goes on waiting for its agent, with more points
                    self.rules.ask(other, self.now)
                else:
                    self.out_of_line(other)
                    self.requeue(other)

    def _known(self, c: Contact) -> int:
        """Other contacts of the issue, of late where the policy says so."""
        within = self.rules.policy.priority.prior_within or NEVER
        others = [d for d in (c.issue, *c.issue.further) if d is not c]
        return sum(self.now - d.arrived <= within for d in others)

    # -- the public

    def _attraction(self, c: Contact) -> float:
        cascade = self._words(c).cascade
        assert cascade is not None
        factor = cascade.branching
        if cascade.reach is not None:
            ratio = c.reach / cascade.reach.typical
            factor *= min(cascade.reach.at_most, ratio**cascade.reach.power)
        name = {-1: "negative", 0: "neutral", 1: "positive"}[c.sentiment]
        return factor * cascade.sentiment.get(name, 1.0)

    def _attract(self, c: Contact, mass: float) -> Life:
        """While a post is unanswered others post because of it; afterwards fewer."""
        cascade = self._words(c).cascade
        assert cascade is not None
        began, drawn = self.now, 0.0
        for n in count():
            u, v = self.chance.two(c.key, Stream.KERNEL, n)
            drawn -= math.log(u)
            if drawn >= mass:
                return
            yield self.clock.at(began + value(c.kernel, drawn / mass), POST, c.number)
            quiet = not (math.isnan(c.first_response) and math.isnan(c.eased))
            if quiet and v >= cascade.residual:
                c.avoided += 1
            else:
                self._attracted(c, Stream.POST, n)

    def _backfire(self, c: Contact, mass: float) -> Life:
        """A poor answer attracts posts too."""
        drawn = 0.0
        for n in count():
            drawn -= math.log(self.chance.two(c.key, Stream.BACKFIRE, n)[0])
            if drawn >= mass:
                return
            due = c.first_response + value(c.kernel, drawn / mass)
            yield self.clock.at(due, BACKFIRE, c.number)
            self._attracted(c, Stream.BACKFIRE_POST, n)

    def _attracted(self, parent: Contact, stream: Stream, n: int) -> None:
        cascade = self._words(parent).cascade
        assert cascade is not None
        kind = choice(cascade.to or {parent.meant: 1.0}, self.chance.two(parent.key, stream, n)[1])
        c = self.birth(kind, self.chance.child(parent.key, stream, n), Cause.CASCADE)
        c.parent, c.root, c.campaign = parent, parent.root, parent.campaign
        self.clock.process(self.life(c))

    def _public_answer(self, c: Contact, poor: bool) -> None:
        """All see the answer: it does for some who have seen none before."""
        assert c.root is not None
        of_all = self._words(c.root).cascade
        assert of_all is not None
        posts, c.root.unseen = c.root.unseen, []
        for other in posts:
            if self.chance.two(other.key, Stream.ANSWERS)[0] < of_all.closes:
                if self._ease(other, 0 if poor else 2) and not poor:
                    self._settle(other, 2)
        cascade = self._words(c).cascade
        if poor and cascade is not None and cascade.backfire > 0:
            self.clock.process(self._backfire(c, cascade.backfire))

"""An agent: the contacts held, and the one that has the agent's attention."""

from __future__ import annotations

import math
from collections.abc import Callable

from floorcast.model.core.random import Stream
from floorcast.model.records.social import Flag
from floorcast.policy.schema.playbook import Template
from floorcast.policy.schema.policy import Policy
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.schema.staff import Group
from floorcast.scenario.words.distributions import Distribution
from tests.equivalence.independent.chance import Chance, value
from tests.equivalence.independent.contact import NEVER, Contact, State

Key = tuple[float, ...]
MOST_TRANSFERS = 3


class Agent:
    """One member of a group.

    ``present``: takes new contacts. ``leaving``: only finishes what is in hand. ``working``: the
    contact that has the attention, its after-contact work included.
    """

    def __init__(
        self,
        scenario: Scenario,
        policy: Policy,
        chance: Chance,
        number: int,
        group_name: str,
        nth: int,
        noted: Callable[[Contact, str], None],
    ) -> None:
        self.chance, self.noted = chance, noted
        people = scenario.groups[group_name].people
        self.person = people[nth] if nth < len(people) else None  # in the order of the file
        self.template_of: Callable[[Contact], Template | None] = lambda c: None
        self.scenario, self.number, self.group_name, self.nth = scenario, number, group_name, nth
        self.group: Group = scenario.groups[group_name]
        self.interrupts = self.group.interrupts if policy.interrupts is None else policy.interrupts
        self.present = self.leaving = False
        self.shut: set[str] = set()  # channels that supervision keeps from it
        self.resting = self.picking = self.aside = False  # gets nothing new for now
        self.ready_at = -1.0
        self.staying = False  # overtime
        self.picks = self.rests = self.key = 0
        self.held: list[Contact] = []  # in the order they were taken
        self.working: Contact | None = None
        self.last: Contact | None = None
        self.since = 0.0  # available since
        self.assigned = -1.0
        self.known, self.known_at = 0.0, 0.0  # the share of what there is to know, and when that was so
        self.evaluated: list[int] = []  # the period of each of its conversations that were picked
        self.to_talk_over = 0  # evaluations
        self.talking = False  # ... it is talking one over

    @property
    def speed(self) -> float:
        """How many times as fast as usual it works: its group's, times its own."""
        return self.group.speed * (1.0 if self.person is None else self.person.speed)

    @property
    def unavailable(self) -> Distribution | None:
        """Its law of times without contacts after one: its own, or else its group's."""
        own = self.group.unavailable
        if self.person is not None and self.person.unavailable is not None:
            own = self.person.unavailable
        return None if own is None else own.nobody_waiting

    @property
    def idle(self) -> bool:
        """Present with nothing in hand."""
        return self.present and not self.held

    def _is_call(self, channel: str) -> bool:
        return self.scenario.traits_of(channel).exclusive

    def may_interrupt(self, channel: str, other: str) -> bool:
        """Whether one channel takes the attention from another."""
        return other in self.interrupts.get(channel, ())

    def apart(self, channel: str, held: str) -> bool:
        """Whether a held contact keeps a channel out."""
        if self.group.one_at_a_time and channel != held and not self.may_interrupt(channel, held):
            return True
        if "apart" in self.group.slots.model_fields_set:
            return channel != held and any(
                channel in together and held in together for together in self.group.slots.apart
            )
        if channel == held:
            return False
        if self._is_call(held):  # in a call nothing else is accepted
            return True
        return self._is_call(channel) and not self.may_interrupt(channel, held)

    def _beside(self, channel: str) -> bool:
        second = self.group.slots.secondary
        return second is not None and channel in second.channels

    def held_units(self, beside: bool = False) -> float:
        """Units held of the total, or of the secondary capacity."""
        units = self.group.slots.units
        return sum(units.get(c.channel, 1.0) for c in self.held if self._beside(c.channel) == beside)

    @property
    def weight(self) -> float:
        """Units held of the total."""
        return self.held_units()

    def has_room(self, channel: str) -> bool:
        """Whether a contact of a channel may be given to this agent now."""
        if not self.present or channel not in self.group.channels or channel in self.shut:
            return False
        if self.resting or self.picking or self.aside or self.to_talk_over:
            return False
        if sum(c.channel == channel for c in self.held) >= self.group.channels[channel]:
            return False
        if any(self.apart(channel, c.channel) for c in self.held):
            return False
        slots, beside = self.group.slots, self._beside(channel)
        total = slots.secondary.total if beside and slots.secondary else slots.total
        if total is not None:
            if self.held_units(beside) + slots.units.get(channel, 1.0) > total + 1e-9:
                return False
        if self._is_call(channel) and self.working is not None:  # needs attention at once
            return self.working.state is State.WORKING and self.may_interrupt(
                channel, self.working.channel
            )
        return True

    def hold(self, c: Contact, now: float) -> None:
        """Give a contact a slot."""
        c.agent, c.state, c.wants = self, State.READY, None
        self.held.append(c)
        self.assigned = now
        c.tell()

    def ring(self, c: Contact, now: float, answer: float) -> None:
        """A contact in a slot rings; at the phone nothing else can be done."""
        if self._is_call(c.channel):
            if self.working is not None:
                self.pause(now)
            self.working = c
        c.state, c.rings_until = State.RINGING, now + answer
        c.tell()

    def accept(self, c: Contact, now: float) -> bool:
        """The agent has taken a contact: a call, or what may interrupt, gets the attention at once; whether it
        took it from another."""
        if self.working is c:
            self.working = None
        c.state, c.gives_up = State.READY, NEVER
        if c.accepted != c.accepted:
            c.accepted = now
            self.noted(c, "accepted")
        taken = self.working is not None and self.claim(c, now)
        if self.working is None and self._is_call(c.channel):
            self._begin(c, now)
        c.tell()
        return taken

    def knowledge(self, now: float) -> float:
        """The share of what there is to know that the agent knows: half of it is forgotten in a half-life."""
        learning = self.group.learning
        if learning is None or learning.half_life is None:
            return self.known
        return self.known * math.exp2(-(now - self.known_at) / learning.half_life)

    def learns(self, seconds: float, now: float) -> None:
        """So much training teaches a share of what is still to be learned."""
        learning = self.group.learning
        if learning is not None:
            left = (1.0 - self.knowledge(now)) * math.exp(-seconds / learning.curve)
            self.known, self.known_at = 1.0 - left, now

    def let_go(self, c: Contact, now: float) -> None:
        """The slot of a contact is free again."""
        self.held.remove(c)
        self.since = now

    def claim(self, c: Contact, now: float) -> bool:
        """A ready contact takes the attention from one that it may interrupt; whether it did."""
        other = self.working
        if other is None or other.state is not State.WORKING or not self.may_interrupt(c.channel, other.channel):
            return False
        self.pause(now)
        self._begin(c, now)
        return True

    def pause(self, now: float) -> None:
        """The contact at work goes back into its slot; the rest of the work is kept."""
        c = self.working
        assert c is not None
        spent = now - c.began
        c.worked += spent
        c.work_left = max(0.0, c.work_left - spent)
        c.state, self.working = State.READY, None
        c.tell()

    def attend(self, now: float, place_of: Callable[[Contact, float], Key]) -> None:
        """Free attention turns to the best ready contact: calls, then what no other ready one may
        interrupt, then as in the queue."""
        ready = [c for c in self.held if c.state is State.READY]
        if self.working is not None or not ready:
            return

        def place(c: Contact) -> Key:
            outranked = any(self.may_interrupt(d.channel, c.channel) for d in ready)
            return (not self._is_call(c.channel), outranked, *place_of(c, now), c.queued, c.number)

        self._begin(min(ready, key=place), now)

    def _foresee(self, c: Contact) -> None:
        """How the first turn of a contact will end: it is passed on, or a colleague is asked."""
        c.leads = None
        if c.turn > 0 or c.flags & Flag.TRIAGE:
            return
        words = self.scenario.contact_types[c.kind]
        u, v = self.chance.two(c.key, Stream.TURN_OUTCOME, 2 * c.transfers)
        for transfer in words.transfers if c.transfers < MOST_TRANSFERS else ():
            if u < transfer.probability:
                c.leads = transfer
                if transfer.after is not None:
                    w, _ = self.chance.two(c.key, Stream.TURN_OUTCOME, 2 * c.transfers + 1)
                    c.work_left = value(transfer.after, w)
                return
            u -= transfer.probability
        if words.consult is not None and v < words.consult.probability:
            c.leads = words.consult

    def _begin(self, c: Contact, now: float) -> None:
        if c.answered != c.answered:
            c.answered = now
            self.noted(c, "answered")
        if not c.started:
            c.started = True
            self._foresee(c)
            c.work_left *= 1.0 + 0.5 * (1.0 - self.level(c.kind))
            c.work_left /= self.speed
            history = self.scenario.contact_types[c.kind].history
            if history is not None and c.prior > 0 and not c.flags & Flag.TRIAGE:
                c.work_left *= history.work
            if c.turn == 0:  # a short look answers nothing
                c.template = None if c.flags & Flag.TRIAGE else self.template_of(c)
            if c.template is not None:
                c.flags |= Flag.TEMPLATE
                c.work_left *= c.template.work
            if self.group.learning is not None:
                c.work_left *= 1.0 - self.group.learning.faster * self.knowledge(now)
            ramp = self.group.ramp
            if ramp is not None and self.nth < ramp.agents:
                c.work_left *= 1.0 + (ramp.factor - 1.0) * max(0.0, 1.0 - now / ramp.over)
        if self.last is not c and self.last in self.held and self.last.state in (State.READY, State.THINKING):
            c.work_left += self.group.switching_cost
        c.state, c.began, c.finish = State.WORKING, now, now + c.work_left
        self.working = self.last = c
        c.tell()

    def level(self, kind: str) -> float:
        """Proficiency: the mean level over the skills that a contact type needs."""
        levels = [
            self.group.skills.get(s, 0.0) for s in self.scenario.contact_types[kind].skills
        ]
        return sum(levels) / len(levels) if levels else 1.0

    def capacity(self) -> float:
        """Slot units: the total, or without one what the numbers of the channels allow."""
        slots = self.group.slots
        if slots.total is not None:
            return float(slots.total)
        beside = slots.secondary.channels if slots.secondary else ()
        each = [n * slots.units.get(c, 1.0) for c, n in self.group.channels.items() if c not in beside]
        return max(each, default=0.0) if self.group.one_at_a_time else sum(each)

    def standing(self, rules: tuple[str, ...], kind: str) -> Key:
        """Who is chosen among agents of one rank: the lowest by the rule, then by a second one or, without
        one, the one available longest, then the lower number."""
        keys = {
            "longest_idle": float(bool(self.held)),
            "fewest_active": float(len(self.held)),
            "most_spare": self.weight - self.capacity(),
            "round_robin": self.assigned,
            "most_skilled": -self.level(kind),
            "least_skilled": self.level(kind),
            "highest_rating": -self.group.rating,
            "linear": float(self.number),
            "fastest": 1 / self.speed,
        }
        second = keys[rules[1]] if len(rules) > 1 and rules[1] != "longest_idle" else self.since
        return keys[rules[0]], second, self.number

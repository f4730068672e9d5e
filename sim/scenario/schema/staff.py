"""Who answers: groups of agents with skills, channels, slots, shifts or headcounts, and what keeps
them away."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Annotated, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from floorcast.scenario.read.problems import Findings, Wrong, found, unknown
from floorcast.scenario.read.units import DAY, write_duration
from floorcast.scenario.schema.people import (
    EVERY_DAY,
    Evaluation,
    Hours,
    Learning,
    Person,
    Roster,
    Speed,
    Unavailable,
)
from floorcast.scenario.schema.sources import Profile
from floorcast.scenario.words.schema_words import (
    Amount,
    AsList,
    Caps,
    Clock,
    Days,
    Duration,
    Heads,
    Name,
    Names,
    OneAtATime,
    OwnedSkills,
    PositiveDuration,
    Share,
    TimeDistribution,
    Units,
    Written,
    keyed,
    number,
)  # fmt: skip

_names = keyed(
    lambda value: _name_list(value), what="a mapping from a channel to the channels it interrupts"
)


def _name_list(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    if not items or any(not isinstance(item, str) for item in items):
        raise found(value, "a channel or a list of channels")
    return tuple(items)


def _pairs(value: object) -> tuple[tuple[str, ...], ...]:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, list):
        raise found(value, "a list of lists of channels, such as [[phone, chat]]")
    findings = Findings()
    pairs: list[tuple[str, ...]] = []
    for index, item in enumerate(value):
        if (
            not isinstance(item, list)
            or len(set(map(str, item))) < 2
            or any(not isinstance(c, str) for c in item)
        ):
            findings.add(
                found(item, "a list of at least two different channels, such as [phone, chat]"),
                index,
            )
        else:
            pairs.append(tuple(item))
    findings.settle()
    return tuple(pairs)


Interrupts = Annotated[
    dict[str, tuple[str, ...]],
    BeforeValidator(_names),
    WithJsonSchema({"type": "object", "additionalProperties": {"x-words": "names"}}),
]


class Secondary(Written):
    """Capacity of its own for some channels, beside the total."""

    total: Annotated[float, BeforeValidator(number("a number above 0, at most 10000", above=0, most=1e4))]
    channels: Names


class Slots(Written):
    """How many contacts an agent may hold: weighted `total` (None: no limit), `units` per contact
    of a channel (default 1), and lists of channels never held together. secondary: channels that
    take nothing from the total but have one of their own."""

    total: Annotated[
        float | None, BeforeValidator(number("a number above 0, at most 10000", above=0, most=1e4))
    ] = None
    units: Units = {}
    apart: Annotated[
        tuple[tuple[str, ...], ...],
        BeforeValidator(_pairs),
        WithJsonSchema(
            {
                "type": "array",
                "items": {"type": "array", "items": {"type": "string"}, "minItems": 2},
            }
        ),
    ] = ()
    secondary: Secondary | None = None


class DrawnAs(Written):
    """Whose luck people of a shift have: that of the `agents` of another shift line, from number `first` on. What
    changes people's hours writes it, so that nobody else's absence and lateness change. days: those of that line."""

    group: Name
    line: Heads
    first: Heads = 0
    days: Days = EVERY_DAY


class Shift(Hours):
    """The same hours for some agents, on some days of every week; may pass midnight. `days` are
    those it starts on; `first` and `last` bound them, `dates` name them one by one instead (holidays
    too), and on those of `leave` nobody comes. fte: in place of `agents`, 8.5 being eight agents and a
    part-timer who is there for the first half. pay: a factor on the price of its hours (overtime, nights).
    also: other hours of the same people, early in one week and late in the next, say; none may overlap."""

    agents: Heads
    fte: Annotated[float, BeforeValidator(number("full-time equivalents from 0 to 100000", least=0, most=1e5))] = 0.0
    name: Name | None = None
    drawn_as: DrawnAs | None = None
    also: Annotated[tuple[Hours, ...], AsList] = ()

    @property
    def hours(self) -> tuple[Hours, ...]:
        """Its own hours and all others of the same people."""
        return (self, *self.also)

    @model_validator(mode="before")
    @classmethod
    def _heads_of_fte(cls, value: object) -> object:
        if not isinstance(value, dict) or "fte" not in value:
            return value
        try:
            heads = math.ceil(float(value["fte"]) - 1e-9)
        except (TypeError, ValueError, OverflowError):
            return {"agents": 0, **value}  # `fte` is what is found wrong
        if value.get("agents", heads) != heads:
            raise Wrong(f"found {value['agents']} agents and {value['fte']} fte; allowed one of them")
        return {**value, "agents": heads}

    @property
    def part(self) -> float:
        """The share of the shift that its last agent is there for: 1 without a part-timer."""
        return self.fte % 1 if self.fte % 1 > 1e-9 else 1.0


class Training(Written):
    """Training or coaching: `agents` (default all) off the floor, paid, from `start` on some
    days."""

    start: Clock
    length: PositiveDuration
    days: Days = EVERY_DAY
    agents: Heads | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.length > DAY:
            raise found(write_duration(self.length), "at most 24h").under("length")
        return self


class Late(Written):
    """An agent starts a shift late with `probability`, by a drawn time."""

    probability: Share
    by: TimeDistribution


class Ramp(Written):
    """New hires: the first `agents` of the group work `factor` times as long at the start, 1 times
    after `over`."""

    agents: Heads
    factor: Annotated[float, BeforeValidator(number("a factor from 0.1 to 20", least=0.1, most=20))]
    over: PositiveDuration


class Paid(Written):
    """What of a group's time is paid beside its shifts: those that somebody is absent from, and overtime."""

    absence: bool = True
    overtime: bool = True


class Group(Written):
    """Agents with the same skills and rules. Exactly one of agents (always present), shifts,
    headcount and roster (by name and date, from a CSV).

    channels: a number for each is how many of its contacts an agent holds at once; a list without numbers
    means one contact at a time in all, for which what `interrupts` says makes room.
    speed: work takes 1 / speed times as long. unavailable: after each contact an agent gets nothing
    new for a time drawn from it. people: what is known of single agents: of a roster by name, else
    in the order of the file.
    """

    skills: OwnedSkills = {}
    channels: Caps
    slots: Slots = Slots()
    interrupts: Interrupts = {}
    switching_cost: Duration = 0.0
    rating: Amount = 0.0
    cost_per_hour: Amount = 0.0
    agents: Heads | None = None
    shifts: Annotated[tuple[Shift, ...], AsList] = ()
    headcount: Profile | None = None
    roster: Roster | None = None
    people: Annotated[tuple[Person, ...], AsList] = ()
    speed: Speed = 1.0
    unavailable: Unavailable | None = None
    absence: Share = 0.0
    paid: Paid = Paid()
    late: Late | None = None
    training: Annotated[tuple[Training, ...], AsList] = ()
    learning: Learning | None = None
    evaluation: Evaluation | None = None
    ramp: Ramp | None = None

    @property
    def one_at_a_time(self) -> bool:
        """Channels listed without any number: agents hold one contact at a time in all of them."""
        return isinstance(self.channels, OneAtATime) and self.slots.total is None

    def never_interrupts(self, interrupts: Mapping[str, Collection[str]]) -> list[tuple[str, str]]:
        """Pairs of channels of which the first may interrupt the second, but the total has no room for both."""
        second = set(self.slots.secondary.channels) if self.slots.secondary else set()
        total, units = self.slots.total, self.slots.units
        if total is None:
            return []
        return [
            (one, other)
            for one, others in interrupts.items()
            for other in others
            if {one, other} <= set(self.channels) - second
            and units.get(one, 1.0) + units.get(other, 1.0) > total + 1e-9
        ]

    def kept_out(
        self, calls: Collection[str], interrupts: Mapping[str, Collection[str]]
    ) -> dict[str, set[str]]:
        """For each channel the channels that, while held, keep it out.

        Where agents hold one contact at a time, all that it may not interrupt. Otherwise, unless the group
        says which channels are apart, a call (`calls`: channels of that kind) is kept out by everything
        it may not interrupt, and nothing is accepted during a call.
        """
        out: dict[str, set[str]] = {name: set() for name in self.channels}
        second = self.slots.secondary.channels if self.slots.secondary else ()
        for name in out:
            others = set(out) - {name}
            held = {other for other in others if other not in interrupts.get(name, ())}
            if self.one_at_a_time and name not in second:
                out[name] |= held - set(second)
            if "apart" in self.slots.model_fields_set:
                for together in self.slots.apart:
                    if name in together:
                        out[name] |= set(together) - {name}
                continue
            out[name] |= others & set(calls)
            if name in calls:
                out[name] |= held
        return out

    @property
    def staffing(self) -> str:
        """agents, shifts, headcount or roster."""
        given = (f for f in ("agents", "headcount", "roster") if getattr(self, f) is not None)
        return next(given, "shifts")

    @property
    def planned_agents(self) -> int | None:
        """Agents of `agents`, all shifts together or a roster; None with a headcount."""
        if self.headcount is not None:
            return None
        if self.roster is not None:
            return len(self.roster.names)
        return sum(shift.agents for shift in self.shifts) if self.agents is None else self.agents

    @model_validator(mode="after")
    def _learns_in_training(self) -> Self:
        teaches = self.evaluation is not None and self.evaluation.teaches > 0
        if self.learning is not None and not self.training and not teaches:
            raise Wrong(
                "found learning without training or an evaluation that teaches; allowed beside one of them,"
                " which it is learned in"
            ).under("learning")
        if teaches and self.learning is None:
            raise Wrong("found teaches without learning; allowed in a group with learning").under(
                "evaluation", "teaches"
            )
        return self

    @model_validator(mode="after")
    def _one_staffing(self) -> Self:
        forms = ("agents", "shifts", "headcount", "roster")
        given = [f for f in forms if getattr(self, f) not in (None, ())]
        if len(given) != 1:
            raise Wrong(
                f"found {' and '.join(given) or 'none'} of agents, shifts, headcount, roster;"
                " allowed exactly one of them"
            )
        return self

    @model_validator(mode="after")
    def _known_people(self) -> Self:
        findings = Findings()
        seen: set[str] = set()
        known = self.roster.names if self.roster is not None else None
        for index, person in enumerate(self.people):
            if person.name in seen:
                findings.add(found(person.name, "every person once"), "people", index, "name")
            elif known is not None and person.name not in known:
                findings.add(unknown("agent in the roster", person.name, known), "people", index, "name")
            seen.add(person.name)
            if person.leave and self.staffing not in ("roster", "shifts"):
                findings.add(
                    Wrong(f"found leave in a group with {self.staffing}; allowed with shifts or a roster"),
                    "people", index, "leave",
                )  # fmt: skip
        planned = self.planned_agents
        if known is None and planned is not None and len(self.people) > planned:
            findings.add(
                found(f"{len(self.people)} people", f"at most the group's {planned} agents"), "people"
            )
        findings.settle()
        return self

    def people_in_order(self, agents: int) -> list[Person | None]:
        """What is known of each of the group's agents, in the order of its rosters."""
        if self.roster is not None:
            known = {person.name: person for person in self.people}
            return [known.get(name) or Person(name=name) for name in self.roster.names]
        return [*self.people, *([None] * (agents - len(self.people)))][:agents]

"""A scenario as a planner writes it: channels, contact types, groups, targets, and the study's
settings.

Attribute names are the file's keys; durations are seconds, rates per second, shares 0 to 1.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)

from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS, ChannelKind, Kind
from floorcast.scenario.read.problems import Problem, found
from floorcast.scenario.read.units import (
    DAY,
    MINUTE,
    parse_duration,
    write_duration,
)
from floorcast.scenario.read.yaml_lines import Document
from floorcast.scenario.schema.channel import Channel
from floorcast.scenario.schema.customers import Contradictions, Customers, Reputation, Survey
from floorcast.scenario.schema.demand import ContactType, WaitClock
from floorcast.scenario.schema.hiring import Outlook
from floorcast.scenario.schema.resolved import AgentRoster, Headcount, Origin, ResolvedSource
from floorcast.scenario.schema.shift_types import PlanLimits, ShiftType
from floorcast.scenario.schema.social import Classes, Crisis, Satisfaction
from floorcast.scenario.schema.staff import Group
from floorcast.scenario.schema.targets import TOPIC, Indifference, Target
from floorcast.scenario.words.calendar_words import ALWAYS, OpeningHours, intervals_per_day
from floorcast.scenario.words.distributions import Floats
from floorcast.scenario.words.schema_words import (
    AsList,
    Duration,
    Factors,
    Instant,
    Name,
    Names,
    Opening,
    PositiveCount,
    Text,
    Written,
    keyed,
    number,
)  # fmt: skip
from floorcast.scenario.words.special_days import SpecialDays


class Limits(Written):
    """Guards: a run with more contacts than this stops with a clear error."""

    contacts: PositiveCount = 5_000_000


def _currency(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(text) <= 5 or not text.isprintable() or any(c.isdigit() or c.isspace() for c in text):
        raise found(value, "a currency such as EUR or $")
    return text


Currency = Annotated[str, BeforeValidator(_currency), WithJsonSchema({"type": "string", "maxLength": 5})]


def _interval(value: object) -> float:
    seconds = parse_duration(value)
    if intervals_per_day(seconds) is None or seconds < MINUTE:
        raise found(value, "an interval that divides a day, at least 1 min, such as 30 min")
    return seconds


def _changes(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    if not items or not all(isinstance(item, str) for item in items):
        raise found(value, "a change such as phone.volume +15 %, or a list of changes")
    return tuple(str(item) for item in items)


class Scenario(Written):
    """A whole scenario, frozen. Load with `load_scenario`; change with `floorcast.scenario.change`, which gives
    a new one. topics: the words by which each is known."""

    name: Name = "scenario"
    description: Text = ""
    start: Instant = datetime(2024, 1, 1)
    days: Annotated[
        int,
        BeforeValidator(number("a whole number of days from 1 to 366", least=1, most=366, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 366}),
    ] = 1
    warm_up: Duration = 0.0
    interval: Annotated[float, BeforeValidator(_interval), WithJsonSchema({"x-words": "duration"})] = 30 * MINUTE
    seed: Annotated[
        int,
        BeforeValidator(
            number("a whole number from 0 to 9999999999999", least=0, most=9_999_999_999_999, whole=True)
        ),
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 9_999_999_999_999}),
    ] = 1
    replications: Annotated[
        int,
        BeforeValidator(number("a whole number from 1 to 100000", least=1, most=100_000, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 100_000}),
    ] = 20
    multipliers: Factors = {}
    limits: Limits = Limits()
    policies: Annotated[
        tuple[Text, ...],
        BeforeValidator(lambda v: [v] if isinstance(v, str) else v),
        WithJsonSchema({"x-words": "names"}),
    ] = ()
    policy: Annotated[dict[str, Any] | None, WithJsonSchema({"x-words": "policy"})] = None
    channels: dict[Name, Channel] = {}
    contact_types: dict[Name, ContactType]
    groups: dict[Name, Group]
    shift_types: dict[Name, ShiftType] = {}
    plan: PlanLimits = PlanLimits()
    roles: Annotated[
        dict[Name, Names],
        WithJsonSchema({"type": "object", "additionalProperties": {"x-words": "names"}}),
    ] = {}
    crises: Annotated[tuple[Crisis, ...], AsList] = ()
    runaway: Annotated[
        int,
        BeforeValidator(number("a whole number of posts of at least 2", least=2, most=1e9, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 2}),
    ] = 1000
    classes: Classes = Classes()
    satisfaction: Satisfaction = Satisfaction()
    customers: Customers | None = None
    surveys: Annotated[tuple[Survey, ...], AsList] = ()
    reputation: Reputation | None = None
    contradictions: Contradictions | None = None
    topics: Annotated[
        dict[Name, Names], WithJsonSchema({"type": "object", "additionalProperties": {"x-words": "names"}})
    ] = {}
    currency: Currency = ""
    business_hours: Opening | None = None
    calendar: SpecialDays | None = None
    targets: Annotated[tuple[Target, ...], AsList] = ()
    indifference: Indifference = {}
    hiring: Outlook | None = None
    variants: Annotated[
        dict[Name, tuple[Text, ...]],
        BeforeValidator(keyed(_changes, what="a mapping from names to changes")),
        WithJsonSchema({"type": "object", "additionalProperties": {"x-words": "names"}}),
    ] = {}
    uncertain: Annotated[
        dict[Name, Text], WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}})
    ] = {}
    _origin: Origin = PrivateAttr(
        default_factory=lambda: Origin(Document("", None, {}), None, None)
    )

    @model_validator(mode="after")
    def _warm_up_ends(self) -> Self:
        if self.warm_up >= self.days * DAY:
            raise found(
                write_duration(self.warm_up), f"less than the {self.days} days simulated"
            ).under("warm_up")
        return self

    def __repr__(self) -> str:
        kinds, groups = len(self.contact_types), len(self.groups)
        days = f"{self.days} day{'s' if self.days > 1 else ''} from {self.start:%Y-%m-%d}"
        types = f"{kinds} contact type{'s' if kinds > 1 else ''}"
        return f"<Scenario {self.name}: {days}, {types}, {groups} group{'s' if groups > 1 else ''}>"

    # -- where it came from
    # -------------------------------------------------------------------------------------------
    @property
    def file(self) -> str:
        """The file as shown in messages."""
        return self._origin.document.file

    @property
    def path(self) -> FilePath | None:
        """The file on disk; None when loaded from text."""
        return self._origin.path

    @property
    def text(self) -> str:
        """The file's text, as read."""
        return self._origin.document.text

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Doubts about a scenario that still makes sense."""
        return self._origin.warnings

    @property
    def changes(self) -> dict[str, Any]:
        """What `with_changes` changed since the file was read (empty for the file itself)."""
        return self._origin.changes

    # -- names and defaults
    # -------------------------------------------------------------------------------------------
    @property
    def horizon(self) -> float:
        """Seconds simulated."""
        return self.days * DAY

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Channels in the file's order, then those used without an entry."""
        return tuple(self.channels)

    @property
    def type_names(self) -> tuple[str, ...]:
        """Contact types in the file's order."""
        return tuple(self.contact_types)

    @property
    def group_names(self) -> tuple[str, ...]:
        """Groups in the file's order."""
        return tuple(self.groups)

    @property
    def language_names(self) -> tuple[str, ...]:
        """Languages of all contact types and traces; trace columns hold indexes into it."""
        return self._origin.language_names

    @property
    def campaign_names(self) -> tuple[str, ...]:
        """Campaigns in the file's order, then crises."""
        return self._origin.campaign_names

    @property
    def words(self) -> tuple[str, ...]:
        """The words that posts may carry, each with a bit of its own."""
        own = [word for kind in self.contact_types.values() for word in kind.words]
        return tuple(dict.fromkeys((*own, *(word for crisis in self.crises for word in crisis.words))))

    @property
    def remembers(self) -> bool:
        """Whether it is kept track of how content each contact leaves its customer."""
        return self.customers is not None or bool(self.surveys) or self.reputation is not None

    def survey_of(self, type_name: str) -> int:
        """The survey that asks after contacts of a type, the first that names it or its channel; -1 none."""
        named = {type_name, self.channel_of(type_name)}
        return next((n for n, one in enumerate(self.surveys) if not one.of or named & set(one.of)), -1)

    def channel_of(self, type_name: str) -> str:
        """The channel of a contact type."""
        return self.contact_types[type_name].channel

    def traits_of(self, channel: str) -> ChannelKind:
        """What sets the kind of a channel apart."""
        return CHANNEL_KINDS[self.channels[channel].kind]

    def kind_of(self, channel: str) -> Kind:
        """phone, email, chat, messaging or social."""
        return self.channels[channel].kind

    def answer_within(self, type_name: str) -> float:
        """Acceptable waiting time in seconds: the type's, else the channel's, else the kind's."""
        own = self.contact_types[type_name].answer_within
        channel = self.channels[self.channel_of(type_name)]
        return own or channel.answer_within or CHANNEL_KINDS[channel.kind].answer_within

    def expectation(self, type_name: str) -> float:
        """Seconds that a customer expects to wait: the type's, else its acceptable wait."""
        return self.contact_types[type_name].expectation or self.answer_within(type_name)

    def types_within(self, asked: set[str]) -> set[str]:
        """Contact types that only agents bring, for each other: those they consult and those `asked` for,
        unless customers bring them too."""
        asked = asked | {name for name, kind in self.contact_types.items() if kind.between_agents}
        asked |= {kind.consult.with_ for kind in self.contact_types.values() if kind.consult}
        asked |= {group.evaluation.by for group in self.groups.values() if group.evaluation}
        brought = {name for name in self.contact_types if self.sources(name) or self.contact_types[name].backlog}
        for kind in self.contact_types.values():
            for block in kind.leading:
                brought |= set(block.to)
            for transfer in kind.transfers:
                brought |= set(transfer.to)
        brought |= {one.follow_up.to for one in self.surveys if one.follow_up is not None}
        return asked - brought - {crisis.contact_type for crisis in self.crises}

    def clock_of(self, type_name: str) -> WaitClock:
        """Which clock the acceptable waiting time runs on."""
        own = self.contact_types[type_name].clock
        channel = self.channels[self.channel_of(type_name)]
        return (
            own
            or channel.clock
            or ("answered" if CHANNEL_KINDS[channel.kind].synchronous else "first_response")
        )

    def business_hours_of(self, of: str) -> OpeningHours | None:
        """`business_hours`, else the opening hours of what a target is of; None where it has none."""
        if self.business_hours is not None:
            return self.business_hours
        channel = self.channel_of(of) if of in self.contact_types and of not in self.channels else of
        opening = self.channels[channel].open if channel in self.channels else ALWAYS
        return None if opening.always else opening

    @property
    def bursts(self) -> tuple[str, ...]:
        """Campaigns and crises by name, before anything is resolved."""
        own = [s.campaign.name for kind in self.contact_types.values() for s in kind.arrivals if s.campaign]
        return tuple(dict.fromkeys((*own, *(crisis.name for crisis in self.crises))))

    @property
    def topics_wanted(self) -> tuple[str, ...]:
        """What a target of each topic is `of`: `topic delivery`."""
        return tuple(f"{TOPIC}{name}" for name in self.topics)

    def meaning_of(self, of: str) -> Literal["all", "channel", "contact_type", "group", "tier", "campaign", "topic"]:
        """What a target's `of` names; a name of several things means the first of this order.
        KeyError if nothing."""
        if of == "all":
            return "all"
        if of in self.channels:
            return "channel"
        if of in self.contact_types:
            return "contact_type"
        if of in self.groups:
            return "group"
        if of in self.classes.value:
            return "tier"
        if of in self.bursts:
            return "campaign"
        if of in self.topics_wanted:
            return "topic"
        raise KeyError(of)

    def able(self, group: str, type_name: str) -> bool:
        """Whether a group has the channel and every skill, at its least level, that a type
        needs."""
        team, wanted = self.groups[group], self.contact_types[type_name]
        return wanted.channel in team.channels and all(
            team.skills.get(skill, -1.0) >= level for skill, level in wanted.skills.items()
        )

    @property
    def special_days(self) -> dict[date, int]:
        """Dates that are like another weekday, or closed; see `SpecialDays`."""
        return self.calendar.weekdays(self.start, self.days) if self.calendar else {}

    # -- worked out over the horizon
    # ----------------------------------------------------------------------------------
    def open_intervals(self, channel: str) -> list[tuple[float, float]]:
        """When a channel is open, in seconds since the start."""
        return self.channels[channel].open.open_intervals(self.start, self.days, self.special_days)

    def sources(self, type_name: str) -> tuple[ResolvedSource, ...]:
        """The sources of a type over the horizon, multipliers included."""
        return self._origin.sources[type_name]

    def roster(self, group: str) -> tuple[AgentRoster, ...]:
        """Every agent's presence over the horizon, before absence and lateness; see
        `AgentRoster`."""
        return self._origin.rosters[group]

    def headcount(self, group: str) -> Headcount | None:
        """Steps of a group staffed by headcount; None for the others."""
        return self._origin.headcounts.get(group)

    def work_steps(self, type_name: str) -> tuple[Floats, Floats] | None:
        """Instants from which on work takes so many times as long as drawn, and the factors; None
        where it is the same all the time."""
        return self._origin.work_steps.get(type_name)

    def patience_steps(self, type_name: str) -> tuple[Floats, Floats] | None:
        """The same of patience."""
        return self._origin.patience_steps.get(type_name)

    @property
    def expected_contacts(self) -> float:
        """Contacts expected from sources and backlog in one replication, without retries."""
        waiting = sum(t.backlog.count for t in self.contact_types.values() if t.backlog)
        return waiting + math.fsum(
            s.expected for all_ in self._origin.sources.values() for s in all_
        )

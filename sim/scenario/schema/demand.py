"""What customers bring: contact types and their sources (see the arrival processes of the catalogue)."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import (
    BeforeValidator,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from floorcast.scenario.catalogue.arrival_processes import ARRIVAL_PROCESSES
from floorcast.scenario.read.problems import Findings, Wrong, found
from floorcast.scenario.read.units import MINUTE, RATE_WORDS, parse_rate, write_duration
from floorcast.scenario.schema.social import Consult, SocialBlocks, Transfer
from floorcast.scenario.words import profile_rows
from floorcast.scenario.words.calendar_words import DayShape, intervals_per_day
from floorcast.scenario.words.distributions import Distribution, constant
from floorcast.scenario.words.profile_rows import ProfileRows, TraceRows
from floorcast.scenario.words.schema_words import (
    Amount,
    AsList,
    Count,
    Daily,
    Duration,
    Factor,
    Instant,
    Mix,
    Name,
    NeededSkills,
    NumberDistribution,
    Patience,
    PositiveCount,
    PositiveDuration,
    SentimentMix,
    Share,
    Text,
    TimeDistribution,
    Week,
    Written,
    folder_of,
    number,
)  # fmt: skip

WaitClock = Literal["answered", "accepted", "first_response", "resolved"]
_MOST_INTERVALS = 100_000
_MOST_TURNS = 65_000  # the model counts turns in 16 bits


class Profile(Written):
    """Values by time of week: constant, or steps inline (week, daily) or from a CSV of rows.

    Values are per `per` (rates, counts) or plain (headcounts), times `scale`. Rows of a CSV are
    placed by `date` or `weekday` (or
    neither: every day) and by `start` (a time of day) or `hour` (0 to 23), and last `per`.
    """

    per: PositiveDuration
    scale: Factor = 1.0
    week: Week | None = None
    daily: Daily | None = None
    csv: Text | None = None
    weekday: Text | None = None
    date: Text | None = None
    start: Text | None = None
    hour: Text | None = None
    value: Text | None = None
    _rows: ProfileRows | None = PrivateAttr(default=None)

    @property
    def shapes(self) -> tuple[DayShape, ...]:
        """Inline steps, whichever way they were written."""
        return self.week or self.daily or ()

    @property
    def rows(self) -> ProfileRows | None:
        """Rows of the CSV, if there is one."""
        return self._rows

    @model_validator(mode="after")
    def _one_form(self, info: ValidationInfo) -> Self:
        forms = [form for form in ("week", "daily", "csv") if getattr(self, form) is not None]
        if len(forms) != 1:
            raise Wrong(
                f"found {' and '.join(forms) or 'none'} of week, daily, csv; allowed exactly one of them"
            )
        if self.per < MINUTE:
            raise found(write_duration(self.per), "intervals of at least 1 min").under("per")
        count = intervals_per_day(self.per)
        for shape in self.shapes:
            if shape.values and len(shape.values) != count:
                if count is None:
                    raise found(
                        write_duration(self.per),
                        "an interval that divides a day when a list is given",
                    ).under("per")
                path = ("week", shape.key) if self.week else ("daily",)
                raise Wrong(
                    f"found {len(shape.values)} values; allowed {count}, one per {write_duration(self.per)}"
                ).under(*path)
        if self.csv is not None:
            self._rows = profile_rows.read_profile(self, folder_of(info))
        else:
            for column in ("weekday", "date", "start", "hour", "value"):
                if getattr(self, column) is not None:
                    raise Wrong(
                        f"found {column!r} without csv; allowed only to name a column of a CSV"
                    ).under(column)
        return self


class CountProfile(Profile):
    """Given counts per interval: `values` from the scenario's start on, or the forms of
    `Profile`."""

    values: Annotated[
        tuple[float, ...] | None,
        BeforeValidator(lambda value: _counts(value)),
        WithJsonSchema({"type": "array", "items": {"type": "number", "minimum": 0}}),
    ] = None

    @model_validator(mode="after")
    def _one_form(self, info: ValidationInfo) -> Self:
        if self.values is None:
            return super()._one_form(info)  # type: ignore[operator,no-any-return]
        for other in ("week", "daily", "csv", "weekday", "date", "start", "hour", "value"):
            if getattr(self, other) is not None:
                raise Wrong(f"found {other!r} beside values; allowed values alone").under(other)
        return self


def _counts(value: object) -> tuple[float, ...] | None:
    if value is None or isinstance(value, tuple):
        return value
    if not isinstance(value, list) or not value or len(value) > _MOST_INTERVALS:
        raise found(value, f"a list of 1 to {_MOST_INTERVALS} counts, one per interval")
    read = number("a count of at least 0", least=0)
    findings = Findings()
    counts: list[float] = []
    for index, item in enumerate(value):
        try:
            counts.append(read(item))
        except Wrong as error:
            findings.add(error, index)
    findings.settle()
    return tuple(counts)


PerSecond = Annotated[float, BeforeValidator(parse_rate), WithJsonSchema({"x-words": "rate"})]


class Rate(Profile):
    """A Poisson rate: constant (`120 per hour`, in `constant`, per second) or a profile."""

    per: PositiveDuration = 3600.0
    constant: Annotated[
        float | None,
        BeforeValidator(lambda value: value if isinstance(value, float) else parse_rate(value)),
        WithJsonSchema({"x-words": "rate"}),
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        if isinstance(value, dict | Rate):
            return value
        try:
            return {"constant": parse_rate(value)}
        except Wrong:
            raise found(
                value, f"{RATE_WORDS}, or a mapping with per and one of week, daily, csv"
            ) from None

    @model_validator(mode="after")
    def _one_form(self, info: ValidationInfo) -> Self:
        if self.constant is not None and self.model_fields_set != {"constant"}:
            raise Wrong("found a constant rate beside other keys; allowed alone").under("constant")
        if self.constant is None:
            if "per" not in self.model_fields_set:
                raise Wrong("found no 'per'; allowed the interval the values are for, such as 1h")
            return super()._one_form(info)  # type: ignore[operator,no-any-return]
        return self


class DayFactor(Written):
    """A Gamma factor with mean 1 drawn once per day; sources that name the same `shared` get the
    same draw."""

    shape: Annotated[
        float | None, BeforeValidator(number("a shape from 0.01 to 1000000", least=0.01, most=1e6))
    ] = None
    cv: Annotated[
        float | None,
        BeforeValidator(number("a coefficient of variation from 0 to 10", least=0, most=10)),
    ] = None
    shared: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.shape is None) == (self.cv is None):
            raise Wrong(
                "found "
                + ("none" if self.shape is None else "both")
                + " of shape, cv; allowed exactly one of them"
            )
        return self

    @property
    def gamma_shape(self) -> float | None:
        """The Gamma's shape; None for no variation."""
        if self.shape is not None:
            return self.shape
        return 1 / self.cv**2 if self.cv and self.cv >= 1e-3 else None


class Trace(Written):
    """Given instants and attributes from a CSV: `time` in seconds since the start or as ISO
    date-time. `work`: seconds of the first turn's work, as they were, whoever does it; an empty
    cell is drawn. `customer`: number of the customer, from 1, where the scenario has `customers`; an empty cell
    is drawn."""

    csv: Text
    time: Text
    sentiment: Text | None = None
    reach: Text | None = None
    value: Text | None = None
    language: Text | None = None
    work: Text | None = None
    customer: Text | None = None
    _rows: TraceRows = PrivateAttr(default_factory=lambda: TraceRows(np.empty(0), (), {}, ()))

    @property
    def rows(self) -> TraceRows:
        """The rows read."""
        return self._rows

    @model_validator(mode="after")
    def _read(self, info: ValidationInfo) -> Self:
        self._rows = profile_rows.read_trace(self, folder_of(info))
        return self


class Campaign(Written):
    """A burst of `size` contacts after a post or mailing: the rate rises over `onset`, then falls
    with mean `decay`."""

    name: Name
    start: Instant
    size: Amount
    onset: Duration = 0.0
    decay: Duration = 0.0

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.onset + self.decay <= 0:
            raise Wrong(
                "found neither onset nor decay; allowed at least one above 0, such as decay: 6h"
            )
        return self


class Bursts(Written):
    """A rate that changes at random between `calm` and `busy` (a Markov-modulated Poisson process).

    Each spell lasts an exponential time, of mean `calm_for` or `busy_for`; which one the run begins in is drawn by
    the share of time that each takes.
    """

    calm: PerSecond
    calm_for: PositiveDuration
    busy: PerSecond
    busy_for: PositiveDuration

    @model_validator(mode="after")
    def _last_a_while(self) -> Self:
        for key in ("calm_for", "busy_for"):
            if getattr(self, key) < MINUTE:
                raise found(write_duration(getattr(self, key)), "spells of at least 1 min on average").under(key)
        return self

    @property
    def mean(self) -> float:
        """Contacts per second in the long run."""
        total = self.calm * self.calm_for + self.busy * self.busy_for
        return total / (self.calm_for + self.busy_for)


class Source(Written):
    """One source of contacts: exactly one of rate, counts, trace, campaign and bursts."""

    rate: Rate | None = None
    counts: CountProfile | None = None
    trace: Trace | None = None
    campaign: Campaign | None = None
    bursts: Bursts | None = None
    day_factor: DayFactor | None = None
    name: Name | None = None

    @property
    def form(self) -> str:
        """Which arrival process it is."""
        return next(name for name in ARRIVAL_PROCESSES if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = [name for name in ARRIVAL_PROCESSES if getattr(self, name) is not None]
        if len(forms) != 1:
            raise Wrong(
                f"found {' and '.join(forms) or 'none'} of {', '.join(ARRIVAL_PROCESSES)};"
                " allowed exactly one per source"
            )
        if self.day_factor and not ARRIVAL_PROCESSES[forms[0]].day_factor:
            able = ", ".join(name for name, row in ARRIVAL_PROCESSES.items() if row.day_factor)
            raise Wrong(f"found a day factor with {forms[0]}; allowed with {able} only").under("day_factor")
        return self


class Backlog(Written):
    """Contacts that already wait at the start; `ages` is how long each has waited."""

    count: Count
    ages: TimeDistribution = constant(0.0)


class Retry(Written):
    """What a customer does after abandoning, or after being blocked.

    `to` is a mix of contact types (default: the same type again); `at_most` tries after the first
    (default 5).
    """

    probability: Share
    delay: TimeDistribution
    patience: Literal["fresh", "same"] = "fresh"
    to: Mix = {}
    at_most: Annotated[
        int,
        BeforeValidator(number("a whole number from 0 to 1000", least=0, most=1000, whole=True)),
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 1000}),
    ] = 5


class Crowded(Written):
    """Patience of customers who arrive when at least so many already wait on the channel."""

    waiting: PositiveCount
    patience: Patience


class ContactType(SocialBlocks):
    """Contacts that planners forecast together. Times are in seconds.

    work_mean: seconds by time of week or by date; `work` is stretched so that its mean is that of
    the hour (where the profile has 0, it stays); patience_mean: the same of `patience`, and that of
    `crowded` is stretched as much. unavailable: after such a contact its agent gets
    nothing new for a time drawn from it, beside what the agent's group says. crowded: another
    patience of those who arrive when so many wait already (they hear it, or see it).
    between_agents: no customer brings it, but a policy's approval, holding replies or moderation do.
    """

    channel: Name
    subject: Name | None = None
    skills: NeededSkills = {}
    arrivals: Annotated[tuple[Source, ...], AsList] = ()
    backlog: Backlog | None = None
    turns: NumberDistribution = constant(1.0)
    work: TimeDistribution
    think: TimeDistribution = constant(0.0)
    work_mean: Profile | None = None
    unavailable: TimeDistribution = constant(0.0)
    after_contact_work: TimeDistribution = constant(0.0)
    patience: Patience = None
    patience_mean: Profile | None = None
    crowded: Annotated[tuple[Crowded, ...], AsList] = ()
    retry: Retry | None = None
    transfers: Annotated[tuple[Transfer, ...], AsList] = ()
    consult: Consult | None = None
    sentiment: SentimentMix = {"neutral": 1.0}
    reach: NumberDistribution = constant(0.0)
    value: NumberDistribution = constant(0.0)
    language: Mix = {}
    trigger: Share = 0.0
    answer_within: PositiveDuration | None = None
    clock: WaitClock | None = None
    between_agents: bool = False

    @model_validator(mode="after")
    def _customers_bring_it_or_not(self) -> Self:
        if self.between_agents and (self.arrivals or self.backlog):
            raise Wrong("found arrivals of what is between agents; allowed one of them").under("between_agents")
        return self

    @model_validator(mode="after")
    def _patience_to_stretch(self) -> Self:
        if self.patience_mean is not None and (self.patience is None or not 0 < self.patience.mean < math.inf):
            raise Wrong("found a mean by time and no patience with a mean to stretch; allowed beside patience").under(
                "patience_mean"
            )
        return self

    @field_validator("transfers")
    @classmethod
    def _at_most_always(cls, transfers: tuple[Transfer, ...]) -> tuple[Transfer, ...]:
        total = math.fsum(transfer.probability for transfer in transfers)
        if total > 1 + 1e-9:
            raise Wrong(f"found probabilities that sum to {total:g}; allowed at most 1 together")
        return transfers

    @field_validator("turns")
    @classmethod
    def _countable(cls, turns: Distribution) -> Distribution:
        if turns.mean > _MOST_TURNS:
            raise Wrong(f"found {turns.mean:g} turns on average; allowed at most {_MOST_TURNS}")
        return turns

    @property
    def leading(self) -> tuple[Any, ...]:
        """The blocks by which such contacts bring others, each with its mix `to`."""
        told = self.community.repeat if self.community else None
        blocks = (self.retry, self.repeat, self.chase, self.public, self.private, self.cascade, told)
        return tuple(block for block in blocks if block is not None)

    def distribution(self, name: str) -> Distribution | None:
        """A distribution by its key: turns, work, think, after_contact_work, patience, reach or
        value."""
        return getattr(self, name)  # type: ignore[no-any-return]

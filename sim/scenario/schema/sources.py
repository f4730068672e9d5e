"""Where contacts come from: profiles by time of week, and a source of each arrival process of the catalogue."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from pydantic import (
    BeforeValidator,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from floorcast.scenario.catalogue.arrival_processes import ARRIVAL_PROCESSES
from floorcast.scenario.read.problems import Findings, Wrong, found
from floorcast.scenario.read.units import MINUTE, RATE_WORDS, parse_rate, write_duration
from floorcast.scenario.words import profile_rows
from floorcast.scenario.words.calendar_words import DayShape, intervals_per_day
from floorcast.scenario.words.profile_rows import ProfileRows, TraceRows
from floorcast.scenario.words.schema_words import (
    Amount,
    Daily,
    Duration,
    Factor,
    Instant,
    Name,
    PositiveDuration,
    Text,
    Week,
    Written,
    folder_of,
    number,
)  # fmt: skip

_MOST_INTERVALS = 100_000


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

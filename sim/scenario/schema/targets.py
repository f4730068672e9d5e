"""What is wanted of a centre: targets on measures, and the measures' names and units."""

from __future__ import annotations

import re
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from floorcast.scenario.catalogue import measures as catalogue
from floorcast.scenario.read.problems import Findings, Wrong, found, unknown
from floorcast.scenario.read.units import parse_duration, parse_number, parse_share
from floorcast.scenario.words.calendar_words import OpeningHours, parse_opening
from floorcast.scenario.words.schema_words import Name, Written, number

# Every measure a target may name, with its unit; and those kept only where a scenario says what
# customers and the public do.
MEASURES: dict[str, str] = {measure.name: measure.unit for measure in catalogue.MEASURES.values()}
SOCIAL_MEASURES = {name: unit for name, unit in MEASURES.items() if catalogue.MEASURES[name].social}
PEOPLE_MEASURES = frozenset(name for name in MEASURES if catalogue.MEASURES[name].people)

# Those that can be asked of every interval, day or week by itself.
PERIODIC_MEASURES = (
    "service_level", "service_level_heard", "sl1", "sl2", "sl3", "sl4", "sl5", "abandonment", "delayed", "asa",
    "wait_mean", "first_response_mean", "resolution_mean", "abandoned", "blocked", "handled", "offered",
    "response_rate", "occupancy", "agents_present", "cost", "backlog_end", "wait_p50", "wait_p90", "wait_p95",
    "first_response_p50", "first_response_p90", "first_response_p95", "resolution_p50", "resolution_p90",
)  # fmt: skip
SAME_DAY = "same day"
TOPIC = "topic "  # before the name of a topic that a target is of
BUSINESS = "business"
_FREQUENCY = re.compile(r"\s*(.+?)\s+of\s+(?:the\s+)?(intervals|days|weeks|runs)\s*", re.IGNORECASE)
_FREQUENCY_WORDS = "a share of intervals, days, weeks or runs, such as 90 % of days"


class Frequency(NamedTuple):
    """In how many of what a target has to hold: share 0 to 1, of intervals, days, weeks or runs."""

    share: float
    of: str


def parse_frequency(value: object) -> Frequency:
    """`90 % of days`; the words are those of intervals, days, weeks and runs alike."""
    match = _FREQUENCY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise found(value, _FREQUENCY_WORDS)
    try:
        share = parse_share(float(match[1]) if re.fullmatch(r"[0-9.]+", match[1]) else match[1])
    except (Wrong, ValueError):
        raise found(value, _FREQUENCY_WORDS) from None
    if share <= 0:
        raise found(value, f"{_FREQUENCY_WORDS}, above 0 %")
    return Frequency(share, match[2].lower())


def _frequency(value: object) -> object:
    if value is not None:
        parse_frequency(value)
    return value


def _hours(value: object) -> object:
    if value is None or value == BUSINESS:
        return value
    if not isinstance(value, str):
        raise found(value, "business, or hours such as 'Mon-Fri 08:00-18:00'")
    parse_opening(value)
    return value


def _within(value: object) -> object:
    if value is None or value == SAME_DAY:
        return value
    if isinstance(value, float):
        return value
    seconds = parse_duration(value, "a duration with its unit, such as 20s or 4h, or same day")
    if seconds <= 0:
        raise found(value, "a duration above 0, such as 30 min, or same day")
    return seconds


class Target(Written):
    """What is wanted of a measure: `of` all, a channel, a contact type, a group, a tier (`classes`), a campaign or
    crisis, or `topic NAME`; at_least and
    at_most in the measure's own unit (seconds, share, contacts).

    within, formula and hours belong to service levels. hours: the clock runs in business hours only
    (the scenario's `business_hours`, or else the channel's opening hours), or in the hours written.
    every: it holds in each interval, day or week by itself; in: in such a share of the intervals, days, weeks
    or runs. weight: what missing it counts in the loss by which options are tuned and ranked.
    """

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    of: Name = "all"
    measure: Name
    within: Annotated[
        float | str | None,
        BeforeValidator(_within),
        WithJsonSchema({"anyOf": [{"x-words": "duration"}, {"const": SAME_DAY}]}),
    ] = None
    hours: Annotated[str | None, BeforeValidator(_hours), WithJsonSchema({"type": "string"})] = None
    every: Literal["interval", "day", "week"] | None = None
    in_: Annotated[
        str | None,
        BeforeValidator(_frequency),
        WithJsonSchema({"type": "string", "pattern": "of (the )?(intervals|days|weeks|runs)\\s*$"}),
    ] = Field(default=None, alias="in")
    formula: Literal["sl1", "sl2", "sl3", "sl4", "sl5"] | None = None
    at_least: Annotated[float | None, WithJsonSchema({"x-words": "target_value"})] = None
    at_most: Annotated[float | None, WithJsonSchema({"x-words": "target_value"})] = None
    weight: Annotated[float, BeforeValidator(number("a weight from 0 to 1000", least=0, most=1000))] = 1.0

    @field_validator("measure")
    @classmethod
    def _known(cls, measure: str) -> str:
        if measure not in MEASURES:
            raise unknown("measure", measure, MEASURES)
        return measure

    @field_validator("at_least", "at_most", mode="before")
    @classmethod
    def _in_the_unit_of_the_measure(cls, value: object, info: ValidationInfo) -> float | None:
        if value is None or "measure" not in info.data:
            return None  # an unknown measure is reported already, and without it no unit is known
        return _read_bound(value, MEASURES[info.data["measure"]])

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        findings = Findings()
        if self.at_least is None and self.at_most is None:
            findings.add(Wrong("found neither at_least nor at_most; allowed at least one of them"))
        elif (
            self.at_least is not None and self.at_most is not None and self.at_least > self.at_most
        ):
            findings.add(
                Wrong("found at_least above at_most; allowed a range that something can meet")
            )
        for key in ("within", "formula", "hours"):
            fits = self.measure == "service_level" or (key != "formula" and self.measure[:2] == "sl")
            if getattr(self, key) is not None and not fits:
                findings.add(
                    Wrong(f"found {key!r} with {self.measure}; allowed with service_level"), key
                )
        self._check_periods(findings)
        findings.settle()
        return self

    def _check_periods(self, findings: Findings) -> None:
        often = self.frequency
        if often is not None and self.every is not None and often.of != f"{self.every}s":
            findings.add(
                Wrong(f"found {often.of} beside every: {self.every}; allowed one of them, or {self.every}s"), "in"
            )
        periodic = self.every is not None or (often is not None and often.of != "runs")
        if periodic and self.measure not in PERIODIC_MEASURES:
            key = "every" if self.every is not None else "in"
            findings.add(
                Wrong(
                    f"found {key!r} with {self.measure}, which has no value by interval; allowed with"
                    f" {', '.join(PERIODIC_MEASURES[:12])} and more"
                ),
                key,
            )

    @property
    def frequency(self) -> Frequency | None:
        """`in`, read."""
        return None if self.in_ is None else parse_frequency(self.in_)

    def business(self, usual: OpeningHours | None) -> OpeningHours | None:
        """The hours in which the clock runs, `usual` being the business hours; None: all hours."""
        if self.hours is None:
            return None
        return usual if self.hours == BUSINESS else parse_opening(self.hours)

    @property
    def unit(self) -> str:
        """s, share, contacts, agents or money."""
        return MEASURES[self.measure]


def _read_bound(value: object, unit: str) -> float:
    if unit == "s":
        return parse_duration(value)
    if unit == "share":
        return parse_share(value)
    bound = parse_number(value, "a number of at least 0")
    if bound < 0:
        raise found(value, "a number of at least 0")
    return bound


def _indifference(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise found(value, "a mapping from measures to differences, such as {service_level: 1 %, asa: 5s}")
    kept: dict[str, float] = {}
    wrong = Findings()
    for measure, size in value.items():
        try:
            if measure not in MEASURES:
                raise unknown("measure", str(measure), MEASURES)
            kept[measure] = _size(size, MEASURES[measure])
        except Wrong as error:
            wrong.add(error, str(measure))
    wrong.settle()
    return kept


def _size(value: object, unit: str) -> float:
    if unit == "share":
        return parse_share(value)
    size = parse_duration(value) if unit == "s" else parse_number(value)
    if size < 0:
        raise found(value, "a difference of 0 or more")
    return size


# Differences too small to matter, by measure: two policies within them are the same.
Indifference = Annotated[
    dict[str, float],
    BeforeValidator(_indifference),
    WithJsonSchema({"type": "object", "propertyNames": {"enum": list(MEASURES)},
                    "additionalProperties": {"type": ["number", "string"]}}),
]  # fmt: skip

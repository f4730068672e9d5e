"""The words schemas are made of: base model, quantities, names and shares, each with its parser and
JSON Schema.

In `WithJsonSchema`, the key `x-words` names a shared definition that json_schema.py puts in its
place.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
    WithJsonSchema,
    WrapValidator,
)

from floorcast.scenario.read.problems import Findings, Problem, Wrong, found, unknown
from floorcast.scenario.read.units import parse_duration, parse_number, parse_share
from floorcast.scenario.words import calendar_words as words
from floorcast.scenario.words.csv_tables import Folder
from floorcast.scenario.words.distribution_words import parse_distribution
from floorcast.scenario.words.distributions import Distribution

MIX_TOLERANCE = 1e-6


class Written(BaseModel):
    """Base of everything a person writes: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


@dataclass
class ReadingContext:
    """Travels through validation: the folder for CSV files, and warnings found on the way."""

    folder: Folder | None = None
    warnings: list[Problem] = field(default_factory=list)


def folder_of(info: ValidationInfo) -> Folder | None:
    """The folder of the file being read; None when a model is built in Python."""
    return info.context.folder if isinstance(info.context, ReadingContext) else None


def number(
    words_: str,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    whole: bool = False,
) -> Callable[[object], Any]:
    """A validator for numbers within bounds, with `words_` as what is allowed."""

    def read(value: object) -> float | int:
        parsed = parse_number(value, words_)
        if (
            (whole and (isinstance(value, float) and not value.is_integer()))
            or (least is not None and parsed < least)
            or (most is not None and parsed > most)
            or (above is not None and parsed <= above)
        ):
            raise found(value, words_)
        return int(value) if whole else parsed  # type: ignore[call-overload]

    return read


def _bounds(kind: str, **bounds: float) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **bounds})


def _positive_duration(value: object) -> float:
    seconds = parse_duration(value)
    if seconds <= 0:
        raise found(value, "a duration above 0, such as 30 min")
    return seconds


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise found(value, "text")
    text = str(value)
    if len(text) > 10_000:
        raise found(value, "text of at most 10000 characters")
    return text


def _name(value: object) -> str:
    text = _text(value).strip()
    if not text or len(text) > 100 or not text.isprintable():
        raise found(value, "a name of 1 to 100 printable characters")
    return text


def _names(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    findings = Findings()
    names: list[str] = []
    for index, item in enumerate(items):
        try:
            name = _name(item)
            if name in names:
                raise Wrong(f"found {name!r} a second time; allowed once")
            names.append(name)
        except Wrong as error:
            findings.add(error, index)
    findings.settle()
    return tuple(names)


def keyed(
    read: Callable[[object], Any], listed: Any = None, what: str = "a mapping from names to numbers"
) -> Any:
    """A validator for {name: quantity}; with `listed`, a list or single name gives each name that
    quantity."""

    def parse(value: object) -> dict[str, Any]:
        if isinstance(value, dict):
            findings = Findings()
            parsed: dict[str, Any] = {}
            for key, item in value.items():
                try:
                    parsed[_name(key)] = read(item)
                except Wrong as error:
                    findings.add(error, str(key))
            findings.settle()
            return parsed
        if listed is None or not isinstance(value, list | tuple | str):
            raise found(value, what)
        return dict.fromkeys(_names(value), listed)

    return parse


def mix(value: object) -> dict[str, float]:
    """Shares by name that sum to 1."""
    shares: dict[str, float] = keyed(
        parse_share, what="a mapping from names to shares that sum to 1"
    )(value)
    total = math.fsum(shares.values())
    if shares and abs(total - 1) > MIX_TOLERANCE:
        raise Wrong(f"found shares that sum to {total:.6g}; allowed shares that sum to 1")
    return shares


def sentiment_mix(value: object) -> dict[str, float]:
    """Shares of negative, neutral and positive; one word alone means all of them."""
    return mix(sentiment_keys({value: 1.0} if isinstance(value, str) else value))


def sentiment_keys(value: object) -> object:
    """The same value; a mapping's keys must be sentiments."""
    findings = Findings()
    for key in value if isinstance(value, dict) else ():
        if key not in SENTIMENTS:
            findings.add(unknown("sentiment", str(key), SENTIMENTS), str(key))
    findings.settle()
    return value


SENTIMENTS = ("negative", "neutral", "positive")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


def _time_distribution(value: object, info: ValidationInfo) -> Distribution:
    return parse_distribution(value, True, folder_of(info))


def _patience(value: object, info: ValidationInfo) -> Distribution | None:
    return (
        None
        if value is None or value == "none"
        else parse_distribution(value, True, folder_of(info))
    )


def _number_distribution(value: object, info: ValidationInfo) -> Distribution:
    return parse_distribution(value, False, folder_of(info))


AsList = BeforeValidator(_as_list)
Duration = Annotated[
    float, BeforeValidator(parse_duration), WithJsonSchema({"x-words": "duration"})
]
PositiveDuration = Annotated[
    float, BeforeValidator(_positive_duration), WithJsonSchema({"x-words": "duration"})
]
Share = Annotated[float, BeforeValidator(parse_share), WithJsonSchema({"x-words": "share"})]
Amount = Annotated[
    float, BeforeValidator(number("a number of at least 0", least=0)), _bounds("number", minimum=0)
]
Points = Annotated[float, BeforeValidator(number("a number")), _bounds("number")]
Factor = Annotated[
    float,
    BeforeValidator(number("a factor from 0 to 1000000", least=0, most=1e6)),
    _bounds("number", minimum=0),
]
Count = Annotated[
    int,
    BeforeValidator(number("a whole number of at least 0", least=0, most=1e9, whole=True)),
    _bounds("integer", minimum=0),
]
PositiveCount = Annotated[
    int,
    BeforeValidator(number("a whole number of at least 1, at most 1,000,000,000", least=1, most=1e9, whole=True)),
    _bounds("integer", minimum=1),
]
Heads = Annotated[
    int,
    BeforeValidator(
        number("a whole number of agents from 0 to 100000", least=0, most=100_000, whole=True)
    ),
    _bounds("integer", minimum=0, maximum=100_000),
]
Text = Annotated[str, BeforeValidator(_text)]
Name = Annotated[str, BeforeValidator(_name)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names), WithJsonSchema({"x-words": "names"})]
Instant = Annotated[
    datetime, BeforeValidator(words.parse_instant), WithJsonSchema({"x-words": "instant"})
]
Clock = Annotated[float, BeforeValidator(words.parse_clock), WithJsonSchema({"x-words": "clock"})]
Days = Annotated[
    tuple[int, ...], BeforeValidator(words.parse_days), WithJsonSchema({"x-words": "days"})
]
Opening = Annotated[
    words.OpeningHours, BeforeValidator(words.parse_opening), WithJsonSchema({"x-words": "opening"})
]
Week = Annotated[
    tuple[words.DayShape, ...],
    BeforeValidator(words.parse_week),
    WithJsonSchema({"x-words": "week"}),
]
Daily = Annotated[
    tuple[words.DayShape, ...],
    BeforeValidator(words.parse_daily),
    WithJsonSchema({"x-words": "day_shape"}),
]
TimeDistribution = Annotated[
    Distribution,
    BeforeValidator(_time_distribution),
    WithJsonSchema({"x-words": "time_distribution"}),
]
Patience = Annotated[
    Distribution | None, BeforeValidator(_patience), WithJsonSchema({"x-words": "patience"})
]
NumberDistribution = Annotated[
    Distribution,
    BeforeValidator(_number_distribution),
    WithJsonSchema({"x-words": "number_distribution"}),
]
Mix = Annotated[dict[str, float], BeforeValidator(mix), WithJsonSchema({"x-words": "mix"})]
SentimentMix = Annotated[
    dict[str, float], BeforeValidator(sentiment_mix), WithJsonSchema({"x-words": "sentiment_mix"})
]
_level = number("a skill level from 0 to 1", least=0, most=1)
NeededSkills = Annotated[
    dict[str, float], BeforeValidator(keyed(_level, listed=0.0, what="skills, as a list or with least levels")),
    WithJsonSchema({"x-words": "skills"}),
]  # fmt: skip
OwnedSkills = Annotated[
    dict[str, float], BeforeValidator(keyed(_level, listed=1.0, what="skills, as a list or with levels")),
    WithJsonSchema({"x-words": "skills"}),
]  # fmt: skip
class OneAtATime(dict[str, int]):
    """Channels written as a list, without numbers: of all of them an agent holds one contact at a time."""


def _as_listed(value: object, read: Callable[[object], dict[str, int]]) -> dict[str, int]:
    caps = read(value)
    return OneAtATime(caps) if isinstance(value, str | list | tuple | OneAtATime) else caps


Caps = Annotated[
    dict[str, int],
    BeforeValidator(
        keyed(
            number("a whole number of contacts from 1 to 1000", least=1, most=1000, whole=True), listed=1,
            what="channels, as a list or with the most contacts held",
        )
    ),
    WrapValidator(_as_listed),
    WithJsonSchema({"x-words": "caps"}),
]  # fmt: skip
Units = Annotated[
    dict[str, float],
    BeforeValidator(keyed(number("a number above 0, at most 1000", above=0, most=1000))),
    WithJsonSchema(
        {"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}}
    ),
]
Factors = Annotated[
    dict[str, float],
    BeforeValidator(keyed(number("a factor from 0 to 1000000", least=0, most=1e6))),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}),
]

"""Ranges of numbers in conditions: of a contact's attributes and of the state of the centre."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from floorcast.scenario.read.problems import Findings, Wrong, found
from floorcast.scenario.read.units import DAY, MINUTE, parse_share
from floorcast.scenario.words.calendar_words import CLOCK_WORDS, parse_clock
from floorcast.scenario.words.schema_words import (
    Amount,
    Duration,
    Name,
    PositiveDuration,
    Share,
    Written,
)


def _one_side(low: Any, high: Any, names: str) -> None:
    if low is not None and high is not None:
        raise Wrong(f"found both of {names}; allowed one of them")


class Bounds(Written):
    """A range of a number: at_least and at_most include the bound, above and below do not. At least
    one of them."""

    at_least: Amount | None = None
    at_most: Amount | None = None
    above: Amount | None = None
    below: Amount | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        low = self.at_least if self.at_least is not None else self.above
        high = self.at_most if self.at_most is not None else self.below
        if low is None and high is None:
            raise Wrong("found no bound; allowed at_least, at_most, above, below")
        _one_side(self.at_least, self.above, "at_least, above")
        _one_side(self.at_most, self.below, "at_most, below")
        strict = self.above is not None or self.below is not None
        if low is not None and high is not None and (low > high or (strict and low == high)):
            raise Wrong(
                f"found bounds that nothing can meet, {low:g} to {high:g}; allowed a lower bound below the upper"
            )
        return self

    def holds(self, value: float) -> bool:
        """Whether a value lies within."""
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )


class WaitBounds(Bounds):
    """A range of a time waited, in seconds."""

    at_least: Duration | None = None
    at_most: Duration | None = None
    above: Duration | None = None
    below: Duration | None = None


class QueueBounds(Bounds):
    """A range of contacts waiting: `of` all, a channel or a contact type (default: the contact's own
    type)."""

    of: Name | None = None


class ExpectedWaitBounds(WaitBounds):
    """A range of the expected wait, in seconds: contacts waiting times the average time between
    answers of late; `of` as for a queue."""

    of: Name | None = None


class IdleBounds(Bounds):
    """A range of the idle agents (present, holding nothing) of the group `of`."""

    of: Name


class ServiceBounds(Bounds):
    """A range of the share answered in time over the last `over`; 1 while nothing was due. `of` as
    for a queue."""

    at_least: Share | None = None
    at_most: Share | None = None
    above: Share | None = None
    below: Share | None = None
    of: Name | None = None
    over: PositiveDuration = 30 * MINUTE


class MeterBounds(Bounds):
    """A range of what has been known over the last `over`; `of` all, a channel or a contact type."""

    of: Name | None = None
    over: PositiveDuration = 4 * 3600.0


class AngryBounds(ServiceBounds):
    """A range of the share of negative contacts among those that came over the last `over`."""

    over: PositiveDuration = 3600.0


class ReachBounds(MeterBounds):
    """A range of the followers of all public posts together that came over the last `over`."""

    over: PositiveDuration = 3600.0


def _net(value: object) -> float:
    if isinstance(value, str) and value.strip().startswith("-"):
        return -parse_share(value.strip()[1:].strip())
    return parse_share(value) if not isinstance(value, int | float) or value >= 0 else -parse_share(-value)


NetShare = Annotated[
    float, BeforeValidator(_net),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": -1, "maximum": 1}, {"type": "string", "pattern": "%\\s*$"}]}
    ),
]  # fmt: skip


class PromoterBounds(MeterBounds):
    """A range of the share of promoters less the share of detractors, -100 % to 100 %."""

    at_least: NetShare | None = None
    at_most: NetShare | None = None
    above: NetShare | None = None
    below: NetShare | None = None


_SPAN_WORDS = "hours such as 18:00-22:00 or 22:00-06:00, or a list of them"


def _spans(value: object) -> tuple[tuple[float, float], ...]:
    if isinstance(value, tuple):
        return value
    findings = Findings()
    spans: list[tuple[float, float]] = []
    items = value if isinstance(value, list) else [value]
    for index, item in enumerate(items):
        ends = item.split("-") if isinstance(item, str) else []
        try:
            if len(ends) != 2:
                raise found(item, _SPAN_WORDS)
            begin, end = parse_clock(ends[0]), parse_clock(ends[1], midnight_ends=True)
            if begin == end:
                raise Wrong(f"found the empty span {item!r}; allowed {CLOCK_WORDS} before another")
            spans.extend([(begin, end)] if begin < end else [(begin, DAY), (0.0, end)])
        except Wrong as error:
            findings.add(error, *([index] if isinstance(value, list) else []))
    findings.settle()
    return tuple(spans)


TimeSpans = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(_spans),
    WithJsonSchema({"x-words": "names"}),
]

"""Which shifts may be planned: start windows, lengths, breaks with windows, days, and how many people.

`floorcast schedule` chooses among them; simulating a scenario as it stands takes no notice.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from floorcast.scenario.read.problems import Findings, Wrong, found
from floorcast.scenario.read.units import DAY, MINUTE, parse_duration, write_duration
from floorcast.scenario.schema.people import EVERY_DAY
from floorcast.scenario.words.calendar_words import parse_clock
from floorcast.scenario.words.schema_words import (
    AsList,
    Days,
    Heads,
    Name,
    Names,
    OwnedSkills,
    PositiveDuration,
    Written,
    number,
)

_STEP = 30 * MINUTE
_MOST_CHOICES = 200
_Factor = Annotated[float, BeforeValidator(number("a factor from 0.1 to 10", least=0.1, most=10))]


def _choices(read: Any, words: str) -> Any:
    """One value, a list, or {from, to, step} as a tuple of seconds."""

    def parse(value: object) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        if isinstance(value, dict):
            unknown = set(value) - {"from", "to", "step"}
            if unknown or "from" not in value or "to" not in value:
                raise found(value, f"{words}, a list of them, or {{from, to, step}}")
            first, last = read(value["from"]), read(value["to"])
            step = parse_duration(value.get("step", "30 min"))
            if step < MINUTE:
                raise Wrong("found a step below 1 min; allowed 1 min or more").under("step")
            if last < first:
                last += DAY if read is parse_clock else 0
            if last < first:
                raise Wrong("found a window that ends before it begins; allowed from, then to").under("to")
            count = int((last - first) // step) + 1
            if count > _MOST_CHOICES:
                raise Wrong(f"found {count} choices; allowed at most {_MOST_CHOICES}: a longer step").under("step")
            chosen = tuple(first + n * step for n in range(count))
            return tuple(at % DAY for at in chosen) if read is parse_clock else chosen
        if isinstance(value, list):
            findings = Findings()
            times = []
            for index, item in enumerate(value):
                try:
                    times.append(read(item))
                except Wrong as error:
                    findings.add(error, index)
            findings.settle()
            if not times or len(set(times)) < len(times):
                raise found(value, f"{words}, each once")
            return tuple(times)
        return (read(value),)

    return parse


_WINDOW: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {
            "type": "object",
            "properties": {key: {"type": "string"} for key in ("from", "to", "step")},
            "required": ["from", "to"],
            "additionalProperties": False,
        },
    ]
}
Clocks = Annotated[
    tuple[float, ...],
    BeforeValidator(_choices(parse_clock, "a time of day such as 08:00")),
    WithJsonSchema(_WINDOW),
]
Lengths = Annotated[
    tuple[float, ...],
    BeforeValidator(_choices(parse_duration, "a duration such as 8h")),
    WithJsonSchema(_WINDOW),
]


class PlannedBreak(Written):
    """A break of a planned shift: somewhere `after` the shift's start (a duration, a list, or a window with
    step), paid unless it says otherwise."""

    after: Lengths
    length: PositiveDuration
    paid: bool = True


class ShiftOvertime(Written):
    """A shift may go on for these lengths beyond its own, at `price` times the hour (default 1.5)."""

    by: Lengths
    price: _Factor = 1.5

    @model_validator(mode="after")
    def _is_longer(self) -> Self:
        if min(self.by) < MINUTE:
            raise found(write_duration(min(self.by)), "1 min or more").under("by")
        return self


class ShiftType(Written):
    """Shifts that may be planned.

    groups: who may work it (default all). start: when it may begin, and length: one, several, or a window (from, to,
    and a step of 30 min by default); days: on which it may begin. days_per_week: a person works so many of the days
    in a row, every week; without it each day is planned by itself, and people count on every day anew. latest_end: by
    when it has to be over, as a time of day. pay: a factor on the price of its hours. at_least, at_most: people on
    it in all.
    """

    groups: Names | None = None
    start: Clocks
    length: Lengths
    days: Days = EVERY_DAY
    days_per_week: Annotated[
        int | None, BeforeValidator(lambda v: None if v is None else _days_a_week(v)),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 7}),
    ] = None  # fmt: skip
    breaks: Annotated[tuple[PlannedBreak, ...], AsList] = ()
    latest_end: Annotated[
        float | None, BeforeValidator(lambda v: None if v is None else parse_clock(v, midnight_ends=True)),
        WithJsonSchema({"x-words": "clock"}),
    ] = None  # fmt: skip
    pay: _Factor = 1.0
    overtime: ShiftOvertime | None = None
    at_least: Heads = 0
    at_most: Heads | None = None

    @model_validator(mode="after")
    def _can_be_worked(self) -> Self:
        findings = Findings()
        if self.groups is not None and not self.groups:
            findings.add(Wrong("found no group; allowed at least one, or leave `groups` out for all"), "groups")
        if self.days_per_week is not None and self.days_per_week > len(self.days):
            findings.add(
                Wrong(f"found {self.days_per_week} days per week on {len(self.days)} days; allowed no more than these"),
                "days_per_week",
            )
        if any(not MINUTE <= length <= DAY for length in self.length):
            findings.add(found(write_duration(max(self.length)), "shifts of 1 min to 24h"), "length")
        for index, pause in enumerate(self.breaks):
            if min(pause.after) + pause.length > min(self.length) + 1e-6:
                findings.add(
                    Wrong(
                        f"found a break that ends {write_duration(min(pause.after) + pause.length)} after the start;"
                        f" allowed within the shift's {write_duration(min(self.length))}"
                    ),
                    "breaks", index,
                )  # fmt: skip
        if not findings.all and next(self.placements(max(self.length)), None) is None:
            findings.add(
                Wrong("found breaks that overlap wherever they are placed; allowed windows that leave room for each"),
                "breaks",
            )
        longest = DAY - min(self.length)
        if self.overtime is not None and max(self.overtime.by) > longest + 1e-6:
            allowed = f"shifts of at most 24h with it, here {write_duration(longest)}"
            findings.add(found(write_duration(max(self.overtime.by)), allowed), "overtime", "by")
        if self.at_most is not None and self.at_most < self.at_least:
            findings.add(found(self.at_most, f"at least the {self.at_least} of at_least"), "at_most")
        if not any(self.ends_in_time(start, length) for start in self.start for length in self.length):
            findings.add(
                Wrong("found a latest_end before any of these shifts is over; allowed a later one, or earlier starts"),
                "latest_end",
            )
        findings.settle()
        return self

    def placements(self, length: float) -> Iterator[list[tuple[float, float, PlannedBreak]]]:
        """Every placement of the breaks of a shift so long, in order and without overlap: from, to, which."""
        for places in itertools.product(*(pause.after for pause in self.breaks)):
            spans = sorted(
                ((at, at + pause.length, pause) for at, pause in zip(places, self.breaks, strict=True)),
                key=lambda span: span[:2],
            )
            over = any(a[1] > b[0] or a[0] == b[0] for a, b in itertools.pairwise(spans))
            if not over and (not spans or spans[-1][1] <= length):
                yield spans

    def ends_in_time(self, start: float, length: float) -> bool:
        """Whether a shift is over by `latest_end`; one that passes midnight is not, unless that is later."""
        if self.latest_end is None:
            return True
        end = start + length
        return end <= self.latest_end + 1e-6 or (self.latest_end < start and end <= self.latest_end + DAY + 1e-6)


def _days_a_week(value: object) -> int:
    return int(number("a whole number of days from 1 to 7", least=1, most=7, whole=True)(value))


class PeopleBounds(Written):
    """How many people there may be."""

    at_least: Heads = 0
    at_most: Heads | None = None

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.at_most is not None and self.at_most < self.at_least:
            raise found(self.at_most, f"at least the {self.at_least} of at_least").under("at_most")
        return self


class CrossTraining(Written):
    """People of a group who may be taught more: `learns` skills (with levels), for `pay` times the price of the
    group's hours, `at_most` so many. They go on serving what their group serves, asked after the others of it, and take
    what their new skills are for after all others."""

    group: Name = Field(alias="from")
    learns: OwnedSkills
    pay: _Factor = 1.0
    at_most: Heads | None = None

    @model_validator(mode="after")
    def _learns_something(self) -> Self:
        if not self.learns:
            raise Wrong("found no skill; allowed at least one that a contact type needs").under("learns")
        return self

    @property
    def name(self) -> str:
        """What those who were taught are called."""
        return f"{self.group} + {' and '.join(self.learns)}"


class PlanLimits(Written):
    """How many people may be planned: in all and by group, those of it who are cross-trained included; and who may be
    cross-trained."""

    people: PeopleBounds = PeopleBounds()
    groups: dict[Name, PeopleBounds] = {}
    cross_training: Annotated[tuple[CrossTraining, ...], AsList] = ()

    @property
    def taught_of(self) -> dict[str, str]:
        """The groups of the cross-trained, each with the group that its people come from."""
        return {one.name: one.group for one in self.cross_training}

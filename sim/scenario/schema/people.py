"""Single people: what tells an agent from the others of the group, what they learn, and rosters by date from a CSV."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from floorcast.scenario.read.problems import Findings, Wrong, found
from floorcast.scenario.read.units import DAY, write_duration
from floorcast.scenario.words import roster_rows
from floorcast.scenario.words.roster_rows import RosterRows
from floorcast.scenario.words.schema_words import (
    AsList,
    Clock,
    Days,
    Duration,
    Heads,
    Name,
    Names,
    PositiveDuration,
    Share,
    Text,
    TimeDistribution,
    Written,
    folder_of,
    number,
)  # fmt: skip
from floorcast.scenario.words.special_days import Dates, OneDate

EVERY_DAY = tuple(range(7))

Speed = Annotated[
    float,
    BeforeValidator(number("a speed from 0.05 to 20, 1 being usual", least=0.05, most=20)),
    WithJsonSchema({"type": "number", "minimum": 0.05, "maximum": 20}),
]


class Unavailable(Written):
    """How long an agent gets nothing new after a contact: one law, or one while nobody waits that
    the group may take, another while somebody does, and a third, if it differs, while several (two
    or more) do."""

    nobody_waiting: TimeDistribution
    somebody_waiting: TimeDistribution
    several_waiting: TimeDistribution | None = None

    @model_validator(mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        if isinstance(value, Unavailable):
            return value
        if isinstance(value, dict) and not value.keys().isdisjoint(cls.model_fields):
            return value
        return {"nobody_waiting": value, "somebody_waiting": value}


class Person(Written):
    """One agent of a group, by name: `speed` (work takes 1 / speed times as long; times the group's),
    `unavailable` (in place of the group's) and `leave` (dates on which no shift of theirs begins)."""

    name: Name
    speed: Speed = 1.0
    unavailable: Unavailable | None = None
    leave: Dates = ()


class Break(Written):
    """Off the floor during a shift: `after` the shift's start, or `at` a time of day; paid unless it
    says otherwise."""

    after: Duration | None = None
    at: Clock | None = None
    length: PositiveDuration
    paid: bool = True

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.after is None) == (self.at is None):
            raise Wrong(
                "found "
                + ("neither" if self.at is None else "both")
                + " of after, at; allowed exactly one of them"
            )
        return self


class Hours(Written):
    """When people are there on some days: see `Shift`."""

    start: Clock
    length: PositiveDuration
    days: Days = EVERY_DAY
    first: OneDate | None = None
    last: OneDate | None = None
    dates: Dates = ()
    leave: Dates = ()
    breaks: Annotated[tuple[Break, ...], AsList] = ()
    pay: Annotated[float, BeforeValidator(number("a factor from 0.1 to 10", least=0.1, most=10))] = 1.0

    def falls_on(self, day: date, weekday: int) -> bool:
        """Whether the shift starts on a date that is like this weekday."""
        if day in self.leave:
            return False
        if self.dates:
            return day in self.dates
        begun = self.first is None or day >= self.first
        return begun and (self.last is None or day <= self.last) and weekday in self.days

    def break_spans(self, unpaid: bool = False) -> list[tuple[float, float]]:
        """(from, to) of every break, or of the unpaid ones, in seconds since the shift's start, in order."""
        spans = []
        for pause in self.breaks:
            if unpaid and pause.paid:
                continue
            begin = pause.after if pause.at is None else (pause.at - self.start) % DAY
            assert begin is not None
            spans.append((begin, begin + pause.length))
        return sorted(spans)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.length > DAY:
            raise found(write_duration(self.length), "a shift of at most 24h").under("length")
        findings = Findings()
        for index, pause in enumerate(self.breaks):
            begin = pause.after if pause.at is None else (pause.at - self.start) % DAY
            assert begin is not None
            if begin + pause.length > self.length + 1e-6:
                span = f"{write_duration(begin)} to {write_duration(begin + pause.length)} after the shift's start"
                findings.add(
                    Wrong(
                        f"found a break from {span}; allowed within the shift's {write_duration(self.length)}"
                    ),
                    "breaks",
                    index,
                )
        spans = self.break_spans()
        for (_, end), (begin, _) in zip(spans, spans[1:], strict=False):
            if begin < end - 1e-6:
                findings.add(
                    Wrong("found breaks that overlap; allowed one after the other"), "breaks"
                )
                break
        findings.settle()
        return self


class Roster(Written):
    """Who is there from when to when, by date, from a CSV: a row per presence, with columns for the
    agent's name, its `start` and its `end` as local date-times. Breaks are the gaps between rows of
    one day; several rows of one agent are one person. `where` keeps the rows whose columns have
    these values."""

    csv: Text
    agent: Text
    start: Text
    end: Text
    where: Annotated[
        dict[str, str],
        BeforeValidator(lambda value: _texts(value)),
        WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
    ] = {}
    _rows: RosterRows = PrivateAttr(default_factory=lambda: RosterRows((), (), (), ()))

    @property
    def rows(self) -> RosterRows:
        """The rows read."""
        return self._rows

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody named, in order of appearance."""
        return tuple(dict.fromkeys(self._rows.names))

    @model_validator(mode="after")
    def _read(self, info: ValidationInfo) -> Self:
        self._rows = roster_rows.read_roster(self, folder_of(info))
        return self

    def spans(self, start: datetime, horizon: float) -> dict[str, list[tuple[float, float]]]:
        """By name, spans of presence in seconds since `start`, clipped to the horizon, in order and
        joined where they touch."""
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in self.names}
        rows = sorted(zip(self._rows.starts, self._rows.ends, self._rows.names, strict=True))
        for begin, end, name in rows:
            low = max(0.0, (begin - start).total_seconds())
            high = min(horizon, (end - start).total_seconds())
            if high <= low:
                continue
            spans = found[name]
            if spans and low <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], high))
            else:
                spans.append((low, high))
        return found


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str | int) for v in value.values()):
        raise Wrong("found something else than columns and their values; allowed {group: billing}")
    return {str(key): str(one) for key, one in value.items()}


class Learning(Written):
    """What training and coaching do for the agents of a group. After h hours an agent knows the share
    1 - exp(-h / curve) of what there is to know, and forgets half of it in every `half_life`
    (default: nothing). Who knows it all works `faster` by this share, and resolves `resolves` of
    the issues that would stay unresolved."""

    curve: PositiveDuration
    half_life: PositiveDuration | None = None
    faster: Share = 0.0
    resolves: Share = 0.0

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.faster >= 1:
            raise found(self.faster, "a share below 1").under("faster")
        if not self.faster and not self.resolves:
            raise Wrong("found neither faster nor resolves above 0; allowed at least one of them")
        return self


class Evaluation(Written):
    """Quality evaluations of a group's agents. As a conversation ends, a rule picks it: `of` contact types or channels
    (default all), by customers of a `sentiment` (as it was read), that took `longer_than` so much work, after-contact
    work included, a `share` of them by chance, and `at_most` so many of an agent in every day or week of the run. A
    contact of type `by`, between agents, stands for listening to it and judging it: it finds a supervisor by the
    policy's rules, and its work is the supervisor's time. Then the agent takes the `feedback`'s time, as soon as it is
    there and holds nothing, one conversation after the other; once each is talked over it has learned as much as in
    `teaches` of training (see `learning`). Without `feedback` it learns at once."""

    by: Name
    of: Names = ()
    sentiment: Literal["negative", "neutral", "positive"] | None = None
    longer_than: Duration = 0.0
    share: Share = 1.0
    at_most: Heads = 1
    every: Literal["day", "week"] = "week"
    feedback: Duration = 0.0
    teaches: Duration = 0.0

    @property
    def period(self) -> float:
        """Seconds of a period."""
        return DAY if self.every == "day" else 7 * DAY

    def looks_at(self, type_name: str, channel: str) -> bool:
        """Whether conversations of a contact type are looked at."""
        return not self.of or type_name in self.of or channel in self.of

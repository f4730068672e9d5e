"""Days, times of day, opening hours and week profiles as people write them.

Weekdays are 0 (Monday) to 6 (Sunday), times of day are seconds since midnight. Local time has no
daylight saving: every day has 24 hours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from floorcast.scenario.read.problems import Findings, Wrong, found, show
from floorcast.scenario.read.units import DAY, parse_number

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = {name.lower(): n for n, name in enumerate(DAY_NAMES)} | {
    name: n for n, name in enumerate(_FULL)
}
_WHOLE = {
    "daily": range(7),
    "every day": range(7),
    "all": range(7),
    "weekdays": range(5),
    "weekend": range(5, 7),
}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_SPAN = re.compile(r"(?:(?P<days>.*?)\s+)?(?P<open>\d{1,2}:\d{2})\s*-\s*(?P<close>\d{1,2}:\d{2})")

DAYS_WORDS = "days such as Mon, Mon-Fri, 'Mon, Wed', weekdays, weekend or daily"
CLOCK_WORDS = "a time of day such as 08:00, from 00:00 to 23:59"
OPEN_WORDS = "always, or hours such as 'Mon-Fri 08:00-20:00, Sat 09:00-13:00'"
INSTANT_WORDS = "a local date or date-time such as 2015-02-17 or 2015-02-17 09:00"


def parse_days(value: object) -> tuple[int, ...]:
    """Weekdays of 'Mon-Fri', 'Mon, Wed', 'weekend' or a list of these, sorted."""
    words = value if isinstance(value, list | tuple) else [value]
    chosen: set[int] = set()
    for word in words:
        if not isinstance(word, str):
            raise found(value, DAYS_WORDS)
        for part in word.split(","):
            chosen.update(_days_of(part.strip().lower(), value))
    if not chosen:
        raise found(value, DAYS_WORDS)
    return tuple(sorted(chosen))


def _days_of(part: str, value: object) -> Iterator[int]:
    if part in _WHOLE:
        yield from _WHOLE[part]
        return
    ends = [piece.strip() for piece in part.split("-")]
    if len(ends) > 2 or any(end not in _DAY for end in ends):
        raise found(value, DAYS_WORDS)
    first, last = _DAY[ends[0]], _DAY[ends[-1]]
    yield from ((first + n) % 7 for n in range((last - first) % 7 + 1))


def parse_clock(value: object, midnight_ends: bool = False) -> float:
    """Seconds since midnight of '08:00' or '08:00:30'; '24:00' only where it ends a span."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match:
        hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
        total = hours * 3600.0 + minutes * 60 + seconds
        if minutes < 60 and seconds < 60 and (total < DAY or (midnight_ends and total == DAY)):
            return total
    raise found(value, CLOCK_WORDS)


def parse_instant(value: object) -> datetime:
    """A local date or date-time; time zones are refused because the whole scenario is in one local
    time."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)
    else:
        try:
            moment = datetime.fromisoformat(value.strip())  # type: ignore[attr-defined]
        except (ValueError, AttributeError):
            raise found(value, INSTANT_WORDS) from None
    if moment.tzinfo is not None:
        raise found(value, f"{INSTANT_WORDS}, without a time zone")
    if not 1900 <= moment.year <= 2200:
        raise found(value, f"{INSTANT_WORDS}, from 1900 to 2200")
    return moment


@dataclass(frozen=True)
class OpeningHours:
    """When a channel is open: `spans` of (weekday, from, to) in seconds since that day's midnight;
    to may pass 24 h."""

    spans: tuple[tuple[int, float, float], ...]
    always: bool = False

    def open_intervals(
        self, start: datetime, days: int, special: Mapping[date, int] | None = None
    ) -> list[tuple[float, float]]:
        """Disjoint open intervals, in seconds since `start`, within the `days` simulated, in order.
        special: dates that are like another weekday, or `CLOSED`."""
        horizon = days * DAY
        if self.always and not special:
            return [(0.0, horizon)]
        spans = [(day, 0.0, DAY) for day in range(7)] if self.always else self.spans
        pieces = sorted(
            (max(0.0, midnight + begin), min(horizon, midnight + end))
            for midnight, weekday in midnights(start, days, special)
            for day, begin, end in spans
            if day == weekday
        )
        merged: list[tuple[float, float]] = []
        for begin, end in pieces:
            if end <= begin:
                continue
            if merged and begin <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((begin, end))
        return merged


ALWAYS = OpeningHours((), always=True)


def parse_opening(value: object) -> OpeningHours:
    """'always', 'Mon-Fri 08:00-20:00, Sat 09:00-13:00', '22:00-06:00' (over midnight), a list of
    such spans, or hours by days ({Mon-Fri: "08:00-20:00", Sat: closed}; days not named are
    closed)."""
    if isinstance(value, OpeningHours):
        return value
    if isinstance(value, str) and value.strip().lower() in ("always", "24/7"):
        return ALWAYS
    if isinstance(value, dict):
        value = _by_days(value)
    words: list[str] = []
    for word in value if isinstance(value, list) else [value]:
        if not isinstance(word, str):
            raise found(value, OPEN_WORDS)
        words += _whole_spans(word)
    spans: list[tuple[int, float, float]] = []
    for word in words:
        match = _SPAN.fullmatch(word.strip())
        if not match:
            raise found(value, OPEN_WORDS)
        days = parse_days(match["days"]) if match["days"] else tuple(range(7))
        begin, end = parse_clock(match["open"]), parse_clock(match["close"], midnight_ends=True)
        spans += [(day, begin, end if end > begin else end + DAY) for day in days]
    if not spans:
        raise found(value, OPEN_WORDS)
    return OpeningHours(tuple(spans))


def _by_days(value: dict[str, object]) -> list[str]:
    """Hours by days as a list of spans; the hours of one key may be several."""
    findings = Findings()
    words: list[str] = []
    for key, hours in value.items():
        try:
            parse_days(key)
            for part in hours if isinstance(hours, list) else [hours]:
                if not isinstance(part, str):
                    raise found(part, "hours such as 08:00-20:00, or closed")
                spans = [] if part.strip().lower() == "closed" else _whole_spans(part)
                if not all(_SPAN.fullmatch(span) and span[:1].isdigit() for span in spans):
                    raise found(part, "hours such as 08:00-20:00, or closed")
                words += [f"{key} {span}" for span in spans]
        except Wrong as error:
            findings.add(error, key)
    findings.settle()
    return words


def _whole_spans(word: str) -> list[str]:
    """Split at commas that follow a closing time, so that 'Mon, Wed 08:00-12:00' stays whole."""
    return re.split(r"(?<=\d:\d\d)\s*[,;]\s*", word.strip())


CLOSED = -1  # in place of a weekday: no weekday at all


def midnights(
    start: datetime, days: int, special: Mapping[date, int] | None = None
) -> list[tuple[float, int]]:
    """(seconds of midnight since `start`, weekday) of each calendar day touched, with the day
    before the first. special: dates that are like another weekday, or `CLOSED`."""
    first = datetime(start.year, start.month, start.day)
    offset = (first - start).total_seconds()
    count = days + (1 if offset < 0 else 0)
    dates = [(first + timedelta(days=n)).date() for n in range(-1, count)]
    marked = special or {}
    return [
        (offset + n * DAY, marked.get(day, day.weekday())) for n, day in enumerate(dates, start=-1)
    ]


@dataclass(frozen=True)
class DayShape:
    """The same steps for some weekdays: `steps` of (second of the day, value until the next
    step)."""

    key: str
    days: tuple[int, ...]
    steps: tuple[tuple[float, float], ...] = ()
    values: tuple[float, ...] = ()  # equal intervals of the profile's `per`, in place of steps

    def day_steps(self, per: float) -> tuple[tuple[float, float], ...]:
        """The steps, with a list of values spread over the day in intervals of `per` seconds."""
        if self.values:
            return tuple((n * per, value) for n, value in enumerate(self.values))
        return self.steps


def parse_week(value: object) -> tuple[DayShape, ...]:
    """A week profile: days -> steps, list or one number. A day may be named once; days not named
    have 0."""
    if isinstance(value, tuple):
        return value
    if not isinstance(value, dict) or not value:
        raise found(value, "a mapping from days (Mon-Fri, Sat) to steps, a list or a number")
    findings = Findings()
    shapes: list[DayShape] = []
    taken: dict[int, str] = {}
    for key, shape in value.items():
        try:
            days = parse_days(key)
            for day in days:
                if day in taken:
                    raise Wrong(
                        f"found {DAY_NAMES[day]} again, already in {show(taken[day])}; allowed once"
                    )
            taken.update(dict.fromkeys(days, str(key)))
            shapes.append(parse_day_shape(shape, key, days))
        except Wrong as error:
            findings.add(error, key)
    findings.settle()
    return tuple(shapes)


def parse_daily(value: object) -> tuple[DayShape, ...]:
    """A profile that is the same every day."""
    if isinstance(value, tuple):
        return value
    return (parse_day_shape(value, "daily", tuple(range(7))),)


def parse_day_shape(value: Any, key: str, days: tuple[int, ...]) -> DayShape:
    """Steps {"08:00": 20, "18:00": 0}, a list of equal intervals, or one number for the whole
    day."""
    findings = Findings()
    if isinstance(value, list):
        values: list[float] = []
        for index, item in enumerate(value):
            try:
                values.append(_amount(item))
            except Wrong as error:
                findings.add(error, index)
        findings.settle()
        if not values:
            raise found(value, "numbers, one per interval of the day")
        return DayShape(key, days, values=tuple(values))
    if not isinstance(value, dict):
        return DayShape(key, days, steps=((0.0, _amount(value)),))
    steps: dict[float, float] = {}
    for clock, item in value.items():
        try:
            at = parse_clock(clock)
            if at in steps:
                raise Wrong(f"found {show(clock)} a second time; allowed once")
            steps[at] = _amount(item)
        except Wrong as error:
            findings.add(error, clock)
    findings.settle()
    if not steps:
        raise found(value, "steps such as {08:00: 20, 18:00: 0}")
    return DayShape(key, days, steps=tuple(sorted(steps.items())))


def _amount(value: object) -> float:
    words = "a number of at least 0"
    number = parse_number(value, words)
    if number < 0:
        raise found(value, words)
    return number


def intervals_per_day(per: float) -> int | None:
    """How many intervals of `per` seconds fill a day exactly, or None."""
    count = DAY / per if per > 0 else 0.0
    whole = round(count)
    return whole if whole >= 1 and math.isclose(count, whole, rel_tol=1e-9) else None

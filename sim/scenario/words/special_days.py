"""A scenario's calendar: days that differ from their weekday, such as holidays and closed dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from floorcast.scenario.read.extras import missing
from floorcast.scenario.read.problems import Wrong, found
from floorcast.scenario.words.calendar_words import CLOSED, parse_days, parse_instant
from floorcast.scenario.words.schema_words import Name, Written

_LIKE = "a weekday such as Sun, or closed"


def _date(value: object) -> date:
    moment = parse_instant(value)
    if moment != datetime(moment.year, moment.month, moment.day):
        raise found(value, "a date without a time, such as 2026-04-03")
    return moment.date()


def _dates(value: object) -> tuple[date, ...]:
    if isinstance(value, tuple):
        return value
    return tuple(_date(one) for one in (value if isinstance(value, list) else [value]))


def _like(value: object) -> int:
    """A weekday (Monday 0), or `CLOSED`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() == "closed":
        return CLOSED
    try:
        days = parse_days(value)
    except Wrong:
        days = ()
    if len(days) != 1:
        raise found(value, _LIKE)
    return days[0]


def _days(value: object) -> dict[date, int]:
    if not isinstance(value, dict):
        raise found(value, "a mapping from dates to weekdays, such as {2026-12-24: Sat}")
    return {_date(day): _like(like) for day, like in value.items()}


_TEXT: dict[str, Any] = {"type": "string"}
OneDate = Annotated[date, BeforeValidator(_date), WithJsonSchema({"x-words": "instant"})]
Dates = Annotated[
    tuple[date, ...],
    BeforeValidator(_dates),
    WithJsonSchema({"anyOf": [{"x-words": "instant"}, {"type": "array", "items": {"x-words": "instant"}}]}),
]


class SpecialDays(Written):
    """Days unlike their weekday. holidays: those of a country, DE, or of a region, DE-BE; on them the
    centre is as on the weekday `like` (Sun), or closed. closed: dates without opening hours, shifts
    or forecast by weekday. days: single dates as another weekday. What is given by date (rows of a
    CSV, a roster) stays as it is."""

    holidays: Name | None = None
    like: Annotated[int, BeforeValidator(_like), WithJsonSchema(_TEXT)] = 6
    closed: Dates = ()
    days: Annotated[dict[date, int], BeforeValidator(_days), WithJsonSchema({"type": "object"})] = {}

    def weekdays(self, start: datetime, days: int) -> dict[date, int]:
        """By date, the weekday (or `CLOSED`) that a day is like. Raises `Wrong` for a country that is
        not known, and without the library that knows holidays."""
        marked: dict[date, int] = {}
        if self.holidays is not None:
            years = range(start.year, (start + timedelta(days=days)).year + 1)
            try:
                marked |= dict.fromkeys(public_holidays(self.holidays, years), self.like)
            except Wrong as error:
                raise error.under("holidays") from None
        return marked | dict.fromkeys(self.closed, CLOSED) | self.days


def public_holidays(place: str, years: range) -> dict[date, str]:
    """Public holidays of a country (DE) or a region of it (DE-BY), by date, with their names. Raises
    `Wrong` for a place that is not known, and without the library that knows holidays."""
    try:
        import holidays
    except ImportError:
        raise Wrong(str(missing("a calendar of public holidays", "holidays", "data"))) from None
    country, _, region = place.partition("-")
    try:
        known = holidays.country_holidays(country, subdiv=region or None, years=list(years))
    except (NotImplementedError, KeyError, AttributeError):
        raise found(place, "a country such as DE, or with a region such as DE-BY") from None
    return {day: str(name) for day, name in known.items()}

"""Quantities as people write them: durations, rates, shares and numbers.

Every parser takes what YAML gave (text, number, anything) and returns a float in seconds, per
second, a share of one, or the plain number. Anything else raises `Wrong`, naming what was found and
what is allowed.
"""

from __future__ import annotations

import math
import re

from floorcast.scenario.read.problems import Wrong, found

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0
WEEK = 7 * DAY
LONGEST = 100 * 366 * DAY
LARGEST = 1e15

_UNIT_NAMES = {
    1.0: ("s", "sec", "secs", "second", "seconds"),
    MINUTE: ("min", "mins", "minute", "minutes", "m"),
    HOUR: ("h", "hr", "hrs", "hour", "hours"),
    DAY: ("d", "day", "days"),
    WEEK: ("w", "wk", "week", "weeks"),
}
_SECONDS_IN = {name: seconds for seconds, names in _UNIT_NAMES.items() for name in names}
_NUMBER = r"(?:[0-9]{1,15}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})(?:e[+-]?[0-9]{1,3})?"
_UNITS = "|".join(sorted(_SECONDS_IN, key=len, reverse=True))
_PART = re.compile(rf"\s*({_NUMBER})\s*({_UNITS})(?![a-z])\s*", re.IGNORECASE)
_RATE = re.compile(rf"\s*({_NUMBER})\s*(?:per|/|an?)\s*({_NUMBER})?\s*({_UNITS})\s*", re.IGNORECASE)
_PERCENT = re.compile(rf"\s*(-?{_NUMBER})\s*(?:%|per ?cent)\s*", re.IGNORECASE)

# The same words as patterns for the JSON Schema, which has no flag for upper and lower case.
DURATION_PATTERN = rf"^(\s*[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?\s*({_UNITS})\s*)+$"
RATE_PATTERN = (
    rf"^\s*[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?\s*(per|/|an?)\s*([0-9]*\.?[0-9]+\s*)?({_UNITS})\s*$"
)
PERCENT_PATTERN = r"^\s*[0-9]*\.?[0-9]+\s*(%|per ?cent)\s*$"

DURATION_WORDS = "a duration with its unit, such as 20s, 5 min, 4h, 1 day or 2 weeks"
RATE_WORDS = "a rate such as 120 per hour, 2 per minute or 30 per 15 min"
SHARE_WORDS = "a share from 0 to 1, or from 0 % to 100 %"


def parse_number(value: object, words: str = "a number") -> float:
    """A finite plain number. Text, true/false, NaN and infinity are errors."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise found(value, words)
    try:
        number = float(value)
    except OverflowError:
        raise found(value, words) from None
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise found(value, f"{words} that is finite and at most {LARGEST:g}")
    return number


def parse_duration(value: object, words: str = DURATION_WORDS) -> float:
    """Seconds of `20s`, `5 min`, `1h 30min`; a number without unit is an error unless it is 0."""
    if isinstance(value, str):
        at, total, parts = 0, 0.0, 0
        while match := _PART.match(value, at):
            total += float(match[1]) * _SECONDS_IN[match[2].lower()]
            at, parts = match.end(), parts + 1
        if parts and at == len(value):
            if not total <= LONGEST:
                raise found(value, f"{words}, at most 100 years")
            return total
        if value.strip() == "0":
            return 0.0
    elif isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return 0.0
    raise found(value, words)


def parse_rate(value: object) -> float:
    """Per second of `120 per hour`; a bare number is an error unless it is 0."""
    if isinstance(value, str) and (match := _RATE.fullmatch(value)):
        span = (float(match[2]) if match[2] else 1.0) * _SECONDS_IN[match[3].lower()]
        rate = float(match[1]) / span if span > 0 else math.inf
        if rate <= LARGEST:
            return rate
    elif isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return 0.0
    raise found(value, RATE_WORDS)


def parse_share(value: object) -> float:
    """A share between 0 and 1, written `0.8` or `80 %`."""
    if isinstance(value, str) and (match := _PERCENT.fullmatch(value)):
        share = float(match[1]) / 100
    else:
        try:
            share = parse_number(value)
        except Wrong:
            raise found(value, SHARE_WORDS) from None
    if not 0 <= share <= 1:
        raise found(value, SHARE_WORDS)
    return share


def write_clock(seconds: float) -> str:
    """The time of day, `HH:MM`, so many seconds after a midnight."""
    return f"{int(seconds // HOUR) % 24:02d}:{int(seconds % HOUR // 60):02d}"


def write_duration(seconds: float) -> str:
    """Seconds in the largest unit that keeps them short: 90 -> '90s', 300 -> '5 min', 14400 ->
    '4h'."""
    for size, unit in ((WEEK, " weeks"), (DAY, " days"), (HOUR, "h"), (MINUTE, " min")):
        if seconds >= size and math.isclose(seconds / size, round(seconds / size), rel_tol=1e-12):
            count = round(seconds / size)
            return f"{count}{unit[:-1] if count == 1 and unit.endswith('s') else unit}"
    return f"{seconds:g}s"


def about(seconds: float) -> str:
    """A mean of durations, as it is said: 594,919 -> '6.9 days', 2,925 -> '49 min', 5,400 -> '1.5h'."""
    for size, unit in ((2 * DAY, " days"), (HOUR, "h"), (2 * MINUTE, " min")):
        if seconds >= size:
            count = seconds / (DAY if unit == " days" else HOUR if unit == "h" else MINUTE)
            return f"{round(count, 1 if count < 10 else None):g}{unit}"
    return f"{seconds:.3g}s"

"""More or less of a value, in the way in which it is written: numbers, shares, durations, times of
day, rates, and distributions and profiles as a whole."""

from __future__ import annotations

import re
from typing import Any

from floorcast.scenario.read.problems import Wrong, found, show
from floorcast.scenario.read.units import (
    DAY,
    parse_duration,
    parse_rate,
    parse_share,
    write_duration,
)
from floorcast.scenario.words.calendar_words import parse_clock
from floorcast.scenario.words.distribution_words import FORMS, parse_distribution

_PERCENT = re.compile(r"([+-])\s*(\d+(?:\.\d+)?|\.\d+)\s*(?:%|per ?cent)")
_POINTS = re.compile(r"([+-])\s*(\d+(?:\.\d+)?|\.\d+)\s*(?:points?|pts?|percentage points?)")
_NUMBER = re.compile(r"([+-])\s*(\d+(?:\.\d+)?|\.\d+)")
_RATE = re.compile(r"\s*[\d.]+(?:e[+-]?\d+)?(\s*(?:per|/|an?)\s*.*)", re.IGNORECASE)

MORE_WORDS = "an amount such as +5, -5, +15 %, +2 points (of a share), +20s or +30 min"


def more(old: Any, amount: str, whole: bool = True) -> Any:
    """`old` with `amount`, a sign and what follows it, added; `whole`: a whole number stays one. Raises `Wrong` where
    they do not fit."""
    if match := _PERCENT.fullmatch(amount):
        percent = float(match[1] + match[2])
        if percent < -100:
            raise found(amount, "at most 100 % less")
        if _is_none(old):
            raise Wrong(f"found {amount} of {show(old)}, which stays what it is; allowed such as +2 points of a share")
        return times(old, 1 + percent / 100, whole)
    if match := _POINTS.fullmatch(amount):
        points = float(match[1] + match[2])
        try:
            share = parse_share(old)
        except Wrong:
            raise Wrong(f"found points of {show(old)}; allowed for shares such as 6 %") from None
        return _percent(100 * share + points)
    if match := _NUMBER.fullmatch(amount):
        by = float(match[1] + match[2])
        if isinstance(old, bool) or not isinstance(old, int | float):
            raise Wrong(f"found {show(amount)} to {show(old)}; allowed with a unit as in {show(old)}, or n %")
        return _number(old + by, isinstance(old, int) and by.is_integer())
    sign = -1.0 if amount.startswith("-") else 1.0
    rest = amount[1:].strip()
    if isinstance(old, str) and (now := _read(parse_rate, old)) is not None:
        by_rate = _read(parse_rate, rest)
        if by_rate is None or not now:
            raise found(amount, "a rate such as +10 per hour, or n %")
        return times(old, max(0.0, 1 + sign * by_rate / now))
    by_time = _read(parse_duration, rest)
    if by_time is None:
        raise found(amount, MORE_WORDS)
    seconds = sign * by_time
    if isinstance(old, str) and (clock := _read(parse_clock, old)) is not None:
        return _clock(clock + seconds, old)
    if is_distribution(old):
        mean = parse_distribution(old, timed=True).mean
        if mean + seconds < 0 or not mean:
            raise found(amount, f"less than the mean, {write_duration(mean)}")
        return times(old, (mean + seconds) / mean)
    length = _read(parse_duration, old)
    if length is None:
        raise Wrong(f"found {show(amount)} to {show(old)}; allowed for durations and times of day")
    if length + seconds < 0:
        raise found(amount, f"at most {write_duration(length)} less")
    return _duration(length + seconds)


def times(old: Any, factor: float, whole: bool = True) -> Any:
    """`old` so many times: of a distribution every time in it, of a profile its scale; `whole`: a whole number stays
    one, as of people."""
    if isinstance(old, bool):
        raise Wrong(f"found a factor on {show(old)}; allowed on numbers, durations, rates and shares")
    if isinstance(old, int | float):
        return _number(old * factor, isinstance(old, int) and (whole or (old * factor).is_integer()))
    if isinstance(old, str):
        if match := _RATE.fullmatch(old):
            rate = _read(parse_rate, old)
            if rate is not None:
                return f"{float(old[: match.start(1)]) * factor:.12g}{match[1]}"
        if (length := _read(parse_duration, old)) is not None:
            return _duration(length * factor)
        if old.strip().endswith(("%", "cent")) and (share := _read(parse_share, old)) is not None:
            return _percent(100 * share * factor)
        form, colon, size = old.partition(":")
        if colon and form.strip() in FORMS:
            return f"{form}: {times(size.strip(), factor)}"
    if is_distribution(old):
        return _scaled(old, factor)
    if isinstance(old, dict) and {"week", "daily", "csv", "values"} & set(old):
        if "values" in old:
            return {**old, "values": [times(value, factor, whole=False) for value in old["values"]]}
        return {**old, "scale": times(old.get("scale", 1.0), factor, whole=False)}
    raise Wrong(
        f"found a factor on {show(old)}; allowed on numbers, durations, rates, shares, distributions of"
        " times and profiles"
    )


def _is_none(old: Any) -> bool:
    """Whether a value is 0 in any unit, so that no per cent of it is anything."""
    if isinstance(old, str):
        return any(_read(parse, old) == 0 for parse in (parse_share, parse_duration, parse_rate))
    return isinstance(old, int | float) and not isinstance(old, bool) and old == 0


def is_distribution(value: Any) -> bool:
    """Whether a value is a distribution in the form of a mapping."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in FORMS


def _scaled(value: Any, factor: float) -> Any:
    """Every duration inside times the factor: shapes and weights are plain numbers, and stay."""
    changed = 0

    def walk(node: Any) -> Any:
        nonlocal changed
        if isinstance(node, dict):
            if "csv" in node:
                raise Wrong("found times in a CSV file; allowed a factor on times written here")
            return {key: walk(item) for key, item in node.items()}
        if isinstance(node, list):
            return [walk(item) for item in node]
        if isinstance(node, str) and (length := _read(parse_duration, node)) is not None:
            changed += 1
            return _duration(length * factor)
        return node

    scaled = walk(value)
    if not changed:
        raise Wrong(f"found a factor on {show(value)}, which holds no times; allowed PATH = VALUE")
    return scaled


def _read(parse: Any, value: Any) -> float | None:
    try:
        return float(parse(value))
    except Wrong:
        return None


def _number(value: float, whole: bool) -> int | float:
    if whole:
        return int(value + 0.5) if value >= 0 else -int(-value + 0.5)
    return float(f"{value:.12g}")


def _percent(value: float) -> str:
    return f"{value:.12g} %"


def _duration(seconds: float) -> str:
    seconds = round(seconds, 6)  # microseconds: no sum of floats shows
    text = write_duration(seconds)
    try:
        exact = parse_duration(text) == seconds
    except Wrong:  # such as 1e-05s
        exact = False
    return text if exact else f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"


def _clock(seconds: float, old: str) -> str:
    if not 0 <= seconds < DAY:
        raise Wrong(f"found a time of day moved from {old} past midnight; allowed within the day")
    whole = int(seconds + 0.5)
    text = f"{whole // 3600:02d}:{whole // 60 % 60:02d}"
    return f"{text}:{whole % 60:02d}" if whole % 60 else text

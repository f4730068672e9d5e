"""Conditions in plain English."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from floorcast.policy.schema.bounds import Bounds
from floorcast.policy.schema.conditions import When
from floorcast.scenario.catalogue.attributes import Form, Row
from floorcast.scenario.read.units import DAY, write_duration

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def number_in_words(value: float) -> str:
    """A number as people read it: 10000 -> '10,000', 2.50 -> '2.5'."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.6g}"


def points_in_words(value: float) -> str:
    """'1 point', '-20 points'."""
    return f"{number_in_words(value)} point{'' if abs(value) == 1 else 's'}"


def listed(names: Iterable[str], word: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    items = list(names)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def bounds_in_words(bounds: Bounds, write: Callable[[float], str] = number_in_words) -> str:
    """'at least 5 and below 10'."""
    sides = (
        ("at least", bounds.at_least),
        ("above", bounds.above),
        ("at most", bounds.at_most),
        ("below", bounds.below),
    )
    return " and ".join(f"{word} {write(float(bound))}" for word, bound in sides if bound is not None)


def condition_in_words(when: When) -> str:
    """A condition as the rest of a sentence that begins with 'when'; 'always' without any."""
    parts = [_said(row, given) for row, given in when.said()]
    parts += [condition_in_words(one) for one in when.all]
    if when.any:
        parts.append(_bracketed([condition_in_words(one) for one in when.any]))
    if when.not_ is not None:
        parts.append(f"not ({condition_in_words(when.not_)})")
    return " and ".join(parts) or "always"


def _bracketed(choices: list[str]) -> str:
    return choices[0] if len(choices) == 1 else f"({' or '.join(choices)})"


_WRITTEN: dict[Form, Callable[[Any], str]] = {
    "names": lambda names: listed(names, "or"),
    "labels": lambda names: listed(names, "or"),
    "number": lambda bounds: bounds_in_words(bounds),
    "duration": lambda bounds: bounds_in_words(bounds, write_duration),
    "share": lambda bounds: bounds_in_words(bounds, lambda share: f"{100 * share:.4g} %"),
    "hours": lambda spans: listed(_spans(spans), "or"),
    "days": lambda days: listed((_DAYS[day] for day in days), "or"),
}


def _said(row: Row, given: Any) -> str:
    """What a condition says of one attribute."""
    if row.form == "flag":
        yes, no = row.words.split("/")
        return yes if given else no
    words: dict[str, str] = {"value": _WRITTEN[row.form](given)}
    if row.of:
        words |= {"of": _whose(given.of), "of_them": "" if given.of == "all" else f" of {_whose(given.of)}"}
    if "{over}" in row.words:
        words["over"] = write_duration(given.over)
    return row.words.format(**words)


def _whose(name: str | None) -> str:
    return "its own type" if name is None else "all contacts" if name == "all" else name


def _spans(spans: tuple[tuple[float, float], ...]) -> list[str]:
    """Spans as they were written: one over midnight was split in two."""
    words: list[str] = []
    index = 0
    while index < len(spans):
        begin, end = spans[index]
        if end == DAY and index + 1 < len(spans) and spans[index + 1][0] == 0.0 and begin > 0:
            end = spans[index + 1][1]
            index += 1
        words.append(f"{_clock(begin)}-{_clock(end)}")
        index += 1
    return words


def _clock(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"

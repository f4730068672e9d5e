"""Conditions in plain English."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from floorcast.policy.schema.bounds import Bounds
from floorcast.policy.schema.conditions import When
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
    parts = [*_of_the_contact(when), *_of_the_centre(when)]
    parts += [condition_in_words(one) for one in when.all]
    if when.any:
        parts.append(_bracketed([condition_in_words(one) for one in when.any]))
    if when.not_ is not None:
        parts.append(f"not ({condition_in_words(when.not_)})")
    return " and ".join(parts) or "always"


def _bracketed(choices: list[str]) -> str:
    return choices[0] if len(choices) == 1 else f"({' or '.join(choices)})"


def _of_the_contact(when: When) -> list[str]:
    parts: list[str] = []
    for key, what in (
        ("contact_type", "the contact type"),
        ("channel", "the channel"),
        ("sentiment", "the sentiment"),
        ("language", "the language"),
        ("campaign", "the campaign"),
        ("tier", "the customer's tier"),
    ):
        names = getattr(when, key)
        if names:
            parts.append(f"{what} is {listed(names, 'or')}")
    for key, what in (
        ("reach", "the author has {} followers"),
        ("value", "the customer's value is {}"),
        ("prior_contacts", "there were {} earlier contacts on the issue"),
        ("mood", "the customer's mood (1 to 5) is {}"),
        ("earlier_issues", "the customer has had {} earlier issues"),
    ):
        bounds = getattr(when, key)
        if bounds is not None:
            parts.append(what.format(bounds_in_words(bounds)))
    if when.waited is not None:
        parts.append(f"it has waited {bounds_in_words(when.waited, write_duration)}")
    if when.trigger is not None:
        parts.append(f"it carries {'a' if when.trigger else 'no'} trigger word")
    if when.root is not None:
        parts.append("no other post attracted it" if when.root else "another post attracted it")
    return parts


def _of_the_centre(when: When) -> list[str]:
    parts: list[str] = []
    if when.queue is not None:
        of = "" if when.queue.of == "all" else f" of {_whose(when.queue.of)}"
        parts.append(f"{bounds_in_words(when.queue)} contacts{of} wait")
    if when.expected_wait is not None:
        bounds = bounds_in_words(when.expected_wait, write_duration)
        parts.append(f"the expected wait of {_whose(when.expected_wait.of)} is {bounds}")
    if when.idle is not None:
        parts.append(f"{bounds_in_words(when.idle)} agents of {when.idle.of} are idle")
    if when.service_level is not None:
        level = when.service_level
        shares = bounds_in_words(level, lambda share: f"{100 * share:.4g} %")
        over = write_duration(level.over)
        parts.append(f"the service level of {_whose(level.of)} over the last {over} is {shares}")
    for key, what, write in (
        ("satisfaction", "the satisfaction (1 to 5) known of {} over the last {} is {}", number_in_words),
        ("promoter_score", "the promoter score known of {} over the last {} is {}", _share_in_words),
        ("negative", "the share of the angry among {} over the last {} is {}", _share_in_words),
        ("exposure", "posts of {} over the last {} have {} followers together", number_in_words),
    ):
        meter = getattr(when, key)
        if meter is not None:
            over = write_duration(meter.over)
            parts.append(what.format(_whose(meter.of), over, bounds_in_words(meter, write)))
    if when.reputation is not None:
        parts.append(f"the reputation (1 to 5) is {bounds_in_words(when.reputation)}")
    if when.time:
        parts.append(f"the time of day is {listed(_spans(when.time), 'or')}")
    if when.day:
        parts.append(f"the day is {listed((_DAYS[day] for day in when.day), 'or')}")
    if when.mode:
        parts.append(f"the mode is {listed(when.mode, 'or')}")
    return parts


def _share_in_words(share: float) -> str:
    return f"{100 * share:.4g} %"


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

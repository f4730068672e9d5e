"""What the page calls things: measures, channels and verdicts in plain words, with a help text."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from floorcast.charts.quantities import duration
from floorcast.scenario.catalogue.measures import FORMULAS, MEASURES, help_of, label_of

if TYPE_CHECKING:
    from floorcast.measures import TargetRow
    from floorcast.scenario import Scenario

VERDICTS = {
    "met": ("✓", "Met"),
    "missed": ("✗", "Missed"),
    "better": ("▲", "Better"),
    "worse": ("▼", "Worse"),
    "the same": ("=", "The same"),
}
UNDECIDED_TARGET = ("?", "Undecided")
UNDECIDED_DIFFERENCE = ("?", "Cannot tell yet")


_SAID = {"service_level_heard": "service level once heard"}
_SHORT = {"whatsapp": "WhatsApp", "sms": "SMS", "faq": "FAQ", "vip": "VIP", "b2b": "B2B", "ivr": "IVR", "dm": "DM"}


def human(name: str) -> str:
    """An identifier as people write it: `separate_teams` is `Separate teams`. What is no identifier is left."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+( [0-9]+)?", name):
        return name
    words = [_SHORT.get(word.lower(), word) for word in re.split(r"[_\s]+", name) if word]
    text = " ".join(words)
    return text[:1].upper() + text[1:] if words and words[0].lower() not in _SHORT else text


# strftime's day of the month without a zero, %-d, is not there on every system.
def day_name(day: date) -> str:
    """`Mon 5`."""
    return f"{day:%a} {day.day}"


def date_name(day: date) -> str:
    """`Monday 5 January`."""
    return f"{day:%A} {day.day} {day:%B}"


def team_name(name: str) -> str:
    """A group as a sentence names it: `team` is `Team`, `phone_team` is `Phone team`, `care` is `Team Care`."""
    said = human(name)
    return said if "team" in said.lower().split() else f"Team {said}"


def measure_name(measure: str, by: str = "") -> str:
    """A measure, or a target's own such as `service_level within 20 s (sl1)`, in plain words.

    by: of what kind of thing it is, where that makes a difference to its meaning; see `own_meaning`.
    """
    base, _, rest = measure.partition(" ")
    return f"{label_of(base)} {rest or own_meaning(measure, by)}".strip()


def spoken(text: str) -> str:
    """A measure, or what is asked of one such as `phone_team, service_level within 20 s`, as a line is read: names of
    measures without underscores, all other names as files have them."""
    return re.sub(r"[a-z0-9]+(?:_[a-z0-9]+)+", lambda found: _spoken(found[0]), text)


def target_words(target: str) -> str:
    """A target as a manager reads it: `phone, service level within 20 s` without what only files write."""
    return spoken(target).replace("_", " ")


def _spoken(name: str) -> str:
    if name in _SAID:
        return _SAID[name]
    return name.replace("_", " ") if name in MEASURES or name in FORMULAS else name


def own_meaning(measure: str, by: str) -> str:
    """What tells one service level from another: each contact type's own promise, or the promise of a
    target; of all contacts, or of those alone that a group has served."""
    if measure != "service_level" and measure not in FORMULAS:
        return ""
    return {"group": "of those it served", "": ""}.get(by, "as promised")


def measure_help(measure: str) -> str:
    """What a measure says, in a sentence or two."""
    return help_of(measure.partition(" ")[0])


def target_name(target: TargetRow, scenario: Scenario) -> str:
    """A target's measure; a service level with the time promised where that is one for all."""
    name = measure_name(target.name)
    if target.by == "group" and target.is_service_level:
        return f"{name}, {own_meaning('service_level', 'group')}"
    if target.measure != "service_level" or " within " in name:
        return name
    promised = target.within or promised_within(scenario, target.by, target.of)
    return name if promised is None else f"{name} within {duration(promised)}"


def promised_within(scenario: Scenario, by: str, of: str) -> float | None:
    """Seconds within which all these contacts are to be answered; None where it differs."""
    found = {
        scenario.answer_within(name)
        for name in scenario.type_names
        if by == "all" or of == (scenario.channel_of(name) if by == "channel" else name)
    }
    return found.pop() if len(found) == 1 else None


def target_bounds(target: TargetRow) -> str:
    """`at least 80 %`, `at most 4 h`, `80 % to 90 %`."""
    low = None if target.at_least is None else _round(target.at_least, target.unit)
    high = None if target.at_most is None else _round(target.at_most, target.unit)
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}"


def _round(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value * 100:g} %"
    return duration(value) if unit == "s" else f"{value:,g}"

"""What the page calls things: measures, channels and verdicts in plain words, with a help text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from floorcast.charts.quantities import duration
from floorcast.scenario.catalogue.measures import FUNNEL_MEANINGS, LINE_MEANINGS, MEASURES

if TYPE_CHECKING:
    from floorcast.measures import TargetRow
    from floorcast.scenario import Scenario

_NAMES = {
    "backlog": "Backlog",
    "answered_in_time": "Answered in time",
    **{measure.name: measure.label for measure in MEASURES.values()},
}

_HELP = {
    "service_level": "The share of contacts that were answered within the time you promise, out of those"
    " answered or given up later than that. Phone and chat count until somebody answers; email, messages and"
    " posts until the first reply is sent.",
    "asa": "How long those who were answered had waited, on average; those who did not wait count as 0.",
    "abandonment": "The share of customers who gave up before they were answered.",
    "backlog": "Contacts that are open, waiting or in work, at the end of each block of time; of"
    " calls those that wait.",
    "occupancy": "The share of their time on the floor that people spend working on contacts, wrap-up included."
    " Above 85 to 90 % people tire and a small surge makes queues explode.",
    "first_response_p90": "Nine in ten customers got their first answer within this time; those"
    " who still wait at the end count as waiting at least as long as they have.",
    "answered_in_time": "Share that got their first response within the time promised.",
    "cost": "Paid hours, breaks included, times the cost per hour of each team.",
    "agents_present": "How many people are logged in and not on a break, on average.",
    "offered": "Contacts that arrived, attempts repeated by customers included.",
    "backlog_age_max": "The age of the oldest contact that is open at the end of each block of time.",
}  # fmt: skip

VERDICTS = {
    "met": ("✓", "Met"),
    "missed": ("✗", "Missed"),
    "better": ("▲", "Better"),
    "worse": ("▼", "Worse"),
    "the same": ("=", "The same"),
}
UNDECIDED_TARGET = ("?", "Undecided")
UNDECIDED_DIFFERENCE = ("?", "Cannot tell yet")


_SHORT = {"whatsapp": "WhatsApp", "sms": "SMS", "faq": "FAQ", "vip": "VIP", "b2b": "B2B", "ivr": "IVR", "dm": "DM"}


def human(name: str) -> str:
    """An identifier as people write it: `separate_teams` is `Separate teams`. What is no identifier is left."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+( [0-9]+)?", name):
        return name
    words = [_SHORT.get(word.lower(), word) for word in re.split(r"[_\s]+", name) if word]
    text = " ".join(words)
    return text[:1].upper() + text[1:] if words and words[0].lower() not in _SHORT else text


def measure_name(measure: str, by: str = "") -> str:
    """A measure, or a target's own such as `service_level within 20 s (sl1)`, in plain words.

    by: of what kind of thing it is, where that makes a difference to its meaning; see `own_meaning`.
    """
    base, _, rest = measure.partition(" ")
    name = _NAMES.get(base, base.replace("_", " ").capitalize())
    return f"{name} {rest or own_meaning(measure, by)}".strip()


def own_meaning(measure: str, by: str) -> str:
    """What tells one service level from another: each contact type's own promise, or the promise of a
    target; of all contacts, or of those alone that a group has served."""
    if measure not in ("service_level", "sl1", "sl2", "sl3", "sl4", "sl5"):
        return ""
    return {"group": "of those it served", "": ""}.get(by, "as promised")


def measure_help(measure: str) -> str:
    """What a measure says, in a sentence or two."""
    base = measure.partition(" ")[0]
    if base in _HELP:
        return _HELP[base]
    meaning = MEASURES[base].meaning if base in MEASURES else (FUNNEL_MEANINGS | LINE_MEANINGS).get(base, "")
    if meaning:
        return meaning[:1].upper() + meaning[1:] + "."
    return ""


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

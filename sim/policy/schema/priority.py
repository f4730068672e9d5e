"""Priority as a planner writes it: the points that order waiting contacts."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from floorcast.policy.schema.dictionaries import History
from floorcast.scenario.read.problems import Findings, Wrong, found, unknown
from floorcast.scenario.words.schema_words import SENTIMENTS, Points, keyed, number

Order = Literal["points", "oldest", "time_to_target", "relative_wait", "predicted_wait"]
MOST_CLASSES = 100
CLASS_STEP = 1e8  # points between two classes: more than waiting or any dictionary adds

_points = number("a number of points", least=-1e9, most=1e9)
_slope = number("points of at least 0", least=0, most=1e9)


def _by_name(read: Any, what: str) -> BeforeValidator:
    """One number for all, or numbers by channel or contact type."""
    named = keyed(read, what=what)

    def parse(value: object) -> Any:
        return named(value) if isinstance(value, dict) else read(value)

    return BeforeValidator(parse)


def _sentiments(value: object) -> dict[str, float]:
    findings = Findings()
    for key in value if isinstance(value, dict) else ():
        if key not in SENTIMENTS:
            findings.add(unknown("sentiment", str(key), SENTIMENTS), str(key))
    findings.settle()
    points: dict[str, float] = keyed(_points, what="a mapping from sentiments to points")(value)
    return points


_MAPPING = {"type": "object", "additionalProperties": {"type": "number"}}
PointsByName = Annotated[
    dict[str, float],
    BeforeValidator(keyed(_points, what="a mapping from names to points")),
    WithJsonSchema(_MAPPING),
]


class Priority(History):
    """Points that order waiting contacts of one rank and class; all add up. Nothing written: oldest first.

    order: points; oldest; time_to_target (earliest due first); relative_wait (wait in parts of the
    acceptable one); predicted_wait (waited, and expected to wait further). A point that a rule or
    stage adds is then worth a second (time_to_target, predicted_wait) or an acceptable wait
    (relative_wait). classes: strict classes of contact types or channels, first served first,
    ordered within as `order` says; who is in none comes last.
    mood: for each point of the customer's mood below the usual; earlier_issues: for each of them (both where the
    scenario has `customers`).
    per_minute and cap hold one number, or numbers by contact type or channel: read them with
    `slope` and `most_for_waiting`.
    """

    contact_type: PointsByName = {}
    channel: PointsByName = {}
    sentiment: Annotated[
        dict[str, float],
        BeforeValidator(_sentiments),
        WithJsonSchema({"x-words": "sentiment_points"}),
    ] = {}
    reach: Points = 0.0
    value: Points = 0.0
    prior_contacts: Points = 0.0
    trigger: Points = 0.0
    mood: Points = 0.0
    earlier_issues: Points = 0.0
    campaign: PointsByName = {}
    per_minute: Annotated[
        float | dict[str, float],
        _by_name(_slope, "points per minute, or a mapping from channels or contact types to them"),
        WithJsonSchema({"x-words": "number_by_name"}),
    ] = 0.0
    cap: Annotated[
        float | dict[str, float] | None,
        _by_name(_slope, "points, or a mapping from channels or contact types to them"),
        WithJsonSchema({"x-words": "number_by_name"}),
    ] = None
    order: Order = "points"
    classes: Annotated[
        tuple[tuple[str, ...], ...],
        BeforeValidator(lambda value: _classes(value)),
        WithJsonSchema(
            {
                "type": "array",
                "items": {
                    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
                },
            }
        ),
    ] = ()

    def class_of(self, type_name: str, channel: str) -> int | None:
        """The class of a contact type, 1 first; None when it is in none."""
        for name in (type_name, channel):
            for number_, names in enumerate(self.classes, start=1):
                if name in names:
                    return number_
        return None

    def slope(self, type_name: str, channel: str) -> float:
        """Points per minute waited: the type's, else the channel's, else 0."""
        if isinstance(self.per_minute, dict):
            return self.per_minute.get(type_name, self.per_minute.get(channel, 0.0))
        return self.per_minute

    def most_for_waiting(self, type_name: str, channel: str) -> float:
        """Most points that waiting can add; infinite without a cap."""
        if isinstance(self.cap, dict):
            return self.cap.get(type_name, self.cap.get(channel, math.inf))
        return math.inf if self.cap is None else self.cap


def class_points(number_: int | None) -> float:
    """What a class adds to the points; None is the last class."""
    return 0.0 if number_ is None else (MOST_CLASSES + 1 - number_) * CLASS_STEP


def _classes(value: object) -> tuple[tuple[str, ...], ...]:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_CLASSES:
        raise found(value, f"a list of 1 to {MOST_CLASSES} classes, such as [vip, [calls, chat]]")
    findings = Findings()
    classes: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for index, item in enumerate(value):
        names = item if isinstance(item, list) else [item]
        for name in names:
            if not isinstance(name, str):
                findings.add(found(name, "a contact type or a channel"), index)
            elif name in seen:
                findings.add(Wrong(f"found {name!r} in a second class; allowed in one"), index)
            seen.add(str(name))
        classes.append(tuple(map(str, names)))
    findings.settle()
    return tuple(classes)

"""Rules' conditions as a ladder of tests with two exits each, shared where they meet.

What is known of a contact type beforehand (its name, its channel, attributes it never has) is
settled here, so that a contact passes only the tests that can still go either way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from floorcast.model.records import routes as layout_routes
from floorcast.model.records.rules import Attribute
from floorcast.policy.schema.bounds import ExpectedWaitBounds, QueueBounds

if TYPE_CHECKING:
    from floorcast.model.compile.gauges import Gauges
    from floorcast.model.records.state import Array
    from floorcast.policy.schema.bounds import Bounds
    from floorcast.policy.schema.conditions import When
    from floorcast.scenario.schema.scenario import Scenario

_SENTIMENTS = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}


@dataclass(frozen=True)
class Test:
    """Holds when low <= attribute < high."""

    attribute: Attribute
    low: float
    high: float
    of: int = -1


@dataclass(frozen=True)
class Every:
    """Holds when all parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """Holds when a part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """Holds when the part does not."""

    part: Condition


Condition = bool | Test | Every | Some | Not


def every(parts: list[Condition]) -> Condition:
    """All of the parts, simplified."""
    if any(part is False for part in parts):
        return False
    rest = tuple(part for part in parts if part is not True)
    return True if not rest else rest[0] if len(rest) == 1 else Every(rest)


def some(parts: list[Condition]) -> Condition:
    """Any of the parts, simplified."""
    if any(part is True for part in parts):
        return True
    rest = tuple(part for part in parts if part is not False)
    return False if not rest else rest[0] if len(rest) == 1 else Some(rest)


def negated(part: Condition) -> Condition:
    """The opposite of a condition."""
    return (not part) if isinstance(part, bool) else Not(part)


def bounds(attribute: Attribute, given: Bounds, of: int = -1) -> Condition:
    """A range as one test: [low, high) with the bounds moved by one float where that is needed."""
    low, high = -math.inf, math.inf
    if given.at_least is not None:
        low = given.at_least
    if given.above is not None:
        low = float(np.nextafter(given.above, math.inf))
    if given.at_most is not None:
        high = float(np.nextafter(given.at_most, math.inf))
    if given.below is not None:
        high = given.below
    return Test(attribute, low, high, of)


class Ladder:
    """Collects tests; ``emit`` returns where to begin."""

    def __init__(
        self, scenario: Scenario, gauges: Gauges | None = None, modes: tuple[str, ...] = ()
    ) -> None:
        self.scenario, self.gauges, self.modes = scenario, gauges, modes
        self._rows: list[tuple[int, int, float, float, int, int]] = []

    def array(self) -> Array:
        """All tests."""
        return np.array(self._rows or [(0, -1, 0.0, 0.0, 0, 0)], dtype=layout_routes.TEST)

    def specialise(self, when: When, type_name: str) -> Condition:
        """The condition for contacts of one type; True or False when the type settles it.

        An empty type name stands for no contact: conditions on the centre only.
        """
        scenario = self.scenario
        parts: list[Condition] = []
        if when.contact_type:
            parts.append(type_name in when.contact_type)
        if when.channel:
            parts.append(scenario.channel_of(type_name) in when.channel)
        if when.sentiment:
            parts.append(self._names(Attribute.SENTIMENT, [_SENTIMENTS[n] for n in when.sentiment]))
        for names, known, attribute in (
            (when.language, scenario.language_names, Attribute.LANGUAGE),
            (when.campaign, scenario.campaign_names, Attribute.CAMPAIGN),
        ):
            if names:
                parts.append(self._names(attribute, [float(known.index(n)) for n in names if n in known]))
        for given, attribute in (
            (when.reach, Attribute.REACH),
            (when.value, Attribute.VALUE),
            (when.prior_contacts, Attribute.PRIOR),
            (when.waited, Attribute.WAITED),
        ):
            if given is not None:
                parts.append(bounds(attribute, given))
        if when.trigger is not None:
            parts.append(self._names(Attribute.TRIGGER, [float(when.trigger)]))
        if when.root is not None:
            parts.append(self._names(Attribute.ROOT, [float(when.root)]))
        parts.extend(self._of_the_centre(when, type_name))
        parts.extend(self.specialise(one, type_name) for one in when.all)
        if when.any:
            parts.append(some([self.specialise(one, type_name) for one in when.any]))
        if when.not_ is not None:
            parts.append(negated(self.specialise(when.not_, type_name)))
        return every(parts)

    def _of_the_centre(self, when: When, type_name: str) -> list[Condition]:
        """Tests of the centre's state."""
        parts: list[Condition] = []
        for given, attribute in (
            (when.queue, Attribute.QUEUE),
            (when.expected_wait, Attribute.EXPECTED_WAIT),
            (when.service_level, Attribute.SERVICE_LEVEL),
        ):
            if given is not None:
                over = 0.0 if isinstance(given, QueueBounds | ExpectedWaitBounds) else given.over
                of = -1 if self.gauges is None else self.gauges.row(given.of or type_name or "all", over)
                parts.append(bounds(attribute, given, of))
        if when.idle is not None:
            group = self.scenario.group_names.index(when.idle.of)
            parts.append(bounds(Attribute.IDLE, when.idle, group))
        if when.time:
            parts.append(some([Test(Attribute.TIME, begin, end) for begin, end in when.time]))
        if when.day:
            parts.append(self._names(Attribute.DAY, [float(day) for day in when.day]))
        if when.mode:
            known = [self.modes.index(name) for name in when.mode if name in self.modes]
            parts.append(self._names(Attribute.MODE, [float(i) for i in known]))
        return parts

    def _names(self, attribute: Attribute, codes: list[float]) -> Condition:
        return some([Test(attribute, code, code + 1.0) for code in codes])

    def emit(self, condition: Condition, yes: int, no: int) -> int:
        """Write the tests of a condition; returns the first one. ``yes`` and ``no``: what follows."""
        if isinstance(condition, bool):
            return yes if condition else no
        if isinstance(condition, Not):
            return self.emit(condition.part, no, yes)
        if isinstance(condition, Every):
            for part in reversed(condition.parts):
                yes = self.emit(part, yes, no)
            return yes
        if isinstance(condition, Some):
            for part in reversed(condition.parts):
                no = self.emit(part, yes, no)
            return no
        test = condition
        self._rows.append((int(test.attribute), test.of, test.low, test.high, yes, no))
        return len(self._rows) - 1

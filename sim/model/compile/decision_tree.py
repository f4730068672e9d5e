"""The conditions of rules as tests with two exits each: rule by rule, and then as a decision tree.

Whatever is known about a contact type beforehand (its name, its channel, attributes it never has) is
settled here, so that a contact only goes through tests that can still go either way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.model.records import routes as layout_routes
from floorcast.model.records.rules import Attribute
from floorcast.policy.schema.bounds import ServiceBounds
from floorcast.scenario.catalogue.attributes import ATTRIBUTES, Row

if TYPE_CHECKING:
    from floorcast.model.compile.gauges import Gauges
    from floorcast.model.compile.people import Meters
    from floorcast.model.records.state import Array
    from floorcast.policy.schema.bounds import Bounds
    from floorcast.policy.schema.conditions import When
    from floorcast.scenario.schema.scenario import Scenario

_SENTIMENTS = {"negative": -1, "neutral": 0, "positive": 1}


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


class RuleCompiler:
    """Collects tests; ``emit`` returns where to begin."""

    def __init__(
        self,
        scenario: Scenario,
        gauges: Gauges | None = None,
        modes: tuple[str, ...] = (),
        meters: Meters | None = None,
    ) -> None:
        self.scenario, self.gauges, self.modes, self.meters = scenario, gauges, modes, meters
        self._rows: list[tuple[int, int, float, float, int, int]] = []
        self._masks: dict[int, int] = {}

    def array(self) -> Array:
        """All tests."""
        return np.array(self._rows or [(0, -1, 0.0, 0.0, 0, 0)], dtype=layout_routes.TEST)

    def subjects(self) -> Array:
        """The bits of words that tests on topics look at."""
        return np.array(list(self._masks) or [0], dtype=np.int64)

    def specialise(self, when: When, type_name: str) -> Condition:
        """The condition for contacts of one type; True or False when the type settles it.

        An empty type name stands for no contact: conditions on the centre only.
        """
        parts = [self._test(row, given, type_name) for row, given in when.said()]
        parts.extend(self.specialise(one, type_name) for one in when.all)
        if when.any:
            parts.append(some([self.specialise(one, type_name) for one in when.any]))
        if when.not_ is not None:
            parts.append(negated(self.specialise(when.not_, type_name)))
        return every(parts)

    def _test(self, row: Row, given: Any, type_name: str) -> Condition:
        """What a condition says of one attribute, for contacts of one type."""
        attribute = row.attribute
        if attribute is None:
            return (type_name if row.key == "contact_type" else self.scenario.channel_of(type_name)) in given
        if row.form in ("number", "duration", "share"):
            return bounds(attribute, given, self._of(row, given, type_name))
        if row.form == "flag":
            return self._names(attribute, [float(given)])
        if row.form == "hours":
            return some([Test(attribute, begin, end) for begin, end in given])
        if row.form == "days":
            return self._names(attribute, [float(day) for day in given])
        if row.form == "labels":
            bits = {word: 1 << bit for bit, word in enumerate(self.scenario.words)}
            mask = 0
            for name in given:
                for word in self.scenario.topics.get(name, ()):
                    mask |= bits.get(word, 0)
            return Test(attribute, 1.0, 2.0, self._masks.setdefault(mask, len(self._masks)))
        known = self._known_names(attribute)
        return self._names(attribute, [float(known[name]) for name in given if name in known])

    def _of(self, row: Row, given: Any, type_name: str) -> int:
        """The number of the gauge or group that a range is of; -1 for the contact's own."""
        if row.of == "group":
            return self.scenario.group_names.index(given.of)
        if row.of == "queue" and self.gauges is not None:
            over = given.over if isinstance(given, ServiceBounds) else 0.0
            return self.gauges.row(given.of or type_name or "all", over)
        if row.of == "meter" and self.meters is not None and row.attribute is not None:
            return self.meters.row(row.attribute, given.of or type_name or "all", given.over)
        return -1

    def _known_names(self, attribute: Attribute) -> dict[str, int]:
        """The names that an attribute has in this scenario, with their numbers."""
        if attribute == Attribute.SENTIMENT:
            return _SENTIMENTS
        names = {
            Attribute.LANGUAGE: self.scenario.language_names,
            Attribute.CAMPAIGN: self.scenario.campaign_names,
            Attribute.MODE: self.modes,
            Attribute.TIER: tuple(self.scenario.customers.tiers) if self.scenario.customers else (),
        }[attribute]
        return {name: number for number, name in enumerate(names)}

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
        return self._write(condition, yes, no)

    def _write(self, test: Test, yes: int, no: int) -> int:
        self._rows.append((int(test.attribute), test.of, test.low, test.high, yes, no))
        return len(self._rows) - 1

    def tree(self, entry: int) -> int:
        """The same decisions as the ladder from `entry` on, without tests whose outcome those before have
        settled; returns where to begin. A ladder whose tree would be much larger than itself stays."""
        looked_at = self._looked_at(entry)
        places: dict[_State, int] = {}
        pending: list[_State] = []
        most = _MOST_GROWTH * max(len(looked_at), 1)

        def state(row: int, known: _Known) -> _State:
            """What follows once settled tests are passed, with what is known and still matters."""
            while row >= 0 and (outcome := _settled(self._rows[row], known)) is not None:
                *_, yes, no = self._rows[row]
                row = yes if outcome else no
            kept = {what: known[what] for what in known if row >= 0 and what in looked_at[row]}
            found = row, frozenset(kept.items())
            if row >= 0 and found not in places:
                places[found] = len(places)
                pending.append(found)
            return found

        first = state(entry, {})
        exits: dict[_State, tuple[_State, _State]] = {}
        while pending:
            here = pending.pop()
            row, known = self._rows[here[0]], dict(here[1])
            exits[here] = state(row[4], _after(row, known, True)), state(row[5], _after(row, known, False))
            if len(places) > most:
                return entry
        if len(places) == len(looked_at):
            return entry  # nothing was settled
        base = len(self._rows)

        def number(one: _State) -> int:
            return base + places[one] if one[0] >= 0 else one[0]

        for here in places:
            yes, no = exits[here]
            self._rows.append((*self._rows[here[0]][:4], number(yes), number(no)))
        return number(first)

    def _looked_at(self, entry: int) -> dict[int, frozenset[tuple[int, int]]]:
        """What is looked at in each row that can be reached, or in any row after it."""
        reached: set[int] = set()
        pending = [entry]
        while pending:
            row = pending.pop()
            if row >= 0 and row not in reached:
                reached.add(row)
                pending += self._rows[row][4:]
        found: dict[int, frozenset[tuple[int, int]]] = {}
        for row in sorted(reached):  # what follows a row was written before it
            attribute, of, _, _, yes, no = self._rows[row]
            found[row] = frozenset({(attribute, of)}) | found.get(yes, frozenset()) | found.get(no, frozenset())
        return found


_Known = dict[tuple[int, int], tuple[float, float]]  # attribute and what it is of: low <= value < high
_State = tuple[int, frozenset[tuple[tuple[int, int], tuple[float, float]]]]
_Row = tuple[int, int, float, float, int, int]

_MOST_GROWTH = 4  # times the rows of the ladder

def _range(row: _Row, known: _Known) -> tuple[float, float]:
    return known.get((row[0], row[1]), ATTRIBUTES[Attribute(row[0])].whole)


def _settled(row: _Row, known: _Known) -> bool | None:
    """The outcome of a test, where what is known settles it."""
    if ATTRIBUTES[Attribute(row[0])].unknowable:
        return None
    low, high = _range(row, known)
    if row[2] <= low and high <= row[3]:
        return True
    return False if high <= row[2] or row[3] <= low else None


def _after(row: _Row, known: _Known, held: bool) -> _Known:
    """What is known once a test has held, or has not."""
    if ATTRIBUTES[Attribute(row[0])].unknowable:
        return known
    low, high = _range(row, known)
    if held:
        low, high = max(low, row[2]), min(high, row[3])
    elif row[2] <= low:
        low = max(low, row[3])
    elif high <= row[3]:
        high = min(high, row[2])
    else:
        return known  # below or above: no single range
    return {**known, (row[0], row[1]): (low, high)}

"""The file of people: who they are, what their contracts allow, what they wish, and whom a plan needs.

All of it is resolved to whole days, numbered from 0 at `start`, and to seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path as FilePath
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, PrivateAttr, ValidationError, WithJsonSchema, model_validator

from floorcast.planning.roster.plans import of_plan
from floorcast.scenario.described.json_schema import schema_of
from floorcast.scenario.read.errors import in_order, problems_of
from floorcast.scenario.read.problems import Findings, InputErrors, Wrong, found, show, unknown
from floorcast.scenario.read.units import DAY, write_duration
from floorcast.scenario.read.yaml_lines import read_text, read_yaml
from floorcast.scenario.words.calendar_words import parse_days, parse_instant
from floorcast.scenario.words.csv_tables import shown_path
from floorcast.scenario.words.schema_words import (
    AsList,
    Clock,
    Count,
    Duration,
    Instant,
    Name,
    Names,
    PositiveCount,
    PositiveDuration,
    Text,
    Written,
)

MOST_DAYS = 366
WEEKEND = (5, 6)
_DAYS_WORDS = "days as dates (2026-03-04), spans (2026-03-04..2026-03-08), weekdays (Mon, Sat-Sun) or numbers from 1"


def _list(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


WrittenDays = Annotated[
    tuple[Any, ...],
    BeforeValidator(_list),
    WithJsonSchema({"type": ["array", "string", "integer"], "items": {"type": ["string", "integer"]}}),
]


def _weekdays(written: object) -> tuple[int, ...] | None:
    """The weekdays that are meant by words such as `Mon` or `Sat-Sun`; None for dates and all else."""
    try:
        return parse_days(written) if isinstance(written, str) else None
    except Wrong:
        return None


class Between(Written):
    """Bounds of a number of days, shifts or weekends."""

    at_least: Count = 0
    at_most: Count | None = None

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.at_most is not None and self.at_most < self.at_least:
            raise Wrong(
                f"found at_least {self.at_least} and at_most {self.at_most}; allowed at_least up to at_most"
            )
        return self


class PaidHours(Written):
    """Bounds of the paid time over the whole roster."""

    at_least: Duration = 0.0
    at_most: Duration | None = None

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.at_most is not None and self.at_most < self.at_least:
            raise Wrong(
                f"found at_least {write_duration(self.at_least)} and at_most {write_duration(self.at_most)};"
                " allowed at_least up to at_most"
            )
        return self


class Rules(Written):
    """What a contract allows. Runs of days that touch the first or the last day of the roster may be
    shorter than `at_least`, since they may have begun before or go on after."""

    hours: PaidHours | None = None
    shifts: Between | None = None
    days_in_a_row: Between | None = None
    days_off_in_a_row: Between | None = None
    weekends: Between | None = None
    rest: Duration | None = None
    not_after: dict[Name, Names] | None = None

    def over(self, other: Rules) -> Rules:
        """These rules where they say something, the other's where they do not."""
        mine = {n: getattr(self, n) for n in type(self).model_fields if getattr(self, n) is not None}
        return other.model_copy(update=mine)


class DutyShift(Written):
    """Hours that one person may be given on a day; `unpaid` of them are breaks without pay."""

    start: Clock
    length: PositiveDuration
    unpaid: Duration = 0.0
    group: Name | None = None

    @property
    def paid(self) -> float:
        """Paid seconds."""
        return self.length - self.unpaid

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.length > DAY or self.unpaid >= self.length:
            raise found(write_duration(self.length), "a shift of at most 24h, longer than its unpaid breaks")
        return self


class Wish(Written):
    """Days on which somebody wants to work (a certain `shift`) or to be off; `weight` is what it costs
    not to grant one day of it."""

    days: WrittenDays
    shift: Name | None = None
    weight: PositiveCount = 1


class RosterPerson(Written):
    """Somebody who works shifts. `groups`: of these shifts only (default: all)."""

    contract: Name | None = None
    groups: Names | None = None
    days_off: WrittenDays = ()
    wants: Annotated[tuple[Wish, ...], AsList] = ()
    wants_off: Annotated[tuple[Wish, ...], AsList] = ()
    rules: Rules = Rules()


class Costs(Written):
    """What one person too few or too many on a shift costs. `under: never` makes cover a rule."""

    under: Annotated[Count | None, BeforeValidator(lambda v: None if v == "never" else v)] = 100
    over: Count = 1


class Fair(Written):
    """What one unit of difference between the most and the least burdened costs: in weekends worked,
    or in shifts of a kind."""

    weekends: Count = 0
    shifts: dict[Name, Count] = {}


class People(Written):
    """A file of people. `cover` is how many people each shift needs: a number, one per day, or by
    weekday (`{mon-fri: 5, sat: 3}`)."""

    name: Name = "roster"
    description: Text = ""
    start: Instant
    days: PositiveCount
    shifts: dict[Name, DutyShift] = {}
    cover: dict[Name, Any] = {}
    rules: Rules = Rules()
    contracts: dict[Name, Rules] = {}
    people: dict[Name, RosterPerson]
    costs: Costs = Costs()
    fair: Fair = Fair()
    _off: dict[str, frozenset[int]] = PrivateAttr(default_factory=dict)
    _need: dict[str, tuple[int, ...]] = PrivateAttr(default_factory=dict)
    _wishes: list[tuple[str, int, str | None, bool, int]] = PrivateAttr(default_factory=list)
    _text: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _resolve(self) -> Self:
        findings = Findings()
        if self.days > MOST_DAYS:
            findings.add(found(self.days, f"1 to {MOST_DAYS} days"), "days")
            findings.settle()
        if not self.people:
            findings.add(Wrong("found nobody; allowed at least one person"), "people")
        self._check_names(findings)
        for shift, written in self.cover.items():
            try:
                self._need[shift] = self._daily(written)
            except Wrong as error:
                findings.add(error, "cover", shift)
        for name, person in self.people.items():
            try:
                self._off[name] = frozenset(self.day_numbers(person.days_off))
            except Wrong as error:
                findings.add(error, "people", name, "days_off")
            for key, wishes, on in (("wants", person.wants, True), ("wants_off", person.wants_off, False)):
                for index, wish in enumerate(wishes):
                    try:
                        if wish.shift is not None and wish.shift not in self.shifts:
                            raise unknown("shift", wish.shift, self.shifts)
                        for day in self.day_numbers(wish.days):
                            self._wishes.append((name, day, wish.shift, on, wish.weight))
                    except Wrong as error:
                        findings.add(error, "people", name, key, index)
        findings.settle()
        return self

    def _check_names(self, findings: Findings) -> None:
        for shift in self.cover:
            if shift not in self.shifts:
                findings.add(unknown("shift", shift, self.shifts), "cover", shift)
        groups = {s.group for s in self.shifts.values() if s.group is not None}
        for name, person in self.people.items():
            if person.contract is not None and person.contract not in self.contracts:
                known = unknown("contract", person.contract, self.contracts)
                findings.add(known, "people", name, "contract")
            for group in person.groups or ():
                if group not in groups:
                    findings.add(unknown("group", group, groups), "people", name, "groups")
        every: list[tuple[tuple[str, ...], Rules]] = [(("rules",), self.rules)]
        every += [(("contracts", n), rules) for n, rules in self.contracts.items()]
        every += [(("people", n, "rules"), person.rules) for n, person in self.people.items()]
        for path, rules in every:
            for later, earlier in (rules.not_after or {}).items():
                for shift in (later, *earlier):
                    if shift not in self.shifts:
                        findings.add(unknown("shift", shift, self.shifts), *path, "not_after")
        for shift in self.fair.shifts:
            if shift not in self.shifts:
                findings.add(unknown("shift", shift, self.shifts), "fair", "shifts", shift)

    def _daily(self, written: object) -> tuple[int, ...]:
        words = f"a number of people, {self.days} numbers, or numbers by weekday"
        if isinstance(written, dict):
            by_weekday: dict[int, object] = {}
            for key, value in written.items():
                for weekday in parse_days(key):
                    by_weekday[weekday] = value
            values = [by_weekday.get(self.weekday(day), 0) for day in range(self.days)]
        elif isinstance(written, list):
            if len(written) != self.days:
                raise found(written, words)
            values = written
        else:
            values = [written] * self.days
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100_000:
                raise found(value, words)
        return tuple(int(str(value)) for value in values)

    def day_numbers(self, written: Iterable[object]) -> list[int]:
        """Days from 0 of what was written. Raises `Wrong` for what is no day of the roster."""
        days: list[int] = []
        for item in written:
            if isinstance(item, int) and not isinstance(item, bool):
                first = last = item - 1
            elif (weekdays := _weekdays(item)) is not None:
                named = [day for day in range(self.days) if self.weekday(day) in weekdays]
                if not named:
                    raise Wrong(f"found {show(item)}, which is no day of the roster; allowed {_DAYS_WORDS}")
                days.extend(named)
                continue
            else:
                begin, _, end = str(item).partition("..")
                first, last = self._number(begin), self._number(end or begin)
            if not 0 <= first <= last < self.days:
                raise Wrong(
                    f"found {show(item)}, which is no day of the roster ({self.date(0)} to"
                    f" {self.date(self.days - 1)}); allowed {_DAYS_WORDS}"
                )
            days.extend(range(first, last + 1))
        return days

    def _number(self, text: str) -> int:
        try:
            instant: datetime = parse_instant(text.strip())
        except Wrong:
            raise found(text, _DAYS_WORDS) from None
        return (instant.date() - self.start.date()).days

    def date(self, day: int) -> date:
        """The date of a day from 0."""
        return (self.start + timedelta(days=day)).date()

    def weekday(self, day: int) -> int:
        """0 for Monday to 6 for Sunday."""
        return self.date(day).weekday()

    def weekends(self) -> list[tuple[int, ...]]:
        """The days of each Saturday and Sunday that belong together."""
        found_: dict[date, list[int]] = {}
        for day in range(self.days):
            if self.weekday(day) in WEEKEND:
                saturday = self.date(day) - timedelta(days=self.weekday(day) - WEEKEND[0])
                found_.setdefault(saturday, []).append(day)
        return [tuple(days) for days in found_.values()]

    def need(self, shift: str, day: int) -> int:
        """People that a shift needs on a day."""
        return self._need[shift][day] if shift in self._need else 0

    def off(self, person: str) -> frozenset[int]:
        """Days on which somebody is not to be had."""
        return self._off[person]

    @property
    def wishes(self) -> list[tuple[str, int, str | None, bool, int]]:
        """(person, day, shift or None for any, to work or to be off, weight)."""
        return self._wishes

    def rules_of(self, person: str) -> Rules:
        """A person's own rules over those of the contract over those of the file."""
        one = self.people[person]
        contract = self.contracts[one.contract] if one.contract is not None else Rules()
        return one.rules.over(contract.over(self.rules))

    def may_work(self, person: str, shift: str) -> bool:
        """Whether the shift is of one of the person's groups."""
        groups, group = self.people[person].groups, self.shifts[shift].group
        return groups is None or group is None or group in groups

    def follows(self, person: str, earlier: str, later: str) -> bool:
        """Whether one may work `later` on the day after `earlier`."""
        rules, one, two = self.rules_of(person), self.shifts[earlier], self.shifts[later]
        gap = DAY + two.start - (one.start + one.length)
        if gap < (rules.rest or 0.0) - 1e-6:
            return False
        return earlier not in (rules.not_after or {}).get(later, ())


def load_people(path: str | FilePath, plan: Any = None) -> People:
    """Read a file of people. Raises `InputErrors` with everything wrong.

    plan: a scenario whose days, shifts, and the people each of them has, stand in place of the file's.
    """
    file_path = FilePath(path)
    shown = shown_path(file_path)
    return _build(read_text(file_path, shown), shown, file_path.stem, plan)


def load_people_text(text: str, name: str = "people.yaml", plan: Any = None) -> People:
    """The same from text; `name` stands for the file."""
    return _build(text, name, FilePath(name).stem, plan)


def _build(text: str, shown: str, stem: str, plan: Any) -> People:
    document = read_yaml(text, shown)
    data = document.data
    if not isinstance(data, dict):
        problem = document.problem((), f"found {show(data)}; allowed a mapping with start, days, shifts, people")
        raise InputErrors([problem])
    data = {"name": stem, **data}
    if plan is not None:
        data = {**data, **of_plan(plan)}  # of the file only people, rules and costs
    try:
        people = People.model_validate(data)
    except ValidationError as error:
        raise InputErrors(in_order(problems_of(error, People, document))) from None
    people._text = text
    return people


def is_people_file(path: str | FilePath) -> bool:
    """Whether a YAML file looks like one of people rather than a scenario."""
    try:
        data = read_yaml(read_text(FilePath(path), str(path)), str(path)).data
    except (InputErrors, OSError):
        return False
    return isinstance(data, dict) and "people" in data and "contact_types" not in data


def people_json_schema() -> dict[str, Any]:
    """The JSON Schema of a file of people."""
    return schema_of(People, "A file of people for floorcast roster")

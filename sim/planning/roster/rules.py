"""Checks a roster against its file: every rule that is broken, and what the roster costs, counted day by day.

Written apart from the solver, from the words of the rules, so that each checks the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from floorcast.planning.roster.people import People
from floorcast.scenario.read.units import write_duration

Lines = Mapping[str, Sequence[str | None]]


def broken_rules(people: People, given: Lines) -> list[str]:
    """A sentence for every rule that a roster breaks."""
    broken: list[str] = []
    for name, line in given.items():
        broken += _of_person(people, name, line)
    if people.costs.under is None:
        for shift, day, there in _counts(people, given):
            if there < people.need(shift, day):
                broken.append(f"{shift} on {people.date(day)} has {there} of {people.need(shift, day)}")
    return broken


def _of_person(people: People, name: str, line: Sequence[str | None]) -> list[str]:
    rules, broken = people.rules_of(name), []
    for day, shift in enumerate(line):
        if shift is not None and day in people.off(name):
            broken.append(f"{name} works on {people.date(day)}, a day off")
        if shift is not None and not people.may_work(name, shift):
            broken.append(f"{name} works {shift}, which is of another group")
    for day, (one, two) in enumerate(zip(line, line[1:], strict=False)):
        if one is not None and two is not None and not people.follows(name, one, two):
            broken.append(f"{name} works {two} on {people.date(day + 1)} too soon after {one}")
    paid = sum(people.shifts[shift].paid for shift in line if shift is not None)
    if rules.hours is not None and not _within(paid, rules.hours.at_least, rules.hours.at_most):
        broken.append(f"{name} works {write_duration(paid)}")
    worked = sum(shift is not None for shift in line)
    if rules.shifts is not None and not _within(worked, rules.shifts.at_least, rules.shifts.at_most):
        broken.append(f"{name} works {worked} shifts")
    weekends = weekends_worked(people, line)
    if rules.weekends is not None and not _within(weekends, rules.weekends.at_least, rules.weekends.at_most):
        broken.append(f"{name} works {weekends} weekends")
    begin = 0
    for working, run in groupby(line, key=lambda shift: shift is not None):
        length = len(list(run))
        bounds = rules.days_in_a_row if working else rules.days_off_in_a_row
        inner = begin > 0 and begin + length < len(line)
        if bounds is not None:
            least = bounds.at_least if inner else 0
            if not _within(length, least, bounds.at_most):
                what = "days" if working else "days off"
                broken.append(f"{name} has {length} {what} in a row from {people.date(begin)}")
        begin += length
    return broken


def _within(value: float, least: float, most: float | None) -> bool:
    return least - 1e-6 <= value <= (value if most is None else most + 1e-6)


def weekends_worked(people: People, line: Sequence[str | None]) -> int:
    """Weekends on which somebody works on Saturday, Sunday or both."""
    return sum(any(line[day] is not None for day in days) for days in people.weekends())


def _counts(people: People, given: Lines) -> list[tuple[str, int, int]]:
    return [
        (shift, day, sum(line[day] == shift for line in given.values()))
        for shift in people.cover
        for day in range(people.days)
    ]


def cost_parts(people: People, given: Lines) -> dict[str, int]:
    """What a roster costs: people too few, people too many, wishes not granted, unfairness."""
    under = over = wishes = unfair = 0
    for shift, day, there in _counts(people, given):
        gap = people.need(shift, day) - there
        under += max(gap, 0) * (people.costs.under or 0)
        over += max(-gap, 0) * people.costs.over
    for name, day, wanted, on, weight in people.wishes:
        has = given[name][day]
        got = has is not None if wanted is None else has == wanted
        wishes += weight if got != on else 0
    if people.fair.weekends and len(given) > 1:
        counts = [weekends_worked(people, line) for line in given.values()]
        unfair += people.fair.weekends * (max(counts) - min(counts))
    for shift, weight in people.fair.shifts.items():
        counts = [list(line).count(shift) for n, line in given.items() if people.may_work(n, shift)]
        if len(counts) > 1:
            unfair += weight * (max(counts) - min(counts))
    return {"too few": under, "too many": over, "wishes": wishes, "unfairness": unfair}

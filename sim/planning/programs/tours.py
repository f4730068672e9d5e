"""Tours: everything one person may be assigned (group, hours, days and breaks), with its cost and presence."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.planning.requirement.shrinkage import _add, _pieces
from floorcast.scenario.horizon.arrivals import Calendar
from floorcast.scenario.horizon.presence import occurrences_of
from floorcast.scenario.read.units import DAY, write_clock
from floorcast.scenario.schema.people import Break
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.schema.shift_types import PlannedBreak, ShiftType
from floorcast.scenario.schema.staff import Shift

Floats = NDArray[np.float64]
BREAK_PATTERNS = 4  # placements of a tour's breaks that the integer program sees; more are tried afterwards
MOST_TOURS = 40_000


class NoPlan(ValueError):
    """There is nothing to plan with, or no plan can do it; its text is one sentence."""


@dataclass(frozen=True)
class Tour:
    """What one person works: `shifts` of a group, all with one person in them (overtime is a shift of
    its own price). kind: the shift type, `today` for one of the scenario's own shifts."""

    group: str
    kind: str
    shifts: tuple[Shift, ...]

    @property
    def words(self) -> str:
        """`team full 08:00-16:00 Mon-Fri`."""
        first, last = self.shifts[0], self.shifts[-1]
        end = last.start + last.length
        days = "".join("MTWTFSS"[d] if d in first.days else "-" for d in range(7))
        return f"{self.group} {self.kind} {write_clock(first.start)}-{write_clock(end)} {days}"


@dataclass(frozen=True)
class Tours:
    """The tours that may be worked, with what each costs and where it is present.

    cost [J] over the horizon; hours [J] paid; presence: (group, row [T]) of each, people on the floor on average
    per interval, absence taken off.
    """

    tours: tuple[Tour, ...]
    cost: Floats
    hours: Floats
    group: NDArray[np.int64]
    presence: Floats  # [J, T]
    ends: NDArray[np.int8]  # [J, T] how often its person leaves the floor in an interval

    @cached_property
    def _everywhere(self) -> Any:
        """Presence by group and interval, sparse [J, G T]."""
        from scipy.sparse import csr_array

        groups, steps = int(self.group.max(initial=-1)) + 1, self.presence.shape[1]
        who, when = np.nonzero(self.presence)
        places = self.group[who] * steps + when
        return csr_array((self.presence[who, when], (who, places)), shape=(self.group.size, groups * steps))

    def present(self, counts: Any, groups: int) -> Floats:
        """People on the floor [groups, T] of so many people on each tour; nobody in groups without tours."""
        found: Floats = self._everywhere.T @ np.asarray(counts, dtype=np.float64)
        there = np.zeros((groups, self.presence.shape[1]))
        there.reshape(-1)[: found.size] = found
        return there

    def effects(self, slopes: Floats) -> Floats:
        """What one person more on each tour brings [P, J] of what a person brings by group and interval [P, G, T]."""
        own = slopes[:, : self._everywhere.shape[1] // self.presence.shape[1]].reshape(slopes.shape[0], -1)
        found: Floats = np.ascontiguousarray((self._everywhere @ own.T).T)
        return found


def tours_of(scenario: Scenario, today: bool = False) -> Tours:
    """Every tour of the scenario's shift types; with `today` those of its own shifts as well.

    Raises NoPlan where there are none, or too many to search.
    """
    if not scenario.shift_types and not today:
        raise NoPlan(
            f"{scenario.file}: found no shift_types; allowed at least one, such as"
            " shift_types: {full: {start: {from: 07:00, to: 12:00}, length: 8h}}"
        )
    found: list[Tour] = []
    for kind, allowed in scenario.shift_types.items():
        named = allowed.groups or scenario.group_names
        taught = [name for name, own in scenario.plan.taught_of.items() if own in named and name not in named]
        for group in (*named, *(name for name in taught if name in scenario.groups)):
            found += _of_type(kind, allowed, group, BREAK_PATTERNS)
    if today:
        found += own_tours(scenario)
    found = list(dict.fromkeys(found))
    if len(found) > MOST_TOURS:
        raise NoPlan(
            f"{scenario.file}: found {len(found)} different shifts to choose from; allowed at most {MOST_TOURS}:"
            " longer steps, or fewer windows"
        )
    priced = price(scenario, found)
    useful = priced.presence.sum(axis=1) > 0
    if not useful.any():
        raise NoPlan(f"{scenario.file}: found no shift type that anybody works within the days simulated")
    return take(priced, np.flatnonzero(useful))


def take(tours: Tours, places: NDArray[np.int64]) -> Tours:
    """Some of the tours."""
    return Tours(
        tuple(tours.tours[int(j)] for j in places), tours.cost[places], tours.hours[places],
        tours.group[places], tours.presence[places], tours.ends[places],
    )  # fmt: skip


def own_tours(scenario: Scenario) -> list[Tour]:
    """The scenario's own shifts, one tour for each line."""
    return [
        Tour(name, "today", (shift.model_copy(update={"agents": 1}),))
        for name in scenario.group_names
        for shift in scenario.groups[name].shifts
    ]


def own_counts(scenario: Scenario, tours: Tours) -> NDArray[np.int64]:
    """How many people work each tour today [J]."""
    counts = np.zeros(len(tours.tours), dtype=np.int64)
    place = {tour: j for j, tour in enumerate(tours.tours)}
    for name in scenario.group_names:
        for shift in scenario.groups[name].shifts:
            at = place.get(Tour(name, "today", (shift.model_copy(update={"agents": 1}),)))
            if at is not None:
                counts[at] += shift.agents
    return counts


def _of_type(kind: str, allowed: ShiftType, group: str, patterns: int) -> list[Tour]:
    found = []
    for start, length, days in itertools.product(allowed.start, allowed.length, _day_patterns(allowed)):
        extra = (0.0, *allowed.overtime.by) if allowed.overtime else (0.0,)
        for more in extra:
            if not allowed.ends_in_time(start, length + more):
                continue
            for breaks in _break_patterns(allowed, length, patterns):
                shifts = [_shift(kind, start, length, days, breaks, allowed.pay)]
                if more > 0 and allowed.overtime is not None:
                    end, price = start + length, allowed.overtime.price * allowed.pay
                    then = days if end < DAY else tuple(sorted((d + 1) % 7 for d in days))
                    shifts.append(_shift(f"{kind} overtime", end % DAY, more, then, (), price))
                found.append(Tour(group, kind, tuple(shifts)))
    return found


# Quantities are seconds by now, which the schema's words would not read again.
def _shift(
    name: str, start: float, length: float, days: tuple[int, ...], breaks: tuple[Break, ...], pay: float
) -> Shift:
    return Shift.model_construct(
        agents=1, start=start, length=length, days=days, breaks=breaks, name=name, pay=pay
    )


def _pause(after: float, pause: PlannedBreak) -> Break:
    return Break.model_construct(after=after, at=None, length=pause.length, paid=pause.paid)


def _day_patterns(allowed: ShiftType) -> list[tuple[int, ...]]:
    """Days of one person: each alone, or so many in a row of the days allowed, around the week."""
    days = allowed.days
    if allowed.days_per_week is None:
        return [(day,) for day in days]
    n = allowed.days_per_week
    rows = {tuple(sorted(days[(first + k) % len(days)] for k in range(n))) for first in range(len(days))}
    return sorted(rows)


def break_choices(allowed: ShiftType, length: float) -> list[tuple[Break, ...]]:
    """Every placement of a shift's breaks, in order and without overlap."""
    return [tuple(_pause(at, pause) for at, _, pause in spans) for spans in allowed.placements(length)]


def _break_patterns(allowed: ShiftType, length: float, patterns: int) -> list[tuple[Break, ...]]:
    every = break_choices(allowed, length)
    if len(every) <= patterns:
        return every
    return [every[round(n * (len(every) - 1) / (patterns - 1))] for n in range(patterns)]


def price(scenario: Scenario, tours: list[Tour]) -> Tours:
    """Cost and presence of tours."""
    n = round(scenario.horizon / scenario.interval)
    calendar = Calendar(scenario.start, scenario.days, scenario.special_days)
    presence, ends = np.zeros((len(tours), n)), np.zeros((len(tours), n), dtype=np.int8)
    cost, hours = np.zeros(len(tours)), np.zeros(len(tours))
    names = list(scenario.group_names)
    free = not any(group.cost_per_hour for group in scenario.groups.values())
    for j, tour in enumerate(tours):
        group = scenario.groups[tour.group]
        there = 1.0 - group.absence
        for shift in tour.shifts:
            for one in occurrences_of(shift, calendar):
                paid = (one.end - one.start - sum(b - a for a, b in one.unpaid)) / 3600.0
                paid *= 1.0 if group.paid.absence else there
                hours[j] += paid
                cost[j] += paid * one.pay * (1.0 if free else group.cost_per_hour)
                for leaves in (one.end, *(pause[0] for pause in one.breaks)):
                    if 0 < leaves <= scenario.horizon + 1e-6:
                        ends[j, int((leaves - 1e-3) // scenario.interval)] += 1
                for begin, end in _pieces(one.start, one.end, one.breaks):
                    _add(presence[j], begin, end, there, scenario.interval)
    group_of = np.array([names.index(tour.group) for tour in tours], dtype=np.int64)
    return Tours(tuple(tours), cost, hours, group_of, presence, ends)


def staffed_by(scenario: Scenario, tours: Tours, counts: Any) -> Scenario:
    """The scenario with these people in place of its own shifts.

    Raises `Wrong` from the horizon for shifts that fall outside it.
    """
    from floorcast.scenario.horizon.presence import roster

    calendar = Calendar(scenario.start, scenario.days, scenario.special_days)
    groups, rosters = dict(scenario.groups), {}
    for g, name in enumerate(scenario.group_names):
        shifts: dict[Shift, int] = {}
        for j in np.flatnonzero((tours.group == g) & (np.asarray(counts) > 0)):
            for shift in tours.tours[int(j)].shifts:
                shifts[shift] = shifts.get(shift, 0) + int(counts[j])
        lines = tuple(
            shift.model_copy(update={"agents": number})
            for shift, number in sorted(shifts.items(), key=lambda pair: _order(pair[0]))
        )
        update: dict[str, Any] = {"agents": None if lines else 0, "shifts": lines, "headcount": None, "roster": None}
        groups[name] = scenario.groups[name].model_copy(update=update)
        rosters[name] = roster(groups[name], calendar, None)
    changed = scenario.model_copy(update={"groups": groups})
    changed._origin = replace(scenario._origin, rosters=rosters, headcounts={})
    return changed


def _order(shift: Shift) -> tuple[Any, ...]:
    return tuple((one.start, one.length, one.days, one.break_spans(), one.pay) for one in shift.hours)

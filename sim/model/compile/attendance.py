"""The timetable of one replication: who logs in and out when, and when channels open and close."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from floorcast.model.compile.tables import digest
from floorcast.model.core.random import Stream
from floorcast.model.core.vector_random import uniforms
from floorcast.model.records import layout
from floorcast.model.records.layout import TimetableKind
from floorcast.scenario.schema.resolved import ShiftOccurrence

if TYPE_CHECKING:
    from floorcast.model.records.state import Array
    from floorcast.scenario.schema.resolved import Headcount
    from floorcast.scenario.schema.scenario import Scenario
    from floorcast.scenario.schema.staff import Shift

_DAY = 86400.0


@dataclass(frozen=True, eq=False)
class Attendance:
    """Planned presence of every agent, and what absence and lateness may do to it.

    spans: rows (agent, occurrence, drawn, start, end) of being logged in; an occurrence is one shift, `drawn` its
    number for the draws.
    paid: rows (agent, occurrence, drawn, start, end, weight) of the shift with its breaks, weighted with its pay;
    unpaid breaks take theirs away again.
    fixed_rows: timetable rows that chance never touches: opening hours and headcounts.
    absence, absence_paid, late: per agent; keys: per agent, for the draws.
    """

    sizes: list[int]
    spans: Array
    paid: Array
    absence: Array
    absence_paid: Array
    late: Array
    late_by: list[object]
    keys: Array
    lessons: Array  # training of agents who learn by it
    fixed_rows: list[tuple[float, int, int, int]]
    horizon: float

    @property
    def certain(self) -> bool:
        """Nobody is ever absent or late: every replication has the same timetable."""
        return not (self.absence.any() or self.late.any())

    @cached_property
    def shifts(self) -> Shifts:
        """The shifts that the rows are of."""
        tables = self.spans, self.lessons, self.paid
        cuts = np.cumsum([len(table) for table in tables])[:-1]
        agent, drawn, occurrence = (
            np.concatenate([table[name].astype(np.int64) for table in tables])
            for name in ("agent", "drawn", "occurrence")
        )
        _, first, of = np.unique((agent << 32) + drawn, return_index=True, return_inverse=True)
        of_spans, of_lessons, of_paid = np.split(of.reshape(-1), cuts)
        occurrences, at = np.unique((agent << 32) + occurrence, return_inverse=True)
        at_spans, at_lessons, at_paid = np.split(at.reshape(-1), cuts)
        streams = np.repeat((int(Stream.ABSENCE), int(Stream.LATE)), len(first))
        return Shifts(
            agent[first], drawn[first], streams, of_spans, of_lessons, of_paid,
            occurrences, at_spans, at_lessons, at_paid,
        )  # fmt: skip

    @cached_property
    def fixed(self) -> Array:
        """`fixed_rows` as rows of the timetable."""
        rows = np.zeros(len(self.fixed_rows), dtype=layout.TIMETABLE)
        for place, row in enumerate(self.fixed_rows):
            rows[place] = row
        return rows


@dataclass(frozen=True, eq=False)
class Shifts:
    """All shifts, each of an agent with its number for the draws [n], and of which of them each row is; and the same by
    occurrence."""

    agent: Array
    drawn: Array
    streams: Array  # [2 n] of the draws: whether they are absent, whether late
    of_spans: Array
    of_lessons: Array
    of_paid: Array
    occurrence: Array
    occurrence_of_spans: Array
    occurrence_of_lessons: Array
    occurrence_of_paid: Array


_SPAN = np.dtype([("agent", "i4"), ("occurrence", "i4"), ("drawn", "i4"), ("start", "f8"), ("end", "f8")])
_PAID = np.dtype([*_SPAN.descr, ("weight", "f8")])


def plan_attendance(scenario: Scenario) -> Attendance:
    """Work out everybody's presence over the horizon, before chance."""
    sizes: list[int] = []
    spans: list[tuple[int, int, int, float, float]] = []
    paid: list[tuple[int, int, int, float, float, float]] = []
    absence: list[float] = []
    absence_paid: list[bool] = []
    late: list[float] = []
    late_by: list[object] = []
    keys: list[int] = []
    rows: list[tuple[float, int, int, int]] = []
    lessons: list[tuple[int, int, int, float, float]] = []
    agent = 0
    for g, name in enumerate(scenario.group_names):
        group = scenario.groups[name]
        heads = scenario.headcount(name)
        if heads is not None:
            people: list[Sequence[Any]] = [*_by_headcount(heads)]
            rows.extend(_steps(g, heads))
        else:
            people = [*scenario.roster(name)]
        sizes.append(len(people))
        names = _names(name, group.shifts, len(people)) if group.roster is None else group.roster.names
        for label, person in zip(names, people, strict=True):
            for occurrence, (start, end, breaks, taught, unpaid, pay, drawn) in enumerate(person):
                which = (agent, occurrence, occurrence if drawn is None else drawn)
                paid.append((*which, start, end, pay))
                paid.extend((*which, *pause, -pay) for pause in unpaid)
                if heads is not None:
                    continue
                if group.learning is not None:
                    lessons.extend((*which, *lesson) for lesson in taught)
                at = start
                for pause_start, pause_end in breaks:
                    if pause_start > at:
                        spans.append((*which, at, pause_start))
                    at = max(at, pause_end)
                if end > at:
                    spans.append((*which, at, end))
            absence.append(group.absence)
            absence_paid.append(group.paid.absence)
            late.append(group.late.probability if group.late else 0.0)
            late_by.append(group.late.by if group.late else None)
            keys.append(digest(label))
            agent += 1
    for i, channel in enumerate(scenario.channel_names):
        opening = scenario.open_intervals(channel)
        if opening != [(0.0, scenario.horizon)]:
            rows.append((-1.0, int(TimetableKind.CLOSE), i, 0))
            for start, end in opening:
                rows.append((start, int(TimetableKind.OPEN), i, 0))
                if end < scenario.horizon:
                    rows.append((end, int(TimetableKind.CLOSE), i, 0))
    return Attendance(
        sizes,
        np.array(spans, dtype=_SPAN),
        np.array(paid, dtype=_PAID),
        np.array(absence),
        np.array(absence_paid, dtype=np.bool_),
        np.array(late),
        late_by,
        np.array(keys, dtype=np.uint64),
        np.array(lessons, dtype=_SPAN),
        rows,
        scenario.horizon,
    )


def _names(group: str, shifts: Sequence[Shift], people: int) -> Sequence[str]:
    """What the draws of each agent hang on: its shift line and its number there, so that more people in
    one line leave the luck of all others as it is; of a line drawn as another, those of that one."""
    if not shifts:
        return [f"{group}/{number}" for number in range(people)]
    found: list[str] = []
    for line, shift in enumerate(shifts):
        home, place, first = group, line, 0
        if shift.drawn_as is not None:
            home, place, first = shift.drawn_as.group, shift.drawn_as.line, shift.drawn_as.first
        numbers = range(first, first + shift.agents)
        found += [f"{home}/{number}" if place == 0 else f"{home}/{place}/{number}" for number in numbers]
    return found


def _steps(group: int, heads: Headcount) -> list[tuple[float, int, int, int]]:
    """A timetable row wherever the headcount changes."""
    rows = []
    before = 0
    for start, count in zip(heads.edges[:-1], heads.heads, strict=True):
        if int(count) != before:
            rows.append((float(start), int(TimetableKind.HEADCOUNT), group, int(count)))
        before = int(count)
    return rows


def _by_headcount(heads: Headcount) -> list[list[ShiftOccurrence]]:
    """Who is paid when: agent i while the headcount is above i."""
    most = int(heads.heads.max()) if len(heads.heads) else 0
    people: list[list[ShiftOccurrence]] = [[] for _ in range(most)]
    began = [math.nan] * most
    before = 0
    for start, count in zip(heads.edges[:-1], heads.heads, strict=True):
        for i in range(before, int(count)):
            began[i] = float(start)
        for i in range(int(count), before):
            people[i].append(ShiftOccurrence(began[i], float(start), ()))
        before = int(count)
    for i in range(before):
        people[i].append(ShiftOccurrence(began[i], float(heads.edges[-1]), ()))
    return people


def timetable(
    plan: Attendance, seed0: int, seed1: int, known: Mapping[tuple[int, int], bool] | None = None
) -> tuple[Array, Array]:
    """The timetable of a replication, closed by a row at infinity, and who is paid when.

    A shift is missed as a whole with the group's absence probability; a late agent misses its
    beginning. Late shifts are paid, and absent ones where the group's absence is. known: of shifts, by agent and
    occurrence, whether the agent came, where chance has spoken already.
    """
    rows, kept = come_and_go(plan, seed0, seed1, known)
    return rows, plan.paid if kept is None else plan.paid[kept]


def come_and_go(
    plan: Attendance, seed0: int, seed1: int, known: Mapping[tuple[int, int], bool] | None = None
) -> tuple[Array, NDArray[np.bool_] | None]:
    """`timetable`, with which of the rows of `plan.paid` are paid; None: all of them."""
    shifts, spans = plan.shifts, plan.spans
    there, taught = np.ones(len(spans), np.bool_), np.ones(len(plan.lessons), np.bool_)
    came, kept = np.ones(len(plan.paid), np.bool_), None
    may_miss, may_be_late = bool(plan.absence.any()), bool(plan.late.any())
    u_absent, u_late, v_late = _drawn(plan, seed0, seed1) if may_miss or may_be_late else (np.empty(0),) * 3
    if may_miss or known:
        absent = u_absent < plan.absence[shifts.agent] if may_miss else np.zeros(len(shifts.agent), np.bool_)
        taught = ~_missed(absent[shifts.of_lessons], plan.lessons, known)
        there = ~_missed(absent[shifts.of_spans], spans, known)
        came = ~_missed(absent[shifts.of_paid], plan.paid, known)
        kept = came | plan.absence_paid[plan.paid["agent"]]
    start, lesson_start = spans["start"], plan.lessons["start"]
    if may_be_late:
        late = (u_late < plan.late[shifts.agent])[shifts.of_paid] & came & (plan.paid["weight"] > 0)
        those = np.flatnonzero(late)
        if known:
            pairs = zip(plan.paid["agent"][those].tolist(), plan.paid["occurrence"][those].tolist())
            those = those[[pair not in known for pair in pairs]]
        delays = _delays(plan, plan.paid["agent"][those], v_late[shifts.of_paid[those]])
        from_when = np.full(len(shifts.occurrence), -math.inf)
        behind = delays > 0.0
        np.maximum.at(from_when, shifts.occurrence_of_paid[those[behind]], (plan.paid["start"][those] + delays)[behind])
        start = np.maximum(start, from_when[shifts.occurrence_of_spans])
        there &= spans["end"] > start
        lesson_start = np.maximum(lesson_start, from_when[shifts.occurrence_of_lessons])  # they have heard the rest
        taught &= plan.lessons["end"] > lesson_start
    on = np.flatnonzero(there)
    agents, begins, ends = spans["agent"][on], start[on], spans["end"][on]
    occurrence = shifts.occurrence_of_spans[on]
    last = np.ones(on.size, np.int64)  # for the last presence of a shift, 0 for one that a break follows
    last[:-1] = occurrence[1:] != occurrence[:-1]
    off, lessons = np.flatnonzero(ends < plan.horizon), plan.lessons[taught]
    fixed = plan.fixed
    time = np.concatenate((begins, ends[off], lessons["end"], fixed["time"], (math.inf,)))
    counts = (on.size, off.size, len(lessons))
    kinds = [int(kind) for kind in (TimetableKind.ON, TimetableKind.OFF, TimetableKind.LEARNED)]
    kind = np.concatenate((np.repeat(kinds, counts), fixed["kind"], (0,)))
    who = np.concatenate((agents, agents[off], lessons["agent"], fixed["who"], (0,)))
    learned = np.round(1000.0 * (lessons["end"] - lesson_start[taught])).astype(np.int64)
    value = np.concatenate((np.zeros(on.size, np.int64), last[off], learned, fixed["value"], (0,)))
    order = np.lexsort((kind * (int(who.max()) + 1) + who, time))
    rows = np.zeros(time.size, dtype=layout.TIMETABLE)
    rows["time"] = np.maximum(time[order], 0.0)
    rows["kind"], rows["who"], rows["value"] = kind[order], who[order], value[order]
    return rows, kept


def _drawn(plan: Attendance, seed0: int, seed1: int) -> tuple[Array, Array, Array]:
    """The uniforms of each shift: one for absence, two for being late. Drawn together, as a call costs as much as
    thousands of draws."""
    shifts, n = plan.shifts, len(plan.shifts.agent)
    u, v = uniforms(np.tile(plan.keys[shifts.agent], 2), shifts.streams, np.tile(shifts.drawn, 2), seed0, seed1)
    return u[:n], u[n:], v[n:]


def _draw(plan: Attendance, rows: Array, stream: Stream, seed0: int, seed1: int) -> tuple[Array, Array]:
    keys = plan.keys[rows["agent"]]
    return uniforms(keys, np.full(len(rows), int(stream)), rows["drawn"], seed0, seed1)


def shifts_kept(plan: Attendance, seed0: int, seed1: int) -> Array:
    """Shifts of a replication, breaks included, of those who are not absent: rows as `paid`."""
    if not plan.absence.any():
        return plan.paid
    return plan.paid[~_absent(plan, plan.paid, seed0, seed1)]


def _absent(plan: Attendance, rows: Array, seed0: int, seed1: int) -> Array:
    u, _ = _draw(plan, rows, Stream.ABSENCE, seed0, seed1)
    absent: Array = u < plan.absence[rows["agent"]]
    return absent


def _missed(absent: Array, rows: Array, known: Mapping[tuple[int, int], bool] | None) -> Array:
    """Whether each of the rows is missed, if chance alone had it `absent`."""
    for place, pair in enumerate(zip(rows["agent"].tolist(), rows["occurrence"].tolist()) if known else ()):
        if known and pair in known:
            absent[place] = not known[pair]
    return absent


def _delays(plan: Attendance, agents: Array, uniform: Array) -> Array:
    """By how many seconds late agents are late."""
    seconds = np.zeros(len(agents))
    by = [plan.late_by[agent] for agent in agents.tolist()]
    for one in {id(one): one for one in by}.values():
        own = [place for place, other in enumerate(by) if other is one]
        seconds[own] = one.quantile(uniform[own])
    return seconds


@dataclass(frozen=True, eq=False)
class PaidCells:
    """Paid seconds of rows of `Attendance.paid`, cut into intervals: row and cell (interval x agent) of each [n]."""

    of: Array
    cell: Array
    seconds: Array
    size: int

    def sums(self, kept: Array | None) -> Array:
        """Paid seconds (intervals * agents,) of the rows kept [rows], None: of all."""
        if kept is None:
            return np.bincount(self.cell, self.seconds, minlength=self.size)
        those = kept[self.of]
        return np.bincount(self.cell[those], self.seconds[those], minlength=self.size)


def paid_seconds(paid: Array, agents: int, interval: float, intervals: int) -> Array:
    """Paid seconds (intervals * agents,) of every agent in every interval, as the ledger has them."""
    return paid_cells(paid, agents, interval, intervals).sums(None)


def paid_cells(paid: Array, agents: int, interval: float, intervals: int) -> PaidCells:
    """The rows of who is paid when, cut into intervals."""
    first = (paid["start"] // interval).astype(np.int64)
    last = np.minimum(np.ceil(paid["end"] / interval).astype(np.int64), intervals)
    covered = np.maximum(last - first, 0)
    span = np.repeat(np.arange(len(paid)), covered)
    cell = first[span] + np.arange(len(span)) - np.repeat(np.cumsum(covered) - covered, covered)
    seconds = np.minimum((cell + 1) * interval, paid["end"][span]) - np.maximum(
        cell * interval, paid["start"][span]
    )
    rows = cell * agents + paid["agent"][span]
    return PaidCells(span, rows, seconds * paid["weight"][span], agents * intervals)

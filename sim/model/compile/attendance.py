"""The timetable of one replication: who logs in and out when, and when channels open and close."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

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
    spans, paid, lessons = plan.spans, plan.paid, plan.lessons
    came = paid
    if plan.absence.any() or known:
        lessons = lessons[~_missed(plan, lessons, seed0, seed1, known)]
        spans = spans[~_missed(plan, spans, seed0, seed1, known)]
        missed = _missed(plan, paid, seed0, seed1, known)
        came, paid = paid[~missed], paid[~missed | plan.absence_paid[paid["agent"]]]
    if plan.late.any():
        spans = spans.copy()
        shifts = came[came["weight"] > 0]
        if known:
            shifts = shifts[[(int(row["agent"]), int(row["occurrence"])) not in known for row in shifts]]
        lateness = _lateness(plan, shifts, seed0, seed1)
        lessons = lessons.copy()
        for (agent, occurrence, _, start, *_), delay in zip(shifts, lateness, strict=True):
            if delay > 0.0:
                for rows_of in (spans, lessons):  # who comes late to a lesson has heard the rest of it
                    mine = (rows_of["agent"] == agent) & (rows_of["occurrence"] == occurrence)
                    rows_of["start"][mine] = np.maximum(rows_of["start"][mine], start + delay)
        spans, lessons = (one[one["end"] > one["start"]] for one in (spans, lessons))
    inside = spans["end"] < plan.horizon
    size = len(spans) + int(inside.sum()) + len(lessons) + len(plan.fixed_rows) + 1
    rows = np.zeros(size, dtype=layout.TIMETABLE)
    n = len(spans)
    rows["time"][:n], rows["kind"][:n], rows["who"][:n] = spans["start"], int(TimetableKind.ON), spans["agent"]
    m = n + int(inside.sum())
    rows["time"][n:m], rows["kind"][n:m] = spans["end"][inside], int(TimetableKind.OFF)
    rows["who"][n:m] = spans["agent"][inside]
    rows["value"][n:m] = _ends_of_shifts(spans)[inside]
    n = m + len(lessons)
    rows["time"][m:n], rows["kind"][m:n] = lessons["end"], int(TimetableKind.LEARNED)
    rows["who"][m:n] = lessons["agent"]
    rows["value"][m:n] = np.round(1000.0 * (lessons["end"] - lessons["start"]))
    for i, row in enumerate(plan.fixed_rows):
        rows[n + i] = row
    rows[-1] = (math.inf, 0, 0, 0)
    order = np.lexsort((rows["who"], rows["kind"], rows["time"]))
    rows = rows[order]
    rows["time"] = np.maximum(rows["time"], 0.0)
    return rows, paid


def _ends_of_shifts(spans: Array) -> Array:
    """1 for the last presence of a shift, 0 for one that a break follows."""
    ends = np.ones(len(spans), dtype=np.int32)
    ends[:-1] = (spans["agent"][1:] != spans["agent"][:-1]) | (
        spans["occurrence"][1:] != spans["occurrence"][:-1]
    )
    return ends


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


def _missed(
    plan: Attendance, rows: Array, seed0: int, seed1: int, known: Mapping[tuple[int, int], bool] | None
) -> Array:
    absent = _absent(plan, rows, seed0, seed1)
    if not known:
        return absent
    for place, (agent, occurrence) in enumerate(zip(rows["agent"].tolist(), rows["occurrence"].tolist())):
        if (agent, occurrence) in known:
            absent[place] = not known[agent, occurrence]
    return absent


def _lateness(plan: Attendance, paid: Array, seed0: int, seed1: int) -> Array:
    u, v = _draw(plan, paid, Stream.LATE, seed0, seed1)
    late = u < plan.late[paid["agent"]]
    seconds = np.zeros(len(paid))
    for i in np.nonzero(late)[0]:
        by = plan.late_by[int(paid["agent"][i])]
        seconds[i] = float(by.quantile(np.array([v[i]]))[0])  # type: ignore[attr-defined]
    return seconds


def paid_seconds(paid: Array, agents: int, interval: float, intervals: int) -> Array:
    """Paid seconds (intervals * agents,) of every agent in every interval, as the ledger has them."""
    first = (paid["start"] // interval).astype(np.int64)
    last = np.minimum(np.ceil(paid["end"] / interval).astype(np.int64), intervals)
    covered = np.maximum(last - first, 0)
    span = np.repeat(np.arange(len(paid)), covered)
    cell = first[span] + np.arange(len(span)) - np.repeat(np.cumsum(covered) - covered, covered)
    seconds = np.minimum((cell + 1) * interval, paid["end"][span]) - np.maximum(
        cell * interval, paid["start"][span]
    )
    rows = cell * agents + paid["agent"][span]
    return np.bincount(rows, seconds * paid["weight"][span], minlength=agents * intervals)

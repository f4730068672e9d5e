"""Who is there when, and when channels are open."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from floorcast.model.core.random import Stream
from floorcast.scenario.schema.scenario import Scenario
from tests.equivalence.independent.chance import Chance, value
from tests.equivalence.independent.demand import digest


def key_of_agent(scenario: Scenario, group: str, number: int) -> int:
    """What the draws of an agent hang on: its shift line and its number there."""
    words = scenario.groups[group]
    line, place = 0, number
    while words.shifts and place >= words.shifts[line].agents:
        place, line = place - words.shifts[line].agents, line + 1
    return digest(f"{group}/{line}/{place}" if line else f"{group}/{place}")


class Change(NamedTuple):
    """At ``time`` something of the timetable changes; at equal times in the order of ``what``."""

    time: float
    what: str  # 0 taught, 1 open, 2 close, 3 off, 4 on, 5 heads
    who: int  # channel, agent or group
    heads: int = 0
    done: bool = False  # of going off: the shift is over, no break
    taught: float = 0.0  # seconds of a lesson that ends


def timetable(scenario: Scenario, chance: Chance) -> list[Change]:
    """Everything that the timetable of one replication says, in order."""
    rows: list[Change] = []
    for i, channel in enumerate(scenario.channel_names):
        spans = scenario.open_intervals(channel)
        if not spans or spans[0][0] > 0.0:
            rows.append(Change(-1.0, "2 close", i))
        for start, end in spans:
            rows.append(Change(start, "1 open", i))
            if end < scenario.horizon:
                rows.append(Change(end, "2 close", i))
    agent = 0
    for g, name in enumerate(scenario.group_names):
        heads = scenario.headcount(name)
        if heads is not None:
            for time, number in zip(heads.edges[:-1], heads.heads, strict=True):
                rows.append(Change(float(time), "5 heads", g, int(number)))
            agent += max(map(int, heads.heads), default=0)
            continue
        for n in range(len(scenario.roster(name))):
            for start, end, done in _presence(scenario, name, n, chance):
                rows.append(Change(start, "4 on", agent))
                if end < scenario.horizon:
                    rows.append(Change(end, "3 off", agent, done=done))
            for end, length in _lessons(scenario, name, n, chance):
                rows.append(Change(end, "0 taught", agent, taught=round(length, 3)))  # whole milliseconds count
            agent += 1
    return sorted(rows)


def _comes_at(scenario: Scenario, group: str, number: int, nth: int, chance: Chance) -> float | None:
    """When an agent comes to one of its shifts; None if it is absent."""
    words, key = scenario.groups[group], key_of_agent(scenario, group, number)
    if chance.two(key, Stream.ABSENCE, nth)[0] < words.absence:
        return None
    begin = scenario.roster(group)[number][nth].start
    if words.late is not None:
        u, v = chance.two(key, Stream.LATE, nth)
        if u < words.late.probability:
            begin += value(words.late.by, v)
    return begin


def _lessons(scenario: Scenario, group: str, number: int, chance: Chance) -> list[tuple[float, float]]:
    """When the lessons of one agent end, and how much of each it has heard: those who are on a shift as a training
    begins, so many of them, are there from its begin, or from when they come, to its end or that of their shift."""
    found = []
    midnight = scenario.start.replace(hour=0, minute=0, second=0, microsecond=0)
    roster = scenario.roster(group)
    for training in scenario.groups[group].training:
        for day in range(scenario.days + 1):
            date = midnight + timedelta(days=day)
            begin = (date - scenario.start).total_seconds() + training.start
            end = begin + training.length
            if date.weekday() not in training.days or end <= 0 or begin >= scenario.horizon:
                continue
            there = [n for n, one in enumerate(roster) if any(s.start <= max(begin, 0.0) < s.end for s in one)]
            if number not in there[: training.agents]:
                continue
            for nth, shift in enumerate(roster[number]):
                if shift.start < end and begin < shift.end:
                    comes = _comes_at(scenario, group, number, nth, chance)
                    until = min(end, shift.end)
                    if comes is not None and until > max(begin, comes):
                        found.append((until, until - max(begin, comes)))
    return found


def _presence(
    scenario: Scenario, group: str, number: int, chance: Chance
) -> list[tuple[float, float, bool]]:
    """When one agent is on the floor: shifts less breaks, absences and lateness; whether one ends a shift."""
    spans: list[tuple[float, float, bool]] = []
    for nth, shift in enumerate(scenario.roster(group)[number]):
        begin = _comes_at(scenario, group, number, nth, chance)
        if begin is None:
            continue
        edges = [shift.start, *(t for pause in shift.breaks for t in pause), shift.end]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end > max(start, begin):
                spans.append((max(start, begin), end, end == shift.end))
    return spans

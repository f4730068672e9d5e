"""Who is there when, and when channels are open."""

from __future__ import annotations

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
    what: str  # 1 open, 2 close, 3 off, 4 on, 5 heads
    who: int  # channel, agent or group
    heads: int = 0
    done: bool = False  # of going off: the shift is over, no break


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
            agent += 1
    return sorted(rows)


def _presence(
    scenario: Scenario, group: str, number: int, chance: Chance
) -> list[tuple[float, float, bool]]:
    """When one agent is on the floor: shifts less breaks, absences and lateness; whether one ends a shift."""
    words = scenario.groups[group]
    key = key_of_agent(scenario, group, number)
    spans: list[tuple[float, float, bool]] = []
    for nth, shift in enumerate(scenario.roster(group)[number]):
        if chance.two(key, Stream.ABSENCE, nth)[0] < words.absence:
            continue
        begin = shift.start
        if words.late is not None:
            u, v = chance.two(key, Stream.LATE, nth)
            if u < words.late.probability:
                begin += value(words.late.by, v)
        edges = [shift.start, *(t for pause in shift.breaks for t in pause), shift.end]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end > max(start, begin):
                spans.append((max(start, begin), end, end == shift.end))
    return spans

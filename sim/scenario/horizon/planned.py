"""What a scenario asks for before it is run: contacts expected and people planned, through time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from floorcast.scenario import Headcount, Scenario, ShiftOccurrence

Floats = NDArray[np.float64]

DAY = 86400.0


@dataclass(frozen=True)
class Planned:
    """Per block of time [n]: contacts expected by channel, mean people on the floor by group.

    `start` seconds since the scenario's start. People are those of the roster, off breaks and
    training, before anybody is absent or late.
    """

    start: Floats
    block: float  # seconds
    contacts: dict[str, Floats]
    people: dict[str, Floats]


def planned(scenario: Scenario, block: float | None = None) -> Planned:
    """The plan of a scenario in blocks of `block` seconds (default: some 50 to 400 blocks).

    Retries and answers are left out: they come from the run. An initial backlog is left out too.
    """
    block = block or block_for(scenario.horizon)
    marks = np.append(np.arange(0.0, scenario.horizon, block), scenario.horizon)
    contacts = {name: np.zeros(marks.size - 1) for name in scenario.channel_names}
    for name in scenario.type_names:
        for source in scenario.sources(name):
            contacts[scenario.channel_of(name)] += source.arriving(marks)
    people = {name: _present(scenario, name, marks) for name in scenario.group_names}
    return Planned(marks[:-1], block, contacts, people)


def expected_by_channel(scenario: Scenario) -> dict[str, float]:
    """Contacts expected from sources over the horizon, by channel, multipliers included."""
    found = dict.fromkeys(scenario.channel_names, 0.0)
    for name in scenario.type_names:
        found[scenario.channel_of(name)] += sum(s.expected for s in scenario.sources(name))
    return found


def block_for(horizon: float) -> float:
    """A block of time that shows the days of a horizon: 30 min, 1 h, 6 h or a day."""
    for most_days, block in ((2, 1800.0), (14, 3600.0), (60, 6 * 3600.0)):
        if horizon <= most_days * DAY:
            return block
    return DAY


def _present(scenario: Scenario, group: str, marks: Floats) -> Floats:
    """Mean number present in each block."""
    steps = scenario.headcount(group)
    times, change = _of_steps(steps) if steps is not None else _of_roster(scenario.roster(group))
    if not times.size:
        return np.zeros(marks.size - 1)
    order = np.argsort(times, kind="stable")
    times, here = times[order], np.cumsum(change[order])
    seconds = np.concatenate(([0.0], np.cumsum(here[:-1] * np.diff(times))))
    present: Floats = np.diff(np.interp(marks, times, seconds)) / np.diff(marks)
    return present


def _of_steps(steps: Headcount) -> tuple[Floats, Floats]:
    heads = np.concatenate(([0.0], steps.heads.astype(np.float64), [0.0]))
    return steps.edges, np.diff(heads)


def _of_roster(roster: tuple[tuple[ShiftOccurrence, ...], ...]) -> tuple[Floats, Floats]:
    """Moments at which somebody comes (+) or goes (-); people of one shift are taken together."""
    together = Counter(id(one) for one in roster)
    times: list[float] = []
    change: list[float] = []
    for one in {id(one): one for one in roster}.values():
        number = together[id(one)]
        for shift in one:
            spans = [(shift.start, shift.end, number), *((a, b, -number) for a, b in shift.breaks)]
            for begin, end, size in spans:
                times += [begin, end]
                change += [size, -size]
    return np.array(times), np.array(change)

"""Where the people scheduled are: breaks, training, absence and lateness by group and interval.

Expected values, so that scheduled - breaks - training - absence - late = present, cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from floorcast.planning.theory.offered_load import handling_as
from floorcast.scenario.horizon.arrivals import Calendar
from floorcast.scenario.horizon.presence import roster
from floorcast.scenario.schema.scenario import Scenario

Floats = NDArray[np.float64]
CAUSES = ("breaks", "training", "absence", "late")


@dataclass(frozen=True)
class Presence:
    """People by group and interval [G, T], averages over each interval."""

    scheduled: Floats
    breaks: Floats
    training: Floats
    absence: Floats
    late: Floats
    present: Floats


def presence_of(scenario: Scenario) -> Presence:
    """Who is scheduled, and what keeps them from the floor."""
    n = round(scenario.horizon / scenario.interval)
    shape = (len(scenario.group_names), n)
    scheduled, on_floor, untrained, late = (np.zeros(shape) for _ in range(4))
    absence = np.zeros(shape[0])
    calendar = Calendar(scenario.start, scenario.days, scenario.special_days)
    for g, name in enumerate(scenario.group_names):
        group = scenario.groups[name]
        heads = scenario.headcount(name)
        if heads is not None:
            for begin, end, count in zip(heads.edges[:-1], heads.edges[1:], heads.heads, strict=True):
                _add(scheduled[g], begin, end, float(count), scenario.interval)
            on_floor[g] = untrained[g] = scheduled[g]
            continue
        absence[g] = group.absence
        without = roster(group.model_copy(update={"training": ()}), calendar, None)
        for person, plain in zip(scenario.roster(name), without, strict=True):
            for shift, untaught in zip(person, plain, strict=True):
                _add(scheduled[g], shift.start, shift.end, 1.0, scenario.interval)
                for begin, end in _pieces(untaught.start, untaught.end, untaught.breaks):
                    _add(untrained[g], begin, end, 1.0, scenario.interval)
                for begin, end in _pieces(shift.start, shift.end, shift.breaks):
                    _add(on_floor[g], begin, end, 1.0, scenario.interval)
                    if group.late is not None:
                        _add_late(late[g], shift.start, begin, end, group.late.by, scenario.interval)
        if group.late is not None:
            late[g] *= group.late.probability * (1.0 - group.absence)
    away = on_floor * absence[:, None]
    return Presence(
        scheduled, scheduled - untrained, untrained - on_floor, away, late, on_floor - away - late
    )


def _pieces(start: float, end: float, breaks: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """A shift without its breaks."""
    edges = [start, *(at for pause in breaks for at in pause), end]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]


def _add(row: Floats, begin: float, end: float, people: float, interval: float) -> None:
    """Add people who are there from `begin` to `end` [s] to averages per interval."""
    first, last = int(begin // interval), min(int(np.ceil(end / interval)), row.size)
    if last <= first:
        return
    row[first:last] += people
    row[first] -= people * (begin / interval - first)
    row[last - 1] -= people * max(0.0, last - end / interval)


def _add_late(row: Floats, start: float, begin: float, end: float, by: object, interval: float) -> None:
    """Add the time from `begin` to `end` that who is late misses: the chance that the delay lasts so long."""
    limited = handling_as(by)  # type: ignore[arg-type]
    first, last = int(begin // interval), min(int(np.ceil(end / interval)), row.size)
    edges = np.clip(np.arange(first, last + 1) * interval, begin, end) - start
    row[first:last] += np.diff(limited(np.maximum(edges, 0.0))) / interval

"""Absence, lateness and breaks, from schedules beside what agents did.

A planned shift is an agent's planned rows of a day, joined. Who has no row of what was done on that day was absent;
who began later than planned, by over a minute, was late. Breaks are planned activities that are called so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from floorcast.history.calls.contacts import Floats
from floorcast.history.fit.demand import share_limits
from floorcast.history.folder import History

BREAKS = "regexp_matches(lower(activity), 'break|lunch|meal|pause|mittag|pausa')"
AWAY = "regexp_matches(lower(activity), 'logged ?out|log ?off|offline|absent|sick|vacation|leave|holiday|urlaub|krank')"
_LATE = 60.0  # seconds
_LEAST = 10  # shifts


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval (Jeffreys) and how many cases."""

    value: float
    low: float
    high: float
    cases: int


@dataclass(frozen=True)
class Attendance:
    """absence: of planned shifts; late: of those worked; delays: seconds by which the late were late, as equally
    likely values; breaks: seconds of breaks per planned shift, mean and half width of its 95 % interval."""

    absence: Share
    late: Share
    delays: list[float]
    breaks: tuple[float, float]
    planned: list[tuple[str, datetime, datetime]]  # agent, from, to: the plan without its breaks


def attendance(history: History) -> Attendance | None:
    """What schedules and logs say; None without a plan, or with fewer than ten planned shifts."""
    if not history.has("activities"):
        return None
    connection = history.connect()
    shifts = connection.execute(
        f"SELECT agent, CAST(start AS DATE) AS d, min(start) AS a, max(finish) AS b,"
        f" coalesce(sum(CASE WHEN {BREAKS} THEN epoch(finish) - epoch(start) END), 0) AS away"
        f" FROM activities WHERE planned AND finish > start AND NOT {AWAY} GROUP BY agent, d ORDER BY d, agent"
    ).fetchall()
    done = connection.execute(
        f"SELECT agent, CAST(start AS DATE) AS d, min(start) FROM activities"
        f" WHERE NOT planned AND finish > start AND NOT {AWAY} GROUP BY agent, d"
    ).fetchall()
    began = {(agent, day): at for agent, day, at in done}
    days = {day for _, day, _ in done}
    told = [row for row in shifts if row[1] in days]  # of days of which there is no log nothing is known
    if len(told) < _LEAST:
        return None
    there = [(row, began[row[0], row[1]]) for row in told if (row[0], row[1]) in began]
    delays = np.array([(at - row[2]).total_seconds() for row, at in there])
    late = delays[delays > _LATE]
    away = np.array([float(row[4]) for row in told])
    spans = connection.execute(
        f"SELECT agent, start, finish FROM activities WHERE planned AND finish > start AND NOT {AWAY} AND NOT {BREAKS}"
        " ORDER BY start, agent"
    ).fetchall()
    return Attendance(
        _share(len(told) - len(there), len(told)),
        _share(len(late), len(there)),
        _values(late),
        (float(away.mean()), 1.96 * float(away.std(ddof=1)) / np.sqrt(len(away))),
        [(str(agent), start, finish) for agent, start, finish in spans],
    )


def _share(number: int, cases: int) -> Share:
    low, high = share_limits(number, cases)
    return Share(number / max(cases, 1), low, high, cases)


def _values(late: Floats) -> list[float]:
    return [float(one) for one in np.quantile(late, (np.arange(20) + 0.5) / 20)] if len(late) else []

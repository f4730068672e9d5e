"""Control variates of a replication: what chance brought before anything was decided.

Day factors, absences and the rounding of counts are drawn before a replication runs, whatever the policy.
From them follow, interval by interval, the work that is due to come and the people who are due to be there,
and from these:

- load: the work that is due (erlangs, summed over intervals);
- staff: the people who are due;
- overload: by how much the work is above what the staff can do without queues, where it is;
- backlog: work that waits where the staff does all that comes when it can, a single line of work.

None of them needs to be right: whatever a replication's figure has in common with them, linearly, is taken
out, and their means are found from many draws, which cost next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.study.estimate import Floats

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World

NAMES = ("overload", "load", "backlog", "staff")  # the most telling first, for few replications bear few
DRAWS = 20  # for the means, per replication
FEWEST_DRAWS = 400
OTHERS = 500_000_003  # from a study's seed to that of these draws
_EASY, _FULL = 0.85, 0.95  # occupancy without queues; that of a line of work


@dataclass(frozen=True, eq=False)
class Controls:
    """Controls of replications 0..n-1, [n, q], and their means from `draws` others, with the covariance of a
    draw, [q, q]."""

    values: Floats
    mean: Floats
    covariance: Floats
    draws: int

    def first(self, n: int) -> Controls:
        """Those of the first n replications."""
        return Controls(self.values[:n], self.mean, self.covariance, self.draws)


def controls_of(world: World, seed: int, n: int) -> Controls | None:
    """The controls of n replications of a world; None where nothing but the customers is left to chance."""
    values = _drawn(world, seed, n)
    draws = max(FEWEST_DRAWS, DRAWS * n)
    others = _drawn(world, seed + OTHERS, draws)
    varies = others.std(axis=0) > 1e-9 * (np.abs(others.mean(axis=0)) + 1)
    if not varies.any():
        return None
    values, others = values[:, varies], others[:, varies]
    covariance = np.atleast_2d(np.cov(others, rowvar=False, ddof=1))
    return Controls(values, others.mean(axis=0), covariance, draws)


def _drawn(world: Any, seed: int, n: int) -> Floats:
    return np.array([_of(*expected(world, seed, replication)) for replication in range(n)]).reshape(n, len(NAMES))


def _of(load: Floats, staff: Floats) -> tuple[float, ...]:
    waiting, total = 0.0, 0.0
    for brought in (load - _FULL * staff).tolist():
        waiting = max(0.0, waiting + brought)
        total += waiting
    overload = float(np.maximum(load - _EASY * staff, 0.0).sum())
    return overload, float(load.sum()), total, float(staff.sum())


def expected(world: World, seed: int, replication: int) -> tuple[Floats, Floats]:
    """Work due to come (erlangs) and people due to be there, per interval [I], of one replication."""
    from floorcast.model.compile.attendance import shifts_kept
    from floorcast.model.compile.demand import realise
    from floorcast.model.core.vector_random import run_key

    seed0, seed1 = run_key(seed, replication)
    sources, steps = realise(world.demand, seed0, seed1)
    edges = np.arange(world.n_intervals + 1) * world.interval
    load = np.zeros(world.n_intervals)
    for profile in world.demand.profiles:
        row = sources[profile.source]
        first = int(row["step"]) + int(profile.counts)
        mine = steps[first : int(row["step_to"])]
        times = mine["time"]
        came = np.r_[0.0, np.cumsum(mine["value"][:-1])] if profile.counts else mine["cumulated"]
        kind = world.scenario.contact_types[world.type_names[int(row["contact_type"])]]
        work = kind.work.mean * kind.turns.mean + kind.after_contact_work.mean
        load += np.diff(np.interp(edges, times, came)) * work / world.interval
    there = shifts_kept(world.attendance, seed0, seed1)
    return load, _present(there, world.n_intervals, world.interval)


def _present(there: Any, n: int, interval: float) -> Floats:
    """People who are due to be there, on average over each interval [n]."""
    area = np.zeros(n + 2)  # each passing of an edge turns the count up or down, in parts of an interval
    for times, sign in ((there["start"], 1.0), (there["end"], -1.0)):
        at = np.clip(times / interval, 0.0, n)
        whole = np.minimum(at.astype(np.int64), n)
        part = 1.0 - (at - whole)
        np.add.at(area, whole, sign * part)
        np.add.at(area, whole + 1, sign * (1.0 - part))
    staff: Floats = np.cumsum(area)[:n]
    return staff

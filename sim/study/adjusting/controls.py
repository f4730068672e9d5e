"""What chance brought before anything was decided, of which a replication's figures tell: its control variates.

Day factors, absences and the rounding of counts are drawn before a replication runs, whatever the policy.
From them follow, interval by interval, the work that is due to come of each contact type and the people of each
group who are due to be there, and from these, by parts of the time (days, or hours of a single day) and over all:

- people: the people of each group who are due;
- work: the work that is due on each channel (erlangs, summed over intervals);
- overload: by how much the work is above what people can do without queues, of all work against all people, and
  of the work that a group may do against its own people.

None of them needs to be right: whatever a replication's figure has in common with them is taken out, and their
means are found from many draws, which cost next to nothing beside replications.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.study.estimate import Floats

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World

DRAWS = 10  # for the means, per replication
FEWEST_DRAWS = 400
OTHERS = 500_000_003  # from a study's seed to that of these draws
PARTS = 8  # of a short time; a long one is cut by days, or by several
MOST_PARTS = 14
_EASY = 0.85  # occupancy without queues
_SECOND = 0.1  # as much of a channel's work falls to a group that names it second, and so on
_DAY = 86400.0


@dataclass(frozen=True, eq=False)
class Controls:
    """Controls of replications 0..n-1, [n, q], less their means and by their spread, so weighted that each kind
    counts alike; and the covariance of one draw, [q, q], of the `draws` from which the means were found."""

    values: Floats
    covariance: Floats
    draws: int

    def first(self, n: int) -> Controls:
        """Those of the first n replications."""
        return Controls(self.values[:n], self.covariance, self.draws)


def controls_of(world: World, seed: int, n: int) -> Controls | None:
    """The controls of n replications of a world; None where nothing but the customers is left to chance."""
    draws = max(FEWEST_DRAWS, DRAWS * n)
    values = [_of(world, seed, replication) for replication in range(n)]
    others = [_of(world, seed + OTHERS, replication) for replication in range(draws)]
    scaled, scaled_others = [], []
    for kind in range(len(others[0])):
        mine, theirs = np.array([one[kind] for one in values]), np.array([one[kind] for one in others])
        mean, spread = theirs.mean(axis=0), theirs.std(axis=0, ddof=1)
        varies = spread > 1e-9 * (np.abs(mean) + 1)
        if varies.any():
            spread = spread[varies] * np.sqrt(varies.sum())
            scaled.append((mine[:, varies] - mean[varies]) / spread)
            scaled_others.append((theirs[:, varies] - mean[varies]) / spread)
    if not scaled:
        return None
    found, far = np.ascontiguousarray(np.hstack(scaled)), np.hstack(scaled_others)
    return Controls(found, np.ascontiguousarray(np.atleast_2d(np.cov(far, rowvar=False, ddof=1))), draws)


def _of(world: World, seed: int, replication: int) -> list[Floats]:
    """The controls of one replication by kind, each by part and then over all."""
    load, staff = expected(world, seed, replication)
    edges = _parts(world.n_intervals, world.interval)

    def parts(rows: Floats) -> Floats:
        """Rows [r, I] added up by part, one row after the other [r * parts]."""
        found: Floats = np.add.reduceat(rows, edges, axis=1).ravel()
        return found

    channels = np.array([load[world.type_channel == c].sum(axis=0) for c in range(len(world.channel_names))])
    may = _may_serve(world)
    own = np.maximum(may @ load - _EASY * staff, 0.0)
    whole = np.maximum(load.sum(axis=0) - _EASY * staff.sum(axis=0), 0.0)[None, :]
    return [
        parts(staff), staff.sum(axis=1), parts(channels), channels.sum(axis=1), parts(whole), whole.sum(axis=1),
        parts(own), own.sum(axis=1), load.sum(keepdims=True)[0], staff.sum(keepdims=True)[0],
    ]  # fmt: skip


def _parts(n: int, interval: float) -> Any:
    """The first interval of each part of the time."""
    days = max(1, round(n * interval / _DAY))
    parts = days * max(1, PARTS // days)
    while parts > MOST_PARTS:
        parts = -(-parts // 2)
    return np.unique((np.arange(parts) * n) // parts)


def _may_serve(world: World) -> Floats:
    """The share of each contact type's work that falls to each group, [G, K]: to those who serve its channel by
    their numbers, and mostly to those who name it first."""
    scenario = world.scenario
    size = np.bincount(world.agent_group, minlength=len(world.group_names)).astype(float)
    found = np.zeros((len(world.group_names), len(world.type_names)))
    for k, name in enumerate(world.type_names):
        channel = scenario.channel_of(name) if name in scenario.contact_types else ""
        for g, group in enumerate(world.group_names):
            served = list(scenario.groups[group].channels)
            if channel in served:
                found[g, k] = size[g] * _SECOND ** served.index(channel)
    shares: Floats = found / np.maximum(found.sum(axis=0), 1e-9)
    return shares


def expected(world: World, seed: int, replication: int) -> tuple[Floats, Floats]:
    """Work due to come (erlangs) by contact type [K, I] and people due to be there by group [G, I], per interval,
    of one replication."""
    from floorcast.model.compile.attendance import shifts_kept
    from floorcast.model.compile.demand import realise
    from floorcast.model.core.vector_random import run_key

    seed0, seed1 = run_key(seed, replication)
    sources, steps = realise(world.demand, seed0, seed1)
    edges = np.arange(world.n_intervals + 1) * world.interval
    load = np.zeros((len(world.type_names), world.n_intervals))
    for profile in world.demand.profiles:
        row = sources[profile.source]
        first = int(row["step"]) + int(profile.counts)
        mine = steps[first : int(row["step_to"])]
        times = mine["time"]
        came = np.r_[0.0, np.cumsum(mine["value"][:-1])] if profile.counts else mine["cumulated"]
        k = int(row["contact_type"])
        kind = world.scenario.contact_types[world.type_names[k]]
        work = kind.work.mean * kind.turns.mean + kind.after_contact_work.mean
        load[k] += np.diff(np.interp(edges, times, came)) * work / world.interval
    there = shifts_kept(world.attendance, seed0, seed1)
    groups = world.agent_group[there["agent"]]
    staff = [_present(there[groups == g], world.n_intervals, world.interval) for g in range(len(world.group_names))]
    return load, np.array(staff).reshape(len(world.group_names), world.n_intervals)


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

"""What chance brought, whatever was decided: the control variates of a replication.

Day factors, absences and the rounding of counts are drawn before a replication runs, and the customers who come by
themselves, with their work, are the same under every policy. From them follow, interval by interval, the work of each
contact type, due and brought, and the people of each group who are due to be there. Controls are:

- of the work that is due, by parts of the time (days, or hours of a single day) and over all: the people of each
  group, the work on each channel, and by how much work is above what people can do without queues, of all work against
  all people, and of the work that a group may do against its own people;
- of the work that was brought, over all: the work on each channel, for each group and of all; and against its people
  how much of it comes when all are busy (by the normal law of a great many servers), how much is above what they can
  do, and how much of it waits if it is worked off at a steady pace.

None of them needs to be right: whatever a replication's figure has in common with them is taken out, and their
means are found from many draws, in pairs of which one has 1 - u where the other has u, so that what is linear in
chance is met exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.study.adjusting.arrivals import AsSimulated, Draw, Quick, brought
from floorcast.study.estimate import Floats

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World

DRAWS = 12  # for the means, per replication
FEWEST_DRAWS = 400
OTHERS = 500_000_003  # from a study's seed to that of these draws
PARTS = 8  # of a short time; a long one is cut by days, or by several
MOST_PARTS = 14
_EASY = 0.85  # occupancy without queues
_PACE = 0.9  # occupancy at which what waits is worked off
_DUE = 0.5  # weight of what is due beside what was brought: it is many, and tells less
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
    """The controls of n replications of a world; None where nothing but the customers is left to chance, and they
    come by themselves nowhere."""
    from floorcast.model.core.vector_random import mirrored, run_key

    pairs = (max(FEWEST_DRAWS, DRAWS * n) + 1) // 2
    frame = _Frame.of(world)
    keys = [run_key(seed, replication) for replication in range(n)]
    values = [_of(frame, key, AsSimulated(key)) for key in keys]
    others = [run_key(seed + OTHERS, number) for number in range(pairs)]
    one = [_of(frame, key, Quick(key[0], False)) for key in others]
    other = [_of(frame, mirrored(*key), Quick(key[0], True)) for key in others]
    scaled, scaled_pairs = [], []
    for kind, weight in enumerate(_WEIGHTS):
        mine, left, right = (np.array([each[kind] for each in every]) for every in (values, one, other))
        both = np.concatenate((left, right))
        mean, spread = both.mean(axis=0), both.std(axis=0, ddof=1)
        varies = spread > 1e-9 * (np.abs(mean) + 1)
        if varies.any():
            unit = spread[varies] * np.sqrt(varies.sum()) / weight
            scaled.append((mine[:, varies] - mean[varies]) / unit)
            scaled_pairs.append(((left + right)[:, varies] / 2 - mean[varies]) / unit)
    if not scaled:
        return None
    found, far = np.ascontiguousarray(np.hstack(scaled)), np.hstack(scaled_pairs)
    return Controls(found, np.ascontiguousarray(np.atleast_2d(np.cov(far, rowvar=False, ddof=1))), pairs)


@dataclass(frozen=True, eq=False)
class _Frame:
    """What is the same for all replications of a world. parts: the first interval of each; may: the share of each
    contact type's work that falls to each group; on: whether a type is on a channel [C, K]."""

    world: World
    parts: Any
    may: Floats
    on: Floats

    @classmethod
    def of(cls, world: World) -> _Frame:
        on = (np.arange(len(world.channel_names))[:, None] == world.type_channel[None, :]).astype(float)
        return cls(world, _parts(world.n_intervals, world.interval), _may_serve(world), on)


_WEIGHTS = (*(_DUE,) * 10, *(1.0,) * 9)  # of the kinds of `_of`


def _of(frame: _Frame, key: tuple[int, int], draw: Draw) -> list[Floats]:
    """The controls of one replication by kind: of what is due by part and then over all, then of what was brought."""
    load, staff, sources, steps = _due(frame.world, key)
    came = brought(frame.world, sources, steps, draw)

    def parts(rows: Floats) -> Floats:
        """Rows [r, I] added up by part, one row after the other [r * parts]."""
        found: Floats = np.add.reduceat(rows, frame.parts, axis=1).ravel()
        return found

    channels = frame.on @ load
    own, there = np.maximum(frame.may @ load - _EASY * staff, 0.0), staff.sum(axis=0, keepdims=True)
    whole = np.maximum(load.sum(axis=0, keepdims=True) - _EASY * there, 0.0)
    due = [
        parts(staff), staff.sum(axis=1), parts(channels), channels.sum(axis=1), parts(whole), whole.sum(axis=1),
        parts(own), own.sum(axis=1), load.sum(keepdims=True)[0], staff.sum(keepdims=True)[0],
    ]  # fmt: skip
    mine, all_of_it = frame.may @ came, came.sum(axis=0, keepdims=True)
    of_brought = [(frame.on @ came).sum(axis=1), mine.sum(axis=1), all_of_it.sum(axis=1)]
    for work, people in ((mine, staff), (all_of_it, there)):
        above = np.maximum(work - _EASY * people, 0.0).sum(axis=1)
        of_brought += [_when_busy(work, people), above, _waits(work, people)]
    return due + of_brought


def _when_busy(work: Floats, people: Floats) -> Floats:
    """How much of the work [r, I] comes when all its people are busy: the normal law of many servers (Halfin and
    Whitt, Operations Research 29 (1981))."""
    from scipy.special import ndtr

    found: Floats = (work * ndtr((work - people) / np.sqrt(work + 0.25))).sum(axis=1)
    return found


def _waits(work: Floats, people: Floats) -> Floats:
    """How much waits, added up over intervals, if work [r, I] is done at a steady pace and in order: of the sums of
    work less pace, how far each is above the least before it."""
    sums = np.cumsum(work - _PACE * people, axis=1)
    least = np.minimum(np.minimum.accumulate(sums, axis=1), 0.0)
    found: Floats = (sums - least).sum(axis=1)
    return found


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
    from floorcast.model.core.vector_random import run_key

    return _due(world, run_key(seed, replication))[:2]


def _due(world: World, key: tuple[int, int]) -> tuple[Floats, Floats, Any, Any]:
    """Work and people as `expected` gives them, and the sources and steps of the replication."""
    from floorcast.model.compile.attendance import shifts_kept
    from floorcast.model.compile.demand import realise

    sources, steps = realise(world.demand, *key)
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
    there = shifts_kept(world.attendance, *key)
    groups = world.agent_group[there["agent"]]
    staff = [_present(there[groups == g], world.n_intervals, world.interval) for g in range(len(world.group_names))]
    people = np.array(staff).reshape(len(world.group_names), world.n_intervals)
    return load, people, sources, steps


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

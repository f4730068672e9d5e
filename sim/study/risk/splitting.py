"""How likely a rare incident is: multilevel splitting on the number of its posts.

A run in which the largest incident reaches a level is saved there, and many runs go on from such saves, each
with luck of its own from that moment; so effort goes where it gets bad. With the same number of runs from every
level, the product of the shares that reach the next one is an unbiased estimate of the probability (fixed
effort splitting: Garvels, "The splitting method in rare event simulation", 2000; Glasserman, Heidelberger,
Shahabuddin and Zajic, "Multilevel splitting for estimating rare event probabilities", Operations Research
1999). Levels come from a pilot that the estimate does not use; its interval (Student) comes from batches that
share nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.clock.floor import Floor
from floorcast.measures.base.records import Floats
from floorcast.model.core.vector_random import run_key
from floorcast.model.records.social import Flag
from floorcast.model.records.state import FIELDS, State
from floorcast.study.estimate import CONFIDENCE_ERROR
from floorcast.study.student import two_sided

LOOKS = 150  # times at which the largest incident is looked at, over the horizon
PASS = 0.3  # share of the pilot's runs that is meant to reach the next level
APART = 1.2  # times the level before, at the least
PILOT = 50  # runs from each level in the pilot
MOST_LEVELS = 30
BATCHES, RUNS = 20, 40  # of the estimate: batches, and runs from each level in a batch
_FIRST = 1_000_000  # numbers of runs that no plain study uses

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class RareChance:
    """The probability that an incident gets more than `beyond` posts.

    levels: sizes at which runs were saved, the last is beyond + 1; passed: the mean share that got from each to the
    next. effort: what was simulated, in whole runs (the pilot's included). worth: plain runs with as narrow an
    interval; NaN where no batch got there, or all did alike, and so is `high` where none got there.
    """

    policy: str
    beyond: int
    share: float
    low: float
    high: float
    levels: tuple[int, ...]
    passed: tuple[float, ...]
    effort: float
    worth: float


@dataclass(frozen=True, eq=False)
class _Save:
    """A run at the moment when its largest incident has reached a level."""

    now: float
    arrays: dict[str, Any]
    room: dict[str, int]  # rows of the arrays that were cut to what is used


class _Numbers:
    """Numbers of runs, none twice: each has luck of its own."""

    def __init__(self, first: int) -> None:
        self._next = first

    def take(self) -> int:
        self._next += 1
        return self._next


def rare_chance(
    world: Any,
    seed: int,
    beyond: int,
    *,
    batches: int = BATCHES,
    runs: int = RUNS,
    levels: Sequence[int] | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> RareChance:
    """Estimate how likely it is that an incident of a run gets more than `beyond` posts.

    batches: independent estimates, 2 or more; runs: from each level in each; levels: rising sizes below, in place of
    those of a pilot. Raises ValueError for fewer, other levels, or for a
    policy written in Python, which cannot be saved.
    """
    if batches < 2 or runs < 2 or beyond < 1:
        raise ValueError(f"found {batches} batches of {runs} runs, beyond {beyond}; allowed 2, 2 and 1, or more")
    if world.python is not None:
        raise ValueError("found a policy written in Python; allowed a policy file, for runs have to be saved")
    report = progress or (lambda done, total: None)
    report(0, batches + 1)
    if levels is None:
        steps, effort = _pilot(world, seed, beyond)
    else:
        steps, effort = [*levels, beyond + 1], 0.0
        if sorted(set(steps)) != steps or steps[0] < 2:
            raise ValueError(f"found the levels {steps[:-1]}; allowed rising sizes from 2 to {beyond}")
    report(1, batches + 1)
    shares, passed = np.zeros(batches), np.zeros((batches, len(steps)))
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        found = pool.map(lambda b: _batch(world, seed, steps, runs, _FIRST * (b + 2)), range(batches))
        for number, (got, cost) in enumerate(found):
            passed[number, : len(got)] = got
            shares[number] = math.prod(got) if len(got) == len(steps) else 0.0
            effort += cost
            report(number + 2, batches + 1)
    return _estimate(world.policy.name, beyond, steps, shares, passed, effort)


def _estimate(
    policy: str, beyond: int, levels: Sequence[int], shares: Floats, passed: Floats, effort: float
) -> RareChance:
    share, batches = float(shares.mean()), len(shares)
    error = float(shares.std(ddof=1) / math.sqrt(batches))
    half = two_sided(CONFIDENCE_ERROR, batches - 1) * error
    high = min(1.0, share + half) if share else math.nan  # where no batch got there, nothing bounds it
    worth = share * (1 - share) / error**2 if error else math.nan
    return RareChance(
        policy, beyond, share, max(0.0, share - half), high, tuple(levels),
        tuple(float(x) for x in _means(passed)), effort, worth,
    )  # fmt: skip


def _means(passed: Floats) -> Iterable[float]:
    """Mean share from level to level over the batches that had somebody there."""
    there = np.ones(len(passed), bool)
    for column in passed.T:
        yield float(column[there].mean()) if there.any() else math.nan
        there = there & (column > 0)


def _pilot(world: Any, seed: int, beyond: int) -> tuple[list[int], float]:
    """Levels that about PASS of the runs from the one before reach, the last beyond + 1; and the effort."""
    numbers, starts = _Numbers(_FIRST), [None] * PILOT
    levels: list[int] = []
    effort = 0.0
    while len(levels) < MOST_LEVELS:
        sizes = []
        for start in starts:
            size, _, cost = _one(world, seed, numbers.take(), start, None)
            sizes.append(size)
            effort += cost
        level = int(np.quantile(sizes, 1 - PASS, method="higher"))
        # Not too near: starts that have little behind them differ little, and small steps cost more than they give.
        level = max(level, math.ceil(APART * levels[-1]) if levels else 2)
        if level > beyond:
            break
        levels.append(level)
        saves, cost = _reach(world, seed, numbers, starts, level)
        effort += cost
        if not saves:
            break
        starts = [saves[place % len(saves)] for place in range(PILOT)]
    return [*levels, beyond + 1], effort


def _batch(world: Any, seed: int, levels: Sequence[int], runs: int, first: int) -> tuple[list[float], float]:
    """The share that got from each level to the next, until nobody did; and the effort."""
    numbers, starts, passed, effort = _Numbers(first), [None] * runs, [], 0.0
    for level in levels:
        saves, cost = _reach(world, seed, numbers, starts, level)
        effort += cost
        passed.append(len(saves) / runs)
        if not saves:
            break
        # Each save equally often, but for a rest that chance gives: nobody's luck counts twice.
        order = np.random.default_rng([first, level]).permutation(len(saves))
        starts = [saves[order[place % len(saves)]] for place in range(runs)]
    return passed, effort


def _reach(world: Any, seed: int, numbers: _Numbers, starts: Sequence[Any], level: int) -> tuple[list[Any], float]:
    found, effort = [], 0.0
    for start in starts:
        _, save, cost = _one(world, seed, numbers.take(), start, level)
        effort += cost
        if save is not None:
            found.append(save)
    return found, effort


def _one(world: Any, seed: int, number: int, start: Any, level: int | None) -> tuple[int, Any, float]:
    """Go on from a save (None: from time 0) until an incident has `level` posts, or to the end: the size of the
    largest incident, a save where the level was reached, and the share of the horizon simulated."""
    floor = Floor(world, seed, number, state=None if start is None else _restored(start, seed, number))
    began = 0.0 if start is None else start.now
    step = world.horizon / LOOKS
    look = math.floor(began / step)
    more, watch = True, _Watch()
    while level is not None and more:
        # The quick count is never below the exact one, but where a post joins an incident late; then the end tells.
        if watch.largest(floor.state) >= level and (size := largest_incident(world, floor.state)) >= level:
            now = began if floor.now < began else floor.now
            return size, _saved(floor.state, now), (now - began) / world.horizon
        look = max(look + 1, math.ceil(min(floor.due, world.horizon) / step))  # until then nothing happens
        more = floor.run_until(look * step)
    if more:
        floor.run_until(math.inf)
    size = largest_incident(world, floor.state)
    reached = level is not None and size >= level
    return size, _saved(floor.state, world.horizon) if reached else None, (world.horizon - began) / world.horizon


class _Watch:
    """Posts by incident, counted as they come: a look costs what has come since the last."""

    def __init__(self) -> None:
        self._seen = 0
        self._sizes = np.zeros(0, np.int64)

    def largest(self, state: Any) -> int:
        n = int(state.centre[0]["contacts"])
        new = state.contacts["incident"][self._seen : n]
        self._seen = n
        sizes = np.zeros(n, np.int64)
        sizes[: len(self._sizes)] = self._sizes
        roots, posts = np.unique(new[new >= 0], return_counts=True)
        sizes[roots] += posts
        self._sizes = sizes
        return int(sizes.max(initial=0))


def largest_incident(world: Any, state: Any) -> int:
    """Posts of the largest incident of a run so far, as `incident_size_max` counts them at the end."""
    now = min(float(state.centre[0]["now"]), world.horizon)
    return _largest(world, state.contacts[: int(state.centre[0]["contacts"])], now)


def largest_of(run: Any) -> int:
    """Posts of the largest incident of a run that is over."""
    return _largest(run.world, run.contacts, run.world.horizon)


def _largest(world: Any, contacts: Any, now: float) -> int:
    incident = contacts["incident"]
    asked = np.array([one.between_agents for one in world.scenario.contact_types.values()])
    posts = (incident >= 0) & (contacts["arrived"] <= now)  # a post not heard yet is out all the same
    posts &= ((contacts["flags"] & int(Flag.NOISE)) == 0) & ~asked[contacts["contact_type"]]
    roots = incident[posts].astype(np.int64)
    if not roots.size:
        return 0
    sizes = np.bincount(roots, minlength=len(contacts))
    if world.warm_up:
        sizes[contacts["arrived"] < world.warm_up] = 0
    largest = int(sizes.max())
    return largest if largest >= 2 else 0


_USED = ("contacts", "issues", "cases")  # a row per contact, of which only those in use are kept


def _saved(state: Any, now: float) -> _Save:
    n = int(state.centre[0]["contacts"])
    arrays, room = {}, {}
    for name in FIELDS:
        array = getattr(state, name)
        room[name] = len(array)
        arrays[name] = (array[: min(n, len(array))] if name in _USED and len(array) > 1 else array).copy()
    return _Save(now, arrays, room)


def _restored(save: _Save, seed: int, number: int) -> State:
    arrays = {}
    for name, array in save.arrays.items():
        if len(array) == save.room[name]:
            arrays[name] = array.copy()
        else:
            arrays[name] = np.zeros(save.room[name], dtype=array.dtype)
            arrays[name][: len(array)] = array
    arrays["centre"]["seed0"], arrays["centre"]["seed1"] = run_key(seed, number)
    return State(**arrays)

"""Staffings tried by simulation: sums of every target by interval, on the same customers each time.

A trial is replications 0..n-1 of a seed, so all staffings tried meet the same customers with the same
patience and work (common random numbers). The final judgement uses fresh replications, from
`FRESH` on, which no choice has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.clock import compiled
from floorcast.measures import TargetRow
from floorcast.measures.floor import floor_series
from floorcast.measures.periods import Bound, bound_of, interval_sums
from floorcast.measures.series import series
from floorcast.measures.summary import target_sums
from floorcast.study.estimate import ratios
from floorcast.study.running.workers import Pool, Threads, Work

Floats = NDArray[np.float64]
FRESH = 1_000_000  # the first replication that no search looks at


@dataclass(frozen=True)
class Question:
    """What is asked of a staffing: `targets` that are read by interval, and `whole` ones that hold
    over the horizon, or in its days, weeks or runs; `bounds` belong to `targets`. written: which of the
    `targets` the file asks of the whole horizon as well."""

    targets: tuple[TargetRow, ...]
    whole: tuple[TargetRow, ...]
    written: tuple[bool, ...] = ()

    @property
    def bounds(self) -> tuple[Bound, ...]:
        return tuple(bound_of(target) for target in self.targets)


@dataclass(frozen=True)
class Trial:
    """Sums of one staffing's replications."""

    above: Floats  # [n, targets, T]
    below: Floats
    whole_above: Floats  # [n, whole]
    whole_below: Floats
    work: Floats  # [G, T] mean seconds of attention given
    served: Floats  # [K, G] mean contacts that each group ended, by type
    columns: dict[str, Floats]  # further means by name, only of a full trial

    @property
    def n(self) -> int:
        return int(self.above.shape[0])

    def values(self) -> tuple[Floats, Floats]:
        """Each target's value by interval [targets, T] and the standard error of each."""
        n, k, t = self.above.shape
        found = ratios(self.above.reshape(n, -1), self.below.reshape(n, -1))
        error = np.sqrt((found.influence**2).sum(axis=0) / max(n * (n - 1), 1))
        return found.mean.reshape(k, t), error.reshape(k, t)

    def whole_values(self) -> tuple[Floats, Floats]:
        """Each by-interval target over the whole horizon, then each whole one; and standard errors."""
        above = np.concatenate((self.above.sum(axis=2), self.whole_above), axis=1)
        below = np.concatenate((self.below.sum(axis=2), self.whole_below), axis=1)
        found = ratios(above, below)  # without whole ones where the trial did not look at them
        n = self.n
        return found.mean, np.sqrt((found.influence**2).sum(axis=0) / max(n * (n - 1), 1))

    def joined(self, other: Trial) -> Trial:
        """Both trials' replications together."""
        n, m = self.n, other.n
        share = n / (n + m)
        return Trial(
            np.concatenate((self.above, other.above)),
            np.concatenate((self.below, other.below)),
            np.concatenate((self.whole_above, other.whole_above)),
            np.concatenate((self.whole_below, other.whole_below)),
            self.work * share + other.work * (1 - share),
            self.served * share + other.served * (1 - share),
            {},
        )


class Trials:
    """Runs trials on threads, or on another pool; counts what it has simulated."""

    def __init__(
        self,
        question: Question,
        seed: int,
        jobs: int = 1,
        on_run: Callable[[int], None] | None = None,
        pool: Pool | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.question, self.seed, self.stop = question, seed, stop
        self.runs = 0
        self._on_run = on_run or (lambda runs: None)
        self._pool = Threads(max(1, jobs)) if pool is None else pool
        self._pool.__enter__()

    def close(self) -> None:
        """Let the threads go."""
        self._pool.__exit__(None, None, None)

    def run(self, world: Any, n: int, first: int = 0, whole: bool = False) -> Trial:
        """Replications first..first+n-1 of a world; with the targets over the horizon only if `whole`."""
        return _added(self._all(_Tried(world, self.seed, self.question, whole), n, first))

    def series_of(self, world: Any, n: int, first: int) -> list[Any]:
        """The full columns through time of replications, for what is shown."""
        return self._all(_Series(world, self.seed), n, first)

    def _all(self, work: Work, n: int, first: int) -> list[Any]:
        """What the work gives for n replications; on Ctrl-C, and where `stop` says so, those that are not
        begun are dropped and KeyboardInterrupt is raised."""
        coming = self._pool.submit([(work, number) for number in range(first, first + n)])
        try:
            ones = []
            for one in coming:
                if self.stop():
                    raise KeyboardInterrupt
                ones.append(one.result())
        except BaseException:
            for one in coming:
                one.cancel()
            raise
        self.runs += n
        self._on_run(self.runs)
        return ones


@dataclass(frozen=True, eq=False)
class _Series:
    """One replication's columns through time."""

    world: Any
    seed: int

    def __call__(self, replication: int) -> Any:
        return series(compiled.run(self.world, self.seed, replication))


@dataclass(frozen=True, eq=False)
class _Tried:
    """One replication of a staffing reduced to what a trial adds up."""

    world: Any
    seed: int
    question: Question
    whole: bool

    def __call__(self, replication: int) -> tuple[Floats, ...]:
        world, question = self.world, self.question
        run = compiled.run(world, self.seed, replication)
        above, below = interval_sums(run, question.targets)
        whole_above, whole_below = np.zeros(0), np.zeros(0)
        if self.whole and question.whole:
            whole_above, whole_below = target_sums(run, question.whole)
        groups = len(world.group_names)
        floor = floor_series(run)
        work = floor["working"] + floor["wrapping"]
        contacts = run.contacts
        ended = contacts["group"] >= 0
        kinds, who = contacts["contact_type"][ended].astype(int), contacts["group"][ended].astype(int)
        served = np.bincount(kinds * groups + who, minlength=len(world.type_names) * groups)
        return above, below, whole_above, whole_below, work, served.reshape(-1, groups).astype(float)


def _added(ones: list[tuple[Floats, ...]]) -> Trial:
    above, below, whole_above, whole_below = (np.array([one[i] for one in ones]) for i in range(4))
    work = np.mean([one[4] for one in ones], axis=0)
    served = np.mean([one[5] for one in ones], axis=0)
    return Trial(above, below, whole_above, whole_below, work, served, {})

"""Replications of several policies or variants, with the same result wherever and in whatever order they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.measures import Row, TargetRow, rows_of
from floorcast.study.adjusting.controls import Controls, controls_of
from floorcast.study.alternatives.union import placed, united
from floorcast.study.estimate import Floats
from floorcast.study.results import Speed, Study
from floorcast.study.running.workers import Job, Measured, Observe, Pool, Simulate, Threads

Progress = Callable[[int, int], None]  # (done, of how many)
Place = tuple[int, int]  # policy, replication
APART = 1_000_003


@dataclass(frozen=True)
class Finished:
    """One replication under one policy, reduced to its measures."""

    policy: int
    replication: int
    above: Floats  # [rows] numerators
    below: Floats  # [rows] denominators
    contacts: int
    events: int
    seconds: float  # wall clock of the simulation


# Takes what `observe` gave as well, in the calling thread; rarely the same replication twice.
Sink = Callable[[Finished, Any], None]


def meaning_of(world: Any) -> dict[str, Any]:
    """What verdicts and tables need to know of a scenario beside its figures, as fields of a `Study`."""
    of = world.scenario
    kinds = {name: str(of.traits_of(name).name) for name in world.channel_names}
    return {"indifference": dict(getattr(of, "indifference", {})), "kinds": kinds}


class Replicates:
    """Runs replications of a scenario, or of variants of it, under policies, and adds them up to a study.

    `simulate` has to be safe to call from several threads; it is fast there if it releases the
    GIL. A replication is identified by its number alone, so results depend neither on the number
    of threads nor on the order in which they finish, and a study can go on from `finished` ones.
    """

    def __init__(
        self,
        worlds: Sequence[Any],
        simulate: Simulate,
        seed: int,
        *,
        names: Sequence[str],
        jobs: int = 1,
        finished: Mapping[Place, Finished] | None = None,
        observe: Observe | None = None,
        sink: Sink | None = None,
        pairs: tuple[tuple[int, int], ...] | None = None,
        pool: Pool | None = None,
        apart: bool = False,
        adjust: bool = False,
    ) -> None:
        self._pool: Pool = Threads(jobs) if pool is None else pool
        self._seed, self._simulate, self._observe = seed, simulate, observe
        self._names, self._sink, self._pairs = tuple(names), sink, pairs
        self._adjust = adjust  # by controls of the first option, which all have in common
        self._controls: Controls | None = None
        self._apart = APART if apart else 0  # between the seeds of options: customers of their own
        self._jobs = [
            Job(p, world, simulate, observe, seed + p * self._apart) for p, world in enumerate(worlds)
        ]
        self._rows: tuple[Row, ...]
        self._targets: tuple[TargetRow, ...]
        self._rows, self._targets, self._places = united([rows_of(world) for world in worlds])
        self._finished: dict[Place, Finished] = dict(finished or {})
        self._meaning = meaning_of(worlds[0]) if worlds else {}

    def run(
        self,
        replications: int,
        progress: Progress | None = None,
        should_stop: Callable[[], bool] | None = None,
        among: Sequence[int] | None = None,
    ) -> bool:
        """Run those of replications 0..replications-1 that are missing, under all policies or those
        `among`; True if all are there now.

        `should_stop` is asked before each replication. On it, and on Ctrl-C, replications in work
        are finished and kept, and so they are when one fails; then its error is raised.
        """
        wanted = range(len(self._jobs)) if among is None else among
        total = replications * len(wanted)
        done = total - sum(1 for _ in self._missing(replications, wanted))
        missing = self._missing(replications, wanted)
        report = progress or (lambda done, total: None)
        report(done, total)
        error: Exception | None = None
        stopping = False
        with self._pool as pool:
            working: dict[Future[Measured], Place] = {}
            while True:
                try:
                    # One more than the lanes, so that none waits for this one to look.
                    begin: list[Place] = []
                    while not stopping and len(working) + len(begin) <= pool.lanes:
                        place = None if should_stop and should_stop() else next(missing, None)
                        stopping = place is None
                        if place is not None:
                            begin.append(place)
                    begun = pool.submit([(self._jobs[policy], number) for policy, number in begin])
                    working.update(zip(begun, begin, strict=True))
                    if not working:
                        break
                    wait(working, return_when=FIRST_COMPLETED)
                    for future in [future for future in working if future.done()]:
                        try:
                            done += self._take(*working[future], future.result())
                            report(done, total)
                        except Exception as fault:
                            error, stopping = error or fault, True
                        # Only now: what Ctrl-C cuts short here is taken in the next round.
                        del working[future]
                except KeyboardInterrupt:
                    stopping = True
                    for future in [future for future in working if future.cancel()]:
                        del working[future]
        if error is not None:
            raise error
        return next(self._missing(replications, wanted), None) is None

    def _take(self, policy: int, replication: int, measured: Measured) -> int:
        """Keep one replication; 1 if it is new."""
        width, places = len(self._rows), self._places[policy]
        finished = Finished(
            policy,
            replication,
            placed(measured.above, places, width),
            placed(measured.below, places, width),
            measured.contacts,
            measured.events,
            measured.seconds,
        )
        if self._sink is not None:
            self._sink(finished, measured.observed)
        new = (policy, replication) not in self._finished
        self._finished[policy, replication] = finished
        return int(new)

    def add(self, world: Any, name: str) -> int:
        """One more policy or variant, with the rows of those before; gives its number. ValueError for other rows."""
        (rows, targets, places) = united([rows_of(world)])
        if rows != self._rows or targets != self._targets:
            raise ValueError(f"{name} has other rows than the options before it")
        number = len(self._jobs)
        seed = self._seed + number * self._apart
        self._jobs.append(Job(number, world, self._simulate, self._observe, seed))
        self._names = (*self._names, name)
        self._places.append(places[0])
        return len(self._jobs) - 1

    def done_of(self, policy: int) -> int:
        """How many of the first replications are finished under one policy."""
        number = 0
        while (policy, number) in self._finished:
            number += 1
        return number

    def of(self, policy: int, replications: int) -> tuple[Floats, Floats]:
        """Numerators and denominators [n, rows] of the first replications under one policy."""
        ones = [self._finished[policy, number] for number in range(replications)]
        return np.array([one.above for one in ones]), np.array([one.below for one in ones])

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of every replication."""
        return self._rows

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all policies and variants."""
        return self._names

    def study(self, scenario: str, replications: int | None = None, looks: int = 1) -> Study:
        """The study of replications 0, 1, ... that are finished under every policy.

        Those of a policy that ran ahead are not used: policies are compared on equal customers.
        """
        n = self.common if replications is None else min(self.common, replications)
        policies = range(len(self._jobs))
        empty = np.empty((0, len(self._rows)))
        used = [[self._finished[policy, number] for number in range(n)] for policy in policies]
        everything = list(self._finished.values())
        return Study(
            scenario=scenario,
            policies=self._names,
            seed=self._seed,
            rows=self._rows,
            targets=self._targets,
            above=tuple(np.array([one.above for one in ones]) if n else empty for ones in used),
            below=tuple(np.array([one.below for one in ones]) if n else empty for ones in used),
            speed=Speed(
                sum(one.contacts for one in everything),
                sum(one.events for one in everything),
                sum(one.seconds for one in everything),
            ),
            looks=looks,
            pairs=self._pairs,
            **self._meaning,
            controls=self._controls_of(n),
        )

    def study_of(self, scenario: str, policy: int, replications: int, looks: int = 1) -> Study:
        """The study of one policy or variant alone, of its first replications, however many the others have."""
        above, below = self.of(policy, replications)
        ones = [self._finished[policy, number] for number in range(replications)]
        speed = Speed(sum(o.contacts for o in ones), sum(o.events for o in ones), sum(o.seconds for o in ones))
        return Study(
            scenario=scenario, policies=(self._names[policy],), seed=self._seed + policy * self._apart,
            rows=self._rows, targets=self._targets, above=(above,), below=(below,), speed=speed, looks=looks,
            **self._meaning,
        )  # fmt: skip

    def _controls_of(self, n: int) -> Controls | None:
        if not self._adjust or n < 2:
            return None
        if self._controls is None or len(self._controls.values) < n:
            self._controls = controls_of(self._jobs[0].world, self._seed, n)
        return None if self._controls is None else self._controls.first(n)

    @property
    def common(self) -> int:
        """How many of the first replications are finished under every policy."""
        number = 0
        while all((policy, number) in self._finished for policy in range(len(self._jobs))):
            number += 1
        return number

    def _missing(self, replications: int, policies: Sequence[int]) -> Iterator[Place]:
        """Replication by replication, so that a study cut short has all policies."""
        for number in range(replications):
            for policy in policies:
                if (policy, number) not in self._finished:
                    yield policy, number

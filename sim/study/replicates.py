"""Replications of several policies or variants on threads, the same result for any number of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.measures import Row, TargetRow, measure, rows_of
from floorcast.study.alternatives.union import placed, united
from floorcast.study.estimate import Floats
from floorcast.study.results import Speed, Study

Simulate = Callable[[Any, int, int], Any]  # (world, seed, replication) -> a run
Observe = Callable[[int, Any], Any]  # (policy, run) -> what the sink wants of it
Progress = Callable[[int, int], None]  # (done, of how many)
Place = tuple[int, int]  # policy, replication


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
    ) -> None:
        if jobs < 1:
            raise ValueError(f"found {jobs} jobs; allowed 1 or more")
        self._worlds, self._simulate, self._seed, self._jobs = worlds, simulate, seed, jobs
        self._names, self._observe, self._sink = tuple(names), observe, sink
        self._pairs = pairs
        self._rows: tuple[Row, ...]
        self._targets: tuple[TargetRow, ...]
        self._rows, self._targets, self._places = united([rows_of(world) for world in worlds])
        self._finished: dict[Place, Finished] = dict(finished or {})

    def run(
        self,
        replications: int,
        progress: Progress | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> bool:
        """Run those of replications 0..replications-1 that are missing; True if all are there now.

        `should_stop` is asked before each replication. On it, and on Ctrl-C, replications in work
        are finished and kept, and so they are when one fails; then its error is raised.
        """
        total = replications * len(self._worlds)
        missing = self._missing(replications)
        beyond = len(self._finished) - total + sum(1 for _ in self._missing(replications))
        report = progress or (lambda done, total: None)
        report(len(self._finished) - beyond, total)
        error: Exception | None = None
        stopping = False
        with ThreadPoolExecutor(self._jobs, thread_name_prefix="replication") as threads:
            working: set[Future[tuple[Finished, Any]]] = set()
            while True:
                try:
                    # One more than the threads, so that none waits for this one to look.
                    while not stopping and len(working) <= self._jobs:
                        place = None if should_stop and should_stop() else next(missing, None)
                        stopping = place is None
                        if place is not None:
                            working.add(threads.submit(self._replicate, *place))
                    if not working:
                        break
                    wait(working, return_when=FIRST_COMPLETED)
                    for future in [future for future in working if future.done()]:
                        try:
                            self._take(*future.result())
                            report(len(self._finished) - beyond, total)
                        except Exception as fault:
                            error, stopping = error or fault, True
                        # Only now: what Ctrl-C cuts short here is taken in the next round.
                        working.discard(future)
                except KeyboardInterrupt:
                    stopping = True
                    working -= {future for future in working if future.cancel()}
        if error is not None:
            raise error
        return self.common >= replications

    def _take(self, finished: Finished, observed: Any) -> None:
        if self._sink is not None:
            self._sink(finished, observed)
        self._finished[finished.policy, finished.replication] = finished

    def study(self, scenario: str, replications: int | None = None, looks: int = 1) -> Study:
        """The study of replications 0, 1, ... that are finished under every policy.

        Those of a policy that ran ahead are not used: policies are compared on equal customers.
        """
        n = self.common if replications is None else min(self.common, replications)
        policies = range(len(self._worlds))
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
        )

    @property
    def common(self) -> int:
        """How many of the first replications are finished under every policy."""
        number = 0
        while all((policy, number) in self._finished for policy in range(len(self._worlds))):
            number += 1
        return number

    def _missing(self, replications: int) -> Iterator[Place]:
        """Replication by replication, so that a study cut short has all policies."""
        for number in range(replications):
            for policy in range(len(self._worlds)):
                if (policy, number) not in self._finished:
                    yield policy, number

    def _replicate(self, policy: int, replication: int) -> tuple[Finished, Any]:
        run = self._simulate(self._worlds[policy], self._seed, replication)
        summary = measure(run)
        observed = self._observe(policy, run) if self._observe is not None else None
        finished = Finished(
            policy,
            replication,
            placed(summary.numerator, self._places[policy], len(self._rows)),
            placed(summary.denominator, self._places[policy], len(self._rows)),
            summary.contacts,
            summary.events,
            summary.seconds,
        )
        return finished, observed

"""Where replications run: threads of this process, or another pool with the same few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

from floorcast.measures import measure
from floorcast.measures.customers.social_table import table_of
from floorcast.study.estimate import Floats

Simulate = Callable[[Any, int, int], Any]  # (world, seed, replication) -> a run
Observe = Callable[[int, Any, Any], Any]  # (policy, run, its table) -> what the sink wants of it


class Work(Protocol):
    """What is done with the number of a replication; safe to share between threads, and to be pickled."""

    def __call__(self, replication: int) -> Any: ...


@dataclass(frozen=True, eq=False)
class Job:
    """The work of a study: what a replication needs beside its number."""

    policy: int
    world: Any
    simulate: Simulate
    observe: Observe | None
    seed: int

    def __call__(self, replication: int) -> Measured:
        """Simulate and measure one replication."""
        run = self.simulate(self.world, self.seed, replication)
        table = table_of(run)
        summary = measure(run, table=table)
        observed = None if self.observe is None else self.observe(self.policy, run, table)
        return Measured(
            summary.numerator,
            summary.denominator,
            summary.contacts,
            summary.events,
            summary.seconds,
            observed,
        )


@dataclass(frozen=True)
class Measured:
    """One replication reduced to its measures, with what `observe` gave."""

    above: Floats
    below: Floats
    contacts: int
    events: int
    seconds: float
    observed: Any


class Pool(Protocol):
    """Runs replications, some at a time."""

    @property
    def lanes(self) -> int:
        """How many replications are worth giving it at a time."""
        ...

    def __enter__(self) -> Pool: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def submit(self, places: Sequence[tuple[Work, int]]) -> list[Future[Any]]:
        """Begin replications, each of some work; gives what will be their results, in the same order."""
        ...


class Threads:
    """Threads of this process; fast where `simulate` releases the GIL."""

    def __init__(self, jobs: int) -> None:
        if jobs < 1:
            raise ValueError(f"found {jobs} jobs; allowed 1 or more")
        self._jobs = jobs
        self._threads: ThreadPoolExecutor | None = None

    @property
    def lanes(self) -> int:
        return self._jobs

    def __enter__(self) -> Threads:
        self._threads = ThreadPoolExecutor(self._jobs, thread_name_prefix="replication")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._threads is not None
        self._threads.shutdown()

    def submit(self, places: Sequence[tuple[Work, int]]) -> list[Future[Any]]:
        assert self._threads is not None
        return [self._threads.submit(work, replication) for work, replication in places]

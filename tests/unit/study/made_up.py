"""Studies from chosen numbers, and a simulation that takes no engine."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np

from floorcast.measures import rows_of
from floorcast.study.results import Speed, Study
from tests.unit.measures.centre import FakeRun, FakeWorld, make_world, random_run


def study_of(
    values: dict[tuple[str, str, str], list[Any]],
    world: FakeWorld | None = None,
    below: dict[tuple[str, str, str], list[Any]] | None = None,
    looks: int = 1,
) -> Study:
    """A study in which only the rows of `values` have something: per policy the replications' values.

    A key is (measure, by, of); (target name, by, of) means the row of a target.
    """
    rows = rows_of(world or make_world())
    n_policies = len(next(iter(values.values())))
    n = len(next(iter(values.values()))[0])
    above = [np.zeros((n, len(rows.all))) for _ in range(n_policies)]
    under = [np.zeros((n, len(rows.all))) for _ in range(n_policies)]
    for place, row in enumerate(rows.all):
        key = (row.measure, row.by, row.of)
        for policy in range(n_policies if key in values else 0):
            under[policy][:, place] = 1.0 if not below else below[key][policy]
            above[policy][:, place] = np.asarray(values[key][policy]) * under[policy][:, place]
    return Study(
        "made up",
        tuple("abcdef"[:n_policies]),
        1,
        rows.all,
        rows.targets,
        tuple(above),
        tuple(under),
        Speed(100, 500, 0.5),
        looks,
    )


class MadeUpSimulation:
    """Simulates random runs that depend on seed and replication only, and remembers what it ran."""

    def __init__(self, contacts: int = 60, fail_at: int | None = None) -> None:
        self.contacts, self.fail_at = contacts, fail_at
        self.ran: list[tuple[Any, int]] = []
        self.threads: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, world: FakeWorld, seed: int, replication: int) -> FakeRun:
        with self._lock:
            self.ran.append((world.policy, replication))
            self.threads.add(threading.current_thread().name)
        if replication == self.fail_at:
            raise RuntimeError(f"replication {replication} fails")
        luck = 1000 * seed + 10 * replication + (world.policy or 0)
        run = random_run(world, self.contacts, luck)
        return replace(run, seed=seed, replication=replication)


def worlds(n: int, **world: Any) -> list[FakeWorld]:
    """One world under n policies, which are numbers."""
    return [replace(make_world(**world), policy=number) for number in range(n)]

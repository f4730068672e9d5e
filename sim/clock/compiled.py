"""The fast clock: the compiled loop runs to the end without Python, and releases the GIL."""

from __future__ import annotations

import math
import time

from floorcast.clock.run import Run, grow, outcome
from floorcast.clock.watch import SLICE, Watch
from floorcast.model.compile.assemble import World
from floorcast.model.records.layout import Halt
from floorcast.model.step import run_until

_loaded: list[int] = []


def load(world: World) -> None:
    """Load the compiled code, or compile it where no session has done so before: no replication's time
    includes it."""
    if not _loaded:
        run_until(world.fresh(0, 0), 0.0, 0)
        _loaded.append(1)


def run(world: World, seed: int, replication: int, log: bool = False) -> Run:
    """Simulate one replication; the same arguments give the same records on any thread.

    Raises RunawayError when the contacts pass the scenario's limit, StandstillError when time does not
    move on, PythonPolicyError when the world decides in Python.
    """
    if world.python is not None:
        from floorcast.clock.python_policy import refuse_compiled

        refuse_compiled(world)
    load(world)
    began = time.perf_counter()
    state = world.fresh(seed, replication, log)
    watch = Watch(world)
    while (code := run_until(state, math.inf, SLICE)) != Halt.DONE:
        if code == Halt.PAUSED:
            watch.look(state)
        else:
            state = grow(world, state, code)
    return outcome(world, seed, replication, state, time.perf_counter() - began)

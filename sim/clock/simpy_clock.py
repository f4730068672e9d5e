"""The slow clock: a SimPy process advances the model, so that Python can take part.

It yields until the next thing is due and lets it happen with the same compiled step as the fast
clock, so the records are the same bit for bit. Other SimPy processes may watch the floor, or
disturb it; with a speed, simulated time follows the wall clock.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any

import simpy
import simpy.rt

from floorcast.clock.floor import Floor
from floorcast.clock.run import Run

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World

Process = Callable[[simpy.Environment, Floor], Generator[Any, Any, Any]]


def run_simpy(
    world: World,
    seed: int,
    replication: int,
    log: bool = False,
    processes: Iterable[Process] = (),
    on_step: Callable[[Floor], None] | None = None,
    speed: float | None = None,
) -> Run:
    """Simulate one replication on a SimPy clock; without processes exactly what ``compiled.run`` gives.

    processes: each called with (environment, floor), a generator that SimPy runs beside the model.
    on_step: called with the floor after every step.
    speed: simulated seconds per second of the wall clock; None: as fast as possible.

    Raises RunawayError when the contacts pass the scenario's limit, and whatever a process raises.
    """
    floor = Floor(world, seed, replication, log)
    env = environment(speed)
    drive(env, floor, processes, on_step)
    return floor.record()


def play_until(floor: Floor, instant: float, on_step: Callable[[Floor], None]) -> bool:
    """Let a floor run on a SimPy clock up to an instant (s), all that is due then included; False when
    it is over. Calling it again and again gives the same as running through."""
    if floor.finished:
        return False
    env = simpy.Environment(initial_time=floor.now)
    env.process(_pump(env, floor, on_step))
    if instant > env.now:
        floor.clock = lambda: env.now
        try:
            env.run(until=instant)
        finally:
            floor.clock = None
    more = floor.run_until(instant)
    on_step(floor)
    return more


def environment(speed: float | None = None) -> simpy.Environment:
    """A SimPy environment; one that waits for the wall clock when a speed is given."""
    if speed is None:
        return simpy.Environment()
    if not speed > 0.0:
        raise ValueError(
            f"found a speed of {speed:g}; allowed simulated seconds per second above 0"
        )
    return simpy.rt.RealtimeEnvironment(factor=1.0 / speed, strict=False)


def drive(
    env: simpy.Environment,
    floor: Floor,
    processes: Iterable[Process] = (),
    on_step: Callable[[Floor], None] | None = None,
) -> None:
    """Run the floor to its horizon in this environment, with other processes beside it."""
    pump = env.process(_pump(env, floor, on_step))

    def wake() -> None:
        if env.active_process is not pump and pump.is_alive:
            pump.interrupt()  # what is due next may have changed

    floor.clock = lambda: env.now
    floor.disturbed = wake
    for process in processes:
        env.process(process(env, floor))
    try:
        env.run(until=pump)
    finally:
        floor.clock, floor.disturbed = None, lambda: None


def _pump(
    env: simpy.Environment, floor: Floor, on_step: Callable[[Floor], None] | None
) -> Generator[simpy.Event, Any, None]:
    """Yield until the next thing is due, let it happen, and so on to the horizon."""
    horizon = floor.world.horizon
    while True:
        wait = min(floor.due, horizon) - env.now
        if wait > 0.0:
            try:
                yield env.timeout(wait)
            except simpy.Interrupt:
                continue
        if not floor.step():
            return
        if on_step is not None:
            on_step(floor)

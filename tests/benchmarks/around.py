"""What is around the loop: commands from start to end, all that is done to a replication, threads, compiling."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from floorcast.clock.compiled import run
from floorcast.measures import measure
from floorcast.measures.customers.social_table import table_of
from floorcast.model.compile.assemble import World, assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario
from floorcast.store.through_time import observe
from tests.benchmarks.side_by_side import SCENARIOS

Row = dict[str, object]
COMMANDS: dict[str, tuple[list[str], float]] = {  # asked for: seconds
    "--help": (["--help"], 0.1),
    "run 1_phone_team": (["run", "1_phone_team", "--out", "{study}"], 0.7),
    "compare airline_week": (["compare", "airline_week", "--out", "{study}"], 3.0),
}
# What is asked for beside the commands: milliseconds of a replication together, share of measures and curves in the
# simulation's time, times one of two threads, seconds of a first compilation on two idle cores.
TOGETHER, SHARE, TWO_THREADS, FIRST_COMPILATION = 40.0, 0.2, 1.9, 20.0


def commands(times: int = 3) -> list[Row]:
    """Seconds of commands, best of several, in fresh processes that find compiled code and Python's byte code."""
    rows: list[Row] = []
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for name, (words, asked) in COMMANDS.items():
        walls, used = [], []
        for _ in range(times + 1):  # the first writes the byte code
            with tempfile.TemporaryDirectory() as folder:
                line = [word.format(study=Path(folder) / "study") for word in words]
                before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
                subprocess.run([sys.executable, "-m", "floorcast", *line], capture_output=True, check=True, env=kept)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                walls.append(time.perf_counter() - began)
                used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        rows.append({"command": name, "seconds": min(walls[1:]), "processor": min(used[1:]), "asked": asked})
    return rows


def replication(times: int = 7) -> list[Row]:
    """Milliseconds of thread time of one replication of the flagship: simulated, measured, its curves, together;
    and measures with curves as a share of the simulation."""
    scenario = load_scenario(SCENARIOS / "airline_week.yaml")
    rows: list[Row] = []
    for policy in policies_of(scenario):
        world = assemble(scenario, policy)
        best = [float("inf")] * 3
        for number in range(times):
            instants = [time.thread_time()]
            one = run(world, 1, number % 3)
            instants.append(time.thread_time())
            table = table_of(one)
            measure(one, table=table)
            instants.append(time.thread_time())
            observe(one, table)
            instants.append(time.thread_time())
            best = [min(old, 1e3 * (b - a)) for old, a, b in zip(best, instants, instants[1:])]
        parts = {"simulated": best[0], "measured": best[1], "curves": best[2]}
        rows.append({"policy": policy.name, **parts, "together": sum(best), "share": sum(best[1:]) / best[0]})
    return rows


def threads(replications: int = 24, times: int = 3) -> list[Row]:
    """How many times as many replications two threads finish as one, by the clock on the wall."""
    rows: list[Row] = []
    for name in ("verification/erlang_a", "airline_week"):
        scenario = load_scenario(SCENARIOS / f"{name}.yaml")
        world = assemble(scenario, policies_of(scenario)[0])
        run(world, 1, 0)
        one, two = (min(_seconds(world, jobs, replications) for _ in range(times)) for jobs in (1, 2))
        rows.append({"case": name, "one": one, "two": two, "ratio": one / two})
    return rows


def _seconds(world: World, jobs: int, replications: int) -> float:
    with ThreadPoolExecutor(jobs) as pool:
        began = time.perf_counter()
        list(pool.map(lambda number: run(world, 1, number).events, range(replications)))
        return time.perf_counter() - began


def first_compilation() -> Row:
    """Seconds until the model is compiled where nothing has been."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o700)
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-c", "from floorcast.cli.compiling import compile_first; compile_first()"],
            capture_output=True, check=True, env=os.environ | {"FLOORCAST_CACHE": folder},
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {"seconds": time.perf_counter() - began, "processor": used}

"""A study under way: its folder is locked, earlier replications are reused, and whatever is finished is kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from floorcast.measures import broken_event_laws, broken_laws, rows_of
from floorcast.store.folder import (
    MANIFEST,
    StudyError,
    clear_leftovers,
    locked,
    make_folder,
    read_manifest,
    write_json,
)
from floorcast.store.keeper import Keeper
from floorcast.store.manifest import begin_manifest, check_same_study, end_manifest
from floorcast.store.reading import StudyResult
from floorcast.store.tables import keep_controls
from floorcast.store.through_time import Observed, observe
from floorcast.study import Finished, Replicates, Study
from floorcast.study.alternatives.options import Option, pairs_of
from floorcast.study.alternatives.union import united
from floorcast.study.running.workers import Pool

AT_HAND = 100_000_000  # bytes of series that need not be read again from the folder to be looked at

Simulate = Callable[[Any, int, int], Any]
Assemble = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Plan:
    """What is to be studied. policies: how many of the options are the scenario as written; stops: numbers
    of replications at which the study may end."""

    scenario: Any
    options: tuple[Option, ...]
    policies: int
    seed: int
    stops: tuple[int, ...]
    clock: str = "compiled"
    command: str | None = None
    state: str = ""  # digest of the saved state that it goes on from


@dataclass
class UnderWay:
    """A study being run. Whoever runs it sets `study` and `complete` before it ends."""

    replicates: Replicates
    study: Study
    folder: Path | None
    resumed: int
    repaired: int = 0
    complete: bool = False
    seen: dict[str, dict[int, Observed]] = field(default_factory=dict)

    def result(self) -> StudyResult:
        """What the study found."""
        return StudyResult(self.study, self.folder, not self.complete, self.resumed, self.repaired, self.seen)


@contextmanager
def opened(
    plan: Plan,
    *,
    jobs: int | None = None,
    out: Path | None = None,
    records: Path | None = None,
    check: bool = False,
    simulate: Simulate | None = None,
    assemble: Assemble | None = None,
    pool: Pool | None = None,
    apart: bool = False,
    adjust: bool = False,
) -> Iterator[UnderWay]:
    """A study ready to run; when the block ends, however, what is finished is kept in `out`.

    The arguments are those of `floorcast.store.run_study`; apart: every option has customers of its own, not
    the same; adjust: figures are adjusted by control variates. Raises StudyError.
    """
    jobs = available_cores() if jobs is None else jobs
    names = unique_names([option.name for option in plan.options])
    pairs = pairs_of(plan.options, plan.policies)
    build = assemble or _model_assembler()
    worlds = [build(option.scenario, option.policy) for option in plan.options]
    own_clock = simulate is None and assemble is None and pool is None and plan.clock == "compiled"
    if check:
        simulate = Checked(simulate or partial(clock_of_name(plan.clock), log=True))
    simulate = simulate or clock_of_name(plan.clock)
    if own_clock and all(world.python is None for world in worlds):
        from floorcast.clock.compiled import load

        load(worlds[0])  # what compiling takes is no time of this study
    began = time.monotonic()
    with ExitStack() as stack:
        keeper, repaired = None, 0
        manifest: dict[str, Any] = {}
        done: dict[tuple[int, int], Finished] = {}
        if out is not None:
            make_folder(out)
            stack.enter_context(locked(out))
            clear_leftovers(out)
            manifest = begin_manifest(
                worlds, plan.scenario, plan.options, names, pairs, plan.seed, plan.stops, plan.clock, jobs,
                plan.command,
            )  # fmt: skip
            manifest["draws"] = "apart" if apart else "common"
            manifest["state"] = plan.state
            keeper = Keeper(out, united([rows_of(world) for world in worlds])[0], names)
            done, repaired = _take_up(out, manifest, keeper)
            if check:  # those kept from an earlier run were perhaps not held against the laws
                for policy, replication in sorted(done):
                    simulate(worlds[policy], plan.seed, replication)
        if records is not None:
            from floorcast.store.records import write_records

            write_records(records, simulate(worlds[0], plan.seed, 0))
        seen: dict[str, dict[int, Observed]] = {}

        at_hand = 0

        def sink(finished: Finished, observed: Observed | None) -> None:
            nonlocal at_hand
            if keeper is not None:
                keeper.take(finished, observed)
                at_hand += observed[0].size if observed is not None else 0
                if at_hand > AT_HAND:
                    return
            if observed is not None:
                seen.setdefault(replicates.names[finished.policy], {})[finished.replication] = observed

        replicates = Replicates(
            worlds,
            simulate,
            plan.seed,
            names=names,
            jobs=jobs,
            finished=done,
            observe=_observe,
            sink=sink,
            pairs=pairs,
            pool=pool,
            apart=apart,
            adjust=adjust,
        )
        study = replicates.study(plan.scenario.name, looks=len(plan.stops))
        under_way = UnderWay(replicates, study, out, len(done), repaired, seen=seen)
        try:
            yield under_way
        finally:
            # Also when something failed: what is finished is kept, and can be taken up again.
            if keeper is not None and out is not None:
                status = "complete" if under_way.complete else "interrupted"
                seconds = time.monotonic() - began
                keeper.close()
                keep_controls(out, under_way.study.controls)
                end_manifest(
                    out, manifest, status, replicates.common, under_way.study, seconds, keeper.digests()
                )


def _observe(_: int, run: Any, table: Any) -> Observed | None:
    return observe(run, table)


def _take_up(
    out: Path, manifest: dict[str, Any], keeper: Keeper
) -> tuple[dict[tuple[int, int], Finished], int]:
    """What is finished in a folder already, and how many replications of it are damaged; the manifest of
    the run that begins is there after."""
    done: dict[tuple[int, int], Finished] = {}
    repaired = 0
    if (out / MANIFEST).exists():
        before = read_manifest(out)
        check_same_study(out, before, manifest)
        done, repaired = keeper.finished(before)
        untimed = [place for place, one in done.items() if not one.seconds]
        took = float((before.get("result") or {}).get("seconds_simulating", 0.0))
        for place in untimed:
            done[place] = replace(done[place], seconds=took / len(untimed))
    write_json(out / MANIFEST, manifest)
    return done, repaired


def clock_of_name(clock: str) -> Callable[..., Any]:
    """The `run` of a clock, compiled or simpy. Raises ValueError for another name."""
    if clock == "compiled":
        from floorcast.clock.compiled import run

        return run
    if clock == "simpy":
        from floorcast.clock.simpy_clock import run_simpy

        return run_simpy
    raise ValueError(f"found clock {clock!r}; allowed compiled, simpy")


def available_cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def unique_names(names: Sequence[str]) -> list[str]:
    """The names, later ones of the same name with a number: `priority`, `priority (2)`."""
    found: list[str] = []
    for name in names:
        number, free = 1, name
        while free in found:
            number += 1
            free = f"{name} ({number})"
        found.append(free)
    return found


def _model_assembler() -> Assemble:
    from floorcast.model.compile.assemble import assemble

    return assemble


class Checked:
    """A simulation held against the laws of `floorcast.measures`, those of its event log included."""

    def __init__(self, simulate: Simulate) -> None:
        self._simulate = simulate

    def __call__(self, world: Any, seed: int, replication: int) -> Any:
        run = self._simulate(world, seed, replication)
        broken = broken_laws(run)
        if getattr(run, "log", None) is not None:
            broken += broken_event_laws(run)
        if broken:
            raise StudyError(f"replication {replication} of seed {seed} breaks a law: {broken[0]}")
        return run

"""Running studies, kept on disk or not: what the command line and the page share."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from floorcast.measures import broken_event_laws, broken_laws, rows_of
from floorcast.store.fingerprint import (
    engine_fingerprint,
    policy_fingerprint,
    scenario_fingerprint,
    text_hash,
)
from floorcast.store.folder import (
    MANIFEST,
    StudyError,
    locked,
    make_folder,
    read_manifest,
    write_json,
)
from floorcast.store.keeper import Keeper
from floorcast.store.manifest import begin_manifest, check_same_study, end_manifest
from floorcast.store.reading import StudyResult
from floorcast.store.through_time import Observed, observe
from floorcast.study import Finished, Replicates, looks, settled
from floorcast.study.alternatives.options import Option, pairs_of
from floorcast.study.alternatives.union import united

MOST = 500  # replications that a study goes on to until it is decided, unless told otherwise

Simulate = Callable[[Any, int, int], Any]
Assemble = Callable[[Any, Any], Any]


def run_study(
    scenario: Any,
    policies: Sequence[Any],
    *,
    seed: int | None = None,
    replications: int | None = None,
    jobs: int | None = None,
    clock: str = "compiled",
    out: Path | None = None,
    until_decided: bool = False,
    most: int | None = None,
    records: Path | None = None,
    check: bool = False,
    command: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    simulate: Simulate | None = None,
    assemble: Assemble | None = None,
    options: Sequence[Option] | None = None,
) -> StudyResult:
    """Replicate a scenario under policies and add it all up.

    seed, replications: by default the scenario's. jobs: threads, by default the cores.
    clock: compiled or simpy; the records are the same.
    out: folder in which the study is kept. If it holds part of the same study (scenario, policies,
    seed and version agree) only what is missing is simulated.
    until_decided: add replications until all verdicts are settled or `most` is reached.
    records: Parquet file for the contact records of replication 0 under the first policy.
    check: hold every run against the laws of `floorcast.measures`, those of its event log included.
    progress: called with (done, total) in replications times policies.
    should_stop: asked before each replication; on it, and on Ctrl-C, what is finished is kept.
    simulate, assemble: in place of the clock and the model, for tests.
    options: variants of the scenario under the policies, see `floorcast.study.alternatives.options`; by default the
    scenario under each policy.

    Raises StudyError when the folder cannot be used or a law is broken, ValueError for numbers out
    of range, and what assembling and simulating raise; what is finished is kept then too.
    """
    seed = scenario.seed if seed is None else seed
    first = scenario.replications if replications is None else replications
    jobs = available_cores() if jobs is None else jobs
    if first < 1:
        raise ValueError(f"found {first} replications; allowed 1 or more")
    if not policies:
        raise ValueError("found no policy; allowed one or more")
    columns = options or [Option(policy.name, scenario, policy) for policy in policies]
    names = unique_names([option.name for option in columns])
    pairs = pairs_of(columns, len(policies))
    stops = looks(first, MOST if most is None else most) if until_decided else [first]
    build = assemble or _model_assembler()
    worlds = [build(option.scenario, option.policy) for option in columns]
    if check:
        simulate = _checked(simulate or partial(clock_of_name(clock), log=True))
    simulate = simulate or clock_of_name(clock)

    began = time.monotonic()
    seen: dict[str, dict[int, Observed]] = {}
    with ExitStack() as stack:
        keeper, manifest, done = None, {}, {}
        if out is not None:
            make_folder(out)
            stack.enter_context(locked(out))
            manifest = begin_manifest(
                worlds, scenario, columns, names, pairs, seed, stops, clock, jobs, command
            )
            keeper = Keeper(out, united([rows_of(world) for world in worlds])[0], names)
            done = _take_up(out, manifest, keeper)
            if check:  # those kept from an earlier run were perhaps not held against the laws
                for policy, replication in sorted(done):
                    simulate(worlds[policy], seed, replication)
        if records is not None:
            from floorcast.store.records import write_records

            write_records(records, simulate(worlds[0], seed, 0))

        def sink(finished: Finished, observed: Observed | None) -> None:
            if keeper is not None:
                keeper.take(finished, observed)
            elif observed is not None:
                seen.setdefault(names[finished.policy], {})[finished.replication] = observed

        replicates = Replicates(
            worlds,
            simulate,
            seed,
            names=names,
            jobs=jobs,
            finished=done,
            observe=lambda _, run: observe(run),
            sink=sink,
            pairs=pairs,
        )
        study, complete = replicates.study(scenario.name), False
        try:
            for stop in stops:
                complete = replicates.run(stop, progress, should_stop)
                study = replicates.study(scenario.name, stop, looks=len(stops))
                if not complete or (until_decided and settled(study)):
                    break
        except BaseException:
            study = replicates.study(scenario.name, looks=len(stops))
            raise
        finally:
            # Also when something failed: what is finished is kept, and can be taken up again.
            if keeper is not None and out is not None:
                status, seconds = (
                    "complete" if complete else "interrupted",
                    time.monotonic() - began,
                )
                keeper.close()
                end_manifest(out, manifest, status, replicates.common, study, seconds)
    return StudyResult(study, out, not complete, len(done), seen)


def _take_up(
    out: Path, manifest: dict[str, Any], keeper: Keeper
) -> dict[tuple[int, int], Finished]:
    """What is finished in a folder already; the manifest of the run that begins is there after."""
    done: dict[tuple[int, int], Finished] = {}
    if (out / MANIFEST).exists():
        check_same_study(out, read_manifest(out), manifest)
        done = keeper.finished()
    write_json(out / MANIFEST, manifest)
    return done


def default_folder(
    scenario: Any,
    policies: Iterable[Any],
    seed: int | None = None,
    root: Path = Path("results"),
    options: Sequence[Option] = (),
) -> Path:
    """`results/<scenario>-<eight digits>`: the same for the same scenario, policies, seed and
    version, so that a command given again goes on where it stopped."""
    seed = scenario.seed if seed is None else seed
    parts = [scenario_fingerprint(scenario), engine_fingerprint(), str(seed)]
    for policy in policies:
        parts += [policy.name, policy_fingerprint(policy)]
    for option in options:
        if option.variant:
            means = scenario_fingerprint(option.scenario), policy_fingerprint(option.policy)
            parts += [option.name, *means]
    slug = re.sub(r"[^a-z0-9]+", "_", scenario.name.lower()).strip("_")[:40] or "study"
    return root / f"{slug}-{text_hash(' '.join(parts))[:8]}"


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


def _checked(simulate: Simulate) -> Simulate:
    def simulate_and_check(world: Any, seed: int, replication: int) -> Any:
        run = simulate(world, seed, replication)
        broken = broken_laws(run)
        if getattr(run, "log", None) is not None:
            broken += broken_event_laws(run)
        if broken:
            raise StudyError(f"replication {replication} of seed {seed} breaks a law: {broken[0]}")
        return run

    return simulate_and_check

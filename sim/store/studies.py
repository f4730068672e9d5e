"""Running studies, kept on disk or not: what the command line and the page share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floorcast.store.fingerprint import (
    engine_fingerprint,
    policy_fingerprint,
    scenario_fingerprint,
    text_hash,
)
from floorcast.store.reading import StudyResult
from floorcast.store.running.opening import Assemble, Plan, Simulate, opened
from floorcast.study import looks, settled
from floorcast.study.alternatives.options import Option
from floorcast.study.running.workers import Pool

if TYPE_CHECKING:
    from floorcast.store.running.restart import Restart

MOST = 500  # replications that a study goes on to until it is decided, unless told otherwise

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
    pool: Pool | None = None,
    adjust: bool = False,
    restart: Restart | None = None,
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
    pool: where replications run, in place of threads.
    restart: a saved state that every replication goes on from.
    adjust: by control variates, which narrows most intervals; see `floorcast.study.adjusting`.

    Raises StudyError when the folder cannot be used or a law is broken, ValueError for numbers out
    of range, and what assembling and simulating raise; what is finished is kept then too.
    """
    seed = scenario.seed if seed is None else seed
    first = scenario.replications if replications is None else replications
    if first < 1:
        raise ValueError(f"found {first} replications; allowed 1 or more")
    if not policies:
        raise ValueError("found no policy; allowed one or more")
    columns = options or [Option(policy.name, scenario, policy) for policy in policies]
    stops = looks(first, MOST if most is None else most) if until_decided else [first]
    if restart is not None:
        simulate, assemble = restart.simulate, restart.assemble
    state = "" if restart is None else restart.digest
    plan = Plan(scenario, tuple(columns), len(policies), seed, tuple(stops), clock, command, state)
    with opened(
        plan,
        jobs=jobs,
        out=out,
        records=records,
        check=check,
        simulate=simulate,
        assemble=assemble,
        pool=pool,
        adjust=adjust,
    ) as under_way:
        replicates = under_way.replicates
        try:
            for stop in stops:
                under_way.complete = replicates.run(stop, progress, should_stop)
                under_way.study = replicates.study(scenario.name, stop, looks=len(stops))
                if not under_way.complete or (until_decided and settled(under_way.study)):
                    break
        except BaseException:
            under_way.study = replicates.study(scenario.name, looks=len(stops))
            under_way.complete = False
            raise
    return under_way.result()


def default_folder(
    scenario: Any,
    policies: Iterable[Any],
    seed: int | None = None,
    root: Path = Path("results"),
    options: Sequence[Option] = (),
    kind: str = "",
) -> Path:
    """`results/<scenario>-<eight digits>`: the same for the same scenario, policies, seed and
    version, so that a command given again goes on where it stopped."""
    seed = scenario.seed if seed is None else seed
    parts = [scenario_fingerprint(scenario), engine_fingerprint(), str(seed), *([kind] if kind else [])]
    for policy in policies:
        parts += [policy.name, policy_fingerprint(policy)]
    for option in options:
        if option.variant:
            means = scenario_fingerprint(option.scenario), policy_fingerprint(option.policy)
            parts += [option.name, *means]
    slug = re.sub(r"[^a-z0-9]+", "_", scenario.name.lower()).strip("_")[:40] or "study"
    return root / f"{slug}-{text_hash(' '.join(parts))[:8]}"

"""What a study swept over, kept beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from floorcast.store.folder import StudyError, write_json
from floorcast.store.reading import StudyResult
from floorcast.study.alternatives.options import options_of
from floorcast.study.alternatives.sweeps import (
    Axis,
    Sweep,
    all_findings,
    findings,
    grid,
    parse_axis,
)

SWEEP = "sweep.json"


def run_sweep(
    scenario: Any,
    policy: Any,
    vary: Sequence[str],
    *,
    seed: int | None = None,
    replications: int | None = None,
    jobs: int | None = None,
    out: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[StudyResult, Sweep]:
    """Vary one input of a scenario or two, `phone.volume=0.8..1.2:9`, beside the base, and read what was found; see
    `floorcast.charts.sweep_curves` for pictures of it.

    Raises InputErrors for what cannot vary, StudyError. Interrupted before a replication of all, the sweep is empty.
    """
    from floorcast.store.studies import run_study

    axes = [parse_axis(text) for text in vary]
    options = options_of(scenario, [policy], grid(axes))
    result = run_study(
        scenario, [policy], seed=seed, replications=replications, jobs=jobs, out=out, options=options,
        progress=progress, should_stop=should_stop,
    )  # fmt: skip
    if out is not None:
        keep_sweep(out, axes)
    return result, findings(result.study, axes)


def keep_sweep(folder: Path, axes: Sequence[Axis], variants: Sequence[str] = ()) -> None:
    """Write down which inputs a study varies, of the base and of which variants. Raises StudyError."""
    write_json(folder / SWEEP, {"axes": [asdict(axis) for axis in axes], "variants": list(variants)})


def kept_sweeps(result: StudyResult) -> list[Sweep]:
    """What a study of a sweep found, of the base and then of each variant that was swept; nothing where it is no
    sweep. Raises StudyError."""
    if result.folder is None or not (result.folder / SWEEP).exists():
        return []
    path = result.folder / SWEEP
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        axes = [Axis(a["path"], tuple(a["texts"]), tuple(a["values"])) for a in kept["axes"]]
        return all_findings(result.study, axes, kept.get("variants", ()))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StudyError(f"{path} is damaged: {fault}") from None

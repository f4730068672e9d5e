"""What a study swept over, kept beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from floorcast.store.folder import StudyError, write_json
from floorcast.study.alternatives.sweeps import Axis

SWEEP = "sweep.json"


def keep_sweep(folder: Path, axes: Sequence[Axis]) -> None:
    """Write down which inputs a study varies. Raises StudyError."""
    write_json(folder / SWEEP, {"axes": [asdict(axis) for axis in axes]})


def kept_axes(folder: Path) -> tuple[Axis, ...]:
    """The inputs that a study varies; none where it is no sweep. Raises StudyError."""
    path = folder / SWEEP
    if not path.exists():
        return ()
    try:
        axes = json.loads(path.read_text(encoding="utf-8"))["axes"]
        return tuple(Axis(a["path"], tuple(a["texts"]), tuple(a["values"])) for a in axes)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StudyError(f"{path} is damaged: {fault}") from None

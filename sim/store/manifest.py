"""The manifest of a study: what was run, with what, and how it ended."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import floorcast
from floorcast.measures import TargetRow, rows_of
from floorcast.measures.base.settings import settings_of
from floorcast.measures.base.targets import target_from
from floorcast.measures.contacts.table import measured_window
from floorcast.store.fingerprint import (
    engine_fingerprint,
    policy_fingerprint,
    scenario_fingerprint,
    text_hash,
)
from floorcast.store.folder import MANIFEST, StudyError, write_json
from floorcast.study import Study
from floorcast.study.alternatives.options import Option
from floorcast.study.alternatives.union import united
from floorcast.study.replicates import meaning_of

_LIBRARIES = ("numpy", "numba", "llvmlite", "scipy", "simpy", "pyarrow", "duckdb")


def begin_manifest(
    worlds: Sequence[Any],
    scenario: Any,
    options: Sequence[Option],
    names: Sequence[str],
    pairs: tuple[tuple[int, int], ...] | None,
    seed: int,
    stops: Sequence[int],
    clock: str,
    jobs: int,
    command: str | None,
) -> dict[str, Any]:
    """The manifest of a study that begins now."""
    base = _layout(worlds[0])
    return {
        "format": 1,
        "status": "running",
        "command": command,
        "scenario": {
            "name": scenario.name,
            "file": str(getattr(scenario, "file", "")),
            "sha256": text_hash(scenario.text),
            "changes": getattr(scenario, "changes", {}),
            "means": scenario_fingerprint(scenario),
            "text": scenario.text,
        },
        "policies": [
            {
                "name": name,
                "file": str(getattr(option.policy, "file", "")),
                "sha256": text_hash(option.policy.text),
                "means": policy_fingerprint(option.policy),
                "text": option.policy.text,
                **_variant(option, world, base),
            }
            for name, option, world in zip(names, options, worlds)
        ],
        "pairs": None if pairs is None else [list(pair) for pair in pairs],
        "seed": seed,
        "replications": list(stops),
        "looks": len(stops),
        "clock": clock,
        "jobs": jobs,
        "targets": [asdict(target) for target in united([rows_of(world) for world in worlds])[1]],
        "layout": base,
        **meaning_of(worlds[0]),
        "versions": {
            "floorcast": floorcast.__version__,
            "engine": engine_fingerprint(),
            "python": platform.python_version(),
            **{name: _version(name) for name in _LIBRARIES},
        },
        "machine": f"{platform.system()} {platform.machine()}",
        "started": _now(),
        "result": None,
    }


def _layout(world: Any) -> dict[str, Any]:
    layout = rows_of(world)
    return {
        "channels": list(layout.channels),
        "contact_types": list(layout.types),
        "groups": list(layout.groups),
        "type_channel": [int(channel) for channel in settings_of(world).channel],
        "start": None if (start := getattr(world.scenario, "start", None)) is None else start.isoformat(),
        "interval": float(world.interval),
        "n_intervals": int(world.n_intervals),
        "first_measured": measured_window(world).first,
    }


def _variant(option: Option, world: Any, base: dict[str, Any]) -> dict[str, Any]:
    """What a variant is; nothing for the scenario as written."""
    if not option.variant:
        return {}
    layout = _layout(world)
    return {
        "variant": option.variant,
        "changes": list(option.changes),
        "scenario_means": scenario_fingerprint(option.scenario),
        **({} if layout == base else {"layout": layout}),
    }


def layout_of(manifest: dict[str, Any], policy: str) -> dict[str, Any]:
    """Channels, contact types, groups and intervals of one option of a stored study."""
    nothing: dict[str, Any] = {}
    own = next((one for one in manifest["policies"] if one["name"] == policy), nothing)
    found: dict[str, Any] = own.get("layout", manifest["layout"])
    return found


def pairs_in_manifest(manifest: dict[str, Any]) -> tuple[tuple[int, int], ...] | None:
    """The pairs that a stored study compares; None for the usual ones."""
    pairs = manifest.get("pairs")
    return None if pairs is None else tuple((int(one), int(other)) for one, other in pairs)


def end_manifest(
    folder: Path,
    manifest: dict[str, Any],
    status: str,
    finished: int,
    study: Study,
    seconds: float,
    tables: dict[str, str],
) -> None:
    """Write down how the study ended: `complete` or `interrupted`, and the digests of its tables.

    Raises StudyError.
    """
    result = {
        "ended": _now(),
        "seconds": round(seconds, 3),
        "replications": study.replications,
        "finished": finished,
        **study.speed._asdict(),
    }
    write_json(folder / MANIFEST, manifest | {"status": status, "result": result, "tables": tables})


def check_same_study(folder: Path, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Raise StudyError if the study in a folder is another than the one to run."""
    differs = []
    try:
        if found["scenario"]["means"] != wanted["scenario"]["means"]:
            differs.append("scenario")
        for name in ("name", "means"):
            if [one[name] for one in found["policies"]] != [
                one[name] for one in wanted["policies"]
            ]:
                differs.append("policies")
                break
        if [one.get("scenario_means") for one in found["policies"]] != [
            one.get("scenario_means") for one in wanted["policies"]
        ]:
            differs.append("variants")
        if found.get("state", "") != wanted.get("state", ""):
            differs.append("the state it goes on from")
        if found.get("draws", "common") != wanted.get("draws", "common"):
            differs.append("whether options share their customers")
        if found["seed"] != wanted["seed"]:
            differs.append(f"seed ({found['seed']})")
        if found["versions"]["engine"] != wanted["versions"]["engine"]:
            differs.append(f"version of Floorcast ({found['versions']['floorcast']})")
    except (KeyError, TypeError) as fault:
        raise StudyError(f"{folder} is damaged: its manifest lacks {fault}") from None
    if differs:
        raise StudyError(
            f"{folder} holds a study that differs in {' and '.join(differs)};"
            " choose another folder, or delete this one"
        )


def targets_in(manifest: dict[str, Any]) -> tuple[TargetRow, ...]:
    """The targets of a stored study."""
    return tuple(target_from(target) for target in manifest["targets"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

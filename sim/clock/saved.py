"""A run saved at a moment, and continued from there: as if it had never stopped, or into other futures."""

from __future__ import annotations

import json
import math
import time
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from floorcast.clock.floor import Floor
from floorcast.clock.run import Run, grow, outcome
from floorcast.model.compile.assemble import World
from floorcast.model.core.vector_random import run_key
from floorcast.model.records.layout import Halt
from floorcast.model.records.state import FIELDS, State
from floorcast.model.step import run_until

FORMAT = 1
_HOURS = ("timetable", "ledger")  # what opening hours and shifts decide of a state


class SavedStateError(ValueError):
    """A saved state cannot be used; the text is one sentence."""


@dataclass(frozen=True, eq=False)
class Saved:
    """A replication at a moment: `now` in seconds since the start, the arrays of its state, and what made it.

    about: fingerprints and names, compared when it is taken up.
    """

    now: float
    seed: int
    replication: int
    about: dict[str, str]
    arrays: dict[str, np.ndarray[Any, Any]]


def run_and_save(world: World, seed: int, replication: int, instant: float, about: dict[str, str]) -> Saved:
    """Simulate until `instant` (s), all that is due then included. Raises SavedStateError beyond the end."""
    if world.python is not None:
        raise SavedStateError("a run whose policy is written in Python cannot be saved")
    if not 0 < instant < world.horizon:
        raise SavedStateError("found a moment outside the run; allowed after its start and before its end")
    floor = Floor(world, seed, replication)
    floor.run_until(instant)
    state, arrays = floor.state, {}
    for name in FIELDS:
        arrays[name] = getattr(state, name).copy()
    # What was never written is whatever memory held: of no meaning, but it would not compress.
    for name in ("contacts", "issues"):
        arrays[name].view(np.uint8)[int(state.centre[0]["contacts"]) * arrays[name].itemsize :] = 0
    return Saved(instant, seed, replication, about, arrays)


def write_saved(saved: Saved, path: Path) -> None:
    """Write a saved state as .npz, whatever the file is called."""
    about = {
        "format": FORMAT, "now": saved.now, "seed": saved.seed, "replication": saved.replication,
        "about": saved.about,
    }  # fmt: skip
    text = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    with path.open("wb") as file:
        # By bytes: structured arrays keep their layout in FIELDS, which the fingerprint vouches for.
        raw: dict[str, Any] = {name: array.view(np.uint8) for name, array in saved.arrays.items()}
        np.savez_compressed(file, about=text, **raw)


def read_saved(path: Path) -> Saved:
    """Read a saved state. Raises SavedStateError for what is none."""
    try:
        with np.load(path, allow_pickle=False) as content:
            about = json.loads(content["about"].tobytes().decode())
            if about["format"] != FORMAT:
                raise SavedStateError(f"{path}: found format {about['format']}; this Floorcast reads {FORMAT}")
            arrays = {name: content[name].view(dtype) for name, dtype in FIELDS.items()}
    except OSError as fault:
        raise SavedStateError(f"{path}: cannot be read: {fault.strerror or 'it is no saved state'}") from None
    except (EOFError, KeyError, ValueError, zipfile.BadZipFile, TypeError) as fault:
        if isinstance(fault, SavedStateError):
            raise
        raise SavedStateError(f"{path}: is no saved state, or of another version of Floorcast") from None
    return Saved(
        float(about["now"]), int(about["seed"]), int(about["replication"]), dict(about["about"]), arrays
    )


def other_hours(base: World, variant: World, saved: Saved, name: str) -> World:
    """A variant under which a saved state can go on: its opening hours and shifts, the same people.

    Raises SavedStateError where the variant changes more than hours.
    """
    if len(variant.attendance.keys) == len(base.attendance.keys):
        variant = replace(variant, attendance=replace(variant.attendance, keys=base.attendance.keys))
    one, other = base.fresh(saved.seed, saved.replication), variant.fresh(saved.seed, saved.replication)
    for field in FIELDS:
        if field in _HOURS or field == "contacts":
            continue
        # What agents are drawn by is the base's in any case: the saved arrays have it.
        skipped = ("key",) if field == "agents" else ()
        if not _alike(getattr(one, field), getattr(other, field), skipped):
            raise SavedStateError(
                f"{name}: cannot go on from a saved state; allowed variants that change opening hours, or how"
                " long people stay, for the same people under the same policy"
            )
    return variant


def _alike(one: Any, other: Any, skipped: tuple[str, ...]) -> bool:
    """Whether two arrays say the same, field by field: the gaps between fields are of no meaning."""
    if one.shape != other.shape:
        return False
    if not one.dtype.names:
        return bool(one.tobytes() == other.tobytes())
    names = [name for name in one.dtype.names if name not in skipped]
    return all(one[name].tobytes() == other[name].tobytes() for name in names)


class Continued:
    """A simulation that goes on from a saved state.

    Replication 0 is the saved run itself, with the luck it would have had; all others have luck of their
    own from that moment on. Of what is due by then already (calls under way, who is absent today, today's
    day factors) nothing is drawn anew.
    """

    def __init__(self, saved: Saved) -> None:
        self._saved = saved

    def __call__(self, world: World, seed: int, replication: int) -> Run:
        began = time.perf_counter()
        saved = self._saved
        arrays = {name: array.copy() for name, array in saved.arrays.items()}
        future = world.fresh(saved.seed, saved.replication)
        _rewrite(arrays, future, saved.now, world)
        if replication:
            seed0, seed1 = run_key(seed, saved.replication + replication)
            arrays["centre"]["seed0"], arrays["centre"]["seed1"] = seed0, seed1
        state = State(**arrays)
        while (code := run_until(state, math.inf, 2**62)) != Halt.DONE:
            state = grow(world, state, code)
        return outcome(world, seed, replication, state, time.perf_counter() - began)


def _rewrite(arrays: dict[str, Any], future: State, now: float, world: World) -> None:
    """Put a world's own hours after the moment in place of the saved ones: the same where it is the base."""
    centre = arrays["centre"][0]
    past = arrays["timetable"][: int(centre["timetable"])]
    coming = future.timetable[future.timetable["time"] > now]
    arrays["timetable"] = np.concatenate((past, coming))
    agents = len(arrays["agents"])
    interval = int(now // world.interval)
    first = (interval + 1) * agents
    arrays["ledger"]["paid"][first:] = future.ledger["paid"][first:]
    here = slice(interval * agents, first)
    arrays["ledger"]["paid"][here] = np.maximum(arrays["ledger"]["paid"][here], future.ledger["paid"][here])

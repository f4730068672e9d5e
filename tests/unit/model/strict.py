"""The model uncompiled over arrays that accept no index from behind: run with NUMBA_DISABLE_JIT=1.

Compiled code reads whatever stands at an index that is out of range, and takes -1 (none) for the
last row; here both are errors. With NUMBA_BOUNDSCHECK=1 the compiled model refuses the former.
Prints a digest of the records of the scenarios in a file, and of the shipped ones named.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from floorcast.clock.compiled import run
from floorcast.clock.run import Run
from floorcast.model.compile.assemble import World, assemble
from floorcast.model.records import state
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario
from tests.strategies import world_of

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"


class Strict(np.ndarray):  # type: ignore[type-arg]
    """An array without indices from behind."""

    def __getitem__(self, key: Any) -> Any:
        _check(key)
        return super().__getitem__(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        _check(key)
        super().__setitem__(key, value)


def _check(key: Any) -> None:
    if isinstance(key, (int, np.integer)) and key < 0:
        raise IndexError(f"index {key} is below 0")


def make_states_strict() -> None:
    """Every state made from now on holds strict arrays."""
    made = state.State.__init__

    def strictly(self: state.State, **arrays: Any) -> None:
        made(self, **arrays)
        for name in state.FIELDS:
            setattr(self, name, getattr(self, name).view(Strict))

    state.State.__init__ = strictly  # type: ignore[method-assign]


def digest(one: Run) -> str:
    """Of every field of the records, the ledger and the log; what pads them is no part of it."""
    found = hashlib.sha256()
    assert one.log is not None
    for array in (one.contacts, one.ledger, one.log):
        for name in array.dtype.names or ():
            found.update(np.ascontiguousarray(array[name]).tobytes())
    return f"{len(one.contacts)} contacts, {one.events} events, {found.hexdigest()[:16]}"


def worlds(names: Iterable[str]) -> Iterable[tuple[str, World]]:
    """Shipped scenarios under each of their policies."""
    for name in names:
        scenario = load_scenario(SCENARIOS / name)
        for policy in policies_of(scenario):
            yield f"{name} {policy.name}", assemble(scenario, policy)


def digests(file: Path, names: Iterable[str]) -> list[str]:
    """A line per scenario of a file, and per shipped scenario and policy."""
    generated = [(f"generated {i}", world_of(s)) for i, s in enumerate(json.loads(file.read_text()))]
    return [f"{name}: {digest(run(world, 1, 0, log=True))}" for name, world in (*generated, *worlds(names))]


if __name__ == "__main__":
    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        make_states_strict()
    print("\n".join(digests(Path(sys.argv[1]), sys.argv[2:])))

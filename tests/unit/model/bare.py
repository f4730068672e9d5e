"""A bare state for tests of the model's basics: arrays of a chosen length, nothing in them."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import numba
import numpy as np

import floorcast.model.machine_code.translation  # noqa: F401  # tells numba what a State is
from floorcast.model.records.state import FIELDS, State


def bare_state(**rows: int) -> State:
    """Every array one row long, or as many as given by name."""
    return State(**{name: np.zeros(rows.get(name, 1), dtype) for name, dtype in FIELDS.items()})


class Called:
    """A module of the model whose functions are called from Python.

    Each is compiled once more, by itself: what was compiled as a part of the model answers no call
    from Python.
    """

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return _from_python(getattr(self._module, name))


@cache
def _from_python(function: Any) -> Any:
    plain = getattr(function, "py_func", None)
    return function if plain is None else numba.njit(plain, error_model="numpy", _nrt=False)

"""A bare state for tests of the model's basics: arrays of a chosen length, nothing in them."""

from __future__ import annotations

import numpy as np

from sim.model.state import FIELDS, State


def bare_state(**rows: int) -> State:
    """Every array one row long, or as many as given by name."""
    return State(**{name: np.zeros(rows.get(name, 1), dtype) for name, dtype in FIELDS.items()})

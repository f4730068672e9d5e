"""Demand and presence worked out over the horizon: plain arrays, ready for the model. Times are
seconds since the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from floorcast.scenario.words.distributions import Floats


@dataclass(frozen=True, eq=False)
class ResolvedSource:
    """One source of a contact type over the horizon, multipliers included.

    kind rate: `edges` (n + 1) rising, `values` (n) contacts per second between them (campaigns
    too).
    kind counts: `edges` (n + 1), `values` (n) contacts in each interval, not rounded.
    kind trace: `edges` (n) the instants, ascending, `values` empty; `columns` by name, each (n):
    sentiment int8, reach and value float64, language int64 into `Scenario.language_names` (-1
    none).
    day_factor: (Gamma shape, shared name or None) or None. campaign: its name or None.
    """

    name: str
    kind: Literal["rate", "counts", "trace"]
    edges: Floats
    values: Floats
    day_factor: tuple[float, str | None] | None = None
    campaign: str | None = None
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def expected(self) -> float:
        """Contacts expected over the horizon."""
        if self.kind == "trace":
            return float(len(self.edges))
        if self.kind == "counts":
            return float(self.values.sum())
        return float(np.dot(self.values, np.diff(self.edges)))


class ShiftOccurrence(NamedTuple):
    """One agent's one presence: logged in from `start` to `end` but for `breaks` (breaks and
    training, disjoint, in order). lessons: the training alone; unpaid: those of the breaks that are not paid;
    pay: a factor on the hour's price."""

    start: float
    end: float
    breaks: tuple[tuple[float, float], ...]
    lessons: tuple[tuple[float, float], ...] = ()
    unpaid: tuple[tuple[float, float], ...] = ()
    pay: float = 1.0


AgentRoster = tuple[ShiftOccurrence, ...]
"""One agent's occurrences over the horizon, in order, clipped to it."""


class Headcount(NamedTuple):
    """Agents present per step: `edges` (n + 1) seconds, `heads` (n) whole numbers."""

    edges: Floats
    heads: NDArray[np.int64]

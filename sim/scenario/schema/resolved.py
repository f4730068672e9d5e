"""Demand and presence worked out over the horizon: plain arrays, ready for the model. Times are
seconds since the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from floorcast.scenario.catalogue.arrival_processes import Steps
from floorcast.scenario.read.problems import Problem
from floorcast.scenario.read.yaml_lines import Document
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
    day_factor: (Gamma shape, shared name or None) or None. bursts: (calm and busy rate [1/s], mean length of a calm
    and of a busy spell [s]), where `values` are their mean in the long run. campaign: its name or None.
    """

    name: str
    kind: Steps
    edges: Floats
    values: Floats
    day_factor: tuple[float, str | None] | None = None
    bursts: tuple[float, float, float, float] | None = None
    campaign: str | None = None
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def expected(self) -> float:
        """Contacts expected over the horizon."""
        return float(self.edges.size if self.kind == "trace" else self._masses.sum())

    @property
    def _masses(self) -> Floats:
        """Contacts expected in each step."""
        return self.values if self.kind == "counts" else self.values * np.diff(self.edges)

    def arriving(self, marks: Floats) -> Floats:
        """Contacts expected between each two of the rising `marks` (n + 1) [s]: (n)."""
        if self.kind == "trace":
            return np.histogram(self.edges, bins=marks)[0].astype(np.float64)
        total = np.concatenate(([0.0], np.cumsum(self._masses)))
        arrived: Floats = np.diff(np.interp(marks, self.edges, total))
        return arrived


class ShiftOccurrence(NamedTuple):
    """One agent's one presence: logged in from `start` to `end` but for `breaks` (breaks and
    training, disjoint, in order). lessons: the training alone; unpaid: those of the breaks that are not paid;
    pay: a factor on the hour's price. drawn: which of the agent's shifts it is to chance, where that is not its
    place among them."""

    start: float
    end: float
    breaks: tuple[tuple[float, float], ...]
    lessons: tuple[tuple[float, float], ...] = ()
    unpaid: tuple[tuple[float, float], ...] = ()
    pay: float = 1.0
    drawn: int | None = None


AgentRoster = tuple[ShiftOccurrence, ...]
"""One agent's occurrences over the horizon, in order, clipped to it."""


class Headcount(NamedTuple):
    """Agents present per step: `edges` (n + 1) seconds, `heads` (n) whole numbers."""

    edges: Floats
    heads: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Origin:
    """Where a scenario came from and what loading worked out; made by loading.py and
    variants.py."""

    document: Document
    path: Path | None
    folder: Any
    warnings: tuple[Problem, ...] = ()
    sources: dict[str, tuple[ResolvedSource, ...]] = field(default_factory=dict)
    rosters: dict[str, tuple[AgentRoster, ...]] = field(default_factory=dict)
    headcounts: dict[str, Headcount] = field(default_factory=dict)
    work_steps: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    patience_steps: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    language_names: tuple[str, ...] = ()
    campaign_names: tuple[str, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)

"""How waits and satisfaction are distributed: counts in fixed bins, which can be added over replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floorcast.measures.base.records import Floats, Ints, RunLike
from floorcast.measures.base.settings import settings_of
from floorcast.measures.base.times import Times
from floorcast.measures.contacts.run_table import RunTable
from floorcast.measures.contacts.table import measured_window

# Upper edges in seconds: finer where a planner looks, up to two weeks; the last bin takes the rest.
EDGES: Floats = np.array(
    [0, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1200, 1800, 2700]
    + [3600.0 * hours for hours in (1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48, 72, 96, 168, 336)]
)
_TIMED = {"wait": Times.WAIT, "first_response": Times.FIRST_RESPONSE, "resolution": Times.RESOLUTION}
TIMES = tuple(_TIMED)
SATISFACTION = "satisfaction"
SCORES: Floats = np.arange(1.0, 5.01, 0.25)  # upper edges; nobody scores above the last
EDGES_OF: dict[str, Floats] = {**dict.fromkeys(TIMES, EDGES), SATISFACTION: SCORES}


def nothing(n_types: int) -> dict[str, Ints]:
    """Counts of no contacts, by name of `EDGES_OF`, [K, bins]."""
    return {name: np.zeros((n_types, edges.size + 1), dtype=np.int64) for name, edges in EDGES_OF.items()}


@dataclass(frozen=True)
class Distribution:
    """Contacts whose time or score is at most the i-th edge and above the one before, last: above all, [K, bins]."""

    counts: dict[str, Ints]  # by name of EDGES_OF


def distribution(run: RunLike, table: RunTable | None = None) -> Distribution:
    """Distributions by contact type of the measured contacts that have such a time; satisfaction is counted by
    `floorcast.measures.customers.satisfaction.scored`. `table` is that of the run's measured window.

    Waits are those of the answered; see `floorcast.scenario.catalogue.measures` for what each time is.
    """
    table = table or RunTable(run, measured_window(run.world), settings_of(run.world))
    counts = {name: _counts(table, which) for name, which in _TIMED.items()}
    return Distribution(nothing(len(run.world.type_names)) | counts)


def _counts(table: RunTable, which: Times) -> Ints:
    """How many times of measured contacts are in each bin, [K, bins]; NaN in none."""
    from floorcast.measures.cells.ranked import bin_counts

    n_types = len(table.run.world.type_names)
    counts = np.zeros((n_types, EDGES.size + 1), dtype=np.int64)
    bin_counts(table.ascending(which), table.cells.spans[-n_types:], EDGES, counts)
    return counts

"""How waits and satisfaction are distributed: counts in fixed bins, which can be added over replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floorcast.measures.base.records import Floats, Ints, RunLike
from floorcast.measures.base.settings import yardstick_of
from floorcast.measures.contacts.table import contact_blocks, measured_window

# Upper edges in seconds: finer where a planner looks, up to two weeks; the last bin takes the rest.
EDGES: Floats = np.array(
    [0, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1200, 1800, 2700]
    + [3600.0 * hours for hours in (1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48, 72, 96, 168, 336)]
)
TIMES = ("wait", "first_response", "resolution")
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


def distribution(run: RunLike) -> Distribution:
    """Distributions by contact type of the measured contacts that have such a time; satisfaction is counted by
    `floorcast.measures.customers.satisfaction.scored`.

    Waits are those of the answered; see `floorcast.scenario.catalogue.measures` for what each time is.
    """
    world, yardstick, window = run.world, yardstick_of(run.world), measured_window(run.world)
    n_types, n_bins = len(world.type_names), EDGES.size + 1
    counts = nothing(n_types)
    for columns in contact_blocks(run):
        table = window.table(yardstick, columns)
        for name, values in (
            ("wait", table.wait),
            ("first_response", table.wait_by("first_response")),
            ("resolution", table.resolution),
        ):
            there = ~np.isnan(values)
            place = np.searchsorted(EDGES, values[there], side="left")
            joint = np.bincount(
                table.contact_type[there] * n_bins + place, minlength=n_types * n_bins
            )
            counts[name] += joint.reshape(n_types, n_bins)
    return Distribution(counts)

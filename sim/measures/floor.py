"""Measures of the floor, from the ledger of agents: occupancy, slots, presence and cost."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from floorcast.measures.base.records import Floats, RunLike
from floorcast.measures.base.settings import MeasureSettings
from floorcast.measures.contacts.table import Window

FIELDS = ("present", "working", "wrapping", "held", "paid")


def line_measures(run: RunLike, window: Window) -> list[tuple[float, float]]:
    """Numerators and denominators of LINE_MEASURES for each line of the policy's supervision."""
    force = np.asarray(run.force)
    pairs: list[tuple[float, float]] = []
    statement = 0
    for line, row in zip(force, run.world.policy.supervision, strict=True):
        measured = line[window.first : window.end]
        begun = np.flatnonzero(measured["begins"])
        first = (window.first + float(begun[0])) * run.world.interval if begun.size else 0.0
        made = [run_statement(run, statement + n) for n in range(len(row.do.statement))]
        statement += len(row.do.statement)
        delays = [delay for delay in made if not np.isnan(delay)]
        pairs += [
            (float(measured["seconds"].sum()), window.stop - window.start),
            (float(measured["begins"].sum()), 1.0),
            (first, float(begun.size > 0)),
            (min(delays, default=0.0), float(bool(delays))),
        ]
    return pairs


def run_statement(run: RunLike, number: int) -> float:
    """Seconds from an incident's root to a statement on it; NaN if it was not made."""
    row = run.statements[number]
    return float(row["made"] - run.contacts["arrived"][row["root"]]) if row["root"] >= 0 else float("nan")


_known: WeakKeyDictionary[RunLike, dict[str, Floats]] = WeakKeyDictionary()


def floor_series(run: RunLike) -> dict[str, Floats]:
    """Seconds of each ledger field by group and interval, [G, n_intervals] each; worked out once per run."""
    known = _known.get(run)
    if known is None:
        known = _known[run] = _floor_series(run)
    return known


def _floor_series(run: RunLike) -> dict[str, Floats]:
    world, ledger = run.world, run.ledger
    n_groups, n = len(world.group_names), int(world.n_intervals)
    group = np.asarray(world.agent_group, dtype=np.int64)
    # Agents of one group stand together, so a group is a range of rows; any other order is sorted.
    if (group[1:] < group[:-1]).any():
        order = np.argsort(group, kind="stable")
        ledger, group = ledger[order], group[order]
    there = np.flatnonzero(np.bincount(group, minlength=n_groups))
    # Numbers [interval, agent, field]: the fields are all of one kind.
    fields = ledger.dtype.names or ()
    numbers = np.ascontiguousarray(ledger.T).view(np.float64).reshape(n, group.size, len(fields))
    found = np.zeros((n_groups, n, numbers.shape[2]))
    if there.size:
        found[there] = np.add.reduceat(numbers, np.searchsorted(group, there), axis=1).transpose(1, 0, 2)
    return {name: np.ascontiguousarray(found[:, :, place]) for place, name in enumerate(fields)}


def floor_measures(
    run: RunLike, settings: MeasureSettings, window: Window
) -> dict[str, tuple[Floats, Floats]]:
    """Numerator and denominator of each floor measure for all and by group, [1 + G] each."""
    sums = {
        name: with_all(by_interval[:, window.first : window.end].sum(axis=1))
        for name, by_interval in floor_series(run).items()
    }
    present = sums["present"]
    slots = with_all(present[1:] * settings.slots)
    seconds = window.stop - window.start
    cost = with_all(sums["paid"][1:] / 3600.0 * settings.cost_per_hour)
    one = np.ones_like(present)
    return {
        "occupancy": (sums["working"] + sums["wrapping"], present),
        "slot_utilisation": (sums["held"], slots),
        "agents_present": (present, seconds * one),
        "cost": (cost, one),
    }


def with_all(by_group: Floats) -> Floats:
    """The sum over groups in front of the groups, [1 + G]."""
    return np.concatenate(([by_group.sum()], by_group))

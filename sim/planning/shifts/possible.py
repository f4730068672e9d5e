"""What no allowed plan can keep, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from floorcast.planning.requirement.start import promised, types_of
from floorcast.planning.shifts.forced import open_arrivals
from floorcast.planning.shifts.model import Promise
from floorcast.planning.shifts.program import Counts
from floorcast.planning.shifts.promises import own_bound, words
from floorcast.planning.shifts.search import Search
from floorcast.planning.shifts.tours import Tours


def impossible(search: Search) -> tuple[str, ...]:
    """Promises that are missed even by very many people on every shift that may be worked; the search goes
    on without them, for the nearest that can be had."""
    if search.program.kept is not None:
        return ()
    everybody = np.zeros(search.tours.cost.size, dtype=np.int64)
    ample = search.ample.max(axis=1)
    for g in range(ample.size):
        own = np.flatnonzero(search.tours.group == g)
        chosen = _spread(search.tours, own)
        everybody[chosen] = int(ample[g])
    everybody = _within_bounds(search, everybody)
    tried = replace(search, n=max(6, search.n // 3), store=None, known={}).look(everybody)
    missed = tried.anchor.room < -3 * np.maximum(tried.anchor.error, 1e-4)
    search.best = None
    search.margin = np.where(missed, -np.inf, search.margin)
    said = []
    for p, (promise, bad) in enumerate(zip(search.promises, missed, strict=True)):
        if bad:
            said.append(f"{words(promise.target)}: {_why(search, promise, float(tried.anchor.room[p]))}")
    return tuple(said)


def _why(search: Search, promise: Promise, room: float) -> str:
    """Why even very many people miss a promise."""
    scenario, target = search.scenario, promise.target
    kinds = [n for n, one in zip(scenario.type_names, types_of(target, scenario), strict=True) if one]
    best = own_bound(promise)
    at = (best.at_least or 0.0) + room if best.at_least is not None else (best.at_most or 0.0) - room
    within = promised(target, scenario)
    if within is not None and target.measure != "service_level" or target.is_service_level:
        for name in kinds:
            entry = scenario.contact_types[name]
            if scenario.clock_of(name) in ("first_response", "resolved") and within and entry.work.mean > within:
                return f"the work of {name} takes longer than the promise"
            if entry.listening is not None:
                return f"{at:.1%} at best, for mentions that the classifier loses are never answered"
    uncovered = _uncovered(search, kinds)
    if uncovered:
        return f"{at:.1%} at best, for no shift that may be worked covers {uncovered}"
    if target.measure in ("occupancy", "slot_utilisation") and best.at_least is not None:
        return "no plan that was tried keeps the other targets as well, and everyone more makes all less busy"
    shown = f"{at:.1%}" if target.unit == "share" else f"{at:.4g}"
    return f"{shown} at best with as many people as the bounds allow"


def _uncovered(search: Search, kinds: list[str]) -> str:
    """The first interval in which contacts come and no tour of a group that serves them is there."""
    scenario = search.scenario
    able = [g for g, name in enumerate(scenario.group_names) if any(scenario.able(name, kind) for kind in kinds)]
    there = search.tours.presence[np.isin(search.tours.group, able)].sum(axis=0) > 0
    places = [scenario.type_names.index(kind) for kind in kinds]
    empty = np.flatnonzero(~there & (open_arrivals(scenario)[places].sum(axis=0) > 0.05))
    if not empty.size:
        return ""
    return f"{scenario.start + timedelta(seconds=float(empty[0]) * scenario.interval):%a %H:%M}"


def _spread(tours: Tours, own: NDArray[np.int64]) -> NDArray[np.int64]:
    """A few tours that together are present wherever any of them is."""
    chosen: list[int] = []
    covered = np.zeros(tours.presence.shape[1])
    while own.size:
        gain = np.where(covered > 0, 0.0, tours.presence[own]).sum(axis=1)
        at = int(np.argmax(gain))
        if gain[at] <= 1e-9:
            break
        chosen.append(int(own[at]))
        covered = np.maximum(covered, tours.presence[own[at]])
    return np.array(chosen, dtype=np.int64)


def _within_bounds(search: Search, counts: Counts) -> Counts:
    """As many of these people as the bounds allow."""
    if search.allowed(counts):
        return counts
    wish = replace(search.program, cost=np.where(counts > 0, -1.0, 1e-3), upper=np.maximum(counts, 0).astype(float))
    solved = wish.solve([])
    return counts if solved is None else solved[0]



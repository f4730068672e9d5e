"""Plans that programs leave short are made to hold, and the breaks of used shifts are let free."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from floorcast.planning.shifts.program import program_of
from floorcast.planning.shifts.search import Search, Tried
from floorcast.planning.shifts.tours import Tour, Tours, break_choices, price
from floorcast.scenario.schema.staff import Shift


def made_to_hold(search: Search) -> None:
    """Add people to the nearest plan until every promise holds, where no program has found one."""
    if search.best is not None or not search.known:
        return
    tried = max(search.known.values(), key=lambda one: one.worst(search.margin))
    for _ in range(60):
        rooms, slopes = search.model.rooms(tried.anchor, tried.anchor.present)
        short = np.minimum(rooms - search.margin, 0.0) / np.maximum(tried.anchor.error, 0.004)
        effect = np.array([search._effect(slope) for slope in slopes])
        gain = (-short @ (effect / np.maximum(tried.anchor.error, 0.004)[:, None])) / search.tours.cost
        for j in np.argsort(-gain)[:50]:
            counts = tried.counts.copy()
            counts[j] += max(1, int(0.02 * counts.sum()))
            if search.allowed(counts):
                break
        else:
            return
        tried = search.look(counts)
        if tried.holds(search.margin):
            return


def with_all_breaks(search: Search) -> Search:
    """The search with every placement of breaks for the tours that the best plan uses."""
    best = search.best
    if best is None or search.program.kept is not None:
        return search
    more: list[Tour] = []
    for j in np.flatnonzero(best.counts > 0):
        tour = search.tours.tours[int(j)]
        allowed = search.scenario.shift_types.get(tour.kind)
        if allowed is None or not allowed.breaks:
            continue
        first = tour.shifts[0]
        for breaks in break_choices(allowed, first.length):
            fields = {name: getattr(first, name) for name in Shift.model_fields} | {"breaks": breaks}
            more.append(Tour(tour.group, tour.kind, (Shift.model_construct(**fields), *tour.shifts[1:])))
    known = set(search.tours.tours)
    fresh = [tour for tour in dict.fromkeys(more) if tour not in known]
    if not fresh:
        return search
    added = price(search.scenario, fresh)
    both = Tours(
        (*search.tours.tours, *added.tours), *(
            np.concatenate((getattr(search.tours, name), getattr(added, name)))
            for name in ("cost", "hours", "group", "presence", "ends")
        ),
    )  # fmt: skip
    wider = replace(
        search, tours=both, program=program_of(search.scenario, both), cuts=[], best=None, known={},
    )  # fmt: skip
    counts = np.concatenate((best.counts, np.zeros(len(fresh), dtype=np.int64)))
    wider.known[counts.tobytes()] = wider.best = Tried(counts, best.cost, best.anchor)
    return wider



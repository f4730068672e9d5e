"""Going on after the search has found nothing cheaper nearby: the best plan is kicked, mended and improved again.

A kick takes some people of the best plan away, of one group or one part of the week, and lets the integer program, with
prices shaken a little, fill the gap within a short distance; what holds after mending, and costs less, is the new best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from floorcast.planning.programs.program import Counts
from floorcast.planning.shifts.check import made_to_hold
from floorcast.planning.shifts.search import Search, Tried

MANY_TRIES = 60  # of a round of single moves, in place of a few
SHAKEN = 0.04  # of a tour's price, in the program that fills a gap
GONE = (0.03, 0.25)  # of the people, taken away by a kick


def longer(search: Search, seed: int, time_is_up: Callable[[], bool]) -> None:
    """Look for cheaper plans near the best until the time is up."""
    chance = np.random.default_rng(seed)
    while search.best is not None and search.best.counts.any() and not time_is_up():
        search.improve(MANY_TRIES, time_is_up)
        found = search.best
        while search.best is found and not time_is_up():
            counts = _kicked(search, found, chance)
            if counts is None or counts.tobytes() in search.known:
                continue
            tried = search.look(counts)
            search.refit(found, tried)
            if not tried.holds(search.margin):
                made_to_hold(search, tried)
            search.look(search.crossed().counts)


def _kicked(search: Search, best: Tried, chance: np.random.Generator) -> Counts | None:
    """Another plan near the best one: the program's, after some people were taken away and prices were shaken."""
    tours = search.tours
    there = np.flatnonzero(best.counts > 0)
    if chance.random() < 0.6:  # of one group
        there = there[tours.group[there] == chance.choice(np.unique(tours.group[there]))]
    share = chance.uniform(*GONE)
    gone = chance.binomial(best.counts[there], share)
    reach = max(4, 2 * int(gone.sum()) + 2)
    counts = best.counts.copy()
    counts[there] -= gone
    shaken = replace(search.program, cost=tours.cost * chance.uniform(1 - SHAKEN, 1 + SHAKEN, tours.cost.size))
    before, search.program = search.program, shaken
    try:
        return search.programmed(best, (counts, np.full(search.groups, reach)))
    finally:
        search.program = before

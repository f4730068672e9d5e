"""How many agents (or lines) a target needs, by Erlang B, C and A.

Times in seconds, rates per second. Every function returns the smallest whole number that meets the
target; a rate of 0 needs nobody. With a `patience` customers give up (Erlang A), without they wait
for ever (Erlang C).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from floorcast.planning.theory.erlang import (
    ErlangC,
    check_positive,
    check_share,
)
from floorcast.planning.theory.erlang_a import ErlangA, Formula

MOST_AGENTS = 1 << 40  # beyond any centre: a target that this many do not meet is out of reach


def agents_for_service_level(
    arrival_rate: float,
    handle_time: float,
    within: float,
    at_least: float,
    patience: float | None = None,
    formula: Formula = "sl4",
) -> int:
    """Agents for answering a share `at_least` within `within` seconds.

    The formulas are those of ErlangA.service_level; without patience they are all the same.
    """
    check_share("at_least", at_least)
    return _agents(
        arrival_rate,
        handle_time,
        patience,
        lambda queue: queue.service_level(within) >= at_least,
        lambda queue: queue.service_level(within, formula) >= at_least,
    )


def agents_for_mean_wait(
    arrival_rate: float, handle_time: float, at_most: float, patience: float | None = None
) -> int:
    """Agents for a mean wait of the answered (ASA, zeros included) of `at_most` seconds."""
    check_positive("at_most", at_most)
    return _agents(
        arrival_rate,
        handle_time,
        patience,
        lambda queue: queue.mean_wait <= at_most,
        lambda queue: queue.agents > 0 and queue.mean_wait_of_answered <= at_most,
    )


def agents_for_abandonment(
    arrival_rate: float, handle_time: float, patience: float, at_most: float
) -> int:
    """Agents for which at most a share `at_most` of all contacts gives up."""
    check_share("at_most", at_most)
    return _agents(
        arrival_rate,
        handle_time,
        patience,
        lambda queue: False,
        lambda queue: queue.abandonment <= at_most,
    )


def agents_for_occupancy(
    arrival_rate: float, handle_time: float, at_most: float, patience: float | None = None
) -> int:
    """Agents for which each works at most a share `at_most` of the time."""
    check_share("at_most", at_most)
    return _agents(
        arrival_rate,
        handle_time,
        patience,
        lambda queue: queue.is_stable and queue.occupancy <= at_most,
        lambda queue: queue.agents > 0 and queue.occupancy <= at_most,
    )


def _agents(
    arrival_rate: float,
    handle_time: float,
    patience: float | None,
    patient_meets: Callable[[ErlangC], bool],
    impatient_meets: Callable[[ErlangA], bool],
) -> int:
    if arrival_rate == 0.0:
        return 0
    if patience is None:
        check_positive("arrival_rate", arrival_rate)
        check_positive("handle_time", handle_time)
        stable = math.floor(arrival_rate * handle_time) + 1
        return _fewest(lambda n: patient_meets(ErlangC(arrival_rate, handle_time, n)), stable)
    return _fewest(lambda n: impatient_meets(ErlangA(arrival_rate, handle_time, n, patience)), 0)


def _fewest(meets: Callable[[int], bool], start: int) -> int:
    """The smallest n >= start that meets a target which more agents never miss."""
    if meets(start):
        return start
    missed, step = start, 1
    while not meets(missed + step):
        missed, step = missed + step, step * 2
        if step > MOST_AGENTS:
            raise ValueError(f"no number of agents up to {MOST_AGENTS} meets the target")
    met = missed + step
    while met - missed > 1:
        middle = (met + missed) // 2
        if meets(middle):
            met = middle
        else:
            missed = middle
    return met

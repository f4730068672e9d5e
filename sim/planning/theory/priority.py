"""M/M/c with priority classes, non-preemptive: who waits how long when classes are served in order.

Sources: Cobham, "Priority assignment in waiting line problems" (1954); Kella and Yechiali, "Waiting
times in the non-preemptive priority M/M/c queue" (1985).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from floorcast.planning.theory.erlang import check_positive, erlang_c


def priority_waits(
    arrival_rates: Sequence[float], handle_time: float, agents: int
) -> tuple[float, ...]:
    """Mean wait [s] of each class, the first being the most urgent.

    `arrival_rates` [contacts/s] by class, the same exponential `handle_time` [s] for all, FIFO
    within a class, nobody gives up, nobody is interrupted. A class that is not kept up with waits
    for ever (inf); the classes before it still have their finite waits.
    """
    check_positive("handle_time", handle_time)
    for rate in arrival_rates:
        if not (rate >= 0.0 and math.isfinite(rate)):
            raise ValueError(f"an arrival rate is {rate}; it must be a number from 0 on")
    if agents < 1:
        raise ValueError(f"agents is {agents}; it must be a whole number from 1 on")
    wait_if_first = erlang_c(math.fsum(arrival_rates) * handle_time, agents) * handle_time / agents
    waits = []
    for k in range(len(arrival_rates)):
        left_before = 1.0 - math.fsum(arrival_rates[:k]) * handle_time / agents
        left_after = 1.0 - math.fsum(arrival_rates[: k + 1]) * handle_time / agents
        keeps_up = left_after > 0.0
        waits.append(wait_if_first / (left_before * left_after) if keeps_up else math.inf)
    return tuple(waits)

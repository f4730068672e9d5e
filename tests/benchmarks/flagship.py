"""The flagship week planned anew, beside the plan that comes with Floorcast.

``python -m tests.benchmarks.flagship [SEED ...]`` plans it on the customers of other seeds, `make bench` on its own.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass

from floorcast.planning.programs.tours import own_counts, own_tours, price
from floorcast.planning.shifts.schedule import schedule
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario
from floorcast.shipped import SCENARIOS

ASKED = 90.0  # seconds on two cores
DEARER = 1.01  # times the cost of the plan that comes along: more is a fault of the search, not of chance


@dataclass(frozen=True)
class Flagship:
    """What planning the week took, and what came of it."""

    seed: int | None
    seconds: float
    processor: float
    cost: float
    shipped: float
    bound: float
    people: int
    plans: int
    sure: bool
    asked: float = ASKED

    @property
    def as_good(self) -> bool:
        """Whether the plan keeps every target for sure and is no dearer than the shipped one, but for chance."""
        return self.sure and self.cost <= DEARER * self.shipped


def flagship(seed: int | None = None, jobs: int | None = None) -> Flagship:
    """Plan `airline_week`; `shipped` is what the shifts of `airline_week_planned` cost."""
    scenario, shipped = (load_scenario(SCENARIOS / f"airline_week{end}.yaml") for end in ("", "_planned"))
    own = price(shipped, own_tours(shipped))
    wall, processor = time.perf_counter(), time.process_time()
    plan = schedule(scenario, policies_of(scenario)[0], seed=seed, jobs=jobs or os.cpu_count() or 1)
    return Flagship(
        seed, time.perf_counter() - wall, time.process_time() - processor, plan.cost,
        float(own.cost @ own_counts(shipped, own)), plan.bound, int(plan.counts.sum()), plan.looked, plan.sure,
    )  # fmt: skip


def words(one: Flagship) -> str:
    """In a line."""
    kept = "every target kept for sure" if one.sure else "NOT every target kept for sure"
    return (
        f"airline_week planned{'' if one.seed is None else f' on seed {one.seed}'}: {one.seconds:.0f} s"
        f" (asked {one.asked:.0f}), {one.processor:.0f} s of a processor, {one.cost:,.0f} for {one.people} people"
        f" beside {one.shipped:,.0f} as it comes{'' if one.as_good else ': DEARER'}, none below {one.bound:,.0f},"
        f" {one.plans} plans simulated, {kept}"
    )


if __name__ == "__main__":
    found = [flagship(seed) for seed in [int(one) for one in sys.argv[1:]] or [None]]
    for each in found:
        print(words(each))
    sys.exit(0 if all(each.as_good for each in found) else 1)

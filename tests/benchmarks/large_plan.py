"""A plan of the size that Cezik and L'Ecuyer (2008) solve: 65 contact types, 89 groups, 36 half hours, made up here.

``python -m tests.benchmarks.large_plan [JOBS]`` plans it alone and prints what it took; `make bench` does as well.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np
import yaml

from floorcast.planning.shifts.schedule import schedule
from floorcast.policy import policies_of
from floorcast.scenario import Scenario, load_scenario_text

TYPES, GROUPS = 65, 89
ASKED = 15 * 60.0  # seconds on two cores


@dataclass(frozen=True)
class Planned:
    """What a plan took, and what it is."""

    seconds: float
    processor: float
    cost: float
    bound: float
    people: int
    plans: int
    sure: bool
    asked: float = ASKED


def large_centre() -> Scenario:
    """A day from 6 to 24: every type a skill of its own, with volumes of three parts of the day; groups of two to four
    skills that cost more the more they can, on shifts of four and eight hours."""
    chance = np.random.default_rng(5)
    types = {}
    for k in range(TYPES):
        early, midday, late = (int(one) for one in chance.integers(6, 30, 3))
        types[f"t{k}"] = {
            "channel": "phone",
            "skills": [f"s{k}"],
            "arrivals": [{"rate": {"per": "1h", "daily": {"06:00": early, "10:00": midday, "16:00": late}}}],
            "work": {"exponential": f"{int(chance.integers(3, 8))} min"},
            "patience": {"exponential": "4 min"},
        }
    groups = {}
    for g in range(GROUPS):
        more = chance.choice(TYPES, int(chance.integers(1, 4)), replace=False).tolist()
        skills = [f"s{s}" for s in dict.fromkeys([g % TYPES, *more])]
        price = round(20 + 1.5 * len(skills), 1)
        groups[f"g{g}"] = {"channels": ["phone"], "skills": skills, "agents": 0, "cost_per_hour": price}
    starts = {"from": "06:00", "step": "1h"}
    text = yaml.safe_dump(
        {
            "days": 1,
            "seed": 1,
            "channels": {"phone": {"kind": "phone", "open": "06:00-24:00", "answer_within": "20s"}},
            "contact_types": types,
            "groups": groups,
            "shift_types": {
                "full": {"start": {**starts, "to": "16:00"}, "length": "8h"},
                "part": {"start": {**starts, "to": "20:00"}, "length": "4h"},
            },
            "targets": [
                {"of": name, "measure": "service_level", "within": "20s", "at_least": "75 %"} for name in types
            ],
        },
        sort_keys=False,
    )
    return load_scenario_text(text, ".", "large_centre.yaml")


def large_plan(jobs: int | None = None) -> Planned:
    """Plan it."""
    scenario = large_centre()
    wall, processor = time.perf_counter(), time.process_time()
    plan = schedule(scenario, policies_of(scenario)[0], jobs=jobs or os.cpu_count() or 1)
    return Planned(
        time.perf_counter() - wall, time.process_time() - processor, plan.cost, plan.bound, int(plan.counts.sum()),
        plan.looked, plan.sure,
    )  # fmt: skip


def words(one: Planned) -> str:
    """In a line."""
    kept = "every target kept for sure" if one.sure else "NOT every target kept for sure"
    return (
        f"a plan of {TYPES} types, {GROUPS} groups, 36 half hours: {one.seconds:.0f} s (asked {one.asked:.0f}),"
        f" {one.processor:.0f} s of a processor, {one.cost:,.0f} for {one.people} people, none below {one.bound:,.0f},"
        f" {one.plans} plans simulated, {kept}"
    )


if __name__ == "__main__":
    found = large_plan(int(sys.argv[1]) if len(sys.argv) > 1 else None)
    print(asdict(found))
    print(words(found))

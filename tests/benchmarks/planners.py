"""Two steps against one: pyworkforce's Erlang C by interval and its shift solver beside `floorcast schedule`.

The same shipped scenarios, the same shifts to choose from; both plans are simulated on the same fresh customers. All of
an interval's contacts go into Erlang C as calls with their mean attention, which is how the two steps treat text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.model.compile.assemble import assemble
from floorcast.planning.programs.promises import kept, promises_of, words
from floorcast.planning.programs.tours import Tours, staffed_by, tours_of
from floorcast.planning.requirement.crew import expected_arrivals
from floorcast.planning.requirement.staffing import question_of
from floorcast.planning.requirement.start import handle_times
from floorcast.planning.shifts.schedule import schedule
from floorcast.planning.trials import FRESH, Trials
from floorcast.policy import policies_of
from floorcast.scenario import Scenario, load_scenario_text
from floorcast.shipped import SCENARIOS

SHIFTS = """
shift_types:
  full: {start: {from: "08:00", to: "12:00", step: 30 min}, length: 8h,
         breaks: [{after: {from: 3h, to: 5h, step: 1h}, length: 30 min, paid: false}]}
  part: {start: {from: "08:00", to: "16:00", step: 1h}, length: 4h}
"""
CASES = {"1_phone_team": SHIFTS, "2_chat_and_email": SHIFTS, "4_how_many_people": ""}
FRESH_REPLICATIONS = 300


@dataclass(frozen=True)
class Planned:
    """One way's plan of a scenario: its cost, and each target with value, half width and whether it is kept."""

    scenario: str
    way: str
    people: int
    cost: float
    targets: tuple[tuple[str, float, float, bool], ...]


def beside_pyworkforce(jobs: int = 2) -> list[Planned]:
    """Both ways of every case."""
    found = []
    for name, more in CASES.items():
        file = SCENARIOS / "tutorial" / f"{name}.yaml"
        scenario = load_scenario_text(file.read_text(encoding="utf-8") + more, file.parent, file.name)
        policy = policies_of(scenario, None)[0]
        tours = tours_of(scenario)
        plan = schedule(scenario, policy, jobs=jobs)
        covered = two_steps(scenario, tours)
        found.append(_simulated(name, "two steps (pyworkforce)", scenario, policy, tours, covered, jobs))
        found.append(_simulated(name, "floorcast schedule", scenario, policy, plan.tours, plan.counts, jobs))
    return found


def two_steps(scenario: Scenario, tours: Tours) -> Any:
    """People on each tour [J]: Erlang C's positions by interval, covered at least cost. One group, one day."""
    from pyworkforce.queuing import ErlangC
    from pyworkforce.scheduling import MinRequiredResources

    (group,) = scenario.groups.values()
    arrivals, minutes = expected_arrivals(scenario), scenario.interval / 60
    target = next(one for one in scenario.targets if one.measure == "service_level")
    within = target.within if isinstance(target.within, float) else 20.0
    required = []
    for t in range(arrivals.shape[1]):
        contacts = float(arrivals[:, t].sum())
        if contacts < 1e-9 or not (tours.presence[:, t] > 0).any():
            required.append(0)
            continue
        aht = float(arrivals[:, t] @ handle_times(scenario)) / contacts / 60
        erlang = ErlangC(contacts, aht, within / 60, minutes, shrinkage=group.absence)
        required.append(int(erlang.required_positions(target.at_least or 0.8, max_occupancy=0.85)["positions"]))
    there = (tours.presence > 0.5 * (1 - group.absence)).astype(int)
    solver = MinRequiredResources(
        num_days=1, periods=arrivals.shape[1],
        shifts_coverage={str(j): row.tolist() for j, row in enumerate(there)}, required_resources=[required],
        max_period_concurrency=500, max_shift_concurrency=100,
        cost_dict={str(j): round(100 * float(cost)) for j, cost in enumerate(tours.cost)}, max_search_time=20.0,
    )  # fmt: skip
    counts = np.zeros(len(tours.tours), dtype=np.int64)
    for row in solver.solve()["resources_shifts"]:
        counts[int(row["shift"])] += int(row["resources"])
    return counts


def _simulated(
    name: str, way: str, scenario: Scenario, policy: Any, tours: Tours, counts: Any, jobs: int
) -> Planned:  # fmt: skip
    question = question_of(scenario, policy)
    promises = promises_of(question, round(scenario.horizon / scenario.interval))
    trials = Trials(question, scenario.seed, jobs)
    try:
        world = assemble(staffed_by(scenario, tours, counts), policy)
        trial = trials.run(world, FRESH_REPLICATIONS, FRESH + 500_000, whole=True)
    finally:
        trials.close()
    value, room, error = kept(promises, trial, question, world)
    targets = tuple(
        (words(p.target), float(v), 1.96 * float(e), bool(r >= 0))
        for p, v, r, e in zip(promises, value, room, error, strict=True)
    )
    return Planned(name, way, int(np.sum(counts)), float(tours.cost @ counts), targets)

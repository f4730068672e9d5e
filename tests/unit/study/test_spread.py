"""What a mean hides: quantiles over runs, and chances with their exact interval."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.study import Replicates, document
from floorcast.study.risk.spread import chances, exact_interval, spreads
from floorcast.study.verdicts import target_verdicts

STORMY = """
days: 1
runaway: 45
contact_types:
  posts:
    channel: social
    work: 20 min
    arrivals: {rate: 1 per hour}
    cascade: {branching: 0.8, delay: {exponential: 30 min}}
crises: [{name: fire, at: "2024-01-01 06:00", contact_type: posts, attracts: 10}]
groups: {team: {channels: {social: 1}, agents: 1}}
"""


@pytest.mark.parametrize(
    ("happened", "runs", "low", "high"),
    [(0, 20, 0.0, 0.1684), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)],  # tables of Clopper and Pearson's limits
)
def test_the_interval_of_a_chance_is_the_exact_one(happened: int, runs: int, low: float, high: float) -> None:
    assert exact_interval(happened, runs) == pytest.approx((low, high), abs=5e-5)


def test_quantiles_and_chances_are_those_of_the_runs() -> None:
    scenario = load_scenario_text(STORMY, ".", "stormy.yaml")
    world = assemble(scenario, policies_of(scenario)[0])
    several = Replicates([world], run, 3, names=["default"])
    assert several.run(40)
    study = several.study("stormy")
    sizes, hours = [], []
    for replication in range(40):
        contacts = run(world, 3, replication).contacts
        sizes.append(int(np.bincount(contacts["incident"][contacts["incident"] >= 0]).max()))
        hours.append(study.above[0][replication][study.place["supercritical", "all", "all"]])
    row = next(one for one in spreads(study) if one.measure == "incident_size_max")
    assert (row.least, row.greatest, row.mean) == (min(sizes), max(sizes), pytest.approx(np.mean(sizes)))
    assert sum(size <= row.p90 for size in sizes) >= 36 and sum(size < row.p90 for size in sizes) < 36
    ran_away, fed_itself = chances(study)
    assert ran_away.happened == sum(size > 45 for size in sizes) > 0
    assert fed_itself.happened == sum(hours) > 0
    shown = {entry["measure"]: entry for entry in document(study)["spread"]}
    assert shown["incident_size_max"]["p90"] == row.p90


def test_none_of_twenty_runs_is_no_proof_of_never() -> None:
    """0 of 20 may be a chance of 16.8 % (Clopper and Pearson): a bound of 10 % is not kept for sure, one of 20 % is."""
    for bound, verdict in (("10 %", "undecided"), ("20 %", "met")):
        text = STORMY.replace("runaway: 45", "runaway: 100000")
        text += f"targets: [{{of: all, measure: runaway, at_most: {bound}}}]\n"
        scenario = load_scenario_text(text, ".", "stormy.yaml")
        several = Replicates([assemble(scenario, policies_of(scenario)[0])], run, 3, names=["default"])
        assert several.run(20)
        (found,) = target_verdicts(several.study("stormy"))
        assert (found.mean, found.verdict) == (0.0, verdict)
        assert found.half_width == pytest.approx(0.1684, abs=1e-4)

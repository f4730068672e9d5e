"""Rare incidents by splitting, against the exact probability of a cascade's size."""

from __future__ import annotations

import math

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.measures import measure
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.study.risk.splitting import _restored, _saved, largest_incident, rare_chance

# One root, nobody answers: each post attracts a Poisson number of posts of mean 0.6, long before the end.
CASCADE = """
days: 2
contact_types:
  posts: {channel: social, work: 40h, cascade: {branching: 0.6, delay: {exponential: 20 min}}}
crises: [{name: fire, at: "2024-01-01 01:00", contact_type: posts, attracts: 0.6}]
groups: {team: {channels: {social: 1}, shifts: [{agents: 1, start: "23:00", length: 1h}]}}
"""


def beyond(size: int, mean: float = 0.6) -> float:
    """P(the total progeny of one root > size): 1 less the Borel probabilities (Borel, C. R. Acad. Sci. 1942)."""
    return 1.0 - sum(
        math.exp(-mean * k + (k - 1) * math.log(mean * k) - math.lgamma(k + 1)) for k in range(1, size + 1)
    )


def _world(text: str = CASCADE):
    scenario = load_scenario_text(text, ".", "cascade.yaml")
    return assemble(scenario, policies_of(scenario)[0])


def test_splitting_agrees_with_borel_where_one_run_in_five_thousand_gets_there() -> None:
    exact = beyond(40)
    assert exact < 3e-4
    found = rare_chance(_world(), 1, 40, batches=15, runs=30)
    error = (found.high - found.low) / 2
    assert abs(found.share - exact) < 1.5 * error, (found, exact)
    assert error < 1.2 * exact
    # As many plain runs as were simulated in all would have shown it some once: splitting is worth many of them.
    assert found.worth > 5 * found.effort
    assert len(found.levels) >= 4 and found.levels[-1] == 41 and list(found.levels) == sorted(set(found.levels))


def test_the_estimate_has_no_bias_where_plain_runs_can_tell() -> None:
    """Many small estimates: their mean is the exact probability within its own error."""
    exact, world = beyond(10), _world()
    shares = [rare_chance(world, seed, 10, batches=2, runs=12, levels=(4,)).share for seed in range(100)]
    error = np.std(shares, ddof=1) / math.sqrt(len(shares))
    assert abs(np.mean(shares) - exact) < 3.5 * error and error < 0.25 * exact


def test_what_is_counted_is_the_largest_incident_of_the_measures() -> None:
    world = _world(CASCADE.replace("attracts: 0.6", "attracts: 30"))
    from floorcast.clock.floor import Floor

    for replication in range(5):
        floor = Floor(world, 3, replication)
        floor.run_until(math.inf)
        assert largest_incident(world, floor.state) == measure(run(world, 3, replication)).value("incident_size_max")


def test_a_save_goes_on_with_luck_of_its_own_and_without_a_trace_of_the_first() -> None:
    from floorcast.clock.floor import Floor

    world = _world(CASCADE.replace("attracts: 0.6", "attracts: 30"))
    floor = Floor(world, 3, 0)
    floor.run_until(2 * 3600.0)
    save = _saved(floor.state, 2 * 3600.0)
    there = largest_incident(world, floor.state)
    ends = []
    for number in (1, 2, 3, 1):
        other = Floor(world, 3, number, state=_restored(save, 3, number))
        other.run_until(math.inf)
        ends.append(largest_incident(world, other.state))
    assert min(ends) >= there and len(set(ends[:3])) > 1 and ends[3] == ends[0]


def test_too_few_batches_are_refused() -> None:
    with pytest.raises(ValueError, match="1 batches"):
        rare_chance(_world(), 1, 10, batches=1)
    with pytest.raises(ValueError, match="rising sizes from 2 to 10"):
        rare_chance(_world(), 1, 10, levels=(6, 4))

"""What may go wrong over runs: quantiles, exact intervals, and doubts where a mean hides it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.store import run_study
from floorcast.study import target_verdicts
from floorcast.study.doubts import doubts
from floorcast.study.risk.spread import chances, exact_interval, spreads
from tests.unit.measures.test_social import _world
from tests.unit.study.made_up import study_of


@pytest.mark.parametrize(("happened", "runs"), [(0, 20), (1, 20), (8, 100), (20, 20)])
def test_the_exact_interval_covers_with_its_confidence(happened: int, runs: int) -> None:
    """At its ends what happened is just not too rare: tails of 2.5 % each, summed from the binomial."""
    low, high = exact_interval(happened, runs)
    assert 0 <= low <= happened / runs <= high <= 1
    if happened:
        assert binom.sf(happened - 1, runs, low) == pytest.approx(0.025, abs=1e-9)
    if happened < runs:
        assert binom.cdf(happened, runs, high) == pytest.approx(0.025, abs=1e-9)


def test_a_published_interval() -> None:
    """One of 30: Clopper and Pearson give 0.08 to 17.2 % (e.g. Agresti and Coull, Am. Stat. 1998, table form)."""
    assert exact_interval(0, 10)[1] == pytest.approx(1 - 0.025 ** (1 / 10))
    assert exact_interval(1, 30) == pytest.approx((0.000844, 0.172169), abs=1e-5)


def test_one_bad_run_in_ten_shows_beside_the_mean() -> None:
    sizes = [20.0] * 17 + [5000.0] * 3
    ratio = [0.3] * 17 + [0.97] * 3
    study = study_of(
        {
            ("incident_size_max", "all", "all"): [sizes],
            ("branching_ratio", "all", "all"): [ratio],
            ("runaway", "all", "all"): [[0.0] * 17 + [1.0] * 3],
        },
        _world(),
    )
    spread = {one.measure: one for one in spreads(study)}["incident_size_max"]
    assert (spread.least, spread.p10, spread.p50, spread.p90, spread.greatest) == (20, 20, 20, 5000, 5000)
    assert spread.mean == pytest.approx(np.mean(sizes))
    chance = chances(study)[0]
    assert (chance.happened, chance.runs) == (3, 20)
    assert chance.low < 0.15 < chance.high
    said = {doubt.kind: doubt.text for doubt in doubts(study)}
    assert "0.97 or more in the worst tenth" in said["near_critical"]
    assert "20 posts in half of the runs, 5,000 or more" in said["skewed"]


def test_quiet_incidents_raise_no_doubt() -> None:
    study = study_of(
        {("incident_size_max", "all", "all"): [[20.0, 22.0] * 5], ("branching_ratio", "all", "all"): [[0.3, 0.4] * 5]},
        _world(),
    )
    assert not {"near_critical", "skewed"} & {doubt.kind for doubt in doubts(study)}


CALLS = """
days: 1
contact_types: {calls: {channel: phone, arrivals: {rate: 10 per hour}, work: 1 min}}
groups: {team: {channels: {phone: 1}, agents: 3}}
targets:
  - {of: phone, measure: abandonment, at_most: 1 %, in: 90 % of runs}
  - {of: phone, measure: abandonment, at_most: 1 %, in: 50 % of runs}
  - {of: phone, measure: offered, at_most: 1, in: 60 % of runs}
"""


def test_ten_good_runs_of_ten_are_no_proof_that_nine_in_ten_are() -> None:
    """Ten of ten: exactly between 62 and 100 %, three verdicts at 95 % together (0.05 / 6 to the power 1 / 10)."""
    scenario = load_scenario_text(CALLS, ".", "calls.yaml")
    study = run_study(scenario, policies_of(scenario), replications=10, out=None, jobs=1).study
    strict, loose, never = target_verdicts(study)
    assert (strict.mean, strict.verdict) == (1.0, "undecided") and not strict.settled
    assert strict.half_width == pytest.approx(1 - (0.05 / 6) ** 0.1)
    assert (loose.verdict, never.mean, never.verdict) == ("met", 0.0, "missed")

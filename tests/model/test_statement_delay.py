"""What each hour of delay of a statement costs."""

from __future__ import annotations

import math

import pytest

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.study.risk.delay import cost_of_delay, delayed

# Nobody answers. Posts come at a steady 100 an hour for a day, and from the statement at a tenth of that.
STEADY = """
days: 1
contact_types:
  posts: {channel: social, work: 20h, reach: 10, cascade: {branching: 0, delay: {exponential: 1h}, residual: 0}}
crises:
  - {name: fire, at: "2024-01-01 00:00", contact_type: posts, attracts: 2400, delay: {uniform: {from: 0, to: 24h}}}
groups: {team: {channels: {social: 1}, shifts: [{agents: 1, start: "23:00", length: 1h}]}}
policy:
  supervision: {name: crisis, when: {time: "02:00-24:00"}, check: 1 min, do: {statement: {of: fire, spreading: 0.1}}}
"""


def test_each_hour_of_delay_costs_the_posts_that_the_statement_would_have_prevented():
    scenario = load_scenario_text(STEADY, ".", "steady.yaml")
    policy = policies_of(scenario)[0]
    rows = cost_of_delay(policy, (0.0, 2.0, 6.0), lambda one, n: run(assemble(scenario, one), 1, n), 12)
    posts = next(row for row in rows if row.measure == "attracted")
    assert posts.per_hour == pytest.approx(90, abs=1.5 * posts.per_hour_half_width + 0.1)
    assert 0 < posts.per_hour_half_width < 4
    for hours, mean in zip((0.0, 2.0, 6.0), posts.means, strict=True):
        expected = 100 * (2 + hours) + 10 * (22 - hours)
        assert mean == pytest.approx(expected, abs=4 * math.sqrt(expected / 12))


def test_delays_that_cannot_be_are_refused():
    scenario = load_scenario_text(STEADY, ".", "steady.yaml")
    policy = policies_of(scenario)[0]
    with pytest.raises(ValueError, match="two or more"):
        cost_of_delay(policy, (1.0, 1.0), lambda one, n: None, 5)
    silent = policy.model_copy(update={"supervision": ()})
    with pytest.raises(ValueError, match="found no statement"):
        delayed(silent, 1.0)

"""Independent simulations of the public and of customers who remember, under few people, agree with the engine.

They share no draws: means over runs are compared, and their difference has to be within chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Cause, Outcome
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from tests.equivalence.independent.memory import Shop, Year
from tests.equivalence.independent.street import Street, Town

RUNS = 60
SIGMAS = 4.0  # of the difference of two means, for each of six figures: one false alarm in some 2,500 tests

STREET = """
days: 2
contact_types:
  posts:
    channel: social
    arrivals: {rate: 8 per hour}
    work: {exponential: 5 min}
    patience: {exponential: 1h}
    chase: {probability: 0.6, at_most: 2}
    listening: {poll: 10 min, recall: 0.8, found_late: {share: 0.5, after: {exponential: 2h}}}
    cascade: {branching: 0.3, delay: {exponential: 2h}, residual: 0.6, closes: 0.3}
crises: [{name: fire, at: "2024-01-01 06:00", contact_type: posts, attracts: 150}]
groups: {team: {channels: {social: 1}, agents: 2}}
policy:
  priority: {order: oldest}
  supervision:
    - name: speak
      when: {time: "07:00-24:00"}
      check: 1 min
      do: {statement: {of: fire, after: {exponential: 30 min}, closes: 0.5, spreading: 0.2}}
"""

SHOP = """
days: 20
contact_types:
  calls:
    channel: phone
    arrivals: {rate: 6 per hour}
    work: {exponential: 8 min}
    patience: {exponential: 5 min}
    expectation: 1 min
groups: {team: {channels: {phone: 1}, agents: 1}}
customers:
  size: 300
  mood: {usual: 4, weight: 0.4, half_life: 5 days, angrier: 50 %}
  again: {probability: 50 %, delay: {exponential: 1 day}}
  churn: {base: 0.2 %, let_down: 10 %}
"""


def _engine(text: str, said: Callable[..., Mapping[str, float]]) -> dict[str, np.ndarray]:
    scenario = load_scenario_text(text, ".", "small.yaml")
    world = assemble(scenario, policies_of(scenario)[0])
    found = [said(run(world, 5, replication)) for replication in range(RUNS)]
    return {name: np.array([one[name] for one in found]) for name in found[0]}


def _agree(engine: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> None:
    for name, values in engine.items():
        theirs = other[name]
        error = math.sqrt(values.var(ddof=1) / len(values) + theirs.var(ddof=1) / len(theirs))
        apart = abs(values.mean() - theirs.mean())
        assert apart < SIGMAS * error, f"{name}: {values.mean():.4g} and {theirs.mean():.4g}, ± {error:.2g}"
        assert error < 0.1 * abs(values.mean()), f"{name}: {error:.2g} of {values.mean():.4g} tells nothing"


def _of_street(one) -> dict[str, float]:
    came = one.contacts["arrived"] < one.world.horizon
    contacts, eased = one.contacts[came], one.issues["eased"][came]  # eased: also a post that nobody ever heard
    response = (contacts["first_response"] - contacts["arrived"]) / 60.0
    return {
        "posts": len(contacts), "chasers": (contacts["cause"] == Cause.CHASE).sum(),
        "attracted": (contacts["cause"] == Cause.CASCADE).sum(), "answered": (~np.isnan(response)).sum(),
        "closed": (~np.isnan(eased)).sum(), "response": np.nanmean(response),
    }  # fmt: skip


def _of_shop(one) -> dict[str, float]:
    contacts, issues = one.contacts, one.issues
    after = issues["after"][~np.isnan(issues["score"])]
    return {
        "calls": len(contacts), "gave up": (contacts["outcome"] == Outcome.ABANDONED).sum(),
        "angry": (contacts["sentiment"] < 0).sum(), "again": (contacts["cause"] == Cause.AGAIN).sum(),
        "left": issues["left"].sum(), "mood": after.mean(),
    }  # fmt: skip


@pytest.mark.parametrize("changed", ["as it is", "no statement", "one agent"])
def test_chasing_listening_a_cascade_and_a_statement_under_a_finite_team(changed: str) -> None:
    street, text = Street(), STREET
    if changed == "no statement":
        street, text = Street(state_closes=0.0, spreading=1.0), text.split("  supervision:")[0]
    if changed == "one agent":
        street, text = Street(people=1, work=3.0), text.replace("agents: 2", "agents: 1").replace("5 min}", "3 min}")
    theirs = [Town(street, seed).said for seed in range(RUNS)]
    _agree(_engine(text, _of_street), {name: np.array([one[name] for one in theirs]) for name in theirs[0]})


def test_customers_who_remember() -> None:
    theirs = [Year(Shop(), seed).said for seed in range(RUNS)]
    _agree(_engine(SHOP, _of_shop), {name: np.array([one[name] for one in theirs]) for name in theirs[0]})


def test_the_comparison_sees_a_mechanism_that_is_left_out() -> None:
    """Without the statement, or with customers who forget, the independent simulations do not agree."""
    theirs = [Town(Street(spreading=1.0, state_closes=0.0), seed).said for seed in range(RUNS)]
    with pytest.raises(AssertionError, match="and"):
        _agree(_engine(STREET, _of_street), {name: np.array([one[name] for one in theirs]) for name in theirs[0]})
    others = [Year(Shop(half_life=0.01), seed).said for seed in range(RUNS)]
    with pytest.raises(AssertionError, match="and"):
        _agree(_engine(SHOP, _of_shop), {name: np.array([one[name] for one in others]) for name in others[0]})

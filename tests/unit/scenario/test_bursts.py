"""Arrivals that are now calm, now busy: as many as they should be, and as bunched."""

from __future__ import annotations

import math

import numpy as np

from floorcast.model.compile.assemble import assemble
from floorcast.model.compile.demand import realise
from floorcast.policy import policies_of
from tests.unit.scenario.written import errors_of, loaded

CENTRE = """
days: 1
channels: {phone: {kind: phone}}
contact_types:
  calls:
    channel: phone
    arrivals: [{bursts: {calm: 12 per hour, calm_for: 40 min, busy: 90 per hour, busy_for: 20 min}}]
    work: 1 min
groups: {team: {channels: [phone], agents: 9}}
"""
CALM, BUSY, CALM_FOR, BUSY_FOR = 12 / 3600, 90 / 3600, 2400.0, 1200.0


def test_rates_follow_calm_and_busy_spells_and_counts_are_as_bunched_as_theory_says() -> None:
    """Mean and variance of the contacts of a day against the formulas of the Markov-modulated Poisson process
    (Fischer and Meier-Hellstern, 1993)."""
    scenario = loaded(CENTRE)
    world = assemble(scenario, policies_of(scenario)[0])
    expected, given_rates = [], set()
    for replication in range(4000):
        _, steps = realise(world.demand, 7, replication)
        expected.append(steps["cumulated"][-1])
        given_rates |= set(np.round(steps["value"][:-1], 9))
    assert given_rates == {round(CALM, 9), round(BUSY, 9)}
    horizon, leave = 86400.0, 1 / CALM_FOR + 1 / BUSY_FOR
    busy = BUSY_FOR / (CALM_FOR + BUSY_FOR)
    mean = horizon * (CALM * (1 - busy) + BUSY * busy)
    # Of the rate summed up over the day; the Poisson part of the contacts' own variance comes on top.
    variance = 2 * busy * (1 - busy) * (BUSY - CALM) ** 2 / leave * (horizon - (1 - math.exp(-leave * horizon)) / leave)
    n = len(expected)
    assert abs(np.mean(expected) - mean) < 4 * math.sqrt(variance / n)
    assert abs(np.var(expected) / variance - 1) < 4 * math.sqrt(2 / n) + 0.02
    assert scenario.expected_contacts == mean


def test_more_volume_makes_both_rates_greater_and_leaves_the_spells() -> None:
    base = loaded(CENTRE)
    double = loaded("multipliers: {calls: 2}\n" + CENTRE)
    policy = policies_of(base)[0]
    steps = [realise(assemble(one, policy).demand, 7, 1)[1] for one in (base, double)]
    assert np.array_equal(steps[0]["time"], steps[1]["time"])
    assert np.allclose(2 * steps[0]["value"], steps[1]["value"])


def test_what_is_no_burst() -> None:
    for wrong, says in (
        ("calm: 12 per hour", "calm: 12.5"),
        ("busy_for: 20 min", "busy_for: 20s"),
        ("busy: 90 per hour, ", ""),
    ):
        assert wrong in CENTRE
        (problem,) = errors_of(CENTRE.replace(wrong, says))
        assert "bursts" in str(problem)

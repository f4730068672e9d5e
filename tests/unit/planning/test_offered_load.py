"""Offered load against its differential equation, and against numerical integration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate

from floorcast.planning.theory.offered_load import (
    ArrivalProfile,
    exponential_handling,
    handling_as,
    interval_loads,
    offered_load,
)
from floorcast.scenario.words.distribution_words import parse_distribution

DAY = ArrivalProfile(tuple(np.array([5, 20, 60, 90, 40, 10]) / 3600.0), 1800.0)


def test_exponential_handling_solves_the_differential_equation() -> None:
    mean, times = 400.0, np.linspace(60.0, DAY.length + 3000.0, 37)
    state, now, expected = 0.0, 0.0, []
    for time in times:
        while now < time:  # m' = rate - m / mean, exactly, from one change to the next
            k = int(now // DAY.interval)
            until = min(time, (k + 1) * DAY.interval)
            target = (DAY.rates[k] if k < len(DAY.rates) else 0.0) * mean
            state = target + (state - target) * np.exp(-(until - now) / mean)
            now = until
        expected.append(state)
    ours = offered_load(DAY, exponential_handling(mean), times)
    assert ours == pytest.approx(np.array(expected), rel=1e-9)


@pytest.mark.parametrize(
    "words",
    [
        "300s",
        {"uniform": {"from": "1 min", "to": "20 min"}},
        {"lognormal": {"mean": "300s", "scv": 1.5}},
        {"gamma": {"mean": "300s", "scv": 0.5}},
        {"empirical": {"values": ["100s", "200s", "900s"], "weights": [1, 2, 1]}},
        {"mixture": {"zero": 0.1, "other": {"exponential": "1000s"}}},
    ],
    ids=str,
)
def test_any_distribution_of_the_scenario(words: object) -> None:
    distribution = parse_distribution(words, timed=True)
    handling = handling_as(distribution)
    uniforms = (np.arange(400_000) + 0.5) / 400_000
    values = distribution.quantile(uniforms)
    for limit in (0.0, 50.0, 150.0, 300.0, 901.0, 5000.0):
        plain = np.minimum(values, limit).mean()
        assert float(handling(np.array(limit))) == pytest.approx(plain, rel=2e-5)


def test_load_by_integration() -> None:
    distribution = parse_distribution({"lognormal": {"mean": "300s", "scv": 1.5}}, timed=True)
    handling = handling_as(distribution)
    from scipy.stats import lognorm

    survive = lognorm(s=distribution.b, scale=np.exp(distribution.a)).sf
    time = 5000.0
    total = 0.0
    for k, rate in enumerate(DAY.rates):
        start, end = k * DAY.interval, min((k + 1) * DAY.interval, time)
        if start < time:
            total += rate * integrate.quad(lambda u: survive(time - u), start, end, epsrel=1e-12)[0]
    assert float(offered_load(DAY, handling, time)) == pytest.approx(total, rel=1e-9)


def test_a_repeating_constant_rate_gives_the_plain_load() -> None:
    steady = ArrivalProfile((0.1, 0.1, 0.1), 600.0, repeats=True)
    loads = interval_loads(steady, exponential_handling(5000.0))
    assert loads == pytest.approx(500.0, rel=1e-9)


def test_the_peak_of_the_load_is_later_and_lower_than_that_of_the_rate() -> None:
    handling = exponential_handling(1500.0)
    times = np.linspace(0.0, DAY.length, 2000)
    loads = offered_load(DAY, handling, times)
    assert times[loads.argmax()] >= 4 * DAY.interval - 10.0  # the end of the busiest interval
    assert loads.max() < max(DAY.rates) * 1500.0
    peaks = interval_loads(DAY, handling, peak=True)
    assert (peaks >= interval_loads(DAY, handling)).all()


@pytest.mark.parametrize(("rates", "interval"), [((-1.0,), 60.0), ((1.0,), 0.0)])
def test_bad_input_is_named(rates: tuple[float, ...], interval: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        ArrivalProfile(rates, interval)

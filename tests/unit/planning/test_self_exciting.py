"""Self-exciting counts against the differential equations of the moments; sizes against a branching tree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from floorcast.planning.theory.self_exciting import (
    SelfExciting,
    cluster_size_mean,
    cluster_size_probability,
    cluster_size_variance,
)


def variance_by_moments(rate: float, branching: float, decay: float, window: float) -> float:
    """Var N(window) from the moment equations of (count, intensity), started in the long run."""
    jump = branching * decay

    def slope(_: float, m: np.ndarray) -> list[float]:
        count, count2, cross, level, level2 = m
        drift = decay * rate
        return [
            level,
            2 * cross + level,
            drift * count - decay * cross + level2 + jump * cross + jump * level,
            drift - decay * level + jump * level,
            2 * drift * level - 2 * decay * level2 + 2 * jump * level2 + jump**2 * level,
        ]

    level = rate / (1 - branching)
    level2 = level**2 + jump**2 * level / (2 * (decay - jump))
    end = solve_ivp(
        slope,
        (0.0, window),
        [0.0, 0.0, 0.0, level, level2],
        rtol=1e-12,
        atol=1e-10,
        method="DOP853",
    ).y[:, -1]
    return float(end[1] - end[0] ** 2)


@pytest.mark.parametrize(
    ("rate", "branching", "decay"), [(10.0, 0.5, 2.0), (4.0, 0.8, 2.0), (3.0, 0.0, 1.0)]
)
@pytest.mark.parametrize("window", [0.01, 0.25, 1.0, 10.0])
def test_variance_of_counts(rate: float, branching: float, decay: float, window: float) -> None:
    theory = SelfExciting(rate, branching, decay)
    expected = variance_by_moments(rate, branching, decay, window)
    assert theory.variance_count(window) == pytest.approx(expected, rel=1e-9)
    assert theory.mean_count(window) == pytest.approx(rate / (1 - branching) * window)
    assert theory.dispersion(window) == pytest.approx(
        expected / theory.mean_count(window), rel=1e-9
    )


def test_reference_values() -> None:
    theory = SelfExciting(10.0, 0.5, 2.0)
    assert theory.mean_count(1.0) == 20.0
    assert [round(theory.variance_count(w), 3) for w in (0.25, 1.0, 10.0)] == [
        6.728,
        42.073,
        740.003,
    ]
    assert round(SelfExciting(4.0, 0.8, 2.0).variance_count(1.0), 2) == 104.38
    half = [cluster_size_probability(0.5, k) for k in (1, 2, 3)]
    most = [cluster_size_probability(0.8, k) for k in (1, 2, 3)]
    assert half == pytest.approx([0.60653, 0.18394, 0.08367], abs=5e-6)
    assert most == pytest.approx([0.44933, 0.16152, 0.08709], abs=5e-6)
    assert cluster_size_variance(0.5) == pytest.approx(4.0)
    assert cluster_size_mean(0.8) == pytest.approx(5.0)
    assert cluster_size_variance(0.8) == pytest.approx(100.0)


@pytest.mark.parametrize("branching", [0.0, 0.1, 0.5, 0.8])
def test_cluster_sizes_are_those_of_a_poisson_tree(branching: float) -> None:
    # The size's generating function solves T(z) = z exp(n (T(z) - 1)): its coefficients one by one.
    most = 60
    tree = np.zeros(most + 1)
    for _ in range(most):
        power = branching * tree
        exponential = np.zeros(most + 1)
        exponential[0] = np.exp(-branching)
        for k in range(1, most + 1):
            exponential[k] = sum(j * power[j] * exponential[k - j] for j in range(1, k + 1)) / k
        tree = np.concatenate(([0.0], exponential[:-1]))
    ours = [cluster_size_probability(branching, k) for k in range(most + 1)]
    assert ours == pytest.approx(tree.tolist(), rel=1e-9, abs=1e-300)


@given(branching=st.floats(0.0, 0.7))
def test_sizes_sum_up(branching: float) -> None:
    chances = np.array([cluster_size_probability(branching, k) for k in range(1, 1500)])
    sizes = np.arange(1, 1500)
    assert chances.sum() == pytest.approx(1.0, abs=1e-9)
    assert (chances * sizes).sum() == pytest.approx(cluster_size_mean(branching), rel=1e-6)


@pytest.mark.parametrize("branching", [-0.1, 1.0, 1.7])
def test_a_cascade_without_end_is_refused(branching: float) -> None:
    with pytest.raises(ValueError, match=f"branching ratio is {branching}"):
        SelfExciting(1.0, branching, 1.0)
    with pytest.raises(ValueError, match=f"branching ratio is {branching}"):
        cluster_size_mean(branching)

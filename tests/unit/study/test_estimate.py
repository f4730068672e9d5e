"""Intervals: against known figures, and covering the truth as often as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from floorcast.study.estimate import half_widths, ratios


def test_a_mean_has_students_interval() -> None:
    values = np.array([[4.0], [6.0], [8.0], [10.0]])
    found = ratios(values, np.ones_like(values))
    assert found.mean[0] == 7.0
    deviation = math.sqrt(((values - 7) ** 2).sum() / 3)
    assert found.half_width()[0] == pytest.approx(3.18245 * deviation / 2, rel=1e-5)


def test_a_ratio_is_of_means_and_weighs_busy_days_more() -> None:
    in_time, counted = np.array([[90.0], [10.0]]), np.array([[100.0], [50.0]])
    assert ratios(in_time, counted).mean[0] == pytest.approx(100 / 150)


def test_one_replication_has_no_interval() -> None:
    found = ratios(np.array([[3.0]]), np.array([[4.0]]))
    assert found.mean[0] == 0.75
    assert math.isnan(found.half_width()[0])


def test_nothing_to_measure_has_no_mean() -> None:
    found = ratios(np.zeros((5, 1)), np.zeros((5, 1)))
    assert math.isnan(found.mean[0])
    assert math.isnan(found.half_width()[0])


def test_a_statistic_that_is_missing_in_some_replications_is_the_mean_of_the_others() -> None:
    found = ratios(np.array([[5.0], [0.0], [7.0]]), np.array([[1.0], [0.0], [1.0]]))
    assert found.mean[0] == 6.0


def test_equal_values_have_half_width_zero_in_spite_of_rounding() -> None:
    paid = np.full((30, 1), 0.1) * 3
    assert ratios(paid, np.ones_like(paid)).half_width()[0] == 0
    tiny = np.full((4, 1), 1e-17) * np.array([[1], [-1], [1], [-1]])
    assert half_widths(tiny, 0.05, np.array([1.0]))[0] == 0


def test_ratio_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    draw = np.random.default_rng(7)
    n, studies = 20, 4000
    counted = draw.gamma(25.0, 40.0, (n, studies))
    in_time = draw.binomial(counted.astype(int), 0.8)
    found = ratios(in_time.astype(float), np.floor(counted))
    covered = np.abs(found.mean - 0.8) <= found.half_width()
    assert 0.935 < covered.mean() < 0.965


def test_correlated_ratios_of_two_policies_have_a_narrow_difference() -> None:
    draw = np.random.default_rng(8)
    busy = draw.gamma(25.0, 40.0, (30, 1))
    one = ratios(0.8 * busy + draw.normal(0, 1, (30, 1)), busy)
    other = ratios(0.7 * busy + draw.normal(0, 1, (30, 1)), busy)
    apart = half_widths(one.influence - other.influence, 0.05, np.ones(1))[0]
    assert abs(one.mean - other.mean - 0.1)[0] <= 2 * apart
    assert apart < 0.001

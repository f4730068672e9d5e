"""Distributions: quantiles against scipy.stats, exact steps, true means, and the ways they are written."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.words import distributions as make
from floorcast.scenario.words.csv_tables import Folder
from floorcast.scenario.words.distribution_words import FORMS, parse_distribution
from floorcast.scenario.words.distributions import DistributionKind

BULK = np.linspace(0.001, 0.999, 9999)


def timed(value, folder=None):
    return parse_distribution(value, timed=True, folder=folder)


def plain(value, folder=None):
    return parse_distribution(value, timed=False, folder=folder)


@pytest.mark.parametrize(
    ("written", "reference"),
    [
        ({"exponential": "100 s"}, stats.expon(scale=100)),
        (
            {"lognormal": {"mean": "185s", "scv": 1.5}},
            stats.lognorm(math.sqrt(math.log(2.5)), scale=185 / math.sqrt(2.5)),
        ),
        ({"gamma": {"mean": "100s", "scv": 2}}, stats.gamma(0.5, scale=200)),
        ({"gamma": {"mean": "100s", "sd": "100s"}}, stats.gamma(1, scale=100)),
        ({"gamma": {"mean": "100s", "shape": 28.7}}, stats.gamma(28.7, scale=100 / 28.7)),
        ({"erlang": {"mean": "100s", "k": 2}}, stats.gamma(2, scale=50)),
        ({"erlang": {"mean": "100s", "k": 1}}, stats.expon(scale=100)),
        ({"uniform": {"from": "1 min", "to": "3 min"}}, stats.uniform(60, 120)),
        (
            {"weibull": {"mean": "100s", "shape": 1.7}},
            stats.weibull_min(1.7, scale=100 / math.gamma(1 + 1 / 1.7)),
        ),
        ({"pareto": {"minimum": "10s", "shape": 2.5}}, stats.pareto(2.5, scale=10)),
    ],
)
def test_quantiles_agree_with_scipy(written, reference):
    distribution = timed(written)
    expected = reference.ppf(BULK)
    error = np.abs(distribution.quantile(BULK) - expected) / np.maximum(
        expected, 0.01 * reference.mean()
    )
    assert error.max() < 1e-4
    tails = np.concatenate((np.logspace(-7, -3, 20), 1 - np.logspace(-3, -7, 20)))
    expected = reference.ppf(tails)
    error = np.abs(distribution.quantile(tails) - expected) / np.maximum(
        expected, 0.01 * reference.mean()
    )
    assert error.max() < 3e-3
    assert distribution.mean == pytest.approx(reference.mean())


@pytest.mark.parametrize("shape", [0.05, 0.3, 1, 5, 400, 1e5])
def test_a_gamma_table_has_the_mean_of_the_gamma(shape):
    table = make.gamma(100.0, shape).knots
    assert np.trapezoid(table[:, 1], table[:, 0]) == pytest.approx(100, rel=5e-5)


@pytest.mark.parametrize(
    ("distribution", "reference"),
    [
        (make.geometric(3), stats.geom(1 / 3)),
        (make.poisson(2.5), stats.poisson(2.5)),
        (make.poisson(400), stats.poisson(400)),
    ],
)
def test_discrete_distributions_are_exact_steps(distribution, reference):
    np.testing.assert_array_equal(distribution.quantile(BULK), reference.ppf(BULK))
    assert distribution.mean == pytest.approx(reference.mean())


def test_an_empirical_distribution_steps_exactly_at_its_weights():
    distribution = make.empirical([5.0, 1.0, 5.0, 2.0], [1, 2, 1, 4])
    u = np.array([0.0, 0.2499, 0.25, 0.7499, 0.75, 0.999999])
    np.testing.assert_array_equal(distribution.quantile(u), [1, 1, 2, 2, 5, 5])
    assert distribution.mean == pytest.approx((1 * 2 + 2 * 4 + 5 * 2) / 8)


def test_a_value_without_weight_never_comes():
    assert make.empirical([1.0, 9.0], [1, 0]) == make.constant(1.0)


def test_an_atom_at_zero():
    distribution = timed({"mixture": {"zero": 0.1, "other": {"exponential": "1000s"}}})
    kind, a, _, zero, knots = distribution.row()
    assert (kind, a, zero, knots) == (DistributionKind.EXPONENTIAL, 1000.0, 0.1, None)
    assert distribution.quantile([0.0, 0.0999]).tolist() == [0, 0]
    assert distribution.quantile(0.55) == pytest.approx(-1000 * math.log(0.5))
    assert distribution.mean == pytest.approx(900)
    assert timed({"mixture": {"zero": 1, "other": "5s"}}).is_zero
    nested = timed({"mixture": {"zero": 0.5, "other": {"mixture": {"zero": 0.5, "other": "8s"}}}})
    assert (nested.zero, nested.mean) == (0.75, 2.0)


@pytest.mark.parametrize(
    ("written", "mean"),
    [
        ("185s", 185),
        (0, 0),
        ({"constant": "3 min"}, 180),
        ("exponential: 5 min", 300),
        ({"exponential": {"mean": "5 min"}}, 300),
        ({"lognormal": {"mean": "100s", "sd": "50s"}}, 100),
        ({"lognormal": {"median": "100s", "sigma": 1}}, 100 * math.exp(0.5)),
        ({"empirical": {"values": ["1 min", "3 min"], "weights": [1, 3]}}, 150),
    ],
)
def test_ways_to_write_times(written, mean):
    assert timed(written).mean == pytest.approx(mean)


def test_a_lognormal_by_median_and_standard_deviation():
    distribution = timed({"lognormal": {"median": "100s", "sd": "80s"}})
    sigma2 = distribution.b**2
    assert distribution.quantile(0.5) == pytest.approx(100)
    assert (math.exp(sigma2) - 1) * distribution.mean**2 == pytest.approx(80**2)


def test_plain_quantities_have_no_unit():
    assert plain(3).mean == 3
    assert plain({"geometric": {"mean": 3}}).mean == 3
    assert plain("poisson: 2").mean == 2
    assert plain({"pareto": {"minimum": 10, "shape": 0.9}}).mean == math.inf
    with pytest.raises(Wrong, match="allowed a number"):
        plain("3s")
    with pytest.raises(Wrong, match="allowed a duration with its unit"):
        timed(3)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"lognormall": {"mean": "5s"}}, "did you mean 'lognormal'"),
        ({"lognormal": {"mean": "5s"}}, "found none of scv, sd, sigma"),
        ({"lognormal": {"mean": "5s", "scv": 1, "sd": "1s"}}, "found scv and sd"),
        ({"lognormal": {"mean": "5s", "median": "5s", "scv": 1}}, "found mean and median"),
        ({"lognormal": {"mean": 0, "scv": 1}}, "a size above 0"),
        ({"lognormal": {"mean": "5s", "scv": 1e300}}, "found"),
        ({"lognormal": {"mean": "5s", "scv": -1}}, "at least 0"),
        ({"lognormal": {"mean": "5s", "scx": 1}}, "did you mean 'scv'"),
        ({"gamma": {"scv": 1}}, "found no 'mean'"),
        ({"gamma": {"mean": "5s", "shape": 0}}, "allowed a number"),
        ({"erlang": {"mean": "5s", "k": 1.5}}, "whole number"),
        ({"erlang": {"mean": "5s", "k": 0}}, "whole number"),
        ({"uniform": {"from": "3 min", "to": "1 min"}}, "at least 'from'"),
        ({"weibull": {"mean": "5s", "shape": 1e-9}}, "from 0.1 to 1000"),
        ({"pareto": {"minimum": "1s", "shape": 0.9}}, "the mean time is finite"),
        ({"geometric": {"mean": "0.5s"}}, "a mean from 1"),
        ({"empirical": {"values": []}}, "at least one value"),
        ({"empirical": {"values": ["1s"], "weights": [1, 2]}}, "2 weights for 1 values"),
        ({"empirical": {"values": ["1s"], "weights": [0]}}, "sum to 0"),
        ({"empirical": {"values": ["1s"], "csv": "x.csv"}}, "either values"),
        ({"mixture": {"zero": 0.1}}, "found no 'other'"),
        ({"mixture": {"zero": 1.1, "other": "5s"}}, "share from 0 to 1"),
        ({"exponential": "5s", "gamma": 1}, "allowed one distribution"),
        ({}, "allowed one distribution"),
        ([], "allowed a duration"),
        (None, "allowed a duration"),
        ({"exponential": -1}, "allowed a duration"),
        ({"exponential": None}, "allowed a duration"),
        ({"gamma": "5s"}, "a mapping with mean"),
        ({"empirical": {"csv": "x.csv", "column": "c", "unit": "s"}}, "outside a scenario file"),
    ],
)
def test_what_is_wrong_with_a_distribution(written, message):
    with pytest.raises(Wrong) as caught:
        timed(written)
    assert message in str(caught.value)


def test_an_empirical_distribution_from_csv(tmp_path):
    (tmp_path / "t.csv").write_text("id,minutes,n\n1,2,3\n2,4,1\n")
    folder = Folder.around(tmp_path)
    body = {"csv": "t.csv", "column": "minutes", "unit": "min", "weight": "n"}
    assert timed({"empirical": body}, folder).mean == pytest.approx(150)
    assert plain(
        {"empirical": {"csv": "t.csv", "column": "minutes"}}, folder
    ).mean == pytest.approx(3)
    with pytest.raises(Wrong, match="the unit of the column"):
        timed({"empirical": {"csv": "t.csv", "column": "minutes"}}, folder)
    with pytest.raises(Wrong, match="found no column 'minute'"):
        timed({"empirical": {**body, "column": "minute"}}, folder)


def distributions():
    """Any distribution, as written."""
    size = st.floats(0.1, 1e5).map(lambda s: f"{s:.6f} s")
    spread = st.floats(0.01, 20)
    return st.one_of(
        size,
        size.map(lambda s: {"exponential": s}),
        st.builds(lambda s, c: {"lognormal": {"mean": s, "scv": c}}, size, spread),
        st.builds(lambda s, c: {"gamma": {"mean": s, "scv": c}}, size, spread),
        st.builds(lambda s, k: {"weibull": {"mean": s, "shape": k}}, size, st.floats(0.3, 5)),
        st.builds(lambda s, k: {"pareto": {"minimum": s, "shape": k}}, size, st.floats(1.1, 5)),
        st.builds(lambda v: {"empirical": {"values": v}}, st.lists(size, min_size=1, max_size=6)),
    )


@settings(deadline=None)
@given(distributions(), st.floats(0, 0.99))
def test_quantiles_are_finite_and_never_fall(written, zero):
    distribution = timed({"mixture": {"zero": zero, "other": written}})
    values = distribution.quantile(
        np.concatenate((np.linspace(0, 0.999, 200), 1 - np.logspace(-3, -15, 40)))
    )
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (np.diff(values) >= -1e-9 * values[1:]).all()


@settings(deadline=None)
@given(distributions())
def test_the_row_is_what_the_model_needs(written):
    distribution = timed(written)
    kind, a, b, zero, knots = distribution.row()
    assert (knots is not None) == (kind is DistributionKind.TABLE)
    assert math.isfinite(a) and math.isfinite(b) and 0 <= zero <= 1
    if knots is not None:
        assert knots.shape[1] == 2 and not knots.flags.writeable
        assert knots[0, 0] == 0 and knots[-1, 0] == 1
        assert (np.diff(knots, axis=0) >= 0).all()
    assert distribution == timed(written)
    assert hash(distribution) == hash(timed(written))


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*FORMS, "mean", "shape", "zero", "other", "values"]),
                inner,
                max_size=3,
            )
        ),
    )
)
def test_nonsense_is_refused_in_words(value):
    try:
        timed(value)
    except Wrong as error:
        assert all(finding.message for finding in error.findings)


@pytest.mark.parametrize(
    "distribution",
    [
        make.constant(60.0),
        make.exponential(90.0),
        make.uniform(30.0, 90.0),
        parse_distribution({"lognormal": {"mean": "185s", "scv": 1.5}}, timed=True),
        make.gamma(100.0, 0.5),
        make.empirical([10, 20, 20, 400]),
        make.with_zero(0.3, make.exponential(90.0)),
    ],
)
def test_the_share_of_values_up_to_one_is_that_of_its_quantiles(distribution) -> None:
    values = distribution.quantile(np.linspace(0, 1, 20_001)[:-1])
    for bound in (-1.0, 0.0, 19.9, 20.0, 60.0, 150.0, 1e6):
        assert distribution.share_up_to(bound) == pytest.approx((values <= bound).mean(), abs=2e-4)

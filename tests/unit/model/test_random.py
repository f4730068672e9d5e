"""Random numbers: the generator's published vectors, uniforms, and quantiles against SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from floorcast.model.compile.tables import DrawTable
from floorcast.model.core import random as _random
from floorcast.scenario.words import distributions as make
from tests.unit.model.bare import Called, bare_state

random = Called(_random)

WORDS = st.integers(0, 2**32 - 1)
# Random123 1.14, tests/kat_vectors: philox4x32 with 10 rounds; counter, key, block.
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


def words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


def philox(counter: list[int], key: list[int]) -> list[int]:
    return [int(word) for word in random.philox(*map(np.uint64, counter), *map(np.uint64, key))]


@pytest.mark.parametrize(("counter", "key", "block"), KNOWN)
def test_philox_gives_its_published_blocks(counter: str, key: str, block: str) -> None:
    assert philox(words(counter), words(key)) == words(block)


def plain_philox(c: list[int], k: list[int]) -> list[int]:
    """The paper's rounds in whole numbers without bounds."""
    for round_ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        k0 = (k[0] + round_ * 0x9E3779B9) % 2**32
        k1 = (k[1] + round_ * 0xBB67AE85) % 2**32
        c = [q >> 32 ^ c[1] ^ k0, q % 2**32, p >> 32 ^ c[3] ^ k1, p % 2**32]
    return c


@given(st.lists(WORDS, min_size=4, max_size=4), st.lists(WORDS, min_size=2, max_size=2))
def test_philox_anywhere(counter: list[int], key: list[int]) -> None:
    assert philox(counter, key) == plain_philox(counter, key)


def test_a_uniform_is_never_0_or_1() -> None:
    zeros, ones = np.uint64(0), np.uint64(2**32 - 1)
    assert 0.0 < random.unit(zeros, zeros) < 1e-15
    assert 1.0 - 1e-15 < random.unit(ones, ones) < 1.0


@given(WORDS, WORDS)
def test_a_uniform_is_the_top_52_bits(high: int, low: int) -> None:
    uniform = float(random.unit(np.uint64(high), np.uint64(low)))
    assert uniform == ((high << 32 | low) >> 12) / 2**52 + 2**-53


def test_uniforms_are_uniform_and_unrelated() -> None:
    s = bare_state()
    s.centre[0]["seed0"], s.centre[0]["seed1"] = 12, 34
    pairs = np.array([random.two_uniforms_called(s, np.uint64(key), 2, 0) for key in range(4000)])
    for column in (pairs[:, 0], pairs[:, 1], (pairs[:, 0] + pairs[:, 1]) % 1.0):
        assert stats.kstest(column, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 0.06
    assert abs(np.corrcoef(pairs[1:, 0], pairs[:-1, 0])[0, 1]) < 0.06


def test_every_part_of_the_address_matters() -> None:
    s = bare_state()
    draws = set()
    for seed in (0, 1):
        for replication in (0, 1):
            s.centre[0]["seed0"], s.centre[0]["seed1"] = seed, replication
            for key in (0, 1, 2**32, 2**63):
                for stream in (2, 3):
                    for ordinal in (0, 1):
                        draws.update(random.two_uniforms_called(s, np.uint64(key), stream, ordinal))
                        draws.add(float(random.child_key(s, np.uint64(key), stream, ordinal)))
    assert len(draws) == 3 * 2 * 2 * 4 * 2 * 2


def test_normal_quantile_against_scipy() -> None:
    tails = np.logspace(-300, -1, 400)
    for u in np.concatenate((tails, np.linspace(0.01, 0.99, 999), 1.0 - np.logspace(-15, -1, 99))):
        expected = special.ndtri(u)
        assert random.normal_quantile(u) == pytest.approx(expected, rel=2e-15, abs=2e-16), u


DISTRIBUTIONS = [
    (make.constant(7.5), None),
    (make.exponential(100.0), stats.expon(scale=100.0)),
    (make.uniform(20.0, 50.0), stats.uniform(20.0, 30.0)),
    (make.lognormal(3.0, 0.9), stats.lognorm(0.9, scale=math.exp(3.0))),
    (make.gamma(90.0, 0.5), stats.gamma(0.5, scale=180.0)),
    (make.gamma(90.0, 3.0), stats.gamma(3.0, scale=30.0)),
    (make.weibull(60.0, 1.7), stats.weibull_min(1.7, scale=60.0 / math.gamma(1 + 1 / 1.7))),
    (make.pareto(10.0, 2.5), stats.pareto(2.5, scale=10.0)),
    (make.geometric(3.0), stats.geom(1 / 3)),
    (make.poisson(2.5), stats.poisson(2.5)),
    (make.with_zero(0.25, make.exponential(40.0)), None),
    (make.empirical([1.0, 5.0, 9.0], [1, 2, 1]), None),
]
EVERYWHERE = np.concatenate((np.linspace(0.0005, 0.9995, 1000), [1e-12, 1e-6, 1 - 1e-6, 1 - 1e-12]))


@pytest.mark.parametrize(("distribution", "reference"), DISTRIBUTIONS, ids=lambda d: getattr(d, "words", ""))
def test_the_model_draws_what_the_scenario_says(distribution, reference) -> None:
    table = DrawTable()
    table.row(make.exponential(1.0))
    row = table.row(distribution, optional=False)
    s = bare_state().replaced(draws=table.arrays()[0], knots=table.arrays()[1])
    ours = np.array([random.quantile(s, row, float(u)) for u in EVERYWHERE])
    np.testing.assert_allclose(ours, distribution.quantile(EVERYWHERE), rtol=1e-13, atol=1e-300)
    assert (np.diff(ours[:1000]) >= 0).all()
    if reference is not None:
        expected = reference.ppf(EVERYWHERE[:1000])
        np.testing.assert_allclose(ours[:1000], expected, rtol=1e-3, atol=1e-3 * reference.mean())


def test_no_distribution_draws_0() -> None:
    assert random.quantile_or_zero(bare_state(), -1, 0.5) == 0.0

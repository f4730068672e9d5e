"""Selection of the best: published constants and cases, and the promise kept in many races."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr

from floorcast.measures import Row, TargetRow
from floorcast.scenario import InputErrors
from floorcast.study.selection.constants import kn_eta, kn_h2, rinott_h
from floorcast.study.selection.objectives import losses, parse_objective
from floorcast.study.selection.procedures import NotDecided, kn, rinott, screened


@pytest.mark.parametrize(
    ("p", "n0", "h"),
    [  # k = 2, 3, 5, 10, to the last digit printed
        (0.95, 10, (2.614, 3.166, 3.693, 4.290)),
        (0.95, 20, (2.452, 2.937, 3.385, 3.875)),
        (0.95, 30, (2.407, 2.874, 3.303, 3.766)),
        (0.90, 20, (1.896, 2.431, 2.916, 3.437)),
    ],
)
def test_rinotts_h(p, n0, h):
    for k, expected in zip((2, 3, 5, 10), h):
        assert rinott_h(k, n0, p) == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize(
    ("k", "n0", "alpha", "eta", "h2"),
    [
        (2, 10, 0.05, 0.33405, 6.0129),
        (5, 10, 0.05, 0.63497, 11.4294),
        (10, 20, 0.05, 0.30293, 11.5115),
        (100, 30, 0.10, 0.26702, 15.4870),
    ],
)
def test_kns_constants(k, n0, alpha, eta, h2):
    assert kn_eta(k, n0, alpha) == pytest.approx(eta, abs=5e-6)
    assert kn_h2(k, n0, alpha) == pytest.approx(h2, abs=5e-5)


def worked(options, n):
    """The published worked case: four systems on common numbers made by a sine."""

    def z(a):
        x = math.sin(a) * 43758.5453
        return 2 * (x - math.floor(x)) - 1

    means, spread = (10, 10.4, 11, 12), (3, 3, 4, 4)
    return np.array(
        [
            [
                means[o] + spread[o] * (0.5 * z(78.233 * r) + 0.5 * z(12.9898 * (o + 1) + 37.719 * r))
                for r in range(1, n + 1)
            ]
            for o in options
        ]
    )


def test_the_worked_case_of_kn():
    first = worked([0, 1], 10)
    assert float((first[0] - first[1]).var(ddof=1)) == pytest.approx(0.82395, abs=5e-6)
    choice = kn(worked, [0, 1, 2, 3], 10, 0.5, 0.05)
    assert choice.best == 0
    assert {one.option: one.observations for one in choice.lost} == {1: 10, 2: 10, 3: 17}
    assert sum(choice.observations) == 54


def test_rinotts_numbers_for_laws_inventory_policies():
    variances = (14.52, 7.96, 9.45, 8.25, 6.20)
    rng = np.random.default_rng(1)
    raw = rng.standard_normal((5, 20))
    raw = (raw - raw.mean(axis=1, keepdims=True)) / raw.std(axis=1, ddof=1, keepdims=True)
    first = raw * np.sqrt(variances)[:, None]

    def observe(options, n):
        return np.array([np.resize(first[o], n) for o in options])

    choice = rinott(observe, range(5), 20, 1.0, 0.10)
    assert choice.observations == (124, 68, 81, 71, 53)


def race(procedure, seed, k, delta, common):
    """Whether the best, by delta, of k normal options is chosen."""
    rng = np.random.default_rng(seed)
    shared, own = rng.standard_normal(4000), rng.standard_normal((k, 4000))
    spread = np.linspace(1, 2, k)
    rows = spread[:, None] * (math.sqrt(common) * shared + math.sqrt(1 - common) * own)
    rows += np.r_[0.0, np.full(k - 1, delta)][:, None]
    return procedure(lambda options, n: rows[list(options), :n], range(k), 10, delta, 0.1).best == 0


@pytest.mark.parametrize(("procedure", "common"), [(kn, 0.0), (kn, 0.7), (rinott, 0.0)])
def test_the_best_is_chosen_as_often_as_promised(procedure, common):
    runs = 300
    right = sum(race(procedure, seed, 5, 0.7, common) for seed in range(runs))
    # Below 0.9 for sure would break the promise: three standard errors.
    assert right / runs > 0.9 - 3 * math.sqrt(0.9 * 0.1 / runs)


def test_screening_keeps_the_best():
    kept_best, dropped = 0, 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        rows = rng.standard_normal((8, 20)) + np.array([0, 0.1, 0.2, 1.5, 1.5, 2, 2, 3])[:, None]
        kept, lost = screened(rows, 0.05)
        kept_best += 0 in kept
        dropped += len(lost)
        assert sorted(kept + [one.option for one in lost]) == list(range(8))
    assert kept_best / 300 > 0.95 - 3 * math.sqrt(0.05 * 0.95 / 300)
    assert dropped > 300, "most of the bad ones are seen to be bad"


def test_equal_options_end_the_race_with_the_first():
    choice = kn(lambda options, n: np.ones((len(options), n)), [3, 4, 5], 10, 0.1, 0.05)
    assert choice.best == 3 and {one.option for one in choice.lost} == {4, 5}


def test_a_race_too_long_says_who_is_left():
    rng = np.random.default_rng(2)
    rows = rng.standard_normal((3, 5000))
    with pytest.raises(NotDecided) as caught:
        kn(lambda options, n: rows[list(options), :n], [0, 1, 2], 10, 0.001, 0.05, most=50)
    assert len(caught.value.left) >= 2 and caught.value.observations == 50
    with pytest.raises(ValueError, match="indifference of 0"):
        kn(lambda options, n: rows[list(options), :n], [0, 1, 2], 10, 0.0, 0.05)


TARGETS = (
    TargetRow("service_level", "channel", "phone", at_least=0.8),
    TargetRow("asa", "channel", "phone", at_most=60.0, weight=2.0),
)
ROWS = (
    Row("cost", "all", "all", "money"),
    Row("asa", "channel", "phone", "s"),
    Row("service_level", "channel", "phone", "share", 0),
    Row("asa", "channel", "phone", "s", 1),
)


def test_the_loss_is_the_weighted_shortfall_as_a_share_of_the_bound():
    below = np.array([[1.0, 10, 10, 10], [1, 10, 10, 10], [1, 0, 0, 0]])
    above = np.array([[5.0, 300, 9, 300], [5, 900, 6, 900], [5, 0, 0, 0]])
    # Second run: 60 % of 80 is a quarter short; 90 s of 60 is half over, twice.
    assert losses(above, below, ROWS, TARGETS) == pytest.approx([0, 0.25 + 2 * 0.5, 0])


def test_objectives_in_words():
    names = [c.name for c in parse_objective("missed, cost, asa:phone", ROWS, TARGETS)]
    assert names == ["missed", "cost", "asa:phone"]
    for text, says in (
        ("costs", "did you mean 'cost'"),
        ("asa:chat", "found asa of 'chat'; allowed phone"),
        ("cost,missed", "allowed first"),
        ("cost,cost", "twice"),
        ("missed", "before another criterion"),
        ("occupancy", "found occupancy of 'all'"),
    ):
        with pytest.raises(InputErrors, match=says):
            parse_objective(text, ROWS, TARGETS)
    with pytest.raises(InputErrors, match="without targets"):
        parse_objective("loss", ROWS, ())


def test_normal_probability_of_two_known_variances():
    """With many first observations h tends to the one of known variances, sqrt 2 times a normal quantile."""
    assert ndtr(rinott_h(2, 2000, 0.95) / math.sqrt(2)) == pytest.approx(0.95, abs=1e-3)

"""What somebody who leaves may still have in hand: a part of the bound below which there is no plan."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.planning.programs.in_hand import TAIL, most_in_hand, most_to_come
from floorcast.scenario.words.distribution_words import parse_distribution

U = (np.arange(300) + 0.5) / 300


def test_of_exponential_work_its_mean_whenever_somebody_leaves() -> None:
    assert most_in_hand([-300 * np.log1p(-U)], 7200) == pytest.approx(300 * TAIL, rel=0.12)  # the grid rounds up


def test_of_work_that_is_always_as_long_all_of_it_and_no_more() -> None:
    assert most_in_hand([np.full(300, 240.0)], 7200) == pytest.approx(240 * TAIL, rel=1e-6)


def test_no_way_to_begin_and_idle_has_more_in_hand() -> None:
    """Ways of working that begin at once, or wait until so long before the end, simulated: none beats the bound."""
    chance = np.random.default_rng(1)
    kinds = [np.repeat([60.0, 1200.0], [270, 30]), -200 * np.log1p(-U)]
    most = most_in_hand(kinds, 3600)
    for last in (0, 60, 200, 900, 1300, 3600):
        for kind in kinds:
            left = np.full(4000, float(last))
            over = np.zeros(4000)
            while (left >= 0).any():
                works = chance.choice(kind, left.size)
                ends = (left >= 0) & (works > left)
                over[ends] = (works - left)[ends]
                left = np.where(left >= 0, np.where(ends, -1.0, left - works), left)
            assert over.mean() - 3 * over.std() / 4000**0.5 <= most


def test_turns_still_to_come_after_any_number_of_them() -> None:
    assert most_to_come(parse_distribution(4, False)) == pytest.approx(4 * TAIL)

"""The share of contacts that waited no longer than t."""

from __future__ import annotations

import numpy as np

from floorcast.measures.contacts.distribution import EDGES, SATISFACTION, SCORES, Distribution
from floorcast.study.waits import share_by_score, share_within


def distribution() -> Distribution:
    counts = np.zeros((2, EDGES.size + 1), np.int64)
    counts[0, 0], counts[0, 3], counts[1, -1] = 6, 2, 2  # at once, within 5 s, beyond all edges
    return Distribution({"wait": counts})


def test_shares_rise_to_what_lies_below_the_last_edge() -> None:
    seconds, share, number = share_within(distribution(), "wait")
    assert number == 10 and seconds[3] == 5
    assert share[0] == 0.6 and share[3] == 0.8 and share[-1] == 0.8


def test_one_type_alone() -> None:
    _, share, number = share_within(distribution(), "wait", [0])
    assert number == 8 and share[-1] == 1.0


def test_nobody_has_no_share() -> None:
    _, share, number = share_within(distribution(), "wait", [])
    assert number == 0 and np.isnan(share).all()
    _, share, number = share_within(Distribution({"wait": 0}), "wait")  # type: ignore[dict-item]
    assert number == 0 and np.isnan(share).all()


def test_scores_are_counted_by_half_points_and_the_lowest_belong_to_the_first() -> None:
    counts = np.zeros((2, SCORES.size + 1), np.int64)
    counts[0, 0], counts[0, SCORES.searchsorted(1.5)], counts[1, SCORES.searchsorted(4.75)] = 3, 1, 4
    ends, share, number = share_by_score(Distribution({SATISFACTION: counts}))
    assert number == 8 and ends.tolist() == [1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]
    assert share[0] == 0.5 and share[-1] == 0.5 and share.sum() == 1
    assert share_by_score(Distribution({SATISFACTION: counts}), [1])[1][-1] == 1.0
    assert share_by_score(Distribution({"wait": counts}))[2] == 0  # a study from before

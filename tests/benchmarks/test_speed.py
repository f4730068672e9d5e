"""Speed as ratios against peers run side by side, by processor time: a loaded machine changes neither."""

from __future__ import annotations

import pytest

from tests.benchmarks.side_by_side import CASES, growth, large, side_by_side


@pytest.mark.parametrize(("case", "times"), [("erlang_a", 30), ("priority_10", 15)])
def test_at_least_so_many_times_idiomatic_simpy_and_the_same_results(case: str, times: float) -> None:
    """Issue: never under 30 times idiomatic SimPy on Erlang A."""
    (idiomatic, peer), *_ = CASES[case].items()
    rows = side_by_side(case, turns=3, own=60, others={idiomatic: peer})
    assert [row["simulator"] for row in rows] == ["Floorcast", idiomatic]
    assert rows[1]["ratio"] >= times
    assert rows[1]["agrees"], rows


def test_a_peer_that_is_wrong_is_told() -> None:
    def wrong(horizon: float, seed: int) -> dict[str, float]:
        return {"contacts": 1000, "abandonment": 0.055, "wait_mean": 8.1}

    rows = side_by_side("erlang_a", turns=3, own=30, others={"wrong": wrong})
    assert [row["agrees"] for row in rows] == [True, False]


def test_cost_per_contact_does_not_grow_with_agents_or_backlog() -> None:
    """Aim 1.5; a scan over agents or waiting contacts would make it hundreds."""
    assert all(row["ratio"] < 4 for row in growth())


def test_a_large_policy_runs_above_half_a_million_contacts_a_second() -> None:
    """60 rules, 40 types, 60 groups, 2,000 agents; in processor time, with a margin for noisy machines."""
    found = large()
    assert found["contacts"] > 800_000
    assert found["per_second"] > 350_000  # 500,000 on a quiet machine

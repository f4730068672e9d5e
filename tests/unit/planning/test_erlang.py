"""Erlang B and C against detailed balance in decimals, linear algebra and SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from floorcast.planning.theory.erlang import ErlangC, blocked_and_carried, erlang_b, erlang_c
from tests.unit.planning.birth_death import queue_states, stationary_by_solve

CLOSE = 1e-9
LOADS = [0.01, 0.3, 1.0, 4.2, 17.5, 50.0, 333.3, 5_000.0, 100_000.0]


def agents_around(load: float) -> list[int]:
    spread = math.sqrt(load)
    near = [load + k * spread for k in (-5, -1, 0, 0.5, 1, 3, 8)]
    return sorted({max(0, round(n)) for n in near} | {0, 1})


@pytest.mark.parametrize("load", LOADS)
def test_erlang_b_is_the_last_state_of_the_loss_system(load: float) -> None:
    for agents in agents_around(load):
        states = queue_states(load, agents, None, agents + 1)
        blocked, carried = blocked_and_carried(load, agents)
        assert erlang_b(load, agents) == blocked
        assert blocked == pytest.approx(float(states[-1]), rel=CLOSE)
        assert carried == pytest.approx(float(1 - states[-1]), rel=CLOSE)


@pytest.mark.parametrize("load", LOADS[:-1])
def test_erlang_b_agrees_with_scipy(load: float) -> None:
    agents = np.array([n for n in agents_around(load) if n > load - 10 * math.sqrt(load)])
    by_scipy = stats.poisson.pmf(agents, load) / stats.poisson.cdf(agents, load)
    assert [erlang_b(load, int(n)) for n in agents] == pytest.approx(by_scipy.tolist(), rel=CLOSE)


@pytest.mark.parametrize("load", LOADS)
def test_erlang_c_is_all_busy(load: float) -> None:
    for agents in agents_around(load):
        if agents <= load:
            assert erlang_c(load, agents) == 1.0
            continue
        # All busy lasts as a geometric queue would; below, the states of the loss system.
        states = queue_states(load, agents, None, agents)
        last = float(states[-1])
        busy = last * load / (agents - load)
        assert erlang_c(load, agents) == pytest.approx(busy / (1.0 + busy), rel=CLOSE)


@pytest.mark.parametrize(("load", "agents"), [(0.5, 1), (3.0, 4), (6.0, 12)])
def test_erlang_c_by_linear_solve(load: float, agents: int) -> None:
    size = 1200 if load / agents > 0.6 else 300
    births = np.full(size - 1, load)
    deaths = np.minimum(np.arange(1, size), agents).astype(float)
    generator = np.diag(births, 1) + np.diag(deaths, -1)
    np.fill_diagonal(generator, -generator.sum(axis=1))
    states = stationary_by_solve(generator)
    queue = ErlangC(load / 60.0, 60.0, agents)
    assert queue.probability_of_wait == pytest.approx(states[agents:].sum(), rel=CLOSE)
    waiting = np.maximum(np.arange(size) - agents, 0)
    assert queue.mean_queue == pytest.approx(float(waiting @ states), rel=CLOSE)


@pytest.mark.parametrize("seconds", [0.0, 1.0, 20.0, 3600.0, 3 * 86400.0])
def test_erlang_c_waits_are_sums_of_service_completions(seconds: float) -> None:
    # Whoever finds j waiting is answered after j + 1 completions: a gamma time.
    load, agents, handle_time = 9.3, 10, 240.0
    states = np.array([float(p) for p in queue_states(load, agents, None, 1200)])
    found = states[agents:]
    late = stats.gamma.sf(seconds, np.arange(1, len(found) + 1), scale=handle_time / agents)
    queue = ErlangC(load / handle_time, handle_time, agents)
    expected = float(found @ late)
    assert queue.wait_exceeds(seconds) == pytest.approx(expected, rel=1e-8)
    assert queue.service_level(seconds) == pytest.approx(1.0 - expected, rel=CLOSE)


def test_published_figures() -> None:
    # Garnett, Mandelbaum and Reiman 2002: 50 agents, 48 calls a minute of one minute, no abandoning.
    queue = ErlangC(48 / 60, 60.0, 50)
    assert round(queue.mean_wait, 2) == 20.83
    assert round(queue.mean_queue, 2) == 16.67
    assert queue.occupancy == pytest.approx(0.96)


def test_overload_waits_for_ever() -> None:
    queue = ErlangC(1.0, 10.0, 10)
    assert not queue.is_stable
    assert (queue.probability_of_wait, queue.occupancy) == (1.0, 1.0)
    assert queue.mean_wait == queue.mean_queue == queue.wait_percentile(0.9) == math.inf
    assert queue.service_level(20.0) == 0.0
    assert queue.wait_exceeds(86400.0) == 1.0


def test_a_percentile_is_the_inverse_of_the_tail() -> None:
    queue = ErlangC(0.5, 100.0, 55)
    assert queue.wait_percentile(0.5) == 0.0
    for share in (0.9, 0.99, 0.999999):
        assert queue.service_level(queue.wait_percentile(share)) == pytest.approx(share, rel=CLOSE)


@given(load=st.floats(0.01, 2000.0), agents=st.integers(1, 2200))
def test_more_agents_block_less_and_wait_less(load: float, agents: int) -> None:
    assert erlang_b(load, agents + 1) <= erlang_b(load, agents)
    assert erlang_c(load, agents + 1) <= erlang_c(load, agents)
    assert erlang_b(load, agents) <= erlang_c(load, agents)
    fewer, more = ErlangC(load / 300, 300.0, agents), ErlangC(load / 300, 300.0, agents + 1)
    assert more.mean_wait <= fewer.mean_wait
    assert more.service_level(20.0) >= fewer.service_level(20.0) - 1e-15


@given(load=st.floats(0.01, 500.0), agents=st.integers(1, 600), scale=st.floats(1e-3, 1e5))
def test_time_has_no_unit_of_its_own(load: float, agents: int, scale: float) -> None:
    one, other = ErlangC(load, 1.0, agents), ErlangC(load / scale, scale, agents)
    assert other.mean_wait == pytest.approx(scale * one.mean_wait, rel=1e-7)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: erlang_b(-1.0, 3), "offered load is -1.0"),
        (lambda: erlang_b(math.nan, 3), "offered load is nan"),
        (lambda: erlang_c(1.0, -3), "agents is -3"),
        (lambda: ErlangC(0.0, 300.0, 3), "arrival_rate is 0.0"),
        (lambda: ErlangC(1.0, math.inf, 3), "handle_time is inf"),
        (lambda: ErlangC(1.0, 1.0, 3).service_level(-1.0), "a wait of -1.0 s"),
        (lambda: ErlangC(1.0, 1.0, 3).wait_percentile(1.0), "share is 1.0"),
    ],
)
def test_bad_input_is_named(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]

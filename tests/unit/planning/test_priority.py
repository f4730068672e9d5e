"""Priority waits against the chain of two queues solved state by state, and reference values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from floorcast.planning.theory.erlang import ErlangC
from floorcast.planning.theory.priority import priority_waits
from tests.unit.planning.birth_death import queue_states


def waits_of_the_chain(rates: tuple[float, float], agents: int, most: int) -> list[float]:
    """Mean waits of two classes (service rate 1), from the stationary states of the whole chain."""
    # States: n = 0..agents-1 busy and nobody waiting, then all busy with (i, j) waiting.
    index: dict[tuple[int, int, int], int] = {(n, 0, 0): n for n in range(agents)}
    for i in range(most):
        for j in range(most):
            index[(agents, i, j)] = len(index)
    rows, columns, values = [], [], []

    def flow(source: tuple[int, int, int], target: tuple[int, int, int], rate: float) -> None:
        if target in index:
            rows.extend([index[target], index[source]])
            columns.extend([index[source], index[source]])
            values.extend([rate, -rate])

    for state in list(index):
        n, i, j = state
        if n < agents:
            flow(state, (n + 1, 0, 0), sum(rates))
            if n:
                flow(state, (n - 1, 0, 0), float(n))
            continue
        flow(state, (n, i + 1, j), rates[0])
        flow(state, (n, i, j + 1), rates[1])
        following = (n, i - 1, j) if i else (n, i, j - 1) if j else (n - 1, 0, 0)
        flow(state, following, float(agents))
    size = len(index)
    matrix = coo_matrix((values, (rows, columns)), shape=(size, size)).tolil()
    matrix[0, :] = 1.0
    right = np.zeros(size)
    right[0] = 1.0
    states = spsolve(matrix.tocsc(), right)
    queued = [0.0, 0.0]
    for (n, i, j), at in index.items():
        if n == agents:
            queued[0] += i * states[at]
            queued[1] += j * states[at]
    return [queued[0] / rates[0], queued[1] / rates[1]]


@pytest.mark.parametrize(("rates", "agents"), [((0.2, 0.15), 1), ((0.5, 0.3), 2), ((1.0, 0.2), 3)])
def test_two_classes_agree_with_the_whole_chain(rates: tuple[float, float], agents: int) -> None:
    assert priority_waits(rates, 1.0, agents) == pytest.approx(
        waits_of_the_chain(rates, agents, 28), rel=1e-9
    )


@pytest.mark.parametrize(
    ("rates", "service_rate", "agents", "waits"),
    [
        ((0.2, 0.6, 1.2), 3.0, 1, (0.23810, 0.32468, 0.90909)),
        ((0.2, 0.6, 1.2), 3.0, 2, (0.028736, 0.033156, 0.048077)),
        ((3.0, 3.0, 3.0), 1.0, 10, (0.095533, 0.238833, 1.671829)),
    ],
)
def test_reference_values(
    rates: tuple[float, ...], service_rate: float, agents: int, waits: tuple[float, ...]
) -> None:
    ours = priority_waits(rates, 1.0 / service_rate, agents)
    assert ours == pytest.approx(waits, rel=2e-5)


@given(
    rates=st.lists(st.floats(0.0, 0.05), min_size=1, max_size=6).filter(lambda r: sum(r) > 1e-6),
    agents=st.integers(1, 80),
)
def test_the_order_of_service_does_not_change_the_mean_wait(
    rates: list[float], agents: int
) -> None:
    handle_time = 0.9 * agents / sum(rates) / 1.01
    waits = priority_waits(rates, handle_time, agents)
    assert list(waits) == sorted(waits)
    fifo = ErlangC(math.fsum(rates), handle_time, agents).mean_wait
    of_all = math.fsum(rate * wait for rate, wait in zip(rates, waits)) / math.fsum(rates)
    assert of_all == pytest.approx(fifo, rel=1e-9)


@pytest.mark.parametrize(("load", "agents"), [(0.01, 1), (0.9, 1), (1_000.0, 1_040), (100_000.0, 100_500)])
def test_from_a_hundredth_to_a_hundred_thousand_erlangs(load: float, agents: int) -> None:
    # All busy lasts as a geometric queue would; below, the states of the loss system, in decimals.
    last = float(queue_states(load, agents, None, agents)[-1])
    busy = last * load / (agents - load)
    waits = priority_waits([0.3 * load / 300, 0.7 * load / 300], 300.0, agents)
    work = busy / (1.0 + busy) * 300.0 / agents
    left = (1.0 - 0.3 * load / agents, 1.0 - load / agents)
    assert waits == pytest.approx((work / left[0], work / (left[0] * left[1])), rel=1e-9)


def test_an_overloaded_class_leaves_the_urgent_ones_their_waits() -> None:
    urgent, other = priority_waits([0.5, 0.7], 1.0, 1)
    assert urgent == pytest.approx(1.0 / 0.5)  # always a contact in service, then its own class
    assert other == math.inf


@pytest.mark.parametrize(
    ("rates", "handle_time", "agents", "words"),
    [([-1.0], 1.0, 1, "rate is -1.0"), ([1.0], 0.0, 1, "handle_time"), ([1.0], 1.0, 0, "agents")],
)
def test_bad_input_is_named(
    rates: list[float], handle_time: float, agents: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        priority_waits(rates, handle_time, agents)

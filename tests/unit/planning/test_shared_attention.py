"""One agent with several chats against detailed balance and against mean value analysis."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floorcast.planning.theory.shared_attention import SharedAttention
from tests.unit.planning.birth_death import stationary


def response_by_mean_value_analysis(sessions: int, work: float, think: float) -> float:
    """Reiser and Lavenberg 1980: a session sees the queue of a system with one session less."""
    queued = response = 0.0
    for k in range(1, sessions + 1):
        response = work * (1.0 + queued)
        queued = k * response / (response + think)
    return response


@pytest.mark.parametrize("sessions", [1, 2, 3, 4, 6, 40])
@pytest.mark.parametrize(("work", "think"), [(40.0, 80.0), (30.0, 5.0), (10.0, 4000.0)])
def test_against_balance_and_mean_values(sessions: int, work: float, think: float) -> None:
    at_work, thinking = 1 / Decimal(work), 1 / Decimal(think)
    states = stationary(lambda n: (sessions - n) * thinking, lambda n: at_work, sessions + 1)
    theory = SharedAttention(sessions, work, think)
    assert theory.utilisation == pytest.approx(float(1 - states[0]), rel=1e-9)
    response = response_by_mean_value_analysis(sessions, work, think)
    assert theory.turn_response == pytest.approx(response, rel=1e-9)
    assert theory.turn_wait == pytest.approx(response - work, rel=1e-7, abs=1e-9)
    assert theory.slow_down == pytest.approx(response / work, rel=1e-9)


def test_by_hand() -> None:
    # Two sessions, thinking twice as long as working: 1 + 2/2 + 2/4 = 5/2.
    theory = SharedAttention(2, 40.0, 80.0)
    assert theory.utilisation == pytest.approx(0.6)
    assert theory.turn_rate == pytest.approx(0.015)
    assert theory.session_length(3) == pytest.approx(3 * theory.turn_response + 160.0)
    assert SharedAttention(3, 40.0, 0.0).utilisation == 1.0
    assert SharedAttention(3, 40.0, 0.0).turn_response == pytest.approx(120.0)


@given(sessions=st.integers(1, 60), work=st.floats(1.0, 300.0), think=st.floats(0.1, 5000.0))
def test_another_session_uses_more_of_the_agent_and_slows_the_others(
    sessions: int, work: float, think: float
) -> None:
    fewer, more = (SharedAttention(k, work, think) for k in (sessions, sessions + 1))
    assert fewer.utilisation <= more.utilisation <= 1.0
    assert more.turn_response >= fewer.turn_response * (1 - 1e-12)


@pytest.mark.parametrize(
    ("sessions", "work", "think", "words"),
    [(0, 1.0, 1.0, "sessions is 0"), (2, 0.0, 1.0, "work is 0"), (2, 1.0, -1.0, "think is -1")],
)
def test_bad_input_is_named(sessions: int, work: float, think: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SharedAttention(sessions, work, think)

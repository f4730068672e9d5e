"""Requirements: the number returned meets the target, one less misses it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.planning.theory.erlang import ErlangC
from floorcast.planning.theory.erlang_a import ErlangA
from floorcast.planning.theory.requirement import (
    agents_for_abandonment,
    agents_for_mean_wait,
    agents_for_occupancy,
    agents_for_service_level,
)

LOAD = st.floats(0.01, 3000.0)


def test_a_textbook_case() -> None:
    # 100 calls an hour of 180 s (5 erlangs), 80 % in 20 s: 8 agents (86.2 %; 7 give 71.9 %).
    assert agents_for_service_level(100 / 3600, 180.0, 20.0, 0.8) == 8
    assert ErlangC(100 / 3600, 180.0, 7).service_level(20.0) < 0.8


@settings(deadline=None)
@given(load=LOAD, within=st.floats(0.0, 3600.0), share=st.floats(0.05, 0.99))
def test_service_level_with_patient_customers(load: float, within: float, share: float) -> None:
    agents = agents_for_service_level(load / 300, 300.0, within, share)
    assert ErlangC(load / 300, 300.0, agents).service_level(within) >= share
    assert agents - 1 <= load or (
        ErlangC(load / 300, 300.0, agents - 1).service_level(within) < share
    )


@settings(deadline=None, max_examples=50)
@given(
    load=st.floats(0.01, 1000.0),
    patience=st.floats(20.0, 5000.0),
    share=st.floats(0.05, 0.99),
    formula=st.sampled_from(["sl1", "sl2", "sl3", "sl4", "sl5"]),
)
def test_service_level_with_impatient_customers(
    load: float, patience: float, share: float, formula: str
) -> None:
    agents = agents_for_service_level(load / 300, 300.0, 20.0, share, patience, formula)  # type: ignore[arg-type]

    def level(n: int) -> float:
        return ErlangA(load / 300, 300.0, n, patience).service_level(20.0, formula)  # type: ignore[arg-type]

    assert level(agents) >= share
    assert agents == 0 or not level(agents - 1) >= share


@settings(deadline=None, max_examples=50)
@given(load=st.floats(0.01, 1000.0), patience=st.floats(20.0, 5000.0), at_most=st.floats(0.01, 0.9))
def test_other_targets(load: float, patience: float, at_most: float) -> None:
    rate = load / 300
    agents = agents_for_abandonment(rate, 300.0, patience, at_most)
    assert ErlangA(rate, 300.0, agents, patience).abandonment <= at_most
    assert agents == 0 or ErlangA(rate, 300.0, agents - 1, patience).abandonment > at_most
    agents = agents_for_occupancy(rate, 300.0, at_most, patience)
    assert ErlangA(rate, 300.0, agents, patience).occupancy <= at_most
    agents = agents_for_occupancy(rate, 300.0, at_most)
    assert ErlangC(rate, 300.0, agents).occupancy <= at_most
    seconds = 100.0 * at_most
    agents = agents_for_mean_wait(rate, 300.0, seconds)
    assert ErlangC(rate, 300.0, agents).mean_wait <= seconds
    assert agents - 1 <= load or ErlangC(rate, 300.0, agents - 1).mean_wait > seconds
    agents = agents_for_mean_wait(rate, 300.0, seconds, patience)
    assert ErlangA(rate, 300.0, agents, patience).mean_wait_of_answered <= seconds


def test_a_hundred_thousand_erlangs_take_no_time() -> None:
    patient = agents_for_service_level(100_000 / 300, 300.0, 20.0, 0.8)
    assert 100_000 < patient < 100_400
    impatient = agents_for_service_level(100_000 / 300, 300.0, 20.0, 0.8, patience=180.0)
    assert impatient <= patient


def test_nobody_for_nothing() -> None:
    assert agents_for_service_level(0.0, 300.0, 20.0, 0.8) == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: agents_for_service_level(1.0, 300.0, 20.0, 1.0), "at_least is 1.0"),
        (lambda: agents_for_service_level(-1.0, 300.0, 20.0, 0.8), "arrival_rate is -1.0"),
        (lambda: agents_for_mean_wait(1.0, 300.0, 0.0), "at_most is 0.0"),
    ],
)
def test_bad_input_is_named(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]

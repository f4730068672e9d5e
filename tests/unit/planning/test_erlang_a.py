"""Erlang A against detailed balance, uniformisation, first-step analysis and quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from floorcast.planning.theory.erlang import ErlangC
from floorcast.planning.theory.erlang_a import ErlangA
from floorcast.planning.theory.poisson_terms import harmonic_gap, log_poisson
from tests.unit.planning.birth_death import fate_by_time, queue_states, waits_by_recursion

CLOSE = 1e-9
HANDLE = 300.0

# load [erlangs], agents, patience in handle times, states to keep in the plain solution
CASES = [
    (0.01, 1, 0.6, 40),
    (0.01, 5, 300.0, 60),
    (1.0, 0, 2.0, 200),
    (1.0, 1, 0.01, 60),
    (3.0, 10, 50.0, 300),
    (12.0, 10, 0.2, 200),
    (12.0, 10, 20.0, 600),
    (50.0, 52, 0.6, 300),
    (100.0, 50, 3.0, 600),
    (333.3, 340, 100.0, 3000),
    (5_000.0, 4_900, 2.0, 9_000),
]


def queue(load: float, agents: int, patience: float) -> ErlangA:
    return ErlangA(load / HANDLE, HANDLE, agents, patience * HANDLE)


@pytest.mark.parametrize(("load", "agents", "patience", "states"), CASES)
def test_long_run_shares(load: float, agents: int, patience: float, states: int) -> None:
    plain = queue_states(load, agents, patience, states)
    assert plain[-1] < 1e-25
    theory = queue(load, agents, patience)
    busy = float(sum(plain[agents:]))
    waiting = float(sum(j * p for j, p in enumerate(plain[agents:])))
    working = float(sum(min(n, agents) * p for n, p in enumerate(plain)))
    assert theory.probability_of_wait == pytest.approx(busy, rel=CLOSE)
    assert theory.answered_at_once == pytest.approx(float(sum(plain[:agents])), rel=CLOSE)
    assert theory.mean_queue == pytest.approx(waiting, rel=CLOSE)
    assert theory.mean_wait == pytest.approx(waiting / load * HANDLE, rel=CLOSE)
    assert theory.mean_wait_of_waiting == pytest.approx(waiting / load * HANDLE / busy, rel=CLOSE)
    assert theory.abandonment == pytest.approx(waiting / patience / load, rel=CLOSE)
    assert theory.answered == pytest.approx(working / load, rel=CLOSE)
    if agents:
        assert theory.occupancy == pytest.approx(working / agents, rel=CLOSE)


@pytest.mark.parametrize(("load", "agents", "patience", "states"), CASES)
def test_waits_of_answered_and_abandoned(
    load: float, agents: int, patience: float, states: int
) -> None:
    plain = [float(p) for p in queue_states(load, agents, patience, states)]
    served, gone = waits_by_recursion(plain[agents:], agents, patience)
    theory = queue(load, agents, patience)
    assert theory.mean_wait_of_abandoned == pytest.approx(
        gone / theory.abandonment * HANDLE, rel=CLOSE
    )
    if agents:
        assert theory.mean_wait_of_answered == pytest.approx(
            served / theory.answered * HANDLE, rel=CLOSE
        )


@pytest.mark.parametrize(("load", "agents", "patience", "states"), CASES[:-1])
@pytest.mark.parametrize("seconds", [1.0, 20.0, 150.0, 1500.0])
def test_fate_by_a_time(
    load: float, agents: int, patience: float, states: int, seconds: float
) -> None:
    plain = [float(p) for p in queue_states(load, agents, patience, states)]
    answered, gone = fate_by_time(plain[agents:], agents, patience, seconds / HANDLE)
    theory = queue(load, agents, patience)
    at_once = theory.answered_at_once
    assert theory.answered_within(seconds) == pytest.approx(answered + at_once, rel=CLOSE)
    assert theory.abandoned_within(seconds) == pytest.approx(gone, rel=1e-7, abs=1e-15)
    assert theory.wait_exceeds(seconds) == pytest.approx(
        theory.probability_of_wait - answered - gone, rel=1e-7, abs=1e-12
    )


@pytest.mark.parametrize(
    ("load", "agents", "patience", "seconds"),
    [
        (100_000.0, 100_000, 0.5, 2.0),
        (100_000.0, 100_300, 300.0, 20.0),
        (100_000.0, 99_900, 288.0, 600.0),
        (100_000.0, 60_000, 288.0, 86_400.0),
        (150_000.0, 100_000, 0.01, 3.0),
        (20.0, 18, 2000.0, 3 * 86_400.0),
        (1_000.0, 500, 3000.0, 7 * 86_400.0),
    ],
)
def test_late_answers_by_quadrature_of_the_offered_wait(
    load: float, agents: int, patience: float, seconds: float
) -> None:
    # P(V > t | V > 0) from the density of the offered wait, integrated numerically around its mode.
    x, y, start = agents * patience, load * patience, seconds / HANDLE / patience

    def log_density(v: float) -> float:
        return -y * math.expm1(-v) - x * v

    mode = max(0.0, math.log(y / x))
    width = 1.0 / math.sqrt(max(min(x, y), 1.0))
    top = log_density(mode)

    def part(low: float, weight: float) -> float:
        marks = [mode + k * width for k in range(-60, 61, 2)] + [mode + 60 * width + 40 / x]
        edges = [low, *[m for m in sorted(marks) if m > low]]
        return sum(
            integrate.quad(
                lambda v: math.exp(log_density(v) - top - weight * v), a, b, epsrel=1e-13
            )[0]
            for a, b in zip(edges, edges[1:])
        )

    theory = queue(load, agents, patience)
    if start > mode + 60 * width:
        assert theory.offered_wait_exceeds(seconds) < 1e-30
        return
    late = part(start, 0.0) / part(0.0, 0.0)
    assert theory.offered_wait_exceeds(seconds) == pytest.approx(
        theory.probability_of_wait * late, rel=CLOSE
    )
    answered_late = part(start, 1.0) / part(0.0, 1.0)
    waited_and_answered = theory.answered - theory.answered_at_once
    assert theory.answered_after(seconds) == pytest.approx(
        waited_and_answered * answered_late, rel=1e-8
    )


@pytest.mark.parametrize(
    ("load", "agents", "patience"),
    [(100_000.0, 100_000, 0.5), (100_000.0, 100_500, 20.0), (100_000.0, 99_000, 1.0)],
)
def test_a_hundred_thousand_erlangs(load: float, agents: int, patience: float) -> None:
    plain = queue_states(load, agents, patience, agents + 30_000)
    assert plain[-1] < 1e-25
    waiting = sum(j * p for j, p in enumerate(plain[agents:]))
    theory = queue(load, agents, patience)
    assert theory.probability_of_wait == pytest.approx(float(sum(plain[agents:])), rel=CLOSE)
    assert theory.abandonment == pytest.approx(float(waiting) / patience / load, rel=CLOSE)
    assert theory.answered_at_once == pytest.approx(float(sum(plain[:agents])), rel=CLOSE)


def test_published_figures() -> None:
    # The exact case of the shared reference, time in minutes there.
    case = ErlangA(10 / 60, 300.0, 52, 180.0)
    assert round(case.probability_of_wait, 6) == 0.360270
    assert round(case.abandonment, 7) == 0.0451878
    assert round(case.mean_wait / 60, 6) == 0.135563
    assert round(case.mean_wait_of_answered / 60, 6) == 0.127039
    assert round(case.service_level(20.0, "sl3"), 6) == 0.806530
    assert round(case.service_level(20.0, "sl2"), 6) == 0.844701
    assert round(case.service_level(20.0, "sl4"), 6) == 0.830057
    assert round(case.occupancy, 6) == 0.918089
    # Garnett, Mandelbaum and Reiman 2002, figures of their introduction.
    garnett = ErlangA(48 / 60, 60.0, 50, 120.0)
    assert round(garnett.abandonment, 4) == 0.0309
    assert round(garnett.mean_wait, 2) == 3.71
    assert round(garnett.mean_queue, 2) == 2.97
    assert round(garnett.occupancy, 3) == 0.930


@pytest.mark.parametrize(
    ("patience", "printed"),
    [
        (1.0, ".4083 .0499 5.092 .0490 .0666 .7986 .9644"),
        (4.0, ".226 .0364 14.84 .1455 .1429 .469 .687"),
    ],
)
def test_whitt_2005_exact_rows(patience: float, printed: str) -> None:
    case = ErlangA(102.0, 1.0, 100, patience)
    ours = (
        1.0 - case.probability_of_wait,
        case.abandonment,
        case.mean_queue,
        case.mean_wait_of_answered,
        case.mean_wait_of_abandoned,
        case.answered_within(0.1) / case.answered,
        case.answered_within(0.2) / case.answered,
    )
    for figure, text in zip(ours, printed.split()):
        last_digit = 10.0 ** -len(text.partition(".")[2])
        assert figure == pytest.approx(float(text), abs=0.55 * last_digit)


def test_without_impatience_it_is_erlang_c() -> None:
    patient = ErlangC(0.15, HANDLE, 50)
    nearly = ErlangA(0.15, HANDLE, 50, 1e13)
    assert nearly.probability_of_wait == pytest.approx(patient.probability_of_wait, rel=1e-4)
    assert nearly.mean_wait == pytest.approx(patient.mean_wait, rel=1e-4)
    assert nearly.service_level(20.0) == pytest.approx(patient.service_level(20.0), rel=1e-4)
    assert nearly.wait_percentile(0.9) == pytest.approx(patient.wait_percentile(0.9), rel=1e-4)


@settings(deadline=None)
@given(
    load=st.floats(0.01, 3000.0),
    relative=st.floats(0.3, 2.0),
    patience=st.floats(0.003, 300.0),
    seconds=st.floats(0.0, 100_000.0),
)
def test_laws(load: float, relative: float, patience: float, seconds: float) -> None:
    agents = max(1, round(load * relative))
    case, more = queue(load, agents, patience), queue(load, agents + 1, patience)
    assert case.answered + case.abandonment == pytest.approx(1.0, abs=1e-12)
    assert case.probability_of_wait + case.answered_at_once == pytest.approx(1.0, abs=1e-12)
    both = (
        case.answered * case.mean_wait_of_answered + case.abandonment * case.mean_wait_of_abandoned
    )
    assert both == pytest.approx(case.mean_wait, rel=CLOSE)
    after = case.answered_after(seconds) + case.abandoned_after(seconds)
    assert after == pytest.approx(case.wait_exceeds(seconds), rel=CLOSE, abs=1e-300)
    assert more.abandonment <= case.abandonment
    assert more.mean_wait <= case.mean_wait
    assert more.occupancy <= case.occupancy * (1 + 1e-15)
    for formula in ("sl1", "sl2", "sl3", "sl4", "sl5"):
        level = case.service_level(seconds, formula, short=min(5.0, seconds))
        assert 0.0 <= level <= 1.0 + 1e-12
        assert more.service_level(seconds, formula, short=min(5.0, seconds)) >= level - 1e-12
    assert case.mean_wait <= ErlangC(load / HANDLE, HANDLE, agents).mean_wait


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_percentile_is_the_inverse_of_the_tail(share: float) -> None:
    case = ErlangA(0.2, 300.0, 50, 240.0)
    at = case.wait_percentile(share)
    assert 1.0 - case.wait_exceeds(at) == pytest.approx(share, rel=CLOSE)
    assert ErlangA(0.1, 300.0, 60, 240.0).wait_percentile(0.5) == 0.0


@pytest.mark.parametrize("n", [0.0, 0.4, 3.0, 15.9, 16.0, 700.0, 1e6 + 0.25])
def test_poisson_terms_agree_with_scipy(n: float) -> None:
    for mean in (0.5 * n + 0.1, n + 0.3, 1.05 * n + 1, 3 * n + 5):
        plain = n * math.log(mean) - mean - float(special.gammaln(n + 1.0))
        assert log_poisson(n, mean) == pytest.approx(plain, rel=1e-9, abs=1e-8)


@pytest.mark.parametrize("x", [0.0, 0.5, 11.0, 4e5])
@pytest.mark.parametrize("count", [1.0, 7.0, 3000.0])
def test_harmonic_gap_is_the_sum(x: float, count: float) -> None:
    terms = 1.0 / (x + np.arange(1.0, count + 1.0))
    assert harmonic_gap(x, count) == pytest.approx(math.fsum(terms), rel=1e-8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ErlangA(0.0, 300.0, 3, 60.0), "arrival_rate is 0.0"),
        (lambda: ErlangA(1.0, -300.0, 3, 60.0), "handle_time is -300.0"),
        (lambda: ErlangA(1.0, 300.0, 3, 0.0), "patience is 0.0"),
        (lambda: ErlangA(1.0, 300.0, -3, 60.0), "agents is -3"),
        (lambda: ErlangA(1.0, 300.0, 3, 60.0).service_level(1.0, "sl9"), "formula is 'sl9'"),
    ],
)
def test_bad_input_is_named(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]

"""Slow, plain solvers of Markov chains: what the planning formulas are checked against.

None of them knows a formula of queueing theory. Products run in 50-digit decimals, so that their own
error never matters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DIGITS = 50


def stationary(
    birth: Callable[[int], Decimal], death: Callable[[int], Decimal], states: int
) -> list[Decimal]:
    """Long-run probabilities of a birth-death chain on 0..states-1, by detailed balance."""
    with localcontext() as context:
        context.prec = DIGITS
        weights = [Decimal(1)]
        for n in range(1, states):
            weights.append(weights[-1] * birth(n - 1) / death(n))
        total = sum(weights)
        return [w / total for w in weights]


def stationary_by_solve(generator: Floats) -> Floats:
    """Long-run probabilities of any small chain: pi Q = 0 with the sum of pi being 1."""
    system = generator.T.copy()
    system[-1, :] = 1.0
    right = np.zeros(len(generator))
    right[-1] = 1.0
    return np.linalg.solve(system, right)


def queue_states(
    load: float, agents: int, patience: float | None, states: int, places: int | None = None
) -> list[Decimal]:
    """P(n in the system) of M/M/c(+M), time in handle times; truncated at `states`."""
    a, leave = Decimal(load), Decimal(0) if patience is None else 1 / Decimal(patience)
    if places is not None:
        states = agents + places + 1
    return stationary(lambda n: a, lambda n: min(n, agents) + max(0, n - agents) * leave, states)


def fate_by_time(
    ahead: Sequence[float], agents: int, patience: float, seconds: float
) -> tuple[float, float]:
    """(answered, gave up) by `seconds`, time in handle times, by uniformisation.

    `ahead[j]` is the probability of finding all agents busy and j customers waiting. The tagged
    customer moves up by every service and every customer ahead who gives up, or gives up himself.
    """
    most = len(ahead)
    leave = 1.0 / patience
    rates = agents + (np.arange(most) + 1.0) * leave
    fastest = float(rates[-1])
    where = np.asarray(ahead, dtype=np.longdouble)
    answered = gone = np.longdouble(0)
    up = ((agents + np.arange(most) * leave) / fastest).astype(np.longdouble)
    stay = (1.0 - rates / fastest).astype(np.longdouble)
    mean = fastest * seconds
    below = np.longdouble(0)
    total_answered = total_gone = np.longdouble(0)
    steps = 0
    while below < 1.0 - 1e-17 and steps < mean + 40 * np.sqrt(mean) + 200:
        weight = np.exp(np.longdouble(steps * math.log(mean) - mean - math.lgamma(steps + 1.0)))
        total_answered += weight * answered
        total_gone += weight * gone
        below += weight
        gone = gone + (where * (leave / fastest)).sum()
        moved = where * up
        answered = answered + moved[0]
        where = where * stay
        where[:-1] += moved[1:]
        steps += 1
    return float(total_answered), float(total_gone)


def waits_by_recursion(ahead: Sequence[float], agents: int, patience: float) -> tuple[float, float]:
    """(E[W; answered], E[W; gave up]) of those who wait, by first-step analysis; in handle times."""
    leave = 1.0 / patience
    chance_served = served = gone = 0.0
    total_served = total_gone = 0.0
    for j, probability in enumerate(ahead):
        rate = agents + (j + 1) * leave
        up = (agents + j * leave) / rate
        before = chance_served if j else 1.0
        # One stage of mean 1/rate, then on from j - 1 with chance `up`, else gone.
        served = up * ((served if j else 0.0) + before / rate)
        chance_gone_before = 1.0 - before
        gone = up * ((gone if j else 0.0) + chance_gone_before / rate) + leave / rate / rate
        chance_served = up * before
        total_served += probability * served
        total_gone += probability * gone
    return total_served, total_gone

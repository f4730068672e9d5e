"""Sums over the queue of Erlang A, in Poisson terms that neither overflow nor cancel.

With x = agents / handle_time * patience (how many customers leave as fast as the agents work) and
a load z, the probability of j waiting is proportional to r_j = z^j / ((x+1)(x+2)...(x+j)). These
terms grow to astronomic size when z > x, so they are summed relative to their largest, and the size
of the largest is only ever compared with another one through p(n; m) = e^-m m^n / Gamma(n+1), the
Poisson probability at a real n, which is always of moderate size.

Source: Loader, "Fast and accurate computation of binomial probabilities" (2000), for p(n; m).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from floorcast.planning.theory.erlang import ENOUGH

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class QueueTerms:
    """The terms r_j that matter, j = waiting[0], waiting[0]+1, ..., divided by the largest one.

    `log_largest` is ln p(x + j*; z), j* the place of the largest term: r_j* = p(x + j*; z) /
    p(x; z), so two loads with the same x compare by the difference of their `log_largest`.
    """

    waiting: Floats
    terms: Floats
    log_largest: float

    @property
    def total(self) -> float:
        """Sum of all terms."""
        return float(self.terms.sum())

    @property
    def behind_somebody(self) -> float:
        """Sum of the terms with at least one waiting."""
        return float(self.terms[self.waiting >= 1.0].sum())

    @property
    def waiting_total(self) -> float:
        """Sum of j r_j."""
        return float((self.waiting * self.terms).sum())


def queue_terms(x: float, z: float) -> QueueTerms:
    """All r_j above 1e-18 of the largest, for x >= 0 and z > 0."""
    peak = float(max(0, math.floor(z - x)))
    up = _products(lambda k: z / (x + peak + k), math.inf)
    down = _products(lambda k: (x + peak - k + 1.0) / z, peak)
    terms = np.concatenate((down[::-1], [1.0], up))
    waiting = np.arange(peak - len(down), peak + len(up) + 1.0)
    return QueueTerms(waiting, terms, log_poisson(x + peak, z))


def _products(ratio: Callable[[Floats], Floats], most: float) -> Floats:
    """Running products of ratio(1), ratio(2), ... until they are negligible or `most` are made."""
    blocks: list[Floats] = []
    last, done, size = 1.0, 0, 64
    while done < most and last > 0.0:
        k = np.arange(done + 1.0, min(done + size, most) + 1.0)
        block: Floats = np.cumprod(ratio(k), dtype=np.float64) * last
        blocks.append(block)
        last, done, size = float(block[-1]), done + len(k), size * 2
        # Terms are weighted by up to j later, and a slow tail sums to more than its last term.
        if last * (done + 1.0) < ENOUGH:
            break
    return np.concatenate(blocks) if blocks else np.empty(0)


def log_poisson(n: float, mean: float) -> float:
    """ln(e^-mean mean^n / Gamma(n+1)) for real n >= 0, without the cancellation of its parts."""
    if n == 0.0:
        return -mean
    return -_stirling_error(n) - _deviance(n, mean) - 0.5 * math.log(2.0 * math.pi * n)


def _stirling_error(n: float) -> float:
    """ln Gamma(n+1) minus Stirling's approximation of it."""
    if n < 16.0:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2.0 * math.pi)
    square = n * n
    series = 1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square
    return (1 / 12 - (1 / 360 - series / square) / square) / n


def _deviance(n: float, mean: float) -> float:
    """n ln(n/mean) + mean - n, by a series where the direct form would cancel."""
    if abs(n - mean) >= 0.1 * (n + mean):
        return n * math.log(n / mean) + mean - n
    v = (n - mean) / (n + mean)
    total, power, k = (n - mean) * v, 2.0 * n * v, 1
    while True:
        power *= v * v
        following = total + power / (2 * k + 1)
        if following == total:
            return total
        total, k = following, k + 1


def harmonic_gap(x: float, count: float) -> float:
    """Sum of 1/(x+i) for i = 1..count, x >= 0, in constant time (difference of two digammas)."""
    return _digamma(x + count + 1.0) - _digamma(x + 1.0)


def _digamma(x: float) -> float:
    """Logarithmic derivative of Gamma at x > 0 (Abramowitz and Stegun 6.3.5, 6.3.18)."""
    shift = 0.0
    while x < 12.0:
        shift -= 1.0 / x
        x += 1.0
    s = 1.0 / (x * x)
    tail = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132)))))
    return shift + math.log(x) - 0.5 / x - tail

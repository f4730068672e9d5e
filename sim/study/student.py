"""Quantiles of Student's t, two-sided, as intervals need them."""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist


@lru_cache(maxsize=4096)
def two_sided(error: float, freedom: int) -> float:
    """The t that |T| exceeds with probability `error` in (0, 1), with `freedom` degrees from 1.

    Newton's method on the logarithm of the tail, which is convex. Worked out here as scipy.special takes a
    quarter of a second to load, which every `run` would pay for one number; the tests hold it against scipy.
    """
    if not 0 < error < 1 or freedom < 1:
        raise ValueError(f"found error {error} with {freedom} degrees of freedom; allowed 0 to 1 with 1 or more")
    normal = NormalDist().inv_cdf(1.0 - error / 2) if error > 1e-12 else sqrt(-2.0 * log(error))
    logarithm = log(max(normal, 1e-300))  # of t: heavy tails are straight lines in logarithms
    for _ in range(100):
        t = exp(logarithm)
        tail = _tail(t, freedom)
        slope = -2.0 * t * _density(t, freedom) / tail
        step = (log(tail) - log(error)) / slope
        logarithm -= step
        if abs(step) < 1e-15:
            break
    return exp(logarithm)


def _density(t: float, freedom: int) -> float:
    half = freedom / 2
    return exp(_gammas(half) - (half + 0.5) * log1p(t * t / freedom)) / sqrt(pi * freedom)


def _gammas(half: float) -> float:
    """log(gamma(half + 1 / 2) / gamma(half)), by its series where the difference would lose digits."""
    if half < 50:
        return lgamma(half + 0.5) - lgamma(half)
    return 0.5 * log(half) - 1 / (8 * half) + 1 / (192 * half**3) - 1 / (640 * half**5)


def _tail(t: float, freedom: int) -> float:
    """Probability that |T| exceeds t: the incomplete beta function I_x(freedom / 2, 1 / 2) at
    x = freedom / (freedom + t^2), by its continued fraction (Abramowitz and Stegun 26.5.8, 26.7.1)."""
    x = freedom / (freedom + t * t)
    a, b = freedom / 2, 0.5
    if x > (a + 1.0) / (a + b + 2.0):  # there the fraction of the other tail converges faster
        return 1.0 - _fraction(b, a, t * t / (freedom + t * t))
    return _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """I_x(a, b) by Lentz's method, one of a and b being 1 / 2 and the other no less."""
    if x <= 0.0:
        return 0.0
    front = exp(_gammas(max(a, b)) + a * log(x) + b * log1p(-x)) / (sqrt(pi) * a)
    d = 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    c, value = 1.0, d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / (1.0 + term * d)
            c = 1.0 + term / c
            value *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return front * value

"""Quantiles of Student's t, from the incomplete beta function.

scipy.special knows them too, but takes a quarter of a second to import, for one number; the tests
compare the two.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, log1p, pi, sqrt


@lru_cache(maxsize=4096)
def two_sided(error: float, freedom: int) -> float:
    """The t that a Student variable with `freedom` degrees exceeds in size with probability `error`.

    Raises ValueError unless 0 < error < 1 and freedom is at least 1.
    """
    if not 0 < error < 1 or freedom < 1:
        raise ValueError(
            f"found error {error:g} with {freedom} degrees; allowed 0 to 1 with 1 or more"
        )
    low, high = -400.0, 1.0  # of log t
    while log_tail(exp(high), freedom) > log(error):
        low, high = high, 2 * high
    at = (low + high) / 2 if low > 0 else 0.5
    for _ in range(200):
        tail = log_tail(exp(at), freedom)
        low, high = (at, high) if tail > log(error) else (low, at)
        # Newton on logarithms, where the tail is nearly straight; halving where it would leave.
        slope = -2 * exp(_log_density(exp(at), freedom) + at - tail)
        step = at - (tail - log(error)) / slope
        step = step if low < step < high else (low + high) / 2
        if abs(step - at) < 1e-14 * max(1.0, abs(at)):
            break
        at = step
    return exp(at)


def log_tail(t: float, freedom: int) -> float:
    """Logarithm of the probability that |T| exceeds t > 0: I(nu / 2, 1 / 2) at nu / (nu + t^2)."""
    a, b = freedom / 2, 0.5
    rest = t * t / (freedom + t * t)
    front = -a * log1p(t * t / freedom) + b * log(rest) - log_beta(a, b)
    if 1 - rest < (a + 1) / (a + b + 2):
        return front + log(_fraction(a, b, 1 - rest) / a)
    return log1p(-exp(front) * _fraction(b, a, rest) / b)


def log_beta(a: float, b: float) -> float:
    """Logarithm of the beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _log_density(t: float, freedom: int) -> float:
    gammas = lgamma((freedom + 1) / 2) - lgamma(freedom / 2)
    return gammas - log(sqrt(freedom * pi)) - (freedom + 1) / 2 * log1p(t * t / freedom)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d or tiny)
    value = d
    for m in range(1, 100_000):
        before = value
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            value *= d * c
        if abs(value - before) <= 1e-15 * abs(value):
            break
    return value

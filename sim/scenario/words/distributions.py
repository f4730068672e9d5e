"""A distribution as one monotone quantile function of one uniform: a closed form or a table of
knots.

`Distribution.quantile` in Python and the compiled model read the same row, so they agree. Tables
are built without scipy.stats (slow to import): from scipy.special where an inverse is needed, else
by hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TAIL = 1e-9  # probability beyond the last interior knot of a table
MOST_STEPS = 100_000
MOST_KNOTS = 3_000
_BULK_ERROR = 4e-5
_TAIL_ERROR = 2e-3


class DistributionKind(IntEnum):
    """Which quantile function a row means."""

    CONSTANT = 0
    EXPONENTIAL = 1
    UNIFORM = 2
    LOGNORMAL = 3
    TABLE = 4


Row = tuple[DistributionKind, float, float, float, Floats | None]


@dataclass(frozen=True, eq=False)
class Distribution:
    """A non-negative distribution, frozen.

    kind: the quantile function. CONSTANT a; EXPONENTIAL mean a; UNIFORM a..b; LOGNORMAL mu = a,
    sigma = b of the log; TABLE `knots`, rows (u, x) with u rising from 0 to 1, linear between, a
    step where two rows share u.
    zero: probability of exactly 0, in front of the rest (u < zero gives 0).
    mean: the true mean with the zero atom included, not that of the table; may be infinite (a heavy
    Pareto tail).
    words: the distribution as one would write it.
    """

    kind: DistributionKind
    a: float
    b: float
    zero: float
    knots: Floats | None
    mean: float
    words: str

    def row(self) -> Row:
        """What the model needs: (kind, a, b, zero, knots of shape (n, 2) or None)."""
        return self.kind, self.a, self.b, self.zero, self.knots

    def quantile(self, u: Any) -> Floats:
        """Values at the uniforms `u` (any shape, in [0, 1)), same shape."""
        uniforms = np.asarray(u, dtype=np.float64)
        if self.zero >= 1.0:
            return np.zeros_like(uniforms)
        if self.zero > 0.0:
            rest = np.maximum((uniforms - self.zero) / (1.0 - self.zero), 0.0)
            return np.where(uniforms < self.zero, 0.0, self._positive(rest))
        return self._positive(uniforms)

    def _positive(self, u: Floats) -> Floats:
        if self.kind is DistributionKind.CONSTANT:
            return np.full_like(u, self.a)
        if self.kind is DistributionKind.EXPONENTIAL:
            return np.asarray(-self.a * np.log1p(-u))
        if self.kind is DistributionKind.UNIFORM:
            return np.asarray(self.a + (self.b - self.a) * u)
        if self.kind is DistributionKind.LOGNORMAL:
            from scipy.special import ndtri

            return np.asarray(np.exp(self.a + self.b * ndtri(u)))
        assert self.knots is not None
        us, xs = self.knots[:, 0], self.knots[:, 1]
        upper = np.clip(np.searchsorted(us, u, side="right"), 1, len(us) - 1)
        lower = upper - 1
        width = us[upper] - us[lower]
        part = np.divide(u - us[lower], width, out=np.ones_like(u), where=width > 0)
        return np.asarray(xs[lower] + (xs[upper] - xs[lower]) * part)

    def share_up_to(self, value: float) -> float:
        """The share of values that are no greater."""
        if value < 0.0:
            return 0.0
        if self.zero >= 1.0:
            return 1.0
        return self.zero + (1.0 - self.zero) * self._positive_up_to(value)

    def _positive_up_to(self, value: float) -> float:
        if self.kind is DistributionKind.CONSTANT:
            return float(value >= self.a)
        if self.kind is DistributionKind.EXPONENTIAL:
            return -math.expm1(-value / self.a)
        if self.kind is DistributionKind.UNIFORM:
            width = self.b - self.a
            return min(max((value - self.a) / width, 0.0), 1.0) if width > 0 else float(value >= self.a)
        if self.kind is DistributionKind.LOGNORMAL:
            if self.b <= 0.0 or value <= 0.0:
                return float(value >= math.exp(self.a))
            return 0.5 * math.erfc((self.a - math.log(value)) / (self.b * math.sqrt(2.0)))
        assert self.knots is not None
        us, xs = self.knots[:, 0], self.knots[:, 1]
        below = int(np.searchsorted(xs, value, side="right")) - 1  # the last knot that is no greater
        if below < 0:
            return 0.0
        if below >= len(xs) - 1:
            return 1.0
        return float(us[below] + (us[below + 1] - us[below]) * (value - xs[below]) / (xs[below + 1] - xs[below]))

    @property
    def is_zero(self) -> bool:
        """Always exactly zero."""
        return self.zero >= 1.0 or (self.kind is DistributionKind.CONSTANT and self.a == 0.0)

    def _identity(self) -> tuple[Any, ...]:
        table = None if self.knots is None else self.knots.tobytes()
        return (self.kind, self.a, self.b, self.zero, table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Distribution) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        return f"Distribution({self.words})"


def constant(value: float) -> Distribution:
    """Always `value`."""
    return Distribution(
        DistributionKind.CONSTANT, value, 0.0, 0.0, None, value, f"constant {value:g}"
    )


def exponential(mean: float) -> Distribution:
    """Exponential with `mean`; mean 0 is constant 0."""
    if mean == 0:
        return constant(0.0)
    return Distribution(
        DistributionKind.EXPONENTIAL, mean, 0.0, 0.0, None, mean, f"exponential, mean {mean:g}"
    )


def uniform(low: float, high: float) -> Distribution:
    """Uniform from `low` to `high`."""
    if low == high:
        return constant(low)
    words = f"uniform from {low:g} to {high:g}"
    return Distribution(DistributionKind.UNIFORM, low, high, 0.0, None, (low + high) / 2, words)


def lognormal(mu: float, sigma: float) -> Distribution:
    """exp(Normal(mu, sigma))."""
    mean = math.exp(mu + sigma * sigma / 2)
    if sigma == 0:
        return constant(mean)
    words = f"lognormal, mean {mean:g}, SCV {math.expm1(sigma * sigma):.4g}"
    return Distribution(DistributionKind.LOGNORMAL, mu, sigma, 0.0, None, mean, words)


def gamma(mean: float, shape: float) -> Distribution:
    """Gamma by mean and shape (SCV = 1 / shape), as a table."""
    if mean == 0:
        return constant(0.0)
    return _scaled(
        _gamma_table(shape), mean / shape, mean, f"gamma, mean {mean:g}, shape {shape:g}"
    )


def weibull(mean: float, shape: float) -> Distribution:
    """Weibull by mean and shape, as a table."""
    if mean == 0:
        return constant(0.0)
    scale = mean / math.gamma(1 + 1 / shape)
    return _scaled(_weibull_table(shape), scale, mean, f"Weibull, mean {mean:g}, shape {shape:g}")


def pareto(minimum: float, shape: float) -> Distribution:
    """Pareto by minimum and tail index; the mean is infinite for shape <= 1. The table ends at 1e-9
    in the tail."""
    mean = minimum * shape / (shape - 1) if shape > 1 else math.inf
    return _scaled(_pareto_table(shape), minimum, mean, f"Pareto from {minimum:g}, shape {shape:g}")


def empirical(values: Sequence[float], weights: Sequence[float] | None = None) -> Distribution:
    """The given values with the given weights (equal ones by default), exactly: a step function."""
    xs = np.asarray(values, dtype=np.float64)
    ws = np.ones(len(xs)) if weights is None else np.asarray(weights, dtype=np.float64)
    distinct, where = np.unique(xs, return_inverse=True)
    mass = np.bincount(where, weights=ws)
    distinct, mass = distinct[mass > 0], mass[mass > 0]
    mean = float(np.dot(distinct, mass) / mass.sum())
    if len(distinct) == 1:
        return constant(float(distinct[0]))
    return _steps(distinct, mass / mass.sum(), mean, f"empirical, {len(xs)} values, mean {mean:g}")


def geometric(mean: float) -> Distribution:
    """1, 2, 3, ... with the given mean (at least 1), exactly, up to a tail of 1e-9."""
    if mean == 1:
        return constant(1.0)
    keep = 1 - 1 / mean
    last = min(MOST_STEPS, math.ceil(math.log(TAIL) / math.log(keep)))
    mass = keep ** np.arange(last) / mean
    mass[-1] += 1 - mass.sum()
    return _steps(
        np.arange(1.0, last + 1, dtype=np.float64),
        np.asarray(mass, dtype=np.float64),
        mean,
        f"geometric, mean {mean:g}",
    )


def poisson(mean: float) -> Distribution:
    """0, 1, 2, ... with the given mean, exactly, up to tails of 1e-9."""
    if mean == 0:
        return constant(0.0)
    reach = 8 * math.sqrt(mean) + 25
    first, last = max(0, math.floor(mean - reach)), math.ceil(mean + reach)
    counts = np.arange(first, last + 1)
    logs = counts * math.log(mean) - mean - np.array([math.lgamma(n + 1) for n in counts])
    mass = np.exp(logs)
    return _steps(counts.astype(np.float64), mass / mass.sum(), mean, f"Poisson, mean {mean:g}")


def with_zero(probability: float, other: Distribution) -> Distribution:
    """0 with `probability`, else `other`."""
    if probability == 0:
        return other
    zero = probability + (1 - probability) * other.zero
    mean = (1 - probability) * other.mean if probability < 1 else 0.0
    words = f"0 with probability {zero:g}, else {other.words}"
    return Distribution(other.kind, other.a, other.b, zero, other.knots, mean, words)


def _scaled(table: Floats, scale: float, mean: float, words: str) -> Distribution:
    knots = table.copy()
    knots[:, 1] *= scale
    return Distribution(DistributionKind.TABLE, 0.0, 0.0, 0.0, _frozen(knots), mean, words)


def _steps(xs: Floats, mass: Floats, mean: float, words: str) -> Distribution:
    edges = np.concatenate(([0.0], np.cumsum(mass)))
    edges[-1] = 1.0
    np.minimum(edges, 1.0, out=edges)
    knots = np.empty((2 * len(xs), 2))
    knots[0::2, 0], knots[1::2, 0] = edges[:-1], edges[1:]
    knots[0::2, 1], knots[1::2, 1] = xs, xs
    return Distribution(DistributionKind.TABLE, 0.0, 0.0, 0.0, _frozen(knots), mean, words)


def _frozen(knots: Floats) -> Floats:
    knots.setflags(write=False)
    return knots


@lru_cache(maxsize=256)
def _gamma_table(shape: float) -> Floats:
    from scipy.special import gammainccinv, gammaincinv

    def ppf(u: Floats, upper: Floats) -> Floats:
        lower = gammaincinv(shape, u)
        return np.asarray(np.where(u < 0.5, lower, gammainccinv(shape, upper)), dtype=np.float64)

    return _frozen(_table(ppf))


@lru_cache(maxsize=256)
def _weibull_table(shape: float) -> Floats:
    def ppf(u: Floats, upper: Floats) -> Floats:
        return np.asarray(
            np.where(u < 0.5, -np.log1p(-u), -np.log(upper)) ** (1 / shape), dtype=np.float64
        )

    return _frozen(_table(ppf))


@lru_cache(maxsize=256)
def _pareto_table(shape: float) -> Floats:
    return _frozen(_table(lambda u, upper: np.asarray(upper ** (-1 / shape), dtype=np.float64)))


def _table(ppf: Callable[[Floats, Floats], Floats]) -> Floats:
    """Knots (u, x) of a continuous quantile function, halved where a line misses it by more than
    the tolerance.

    `ppf(u, 1 - u)` gets both tails so that neither loses digits. Works in z = logit(u), where both
    tails are even.
    """
    end = math.log((1 - TAIL) / TAIL)
    z = np.linspace(-end, end, 81)
    u, x = _at(ppf, z)
    typical = x[40]  # the median: far below it relative precision is pointless
    open_ = np.ones(
        80, dtype=bool
    )  # intervals not yet found good enough; each ppf value is computed once
    while open_.any() and len(z) < MOST_KNOTS:
        left = np.flatnonzero(open_)
        middle = (z[left] + z[left + 1]) / 2
        um, xm = _at(ppf, middle)
        line = x[left] + (x[left + 1] - x[left]) * (um - u[left]) / (u[left + 1] - u[left])
        allowed = np.where(np.abs(middle) < math.log(1e4), _BULK_ERROR, _TAIL_ERROR)
        poor = np.abs(line - xm) > allowed * np.maximum(xm, 0.02 * typical)
        at = left[poor] + 1
        open_ = np.zeros(len(open_), dtype=bool)
        open_[left[poor]] = True
        open_ = np.insert(open_, at, True)
        z, u, x = (np.insert(old, at, new[poor]) for old, new in ((z, middle), (u, um), (x, xm)))
    last_u, last_x = _at(ppf, np.array([-end - math.log(10), end + math.log(10)]))
    u = np.concatenate(([0.0], u, [1.0]))
    x = np.concatenate(([min(last_x[0], x[0])], x, [last_x[1]]))
    return np.column_stack((u, np.maximum.accumulate(x)))


def _at(ppf: Callable[[Floats, Floats], Floats], z: Floats) -> tuple[Floats, Floats]:
    """u and x at z = logit(u)."""
    u = 1.0 / (1.0 + np.exp(-z))
    upper = 1.0 / (1.0 + np.exp(z))
    return u, ppf(u, upper)

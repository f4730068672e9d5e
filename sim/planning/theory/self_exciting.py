"""Self-exciting arrivals: a cascade of posts as a Hawkes process with an exponential kernel.

Original posts come at a Poisson rate; each post, original or not, attracts a Poisson number of
further posts with mean `branching`, each after an exponential delay with rate `decay`. In the long
run counts over a window have the mean and variance below, and each cascade has a Borel size.

Sources: Hawkes, "Spectra of some self-exciting and mutually exciting point processes" (1971);
Borel, "Sur l'emploi du theoreme de Bernoulli ..." (1942).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from floorcast.planning.theory.erlang import check_positive, check_time


@dataclass(frozen=True)
class SelfExciting:
    """Posts at `rate` [1/s], each attracting `branching` (0 to below 1) posts, kernel n b e^(-bt).

    `decay` is b [1/s]; any unit of time will do if all three agree.
    """

    rate: float
    branching: float
    decay: float

    def __post_init__(self) -> None:
        check_positive("rate", self.rate)
        check_positive("decay", self.decay)
        _check_branching(self.branching)

    @property
    def intensity(self) -> float:
        """Posts per unit of time in the long run, the attracted ones included."""
        return self.rate / (1.0 - self.branching)

    def mean_count(self, window: float) -> float:
        """Mean number of posts in a window of this length."""
        check_time(window)
        return self.intensity * window

    def variance_count(self, window: float) -> float:
        """Variance of the number of posts in a window of this length, in the long run.

        The covariance of the counts at distance t is A e^(-kt), k = b (1-n) and
        A = intensity n b (2-n) / (2 (1-n)); integrated over the window.
        """
        check_time(window)
        n, slow = self.branching, self.decay * (1.0 - self.branching)
        level = self.intensity * n * self.decay * (2.0 - n) / (2.0 * (1.0 - n))
        return self.intensity * window + 2.0 * level * _shortfall(slow * window) / slow**2

    def dispersion(self, window: float) -> float:
        """Variance over mean of the counts; 1 for Poisson arrivals."""
        return self.variance_count(window) / self.mean_count(window)


def cluster_size_probability(branching: float, size: int) -> float:
    """P(a cascade has `size` posts in all, its first included): Borel, e^(-nk) (nk)^(k-1) / k!."""
    _check_branching(branching)
    if size < 1:
        return 0.0
    if branching == 0.0:
        return 1.0 if size == 1 else 0.0
    mean = branching * size
    return math.exp(-mean + (size - 1) * math.log(mean) - math.lgamma(size + 1.0))


def cluster_size_mean(branching: float) -> float:
    """Mean posts per cascade: 1 / (1 - n)."""
    _check_branching(branching)
    return 1.0 / (1.0 - branching)


def cluster_size_variance(branching: float) -> float:
    """Variance of the posts per cascade: n / (1 - n)^3."""
    _check_branching(branching)
    return branching / (1.0 - branching) ** 3


def _shortfall(z: float) -> float:
    """z - (1 - e^-z) for z >= 0, by its series where the difference would cancel."""
    if z > 0.5:
        return z + math.expm1(-z)
    total, term, k = 0.0, -z, 1
    while abs(term) > 1e-18 * total:
        k += 1
        term *= -z / k
        total += term
    return total


def _check_branching(branching: float) -> None:
    if not 0.0 <= branching < 1.0:
        raise ValueError(
            f"the branching ratio is {branching}; cascades end only if it is 0 or more and below 1"
        )

"""Estimates from replications: ratios of means with delta-method intervals.

A measure of a replication is a numerator and a denominator (contacts answered in time, contacts
counted). Over replications their means are divided, so that a busy day weighs more than a quiet
one; the mean of the replications' ratios is another quantity and is not used. The error of a ratio
R = A / B is to first order the mean of the influences (a_i - R b_i) / B of the replications, which
are independent; the error of a difference of two policies' ratios is the mean of the differences of
their influences on the same replication, which common random numbers make small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from floorcast.study.student import two_sided

Floats = NDArray[np.float64]

CONFIDENCE_ERROR = 0.05  # intervals miss with this probability: one alone, or any of a family

# A standard error below this share of the mean is rounding, not variation.
_ROUNDING = 1e-11


@dataclass(frozen=True)
class Ratios:
    """Ratios of means [m] of quantities over n replications, with their influences [n, m]."""

    mean: Floats  # NaN where there is nothing to measure
    influence: Floats
    # Of adjusted ratios, whose influences have rows beside those of replications.
    replications: int | None = None
    freedom: int | None = None

    def half_width(self, error: float = CONFIDENCE_ERROR) -> Floats:
        """Half widths [m] of intervals that each miss with probability `error`; see `half_widths`."""
        return half_widths(
            self.influence, error, np.abs(self.mean), self.replications, self.freedom
        )


def ratios(above: Floats, below: Floats) -> Ratios:
    """Ratios of means of numerators and denominators, both [n, m]."""
    below_mean = below.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):  # also of percentiles that were not reached
        mean: Floats = np.where(below_mean == 0, np.nan, above.mean(axis=0) / below_mean)
        influence = (above - mean * below) / below_mean
    return Ratios(mean, influence)


def half_widths(
    influence: Floats,
    error: float,
    size: Floats,
    replications: int | None = None,
    freedom: int | None = None,
) -> Floats:
    """Half widths [m] of Student intervals from influences [n, m]; NaN for one replication.

    replications, freedom: where influences have other rows than one per replication.
    Variation that is only rounding in comparison with `size` [m] counts as none: half width 0.
    """
    n = influence.shape[0] if replications is None else replications
    if n < 2:
        return np.full(influence.shape[1:], np.nan)
    standard_error = np.sqrt((influence**2).sum(axis=0) / (n * (n - 1)))
    standard_error = np.where(standard_error <= _ROUNDING * size, 0.0, standard_error)
    return two_sided(error, n - 1 if freedom is None else freedom) * standard_error

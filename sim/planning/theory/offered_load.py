"""Offered load when the arrival rate changes with time: how many agents the work would keep busy.

The peak of the load follows the peak of the arrivals by about a handle time and is lower; Erlang
formulas staff a changing day correctly if they are given this load instead of rate times handle
time (the "modified offered load"). Times in seconds from the start of the profile, rates per second.

Sources: Eick, Massey and Whitt, "The physics of the M_t/G/infinity queue" (1993); Jennings,
Mandelbaum, Massey and Whitt, "Server staffing to meet time-varying demand" (1996).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from floorcast.planning.theory.erlang import check_positive
from floorcast.scenario.words.distributions import Distribution, DistributionKind

Floats = NDArray[np.float64]
LimitedMean = Callable[[Floats], Floats]
"""x -> E[min(handle time, x)], for an array of x >= 0."""

SAMPLES = 12  # instants per interval over which a load is averaged or its peak sought
LONGEST_MEMORY = 400  # whole profiles back: beyond them no handle time reaches


@dataclass(frozen=True)
class ArrivalProfile:
    """A rate per interval: `rates` [1/s], one per `interval` [s], starting at time 0.

    Before the profile nobody arrives, unless it `repeats` (a week after another): then it has done
    so for ever.
    """

    rates: tuple[float, ...]
    interval: float
    repeats: bool = False

    def __post_init__(self) -> None:
        check_positive("interval", self.interval)
        for rate in self.rates:
            if not (rate >= 0.0 and math.isfinite(rate)):
                raise ValueError(f"an arrival rate is {rate}; it must be a number from 0 on")

    @property
    def length(self) -> float:
        """Seconds the profile covers."""
        return self.interval * len(self.rates)


def exponential_handling(mean: float) -> LimitedMean:
    """E[min(S, x)] of an exponential handle time with this mean [s]."""
    check_positive("mean", mean)
    return lambda x: -mean * np.expm1(-x / mean)


def handling_as(distribution: Distribution) -> LimitedMean:
    """E[min(S, x)] of a scenario's distribution, from the same row that the model draws from."""
    kind, a, b, zero, knots = distribution.row()
    if kind is DistributionKind.CONSTANT:
        limited = _constant(a)
    elif kind is DistributionKind.EXPONENTIAL:
        limited = exponential_handling(a)
    elif kind is DistributionKind.UNIFORM:
        limited = _tabulated(np.array([[0.0, a], [1.0, b]]))
    elif kind is DistributionKind.LOGNORMAL:
        limited = _lognormal(a, b)
    else:
        assert knots is not None
        limited = _tabulated(knots)
    return lambda x: (1.0 - zero) * limited(x)


def _constant(seconds: float) -> LimitedMean:
    return lambda x: np.minimum(x, seconds)


def _lognormal(mu: float, sigma: float) -> LimitedMean:
    mean = math.exp(mu + 0.5 * sigma**2)

    def limited(x: Floats) -> Floats:
        from scipy.special import ndtr  # loaded only where it is used: it costs start-up time

        with np.errstate(divide="ignore"):
            z = (np.log(x) - mu) / sigma
        result: Floats = mean * ndtr(z - sigma) + x * ndtr(-z)
        return result

    return limited


def _tabulated(knots: Floats) -> LimitedMean:
    """Survival is linear between the knots (u, x), so its integral is exact by trapezoids."""
    survival = np.concatenate(([1.0], 1.0 - knots[:, 0]))
    place = np.concatenate(([0.0], knots[:, 1]))
    widths = np.diff(place)
    areas = np.concatenate(([0.0], np.cumsum(0.5 * (survival[1:] + survival[:-1]) * widths)))

    def limited(x: Floats) -> Floats:
        k = np.clip(np.searchsorted(place, x, side="right") - 1, 0, len(widths) - 1)
        into = np.minimum(x - place[k], widths[k])
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.where(widths[k] > 0.0, (survival[k + 1] - survival[k]) / widths[k], 0.0)
        result: Floats = areas[k] + into * (survival[k] + 0.5 * slope * into)
        return result

    return limited


def offered_load(profile: ArrivalProfile, handling: LimitedMean, times: ArrayLike) -> Floats:
    """Mean number of agents busy at each of `times` [s] if there were always enough (erlangs).

    m(t) = sum over the intervals of rate * (E[min(S, t - start)] - E[min(S, t - end)]): those who
    arrived in the interval and are still in service.
    """
    at = np.asarray(times, dtype=np.float64)
    load = np.zeros(at.shape)
    rates = np.asarray(profile.rates)
    starts = np.arange(len(rates)) * profile.interval
    for back in range(LONGEST_MEMORY if profile.repeats else 1):
        since = at[..., None] - starts + back * profile.length
        older, newer = np.maximum(since, 0.0), np.maximum(since - profile.interval, 0.0)
        part = ((handling(older) - handling(newer)) * rates).sum(axis=-1)
        load += part
        if back and float(part.max(initial=0.0)) <= 1e-13 * float(load.max(initial=0.0)):
            break
    return load


def interval_loads(profile: ArrivalProfile, handling: LimitedMean, peak: bool = False) -> Floats:
    """Offered load of each interval [erlangs], shape (intervals,): its mean, or its `peak`."""
    moments = (np.arange(SAMPLES) + 0.5) / SAMPLES * profile.interval
    starts = np.arange(len(profile.rates)) * profile.interval
    loads = offered_load(profile, handling, starts[:, None] + moments)
    result: Floats = loads.max(axis=1) if peak else loads.mean(axis=1)
    return result

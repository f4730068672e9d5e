"""Procedures that choose the best of several options, less being better, from observations per option.

`kn` takes observation by observation and drops options on the way; it wants the same customers under
every option (common random numbers). `rinott` takes two stages of independent observations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from floorcast.study.estimate import Floats
from floorcast.study.selection.constants import kn_h2, rinott_h

# (options, n) -> their first n observations [options, n]
Observe = Callable[[Sequence[int], int], Floats]


class NotDecided(Exception):
    """More observations were needed than allowed; `.left` are the options still in the race."""

    def __init__(self, left: list[int], observations: int) -> None:
        self.left, self.observations = left, observations
        super().__init__(f"{len(left)} options are left after {observations} replications")


@dataclass(frozen=True)
class Lost:
    """Why an option is out: after so many observations its mean was `behind` that of `to`, with `limit`
    the most that chance would excuse there."""

    option: int
    to: int
    behind: float
    limit: float
    observations: int


@dataclass(frozen=True)
class Choice:
    """The best option, the others in the order in which they left (the last to leave last), and how many
    observations were taken of each."""

    best: int
    lost: tuple[Lost, ...]
    observations: tuple[int, ...]


def kn(
    observe: Observe,
    options: Sequence[int],
    n0: int,
    delta: float,
    alpha: float,
    most: int | None = None,
) -> Choice:
    """Kim and Nelson's fully sequential procedure, c = 1: the best of `options` with probability 1 - alpha
    where it is better than all others by delta at least.

    Raises NotDecided after `most` observations per option.
    """
    _check(delta, n0)
    number = len(options)
    taken = dict.fromkeys(options, n0)
    if number == 1:
        return Choice(options[0], (), (n0,))
    variance = _of_differences(observe(options, n0))
    h2 = kn_h2(number, n0, alpha)
    left, lost, r = list(options), [], n0
    rows = np.arange(number)  # of those left
    while True:
        means = observe(left, r).mean(axis=1)
        behind = means[:, None] - means[None, :]
        limit = delta / (2 * r) * (h2 * variance[np.ix_(rows, rows)] / delta**2 - r)
        closed = bool((limit <= 0).all())
        limit = np.maximum(limit, 0.0)
        beaten = behind > limit + 1e-12 * np.abs(means)
        gone = []
        for i in np.flatnonzero(beaten.any(axis=1)).tolist():
            j = int(np.argmax(behind[i] - limit[i]))
            gone.append(Lost(left[i], left[j], float(behind[i, j]), float(limit[i, j]), r))
        taken.update(dict.fromkeys(left, r))
        lost += sorted(gone, key=lambda one: -one.behind)
        stay = ~beaten.any(axis=1)
        left, rows = [option for option, here in zip(left, stay) if here], rows[stay]
        if len(left) > 1 and closed:  # nothing tells them apart: the first of equals
            best = left[0]
            lost += [Lost(other, best, 0.0, 0.0, r) for other in left[1:]]
            left = [best]
        if len(left) == 1:
            return Choice(left[0], tuple(lost), tuple(taken[option] for option in options))
        if most is not None and r >= most:
            raise NotDecided(left, r)
        r += 1


def rinott(
    observe: Observe,
    options: Sequence[int],
    n0: int,
    delta: float,
    alpha: float,
    most: int | None = None,
) -> Choice:
    """Rinott's two stages: the same promise as `kn` from observations that are independent."""
    _check(delta, n0)
    number = len(options)
    if number == 1:
        return Choice(options[0], (), (n0,))
    h = rinott_h(number, n0, 1 - alpha)
    first = observe(options, n0)
    wanted = [max(n0, ceil((h * sqrt(_variance(row)) / delta) ** 2)) for row in first]
    if most is not None and max(wanted) > most:
        raise NotDecided(list(options), n0)
    means = [float(observe([option], n)[0].mean()) for option, n in zip(options, wanted)]
    best = int(np.argmin(means))
    order = sorted((i for i in range(number) if i != best), key=lambda i: -means[i])
    lost = tuple(
        Lost(options[i], options[best], means[i] - means[best], 0.0, wanted[i]) for i in order
    )
    return Choice(options[best], lost, tuple(wanted))


def screened(observations: Floats, alpha: float) -> tuple[list[int], list[Lost]]:
    """The rows of observations [options, n] that may be the best, and why the others are not.

    The best is among them with probability 1 - alpha (Nelson, Swann, Goldsman and Song, "Simple
    procedures for selecting the best simulated system when the number of alternatives is large",
    Operations Research 49 (2001), with pairs on common random numbers and Bonferroni).
    """
    from floorcast.study.student import two_sided

    number, n = observations.shape
    if number == 1:
        return [0], []
    t = two_sided(2 * alpha / (number - 1), n - 1)
    means = observations.mean(axis=1)
    behind = means[:, None] - means[None, :]
    limit = t * np.sqrt(_of_differences(observations) / n)
    beaten = behind > limit + 1e-12 * np.abs(means)
    kept = np.flatnonzero(~beaten.any(axis=1)).tolist()
    lost: list[Lost] = []
    for i in np.flatnonzero(beaten.any(axis=1)).tolist():
        j = int(np.argmax(behind[i] - limit[i]))
        lost.append(Lost(i, j, float(behind[i, j]), float(limit[i, j]), n))
    return kept, sorted(lost, key=lambda one: -one.behind)


def _of_differences(values: Floats) -> Floats:
    """Sample variances of the differences of all pairs of rows of [options, n]."""
    covariance = np.atleast_2d(np.cov(values, ddof=1))
    own = np.diag(covariance)
    found: Floats = np.maximum(own[:, None] + own[None, :] - 2 * covariance, 0.0)
    # What is left of equal rows is rounding.
    found[found <= 1e-14 * (own[:, None] + own[None, :])] = 0.0
    return found


def _variance(values: Floats) -> float:
    return float(values.var(ddof=1))


def _check(delta: float, n0: int) -> None:
    if not delta > 0 or n0 < 2:
        raise ValueError(
            f"found an indifference of {delta:g} and {n0} first observations; allowed above 0, and 2 or more"
        )

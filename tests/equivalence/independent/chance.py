"""The customers' chance: the model's keyed uniforms, generated and turned into values by other code.

A draw depends on (seed, replication, stream, contact's key, ordinal) only, so both simulators meet
the same customers however different their events are.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping
from statistics import NormalDist

import numpy as np

from floorcast.model.core.random import Stream
from floorcast.scenario.words.distributions import Distribution, DistributionKind

_LOW = 0xFFFFFFFF
_NORMAL = NormalDist()
Pair = tuple[float, float]


def _philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox 4x32-10 (Salmon et al. 2011) in whole numbers."""
    a, b, c, d = counter
    k, m = key
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (q >> 32) ^ b ^ k, q & _LOW, (p >> 32) ^ d ^ m, p & _LOW
        k, m = (k + 0x9E3779B9) & _LOW, (m + 0xBB67AE85) & _LOW
    return a, b, c, d


def _unit(high: int, low: int) -> float:
    return ((((high << 32) | low) >> 12) + 0.5) * 2.0**-52


class Chance:
    """All uniforms of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self._key = _philox((replication, 0, 0, 0), (seed & _LOW, seed >> 32))[:2]

    def _words(self, key: int, stream: int, ordinal: int) -> tuple[int, int, int, int]:
        return _philox((key & _LOW, key >> 32, int(stream), ordinal), self._key)

    def two(self, key: int, stream: Stream, ordinal: int = 0) -> Pair:
        """The two uniforms of a stream's block."""
        a, b, c, d = self._words(key, stream, ordinal)
        return _unit(a, b), _unit(c, d)

    def child(self, key: int, stream: Stream, ordinal: int = 0) -> int:
        """The key of a contact that another one leads to."""
        a, b, _, _ = self._words(key, stream, ordinal)
        return (a << 32) | b


def value(of: Distribution | None, u: float, nothing: float = 0.0) -> float:
    """The value of a distribution at a uniform; ``nothing`` where there is no distribution."""
    if of is None:
        return nothing
    if of.is_zero:
        return 0.0
    if of.zero > 0.0:
        if u < of.zero:
            return 0.0
        u = (u - of.zero) / (1.0 - of.zero)
    if of.kind is DistributionKind.CONSTANT:
        return of.a
    if of.kind is DistributionKind.EXPONENTIAL:
        return -of.a * math.log1p(-u)
    if of.kind is DistributionKind.UNIFORM:
        return of.a + (of.b - of.a) * u
    if of.kind is DistributionKind.LOGNORMAL:
        return math.exp(of.a + of.b * _NORMAL.inv_cdf(u))
    assert of.knots is not None
    us, xs = of.knots[:, 0], of.knots[:, 1]
    right = min(max(bisect.bisect_right(us, u), 1), len(us) - 1)
    width = float(us[right] - us[right - 1])
    if width <= 0.0:
        return float(xs[right])
    low = float(xs[right - 1])
    return low + (float(xs[right]) - low) * (u - float(us[right - 1])) / width


def stretched(steps: tuple[np.ndarray, np.ndarray] | None, time: float) -> float:
    """How many times as long something takes at an instant as it was drawn, by a table of steps."""
    if steps is None:
        return 1.0
    edges, factors = steps
    place = int(np.searchsorted(edges, max(time, 0.0), side="right")) - 1
    return float(factors[min(max(place, 0), len(factors) - 1)])


def choice(shares: Mapping[str, float], u: float) -> str:
    """One of several by their shares."""
    total = math.fsum(shares.values())
    up_to = 0.0
    for name, share in shares.items():
        up_to += share / total
        if u < up_to:
            return name
    return name

"""Quantiles of Student's t, two-sided, as intervals need them."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def two_sided(error: float, freedom: int) -> float:
    """The t that |T| exceeds with probability `error` in (0, 1), with `freedom` degrees from 1."""
    from scipy.special import (
        stdtrit,  # a quarter of a second to load: only where intervals are made
    )

    if not 0 < error < 1 or freedom < 1:
        raise ValueError(f"found error {error} with {freedom} degrees of freedom; allowed 0 to 1 with 1 or more")
    return float(-stdtrit(freedom, error / 2))

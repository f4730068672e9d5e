"""Quantiles of Student's t."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def two_sided(error: float, freedom: int) -> float:
    """The t that a Student variable with `freedom` degrees exceeds in size with probability `error`."""
    # Imported late: special functions take a quarter of a second to load.
    from scipy.special import stdtrit

    return float(-stdtrit(freedom, error / 2))

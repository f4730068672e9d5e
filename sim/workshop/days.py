"""Arrivals of every day, from counts through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def arrivals_of(counts: Sequence[float]) -> list[dict[str, Any]]:
    """The arrivals of every day, from counts by hour, half hour or quarter."""
    minutes = 1440 // len(counts)
    daily = {f"{k * minutes // 60:02d}:{k * minutes % 60:02d}": round(v, 3) for k, v in enumerate(counts)}
    return [{"rate": {"per": "1h" if minutes == 60 else f"{minutes} min", "daily": daily}}]

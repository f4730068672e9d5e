"""Settings that all tests share.

Generated scenarios are a fixed set, so that a test fails for a reason in the code; set
``FLOORCAST_GENERATE=10`` for ten times as many, fresh ones.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("FLOORCAST_GENERATE", "0"))

settings.register_profile(
    "floorcast",
    deadline=None,  # the first example may compile
    derandomize=not TIMES,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("floorcast")


def examples(n: int) -> int:
    """How many examples a test of n generates."""
    return n * max(TIMES, 1)

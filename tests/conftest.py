"""Settings that all tests share.

Generated scenarios are a fixed set, so that a test fails for a reason in the code; set
``FLOORCAST_GENERATE=10`` for ten times as many, fresh ones.
"""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, Phase, settings

TIMES = int(os.environ.get("FLOORCAST_GENERATE", "0"))

settings.register_profile(
    "floorcast",
    deadline=None,  # the first example may compile
    derandomize=not TIMES,
    phases=[phase for phase in Phase if phase is not Phase.shrink or not os.environ.get("FLOORCAST_NO_SHRINK")],
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("floorcast")

# A shell that starts the tests in the background makes them, and all they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def examples(n: int) -> int:
    """How many examples a test of n generates."""
    return n * max(TIMES, 1)

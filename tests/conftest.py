"""Settings that all tests share.

Generated scenarios are a fixed set, so that a test fails for a reason in the code; set
``FLOORCAST_GENERATE=10`` for ten times as many, fresh ones, and ``FLOORCAST_SHRINK=1`` to have what
fails made as small as possible.
"""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, Phase, settings

# Under xdist workers are given the width of a terminal of 80 columns, by which tables would be laid out.
os.environ.pop("COLUMNS", None)

# Simplifying what failed takes up to five minutes a test: only when it is asked for.
PHASES = tuple(Phase) if os.environ.get("FLOORCAST_SHRINK") else (Phase.explicit, Phase.generate)
TIMES = int(os.environ.get("FLOORCAST_GENERATE", "0"))

settings.register_profile(
    "floorcast",
    deadline=None,  # the first example may compile
    derandomize=not TIMES,
    database=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("floorcast")

# A shell that starts the tests in the background makes them, and all they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def examples(n: int) -> int:
    """How many examples a test of n generates."""
    return n * max(TIMES, 1)

"""When to look at a study that goes on until it is decided.

Looking after every replication and stopping at the first clear result would call chance a finding:
an interval that holds once with 95 % confidence is broken by luck sooner or later. So the numbers
of replications at which the study may stop are fixed in advance, each half as large again as the
one before, and the 5 % of error is shared equally by all of them. A verdict then holds whenever the
study stops, and is paid for with intervals some 40 % wider than after one look.
"""

from __future__ import annotations

from math import ceil

GROWTH = 1.5
FEWEST = 5  # replications at the first look


def looks(first: int, most: int) -> list[int]:
    """Numbers of replications at which the study may stop, from `first` (at least FEWEST) to `most`.

    Raises ValueError if `most` is below 2.
    """
    if most < 2:
        raise ValueError(f"found at most {most} replications; allowed 2 or more to decide anything")
    at = [min(max(first, FEWEST), most)]
    while at[-1] < most:
        at.append(min(max(ceil(at[-1] * GROWTH), at[-1] + 1), most))
    return at

"""Replications, intervals, comparisons and verdicts."""

from __future__ import annotations

from floorcast.study.deciding import looks
from floorcast.study.document import document
from floorcast.study.replicates import Finished, Replicates
from floorcast.study.results import Speed, Study
from floorcast.study.verdicts import (
    DifferenceVerdict,
    TargetVerdict,
    difference_verdicts,
    settled,
    target_verdicts,
)

__all__ = [
    "DifferenceVerdict",
    "Finished",
    "Replicates",
    "Speed",
    "Study",
    "TargetVerdict",
    "difference_verdicts",
    "document",
    "looks",
    "settled",
    "target_verdicts",
]

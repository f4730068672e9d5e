"""Replications, intervals, comparisons and verdicts."""

from __future__ import annotations

from sim.study.deciding import looks
from sim.study.document import document
from sim.study.replicates import Finished, Replicates
from sim.study.results import Speed, Study
from sim.study.verdicts import (
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

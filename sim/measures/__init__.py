"""Definitions of every measure, computed from the records of a run and from nothing else."""

from __future__ import annotations

from sim.measures.catalogue import FORMULAS, HEADLINE, MEASURES, Measure, unit_of
from sim.measures.event_laws import broken_event_laws
from sim.measures.laws import broken_laws, conservation
from sim.measures.rows import Row, Rows, rows_of
from sim.measures.summary import Summary, measure, service_level
from sim.measures.targets import TargetRow, targets_of

__all__ = [
    "FORMULAS",
    "HEADLINE",
    "MEASURES",
    "Measure",
    "Row",
    "Rows",
    "Summary",
    "TargetRow",
    "broken_event_laws",
    "broken_laws",
    "conservation",
    "measure",
    "rows_of",
    "service_level",
    "targets_of",
    "unit_of",
]

"""Definitions of every measure, computed from the records of a run and from nothing else."""

from __future__ import annotations

from floorcast.measures.base.rows import Row, Rows, rows_of
from floorcast.measures.base.targets import TargetRow, targets_of
from floorcast.measures.laws.event_laws import broken_event_laws
from floorcast.measures.laws.laws import broken_laws, conservation
from floorcast.measures.summary import Summary, measure, service_level
from floorcast.scenario.catalogue.measures import FORMULAS, HEADLINE, MEASURES, Measure, unit_of

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

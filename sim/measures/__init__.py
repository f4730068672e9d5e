"""Definitions of every measure, computed from the records of a run and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floorcast.lazy import lazily

if TYPE_CHECKING:
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

# Where each name is found when it is first asked for: reading a study loads nothing that simulates.
_PLACES = {
    "Row": "floorcast.measures.base.rows",
    "Rows": "floorcast.measures.base.rows",
    "rows_of": "floorcast.measures.base.rows",
    "TargetRow": "floorcast.measures.base.targets",
    "targets_of": "floorcast.measures.base.targets",
    "broken_event_laws": "floorcast.measures.laws.event_laws",
    "broken_laws": "floorcast.measures.laws.laws",
    "conservation": "floorcast.measures.laws.laws",
    "Summary": "floorcast.measures.summary",
    "measure": "floorcast.measures.summary",
    "service_level": "floorcast.measures.summary",
    "FORMULAS": "floorcast.scenario.catalogue.measures",
    "HEADLINE": "floorcast.scenario.catalogue.measures",
    "MEASURES": "floorcast.scenario.catalogue.measures",
    "Measure": "floorcast.scenario.catalogue.measures",
    "unit_of": "floorcast.scenario.catalogue.measures",
}


__getattr__ = lazily(__name__, _PLACES)

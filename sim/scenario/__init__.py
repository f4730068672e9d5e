"""What a planner writes: scenario files read with line-numbered errors, and what follows from them
over the horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floorcast.lazy import lazily

if TYPE_CHECKING:
    from floorcast.scenario.catalogue.channel_kinds import KINDS
    from floorcast.scenario.described.json_schema import scenario_json_schema
    from floorcast.scenario.loading import load_scenario, load_scenario_text
    from floorcast.scenario.read.problems import InputErrors, Problem
    from floorcast.scenario.schema.resolved import Headcount, ResolvedSource, ShiftOccurrence
    from floorcast.scenario.schema.scenario import Scenario
    from floorcast.scenario.schema.targets import MEASURES, Target
    from floorcast.scenario.variants import change
    from floorcast.scenario.words.distributions import Distribution, DistributionKind

__all__ = [
    "KINDS",
    "MEASURES",
    "Distribution",
    "DistributionKind",
    "Headcount",
    "InputErrors",
    "Problem",
    "ResolvedSource",
    "Scenario",
    "ShiftOccurrence",
    "Target",
    "change",
    "load_scenario",
    "load_scenario_text",
    "scenario_json_schema",
]

# Where each name is found when it is first asked for: reading a study loads nothing that simulates.
_PLACES = {
    "KINDS": "floorcast.scenario.catalogue.channel_kinds",
    "load_scenario": "floorcast.scenario.loading",
    "load_scenario_text": "floorcast.scenario.loading",
    "InputErrors": "floorcast.scenario.read.problems",
    "Problem": "floorcast.scenario.read.problems",
    "scenario_json_schema": "floorcast.scenario.described.json_schema",
    "Headcount": "floorcast.scenario.schema.resolved",
    "ResolvedSource": "floorcast.scenario.schema.resolved",
    "ShiftOccurrence": "floorcast.scenario.schema.resolved",
    "Scenario": "floorcast.scenario.schema.scenario",
    "MEASURES": "floorcast.scenario.schema.targets",
    "Target": "floorcast.scenario.schema.targets",
    "change": "floorcast.scenario.variants",
    "Distribution": "floorcast.scenario.words.distributions",
    "DistributionKind": "floorcast.scenario.words.distributions",
}


__getattr__ = lazily(__name__, _PLACES)

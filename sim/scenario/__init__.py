"""What a planner writes: scenario files read with line-numbered errors, and what follows from them
over the horizon."""

from __future__ import annotations

from floorcast.scenario.catalogue.channel_kinds import KINDS
from floorcast.scenario.loading import load_scenario, load_scenario_text
from floorcast.scenario.read.problems import InputErrors, Problem
from floorcast.scenario.schema.json_schema import scenario_json_schema
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

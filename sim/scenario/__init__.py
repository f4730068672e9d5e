"""What a planner writes: scenario files read with line-numbered errors, and what follows from them
over the horizon."""

from __future__ import annotations

from sim.scenario.distributions import Distribution, DistributionKind
from sim.scenario.json_schema import scenario_json_schema
from sim.scenario.loading import load_scenario, load_scenario_text
from sim.scenario.problems import InputErrors, Problem
from sim.scenario.resolved import Headcount, ResolvedSource, ShiftOccurrence
from sim.scenario.schema import KINDS, Scenario
from sim.scenario.schema_targets import MEASURES, Target

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
    "load_scenario",
    "load_scenario_text",
    "scenario_json_schema",
]

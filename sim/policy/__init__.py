"""Routing policies: what a planner writes, read and checked against a scenario."""

from __future__ import annotations

from sim.policy.bounds import Bounds
from sim.policy.conditions import When
from sim.policy.json_schema import policy_json_schema
from sim.policy.loading import default_policy, load_policy, load_policy_text, policies_of
from sim.policy.schema import ANY, DEFAULT_PLAN, Policy, Priority, Rule, Stage

__all__ = [
    "ANY",
    "DEFAULT_PLAN",
    "Bounds",
    "Policy",
    "Priority",
    "Rule",
    "Stage",
    "When",
    "default_policy",
    "load_policy",
    "load_policy_text",
    "policies_of",
    "policy_json_schema",
]

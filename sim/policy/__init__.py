"""Routing policies: what a planner writes, read and checked against a scenario."""

from __future__ import annotations

from floorcast.policy.loading import (
    check_fit,
    default_policy,
    load_policy,
    load_policy_text,
    policies_of,
)
from floorcast.policy.schema.bounds import Bounds
from floorcast.policy.schema.conditions import When
from floorcast.policy.schema.json_schema import policy_json_schema
from floorcast.policy.schema.policy import ANY, DEFAULT_PLAN, Policy, Priority, Rule, Stage

__all__ = [
    "ANY",
    "DEFAULT_PLAN",
    "Bounds",
    "Policy",
    "Priority",
    "Rule",
    "Stage",
    "When",
    "check_fit",
    "default_policy",
    "load_policy",
    "load_policy_text",
    "policies_of",
    "policy_json_schema",
]

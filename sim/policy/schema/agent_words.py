"""How an agent is chosen, as people write it: a rule, a rule and a second for ties, or a score."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from floorcast.scenario.catalogue.agent_rules import AGENT_RULES
from floorcast.scenario.read.problems import Findings, Wrong, found, unknown
from floorcast.scenario.words.schema_words import Points, Written


class Score(Written):
    """Points of an agent, all added up; the highest takes the contact, ties the longest idle.

    skill: per unit of proficiency for the contact's type; rating: per unit; idle: per minute
    available; active: per contact held; spare: per unit of free capacity; occupancy: per unit
    (0 to 1); handled: per contact handled so far; handle_time: per minute of mean handle time.
    """

    skill: Points = 0.0
    rating: Points = 0.0
    idle: Points = 0.0
    active: Points = 0.0
    spare: Points = 0.0
    occupancy: Points = 0.0
    handled: Points = 0.0
    handle_time: Points = 0.0


def _agent(value: object) -> Any:
    if isinstance(value, Score):
        return value
    if isinstance(value, dict):
        if list(value) != ["score"] or not isinstance(value["score"], dict) or not value["score"]:
            raise found(value, "a rule, two rules, or {score: {skill: 50, idle: 1}}")
        findings = Findings()
        for key in value["score"]:
            if key not in Score.model_fields:
                findings.add(
                    unknown("part of a score", str(key), Score.model_fields), "score", str(key)
                )
        findings.settle()
        return Score.model_validate(value["score"])
    items = list(value) if isinstance(value, list | tuple) else [value]
    for index, item in enumerate(items):
        if item not in AGENT_RULES:
            error = found(item, ", ".join(AGENT_RULES))
            raise error.under(index) if isinstance(value, list) else error
    if not 1 <= len(items) <= 2 or len(set(items)) < len(items):
        raise Wrong(f"found {len(items)} agent rules; allowed one, or two different ones")
    if "random" in items and len(items) > 1:
        raise Wrong("found random with another rule; allowed alone, because it leaves no ties")
    return items[0] if len(items) == 1 else tuple(items)


_RULE = {"enum": list(AGENT_RULES)}
AgentChoice = Annotated[
    str | tuple[str, ...] | Score,
    BeforeValidator(_agent),
    WithJsonSchema(
        {
            "anyOf": [
                _RULE,
                {"type": "array", "items": _RULE, "minItems": 1, "maxItems": 2},
                {
                    "type": "object",
                    "properties": {
                        "score": {
                            "type": "object",
                            "properties": dict.fromkeys(Score.model_fields, {"type": "number"}),
                            "additionalProperties": False,
                        }
                    },
                    "required": ["score"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]

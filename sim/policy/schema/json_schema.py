"""The JSON Schema of a policy file, for editors that complete and check."""

from __future__ import annotations

from typing import Any

from floorcast.policy.schema.policy import Policy
from floorcast.scenario.described.json_schema import schema_of
from floorcast.scenario.words.schema_words import SENTIMENTS

_NAME = {"type": "string"}
_NUMBER = {"type": "number"}
_LEVELS = {"type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}}
_SENTIMENT = {"enum": list(SENTIMENTS)}


def policy_json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a policy file, as people write it."""
    ranks = {"type": "array", "items": {"anyOf": [_NAME, {"type": "array", "items": _NAME}]}}
    definitions = {
        "number_by_name": {"anyOf": [_NUMBER, {"type": "object", "additionalProperties": _NUMBER}]},
        "ranks": {
            "description": "any, a group, or groups in the order of their rank.",
            "anyOf": [_NAME, {**ranks, "minItems": 1}],
        },
        "sentiment_names": {
            "anyOf": [_SENTIMENT, {"type": "array", "items": _SENTIMENT, "minItems": 1}]
        },
        "sentiment_points": {
            "type": "object",
            "properties": dict.fromkeys(SENTIMENTS, _NUMBER),
            "additionalProperties": False,
        },
        "stage_skills": {"anyOf": [{"enum": ["required", "none"]}, _LEVELS]},
    }
    schema = schema_of(Policy, "Floorcast policy", definitions)
    schema = {key: _tunable(value) for key, value in schema.items()}
    schema["$defs"]["tunable"] = {
        "description": "A place for floorcast tune: a range or a choice, and what it is now.",
        "type": "object",
        "properties": {"tune": {"type": "string"}, "choose": {"type": "array", "minItems": 1}, "now": True},
        "required": ["now"],
        "additionalProperties": False,
    }
    return schema


def _tunable(node: Any) -> Any:
    """The same schema, with a place to tune allowed wherever a number or a duration is."""
    if isinstance(node, list):
        return [_tunable(item) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _tunable(value) for key, value in node.items()}
    is_number = node.get("type") in ("number", "integer") or node.get("$ref") == "#/$defs/duration"
    return {"anyOf": [inner, {"$ref": "#/$defs/tunable"}]} if is_number else inner

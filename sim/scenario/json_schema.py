"""The JSON Schema of what people write, for editors that complete and check."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from sim.scenario.distribution_words import FORMS
from sim.scenario.schema import Scenario
from sim.scenario.units import DURATION_PATTERN, PERCENT_PATTERN, RATE_PATTERN

_CLOCK = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$"}
_AMOUNT = {"type": "number", "minimum": 0}
_NAME = {"type": "string"}
_DAY_SHAPE: dict[str, Any] = {
    "anyOf": [
        _AMOUNT,
        {"type": "array", "items": _AMOUNT, "minItems": 1},
        {"type": "object", "patternProperties": {_CLOCK["pattern"]: _AMOUNT}, "additionalProperties": False, "minProperties": 1},
    ]
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _distribution(size: dict[str, Any], timed: bool) -> dict[str, Any]:
    """Every form of a distribution whose sizes look like `size`."""
    own = _ref("time_distribution" if timed else "number_distribution")
    ratio = {"type": "number", "exclusiveMinimum": 0}

    def body(needed: list[str], **keys: Any) -> dict[str, Any]:
        return {"type": "object", "properties": keys, "required": needed, "additionalProperties": False}

    forms: dict[str, Any] = {
        "constant": size,
        "exponential": {"anyOf": [size, body(["mean"], mean=size)]},
        "lognormal": body([], mean=size, median=size, scv=_AMOUNT, sd=size, sigma=_AMOUNT),
        "gamma": body(["mean"], mean=size, scv=_AMOUNT, sd=size, shape=ratio),
        "erlang": body(["mean", "k"], mean=size, k={"type": "integer", "minimum": 1}),
        "uniform": {"type": "object", "properties": {"from": size, "to": size}, "required": ["from", "to"], "additionalProperties": False},
        "weibull": body(["mean", "shape"], mean=size, shape=ratio),
        "pareto": body(["minimum", "shape"], minimum=size, shape=ratio),
        "geometric": {"anyOf": [size, body(["mean"], mean=size)]},
        "poisson": {"anyOf": [size, body(["mean"], mean=size)]},
        "empirical": {
            "anyOf": [
                body(["values"], values={"type": "array", "items": size, "minItems": 1}, weights={"type": "array", "items": _AMOUNT}),
                body(["csv", "column"], csv=_NAME, column=_NAME, weight=_NAME, unit=_NAME),
            ]
        },
        "mixture": body(["zero", "other"], zero=_ref("share"), other=own),
    }
    assert set(forms) == set(FORMS)
    mapping = {"type": "object", "properties": forms, "minProperties": 1, "maxProperties": 1, "additionalProperties": False}
    text = {"type": "string", "pattern": f"^\\s*({'|'.join(FORMS)})\\s*:"}
    return {"anyOf": [size, mapping, text]}


def _definitions() -> dict[str, Any]:
    duration = {"anyOf": [{"type": "string", "pattern": DURATION_PATTERN}, {"const": 0}]}
    names = {"anyOf": [_NAME, {"type": "array", "items": _NAME}]}
    shares = {"type": "object", "additionalProperties": _ref("share")}
    return {
        "duration": {"description": "A duration with its unit: 20s, 5 min, 4h, 1 day, 2 weeks.", **duration},
        "rate": {"description": "120 per hour", "anyOf": [{"type": "string", "pattern": RATE_PATTERN}, {"const": 0}]},
        "share": {
            "description": "A share: 0.8 or 80 %.",
            "anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": PERCENT_PATTERN}],
        },
        "instant": {"description": "A local date or date-time.", "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"},
        "clock": {"description": "A time of day: 08:00.", **_CLOCK},
        "days": {"description": "Mon-Fri, 'Mon, Wed', weekdays, weekend, daily.", **names},
        "opening": {"description": "always, or 'Mon-Fri 08:00-20:00, Sat 09:00-13:00'.", **names},
        "day_shape": _DAY_SHAPE,
        "week": {"type": "object", "additionalProperties": _ref("day_shape"), "minProperties": 1},
        "time_distribution": _distribution(_ref("duration"), timed=True),
        "number_distribution": _distribution(_AMOUNT, timed=False),
        "patience": {"anyOf": [{"const": "none"}, _ref("time_distribution")]},
        "mix": {"description": "Shares that sum to 1.", **shares},
        "sentiment_mix": {
            "anyOf": [
                {"enum": ["negative", "neutral", "positive"]},
                {
                    "type": "object",
                    "properties": {word: _ref("share") for word in ("negative", "neutral", "positive")},
                    "additionalProperties": False,
                },
            ]
        },
        "skills": {
            "anyOf": [*names["anyOf"], {"type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}}]
        },
        "caps": {"anyOf": [*names["anyOf"], {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}]},
        "names": names,
        "target_value": {"anyOf": [_ref("duration"), _ref("share"), _AMOUNT]},
        "policy": {"type": "object"},
    }


def schema_of(model: type[BaseModel], title: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a model with `x-words` marks replaced by references to shared definitions."""
    schema: dict[str, Any] = _settled(model.model_json_schema())
    needed = dict(schema.get("$defs", {}))
    _single_or_list(schema)
    for definition in needed.values():
        _single_or_list(definition)
    schema["$defs"] = needed | definitions
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


def scenario_json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario file, as people write it."""
    schema = schema_of(Scenario, "Floorcast scenario", _definitions())
    profile = schema["$defs"]["Rate"]
    profile["properties"].pop("constant", None)
    schema["$defs"]["Rate"] = {"anyOf": [_ref("rate"), {**profile, "required": ["per"]}]}
    channel = schema["$defs"]["Channel"]
    schema["$defs"]["Channel"] = {"anyOf": [{"enum": list(channel["properties"]["kind"]["enum"])}, channel]}
    return schema


def _settled(node: Any) -> Any:
    if isinstance(node, list):
        return [_settled(item) for item in node]
    if not isinstance(node, dict):
        return node
    settled = {key: _settled(value) for key, value in node.items() if key not in ("x-words", "default")}
    if "x-words" in node:
        settled = {**_ref(node["x-words"]), **{k: v for k, v in settled.items() if k in ("description", "title")}}
    settled.pop("title", None) if isinstance(node.get("title"), str) else None
    return settled


def _single_or_list(definition: dict[str, Any]) -> None:
    """Lists of mappings may be written as one mapping."""
    for key, value in definition.get("properties", {}).items():
        if value.get("type") == "array" and "$ref" in value.get("items", {}):
            definition["properties"][key] = {"anyOf": [value["items"], value]}

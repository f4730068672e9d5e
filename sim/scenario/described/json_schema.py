"""The JSON Schema of what people write, for editors that complete and check."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from floorcast.scenario.read.units import DURATION_PATTERN, PERCENT_PATTERN, RATE_PATTERN
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.words.distribution_words import FORMS

_CLOCK = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$"}
_AMOUNT = {"type": "number", "minimum": 0}
_NAME = {"type": "string"}
_DAY_SHAPE: dict[str, Any] = {
    "anyOf": [
        _AMOUNT,
        {"type": "array", "items": _AMOUNT, "minItems": 1},
        {
            "type": "object",
            "patternProperties": {_CLOCK["pattern"]: _AMOUNT},
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _distribution(size: dict[str, Any], timed: bool) -> dict[str, Any]:
    """Every form of a distribution whose sizes look like `size`."""
    own = _ref("time_distribution" if timed else "number_distribution")
    ratio = {"type": "number", "exclusiveMinimum": 0}

    def body(needed: list[str], **keys: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": keys,
            "required": needed,
            "additionalProperties": False,
        }

    forms: dict[str, Any] = {
        "constant": size,
        "exponential": {"anyOf": [size, body(["mean"], mean=size)]},
        "lognormal": body([], mean=size, median=size, scv=_AMOUNT, sd=size, sigma=_AMOUNT),
        "gamma": body(["mean"], mean=size, scv=_AMOUNT, sd=size, shape=ratio),
        "erlang": body(["mean", "k"], mean=size, k={"type": "integer", "minimum": 1}),
        "uniform": {
            "type": "object",
            "properties": {"from": size, "to": size},
            "required": ["from", "to"],
            "additionalProperties": False,
        },
        "weibull": body(["mean", "shape"], mean=size, shape=ratio),
        "pareto": body(["minimum", "shape"], minimum=size, shape=ratio),
        "geometric": {"anyOf": [size, body(["mean"], mean=size)]},
        "poisson": {"anyOf": [size, body(["mean"], mean=size)]},
        "empirical": {
            "anyOf": [
                body(
                    ["values"],
                    values={"type": "array", "items": size, "minItems": 1},
                    weights={"type": "array", "items": _AMOUNT},
                ),
                body(["csv", "column"], csv=_NAME, column=_NAME, weight=_NAME, unit=_NAME),
            ]
        },
        "mixture": body(["zero", "other"], zero=_ref("share"), other=own),
    }
    assert set(forms) == set(FORMS)
    mapping = {
        "type": "object",
        "properties": forms,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    text = {"type": "string", "pattern": f"^\\s*({'|'.join(FORMS)})\\s*:"}
    return {"anyOf": [size, mapping, text]}


def _definitions() -> dict[str, Any]:
    duration = {"anyOf": [{"type": "string", "pattern": DURATION_PATTERN}, {"const": 0}]}
    names = {"anyOf": [_NAME, {"type": "array", "items": _NAME}]}
    shares = {"type": "object", "additionalProperties": _ref("share")}
    return {
        "duration": {
            "description": "A duration with its unit: 20s, 5 min, 4h, 1 day, 2 weeks.",
            **duration,
        },
        "rate": {
            "description": "120 per hour",
            "anyOf": [{"type": "string", "pattern": RATE_PATTERN}, {"const": 0}],
        },
        "share": {
            "description": "A share: 0.8 or 80 %.",
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1},
                {"type": "string", "pattern": PERCENT_PATTERN},
            ],
        },
        "instant": {
            "description": "A local date or date-time.",
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}",
        },
        "clock": {"description": "A time of day: 08:00.", **_CLOCK},
        "days": {"description": "Mon-Fri, 'Mon, Wed', weekdays, weekend, daily.", **names},
        "opening": {
            "description": "always, 'Mon-Fri 08:00-20:00, Sat 09:00-13:00', or hours by days.",
            "anyOf": [*names["anyOf"], {"type": "object", "additionalProperties": names}],
        },
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
                    "properties": {
                        word: _ref("share") for word in ("negative", "neutral", "positive")
                    },
                    "additionalProperties": False,
                },
            ]
        },
        "sentiment_factors": {
            "type": "object",
            "properties": dict.fromkeys(("negative", "neutral", "positive"), _AMOUNT),
            "additionalProperties": False,
        },
        "skills": {
            "anyOf": [
                *names["anyOf"],
                {
                    "type": "object",
                    "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
                },
            ]
        },
        "caps": {
            "anyOf": [
                *names["anyOf"],
                {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
            ]
        },
        "names": names,
        "target_value": {"anyOf": [_ref("duration"), _ref("share"), _AMOUNT]},
    }


def schema_of(
    model: type[BaseModel], title: str, definitions: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The schema of a model, with `x-words` marks as references to the shared and the given definitions."""
    schema = _settled(model.model_json_schema(schema_generator=_Quiet))
    everything = schema.pop("$defs", {}) | _definitions() | (definitions or {})
    schema["$defs"] = _reached(schema, everything)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}


def scenario_json_schema(policy: dict[str, Any] | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario file, as people write it.

    policy: the schema of a policy file (`floorcast.policy.policy_json_schema()`), to describe the inline policy too.
    """
    own: dict[str, Any] = {"policy": {"type": "object"}}
    if policy is not None:
        own = policy["$defs"] | {
            "policy": {k: v for k, v in policy.items() if not k.startswith("$") and k != "required"}
        }
    schema = schema_of(Scenario, "Floorcast scenario", own)
    definitions = schema["$defs"]
    profile = definitions["Rate"]
    profile["properties"].pop("constant", None)
    definitions["Rate"] = {"anyOf": [_ref("rate"), {**profile, "required": ["per"]}]}
    definitions["rate"] = _definitions()["rate"]
    definitions["Resolution"] = {"anyOf": [_ref("share"), definitions["Resolution"]]}
    both = definitions["Unavailable"]
    definitions["Unavailable"] = {"anyOf": [_ref("time_distribution"), both]}
    channel = definitions["Channel"]
    kinds = channel["properties"]["kind"]["enum"]
    named = {kind: {"anyOf": [{"type": "null"}, {**channel, "required": []}]} for kind in kinds}
    definitions["Channel"] = {"anyOf": [{"enum": list(kinds)}, channel]}
    schema["properties"]["channels"]["properties"] = named
    return schema


class _Quiet(GenerateJsonSchema):
    """Without warnings about defaults that are no JSON, such as distributions; defaults are dropped anyway."""

    def emit_warning(self, kind: Any, detail: str) -> None:
        """Say nothing."""


def _reached(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Only the definitions that the schema refers to, directly or through others."""
    reached: dict[str, Any] = {}
    left: list[Any] = [schema]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left.extend(node)
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/$defs/")
            if name and name not in reached:
                reached[name] = definitions[name]
                left.append(definitions[name])
            left.extend(node.values())
    return dict(sorted(reached.items()))


def _settled(node: Any) -> Any:
    """Marks as references, no titles and defaults, and lists of mappings also as a single mapping."""
    if isinstance(node, list):
        return [_settled(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "x-words" in node:
        return _ref(node["x-words"])
    dropped = {"default", "title"} if isinstance(node.get("title", ""), str) else {"default"}
    settled = {key: _settled(value) for key, value in node.items() if key not in dropped}
    items = settled.get("items")
    if settled.get("type") == "array" and isinstance(items, dict) and "$ref" in items:
        return {"anyOf": [items, settled]}
    return settled

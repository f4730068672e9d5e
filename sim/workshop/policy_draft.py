"""A policy as tables: who is first, who helps and when, and exceptions; unchanged, it is its file to the letter.

What a table cannot show (conditions of stages, numbers that are more than a number) stays as the file says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from floorcast.scenario import InputErrors, Problem, Scenario
from floorcast.scenario.read.yaml_lines import read_yaml
from floorcast.workshop.draft import dumped

Row = dict[str, Any]
EVERYBODY = "everybody"
_SINGLE = {  # points that are one number each, with what they are for
    "reach": "ten times the followers", "value": "each step of the customer's worth",
    "prior_contacts": "each contact before", "trigger": "a word that alarms",
}  # fmt: skip
_SENTIMENT = {"negative": "an angry customer", "positive": "a happy customer"}
MEANINGS = {**_SENTIMENT, **_SINGLE}
_STAGE = {"after", "groups", "agent"}  # the keys of a stage that a row can show


@dataclass(frozen=True)
class Exception_:
    """An exception as it is put together: contacts of which all that is given holds go to a plan, with more points."""

    plan: str
    channels: tuple[str, ...] = ()
    contact_types: tuple[str, ...] = ()
    sentiment: str = ""
    followers: float = 0.0
    waited: str = ""
    add: float = 0.0
    name: str = ""


def points_of(text: str, scenario: Scenario) -> list[Row]:
    """Points by channel and contact type as the policy says them, what a minute of waiting adds and at most how much;
    then points of the customer. None where it says nothing, or more than a number."""
    priority = _priority(_data(text))
    rows = []
    for of, names in (("channel", scenario.channel_names), ("contact_type", scenario.type_names)):
        for name in names:
            row = {"of": of.replace("_", " "), "name": name, "points": _number(_mapping(priority.get(of)).get(name))}
            for column, key in (("per minute", "per_minute"), ("at most", "cap")):
                row[column] = _number(_mapping(priority.get(key)).get(name))
            rows.append(row)
    moods = _mapping(priority.get("sentiment"))
    customers = [(key, _number(moods.get(key))) for key in _SENTIMENT]
    customers += [(key, _number(priority.get(key))) for key in _SINGLE]
    rows += [
        {"of": "customer", "name": key, "points": points, "per minute": None, "at most": None}
        for key, points in customers
    ]
    return rows


def with_points(text: str, before: Sequence[Row], rows: Sequence[Row]) -> str:
    """The policy with the points that were changed."""
    data = _data(text)
    priority = dict(_priority(data))
    touched = False
    for old, new in zip(before, rows):
        for column, key in (("points", ""), ("per minute", "per_minute"), ("at most", "cap")):
            if _value(old.get(column)) == _value(new.get(column)):
                continue
            touched = True
            value = _value(new.get(column))
            if new["of"] == "customer" and new["name"] in _SINGLE:
                _put(priority, new["name"], value if column == "points" else _value(old.get(column)))
                continue
            key = key or ("sentiment" if new["of"] == "customer" else new["of"].replace(" ", "_"))
            given = dict(_mapping(priority.get(key)))
            _put(given, new["name"], value)
            _put(priority, key, given or None)
    if not touched:
        return text
    return dumped({**data, "priority": priority} if priority else {k: v for k, v in data.items() if k != "priority"})


def helpers_of(text: str, scenario: Scenario) -> list[Row]:
    """A row per stage of each plan: after which wait, who is asked in which order (1 first; empty: not asked), and
    which of the free agents takes it. Stages that say more are not listed, see `hidden_stages`."""
    rows = []
    for plan, stages in _plans(_data(text)).items():
        for place, stage in enumerate(stages):
            if not _shown(stage):
                continue
            row: Row = {"plan": plan, "stage": place + 1, "after": _text(stage.get("after")), EVERYBODY: False}
            row |= dict.fromkeys(names_of(text, scenario))
            groups = stage.get("groups", "any")
            listed = [groups] if isinstance(groups, str) else list(groups)
            for rank, names in enumerate(listed, 1):
                for name in [names] if isinstance(names, str) else names:
                    row[EVERYBODY if name == "any" else name] = True if name == "any" else rank
            row["agent"] = _flow(stage.get("agent"))
            rows.append(row)
    return rows


def names_of(text: str, scenario: Scenario) -> list[str]:
    """Whom stages can name: the teams of the scenario, and roles that the file speaks of."""
    found = dict.fromkeys(scenario.group_names)
    for stages in _plans(_data(text)).values():
        for groups in (stage.get("groups") for stage in stages if _shown(stage)):
            for rank in groups if isinstance(groups, list) else [groups]:
                found |= dict.fromkeys(one for one in (rank if isinstance(rank, list) else [rank]) if one)
    return [name for name in found if name != "any"]


def hidden_stages(text: str) -> int:
    """Stages that say more than a row can show."""
    return sum(not _shown(stage) for stages in _plans(_data(text)).values() for stage in stages)


def with_helpers(text: str, scenario: Scenario, before: Sequence[Row], rows: Sequence[Row]) -> str:
    """The policy with the stages that were changed, added or taken away."""
    old, new = ([_clean(row) for row in table] for table in (before, rows))
    new = [row for row in new if row.get("plan")]
    if old == new:
        return text
    data, names = _data(text), names_of(text, scenario)
    plans: dict[str, list[Any]] = {}
    kept = {(row["plan"], row.get("stage")): row for row in old}
    for plan, stages in _plans(data).items():
        mine = [row for row in new if row["plan"] == plan]
        there = {row.get("stage"): row for row in mine if row.get("stage")}
        found = []
        for place, stage in enumerate(stages):
            row = there.get(place + 1)
            if not _shown(stage) or (row is not None and row == kept.get((plan, place + 1))):
                found.append(stage)
            elif row is not None:
                found.append(_stage(row, names, stage))
        plans[plan] = found + [_stage(row, names, {}) for row in mine if not row.get("stage")]
    for row in new:
        if row["plan"] not in plans:
            mine = [one for one in new if one["plan"] == row["plan"]]
            plans[str(row["plan"])] = [_stage(one, names, {}) for one in mine]
    plans = {plan: stages for plan, stages in plans.items() if stages}
    return dumped({**{k: v for k, v in data.items() if k != "plans"}, **({"plans": plans} if plans else {})})


def rules_of(text: str) -> list[Row]:
    """The exceptions in their order; the condition is written as in the file, on one line."""
    return [
        {
            "place": place, "name": rule.get("name"), "when": _flow(rule.get("when")), "plan": rule.get("plan"),
            "add points": _number(rule.get("add")),
        }
        for place, rule in enumerate(_rules(_data(text)), 1)
    ]  # fmt: skip


def with_rules(text: str, before: Sequence[Row], rows: Sequence[Row]) -> str:
    """The policy with exceptions changed, moved to another place, or taken away. Raises InputErrors for a condition
    that is no YAML."""
    old, new = ([_clean(row) for row in table] for table in (before, rows))
    new = [row for row in new if row.get("when") or row.get("plan") or row.get("name")]
    if old == new:
        return text
    data = _data(text)
    written = _rules(data)
    known = {row["place"]: row for row in old}
    source = {id(row): place for place, row in enumerate(new, 1)}
    found = []
    for row in sorted(new, key=lambda row: (float(row.get("place") or 1e9), source[id(row)])):
        # A row is known again by its condition and name, for its place may be what was changed.
        same = next((place for place, one in known.items() if _same_rule(one, row)), None)
        rule = dict(written[int(same) - 1]) if same is not None else {}
        for column, key in (("name", "name"), ("plan", "plan"), ("add points", "add")):
            _put(rule, key, row.get(column))
        when = _parsed(row.get("when"))
        _put(rule, "when", when)
        found.append(rule)
    return dumped({**{k: v for k, v in data.items() if k != "rules"}, **({"rules": found} if found else {})})


def with_exception(text: str, one: Exception_) -> str:
    """The policy with one more exception, before all others: the first that holds decides."""
    data = _data(text)
    when: dict[str, Any] = {}
    for key, names in (("channel", one.channels), ("contact_type", one.contact_types)):
        if names:
            when[key] = names[0] if len(names) == 1 else list(names)
    if one.sentiment:
        when["sentiment"] = one.sentiment
    if one.followers:
        when["reach"] = {"at_least": int(one.followers)}
    if one.waited:
        when["waited"] = {"at_least": one.waited}
    rule: dict[str, Any] = {"name": one.name} if one.name else {}
    rule |= {"when": when} if when else {}
    rule |= {"plan": one.plan} if one.plan else {}
    rule |= {"add": one.add} if one.add else {}
    return dumped({**data, "rules": [rule, *_rules(data)]})


def plans_of(text: str) -> list[str]:
    """The names of the plans, `default` always among them."""
    return list(dict.fromkeys([*_plans(_data(text)), "default"]))


def renamed(text: str, name: str) -> str:
    """The policy under another name; the rest of its text stays."""
    data = _data(text)
    if data.get("name") == name:
        return text
    lines = [line for line in text.splitlines() if not line.startswith("name:")]
    return f"name: {_quoted(name)}\n" + "\n".join(lines) + ("\n" if lines else "")


def _stage(row: Row, names: Sequence[str], old: Mapping[str, Any]) -> dict[str, Any]:
    """A stage from its row; keys keep the order that they had."""
    found = dict(old)
    _put(found, "after", row.get("after"))
    ranks: dict[int, list[str]] = {}
    for name in names:
        if row.get(name):
            ranks.setdefault(int(row[name]), []).append(name)
    groups: list[Any] = [ones[0] if len(ones) == 1 else ones for _, ones in sorted(ranks.items())]
    if row.get(EVERYBODY):
        groups.append("any")
    found["groups"] = "any" if groups in ([], ["any"]) else groups
    if row.get("agent") != _flow(old.get("agent")):
        _put(found, "agent", _parsed(row.get("agent")))
    return found


def _shown(stage: Any) -> bool:
    return isinstance(stage, dict) and set(stage) <= _STAGE


def _same_rule(one: Row, row: Row) -> bool:
    return (one.get("name"), one.get("when")) == (row.get("name"), row.get("when"))


def _flow(when: Any) -> str | None:
    if when is None:
        return None
    if isinstance(when, str):
        return when
    return yaml.safe_dump(when, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True).strip()


def _parsed(text: Any) -> Any:
    if not text:
        return None
    try:
        return read_yaml(f"when: {text}", "the condition").data["when"]
    except InputErrors as errors:
        said = [Problem("policy", None, "rules", f"{str(text)[:60]}: {one.message}") for one in errors.problems]
        raise InputErrors(said) from None


def _data(text: str) -> dict[str, Any]:
    data = read_yaml(text, "policy").data if text.strip() else {}
    return data if isinstance(data, dict) else {}


def _priority(data: Mapping[str, Any]) -> dict[str, Any]:
    return _mapping(data.get("priority"))


def _plans(data: Mapping[str, Any]) -> dict[str, list[Any]]:
    plans = _mapping(data.get("plans"))
    return {name: stages if isinstance(stages, list) else [stages] for name, stages in plans.items()}


def _rules(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    rules = data.get("rules") or []
    return [rule for rule in (rules if isinstance(rules, list) else [rules]) if isinstance(rule, dict)]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _put(entry: dict[str, Any], key: str, value: Any) -> None:
    if value is None or value == "":
        entry.pop(key, None)
    else:
        entry[key] = value


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _value(value: Any) -> Any:
    """A cell; an empty one of a table is None."""
    if value is None or value != value or value == "":
        return None
    return int(value) if isinstance(value, float) and value == int(value) else value


def _clean(row: Row) -> Row:
    return {key: _value(value) for key, value in row.items() if _value(value) not in (None, False)}


def _quoted(name: str) -> str:
    return '"' + "".join(c for c in name if c.isprintable()).replace("\\", "").replace('"', "'") + '"'

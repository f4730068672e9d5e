"""A policy's points as a table; unchanged, the policy is its file to the letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from floorcast.scenario import Scenario
from floorcast.scenario.read.yaml_lines import read_yaml
from floorcast.workshop.draft import dumped

Row = dict[str, Any]


def points_of(text: str, scenario: Scenario) -> list[Row]:
    """Points by channel and contact type as the policy says them; None where it says nothing."""
    priority = _priority(_data(text))
    rows = []
    for of, names in (("channel", scenario.channel_names), ("contact_type", scenario.type_names)):
        given = priority.get(of)
        given = given if isinstance(given, dict) else {}
        rows += [{"of": of.replace("_", " "), "name": name, "points": given.get(name)} for name in names]
    return rows


def with_points(text: str, before: Sequence[Row], rows: Sequence[Row]) -> str:
    """The policy with the points that were changed."""
    changed = [(new["of"], new["name"], new["points"]) for old, new in zip(before, rows) if _value(old) != _value(new)]
    if not changed:
        return text
    data = _data(text)
    priority = dict(_priority(data))
    for of, name, points in changed:
        key = of.replace(" ", "_")
        given = dict(priority.get(key) or {})
        given.pop(name, None)
        if points is not None and points == points:
            given[name] = points
        priority[key] = given
        if not given:
            del priority[key]
    return dumped({**data, "priority": priority})


def renamed(text: str, name: str) -> str:
    """The policy under another name; the rest of its text stays."""
    data = _data(text)
    if data.get("name") == name:
        return text
    lines = [line for line in text.splitlines() if not line.startswith("name:")]
    return f"name: {_quoted(name)}\n" + "\n".join(lines) + ("\n" if lines else "")


def _data(text: str) -> dict[str, Any]:
    data = read_yaml(text, "policy").data if text.strip() else {}
    return data if isinstance(data, dict) else {}


def _priority(data: dict[str, Any]) -> dict[str, Any]:
    found = data.get("priority")
    return found if isinstance(found, dict) else {}


def _value(row: Row) -> Any:
    value = row["points"]
    return None if value != value else value


def _quoted(name: str) -> str:
    return '"' + "".join(c for c in name if c.isprintable()).replace("\\", "").replace('"', "'") + '"'

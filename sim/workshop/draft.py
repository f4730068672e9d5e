"""A scenario as tables that a planner changes: contacts, people, shifts, hours, promises.

Only cells that were changed are written into the file's data; a draft in which nothing was changed
is identical to the file.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from floorcast.scenario import InputErrors, Problem, Scenario
from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.read.units import parse_duration, write_duration
from floorcast.scenario.read.yaml_lines import read_yaml
from floorcast.scenario.variants import apportioned
from floorcast.scenario.what_if.amounts import times
from floorcast.workshop.days import arrivals_of
from floorcast.workshop.headcounts import headcount_rows, put_headcounts

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]
TABLES = ("contacts", "channels", "people", "headcounts", "shifts", "targets")


def tables_of(text: str, scenario: Scenario) -> dict[str, list[Row]]:
    """What can be changed, by table of TABLES; a cell is None where the file says nothing."""
    data = read_yaml(text, scenario.file).data
    kinds, types = data.get("channels") or {}, data.get("contact_types") or {}
    contacts = []
    for name, entry in types.items():
        one = scenario.contact_types[name]
        patience = one.patience if "patience" in entry else None
        contacts.append({
            "name": name, "channel": scenario.channel_of(name),
            "volume %": round(100.0 * float((data.get("multipliers") or {}).get(name, 1.0)), 4),
            "handle time": _mean(one.work.mean) if "work" in entry else None,
            "patience": None if patience is None else _mean(patience.mean),
        })  # fmt: skip
    channels = [
        {"name": name, "open": _own(kinds, name, "open"), "answer within": _own(kinds, name, "answer_within")}
        for name in scenario.channel_names
    ]
    people, shifts = [], []
    for name, entry in (data.get("groups") or {}).items():
        people.append({
            "name": name, "agents": _agents(entry),
            "absence": _text(entry.get("absence")), "skills": _skills(entry.get("skills")),
            "cost per hour": entry.get("cost_per_hour"),
        })  # fmt: skip
        for place, line in enumerate(_shift_lines(entry)):
            shifts.append({
                "group": name, "line": place + 1, "agents": line.get("agents"), "start": _text(line.get("start")),
                "length": _text(line.get("length")), "days": _text(line.get("days")),
                "breaks": "; ".join(_break(one) for one in _listed(line.get("breaks"))) or None,
            })  # fmt: skip
    targets = [
        {"of": one.get("of"), "measure": one.get("measure"), "within": _text(one.get("within")),
         "at least": _text(one.get("at_least")), "at most": _text(one.get("at_most"))}
        for one in _listed(data.get("targets"))
    ]  # fmt: skip
    return {
        "contacts": contacts, "channels": channels, "people": people,
        "headcounts": headcount_rows(data.get("groups") or {}), "shifts": shifts, "targets": targets,
    }  # fmt: skip


def written(text: str, scenario: Scenario, changed: Tables) -> str:
    """The file with the changed cells; the file itself where none was changed.

    Raises InputErrors for a cell that cannot be what it says; the loader judges the rest.
    """
    before = tables_of(text, scenario)
    data = copy.deepcopy(read_yaml(text, scenario.file).data)
    problems: list[Problem] = []
    touched = False
    for name in TABLES:
        old, new = before[name], [dict(row) for row in changed.get(name, before[name])]
        if name == "shifts":
            if _clean(new) != _clean(old):
                problems += _put_shifts(data, old, new, scenario.file)
                touched = True
            continue
        if name == "headcounts":
            if _clean(new) != _clean(old):
                touched = True
                try:
                    put_headcounts(data["groups"], _clean(new))
                except Wrong as wrong:
                    problems.append(Problem(scenario.file, None, "people through the day", str(wrong)))
            continue
        if name == "targets":
            if _clean(new) != _clean(old):
                data["targets"] = [_target(row, place, old, data) for place, row in enumerate(new) if row.get("of")]
                touched = True
            continue
        for row_before, row in zip(old, new):
            for column, value in row.items():
                if _same(value, row_before[column]):
                    continue
                touched = True
                try:
                    _put(data, name, row_before, column, value)
                except Wrong as wrong:
                    where = f"{name}: {row_before.get('name') or row_before.get('group')}, {column}"
                    problems.append(Problem(scenario.file, None, where, str(wrong)))
    if problems:
        raise InputErrors(problems)
    return dumped(data) if touched else text


def dumped(data: Mapping[str, Any]) -> str:
    """Data as a file."""
    return yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=120)


def _put(data: dict[str, Any], table: str, row: Row, column: str, value: Any) -> None:
    """One changed cell."""
    if table == "contacts":
        entry = data["contact_types"][row["name"]]
        if column == "volume %":
            _set(data.setdefault("multipliers", {}), row["name"], float(value) / 100.0)
        elif column in ("handle time", "patience"):
            key = "work" if column == "handle time" else "patience"
            if value is None:
                entry.pop(key, None)
            elif row[column] is None:
                entry[key] = {"exponential": value}
            else:  # the distribution keeps its shape
                entry[key] = times(entry[key], parse_duration(value) / parse_duration(row[column]))
        elif column == "channel":
            entry["channel"] = value
    elif table == "channels":
        channels = data.setdefault("channels", {})
        if not isinstance(channels.get(row["name"]), dict):
            kind = channels.get(row["name"], row["name"])
            channels[row["name"]] = {"kind": kind}
        _set(channels[row["name"]], "open" if column == "open" else "answer_within", value)
    elif table == "people":
        entry = data["groups"][row["name"]]
        if column == "skills":
            _set(entry, "skills", _parsed_skills(str(value or "")))
        elif column == "agents":
            _put_agents(entry, value)
        else:
            _set(entry, {"cost per hour": "cost_per_hour"}.get(column, column), value)


def _agents(entry: Mapping[str, Any]) -> int | None:
    """The people of a group, over all its shifts; None where it changes through the day or they have names."""
    lines = _shift_lines(entry)
    if lines:
        heads = [agents for line in lines if isinstance(agents := line.get("agents"), int)]
        return sum(heads) if len(heads) == len(lines) else None
    return entry.get("agents") if isinstance(entry.get("agents"), int) else None


def _put_agents(entry: dict[str, Any], value: Any) -> None:
    """Another number of people; shifts keep their proportions. Raises Wrong for who is told elsewhere."""
    where = {"headcount": "people through the day", "roster": "the roster's file"}
    other = next((key for key in where if key in entry), None)
    if other is not None:
        raise Wrong(f"found {value} agents where {where[other]} say who is there; allowed only there")
    if value is None or _same(value, None):
        raise Wrong("found nothing; allowed a number of people, 0 or more")
    lines = _shift_lines(entry)
    if not lines:
        entry["agents"] = int(value)
        return
    shares = apportioned([int(line.get("agents") or 0) for line in lines], int(value))
    entry["shifts"] = [dict(line, agents=share) for line, share in zip(lines, shares, strict=True)]


def with_day(text: str, contact_type: str, counts: Sequence[float]) -> str:
    """The file with other arrivals of a contact type: every day so many by hour or part of it; campaigns stay."""
    data = copy.deepcopy(read_yaml(text, "scenario").data)
    entry = data["contact_types"][contact_type]
    campaigns = [one for one in _listed(entry.get("arrivals")) if isinstance(one, dict) and "campaign" in one]
    entry["arrivals"] = [*arrivals_of(counts), *campaigns]
    return dumped(data)


def _put_shifts(data: dict[str, Any], old: Sequence[Row], new: Sequence[Row], file: str) -> list[Problem]:
    """Shift lines changed, added (a row without a line) and taken away; gives what cannot be."""
    problems: list[Problem] = []
    before = {(row["group"], row["line"]): row for row in old}
    lines: dict[str, list[Any]] = {}
    for row in new:
        group, place = row.get("group"), row.get("line")
        if not group:
            continue
        then = before.get((group, None if _same(place, None) else int(place)), {})  # type: ignore[arg-type]
        kept = _shift_lines(data["groups"].get(group, {}))
        line = dict(kept[int(then["line"]) - 1]) if then else {}
        for column in ("agents", "start", "length", "days", "breaks"):
            value = None if _same(row.get(column), None) else row.get(column)
            if _same(value, then.get(column)):
                continue
            try:
                if column == "breaks":
                    value = [_parsed_break(part) for part in str(value or "").split(";") if part.strip()]
                _set(line, column, int(value) if column == "agents" and value is not None else value)
            except Wrong as wrong:
                problems.append(Problem(file, None, f"shifts: {group}, {column}", str(wrong)))
        lines.setdefault(str(group), []).append(line)
    for group in {str(row["group"]) for row in old} | set(lines):
        if group not in data["groups"]:
            known = ", ".join(data["groups"])
            problems.append(Problem(file, None, "shifts: group", f"found {group!r}; allowed {known}"))
        elif group in lines:
            data["groups"][group]["shifts"] = lines[group]
            data["groups"][group].pop("agents", None)
        else:
            data["groups"][group].pop("shifts", None)
            data["groups"][group]["agents"] = 0  # nobody is left
    return problems


def _shift_lines(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [line for line in _listed(entry.get("shifts")) if isinstance(line, dict)]


def _target(row: Row, place: int, old: Sequence[Row], data: dict[str, Any]) -> dict[str, Any]:
    """A target; what the table does not show stays as it was."""
    kept = _listed(data.get("targets"))
    same = place < len(old) and (row.get("of"), row.get("measure")) == (old[place]["of"], old[place]["measure"])
    found = dict(kept[place]) if same else {}
    keys = {"of": "of", "measure": "measure", "within": "within", "at least": "at_least", "at most": "at_most"}
    for column, key in keys.items():
        if not same or not _same(row.get(column), old[place][column]):
            _set(found, key, row.get(column))
    return found


def _mean(seconds: float) -> str:
    """A mean time as people say it: to the second, the minute, or five minutes."""
    step = 1 if seconds < 600 else 60 if seconds < 7200 else 300
    return write_duration(step * round(seconds / step))


def _set(entry: dict[str, Any], key: str, value: Any) -> None:
    if value in (None, "", []):
        entry.pop(key, None)
    else:
        entry[key] = value


def _own(kinds: Mapping[str, Any], name: str, key: str) -> str | None:
    entry = kinds.get(name)
    return _text(entry.get(key)) if isinstance(entry, dict) else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _skills(said: Any) -> str | None:
    """Skills as they stand in the table: names, with a level behind where it is not the usual one."""
    if isinstance(said, dict):
        return ", ".join(str(name) if level in (1, None) else f"{name} {level}" for name, level in said.items())
    return None if said is None else ", ".join(map(str, _listed(said)))


def _parsed_skills(text: str) -> list[str] | dict[str, Any]:
    parts = [part.split() for part in text.split(",") if part.strip()]
    if all(len(part) == 1 for part in parts):
        return [part[0] for part in parts]
    found: dict[str, Any] = {}
    for name, *level in parts:
        try:
            found[name] = float(" ".join(level)) if level else 1.0
        except ValueError:
            raise Wrong(f"found {' '.join(level)!r} behind {name}; allowed a level, such as 0.6") from None
    return found


def _break(one: Any) -> str:
    """A break as it stands in the table: `12:30 30 min` or `after 2h: 15 min`, unpaid ones with that word."""
    if not isinstance(one, dict):
        return str(one)
    when = f"after {one['after']}:" if one.get("after") is not None else str(one.get("at"))
    return f"{when} {one.get('length')}{' unpaid' if one.get('paid') is False else ''}"


def _parsed_break(text: str) -> dict[str, Any]:
    said = text.strip()
    rest = said.removesuffix("unpaid").strip()
    after = rest.startswith("after ")
    when, _, length = rest.removeprefix("after ").partition(":" if after else " ")
    if not when.strip() or not length.strip():
        raise Wrong(
            f"found {said!r}; allowed a time and a length, such as 12:30 30 min, or after 2h: 15 min, with unpaid"
            " behind it where it is"
        )
    found: dict[str, Any] = {"after" if after else "at": when.strip(), "length": length.strip()}
    return found if rest == said else found | {"paid": False}


def _clean(rows: Sequence[Row]) -> list[Row]:
    return [{key: value for key, value in row.items() if not _same(value, None)} for row in rows]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and one != one:  # an empty cell of a table
        one = None
    if one == "":
        one = None
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-9
    return bool(one == other)

"""A scenario file becomes a frozen `Scenario`, or one `InputErrors` with everything that is
wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from floorcast.scenario.catalogue.channel_kinds import KINDS
from floorcast.scenario.checks.cross_checks import check_names
from floorcast.scenario.horizon.resolving import resolve_scenario
from floorcast.scenario.read.errors import in_order, problems_of
from floorcast.scenario.read.problems import (
    MOST_PROBLEMS,
    InputErrors,
    Path,
    Problem,
    show,
)
from floorcast.scenario.read.yaml_lines import Document, decode, read_text, read_yaml
from floorcast.scenario.schema.resolved import Origin
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.words.csv_tables import Folder, shown_path
from floorcast.scenario.words.schema_words import ReadingContext

_MOST_ROUNDS = 6
_POLICY_KEYS = {"plans", "rules", "priority", "interrupts", "offers", "supervision"}


def load_scenario(path: str | FilePath) -> Scenario:
    """Read, validate and resolve a scenario file. Raises `InputErrors` with every problem found."""
    file_path = FilePath(path)
    shown = shown_path(file_path)
    document = read_yaml(read_text(file_path, shown), shown)
    return _build(document, Folder.around(file_path.resolve().parent), file_path.stem, file_path)


def load_scenario_text(
    text: str | bytes, folder: str | FilePath, name: str = "scenario"
) -> Scenario:
    """The same from text (an upload, an editor): CSV and policy paths are looked up in `folder`;
    `name` stands for the file."""
    if isinstance(text, bytes):
        text = decode(text, name)
    return _build(
        read_yaml(text, name),
        Folder.around(FilePath(folder)),
        FilePath(name).stem or "scenario",
        None,
    )


def rebuilt(scenario: Scenario, data: dict[str, Any], changes: dict[str, Any]) -> Scenario:
    """A scenario read again from changed data of its file; lines in messages are the file's.

    changes: noted in the copy. Raises `InputErrors` for data that no file may hold.
    """
    origin = scenario._origin
    document = replace(origin.document, data=data)
    again = _build(document, origin.folder, scenario.name, origin.path)
    again._origin = replace(again._origin, changes={**origin.changes, **changes})
    return again


def _build(document: Document, folder: Folder, stem: str, path: FilePath | None) -> Scenario:
    data = document.data
    if not isinstance(data, dict):
        raise InputErrors(
            [
                Problem(
                    document.file,
                    1,
                    "",
                    f"found {show(data)}; allowed a mapping with contact_types, groups and more",
                )
            ]
        )
    if not {"contact_types", "groups"} & set(data) and set(data) & _POLICY_KEYS:
        what = "this is a policy; allowed a scenario, with contact_types and groups (a policy is given with --policy)"
        raise InputErrors([Problem(document.file, 1, "", what)])
    entries = {"name": stem, **data, "channels": _channels(data)}
    context = ReadingContext(folder)
    try:
        scenario = Scenario.model_validate(entries, context=context)
    except ValidationError as error:
        problems = problems_of(error, Scenario, document)
        if len(problems) < MOST_PROBLEMS:
            problems = in_order(problems + _names_in_the_rest(entries, error, document, context))
        raise InputErrors(problems) from None
    scenario._origin = Origin(document, path, folder)
    problems = check_names(scenario)
    if not any(problem.severity == "error" for problem in problems):
        problems += resolve_scenario(scenario)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputErrors(in_order(errors))
    scenario._origin = replace(scenario._origin, warnings=tuple(in_order(problems)))
    return scenario


def _names_in_the_rest(
    entries: dict[str, Any], error: ValidationError, document: Document, context: ReadingContext
) -> list[Problem]:
    """Unknown names in the parts that are sound, so that they are reported along with what is wrong
    elsewhere.

    Takes out what is wrong, at most a few levels up, until the rest validates; names taken out
    still count as known.
    """
    if not all(isinstance(entries.get(s), dict) for s in ("channels", "contact_types", "groups")):
        return []  # then nothing tells which names are known
    rest: Any = entries
    for _ in range(_MOST_ROUNDS):
        for detail in error.errors(include_url=False):
            place = document.aligned(tuple(part for part in detail["loc"] if part != "[key]"))
            rest = _without(rest, place[:-1] if detail["type"] == "missing" else place)
        try:
            scenario = Scenario.model_validate(rest, context=context)
        except ValidationError as again:
            error = again
            continue
        scenario._origin = Origin(document, None, context.folder)
        return [p for p in check_names(scenario, entries) if p.severity == "error"]
    return []


def _without(node: Any, path: Path) -> Any:
    """A copy without what stands at `path`; a list goes as a whole, since its items' lines hang on
    their places."""
    if not path or not isinstance(node, dict) or path[0] not in node:
        return node
    child = node[path[0]]
    if len(path) == 1 or not isinstance(child, dict):
        return {key: value for key, value in node.items() if key != path[0]}
    return {**node, path[0]: _without(child, path[1:])}


def _channels(data: dict[str, Any]) -> Any:
    """Channels as written, a channel named like a kind being of that kind, plus the kinds used
    without an entry."""
    written = data.get("channels", {})
    if not isinstance(written, dict):
        return written
    complete: dict[str, Any] = {}
    for name, entry in written.items():
        if name in KINDS and (entry is None or (isinstance(entry, dict) and "kind" not in entry)):
            entry = {"kind": name, **(entry or {})}
        complete[name] = entry
    used: list[str] = []
    types, groups = data.get("contact_types"), data.get("groups")
    for entry in types.values() if isinstance(types, dict) else ():
        used += (
            [entry["channel"]]
            if isinstance(entry, dict) and isinstance(entry.get("channel"), str)
            else []
        )
    for entry in groups.values() if isinstance(groups, dict) else ():
        named = entry.get("channels") if isinstance(entry, dict) else None
        used += (
            [name for name in named if isinstance(name, str)]
            if isinstance(named, list | dict)
            else []
        )
        used += [named] if isinstance(named, str) else []
    return complete | {
        name: {"kind": name} for name in used if name in KINDS and name not in complete
    }

"""A scenario file becomes a frozen `Scenario`, or one `InputErrors` with everything that is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath

from pydantic import ValidationError

from sim.scenario.cross_checks import check_names
from sim.scenario.csv_tables import Folder, shown_path
from sim.scenario.problems import InputErrors, Problem, show
from sim.scenario.resolving import resolve_scenario
from sim.scenario.schema import Channel, Origin, Scenario
from sim.scenario.schema_errors import in_order, problems_of
from sim.scenario.schema_words import ReadingContext
from sim.scenario.yaml_lines import Document, decode, read_text, read_yaml


def load_scenario(path: str | FilePath) -> Scenario:
    """Read, validate and resolve a scenario file. Raises `InputErrors` with every problem found."""
    file_path = FilePath(path)
    shown = shown_path(file_path)
    document = read_yaml(read_text(file_path, shown), shown)
    return _build(document, Folder.around(file_path.resolve().parent), file_path.stem, file_path)


def load_scenario_text(text: str | bytes, folder: str | FilePath, name: str = "scenario") -> Scenario:
    """The same from text (an upload, an editor): CSV and policy paths are looked up in `folder`; `name` stands for the file."""
    if isinstance(text, bytes):
        text = decode(text, name)
    return _build(read_yaml(text, name), Folder.around(FilePath(folder)), FilePath(name).stem or "scenario", None)


def _build(document: Document, folder: Folder, stem: str, path: FilePath | None) -> Scenario:
    data = document.data
    if not isinstance(data, dict):
        raise InputErrors(
            [Problem(document.file, 1, "", f"found {show(data)}; allowed a mapping with contact_types, groups and more")]
        )
    context = ReadingContext(folder)
    try:
        scenario = Scenario.model_validate({"name": stem, **data, "channels": _channels(data)}, context=context)
    except ValidationError as error:
        raise InputErrors(problems_of(error, Scenario, document)) from None
    scenario._origin = Origin(document, path, folder)
    problems = check_names(scenario)
    if not any(problem.severity == "error" for problem in problems):
        problems += resolve_scenario(scenario)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputErrors(in_order(errors))
    warnings = tuple(in_order(problems))
    scenario._origin = replace(scenario._origin, warnings=warnings)
    return scenario


def _channels(data: dict[str, object]) -> object:
    """Channels as written, plus one per kind that types or groups name without an entry."""
    from sim.scenario.schema import KINDS

    written = data.get("channels", {})
    if not isinstance(written, dict):
        return written
    used: list[str] = []
    types, groups = data.get("contact_types"), data.get("groups")
    for entry in types.values() if isinstance(types, dict) else ():
        used += [entry["channel"]] if isinstance(entry, dict) and isinstance(entry.get("channel"), str) else []
    for entry in groups.values() if isinstance(groups, dict) else ():
        named = entry.get("channels") if isinstance(entry, dict) else None
        used += [name for name in named if isinstance(name, str)] if isinstance(named, list | dict) else []
        used += [named] if isinstance(named, str) else []
    implied = {name: Channel.model_validate({"kind": name}) for name in used if name in KINDS and name not in written}
    return {**written, **implied}

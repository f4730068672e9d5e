"""pydantic's errors said as Floorcast's problems: with line, key path, what was found and what is
allowed."""

from __future__ import annotations

import types
import typing
from typing import Any, Union

from pydantic import BaseModel, ValidationError

from floorcast.scenario.read.problems import (
    MOST_PROBLEMS,
    Path,
    Problem,
    Wrong,
    choices,
    show,
    unknown,
    written_path,
)
from floorcast.scenario.read.yaml_lines import Document

_SHAPES = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "dict_type": "a mapping from names to entries",
    "tuple_type": "a list",
    "list_type": "a list",
}


def problems_of(
    error: ValidationError, model: type[BaseModel], document: Document, prefix: Path = ()
) -> list[Problem]:
    """Every error of a validation of `model`, placed in `document` below `prefix`, in the order of
    the lines."""
    problems: list[Problem] = []
    details = []
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if part != "[key]")
        details.append((document.line((*prefix, *path)) or 0, path, detail))
    details.sort(key=lambda entry: entry[0])
    for _, path, detail in details[:MOST_PROBLEMS]:  # a hint for each of 100,000 would take minutes
        problems += _placed(detail, path, model, document, prefix)
    return bounded(in_order(problems), document.file, len(details) - MOST_PROBLEMS)


def in_order(problems: list[Problem]) -> list[Problem]:
    """By file and line, without repeats."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line or 0))


def bounded(problems: list[Problem], file: str, more: int = 0) -> list[Problem]:
    """The first problems and, where there are many or `more`, a last one that says how many are left out."""
    more = max(more, 0) + max(len(problems) - MOST_PROBLEMS, 0)
    if not more:
        return problems
    what = f"and {more:,} more; mend these first"
    return [*problems[:MOST_PROBLEMS], Problem(file, None, "", what)]


def _placed(
    detail: Any, path: Path, model: type[BaseModel], document: Document, prefix: Path
) -> list[Problem]:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, Wrong):
        return from_wrong(cause, document, (*prefix, *path))
    place = path[:-1] if detail["type"] == "missing" else path
    return [document.problem((*prefix, *place), _message(detail, path, model))]


def from_wrong(error: Wrong, document: Document, path: Path) -> list[Problem]:
    """Problems of a `Wrong` raised at `path`; findings in other files keep their own place."""
    problems = []
    for finding in error.findings:
        full = (*path, *finding.path)
        if finding.file is not None:
            text = written_path(document.aligned(full))
            problems.append(Problem(finding.file, finding.line, text, finding.message))
        else:
            problems.append(document.problem(full, finding.message))
    return problems


def _message(detail: Any, path: Path, model: type[BaseModel]) -> str:
    kind, value = detail["type"], detail.get("input")
    if kind == "extra_forbidden":
        owner = model_at(model, path[:-1])
        return unknown("key", str(path[-1]), _keys(owner)).findings[0].message
    if kind == "missing":
        owner = model_at(model, path[:-1])
        keys = choices(_keys(owner))
        return f"found no {path[-1]!r}, which is needed; allowed keys {keys}"
    if kind in ("model_type", "model_attributes_type", "dataclass_type"):
        owner = model_at(model, path)
        return f"found {show(value)}; allowed a mapping with {choices(_keys(owner))}"
    if kind == "literal_error":
        return f"found {show(value)}; allowed {detail['ctx']['expected'].replace(chr(39), '')}"
    if kind in _SHAPES:
        return f"found {show(value)}; allowed {_SHAPES[kind]}"
    return f"found {show(value)}; {detail['msg'][:200]}"


def _keys(model: type[BaseModel] | None) -> list[str]:
    """The keys of a model as they are written, its own before those it inherits."""
    if model is None:
        return []
    inherited = {name for base in model.__bases__ for name in getattr(base, "model_fields", ())}
    fields = sorted(model.model_fields.items(), key=lambda field: field[0] in inherited)
    return [field.alias or name for name, field in fields]


def model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that describes what stands at `path` below `model`."""
    here: Any = model
    for step in path:
        here = _stripped(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = {f.alias or name: f for name, f in here.model_fields.items()}
            here = fields[str(step)].annotation if str(step) in fields else None
        elif typing.get_origin(here) in (dict, tuple, list):
            arguments = typing.get_args(here)
            here = arguments[1] if typing.get_origin(here) is dict else arguments[0]
        else:
            return None
    here = _stripped(here)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _stripped(annotation: Any) -> Any:
    """Without Annotated and Optional."""
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif typing.get_origin(annotation) in (Union, types.UnionType):
            annotation = next(a for a in typing.get_args(annotation) if a is not type(None))
        else:
            return annotation

"""Variants: named changes of a scenario, read from a line, a file or the scenario itself, and built."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from floorcast.scenario.loading import load_scenario, rebuilt
from floorcast.scenario.read.problems import InputErrors, Path, Problem, Wrong, nearest, show
from floorcast.scenario.read.yaml_lines import read_text, read_yaml
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.what_if import people
from floorcast.scenario.what_if.edits import Data, Draft
from floorcast.scenario.what_if.grammar import (
    Change,
    Edit,
    Extend,
    Move,
    Teach,
    Train,
    parse_changes,
)
from floorcast.scenario.what_if.paths import places
from floorcast.scenario.words.csv_tables import shown_path
from floorcast.shipped import shipped

MOST_VARIANTS = 1000
_PEOPLE: dict[type, Callable[[Draft, Any, Scenario], Any]] = {
    Move: people.move, Train: people.train, Extend: people.extend, Teach: people.teach,
}  # fmt: skip


@dataclass(frozen=True)
class Variant:
    """A named change: `changes` of the base, or another `scenario`. Where it stands, for messages:
    `file` and `line`."""

    name: str
    changes: tuple[Change, ...] = ()
    scenario: Scenario | None = None
    file: str = "--with"
    line: int | None = None

    def wrong(self, error: Wrong, path: str = "") -> InputErrors:
        """The findings of an error as problems of this variant."""
        place = self.name if not path else f"{self.name}: {path}"
        return InputErrors([Problem(self.file, self.line, place, f.message) for f in error.findings])


@dataclass(frozen=True)
class Built:
    """A variant carried out: the scenario, what changes in policies, and the changes in words."""

    scenario: Scenario
    policy_edits: tuple[Edit, ...]
    twins: tuple[people.Twin, ...]
    said: tuple[str, ...]


def own_variants(scenario: Scenario) -> list[Variant]:
    """The variants that a scenario's file names. Raises `InputErrors` for what is no change."""
    document = scenario._origin.document
    line_of = lambda name: document.line(("variants", name))  # noqa: E731
    return _all(scenario.variants, document.file, line_of)


def variants_of(texts: Iterable[str], scenario: Scenario) -> list[Variant]:
    """Variants from the command line: a change, `name: change`, the name of one of the scenario's own, a
    scenario file, or a file of variants. Raises `InputErrors`."""
    named = {variant.name: variant for variant in own_variants(scenario)}
    found: list[Variant] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            if text in named:
                found.append(named[text])
            elif text.strip().lower().endswith((".yaml", ".yml")) and "=" not in text:
                found += _of_file(shipped(FilePath(text.strip())))
            elif re.fullmatch(r"[\w/-]+", text.strip()) and shipped(FilePath(text.strip())) != FilePath(text.strip()):
                found += _of_file(shipped(FilePath(text.strip())))
            else:
                found.append(_of_line(text, named))
        except InputErrors as errors:
            problems += errors.problems
    names = [variant.name for variant in found]
    for place, name in enumerate(names):
        if name in names[:place]:
            problems.append(Problem("--with", None, name, "found a second time; allowed one variant of each name"))
    if len(found) > MOST_VARIANTS:
        problems.append(Problem("--with", None, "", f"found {len(found)} variants; allowed {MOST_VARIANTS}"))
    if problems:
        raise InputErrors(problems)
    return found


def _of_line(text: str, named: Iterable[str] = ()) -> Variant:
    head, colon, rest = text.partition(": ")
    name, body = text.strip(), text
    if colon and not set(head) & set("={}[]+") and rest.strip():
        name, body = head.strip(), rest
    try:
        return Variant(name[:100], parse_changes(body))
    except Wrong as error:
        close = nearest(text.strip(), dict.fromkeys(named))
        hint = f" (did you mean the variant {close!r}?)" if close else ""
        raise InputErrors([Problem("--with", None, show(text), f.message + hint) for f in error.findings]) from None


def _of_file(path: FilePath) -> list[Variant]:
    """A scenario file as a variant, or the variants of a file that holds nothing else."""
    shown = shown_path(path)
    document = read_yaml(read_text(path, shown), shown)
    data = document.data
    if isinstance(data, dict) and "contact_types" in data:
        scenario = load_scenario(path)
        return [Variant(scenario.name, (), scenario, shown)]
    if not isinstance(data, dict) or set(data) != {"variants"} or not _is_mapping(data["variants"]):
        what, line = show(data), 1
        if isinstance(data, dict) and set(data) == {"variants"}:
            what, line = f"{show(data['variants'])} as variants", document.line(("variants",)) or 1
        message = f"found {what}; allowed a scenario, or `variants` alone, a mapping of names to changes"
        raise InputErrors([Problem(shown, line, "", message)])
    return _all(data["variants"], shown, lambda name: document.line(("variants", name)))


def _is_mapping(written: Any) -> bool:
    return isinstance(written, dict) and bool(written)


def _all(written: Any, file: str, line_of: Callable[[str], int | None]) -> list[Variant]:
    found: list[Variant] = []
    problems: list[Problem] = []
    for name, changes in written.items():
        if not str(name).strip():
            message = "found a variant without a name; allowed a name to tell it by"
            problems.append(Problem(file, line_of(name), "variants", message))
            continue
        try:
            found.append(Variant(name, parse_changes(changes), None, file, line_of(name)))
        except Wrong as error:
            place = f"variants.{name}"
            problems += [Problem(file, line_of(name), place, f.message) for f in error.findings]
    if problems:
        raise InputErrors(problems)
    return found


def build(scenario: Scenario, variant: Variant) -> Built:
    """Carry out a variant of a scenario. Raises `InputErrors` for a path that names nothing, changes
    that collide, values that the file may not hold, and another calendar."""
    if variant.scenario is not None:
        return Built(_paired(scenario, variant), (), (), (f"all of {variant.file}",))
    data = scenario._origin.document.data
    draft = Draft({**data, "groups": data["groups"]}, lambda path: _default(scenario, path))
    edits: list[Edit] = []
    twins: list[people.Twin] = []
    wrong: list[Problem] = []
    for change in variant.changes:
        try:
            if isinstance(change, Edit) and change.path[0] in _OF_THE_STUDY:
                raise Wrong(f"found {change.path[0]}, which is one for all options; allowed {_of_all(change.path[0])}")
            if isinstance(change, Edit) and change.path[0] in ("policy", "policies"):
                edits.append(change)
            elif isinstance(change, Edit):
                for place in places(change.path, draft.data, scenario):
                    if place.path[-1] == "after_contact_work" and _only_once(change):
                        continue
                    draft.edit(change, place)
            else:
                twin = _PEOPLE[type(change)](draft, change, scenario)
                twins += [twin] if twin is not None else []
        except Wrong as error:
            wrong += variant.wrong(error, change.text if change.text != variant.name else "").problems
    if wrong:
        raise InputErrors(wrong)
    if not draft.said:
        return Built(scenario, tuple(edits), tuple(twins), ())
    try:
        changed = rebuilt(scenario, draft.data, {"variant": variant.name, "said": list(draft.said)})
    except InputErrors as errors:
        raise InputErrors(
            [
                replace(p, message=f"under the variant {variant.name!r}: {p.message}")
                for p in errors.problems
            ]
        ) from None
    if _calendar(changed) != _calendar(scenario):
        raise variant.wrong(Wrong(_OTHER_CALENDAR))
    return Built(changed, tuple(edits), tuple(twins), tuple(draft.said))


def _only_once(change: Edit) -> bool:
    """Whether seconds are added to a handle time: they go to the work, not again to what follows it."""
    return (
        change.path[-1] != "after_contact_work"
        and change.operation == "more"
        and not str(change.value).endswith("%")
    )


_OF_THE_STUDY = ("seed", "replications", "name", "description", "currency", "variants", "uncertain", "indifference")


def _of_all(key: Any) -> str:
    """Where something is said that is one for all options."""
    return f"--{key}" if key in ("seed", "replications") else "in the file of the base alone"


_OTHER_CALENDAR = (
    "found another calendar (start, days, interval or warm_up); allowed the base's, for else no"
    " customer could be compared"
)


def _paired(base: Scenario, variant: Variant) -> Scenario:
    other = variant.scenario
    assert other is not None
    if _calendar(other) != _calendar(base):
        raise variant.wrong(Wrong(_OTHER_CALENDAR))
    return other


def _calendar(scenario: Scenario) -> tuple[Any, ...]:
    return scenario.start, scenario.days, scenario.interval, scenario.warm_up


def _default(scenario: Scenario, path: Path) -> Any:
    """A value that the file does not write, as the scenario has it: a number, or a duration in text."""
    node: Any = scenario
    for step in path:
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, tuple) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            node = getattr(node, str(step), None)
        if node is None:
            return None
    if path[-1] in _TIMES and isinstance(node, int | float):
        return f"{node:g}s"
    return node if isinstance(node, int | float) and not isinstance(node, bool) else None


_TIMES = {
    "sticky", "answer_within", "release_after", "switching_cost", "warm_up", "after", "length", "within",
    "delay", "window", "expectation", "above",
}  # fmt: skip


def plain_data(scenario: Scenario) -> Data:
    """The scenario's file as plain data."""
    data: Data = scenario._origin.document.data
    return data

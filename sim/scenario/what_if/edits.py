"""Carries out changes on the plain data of a file, and says each in a line: what was there, what is there now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from floorcast.scenario.catalogue.arrival_processes import ARRIVAL_PROCESSES
from floorcast.scenario.read.problems import Path, Wrong, found, show, written_path
from floorcast.scenario.variants import apportioned
from floorcast.scenario.what_if import amounts
from floorcast.scenario.what_if.grammar import Edit
from floorcast.scenario.what_if.paths import Place, exists, value_at

Data = dict[str, Any]


class Draft:
    """The data of a file being changed, with what has been changed so far."""

    def __init__(self, data: Data, default: Callable[[Path], Any]) -> None:
        self.data: Data = unshared(data)
        self.said: list[str] = []
        self._default = default  # of a value that is not written
        self._touched: dict[Path, str] = {}

    def claim(self, path: Path, text: str) -> None:
        """Note that a change touches a path. Raises `Wrong` where two do."""
        for other, by in self._touched.items():
            if by != text and (path[: len(other)] == other or other[: len(path)] == path or _same_people(path, other)):
                raise Wrong(
                    f"found {show(text)} beside {show(by)}, which change the same, {written_path(path)};"
                    " allowed one of them in a variant"
                )
        self._touched[path] = text

    def put(self, path: Path, value: Any) -> None:
        """Write a value, and mappings around it where there are none. Raises `Wrong`."""
        node: Any = self.data
        for n, step in enumerate(path[:-1]):
            if isinstance(node, dict) and (step not in node or node[step] is None):
                node[step] = {}
            node = self._child(node, step, path[: n + 1])
        last = path[-1]
        if isinstance(node, dict):
            node[last] = value
        elif isinstance(node, list) and isinstance(last, int) and last < len(node):
            node[last] = value
        else:
            raise Wrong(f"found {written_path(path)}; {written_path(path[:-1])} is {show(node)}")

    def take_out(self, path: Path) -> None:
        """Take out what is written at a path that exists."""
        node = value_at(self.data, path[:-1])
        del node[path[-1]]

    def _child(self, node: Any, step: str | int, path: Path) -> Any:
        if isinstance(node, dict) and step in node:
            return node[step]
        if isinstance(node, list) and isinstance(step, int) and step < len(node):
            return node[step]
        raise Wrong(f"found {written_path(path)}; {written_path(path[:-1])} is {show(node)}")

    def edit(self, change: Edit, place: Place) -> None:
        """Carry out one change at one place. Raises `Wrong`."""
        if place.kind == "people" and change.operation == "drop":
            if change.path[-1] in ("people", "agents"):
                raise found(change.text, f"{place.path[1]} = 0, or {place.path[1]} drop for the whole group")
            place = Place("value", place.path)
        self.claim((*place.path, "people") if place.kind == "people" else place.path, change.text)
        if place.kind == "people":
            self._people(change, str(place.path[1]))
            return
        there = exists(self.data, place.path)
        old = value_at(self.data, place.path)
        shown = old
        if change.operation in ("more", "times") and old is None:
            old = shown = 1.0 if place.kind == "volume" else self._default(place.path)
            if old is None:
                raise Wrong(f"found {written_path(place.path)} not written; allowed PATH = VALUE")
        if change.operation == "drop":
            if not there:
                raise Wrong(f"found nothing at {written_path(place.path)} to drop")
            self.take_out(place.path)
            self._say(place.path, shown, "nothing")
            return
        new = self._new(change, old, self._is_whole(place.path))
        if change.operation == "more" and place.kind == "volume" and new - old >= 1 and "%" not in change.value:
            # +15 would be sixteen times as much; who writes it has left out the per cent sign
            raise found(change.value, f"{change.value} % of a volume, or = {new:g} for so many times as much")
        self.put(place.path, new)
        if change.operation == "add":
            self.said.append(f"{written_path(place.path)}: one more, {in_words(change.value)}")
        else:
            alike = amounts.is_distribution(shown) and not isinstance(new, dict)
            self._say(place.path, shown, in_words(new) + (", the same for everybody" if alike else ""))

    def _is_whole(self, path: Path) -> bool:
        """Whether what stands at a path is a number of things that come one by one, such as people or lines."""
        return isinstance(self._default(path), int)

    def _new(self, change: Edit, old: Any, whole: bool = True) -> Any:
        if change.operation == "set":
            return change.value
        if change.operation == "add":
            if old is not None and not isinstance(old, list | dict):
                raise found(old, "a list to add to")
            if isinstance(old, dict) and isinstance(change.value, dict) and not _is_item(old):
                return {**old, **change.value}
            return [*(old if isinstance(old, list) else [old] if old else []), change.value]
        if change.operation == "more":
            return amounts.more(old, change.value, whole)
        assert change.operation == "times", change.operation
        return amounts.times(old, change.value, whole)

    def _say(self, path: Path, old: Any, new: str) -> None:
        before = "not written" if old is None else in_words(old)
        self.said.append(f"{written_path(path)}: {before} -> {new}")

    # -- people, however a group writes them
    def _people(self, change: Edit, group: str) -> None:
        entry = self.data["groups"][group]
        if change.operation == "add":
            raise found(change.text, f"{group} +{change.value} for more people")
        if entry.get("headcount") is not None:
            if change.operation != "times" and not str(change.value).endswith("%"):
                raise found(change.text, "x FACTOR or n % for a group with a headcount")
            self.put(("groups", group, "headcount"), self._new(change, entry["headcount"]))
            self.said.append(f"groups.{group}.headcount: {change.text}")
            return
        if "shifts" not in entry and "agents" not in entry:
            raise found(change.text, "groups staffed by agents, shifts or headcount")
        now = people(entry)
        new = self._new(change, now)
        if isinstance(new, bool) or not isinstance(new, int | float) or new != int(new) or new < 0:
            raise found(change.text, f"a whole number of at least 0 in the end; {group} has {now} people")
        self.set_people(group, int(new))
        self.said.append(f"groups.{group}: {now} -> {int(new)} people{shift_words(entry)}")

    def set_people(self, group: str, n: int) -> None:
        """Give a group n people; its shift lines share them in proportion."""
        entry = self.data["groups"][group]
        if "shifts" not in entry:
            entry["agents"] = n
            return
        shares = apportioned([int(line["agents"]) for line in shift_lines(entry)], n)
        for line, share in zip(shift_lines(entry), shares):
            line["agents"] = share


def _same_people(one: Path, other: Path) -> bool:
    """Whether one path is of all people of a group, and the other of how many there are in some of its lines."""
    for whole, part in ((one, other), (other, one)):
        if whole[-1] == "people" and len(whole) == 3 and whole[0] == "groups" and part[:2] == whole[:2]:
            return part[2:] in (("shifts",), ("headcount",)) or part[-1] == "agents" and part[2] in ("agents", "shifts")
    return False


def unshared(node: Any) -> Any:
    """A copy in which what YAML's aliases share is there once for each place."""
    if isinstance(node, dict):
        return {key: unshared(item) for key, item in node.items()}
    return [unshared(item) for item in node] if isinstance(node, list) else node


def shift_lines(entry: Data) -> list[Data]:
    """The shift lines of a group's entry, as they stand in the data."""
    lines = entry.get("shifts") or []
    return lines if isinstance(lines, list) else [lines]


def people(entry: Data) -> int:
    """How many people a group's entry has, in agents or shifts."""
    if "shifts" in entry:
        return sum(int(line["agents"]) for line in shift_lines(entry))
    return int(entry.get("agents", 0))


def shift_words(entry: Data) -> str:
    """How the people of a group are spread over its shift lines."""
    lines = shift_lines(entry)
    if len(lines) < 2:
        return ""
    return " (by shift line " + " ".join(str(line["agents"]) for line in lines) + ")"


def _is_item(old: Data) -> bool:
    """Whether a mapping is the single item of what may be a list: a shift, a source, a training."""
    return bool({*ARRIVAL_PROCESSES, "length", "probability", "measure"} & set(old))


def in_words(value: Any) -> str:
    """A value on one line."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        text = "{" + ", ".join(f"{key}: {in_words(item)}" for key, item in value.items()) + "}"
    elif isinstance(value, list):
        text = "[" + ", ".join(in_words(item) for item in value) + "]"
    else:
        text = value if isinstance(value, str) else show(value)
    return text if len(text) <= 120 else text[:117] + "..."

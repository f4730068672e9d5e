"""YAML as plain dictionaries, lists and scalars, with the line of everything.

Built from parser events without recursion, so that hostile nesting, alias bombs and tags end in one
clear error. Scalars follow YAML 1.2's core rules: `no`, `on`, `12:00` and dates stay text, keys are
always text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from floorcast.scenario.read.problems import InputErrors, Path, Problem, nearest, show, written_path
from floorcast.shipped import examples

MOST_BYTES = 5_000_000
MOST_VALUES = 200_000
DEEPEST = 60
_TAB = re.compile(r" *\t")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?\d{1,3}(?:_\d{3})+|[-+]?\d{1,300}")
_FLOAT = re.compile(r"[-+]?(?:\.\d{1,300}|\d{1,300}(?:\.\d{0,300})?)(?:[eE][-+]?\d{1,5})?")
_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}


@dataclass(frozen=True)
class Document:
    """A parsed file: `data` as plain Python, `lines` from key path to line (from 1)."""

    file: str
    data: Any
    lines: dict[Path, int] = field(repr=False)
    text: str = field(default="", repr=False)

    def line(self, path: Path) -> int | None:
        """Line of a key path, or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None

    def aligned(self, path: Path) -> Path:
        """`path` without the steps that only exist after normalising (a single item read as a list
        of one)."""
        kept: list[str | int] = []
        here = self.data
        for position, step in enumerate(path):
            if isinstance(here, dict) and step in here:
                here = here[step]
            elif isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here):
                here = here[step]
            elif step == 0 and not isinstance(here, list):
                continue
            else:
                kept.extend(path[position:])
                break
            kept.append(step)
        return tuple(kept)

    def problem(self, path: Path, message: str) -> Problem:
        """An error at a key path of this document."""
        true_path = self.aligned(path)
        return Problem(self.file, self.line(true_path), written_path(true_path), message)


def read_text(path: FilePath, shown: str) -> str:
    """Text of a file of at most 5 MB in UTF-8. Raises `InputErrors` when it cannot be read."""
    try:
        if path.is_dir():
            raise InputErrors([Problem(shown, None, "", "found a folder; allowed a YAML file")])
        if path.exists() and not path.is_file():  # reading a pipe or a device may never end
            raise InputErrors([Problem(shown, None, "", "found no ordinary file; allowed a YAML file")])
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        hint = _meant(path) if isinstance(error, FileNotFoundError) else ""
        raise InputErrors([Problem(shown, None, "", f"cannot be read: {why}{hint}")]) from None
    return decode(raw, shown)


def _meant(path: FilePath) -> str:
    """Of a name that no file has: what is shipped of that name or the nearest, or where it is listed."""
    beside = [file.name for file in sorted(path.parent.glob("*.y*ml"))] if path.parent.is_dir() else []
    if (near := nearest(path.name, beside)) is not None:
        return f" (did you mean {near!r}?)"
    known = [file.stem for file in examples()]
    if path.parent != FilePath(".") or path.suffix not in ("", ".yaml"):
        return f"; {path.stem} comes with Floorcast: give its name alone" if path.stem in known else ""
    close = nearest(path.stem, known)
    if close is not None:
        return f"; nothing of that name comes with Floorcast either (did you mean {close!r}?)"
    if path.suffix:
        return ""
    return "; nothing of that name comes with Floorcast either: floorcast examples lists what does"


def decode(raw: bytes, shown: str) -> str:
    """UTF-8 text of `raw`, or `InputErrors` naming the line of the first bad byte."""
    if len(raw) > MOST_BYTES:
        raise InputErrors([Problem(shown, None, "", "found more than 5 MB; allowed at most 5 MB")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputErrors(
            [Problem(shown, line, "", "found bytes that are not UTF-8 text; allowed a text file")]
        ) from None


def read_yaml(text: str, file: str) -> Document:
    """Parse one YAML document. Raises `InputErrors` with every duplicate key, tag and syntax error
    found."""
    if len(text) > MOST_BYTES:
        raise InputErrors([Problem(file, None, "", "found more than 5 MB; allowed at most 5 MB")])
    builder = _Builder(file)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        what = (error.problem or error.context or "unreadable").strip()
        written = "".join(text.splitlines()[line - 1 : line]) if line else ""
        message = f"found broken YAML: {what}"
        if "tab" in what or "\\t" in what or _TAB.match(written):
            message = "found a tab in the indentation; allowed spaces"
        builder.problems.append(Problem(file, line, "", message))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else None
        builder.problems.append(
            Problem(file, line, "", f"found a character YAML does not allow: {error.reason}")
        )
    except (yaml.YAMLError, UnicodeError) as error:
        builder.problems.append(Problem(file, None, "", f"found broken YAML: {error}"))
    if builder.problems:
        raise InputErrors(builder.problems)
    return Document(file, builder.root, builder.lines, text)


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=_LOADER)


def resolve_scalar(text: str) -> Any:
    """A plain (unquoted) scalar by YAML 1.2's core rules; integers may be grouped as 5_000_000."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


@dataclass
class _Frame:
    """A mapping or list still open; `key` is the mapping key whose value comes next."""

    container: Any
    path: Path
    line: int
    before: int
    anchor: str | None
    key: str | None = None
    waits_for_key: bool = True


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.lines: dict[Path, int] = {(): 1}
        self.problems: list[Problem] = []
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open_anchors: set[str] = set()
        self.count = 0
        self.documents = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(line, "found a second document; allowed one per file")
        elif isinstance(event, yaml.ScalarEvent):
            self._tag(event, line)
            plain = event.style in (None, "")
            frame = self.frames[-1] if self.frames else None
            if frame and isinstance(frame.container, dict) and frame.waits_for_key:
                self._key(frame, event.value, line)
                return
            value = resolve_scalar(event.value) if plain else event.value
            self._add(1, line)
            if event.anchor:
                self.anchors[event.anchor] = (value, 1)
            self._place(value, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._tag(event, line)
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(str(event.anchor), line)

    def _stop(self, line: int, message: str) -> None:
        raise InputErrors([*self.problems, Problem(self.file, line, self._where(), message)])

    def _where(self) -> str:
        return written_path(self._path()) if self.frames else ""

    def _path(self) -> Path:
        frame = self.frames[-1]
        step = len(frame.container) if isinstance(frame.container, list) else frame.key
        return frame.path if step is None else (*frame.path, step)

    def _tag(self, event: Any, line: int) -> None:
        if event.tag is not None:
            self.problems.append(
                Problem(
                    self.file,
                    line,
                    self._where(),
                    f"found the tag {show(event.tag)}; allowed plain YAML without tags",
                )
            )

    def _add(self, values: int, line: int) -> None:
        self.count += values
        if self.count > MOST_VALUES:
            self._stop(
                line,
                f"found more than {MOST_VALUES} values; allowed fewer, with long tables in CSV files",
            )

    def _key(self, frame: _Frame, key: str, line: int) -> None:
        frame.key, frame.waits_for_key = key, False
        path = (*frame.path, key)
        if key in frame.container:
            first = self.lines.get(path)
            self.problems.append(
                Problem(
                    self.file,
                    line,
                    written_path(path),
                    f"found the key a second time (first on line {first}); allowed once",
                )
            )
        self.lines[path] = line

    def _open(self, container: Any, event: Any, line: int) -> None:
        if (
            self.frames
            and isinstance(self.frames[-1].container, dict)
            and self.frames[-1].waits_for_key
        ):
            self._stop(line, "found a list or mapping as a key; allowed text")
        if len(self.frames) >= DEEPEST:
            self._stop(line, f"found nesting deeper than {DEEPEST}; allowed less")
        self._add(1, line)
        path = self._path() if self.frames else ()
        self.lines.setdefault(path, line)
        if event.anchor:
            self.open_anchors.add(event.anchor)
        self.frames.append(_Frame(container, path, line, self.count - 1, event.anchor))

    def _close(self) -> None:
        frame = self.frames.pop()
        if isinstance(frame.container, dict) and "<<" in frame.container:
            self._merge(frame)
        if frame.anchor:
            self.open_anchors.discard(frame.anchor)
            self.anchors[frame.anchor] = (frame.container, self.count - frame.before)
        self._place(frame.container, frame.line)

    def _merge(self, frame: _Frame) -> None:
        merged = frame.container.pop("<<")
        for source in merged if isinstance(merged, list) else [merged]:
            if not isinstance(source, dict):
                line = self.lines.get((*frame.path, "<<"), frame.line)
                self.problems.append(
                    Problem(
                        self.file,
                        line,
                        written_path((*frame.path, "<<")),
                        f"found {show(source)}; allowed a mapping",
                    )
                )
                continue
            for key, value in source.items():
                frame.container.setdefault(key, value)

    def _alias(self, name: str, line: int) -> None:
        if (
            self.frames
            and isinstance(self.frames[-1].container, dict)
            and self.frames[-1].waits_for_key
        ):
            self._stop(line, "found an alias as a key; allowed text")
        if name in self.open_anchors:
            self._stop(
                line,
                f"found the alias {show(name)} inside itself; allowed aliases of finished values",
            )
        if name not in self.anchors:
            self._stop(line, f"found the unknown alias {show(name)}")
        value, size = self.anchors[name]
        self._add(size, line)
        self._place(value, line)

    def _decimal_comma(self, frame: _Frame, line: int) -> None:
        """`{share: 0,5}` is read as two keys, of which the second is 5 and has no value."""
        before = list(frame.container.items())[-1:]
        if before and isinstance(before[0][1], int | float) and not isinstance(before[0][1], bool):
            key, number = before[0]
            self.problems.append(
                Problem(
                    self.file,
                    line,
                    written_path((*frame.path, key)),
                    f"found {number},{frame.key}; decimals have a point: {number}.{frame.key}",
                )
            )

    def _place(self, value: Any, line: int) -> None:
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        if isinstance(frame.container, list):
            self.lines.setdefault((*frame.path, len(frame.container)), line)
            frame.container.append(value)
        else:
            if value is None and str(frame.key).isdigit():
                self._decimal_comma(frame, line)
            frame.container.setdefault(frame.key, value)
            frame.key, frame.waits_for_key = None, True

"""CSV files that a scenario names: found inside the scenario's folder tree, read with the line of
every row.

Python's csv module and not pandas, whose import alone takes longer than a tutorial's run.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, TypeVar

import numpy as np

from floorcast.scenario.read.problems import Finding, Wrong, choices, found, nearest, show
from floorcast.scenario.words.distributions import Floats

MOST_CSV_BYTES = 200_000_000
MOST_ROWS = 5_000_000
MOST_BAD_ROWS = 20
Cell = TypeVar("Cell")


@dataclass(frozen=True)
class Folder:
    """Where a scenario's files are looked up: relative to `base`, never outside `root`."""

    base: FilePath
    root: FilePath

    @classmethod
    def around(cls, base: FilePath) -> Folder:
        """The folder itself, or the `scenarios` folder it lies in."""
        base = base.resolve()
        root = next(
            (parent for parent in (base, *base.parents) if parent.name == "scenarios"), base
        )
        return cls(base, root)

    def find(self, written: object, what: str) -> FilePath:
        """The existing file meant by a relative path. Raises `Wrong` for anything that leaves the
        folder tree."""
        words = f"the path of {what}, relative to this file and inside {self.root.name or 'its folder'}/"
        if (
            not isinstance(written, str)
            or not written.strip()
            or "\0" in written
            or len(written) > 500
        ):
            raise found(written, words)
        relative = FilePath(written)
        if (
            relative.is_absolute()
            or written.startswith("~")
            or ":" in relative.parts[0]
            or "\\" in written
        ):
            raise found(written, words)
        try:
            path = (self.base / relative).resolve()
            inside = path.is_relative_to(self.root)
            exists = inside and path.is_file()
        except (OSError, RuntimeError, ValueError):
            raise found(written, words) from None
        if not inside:
            raise found(written, words)
        if not exists:
            raise Wrong(f"found {show(written)}, which does not exist; allowed {words}")
        return path

    def shown(self, path: FilePath) -> str:
        """How a file is named in messages: relative to the working folder when inside it."""
        return shown_path(path)


def shown_path(path: FilePath) -> str:
    """Relative to the working folder when inside it, else in full."""
    try:
        return str(path.resolve().relative_to(FilePath.cwd()))
    except (ValueError, OSError, RuntimeError):
        return str(path)


@dataclass(frozen=True)
class Table:
    """Rows of a CSV: `cells[column]` as stripped text, `lines` of the rows in the file (from 1)."""

    file: str
    cells: dict[str, list[str]]
    lines: list[int]

    def __len__(self) -> int:
        return len(self.lines)

    def read(self, column: str, parse: Callable[[str], Cell]) -> list[Cell]:
        """Every cell of a column parsed; `parse` raises `Wrong`, and all bad rows are reported with
        their lines."""
        values: list[Cell] = []
        bad: list[Finding] = []
        for line, cell in zip(self.lines, self.cells[column], strict=True):
            try:
                values.append(parse(cell))
            except Wrong as error:
                bad.append(
                    Finding(
                        f"column {show(column)}: {error.findings[0].message}", (), self.file, line
                    )
                )
                if len(bad) > MOST_BAD_ROWS:
                    bad[-1] = Finding(
                        "found more bad rows; only the first are listed", (), self.file, line
                    )
                    break
        if bad:
            raise Wrong(bad)
        return values

    def numbers(self, column: str, least: float | None = None, scale: float = 1.0) -> Floats:
        """A column of finite numbers, each at least `least`."""
        words = "a number" if least is None else f"a number of at least {least:g}"

        def parse(cell: str) -> float:
            try:
                number = float(cell)
            except ValueError:
                raise found(cell, words) from None
            if not abs(number) <= 1e15 or (least is not None and number < least):
                raise found(cell, words)
            return number * scale

        return np.array(self.read(column, parse), dtype=np.float64)

    def wrong(self, row: int, message: str) -> Finding:
        """A finding at a row."""
        return Finding(message, (), self.file, self.lines[row])


def read_table(
    folder: Folder | None, written: object, columns: Sequence[str], under: str = "csv"
) -> Table:
    """The named columns of a CSV with a header line. Raises `Wrong` naming the CSV's file and
    line."""
    if folder is None:
        raise Wrong(
            "found a CSV outside a scenario file; allowed only in a file with a folder"
        ).under(under)
    try:
        path = folder.find(written, "a CSV file")
    except Wrong as error:
        raise error.under(under) from None
    file = folder.shown(path)
    try:
        if path.stat().st_size > MOST_CSV_BYTES:
            raise Wrong([Finding("found more than 200 MB; allowed at most 200 MB", (under,), file)])
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return _read(csv.reader(stream), file, columns, under)
    except UnicodeDecodeError:
        raise Wrong([Finding("found bytes that are not UTF-8 text", (under,), file)]) from None
    except OSError as error:
        raise Wrong([Finding(f"cannot be read: {error.strerror}", (under,), file)]) from None


def _read(rows: Any, file: str, columns: Sequence[str], under: str) -> Table:
    try:
        header = [name.strip() for name in next(rows, [])]
        if not any(header):
            raise Wrong([Finding("is empty; allowed a line of column names, then a row per line", (under,), file, 1)])
        findings: list[Finding] = []
        other = next((sign for sign in (";", "\t", "|") if len(header) == 1 and sign in header[0]), None)
        if other is not None and header[0] not in columns:
            sign = "tabs" if other == "\t" else f"{other!r}"
            message = f"found columns separated by {sign}; allowed commas"
            raise Wrong([Finding(message, (), file, 1)])
        for name in dict.fromkeys(columns):
            if header.count(name) != 1:
                close = nearest(name, header)
                hint = f" (did you mean {close!r}?)" if close and close != name else ""
                count = "no" if name not in header else "more than one"
                findings.append(
                    Finding(
                        f"found {count} column {show(name)}{hint}; has {choices(header)}",
                        (),
                        file,
                        1,
                    )
                )
        if findings:
            raise Wrong(findings)
        places = {name: header.index(name) for name in dict.fromkeys(columns)}
        cells: dict[str, list[str]] = {name: [] for name in places}
        lines: list[int] = []
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                findings.append(
                    Finding(
                        f"found {len(row)} cells; allowed {len(header)}, as in the header",
                        (),
                        file,
                        rows.line_num,
                    )
                )
                if len(findings) >= MOST_BAD_ROWS:
                    break
                continue
            lines.append(rows.line_num)
            if len(lines) > MOST_ROWS:
                message = f"found more than {MOST_ROWS:,} rows; allowed at most {MOST_ROWS:,}"
                raise Wrong([Finding(message, (under,), file)])
            for name, place in places.items():
                cells[name].append(row[place].strip())
    except csv.Error as error:
        raise Wrong(
            [Finding(f"found broken CSV: {error}", (under,), file, rows.line_num)]
        ) from None
    if findings:
        raise Wrong(findings)
    if not lines:
        raise Wrong(
            [Finding("found no rows below the header; allowed at least one", (under,), file)]
        )
    return Table(file, cells, lines)

"""Workbooks as rows of text: durations in seconds, and what cells that were merged show in every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from floorcast.scenario.read.extras import optional

_MOST = 8_000_000  # bytes: a larger workbook is read row by row, which does not tell what was merged

Rows = list[list[str]]


@dataclass(frozen=True)
class Workbook:
    """Rows of each sheet by its name; how many cells were filled from a merged one, by sheet."""

    sheets: dict[str, Rows]
    filled: dict[str, int]


def read_workbook(path: Path) -> Workbook:
    """All sheets. Raises MissingExtra where the library is not there, any other exception for what is no workbook."""
    openpyxl = optional("openpyxl", f"{path}: a workbook", "openpyxl", "data")
    small = path.stat().st_size <= _MOST
    book = openpyxl.load_workbook(path, read_only=not small, data_only=True)
    sheets: dict[str, Rows] = {}
    filled: dict[str, int] = {}
    for sheet in book.worksheets:
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        sheets[sheet.title] = rows
        filled[sheet.title] = sum(_fill(rows, one.bounds) for one in sheet.merged_cells.ranges) if small else 0
    return Workbook(sheets, filled)


def _fill(rows: Rows, bounds: tuple[int, int, int, int]) -> int:
    """The value of a merged cell in every row it spans; how many cells got one. What spans columns is a heading
    and stays in the first."""
    left, top, _, bottom = bounds
    value = rows[top - 1][left - 1] if top <= len(rows) else ""
    below = rows[top:bottom] if value else []
    for row in below:
        row[left - 1] = value
    return len(below)


def _text(cell: Any) -> str:
    """Times of day on Excel's day 0 are durations."""
    if cell is None:
        return ""
    if hasattr(cell, "total_seconds"):
        return f"{cell.total_seconds():g}"
    if hasattr(cell, "year"):
        if cell.year < 1901:
            seconds = (cell.day % 31) * 86400 + cell.hour * 3600 + cell.minute * 60 + cell.second
            return f"{seconds}"
        return str(cell.isoformat(sep=" ")) if hasattr(cell, "hour") else str(cell.isoformat())
    return str(cell)

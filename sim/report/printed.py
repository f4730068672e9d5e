"""Tables as they were printed, for spreadsheets: numbers as numbers, half widths and units beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floorcast.report.workbook import Column, Sheet

if TYPE_CHECKING:
    from rich.table import Table

_NUMBER = r"[+-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?"
_UNIT = "%|pt|s|min|h|d|points|waiting|million"
_CELL = re.compile(rf"^(?P<value>{_NUMBER})(?: ± (?P<half>{_NUMBER}))?(?: (?P<unit>{_UNIT}))?[ ?✓✗=]*$")
_UNITS = {
    "%": ("share", 0.01), "pt": ("percentage points", 1.0), "points": ("percentage points", 1.0), "s": ("s", 1.0),
    "min": ("s", 60.0), "h": ("s", 3600.0), "d": ("s", 86400.0), "waiting": ("contacts", 1.0), "million": ("", 1e6),
    "": ("", 1.0),
}  # fmt: skip


@dataclass(frozen=True)
class _Value:
    number: float
    half_width: float | None
    unit: str


def sheets_of(tables: Iterable[Table]) -> list[Sheet]:
    """A sheet for each table. A column in which all is a number becomes one of numbers (seconds, shares, percentage
    points), with a column for half widths where there are any, and one for units where rows differ in theirs."""
    return [_sheet(table, number) for number, table in enumerate(tables, 1)]


def _sheet(table: Table, number: int) -> Sheet:
    columns: list[Column] = []
    cells: list[Sequence[Any]] = []
    for place, column in enumerate(table.columns):
        heading = str(getattr(column.header, "plain", column.header)).replace("\n", " ")
        name = heading or ("name" if not place else f"column {place + 1}")
        texts = [str(getattr(cell, "plain", cell)).strip() for cell in column.cells]
        if place == 0:
            texts = _filled(texts)
        values = [_value(text) for text in texts]
        words = any(text not in ("", "–") and value is None for text, value in zip(texts, values, strict=True))
        if words or not any(values):
            columns.append(Column(name))
            cells.append(texts)
            continue
        units = {value.unit for value in values if value is not None}
        columns.append(Column(name, units.pop() if len(units) == 1 else ""))
        cells.append([None if value is None else value.number for value in values])
        if any(value is not None and value.half_width is not None for value in values):
            columns.append(Column(f"{name} ±", columns[-1].unit, "half width of the 95 % interval"))
            cells.append([None if value is None else value.half_width for value in values])
        if units:
            columns.append(Column(f"unit of {name}"))
            cells.append(["" if value is None else value.unit for value in values])
    title = str(getattr(table.title, "plain", table.title) or f"Table {number}")
    return Sheet(title, columns, list(zip(*cells, strict=True)))


def _value(text: str) -> _Value | None:
    match = _CELL.match(text)
    if match is None:
        return None
    unit, factor = _UNITS[match["unit"] or ""]
    half = match["half"]
    return _Value(_plain(match["value"]) * factor, None if half is None else _plain(half) * factor, unit)


def _plain(text: str) -> float:
    return float(text.replace(",", ""))


def _filled(texts: list[str]) -> list[str]:
    """Names that a table prints once, above the rows they are of, on every row."""
    found: list[str] = []
    for text in texts:
        found.append(text or (found[-1] if found else ""))
    return found

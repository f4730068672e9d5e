"""Tables for spreadsheets: one sheet as CSV, or several as an XLSX workbook with a data dictionary."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from floorcast.scenario.read.extras import optional

# A spreadsheet would take a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHEET_NAME = 31


@dataclass(frozen=True)
class Column:
    """A column: its heading, its unit ("" for names and counts) and what it means.

    by_row: the unit is that of the row, in the column `unit`.
    """

    name: str
    unit: str = ""
    meaning: str = ""
    by_row: bool = False

    @property
    def heading(self) -> str:
        """Name and unit as they stand above the column."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class Sheet:
    """A table: rows of numbers, texts, dates and timestamps; NaN and None are empty cells."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def write_csv(path: Path, sheet: Sheet) -> None:
    """Write one sheet as CSV (UTF-8, comma, ISO dates). Raises OSError, leaving no half file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.heading for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_plain(value) for value in row])
    replace_file(path, stream.getvalue().encode())


def write_text(path: Path, text: str) -> None:
    """Write a text (UTF-8). Raises OSError, leaving no half file."""
    replace_file(path, text.encode())


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets and a data dictionary as XLSX. Raises MissingExtra without XlsxWriter."""
    xlsxwriter = optional("xlsxwriter", "a workbook", "XlsxWriter", "report")
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # equal tables give equal files
        bold = book.add_format({"bold": True, "bottom": 1})
        formats: dict[type, Any] = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        shares = book.add_format({"num_format": "0.0 %"})
        used: set[str] = set()
        for sheet in sheets:
            page = book.add_worksheet(_free_name(sheet.name, used))
            page.freeze_panes(1, 0)
            page.set_row(0, None, bold)
            wide = [len(column.heading) for column in sheet.columns]
            said = next((at for at, column in enumerate(sheet.columns) if column.name == "unit"), None)
            for at, column in enumerate(sheet.columns):
                page.write_string(0, at, column.heading, bold)
            for line, row in enumerate(sheet.rows, 1):
                for at, value in enumerate(row):
                    wide[at] = max(wide[at], min(len(str(value)), 40))
                    column = sheet.columns[at]
                    unit = row[said] if column.by_row and said is not None else column.unit
                    kind = shares if unit == "share" else None
                    _write(page, line, at, value, formats, kind)
            for at, width in enumerate(wide):
                page.set_column(at, at, min(width, 40) + 2)
        _dictionary(book.add_worksheet(_free_name("Columns", used)), sheets, bold)
    replace_file(path, stream.getvalue())


def _write(page: Any, line: int, at: int, value: Any, formats: dict[type, Any], kind: Any) -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, datetime | date):
        page.write_datetime(line, at, value, formats[type(value)])
    elif isinstance(value, bool):
        page.write_boolean(line, at, value)
    elif isinstance(value, str):
        page.write_string(line, at, value)
    else:
        page.write_number(line, at, float(value), kind)


def _dictionary(page: Any, sheets: Sequence[Sheet], bold: Any) -> None:
    for at, heading in enumerate(("sheet", "column", "unit", "meaning")):
        page.write_string(0, at, heading, bold)
    line = 1
    for sheet in sheets:
        for column in sheet.columns:
            for at, text in enumerate((sheet.name, column.name, column.unit, column.meaning)):
                page.write_string(line, at, text)
            line += 1
    page.set_column(0, 2, 24)
    page.set_column(3, 3, 80)


def _free_name(name: str, used: set[str]) -> str:
    """A sheet's name as Excel allows it, unlike all before."""
    plain = "".join(" " if sign in "[]:*?/\\'" else sign for sign in name).strip()[:_SHEET_NAME] or "Sheet"
    free, number = plain, 2
    while free.lower() in used:
        free = f"{plain[: _SHEET_NAME - len(str(number)) - 1]} {number}"
        number += 1
    used.add(free.lower())
    return free


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the file, then put it in place: a full disk or a kill leaves the old one."""
    aside = path.with_name(f".{path.name}.aside")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as fault:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise OSError(fault.errno, f"cannot be written: {fault.strerror}", str(path)) from None

"""Rows of the CSV files behind profiles and traces, checked row by row with file and line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.scenario.read.problems import Finding, Wrong, found
from floorcast.scenario.read.units import DAY, HOUR
from floorcast.scenario.words.calendar_words import parse_clock, parse_days, parse_instant
from floorcast.scenario.words.csv_tables import MOST_BAD_ROWS, Folder, Table, read_table
from floorcast.scenario.words.distributions import Floats

_SENTIMENT_WORDS = {"negative": -1, "neutral": 0, "positive": 1, "-1": -1, "0": 0, "1": 1}


@dataclass(frozen=True, eq=False)
class ProfileRows:
    """`days` (dates, sets of weekdays, or None for every day), `begins` (seconds of the day),
    `values`; one entry a row."""

    days: tuple[date | tuple[int, ...] | None, ...]
    begins: Floats
    values: Floats
    file: str
    lines: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class TraceRows:
    """Seconds since the start (NaN where `instants` has a date-time), and columns in the order of
    the rows."""

    seconds: Floats
    instants: tuple[datetime | None, ...]
    columns: dict[str, NDArray[Any]]
    languages: tuple[str, ...]


def read_profile(profile: Any, folder: Folder | None) -> ProfileRows:
    """Rows of a profile's CSV. Raises `Wrong` on missing columns, bad cells and overlapping
    rows."""
    if profile.value is None:
        raise Wrong("found no 'value'; allowed the name of the CSV's column with the numbers")
    for one, other in (("weekday", "date"), ("start", "hour")):
        if getattr(profile, one) is not None and getattr(profile, other) is not None:
            raise Wrong(f"found both {one} and {other}; allowed one of them").under(other)
    if profile.start is None and profile.hour is None:
        raise Wrong(
            "found neither 'start' nor 'hour'; allowed one of them, naming the column with the time of day"
        )
    keys = [
        key
        for key in ("weekday", "date", "start", "hour", "value")
        if getattr(profile, key) is not None
    ]
    table = read_table(folder, profile.csv, [getattr(profile, key) for key in keys])
    findings: list[Finding] = []
    columns: dict[str, Any] = {}
    for key in keys:
        try:
            columns[key] = _column(table, key, getattr(profile, key))
        except Wrong as error:
            findings.extend(error.findings)
    if findings:
        raise Wrong(findings)
    days = columns.get("date") or columns.get("weekday") or [None] * len(table)
    begins = np.array(
        columns["start"] if "start" in columns else [h * HOUR for h in columns["hour"]],
        dtype=np.float64,
    )
    rows = ProfileRows(tuple(days), begins, columns["value"], table.file, tuple(table.lines))
    _refuse_overlaps(rows, profile.per, table)
    return rows


def _column(table: Table, key: str, column: str) -> Any:
    if key == "value":
        return table.numbers(column, least=0.0)
    if key == "date":
        return table.read(column, lambda cell: parse_instant(cell).date())
    if key == "weekday":
        return table.read(column, parse_days)
    if key == "start":
        return table.read(column, parse_clock)
    return table.read(column, _hour)


def _hour(cell: str) -> float:
    if cell.isdecimal() and len(cell) <= 2 and int(cell) < 24:
        return float(cell)
    raise found(cell, "an hour from 0 to 23")


def _refuse_overlaps(rows: ProfileRows, per: float, table: Table) -> None:
    by_day: dict[Any, list[tuple[float, int]]] = {}
    for row, (day, begin) in enumerate(zip(rows.days, rows.begins, strict=True)):
        for one in day if isinstance(day, tuple) else (day,):
            by_day.setdefault(one, []).append((float(begin), row))
    findings: list[Finding] = []
    for entries in by_day.values():
        entries.sort()
        for (begin, first), (following, second) in zip(entries, entries[1:], strict=False):
            if following < begin + per - 1e-6 and len(findings) < MOST_BAD_ROWS:
                late, early = max(first, second), min(first, second)
                message = f"found a row that overlaps line {table.lines[early]}; allowed one row per interval"
                findings.append(table.wrong(late, message))
    if findings:
        raise Wrong(findings)


def read_trace(trace: Any, folder: Folder | None) -> TraceRows:
    """Rows of a trace's CSV. Raises `Wrong` on missing columns and bad cells."""
    keys = [
        key
        for key in ("sentiment", "reach", "value", "language", "work", "customer")
        if getattr(trace, key) is not None
    ]
    table = read_table(folder, trace.csv, [trace.time, *(getattr(trace, key) for key in keys)])
    findings: list[Finding] = []
    columns: dict[str, NDArray[Any]] = {}
    languages: tuple[str, ...] = ()
    moments: list[float | datetime] = []
    try:
        moments = table.read(trace.time, _moment)
    except Wrong as error:
        findings.extend(error.findings)
    for key in keys:
        try:
            if key == "sentiment":
                columns[key] = np.array(table.read(getattr(trace, key), _sentiment), dtype=np.int8)
            elif key == "language":
                cells = table.cells[getattr(trace, key)]
                languages = tuple(sorted(set(cells) - {""}))
                codes = {name: code for code, name in enumerate(languages)} | {"": -1}
                columns[key] = np.array([codes[cell] for cell in cells], dtype=np.int64)
            elif key == "work":
                columns[key] = np.array(table.read(getattr(trace, key), _seconds), dtype=np.float64)
            elif key == "customer":
                columns[key] = np.array(table.read(getattr(trace, key), _customer), dtype=np.int64) - 1
            else:
                columns[key] = table.numbers(getattr(trace, key), least=0.0)
        except Wrong as error:
            findings.extend(error.findings)
    if findings:
        raise Wrong(findings)
    seconds = np.array([m if isinstance(m, float) else np.nan for m in moments], dtype=np.float64)
    return TraceRows(
        seconds, tuple(m if isinstance(m, datetime) else None for m in moments), columns, languages
    )


def _moment(cell: str) -> float | datetime:
    try:
        number = float(cell)
    except ValueError:
        try:
            return parse_instant(cell)
        except Wrong:
            raise found(
                cell, "seconds since the start, or a local date-time such as 2015-02-17 09:00:00"
            ) from None
    if not abs(number) <= 400 * DAY:
        raise found(cell, "seconds since the start, within 400 days")
    return number


def _seconds(cell: str) -> float:
    if not cell:
        return np.nan
    try:
        seconds = float(cell)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 30 * DAY:
        raise found(cell, "seconds from 0 to 30 days, or nothing where they are to be drawn")
    return seconds


def _customer(cell: str) -> int:
    if not cell:
        return 0
    if not cell.isdecimal() or not 1 <= int(cell) <= 10_000_000:
        raise found(cell, "the number of a customer, from 1, or nothing where one is to be drawn")
    return int(cell)


def _sentiment(cell: str) -> int:
    value = _SENTIMENT_WORDS.get(cell.lower())
    if value is None:
        raise found(cell, "negative, neutral, positive, -1, 0 or 1")
    return value

"""Rows of a roster's CSV: an agent's presence, checked row by row with file and line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from floorcast.scenario.read.problems import Finding, Wrong
from floorcast.scenario.words.calendar_words import parse_instant
from floorcast.scenario.words.csv_tables import MOST_BAD_ROWS, Folder, read_table


@dataclass(frozen=True)
class RosterRows:
    """One entry per presence: who, from, to, and its line in the file."""

    names: tuple[str, ...]
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    lines: tuple[int, ...]


def read_roster(roster: Any, folder: Folder | None) -> RosterRows:
    """Rows of a roster that fit its `where`. Raises `Wrong` on missing columns, bad cells, rows
    that end before they start, and when no row is left."""
    columns = [roster.agent, roster.start, roster.end, *roster.where]
    table = read_table(folder, roster.csv, columns)
    findings: list[Finding] = []
    moments: dict[str, list[datetime]] = {}
    for column in (roster.start, roster.end):
        try:
            moments[column] = table.read(column, parse_instant)
        except Wrong as error:
            findings += error.findings
    if findings:
        raise Wrong(findings)
    kept: list[int] = []
    for row in range(len(table)):
        if any(table.cells[column][row] != value for column, value in roster.where.items()):
            continue
        if moments[roster.end][row] <= moments[roster.start][row]:
            findings.append(table.wrong(row, "found an end that is not after its start"))
        elif not table.cells[roster.agent][row]:
            findings.append(table.wrong(row, f"column {roster.agent!r}: found no name"))
        kept.append(row)
        if len(findings) >= MOST_BAD_ROWS:
            break
    if findings:
        raise Wrong(findings)
    if not kept:
        wanted = ", ".join(f"{column} {value}" for column, value in roster.where.items())
        raise Wrong(
            [Finding(f"found no rows with {wanted}; allowed at least one", (), table.file, 1)]
        )
    return RosterRows(
        tuple(table.cells[roster.agent][row] for row in kept),
        tuple(moments[roster.start][row] for row in kept),
        tuple(moments[roster.end][row] for row in kept),
        tuple(table.lines[row] for row in kept),
    )

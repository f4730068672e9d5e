"""From exports to HISTORY: open, parse, bring into one form, take names out, look for doubts, keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floorcast.history.folder import AT, connect, write_history
from floorcast.history.layouts.layout import FIELDS, plain
from floorcast.history.read.cells import quoted
from floorcast.history.read.doubts import clock_changes, doubts_of
from floorcast.history.read.opening import Opened, open_file, wrong
from floorcast.history.read.parsing import Parsed, parse
from floorcast.scenario.read.problems import InputErrors, Problem, nearest, unknown

if TYPE_CHECKING:
    import duckdb

_MOST_SHOWN = 12  # columns named in a note


@dataclass
class FileReport:
    """What became of one file's rows."""

    file: str
    layout: str
    title: str
    rows: int = 0
    read: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    bad: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class ImportReport:
    """What was read, what was left out and why, and what looks wrong."""

    files: list[FileReport]
    doubts: list[str]
    counts: dict[str, int]
    first: str
    last: str
    problems: list[str]
    skipped: int = 0  # rows that became no contact, interval, post or activity; skipped.csv names each


@dataclass(frozen=True)
class Wishes:
    """How to read. mapping: their column to ours; keep: kinds of personal data to keep as they are
    (agents, customers)."""

    layout: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    dates: str | None = None
    zone: str | None = None
    keep: tuple[str, ...] = ()


def import_files(
    paths: Sequence[Path],
    out: Path,
    wishes: Wishes,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Read exports into the folder `out`; a file that cannot be read is named, the rest is read.

    Raises InputErrors when none can be.
    """
    if out.exists() and not out.is_dir():
        raise InputErrors([Problem("--out", None, "", f"found the file {out}; allowed a folder to make or fill")])
    for number, path in enumerate(paths):
        if path.resolve() in [other.resolve() for other in paths[:number]]:
            raise wrong(path, "found a second time; allowed every file once, or its contacts would count twice")
    connection = connect()
    reports: list[FileReport] = []
    opened_files: list[Opened] = []
    problems: list[Problem] = []
    for grain, fields in FIELDS.items():
        columns = ", ".join(f"{name} {kind}" for name, kind in fields.items() if name not in ("customer", "agent"))
        people = "".join(f", {name} VARCHAR" for name in ("customer", "agent") if name in fields)
        connection.execute(f"CREATE TABLE {grain} (file INTEGER, line BIGINT, {columns}{people})")
    connection.execute("CREATE TABLE skipped (file VARCHAR, line BIGINT, why VARCHAR)")
    for number, path in enumerate(paths):
        try:
            opened = open_file(path, connection, wishes.mapping, wishes.layout)
            parsed = parse(opened, connection, wishes.dates, wishes.zone)
        except InputErrors as error:
            problems += error.problems
            continue
        reports.append(_take(number, opened, parsed, connection, wishes))
        opened_files.append(opened)
        if progress is not None:
            progress(number + 1, len(paths))
    if not reports:
        raise InputErrors(problems)
    _without_people(connection, wishes.keep)
    counts = {grain: _count(connection, grain) for grain in FIELDS}
    if not any(counts.values()):
        raise InputErrors([wrong(paths[0], "gave no contacts, intervals, posts, messages or activities at all").problems[0]])
    doubts = _names_in_vain(wishes.mapping, opened_files)
    doubts += doubts_of(connection, counts) + clock_changes(connection, counts, wishes.zone)
    bounds = [
        connection.execute(f"SELECT min({at}), max({at}) FROM {grain}").fetchone()
        for grain, at in AT.items()
        if counts[grain]
    ]
    first = min(str(one[0]) for one in bounds if one)
    last = max(str(one[1]) for one in bounds if one)
    skipped = _count(connection, "skipped")
    report = ImportReport(reports, doubts, counts, first, last, [str(one) for one in problems], skipped)
    write_history(connection, out, _manifest(report, wishes))
    (out / "skipped.csv").unlink(missing_ok=True)
    if skipped:
        rows = "SELECT * FROM skipped ORDER BY file, line"
        connection.execute(f"COPY ({rows}) TO {quoted(str(out / 'skipped.csv'))} (HEADER, DELIMITER ',')")
    return report


def _names_in_vain(mapping: dict[str, str], files: Sequence[Opened]) -> list[str]:
    """Names that --map gives to no column, or that no layout reads."""
    found: list[str] = []
    ours_known = {name for one in files for column in one.layout.columns for name in column.named}
    for theirs, ours in mapping.items():
        if all(theirs not in one.written for one in files):
            close = nearest(theirs, [name for one in files for name in one.written])
            hint = f" (did you mean {close!r}?)" if close else ""
            found.append(f"--map {theirs}={ours}: no file has a column {theirs!r}{hint}")
        elif all(one.column(ours) is None or plain(ours) not in map(plain, ours_known) for one in files):
            found.append(f"--map {theirs}={ours}: not used: {unknown('column', ours, sorted(ours_known))}")
    return found


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _take(
    number: int, opened: Opened, parsed: Parsed, connection: duckdb.DuckDBPyConnection, wishes: Wishes
) -> FileReport:
    """Rows of `parsed` into the table of their grain."""
    layout = opened.layout
    report = FileReport(opened.shown, layout.key, layout.title)
    report.rows = _count(connection, "parsed") + len(opened.broken)
    report.bad += [f"{opened.shown}:{line}: {why}" for line, why in opened.broken[:20]]
    if opened.broken:
        report.left_out["rows that could not be cut into cells"] = len(opened.broken)
        connection.executemany(
            "INSERT INTO skipped VALUES (?, ?, ?)", [(opened.shown, line, why) for line, why in opened.broken]
        )
    report.bad += [
        f"{opened.shown}:{one.line}: column {one.column!r}: found {one.text!r}, which cannot be read" for one in parsed.bad
    ]
    if parsed.bad_cells > len(parsed.bad):
        report.bad.append(f"{opened.shown}: {parsed.bad_cells:,} cells in all could not be read")
    if parsed.order:
        report.notes.append(f"dates were read {parsed.order}")
    if (layout.utc or parsed.zoned) and wishes.zone is None:
        report.notes.append("times are UTC; --zone Europe/Berlin puts them into that local time")
    used = {opened.column(*one.named) for one in layout.columns}
    ignored = [name for place, name in enumerate(opened.header) if place not in used and name.strip()]
    if ignored:
        more = f" and {len(ignored) - _MOST_SHOWN} more" if len(ignored) > _MOST_SHOWN else ""
        report.notes.append(f"columns that were not used: {', '.join(ignored[:_MOST_SHOWN])}{more}")
    unsure = [one.named[0] for one in layout.columns if not one.sure and opened.column(*one.named) is not None]
    if unsure:
        report.notes.append("not verified with a real file, so look twice: " + ", ".join(unsure))
    connection.execute("DROP TABLE IF EXISTS shaped")
    reasons = " ".join(f"WHEN {condition} THEN {quoted(why)}" for why, condition in layout.leave_out)
    reason = f"CASE {reasons} END" if reasons else "NULL"
    at = layout.rows[AT[layout.grain]]
    fields = {name: layout.rows.get(name, "NULL") for name in FIELDS[layout.grain]}
    if layout.grain == "contacts":
        fields["ended"] = layout.rows.get("ended") or f"({at}) + to_microseconds(CAST(1e6 * ({fields['wait']}) AS BIGINT))"
        if layout.rows.get("legs") is None:
            fields["legs"] = "1"
    chain = layout.chain or "NULL"
    columns = ", ".join(f"({sql}) AS f_{name}" for name, sql in fields.items())
    connection.execute(
        f"CREATE TABLE shaped AS SELECT line, CASE WHEN ({at}) IS NULL THEN 'without a time that can be read'"
        f" ELSE {reason} END AS why, ({chain}) AS chain, ({layout.newest or 'line'}) AS version, {columns} FROM parsed"
    )
    for why, count in connection.execute(
        "SELECT why, count(*) FROM shaped WHERE why IS NOT NULL GROUP BY why ORDER BY why"
    ).fetchall():
        report.left_out[str(why)] = int(count)
    connection.execute("INSERT INTO skipped SELECT ?, line, why FROM shaped WHERE why IS NOT NULL", [opened.shown])
    connection.execute("DELETE FROM shaped WHERE why IS NOT NULL")
    if layout.grain == "intervals":
        _as_long_as_apart(connection, report)
    single = layout.grain != "messages" and layout.rows.get("contact") is not None
    _drop_doubles(connection, single and layout.chain is None, report)
    if layout.chain is not None:
        _join_legs(connection, report)
    names = ", ".join(fields)
    values = ", ".join(f"f_{name}" for name in fields)
    connection.execute(f"INSERT INTO {layout.grain} (file, line, {names}) SELECT {number}, line, {values} FROM shaped")
    report.read = _count(connection, "shaped")
    connection.execute("DROP TABLE shaped")
    report.notes += [*opened.notes, *layout.notes]
    return report


def _as_long_as_apart(connection: duckdb.DuckDBPyConnection, report: FileReport) -> None:
    """Intervals that do not say how long they are last until the next begins, as most of them do; half an hour where
    there is one only."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM shaped WHERE f_length IS NULL), mode(gap) FROM (SELECT epoch(f_start) - epoch(lag(f_start)"
        " OVER (PARTITION BY f_type, f_channel ORDER BY f_start)) AS gap FROM shaped) WHERE gap > 0 AND gap <= 86400"
    ).fetchone()
    if row and row[0]:
        length = float(row[1] or 1800)
        connection.execute("UPDATE shaped SET f_length = ? WHERE f_length IS NULL", [length])
        report.notes.append(f"intervals are taken to last {length / 60:g} min" + (", as their starts are apart" if row[1] else ""))


def _drop_doubles(connection: duckdb.DuckDBPyConnection, by_contact: bool, report: FileReport) -> None:
    """Of rows with the same number the newest stays: many systems deliver at least once."""
    if not by_contact:
        return
    why = "doubles of another row with the same number"
    older = (
        "f_contact IS NOT NULL AND line NOT IN (SELECT arg_max(line, (version, line))"
        " FROM shaped WHERE f_contact IS NOT NULL GROUP BY f_contact)"
    )
    before = _count(connection, "shaped")
    connection.execute(f"INSERT INTO skipped SELECT ?, line, ? FROM shaped WHERE {older}", [report.file, why])
    connection.execute(f"DELETE FROM shaped WHERE {older}")
    doubles = before - _count(connection, "shaped")
    if doubles:
        report.left_out[why] = doubles


def _join_legs(connection: duckdb.DuckDBPyConnection, report: FileReport) -> None:
    """Legs of one contact become a row: its first wait, all its handling, who had it last."""
    before = _count(connection, "shaped")
    connection.execute(
        """
        CREATE OR REPLACE TABLE joined AS SELECT min(line) AS line, NULL AS why, chain, max(version) AS version,
          first(f_contact ORDER BY f_arrived, line) AS f_contact, first(f_customer ORDER BY f_arrived, line) AS f_customer,
          first(f_channel ORDER BY f_arrived, line) AS f_channel, first(f_type ORDER BY f_arrived, line) AS f_type,
          first(f_priority ORDER BY f_arrived, line) AS f_priority, min(f_arrived) AS f_arrived,
          first(f_ended ORDER BY f_arrived, line) AS f_ended, first(f_wait ORDER BY f_arrived, line) AS f_wait,
          sum(f_handle) AS f_handle, sum(f_wrap) AS f_wrap, sum(f_turns) AS f_turns, count(*) AS f_legs,
          CASE WHEN bool_or(f_outcome = 'handled') THEN 'handled' WHEN bool_or(f_outcome = 'open') THEN 'open'
               ELSE 'abandoned' END AS f_outcome,
          last(f_agent ORDER BY f_arrived, line) AS f_agent
        FROM shaped GROUP BY chain, CASE WHEN chain IS NULL THEN line END
        """
    )
    connection.execute("DROP TABLE shaped")
    connection.execute("ALTER TABLE joined RENAME TO shaped")
    legs = before - _count(connection, "shaped")
    if legs:
        report.left_out["further legs of contacts that are counted once"] = legs


def _without_people(connection: duckdb.DuckDBPyConnection, keep: tuple[str, ...]) -> None:
    """Customers and agents become numbers in the order in which they appear, the same in contacts, posts and
    activities; nothing leads back."""
    for kind, prefix in (("customer", ""), ("agent", "agent ")):
        if f"{kind}s" in keep:
            continue
        grains = [grain for grain, fields in FIELDS.items() if kind in fields]
        seen = " UNION ALL ".join(f"SELECT {kind} AS them, {AT[one]} AS moment, line FROM {one}" for one in grains)
        value = f"{quoted(prefix)} || row_number() OVER (ORDER BY min(moment), min(line), them)"
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE people AS SELECT them, {value} AS number"
            f" FROM ({seen}) WHERE them IS NOT NULL GROUP BY them"
        )
        for grain in grains:
            connection.execute(f"UPDATE {grain} SET {kind} = people.number FROM people WHERE {kind} = people.them")
    for grain, fields in FIELDS.items():
        if grain == "messages":  # the number of a conversation is that of its first row
            connection.execute(
                "UPDATE messages SET contact = first.number FROM (SELECT contact AS them, arg_min(file || '-' || line,"
                " (file, line)) AS number FROM messages GROUP BY contact) AS first WHERE contact = first.them"
            )
        elif "contact" in fields:
            connection.execute(f"UPDATE {grain} SET contact = file || '-' || line")


def _manifest(report: ImportReport, wishes: Wishes) -> dict[str, Any]:
    return {
        "files": [vars(one) for one in report.files],
        "counts": report.counts,
        "first": report.first,
        "last": report.last,
        "doubts": report.doubts,
        "zone": wishes.zone,
        "mapping": wishes.mapping,
        "kept": list(wishes.keep),
    }

"""Opens an exported file: the layout is recognised by its header, cells become text in DuckDB."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floorcast.history.layouts.layout import Layout, plain
from floorcast.history.layouts.registry import LAYOUTS
from floorcast.history.read.cells import name, quoted
from floorcast.history.read.nested import by_message, unfolded
from floorcast.history.read.workbooks import read_workbook
from floorcast.scenario.read.extras import MissingExtra
from floorcast.scenario.read.problems import InputErrors, Problem, choices, unknown
from floorcast.scenario.words.csv_tables import shown_path

if TYPE_CHECKING:
    import duckdb

_HEAD = 60  # lines in which the header is looked for
_DELIMITERS = ",;\t|"
_MOST_OPEN = 100  # lines with a quote that is never closed


@dataclass(frozen=True)
class Opened:
    """One file: its layout, its header (plain names to columns), the line its first row stands on,
    rows that could not be cut into cells as (line, why), the header as the file has it."""

    path: Path
    layout: Layout
    header: tuple[str, ...]
    first_line: int
    broken: tuple[tuple[int, str], ...] = ()
    written: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """How the file is named in messages."""
        return shown_path(self.path)

    def column(self, *named: str) -> int | None:
        """The place of the first of these names that the header has."""
        plains = [plain(one) for one in self.header]
        return next((plains.index(plain(one)) for one in named if plain(one) in plains), None)


def wrong(path: Path, message: str, line: int | None = None) -> InputErrors:
    """One problem of a file."""
    return InputErrors([Problem(shown_path(path), line, "", message)])


def open_file(
    path: Path, connection: duckdb.DuckDBPyConnection, mapping: dict[str, str], key: str | None
) -> Opened:
    """Read a file's cells as text into the table `raw` (line, c0, c1, ...), and tell its layout.

    mapping: header name to a name of the layout's. key: the layout, told from the header when None.
    Raises InputErrors when no layout fits, and when nothing can be read.
    """
    if not path.is_file():
        found = "found a folder; allowed one file, or several" if path.is_dir() else "does not exist"
        raise wrong(path, found)
    connection.execute("DROP TABLE IF EXISTS raw")
    kind = path.suffix.lower()
    if kind in (".parquet", ".pq"):
        return _parquet(path, connection, mapping, key)
    if kind in (".xlsx", ".xlsm"):
        return _workbook(path, connection, mapping, key)
    if kind in (".json", ".jsonl", ".ndjson"):
        return _rows(path, connection, list(_flattened(path, key)), mapping, key)
    return _text(path, connection, mapping, key)


def told(header: Sequence[str], mapping: dict[str, str], key: str | None) -> Layout | None:
    """The layout of a header: the one with most marks, all of which are there."""
    names = {plain(mapping.get(one, one)) for one in header}
    if key is not None:
        if key not in LAYOUTS:
            raise InputErrors([Problem("--layout", None, "", str(unknown("layout", key, LAYOUTS)))])
        one = LAYOUTS[key]
        return one if one.header or one.told_by(names) else None
    fitting = [one for one in LAYOUTS.values() if one.told_by(names)]
    return max(fitting, key=lambda one: len(one.marks), default=None)


def _no_layout(path: Path, header: Sequence[str], key: str | None) -> InputErrors:
    if key is not None:
        lacking = sorted(LAYOUTS[key].marks - {plain(one) for one in header})
        return wrong(path, f"found no column {choices(lacking)} of the layout {key}; has {choices(header)}")
    return wrong(
        path,
        f"found columns {choices(header)}, which no layout has; nearest {', '.join(_lacking(one, header) for one in _nearest(header))}"
        " (`floorcast import --layouts` lists all), or --map THEIRS=OURS to name the columns once (arrived, wait, handle, agent, ...)",
    )


def _nearest(header: Sequence[str], most: int = 3) -> list[str]:
    """The layouts whose columns this header has most of; the generic ones where it has none of any."""
    names = {plain(one) for one in header}

    def alike(one: Layout) -> tuple[int, int, bool]:
        columns = {plain(name) for column in one.columns for name in column.named}
        return len(columns & names), -len(one.marks - names), one.key.startswith("generic")

    return sorted((key for key, one in LAYOUTS.items() if one.marks), key=lambda key: alike(LAYOUTS[key]), reverse=True)[:most]


def _lacking(key: str, header: Sequence[str]) -> str:
    """A layout and the columns that it is recognised by but this header has not."""
    lacking = sorted(LAYOUTS[key].marks - {plain(one) for one in header})
    return f"{key} (needs {', '.join(lacking[:3])}{' ...' if len(lacking) > 3 else ''})"


def _text(
    path: Path, connection: duckdb.DuckDBPyConnection, mapping: dict[str, str], key: str | None
) -> Opened:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="", errors="replace") as stream:
        head = [line for _, line in zip(range(_HEAD), stream, strict=False)]
    if not head:
        raise wrong(path, "is empty")
    for number, line in enumerate(head):
        cells = line.split()
        layout = told(cells, mapping, key)
        if layout is not None and layout.form == "blanks":
            return _blanks(path, connection, layout, cells, number + 1, encoding)
    best: tuple[Layout, str, list[str], int] | None = None
    shown: list[str] = []
    for delimiter in _DELIMITERS:
        for number, cells in enumerate(csv.reader(head, delimiter=delimiter)):
            cells = [one.strip().lstrip("\ufeff").removeprefix("#fields:") for one in cells]
            if len(cells) > len(shown) and number < 10:
                shown = cells
            layout = told(cells, mapping, key)
            if layout is None or layout.form not in ("table", "json"):
                continue
            if best is None or len(layout.marks) > len(best[0].marks):
                best = (layout, delimiter, cells, number + 1)
    if best is None:
        best = _headless(head, key)
    if best is None:
        raise _no_layout(path, shown, key)
    layout, delimiter, header, skipped = best
    source, broken = _read_csv(path, connection, delimiter, len(header), skipped, encoding)
    return Opened(source, layout, _mapped(header, mapping), skipped + 1, broken, tuple(header))


def _headless(head: list[str], key: str | None) -> tuple[Layout, str, list[str], int] | None:
    """A layout without a header is only taken by its name, and when the cells are as many."""
    layout = LAYOUTS.get(key or "")
    if layout is None or not layout.header:
        return None
    for delimiter in layout.delimiters:
        if len(next(csv.reader(head, delimiter=delimiter))) == len(layout.header):
            return layout, delimiter, list(layout.header), 0
    return None


def _mapped(header: Sequence[str], mapping: dict[str, str]) -> tuple[str, ...]:
    return tuple(mapping.get(one, one) for one in header)


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(200_000)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        start[: start.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _as_utf8(path: Path, encoding: str, folder: str, skip: int) -> tuple[Path, int]:
    """The file itself, or a copy in UTF-8 from its header on, with one kind of line ends: that is all
    that DuckDB reads for sure. And the lines still to be skipped."""
    if encoding == "utf-8-sig" and skip <= 1:
        return path, skip
    copy = Path(folder) / "utf8.csv"
    with path.open(encoding=encoding) as given, copy.open("w", encoding="utf-8", newline="") as out:
        for _ in range(skip):
            given.readline()
        for piece in iter(lambda: given.read(1 << 20), ""):
            out.write(piece)
    return copy, 0


def _read_csv(
    path: Path, connection: duckdb.DuckDBPyConnection, delimiter: str, width: int, skip: int, encoding: str
) -> tuple[Path, tuple[tuple[int, str], ...]]:
    """The table `raw`. A line whose quote is never closed would swallow all after it: it is left out, and the rest read."""
    open_lines: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        source, left = _as_utf8(path, encoding, folder, skip)
        while True:
            rejects = _cut(connection, source, delimiter, width, skip, left)
            found = _never_closed(source, rejects)
            if not found or len(open_lines) >= _MOST_OPEN:
                break
            source = _without_line(source, folder, found[0])
            open_lines.append(_before(found[0], open_lines))
    broken = [(_before(line, open_lines) + skip - left, why) for line, why in rejects]
    broken += [(line + skip - left, "found a quote that is never closed") for line in open_lines]
    broken.sort()
    for line in sorted({line for line, _ in broken}):  # rows left out move the numbers of those after them
        connection.execute("UPDATE raw SET line = line + 1 WHERE line >= ?", [line])
    return path, tuple(broken)


def _never_closed(source: Path, rejects: Sequence[tuple[int, str]]) -> list[int]:
    """Lines that could not be cut and hold an odd number of quotes: the quote goes on into lines that are not theirs."""
    bad = {line for line, _ in rejects}
    if not bad:
        return []
    with source.open("rb") as stream:
        return [place for place, line in enumerate(stream, 1) if place in bad and line.count(b'"') % 2]


def _before(line: int, removed: Sequence[int]) -> int:
    """The number that a line had before others were taken out."""
    for one in sorted(removed):
        line += one <= line
    return line


def _without_line(source: Path, folder: str, number: int) -> Path:
    copy = Path(folder) / f"without_{number}_{source.stem}.csv"
    with source.open("rb") as given, copy.open("wb") as out:
        for place, line in enumerate(given, 1):
            if place != number:
                out.write(line)
    return copy


def _cut(
    connection: duckdb.DuckDBPyConnection, source: Path, delimiter: str, width: int, skip: int, left: int
) -> list[tuple[int, str]]:
    """Rows cut into cells, and the lines that could not be, as (line of the source, why)."""
    import duckdb

    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(width))
    query = (
        f"CREATE TABLE raw AS SELECT row_number() OVER () + {skip} AS line, * FROM read_csv({quoted(str(source))},"
        f" delim={quoted(delimiter)}, quote='\"', escape='\"', header=false, skip={left}, auto_detect=false,"
        f" null_padding=true, store_rejects=true, strict_mode=true, columns={{{columns}}}, parallel="
    )
    for parallel in ("true", "false"):  # cells over several lines are read by one thread only
        for table in ("raw", "reject_errors", "reject_scans"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        try:
            connection.execute(f"{query}{parallel})")
            break
        except duckdb.Error as error:
            if parallel == "false" or "parallel" not in str(error):
                raise
    rows = connection.execute("SELECT line, first(error_message) FROM reject_errors GROUP BY line ORDER BY line").fetchall()
    return [(int(line), str(why)) for line, why in rows]


def _blanks(
    path: Path,
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    header: list[str],
    skip: int,
    encoding: str,
) -> Opened:
    """Cells with blanks between them, however many: a missing tab shifts nothing."""
    with tempfile.TemporaryDirectory() as folder:
        source, left = _as_utf8(path, encoding, folder, skip)
        connection.execute(
            "CREATE TEMP TABLE lines AS SELECT row_number() OVER () + ? AS line,"
            " string_split_regex(trim(text, ' \t\r'), '\\s+') AS cells FROM read_csv(?, delim='\x01', quote='', escape='',"
            " header=false, skip=?, auto_detect=false, columns={text: 'VARCHAR'})",
            [skip, str(source), left],
        )
    width = len(header)
    cells = ", ".join(f"cells[{i + 1}] AS c{i}" for i in range(width))
    connection.execute(f"CREATE TABLE raw AS SELECT line, {cells} FROM lines WHERE len(cells) = {width}")
    bad = connection.execute(
        f"SELECT line, 'found ' || len(cells) || ' cells; allowed {width}, as in the header' FROM lines"
        f" WHERE len(cells) <> {width} AND NOT (len(cells) = 1 AND cells[1] = '') ORDER BY line"
    ).fetchall()
    connection.execute("DROP TABLE lines")
    return Opened(path, layout, tuple(header), skip + 1, tuple((int(a), str(b)) for a, b in bad))


def _parquet(
    path: Path, connection: duckdb.DuckDBPyConnection, mapping: dict[str, str], key: str | None
) -> Opened:
    try:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    except Exception as error:  # DuckDB has an exception of its own for each way in which a file is none
        why = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
        raise wrong(path, f"is no Parquet file that can be read ({why})") from None
    header = [str(row[0]) for row in described]
    layout = told(header, mapping, key)
    if layout is None:
        raise _no_layout(path, header, key)
    cells = ", ".join(f"CAST({name(one)} AS VARCHAR) AS c{i}" for i, one in enumerate(header))
    connection.execute(
        f"CREATE TABLE raw AS SELECT row_number() OVER () AS line, {cells} FROM read_parquet(?)", [str(path)]
    )
    return Opened(path, layout, _mapped(header, mapping), 1, written=tuple(header))


def _workbook(path: Path, connection: duckdb.DuckDBPyConnection, mapping: dict[str, str], key: str | None) -> Opened:
    """The first sheet that a layout knows."""
    try:
        book = read_workbook(path)
    except MissingExtra:
        raise
    except Exception as error:
        raise wrong(path, f"is no workbook that can be read ({error})") from None
    sheets = book.sheets
    known = [name for name, rows in sheets.items() if any(told(row, mapping, key) for row in rows[:_HEAD])]
    if not known and len(sheets) > 1:
        heads = "; ".join(f"{name}: {choices(_like_a_header(rows) or ['nothing'])}" for name, rows in sheets.items())
        raise wrong(path, f"found no layout on any of its {len(sheets)} sheets ({heads}); --map THEIRS=OURS names columns once")
    name = (known or list(sheets))[0]
    opened = _rows(path, connection, sheets[name], mapping, key)
    notes = []
    if book.filled[name]:
        notes.append(f"{book.filled[name]:,} cells below merged ones have what the merged ones show")
    others = [one for one in sheets if one != name and any(any(row) for row in sheets[one])]
    if others:
        notes.append(f"read from the sheet {name!r}; not read: {', '.join(map(repr, others))}")
    return replace(opened, notes=tuple(notes))


def _like_a_header(rows: Sequence[Sequence[str]]) -> list[str]:
    """The cells of the first row with most that are filled, of those in which a header is looked for."""
    filled = [[cell for cell in row if cell.strip()] for row in rows[:_HEAD]]
    return max(filled, key=len, default=[])


def _flattened(path: Path, key: str | None) -> Iterator[list[str]]:
    """JSON as a table: a header of dotted names, then a row per object; lists stay as JSON."""
    text = path.read_text(encoding="utf-8-sig")
    try:
        if text.lstrip().startswith("["):
            items = json.loads(text)
        else:
            items = [json.loads(line) for line in io.StringIO(text) if line.strip()]
            if len(items) == 1 and not by_message(items[0]):
                lists = [one for one in items[0].values() if isinstance(one, list)]
                items = lists[0] if lists and all(isinstance(o, dict) for o in lists[0]) else items
    except (ValueError, AttributeError) as error:
        raise wrong(path, f"is no JSON: {error}", getattr(error, "lineno", None)) from None
    flat = [_flat(leg) for one in items if isinstance(one, dict) for leg in unfolded(one, key)]
    header = list(dict.fromkeys(key for one in flat for key in one))
    yield header
    for one in flat:
        yield [one.get(key, "") for key in header]


def _flat(item: dict[str, Any], before: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in item.items():
        if isinstance(value, dict):
            cells |= _flat(value, f"{before}{key}.")
        elif value is not None:
            text = json.dumps(value) if isinstance(value, list | bool) else str(value)
            cells[f"{before}{key}"] = text
    return cells


def _rows(
    path: Path,
    connection: duckdb.DuckDBPyConnection,
    rows: list[list[str]],
    mapping: dict[str, str],
    key: str | None,
) -> Opened:
    """Rows in memory: the header is the first that a layout knows."""
    import pyarrow as pa

    for number, header in enumerate(rows[:_HEAD]):
        layout = told(header, mapping, key)
        if layout is None:
            continue
        width = len(header)
        body = [(row + [""] * width)[:width] for row in rows[number + 1 :]]
        table = pa.table(
            {
                "line": pa.array(range(number + 2, number + 2 + len(body)), pa.int64()),
                **{f"c{i}": pa.array([row[i] for row in body], pa.string()) for i in range(width)},
            }
        )
        connection.register("given", table)
        connection.execute("CREATE TABLE raw AS SELECT * FROM given")
        connection.unregister("given")
        return replace(Opened(path, layout, _mapped(header, mapping), number + 2, written=tuple(header)))
    raise _no_layout(path, _like_a_header(rows), key)

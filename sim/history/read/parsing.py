"""From text cells to values: what cannot be read is named with its row, and nothing is dropped silently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from floorcast.history.layouts.layout import Column, Layout
from floorcast.history.read.cells import AMBIGUOUS, BLANK, READERS, SQL_TYPES, moment, quoted
from floorcast.history.read.opening import Opened, wrong

if TYPE_CHECKING:
    import duckdb

MOST_NAMED = 20  # bad cells named one by one; the rest is counted
_ZONED = r"(\dZ|:\d\d(\.\d+)?\s*[+-]\d\d(:?\d\d)?)$"  # after a time of day: 2-17-2015 has no offset


TWO_WAYS = "can be read two ways"


@dataclass(frozen=True)
class BadCell:
    """A cell that could not be read."""

    line: int
    column: str
    text: str


@dataclass(frozen=True)
class Parsed:
    """What reading a file's cells gave beside the table `parsed`: cells that could not be read (the
    first of them, and how many in all), the order of day and month that was used, whether times
    carried their zone."""

    bad: tuple[BadCell, ...]
    bad_cells: int
    order: str | None
    zoned: bool


def parse(opened: Opened, connection: duckdb.DuckDBPyConnection, order: str | None, zone: str | None) -> Parsed:
    """Make the table `parsed` (line and the layout's columns, typed) of `raw`.

    order: day-first or month-first, settled by the file where None. zone: where times that are UTC
    or carry an offset are put; None leaves them. Raises InputErrors when dates can be read two ways.
    """
    places = {one.field: opened.column(*one.named) for one in opened.layout.columns}
    moments = [one for one in opened.layout.columns if one.reads == "moment" and places[one.field] is not None]
    used = order or _order(opened, connection, [f"c{places[one.field]}" for one in moments])
    zoned = False
    shown: list[str] = []
    for one in opened.layout.columns:
        place = places[one.field]
        if place is None:
            shown.append(f"CAST(NULL AS {SQL_TYPES.get(one.reads, 'DOUBLE')}) AS {one.field}")
            continue
        text = f"c{place}"
        if one.reads == "number" and _in_thousands(connection, text):
            text = f"regexp_replace({text}, '[.,]', '', 'g')"
        if one.reads == "moment":
            with_zone = _any(connection, f"regexp_matches(trim(c{place}), {quoted(_ZONED)})")
            zoned = zoned or with_zone
            value = moment(text, used)
            if zone is not None and (with_zone or opened.layout.utc):
                local = f"timezone({quoted(zone)}, timezone('UTC', {value}))"
                one_s = f"regexp_matches(trim({text}), {quoted(_ZONED)})"
                value = local if opened.layout.utc else f"CASE WHEN {one_s} THEN {local} ELSE {value} END"
        else:
            value = READERS[one.reads](text)
        shown.append(f"{value} AS {one.field}")
    connection.execute("DROP TABLE IF EXISTS parsed")
    blank = ", ".join(map(quoted, BLANK))
    used_columns = sorted({place for place in places.values() if place is not None})
    cells = [f"CASE WHEN lower(trim(c{n})) IN ({blank}) THEN NULL ELSE c{n} END AS c{n}" for n in used_columns]
    clean = f"SELECT line, {', '.join(cells)} FROM raw"
    connection.execute(f"CREATE TABLE parsed AS SELECT line, {', '.join(shown)} FROM ({clean})")
    bad, count = _bad(opened.layout, opened, connection, places)
    return Parsed(tuple(bad), count, used, zoned)


def _any(connection: duckdb.DuckDBPyConnection, condition: str) -> bool:
    row = connection.execute(f"SELECT 1 FROM (SELECT * FROM raw LIMIT 1000) WHERE {condition} LIMIT 1").fetchone()
    return row is not None


def _in_thousands(connection: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether a sign before three digits parts thousands in this column: some cells have it just so, some have none at
    all, and none has it otherwise (1,234 beside 987; 1.5, 0.125 or a column of nothing but 12.345 are decimals)."""
    bare = f"regexp_replace({column}, '[%\\s'']', '', 'g')"
    row = connection.execute(
        f"SELECT count(*) FILTER (thousands), count(*) FILTER (NOT signs), count(*) FILTER (signs AND NOT thousands) FROM ("
        f"SELECT regexp_matches({bare}, '^-?[1-9]\\d{{0,2}}([.,]\\d{{3}})+$') AS thousands, regexp_matches({bare}, '[.,]') AS signs"
        f" FROM raw WHERE regexp_matches({bare}, '^-?[0-9.,]+$'))"
    ).fetchone()
    return row is not None and bool(row[0]) and bool(row[1]) and not row[2]


def _order(opened: Opened, connection: duckdb.DuckDBPyConnection, columns: list[str]) -> str | None:
    """The order of day and month that all of a file's dates allow. None where no date needs one."""
    first_over = second_over = seen = 0
    example: tuple[int, str] | None = None
    for column in columns:
        first, second = (f"try_cast(regexp_extract({column}, {quoted(AMBIGUOUS)}, {n}) AS INTEGER)" for n in (1, 3))
        row = connection.execute(
            f"SELECT count(*) FILTER ({first} > 12), count(*) FILTER ({second} > 12), count(*),"
            f" min(line), arg_min({column}, line) FROM raw WHERE regexp_matches({column}, {quoted(AMBIGUOUS)})"
        ).fetchone()
        assert row is not None
        first_over, second_over, seen = first_over + row[0], second_over + row[1], seen + row[2]
        example = example or ((int(row[3]), str(row[4])) if row[2] else None)
    if not seen or example is None:
        return None
    if first_over and not second_over:
        return "day-first"
    if second_over and not first_over:
        return "month-first"
    if first_over:
        return "day-first" if first_over >= second_over else "month-first"
    line, text = example
    raise wrong(
        opened.path,
        f"found dates that {TWO_WAYS}, such as {text!r}; say --dates day-first or --dates month-first",
        line,
    )


def _bad(
    layout: Layout,
    opened: Opened,
    connection: duckdb.DuckDBPyConnection,
    places: dict[str, int | None],
) -> tuple[list[BadCell], int]:
    """Cells with something in them that gave no value, in whichever way their column may be read."""
    found: list[BadCell] = []
    total = 0
    blank = ", ".join(map(quoted, BLANK))
    by_place: dict[int, list[str]] = {}
    for one in _checked(layout):
        place = places[one.field]
        if place is not None:
            by_place.setdefault(place, []).append(one.field)
    for place, fields in by_place.items():
        unread = " AND ".join(f"p.{name} IS NULL" for name in fields)
        where = f"{unread} AND r.c{place} IS NOT NULL AND lower(trim(r.c{place})) NOT IN ({blank})"
        joined = f"FROM raw r JOIN parsed p USING (line) WHERE {where}"
        row = connection.execute(f"SELECT count(*) {joined}").fetchone()
        count = int(row[0]) if row else 0
        if count:
            total += count
            rows = connection.execute(f"SELECT line, r.c{place} {joined} ORDER BY line LIMIT {MOST_NAMED}").fetchall()
            found += [BadCell(int(line), opened.header[place], str(text)) for line, text in rows]
    found.sort(key=lambda cell: cell.line)
    return found[:MOST_NAMED], total


def _checked(layout: Layout) -> list[Column]:
    return [one for one in layout.columns if one.reads not in ("text", "person", "id")]

"""A mean working day out of an export: contacts by half hour, by type."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from floorcast.scenario import InputErrors, Problem

TYPES = ["csv", "xlsx", "txt", "tsv"]
MOST = 20  # types, those with most contacts
_QUIET = 0.25  # of the median day: days with less are holidays or the ends of the export


@dataclass(frozen=True)
class Imported:
    """A type's contacts by half hour of a mean working day, over so many of them; first and last: such days."""

    name: str
    counts: tuple[float, ...]
    days: int
    first: date
    last: date

    @property
    def a_day(self) -> float:
        return sum(self.counts)


def readings_of(content: bytes, name: str) -> dict[str, list[Imported]]:
    """What `volumes_in` says by the order of day and month: under "" where dates can be read one way only, else both.

    A reading under which nothing is left is left out. Raises InputErrors like `volumes_in`.
    """
    from floorcast.history.read.cells import ORDERS
    from floorcast.history.read.parsing import TWO_WAYS

    try:
        return {"": volumes_in(content, name)}
    except InputErrors as errors:
        if not any(TWO_WAYS in problem.message for problem in errors.problems):
            raise
    found, problems = {}, []
    for order in ORDERS:
        try:
            found[order] = volumes_in(content, name, order)
        except InputErrors as errors:
            problems += errors.problems
    if not found:
        raise InputErrors(problems)
    return found


def volumes_in(content: bytes, name: str, dates: str | None = None) -> list[Imported]:
    """Mean working days (Monday to Friday, without almost empty ones) by type, the largest first, and of all together
    where there are several. Raises InputErrors for what is no export, or has no working day.

    dates: day-first or month-first, where dates can be read two ways.
    """
    from floorcast.history.folder import connect, quoted
    from floorcast.history.read.importing import Wishes, import_files

    with tempfile.TemporaryDirectory(prefix="floorcast-") as made:
        kind = Path(name).suffix.lower()
        file = Path(made) / f"export{kind if kind.lstrip('.') in TYPES else '.csv'}"
        file.write_bytes(content)
        try:
            import_files([file], Path(made) / "history", Wishes(dates=dates))
        except InputErrors as errors:
            raise InputErrors([_named(problem, file, name) for problem in errors.problems]) from None
        parts = []
        for grain, at, number in (("contacts", "arrived", "1.0"), ("intervals", "start", "offered")):
            path = Path(made) / "history" / f"{grain}.parquet"
            if path.is_file():
                parts.append(
                    f"SELECT coalesce(type, channel, 'all') AS type, {at} AS moment, CAST({number} AS DOUBLE) AS n"
                    f" FROM read_parquet({quoted(str(path))})"
                )
        rows = (
            connect().execute(
                f"WITH seen AS ({' UNION ALL '.join(parts)}) SELECT type, CAST(moment AS DATE) AS day,"
                " CAST(floor((hour(moment) * 60 + minute(moment)) / 30) AS INTEGER) AS half, sum(n) FROM seen"
                " WHERE isodow(moment) < 6 AND n IS NOT NULL GROUP BY ALL"
            ).fetchall()
            if parts
            else []
        )  # fmt: skip
    found = _mean_days([(str(kind), str(day), int(half), float(n)) for kind, day, half, n in rows])
    if not found:
        raise InputErrors([Problem(name, None, "", "found no contact on a working day; allowed an export with dates")])
    return found


def _mean_days(rows: list[tuple[str, str, int, float]]) -> list[Imported]:
    by_day: dict[str, float] = {}
    for _, day, _, n in rows:
        by_day[day] = by_day.get(day, 0.0) + n
    middle = sorted(by_day.values())[len(by_day) // 2] if by_day else 0.0
    days = {day for day, n in by_day.items() if n >= _QUIET * middle and n > 0}
    if not days:
        return []
    first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    counts: dict[str, list[float]] = {}
    for kind, day, half, n in rows:
        if day in days:
            for name in (kind, "everything together"):
                counts.setdefault(name, [0.0] * 48)[half] += n / len(days)
    found = [Imported(name, tuple(values), len(days), first, last) for name, values in counts.items()]
    found.sort(key=lambda one: -one.a_day)
    return found[:1] if len(found) == 2 else found[: MOST + 1]


def _named(problem: Problem, file: Path, name: str) -> Problem:
    """A problem of the file under the name that the reader gave it."""
    from dataclasses import replace

    return replace(problem, file=name, message=problem.message.replace(str(file), name).replace(file.name, name))

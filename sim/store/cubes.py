"""Queries on a stored study, by DuckDB on its Parquet files: only what is asked for is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from floorcast.measures.contacts.distribution import EDGES_OF, Distribution, nothing
from floorcast.measures.series import GROUP_COLUMNS, TYPE_COLUMNS, Series
from floorcast.store.folder import REPAIR, StudyError, check_table, read_manifest
from floorcast.store.manifest import layout_of
from floorcast.store.tables import damaged
from floorcast.store.through_time import FLOOR, INTERVALS, WAITS, paths_of


def query(
    sql: str, folder: Path, values: Sequence[Any] = (), extra: Mapping[str, Any] | None = None
) -> dict[str, np.ndarray[Any, Any]]:
    """Columns of an SQL query over a study's tables, by name.

    In the query stand `replications`, `runs`, `intervals`, `floor` and `waits` for the tables, and
    `?` for the values; `extra` are further Arrow tables by name. Raises StudyError if a table is damaged or missing.
    """
    import duckdb

    with duckdb.connect() as base:
        for name in ("replications", "runs", "intervals", "floor", "waits"):
            files = paths_of(folder, f"{name}.parquet")
            if files and name in sql:
                base.register(name, _dataset(files))
        for name, table in (extra or {}).items():
            base.register(name, table)
        try:
            found = base.execute(sql, list(values)).fetchnumpy()
        except duckdb.Error as fault:
            reason = str(fault).split("\n", 1)[0]
            raise StudyError(f"{folder}: cannot be queried ({reason}); {REPAIR}") from fault
    return {
        name: np.ma.filled(column, np.nan) if column.dtype.kind == "f" else np.asarray(column)
        for name, column in found.items()
    }


def _dataset(files: Sequence[Path]) -> Any:
    """A table for queries, its pages held against their checksums. Raises StudyError."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    scan = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    form = ds.ParquetFileFormat(default_fragment_scan_options=scan)
    for path in files:
        try:
            ds.dataset([str(path)], format=form)
        except (pa.ArrowException, OSError, ValueError) as fault:
            raise damaged(path, fault) from None
    return ds.dataset([str(path) for path in files], format=form)


def _there(folder: Path, file: str) -> bool:
    """Whether a table is kept; a study of which nothing is finished has none.

    Raises StudyError if it is missing or not what was written.
    """
    manifest = read_manifest(folder)
    check_table(folder, manifest, file)
    finished = bool((manifest.get("result") or {}).get("replications"))
    if not paths_of(folder, file):
        if finished:
            raise StudyError(f"{folder / file} is missing; {REPAIR}")
        return False
    return True


def read_series(folder: Path, policy: str) -> list[Series]:
    """The series of the kept replications under one policy, in order. Raises StudyError."""
    manifest = read_manifest(folder)
    layout = layout_of(manifest, policy)
    by_type = _cube(
        folder, INTERVALS, "contact_type", TYPE_COLUMNS, layout["contact_types"], policy, layout
    )
    by_group = _cube(folder, FLOOR, "group", GROUP_COLUMNS, layout["groups"], policy, layout)
    return [
        Series(
            tuple(layout["contact_types"]),
            tuple(layout["channels"]),
            tuple(layout["groups"]),
            np.array(layout["type_channel"], np.int64),
            float(layout["interval"]),
            int(layout["first_measured"]),
            {name: cube[place] for name, cube in by_type.items()},
            {name: cube[place] for name, cube in by_group.items()},
        )
        for place in range(len(next(iter(by_type.values()))))
    ]


def _cube(
    folder: Path,
    file: str,
    what: str,
    columns: Sequence[str],
    names: Sequence[str],
    policy: str,
    layout: dict[str, Any],
) -> dict[str, np.ndarray[Any, Any]]:
    """Each column as [replications, names, intervals]."""
    n = int(layout["n_intervals"])
    if not _there(folder, file):
        return {column: np.zeros((0, len(names), n)) for column in columns}
    listed = ", ".join(f'"{column}"' for column in columns)
    # DISTINCT: a killed run may have left parts beside the table they were joined into.
    found = query(
        f'SELECT DISTINCT ON (replication, "{what}", interval) replication, "{what}" AS what,'
        f" interval, {listed} FROM {Path(file).stem} WHERE policy = ?",
        folder,
        [policy],
    )
    numbers = np.unique(found["replication"])
    place = {name: number for number, name in enumerate(names)}
    rows = np.searchsorted(numbers, found["replication"])
    labels = found["what"].tolist()
    at = np.array([place[name] for name in labels], np.int64)
    cubes = {}
    for column in columns:
        cube = np.zeros((numbers.size, len(names), n))
        cube[rows, at, found["interval"]] = found[column]
        cubes[column] = cube
    return cubes


def read_distribution(folder: Path, policy: str) -> Distribution:
    """Distributions added up over the kept replications of one policy. Raises StudyError."""
    names = layout_of(read_manifest(folder), policy)["contact_types"]
    counts = nothing(len(names))
    if _there(folder, WAITS):
        found = query(
            "SELECT contact_type, time, up_to, sum(contacts) AS contacts FROM"
            " (SELECT DISTINCT * FROM waits WHERE policy = ?) GROUP BY ALL",
            folder,
            [policy],
        )
        columns = (found["time"], found["contact_type"], np.nan_to_num(found["up_to"], nan=np.inf), found["contacts"])
        for what, kind, up_to, number in zip(*(column.tolist() for column in columns)):
            counts[what][names.index(kind), np.searchsorted(EDGES_OF[what], up_to)] += int(number)
    return Distribution(counts)

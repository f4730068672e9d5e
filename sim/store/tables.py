"""Replications as Parquet tables, and back: one row per measure, one per run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures import Row
from floorcast.store import arrow
from floorcast.store.arrow import words
from floorcast.store.folder import REPAIR, StudyError, write_aside, write_json
from floorcast.study import Finished
from floorcast.study.adjusting.controls import Controls

if TYPE_CHECKING:
    import pyarrow as pa

REPLICATIONS = "replications.parquet"
RUNS = "runs.parquet"
CONTROLS = "controls.json"
COLUMNS = (
    "policy", "replication", "measure", "by", "of", "numerator", "denominator", "unit", "target",
)  # fmt: skip


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet, aside and renamed. Raises StudyError."""
    import pyarrow.parquet as pq

    def write(aside: Path) -> None:
        pq.write_table(table, aside, compression="zstd", write_page_checksum=True)

    write_aside(path, write)


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a Parquet file, its pages held against their checksums. Raises StudyError if it is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        return file.read(None if columns is None else list(columns))
    except FileNotFoundError:
        raise StudyError(f"{path} is missing; {REPAIR}") from None
    except (pa.ArrowException, OSError, KeyError, ValueError) as fault:
        raise damaged(path, fault) from fault


def damaged(path: Path, fault: object) -> StudyError:
    """The sentence for a table that cannot be read."""
    reason = "".join(sign if sign.isprintable() else " " for sign in " ".join(str(fault).split()))[:160]
    return StudyError(f"{path} is damaged: {reason}; {REPAIR}")


def replications_table(
    finished: Sequence[Finished], rows: Sequence[Row], policies: Sequence[str]
) -> pa.Table:
    """policy, replication, measure, by, of, numerator, denominator, unit; target: its number or -1.

    The rows of a replication stand together, in the order of `rows`.
    """
    n, width = len(finished), len(rows)
    columns: dict[str, Any] = {
        "policy": words(np.repeat([one.policy for one in finished], width), policies),
        "replication": np.repeat(np.array([one.replication for one in finished], np.int32), width),
    }
    for name in ("measure", "by", "of", "unit"):
        values = [getattr(row, name) for row in rows]
        known = list(dict.fromkeys(values))
        codes = np.array([known.index(value) for value in values], np.int32)
        columns[name] = words(np.tile(codes, n), known)
    columns["target"] = np.tile(np.array([row.target for row in rows], np.int16), n)
    columns["numerator"] = _joined([one.above for one in finished])
    columns["denominator"] = _joined([one.below for one in finished])
    return arrow.table({name: columns[name] for name in COLUMNS})


def runs_table(finished: Sequence[Finished], policies: Sequence[str]) -> pa.Table:
    """policy, replication, contacts, events, seconds of simulating; a row per replication."""
    return arrow.table(
        {
            "policy": words(np.array([one.policy for one in finished], np.int32), policies),
            "replication": np.array([one.replication for one in finished], np.int32),
            "contacts": np.array([one.contacts for one in finished], np.int64),
            "events": np.array([one.events for one in finished], np.int64),
            "seconds": np.array([one.seconds for one in finished], np.float64),
        }
    )


def _joined(parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate(parts) if parts else np.empty(0)


def read_finished(
    replications: Iterable[Path], runs: Iterable[Path], policies: Sequence[str]
) -> tuple[dict[tuple[int, int], Finished], tuple[Row, ...]]:
    """The replications in some files, by (policy, replication), and their rows.

    A replication that stands in several files (a run was killed while they were joined) counts
    once. Raises StudyError if a file is damaged.
    """
    number = {name: place for place, name in enumerate(policies)}
    speed: dict[tuple[int, int], dict[str, Any]] = {}
    for path in runs:
        try:
            for entry in read_table(path).to_pylist():
                speed[number[entry["policy"]], entry["replication"]] = entry
        except KeyError as fault:
            raise damaged(path, f"found nothing of {fault}") from None
    found: dict[tuple[int, int], Finished] = {}
    rows: tuple[Row, ...] = ()
    for path in replications:
        table = read_table(path)
        if set(table.column_names) != set(COLUMNS):
            raise damaged(path, f"found columns {', '.join(table.column_names)}")
        if not table.num_rows:
            continue
        rows = rows or _rows_of(table)
        width = len(rows)
        if table.num_rows % width:
            raise damaged(path, "found part of a replication")
        codes, names = arrow.coded(table.column("policy"))
        places = zip(codes[::width].tolist(), arrow.numbers(table.column("replication"))[::width])
        above = arrow.numbers(table.column("numerator")).reshape(-1, width)
        below = arrow.numbers(table.column("denominator")).reshape(-1, width)
        for place, (code, replication) in enumerate(places):
            if names[code] not in number:
                raise damaged(path, f"found policy {names[code]!r}")
            key = number[names[code]], int(replication)
            if key in speed:
                of = speed[key]
                found[key] = Finished(
                    *key, above[place], below[place], of["contacts"], of["events"], of.get("seconds", 0.0)
                )
    return found, rows


def _rows_of(table: pa.Table) -> tuple[Row, ...]:
    """The rows of the first replication of a table."""
    number = arrow.numbers(table.column("replication"))
    policy, _ = arrow.coded(table.column("policy"))
    same = (number == number[0]) & (policy == policy[0])
    width = int(same.argmin()) if not same.all() else len(same)
    first = table.slice(0, width)
    columns = (first.column(name).to_pylist() for name in ("measure", "by", "of", "unit", "target"))
    return tuple(Row(*values) for values in zip(*columns))


def keep_controls(folder: Path, controls: Controls | None) -> None:
    """Write the controls that a study is adjusted by; none where it is not. Raises StudyError."""
    if controls is None:
        (folder / CONTROLS).unlink(missing_ok=True)
        return
    content = {
        "values": controls.values.tolist(), "covariance": controls.covariance.tolist(), "draws": controls.draws,
    }  # fmt: skip
    write_json(folder / CONTROLS, content)


def kept_controls(folder: Path, n: int) -> Controls | None:
    """The controls of a stored study's first n replications; None where it is not adjusted. Raises StudyError."""
    path = folder / CONTROLS
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        values, covariance = (np.array(content[name], np.float64) for name in ("values", "covariance"))
        found = Controls(values, covariance, int(content["draws"]))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StudyError(f"{path} is damaged: {fault}") from None
    if len(found.values) < n:
        raise StudyError(f"{path} is damaged: found {len(found.values)} of {n} replications")
    return found.first(n)

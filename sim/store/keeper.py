"""Keeps a study on disk while it runs: a part every few seconds, joined at the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

from floorcast.measures import Row
from floorcast.store import arrow, through_time
from floorcast.store.folder import PARTS, StudyError, check_table, digest_of
from floorcast.store.tables import (
    REPLICATIONS,
    RUNS,
    damaged,
    read_finished,
    read_table,
    replications_table,
    runs_table,
    write_table,
)
from floorcast.store.through_time import (
    FLOOR,
    INTERVALS,
    TABLES,
    WAITS,
    Entry,
    Observed,
    paths_of,
)
from floorcast.study import Finished

EVERY = 3.0  # seconds between parts: what a killed run loses at most
MOST = 500  # replications in a part


class Keeper:
    """Takes finished replications and writes them to a study's folder.

    A part's `replications` is written last, so a replication found there is there as a whole; parts
    are removed only after all of them are joined. A kill at any moment loses the last seconds.
    """

    def __init__(self, folder: Path, rows: Sequence[Row], policies: Sequence[str]) -> None:
        self._folder, self._rows, self._policies = folder, rows, policies
        # What writes is loaded beside the first replications, not after the last.
        Thread(target=import_module, args=("pyarrow.parquet",)).start()
        self._pending: dict[tuple[int, int], tuple[Finished, Observed | None]] = {}
        self._written = time.monotonic()
        parts = (folder / PARTS).glob("[0-9][0-9][0-9][0-9][0-9][0-9]-*.parquet")
        self._next = 1 + max((int(path.name[:6]) for path in parts), default=0)

    def finished(self, manifest: dict[str, Any]) -> tuple[dict[tuple[int, int], Finished], int]:
        """The replications in the folder by (policy, replication), and how many are lost.

        Damaged tables are removed; a replication of which any table lacks something counts as not
        finished, so that it is simulated again from its seed, with the same digits.
        """
        removed = {name for name in (*TABLES, RUNS, REPLICATIONS) if self._remove_damaged(name, manifest)}
        there = read_finished(
            paths_of(self._folder, REPLICATIONS), paths_of(self._folder, RUNS), self._policies
        )[0]
        whole = set(there)
        for name in (INTERVALS, FLOOR):
            whole &= self._observed(name) | {key for key in there if key[1] >= through_time.KEPT}
        # A replication may have no waits, so of these only a whole table can be missing.
        if WAITS in removed or not paths_of(self._folder, WAITS):
            whole = {key for key in whole if key[1] >= through_time.KEPT}
        expected = int((manifest.get("result") or {}).get("finished") or 0) * len(self._policies)
        found = {key: one for key, one in there.items() if key in whole}
        return found, max(len(there) - len(found), expected - len(found), 0)

    def _remove_damaged(self, name: str, manifest: dict[str, Any]) -> bool:
        """Remove the files of a table that cannot be read or are not what was written."""
        found = False
        for path in paths_of(self._folder, name):
            try:
                if path.parent == self._folder:
                    check_table(self._folder, manifest, name)
                elif not read_table(path).num_rows:
                    continue
                self._readable(path, name)
            except StudyError:
                path.unlink(missing_ok=True)
                found = True
        return found or (name in manifest.get("tables", {}) and not (self._folder / name).exists())

    def _readable(self, path: Path, name: str) -> None:
        table = read_table(path)
        if name == REPLICATIONS:
            read_finished([path], [], self._policies)
        elif name == RUNS:
            read_finished([], [path], self._policies)
        elif not {"policy", "replication"} <= set(table.column_names):
            raise damaged(path, f"found columns {', '.join(table.column_names)}")

    def _observed(self, name: str) -> set[tuple[int, int]]:
        """The (policy, replication) of which a table has rows."""
        number = {policy: place for place, policy in enumerate(self._policies)}
        found: set[tuple[int, int]] = set()
        for path in paths_of(self._folder, name):
            table = read_table(path, ("policy", "replication"))
            codes, names = arrow.coded(table.column("policy"))
            pairs = np.unique(codes * 2**32 + arrow.numbers(table.column("replication")))
            for one in pairs.tolist():
                if names[one >> 32] in number:
                    found.add((number[names[one >> 32]], one % 2**32))
        return found

    def digests(self) -> dict[str, str]:
        """SHA-256 of every joined table, by its name."""
        names = (*TABLES, RUNS, REPLICATIONS)
        return {name: digest_of(self._folder / name) for name in names if (self._folder / name).exists()}

    def take(self, finished: Finished, observed: Observed | None) -> None:
        """Keep one replication; the same one twice counts once. Raises StudyError."""
        self._pending[finished.policy, finished.replication] = finished, observed
        if len(self._pending) >= MOST or time.monotonic() - self._written >= EVERY:
            self.write_part()

    def write_part(self) -> None:
        """Write what has not been written yet. Raises StudyError."""
        self._written = time.monotonic()
        if not self._pending:
            return
        _write({self._folder / PARTS / f"{self._next:06d}-{name}": table for name, table in self._tables().items()})
        self._next += 1
        self._pending.clear()
        self._written = time.monotonic()

    def _tables(self) -> dict[str, Any]:
        """What has not been written yet, by the names of tables; `replications` last."""
        taken = [self._pending[place] for place in sorted(self._pending)]
        finished = [one for one, _ in taken]
        entries: list[Entry] = [
            (one.policy, one.replication, seen) for one, seen in taken if seen is not None
        ]
        tables: dict[str, Any] = {
            name: table(entries, self._policies) for name, table in TABLES.items() if entries
        }
        tables[RUNS] = runs_table(finished, self._policies)
        tables[REPLICATIONS] = replications_table(finished, self._rows, self._policies)
        return tables

    def close(self) -> None:
        """Write the rest and join all parts into one file per table. Raises StudyError."""
        names = (*TABLES, RUNS, REPLICATIONS)
        nothing_yet = not any(paths_of(self._folder, name) for name in names)
        if self._pending and nothing_yet:  # a short study: at once as it will stand
            tables = self._tables()
            tables[RUNS] = tables[RUNS].drop_columns(["seconds"])
            _write({self._folder / name: _in_order(table, self._policies) for name, table in tables.items()})
            self._pending.clear()
            (self._folder / PARTS).rmdir()
            return
        self.write_part()
        parts = sorted((self._folder / PARTS).glob("*.parquet"))
        for name in names:
            if any(path.name.endswith(f"-{name}") for path in parts):
                table = _in_order(_joined(paths_of(self._folder, name)), self._policies)
                write_table(self._folder / name, table)
        for path in parts:
            path.unlink(missing_ok=True)
        (self._folder / PARTS).rmdir()


def _write(tables: dict[Path, Any]) -> None:
    """Write tables beside each other, the last when all others are there. Raises StudyError."""
    *first, last = tables
    with ThreadPoolExecutor(max(len(first), 1)) as pool:
        for done in [pool.submit(write_table, path, tables[path]) for path in first]:
            done.result()
    write_table(last, tables[last])


def _joined(paths: Sequence[Path]) -> Any:
    """The rows of several files, each replication once, whichever files it stands in.

    In the order of options and replications, with the same words in every dictionary, so that the file
    is the same byte by byte wherever and in whatever order the replications ran.
    """
    import pyarrow as pa

    seen: set[tuple[str, int]] = set()
    kept = []
    for path in paths:
        table = read_table(path)
        if path.name.endswith(RUNS) and "seconds" in table.column_names:
            table = table.drop_columns(["seconds"])  # no result; their sum stands in the manifest
        policy, names = arrow.coded(table.column("policy"))
        place = policy * 2**32 + arrow.numbers(table.column("replication"))
        there = {(names[one >> 32], one % 2**32): one for one in np.unique(place).tolist()}
        new = [one for key, one in there.items() if key not in seen]
        seen |= there.keys()
        if len(new) < len(there):
            table = table.take(arrow.column(np.flatnonzero(np.isin(place, new))))
        kept.append(table)
    return pa.concat_tables(kept)


def _in_order(table: Any, policies: Sequence[str]) -> Any:
    """Rows by option and replication, as they stood within each; dictionaries in order of appearance."""
    import pyarrow as pa

    codes, names = arrow.coded(table.column("policy"))
    number = np.array([list(policies).index(name) for name in names], np.int64)
    place = number[codes] * 2**32 + arrow.numbers(table.column("replication"))
    if (np.diff(place) < 0).any():
        table = table.take(arrow.column(np.argsort(place, kind="stable")))
    columns = [
        arrow.encoded(column) if pa.types.is_dictionary(column.type) else column.combine_chunks()
        for column in table.columns
    ]
    return pa.Table.from_arrays(columns, names=table.column_names)

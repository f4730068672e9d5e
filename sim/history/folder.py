"""HISTORY on disk: Parquet files by grain and a manifest; the connection that reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floorcast.scenario.read.problems import InputErrors, Problem
from floorcast.scenario.words.csv_tables import shown_path

if TYPE_CHECKING:
    import duckdb

FORMAT = 1

# What HISTORY holds, by grain: field, SQL type. Times are local, durations seconds.
FIELDS: dict[str, dict[str, str]] = {
    "contacts": {
        "contact": "VARCHAR",  # a number in place of the system's own
        "customer": "INTEGER",  # a number in place of the customer's
        "channel": "VARCHAR",
        "type": "VARCHAR",
        "priority": "VARCHAR",
        "arrived": "TIMESTAMP",  # at the queue; where nobody waits, at the agent
        "ended": "TIMESTAMP",  # of the wait: answered or given up; NULL still open
        "wait": "DOUBLE",
        "handle": "DOUBLE",  # talk, hold and after-contact work; NULL unknown
        "wrap": "DOUBLE",  # the part of it after the contact; NULL unknown
        "turns": "INTEGER",  # messages of agents; NULL unknown
        "legs": "INTEGER",
        "outcome": "VARCHAR",  # handled, abandoned or open
        "agent": "VARCHAR",  # a number in place of the name
    },
    "intervals": {
        "type": "VARCHAR",
        "channel": "VARCHAR",
        "start": "TIMESTAMP",
        "length": "DOUBLE",
        "offered": "DOUBLE",
        "handled": "DOUBLE",
        "abandoned": "DOUBLE",
        "handle_total": "DOUBLE",
        "wait_total": "DOUBLE",
        "agents": "DOUBLE",
    },
    "posts": {
        "contact": "VARCHAR",
        "customer": "INTEGER",
        "channel": "VARCHAR",
        "type": "VARCHAR",
        "arrived": "TIMESTAMP",
        "captured": "TIMESTAMP",
        "sentiment": "VARCHAR",
        "reach": "DOUBLE",
        "replies_to": "VARCHAR",
    },
    "messages": {
        "contact": "VARCHAR",  # a number in place of the conversation's own, the same in all of its messages
        "customer": "INTEGER",
        "channel": "VARCHAR",
        "type": "VARCHAR",
        "sent": "TIMESTAMP",
        "sender": "VARCHAR",  # customer, agent or bot
        "agent": "VARCHAR",  # of an agent's message
    },
    "activities": {
        "agent": "VARCHAR",
        "activity": "VARCHAR",
        "planned": "BOOLEAN",  # of the plan; false: as it was
        "start": "TIMESTAMP",
        "finish": "TIMESTAMP",
        "instead_of": "VARCHAR",  # what the plan had, where a row says both
    },
}
# Which field is a row's instant.
AT = {"contacts": "arrived", "intervals": "start", "posts": "arrived", "messages": "sent", "activities": "start"}


def quoted(text: str) -> str:
    """A string as SQL."""
    return "'" + text.replace("'", "''") + "'"


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that asks nothing of the network."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET memory_limit = '3GB'")
    connection.execute("SET enable_progress_bar = false")
    return connection


def write_history(connection: duckdb.DuckDBPyConnection, out: Path, manifest: dict[str, Any]) -> None:
    """Write every table that has rows, ordered by time, and the manifest last."""
    out.mkdir(parents=True, exist_ok=True)
    for grain, fields in FIELDS.items():
        path = out / f"{grain}.parquet"
        path.unlink(missing_ok=True)
        if not manifest["counts"][grain]:
            continue
        at = AT[grain]
        names = ", ".join(
            f"CAST({name} AS {kind}) AS {name}" if name != "customer" else "try_cast(customer AS INTEGER) AS customer"
            for name, kind in fields.items()
        )
        connection.execute(
            f"COPY (SELECT {names} FROM {grain} ORDER BY {at}, file, line) TO {quoted(str(path))} (FORMAT parquet)"
        )
    text = json.dumps({"format": FORMAT, **manifest}, indent=2, default=str)
    (out / "manifest.json").write_text(text + "\n", encoding="utf-8")


def is_history(folder: Path) -> bool:
    """Whether a folder is what `floorcast import` made."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and {"counts", "doubts", "files"} <= manifest.keys()


class History:
    """A folder that `floorcast import` made. Raises InputErrors when it is none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = folder / "manifest.json"
        try:
            self.manifest: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
            known = self.manifest.get("format") == FORMAT and "counts" in self.manifest
        except (OSError, ValueError):
            known = False
        if not known:
            message = f"is no history; make one with floorcast import EXPORT... --out {shown_path(folder)}"
            if folder.is_file():
                message = f"is a file; make a history of it with floorcast import {shown_path(folder)} --out FOLDER"
            raise InputErrors([Problem(shown_path(folder), None, "", message)])

    def path(self, grain: str) -> Path:
        """The Parquet file of a grain. Raises InputErrors when the history has none of it."""
        path = self.folder / f"{grain}.parquet"
        if not path.is_file():
            has = ", ".join(name for name, n in self.manifest["counts"].items() if n)
            raise InputErrors([Problem(shown_path(self.folder), None, "", f"has no {grain}; it has {has}")])
        return path

    def has(self, grain: str) -> bool:
        """Whether there are rows of a grain."""
        return bool(self.manifest["counts"].get(grain))

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection with a view of every grain there is."""
        connection = connect()
        for grain in FIELDS:
            if self.has(grain):
                connection.execute(
                    f"CREATE VIEW {grain} AS SELECT * FROM read_parquet({quoted(str(self.path(grain)))})"
                )
        return connection

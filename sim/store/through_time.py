"""Series and distributions as Parquet tables: wide columns, a row per interval or bin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.measures.contacts.distribution import EDGES_OF, SATISFACTION, Distribution
from floorcast.measures.series import GROUP_COLUMNS, TYPE_COLUMNS, Series
from floorcast.store import arrow
from floorcast.store.arrow import words

if TYPE_CHECKING:
    import pyarrow as pa

INTERVALS = "intervals.parquet"
FLOOR = "floor.parquet"
WAITS = "waits.parquet"

KEPT = 30  # replications whose series are kept: more would make folders large and curves no clearer

Observed = tuple[Series, Distribution]
Entry = tuple[int, int, Observed]  # policy, replication


def observe(run: Any, table: Any = None) -> Observed | None:
    """What a study keeps of a run beside its measures; `table` is that of its measured window."""
    from floorcast.measures.contacts.distribution import distribution
    from floorcast.measures.customers.satisfaction import scored
    from floorcast.measures.customers.social_table import table_of
    from floorcast.measures.series import series

    if run.replication >= KEPT:
        return None
    table = table or table_of(run)
    counts = distribution(run, table).counts | {SATISFACTION: scored(table)}
    return series(run, table), Distribution(counts)


def intervals_table(entries: Sequence[Entry], policies: Sequence[str]) -> pa.Table:
    """policy, replication, contact_type, interval (number), then `TYPE_COLUMNS` of that interval."""
    return _table(entries, policies, "contact_type", TYPE_COLUMNS)


def floor_table(entries: Sequence[Entry], policies: Sequence[str]) -> pa.Table:
    """policy, replication, group, interval (number), then `GROUP_COLUMNS` of that interval."""
    return _table(entries, policies, "group", GROUP_COLUMNS)


def _table(
    entries: Sequence[Entry], policies: Sequence[str], what: str, columns: Sequence[str]
) -> pa.Table:
    """Rows of all entries; variants may have other groups and contact types than the base."""
    import pyarrow as pa

    alike = {(series.type_names, series.group_names) for _, _, (series, _) in entries}
    if len(alike) > 1:
        parts = [
            _table([e for e in entries if (e[2][0].type_names, e[2][0].group_names) == names], policies, what, columns)
            for names in sorted(alike)
        ]
        return pa.concat_tables(parts).unify_dictionaries().combine_chunks()
    first = entries[0][2][0]
    names = first.type_names if what == "contact_type" else first.group_names
    found = [one.by_type if what == "contact_type" else one.by_group for _, _, (one, _) in entries]
    n_names, n = len(names), next(iter(first.by_type.values())).shape[1]
    size = n_names * n
    built: dict[str, Any] = {
        "policy": words(np.repeat([policy for policy, _, _ in entries], size), policies),
        "replication": np.repeat(np.array([number for _, number, _ in entries], np.int32), size),
        what: words(np.tile(np.repeat(np.arange(n_names), n), len(entries)), names),
        "interval": np.tile(np.arange(n, dtype=np.int32), n_names * len(entries)),
    }
    for column in columns:
        values = np.concatenate([one[column].ravel() for one in found])
        built[column] = values.astype(np.float32)
    return arrow.table(built)


def waits_table(entries: Sequence[Entry], policies: Sequence[str]) -> pa.Table:
    """policy, replication, contact_type, time (or satisfaction), up_to (s or score, null above all edges), contacts.

    Bins without contacts are left out.
    """
    columns: dict[str, list[Any]] = {
        name: [] for name in ("policy", "replication", "contact_type", "time", "up_to", "contacts")
    }
    types = list(dict.fromkeys(name for _, _, (series, _) in entries for name in series.type_names))
    for policy, number, (series, found) in entries:
        own = np.array([types.index(name) for name in series.type_names], np.int64)
        for place, name in enumerate(EDGES_OF):
            kinds, bins = np.nonzero(found.counts[name])
            columns["policy"].append(np.full(kinds.size, policy))
            columns["replication"].append(np.full(kinds.size, number, np.int32))
            columns["contact_type"].append(own[kinds])
            columns["time"].append(np.full(kinds.size, place))
            columns["up_to"].append(np.append(EDGES_OF[name], np.nan)[bins])
            columns["contacts"].append(found.counts[name][kinds, bins])
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    return arrow.table(
        {
            "policy": words(joined["policy"], policies),
            "replication": joined["replication"],
            "contact_type": words(joined["contact_type"], types),
            "time": words(joined["time"], list(EDGES_OF)),
            "up_to": arrow.column(joined["up_to"], np.isnan(joined["up_to"])),
            "contacts": joined["contacts"],
        }
    )


TABLES = {INTERVALS: intervals_table, FLOOR: floor_table, WAITS: waits_table}


def paths_of(folder: Path, name: str) -> list[Path]:
    """The files of a table in a study's folder: the joined one and parts not joined yet."""
    from floorcast.store.folder import PARTS

    joined = folder / name
    parts = sorted((folder / PARTS).glob(f"*-{name}")) if (folder / PARTS).is_dir() else []
    return ([joined] if joined.exists() else []) + parts

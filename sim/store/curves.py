"""Curves through time of a stored study, added up by DuckDB: only the columns asked for are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from floorcast.measures.series import RATIOS
from floorcast.store.cubes import query
from floorcast.store.folder import StudyError, read_manifest
from floorcast.study.estimate import Floats, ratios
from floorcast.study.through_time import Curve

_STATES = {"backlog": "last", "oldest": "max"}  # all other columns are sums


def read_curve(
    folder: Path,
    policy: str,
    measure: str,
    by: str = "all",
    of: str = "all",
    block: float | None = None,
) -> Curve:
    """A measure of `floorcast.measures.series.RATIOS` under one policy, in blocks of `block` seconds.

    Over the replications whose series are kept; a block is rounded to whole intervals (default
    one), and what lies in the warm-up is NaN. Raises KeyError for an unknown measure, ValueError
    for a scope that the measure is not kept for, and StudyError for a damaged study or one without
    a finished replication.
    """
    ratio = RATIOS[measure]
    layout = read_manifest(folder)["layout"]
    names = _names(layout, ratio.groups, by, of)
    width = max(round((block or layout["interval"]) / layout["interval"]), 1)
    n = -(-int(layout["n_intervals"]) // width)
    table, what = ("floor", "group") if ratio.groups else ("intervals", "contact_type")
    columns = [name for name in (*ratio.above, *ratio.below) if name != "seconds"]
    found = query(
        _sql(table, what, columns, width, int(layout["n_intervals"]), len(names)),
        folder,
        [policy, *names],
    )
    numbers = np.unique(found["replication"])
    if not numbers.size:
        raise StudyError(f"{folder}: no replication under {policy} is finished")
    place = (np.searchsorted(numbers, found["replication"]), found["block"].astype(np.int64))

    def cube(columns: Sequence[str]) -> Floats:
        total = np.zeros((numbers.size, n))
        for name in columns:
            if name == "seconds":
                total += width * layout["interval"]
            else:
                total[place] += np.nan_to_num(found[name].astype(np.float64))
        return total

    above = cube(ratio.above)
    curve = ratios(above, cube(ratio.below) if ratio.below else np.ones_like(above))
    mean, half_width = curve.mean.copy(), curve.half_width()
    warming = int(layout["first_measured"]) // width
    mean[:warming] = np.nan
    start = np.arange(n) * width * float(layout["interval"])
    return Curve(measure, ratio.unit, start, mean, half_width)


def _names(layout: dict[str, Any], groups: bool, by: str, of: str) -> list[str]:
    """The groups or contact types that a scope adds up; [] for all there are."""
    kept = ("all", "group") if groups else ("all", "channel", "contact_type")
    if by not in kept:
        raise ValueError(f"this curve is kept by {', '.join(kept)}, not by {by}")
    if by == "all" and (groups or min(layout["type_channel"]) >= 0):
        return []
    names: list[str] = list(layout["groups"] if groups else layout["contact_types"])
    if by == "all":  # but for what agents ask each other
        return [name for name, channel in zip(names, layout["type_channel"]) if channel >= 0]
    if by == "channel":
        channels = [*layout["channels"], None]  # the last stands for none
        names = [n for n, c in zip(names, layout["type_channel"]) if channels[c] == of]
    else:
        names = [name for name in names if name == of]
    if not names:
        raise ValueError(f"no {by} {of!r} in this study")
    return names


def _sql(table: str, what: str, columns: Sequence[str], width: int, n: int, names: int) -> str:
    # DISTINCT: a killed run may have left parts beside the table they were joined into.
    last = f"interval % {width} = {width - 1} OR interval = {n - 1}"
    added = {
        None: "sum({0})",
        "last": f"sum({{0}}) FILTER (WHERE {last})",
        "max": "max({0})",
    }
    chosen = ", ".join(added[_STATES.get(c)].format(f'"{c}"') + f' AS "{c}"' for c in columns)
    listed = ", ".join(f'"{column}"' for column in columns)
    some = f' AND "{what}" IN ({", ".join("?" * names)})' if names else ""
    return (
        f"SELECT replication, interval // {width} AS block, {chosen} FROM"
        f' (SELECT DISTINCT ON (replication, "{what}", interval) replication, interval, {listed}'
        f' FROM {table} WHERE policy = ?{some} ORDER BY replication, "{what}", interval)'
        " GROUP BY replication, block"
    )

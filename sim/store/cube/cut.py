"""A study cut by its dimensions: every figure a ratio of sums, with its interval over the replications.

What is kept by interval (policies, channels, contact types, groups, time) is added up by DuckDB on the study's
tables. What is known of single contacts only (sentiment, reach, agent, campaign, incident, the contact itself) is
simulated again from the study's seed, see `floorcast.store.cube.contacts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from floorcast.measures.series import RATIOS, Ratio
from floorcast.scenario.read.problems import choices, nearest
from floorcast.store.cubes import query
from floorcast.store.folder import StudyError, read_manifest
from floorcast.store.manifest import layout_of
from floorcast.store.through_time import paths_of
from floorcast.study.estimate import ratios

TIMES = ("week", "day", "weekday", "hour", "interval")
KEPT = ("policy", "variant", "channel", "contact_type", "group", *TIMES)
AS_WRITTEN = "as written"  # the variant of the scenario itself
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Cell:
    """One cell: its place along the dimensions, and mean and half width (95 %) of every measure asked for.

    NaN: nothing to measure, or for half widths one replication.
    """

    place: tuple[str, ...]
    mean: tuple[float, ...]
    half_width: tuple[float, ...]


@dataclass(frozen=True)
class Cube:
    """Cells along `by`, for `measures`, from so many replications of each policy."""

    by: tuple[str, ...]
    measures: tuple[Ratio, ...]
    replications: int
    cells: tuple[Cell, ...]


def known(what: str, names: Sequence[str], allowed: Sequence[str]) -> None:
    """Raise StudyError for a name that is not there, with the one that was probably meant."""
    for name in names:
        if name not in allowed:
            close = nearest(name, allowed)
            hint = f" (did you mean {close!r}?)" if close else ""
            raise StudyError(f"found no {what} {name!r}{hint}; allowed {choices(allowed)}")


def cut(
    folder: Path,
    by: Sequence[str],
    measures: Sequence[str],
    where: Mapping[str, Sequence[str]] | None = None,
) -> Cube:
    """A kept study cut by dimensions of `KEPT`, for measures of `floorcast.measures.series.RATIOS`.

    where: only these values of dimensions. A backlog is the mean of those at the interval ends in a cell, the age
    of the oldest the largest; the warm-up is left out. Raises StudyError for a damaged study, an unknown name,
    or measures of contacts and of groups together with a dimension that only one of them has.
    """
    where = where or {}
    known("measure", measures, list(RATIOS))
    known("dimension", [*by, *where], KEPT)
    asked = [RATIOS[name] for name in measures]
    dimensions = {*by, *where}
    for ratio in asked:
        other = {"channel", "contact_type"} if ratio.groups else {"group"}
        if dimensions & other:
            kept = "groups" if ratio.groups else "channels and contact types"
            raise StudyError(
                f"{ratio.name} is kept by {kept}; found {', '.join(sorted(dimensions & other))} beside it"
            )
    manifest = read_manifest(folder)
    by_table = {groups: [one for one in asked if one.groups is groups] for groups in (False, True)}
    added = {
        ratio.name: sums
        for ratios_ in by_table.values()
        for ratio, sums in zip(ratios_, _added(folder, manifest, ratios_, by, where), strict=True)
    }
    tables = [added[ratio.name] for ratio in asked]
    replications = max((len(numbers) for numbers, _ in tables), default=0)
    if not replications:
        for name, values in where.items():
            there = _added(folder, manifest, asked[:1], [name], {})[0][1]
            if there:
                known(name, values, sorted(str(one) for (one,) in there))
        what = "nothing in the study is in all of these" if where else "no replication is finished"
        raise StudyError(f"{folder}: {what}")
    places = list(dict.fromkeys(place for _, sums in tables for place in sums))
    cells = []
    for place in sorted(places, key=lambda one: order_of(manifest, by, one)):
        means, widths = [], []
        for numbers, sums in tables:
            pairs = sums.get(place, {})
            found = ratios(
                np.array([[pairs.get(number, (0.0, 0.0))[0]] for number in numbers]),
                np.array([[pairs.get(number, (0.0, 0.0))[1]] for number in numbers]),
            )
            means.append(float(found.mean[0]))
            widths.append(float(found.half_width()[0]))
        cells.append(Cell(place, tuple(means), tuple(widths)))
    return Cube(tuple(by), tuple(asked), replications, tuple(cells))


def start_of(manifest: Mapping[str, Any]) -> datetime:
    """When a study's scenario begins. Raises StudyError for a study kept before this was written down."""
    start = manifest["layout"].get("start")
    if start is None:
        raise StudyError("this study does not say when it begins; run it again into a new folder")
    return datetime.fromisoformat(start)


def moment_of(manifest: Mapping[str, Any], interval: int) -> datetime:
    """When an interval begins, local time."""
    return start_of(manifest) + timedelta(seconds=interval * float(manifest["layout"]["interval"]))


def time_place(manifest: Mapping[str, Any], name: str, interval: int) -> Any:
    """Where an interval stands along a dimension of time."""
    moment = moment_of(manifest, interval)
    if name == "interval":
        return moment
    if name == "day":
        return moment.date()
    if name == "hour":
        return moment.strftime("%H:00")
    if name == "weekday":
        return WEEKDAYS[moment.weekday()]
    if name == "week":
        return (moment - timedelta(days=moment.weekday())).date()
    raise KeyError(f"{name}: no dimension of time")


Sums = dict[tuple[str, ...], dict[int, tuple[float, float]]]


def _added(
    folder: Path,
    manifest: dict[str, Any],
    asked: Sequence[Ratio],
    by: Sequence[str],
    where: Mapping[str, Sequence[str]],
) -> list[tuple[list[int], Sums]]:
    """For each of some measures of one table: replications, and numerator and denominator by cell and replication."""
    if not asked:
        return []
    layout = manifest["layout"]
    table, what = ("floor", "group") if asked[0].groups else ("intervals", "contact_type")
    columns = {name: None for ratio in asked for name in (*ratio.above, *ratio.below) if name != "seconds"}
    read = "".join(f', "{name}"' for name in columns)
    conditions, values = ["w.counted"], []
    for name, chosen in where.items():
        conditions.append(f"{_KEYS[name]} IN ({', '.join('?' * len(chosen))})")
        values += list(chosen)
    listed = "".join(f", {_KEYS[name]} AS d{place}" for place, name in enumerate(by))
    grouped = "".join(f", d{place}" for place in range(len(by)))
    sides = [_sides(one, layout) for one in asked]
    sums_of = ", ".join(f"{above} AS above{n}, {below} AS below{n}" for n, (above, below) in enumerate(sides))
    # A killed run may have left parts beside the table they were joined into.
    parts = len(paths_of(folder, f"{table}.parquet")) > 1
    once = f'DISTINCT ON (policy, replication, "{what}", interval)' if parts else ""
    sql = (
        f"SELECT t.replication AS replication{listed}, {sums_of} FROM"
        f' (SELECT {once} policy, replication, "{what}" AS thing,'
        f" interval{read} FROM {table}) AS t JOIN things AS w ON w.policy = t.policy AND w.name = t.thing"
        f" JOIN calendar AS c ON c.number = t.interval WHERE {' AND '.join(conditions)}"
        f" GROUP BY t.replication{grouped}"
    )
    found = query(sql, folder, values, {"calendar": _calendar(manifest), "things": _things(manifest, what)})
    cells = list(zip(*(found[f"d{place}"].tolist() for place in range(len(by))), strict=True)) if by else []
    numbers = [int(number) for number in found["replication"].tolist()]
    given: list[tuple[list[int], Sums]] = []
    for n in range(len(asked)):
        sums: Sums = {}
        pairs = zip(found[f"above{n}"].tolist(), found[f"below{n}"].tolist(), strict=True)
        for row, (number, pair) in enumerate(zip(numbers, pairs, strict=True)):
            sums.setdefault(cells[row] if by else (), {})[number] = (float(pair[0]), float(pair[1]))
        given.append((sorted(set(numbers)), sums))
    return given


def _sides(ratio: Ratio, layout: Mapping[str, Any]) -> tuple[str, str]:
    """Numerator and denominator of a measure as SQL."""
    if "backlog" in (*ratio.above, *ratio.below):
        below = "CAST(count(DISTINCT t.interval) AS DOUBLE)"
    else:
        below = _sum(ratio.below, layout) if ratio.below else "1.0"
    oldest = "oldest" in (*ratio.above, *ratio.below)
    return 'CAST(max(t."oldest") AS DOUBLE)' if oldest else _sum(ratio.above, layout), below


_KEYS = {
    "policy": "CAST(t.policy AS VARCHAR)",
    "contact_type": "CAST(t.thing AS VARCHAR)",
    "group": "CAST(t.thing AS VARCHAR)",
    "variant": "w.variant",
    "channel": "w.channel",
    **{name: f'c."{name}"' for name in TIMES},
}


def _calendar(manifest: Mapping[str, Any]) -> Any:
    """The measured intervals by number, with their places in time as text."""
    import pyarrow as pa

    layout = manifest["layout"]
    numbers = list(range(int(layout["first_measured"]), int(layout["n_intervals"])))
    columns: dict[str, Any] = {"number": pa.array(numbers, pa.int32())}
    for name in TIMES:
        columns[name] = pa.array([str(time_place(manifest, name, one)) for one in numbers], pa.string())
    return pa.table(columns)


def _things(manifest: dict[str, Any], what: str) -> Any:
    """Contact types with their channels, or groups, of every option; counted: brought by customers."""
    import pyarrow as pa

    rows: list[tuple[str, str, str, str, bool]] = []
    for option in manifest["policies"]:
        layout = layout_of(manifest, option["name"])
        own = (option["name"], option.get("variant") or AS_WRITTEN)
        if what == "group":
            rows += [(*own, name, "", True) for name in layout["groups"]]
        else:
            rows += [
                (*own, name, layout["channels"][at] if at >= 0 else "", at >= 0)
                for name, at in zip(layout["contact_types"], layout["type_channel"], strict=True)
            ]
    heads = ("policy", "variant", "name", "channel", "counted")
    return pa.table({head: list(column) for head, column in zip(heads, zip(*rows, strict=True), strict=True)})


def _sum(columns: Sequence[str], layout: Mapping[str, Any]) -> str:
    """The sum of columns; of seconds, those of the intervals."""
    parts = [
        f"count(DISTINCT t.interval) * {float(layout['interval'])!r}" if name == "seconds" else f'sum(t."{name}")'
        for name in columns
    ]
    return f"CAST({' + '.join(parts)} AS DOUBLE)"


def order_of(manifest: Mapping[str, Any], by: Sequence[str], place: tuple[Any, ...]) -> tuple[Any, ...]:
    """Cells in the order of the files: policies, channels, types and groups as written, numbers by size, time as it
    passes."""
    layout = manifest["layout"]
    written: dict[str, Sequence[str]] = {
        "policy": [one["name"] for one in manifest["policies"]],
        "variant": list(dict.fromkeys(one.get("variant") or AS_WRITTEN for one in manifest["policies"])),
        "channel": layout["channels"],
        "contact_type": layout["contact_types"],
        "group": layout["groups"],
        "weekday": WEEKDAYS,
    }
    return tuple(
        (0, list(written[name]).index(one), "") if name in written and one in written[name]
        else (0, int(one), "") if str(one).isdecimal() else (1, 0, str(one))
        for name, one in zip(by, place, strict=True)
    )  # fmt: skip

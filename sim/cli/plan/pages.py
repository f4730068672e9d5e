"""Tables of plans as they are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from floorcast.charts.words import target_words
from floorcast.cli.tables import _add, _table

Row = Mapping[str, Any]
MOST_PERIODS = 8  # of a target that are printed one by one


def groups_table(document: Mapping[str, Any]) -> Table:
    """Hours by group: required, required as written, scheduled, present."""
    rows: Sequence[Row] = document["groups"]
    priced = any(row["required_cost"] for row in rows)
    columns = ["required h", "as written h", "scheduled h", "present h", "over h", "under h"]
    money = f" {document['currency']}" if document.get("currency") else ""
    if priced:
        columns += [f"required costs{money}", f"as written{money}"]
    table = _table("People by group", 1, *columns)
    keys = ["required_h", "as_written_h", "scheduled_h", "present_h", "over_h", "under_h"]
    keys += ["required_cost", "as_written_cost"] if priced else []
    for row in rows:
        _add(table, str(row["group"]), *(_number(row[key]) for key in keys), end_section=row is rows[-1])
    if len(rows) > 1:
        _add(table, "all", *(_number(_sum(rows, key)) for key in keys))
    return table


def days_table(rows: Sequence[Row]) -> Table:
    """Person-hours by day: required, scheduled, each cause of shrinkage, present, over and under."""
    keys = ("required", "scheduled", "breaks", "training", "absence", "late", "present", "over", "under")
    table = _table("Person-hours by day", 1, *keys)
    starts = sorted({row["start"] for row in rows})
    moments = [datetime.fromisoformat(one) for one in starts[:2]]
    hours = (moments[1] - moments[0]).total_seconds() / 3600.0
    for day in sorted({one[:10] for one in starts}):
        own = [row for row in rows if row["start"].startswith(day)]
        name = f"{datetime.fromisoformat(day):%a} {day}"
        _add(table, name, *(_number(hours * (_sum(own, key) or 0.0)) for key in keys))
    return table


def intervals_table(rows: Sequence[Row], document: Mapping[str, Any]) -> Table:
    """Interval by interval, group by group."""
    keys = ("forecast", "handle_time_s", "workload_erlangs", "required", "scheduled", "breaks", "training",
            "absence", "late", "present")  # fmt: skip
    heads = ("offered", "AHT s", "erlangs", "required", "sched.", "-break", "-train", "-abs.", "-late", "=there",
             "+/-", "busy", "service")  # fmt: skip
    service: dict[str, list[Row]] = {}
    for one in document["service"]:
        service.setdefault(one["start"], []).append(one)
    several = len({row["group"] for row in rows}) > 1
    days = len({row["start"][:10] for row in rows}) > 1
    table = _table("Intervals", 2 if several else 1, *heads)
    for column in table.columns:
        column.no_wrap = True
    table.columns[-1].overflow, table.columns[-1].max_width = "ellipsis", 20
    before = None
    for row in rows:
        moment = datetime.fromisoformat(row["start"])
        start = (f"{moment:%a %H:%M}" if days else f"{moment:%H:%M}") if row["start"] != before else ""
        gap = row["over"] - row["under"]
        under = Text(f"{gap:+.1f}", style="red" if gap <= -0.5 else "")
        busy = "" if row["occupancy"] is None else f"{100 * row['occupancy']:.0f} %"
        said = _worst(service.get(row["start"], ())) if row["start"] != before else Text("")
        cells: list[str | Text] = [*(_number(row[key]) for key in keys), under, busy, said]
        _add(table, start, *([str(row["group"])] if several else []), *cells)
        before = row["start"]
    return table


def _worst(found: Sequence[Row]) -> Text:
    """What an interval's targets say: the missed by name, else how many are met for sure."""
    missed = [one for one in found if one["verdict"] == "missed"]
    if missed:
        names = ", ".join(dict.fromkeys(str(one["of"]) for one in missed))
        return Text(f"{names} ✗", style="red")
    open_ones = sum(one["verdict"] == "undecided" for one in found)
    if not found:
        return Text("")
    return Text("?" if open_ones else "✓", style="yellow" if open_ones else "green")


def whole_table(document: Mapping[str, Any]) -> Table:
    """Targets over the whole time: with today's people and with those required."""
    table = _table("Over the whole time (95 %)", 2, "today", "with those required")
    for row in document["over_the_horizon"]:
        target = target_words(str(row["target"]))
        _add(table, str(row["of"]), target, _ranged(row, "today"), _ranged(row, "with_required"))
    return table


def _ranged(row: Row, key: str) -> str:
    from floorcast.cli.quantities import quantity
    from floorcast.cli.tables import MARKS

    verdict = row.get(f"{key}_verdict")
    mark = f" {MARKS[verdict]}" if verdict in ("missed", "met") else ""
    return quantity(row[key], str(row["unit"]), row[f"{key}_half_width"]) + mark


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if value == 0:
        return "·"
    return f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:,.1f}"


def _sum(rows: Sequence[Row], key: str) -> float | None:
    values = [row[key] for row in rows]
    return None if any(value is None for value in values) else float(sum(values))


def shifts_table(rows: Sequence[Row]) -> Table:
    """The lines of shifts of a plan."""
    table = _table("Shifts", 5, "people", "paid h each")
    for column, name in zip(table.columns, ("group", "shift", "hours", "days", "breaks"), strict=False):
        column.header = name
    before = None
    for row in rows:
        group = row["group"] if row["group"] != before else ""
        hours = f"{row['begin']}-{row['end']}"
        words = (str(group), str(row["shift"]), hours, str(row["days"]), str(row["breaks"]))
        _add(table, *words, str(row["people"]), _number(row["paid_hours"]))
        before = row["group"]
    return table


def verdicts_table(rows: Sequence[Row]) -> Table:
    """How a plan stands to its targets on fresh replications."""
    from floorcast.cli.quantities import quantity
    from floorcast.cli.tables import _marked

    table = _table("Targets", 1, "on fresh replications")
    periods: dict[str, list[Row]] = {}
    for row in rows:
        periods.setdefault(str(row["target"]).partition(" (")[0], []).append(row)
    for words, own in periods.items():
        shown = own if len(own) <= MOST_PERIODS else [row for row in own if row["verdict"] != "met"][:MOST_PERIODS]
        for row in shown:
            text = quantity(row["mean"], str(row["unit"]), row["half_width"])
            _add(table, target_words(str(row["target"])), _marked(text, str(row["verdict"])))
        if len(shown) < len(own):
            open_ones = sum(row["verdict"] != "met" for row in own)
            rest = f"{len(own) - open_ones} met for sure"
            rest += f", {open_ones - len(shown)} more that are not" if open_ones > len(shown) else ""
            _add(table, f"{target_words(words)}: of {len(own)}", rest)
    return table

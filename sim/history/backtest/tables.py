"""A back-test in tables: error, what chance leaves of it, bias and coverage; and as CSV and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.history.backtest.figures import INTERVAL, MEASURES
from floorcast.history.backtest.misses import CAUSES, Explained, explain
from floorcast.history.backtest.replay import PARTS
from floorcast.history.backtest.testing import BackTest, DayTest
from floorcast.history.calls.contacts import date_of

if TYPE_CHECKING:
    from rich.console import Console


def print_tables(result: BackTest, left_out: Mapping[str, BackTest], short_days: int, console: Console) -> None:
    """The tables of `floorcast backtest`."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    total = result.summary()
    tested = f"{total.days} days, {total.half_hours} half hours, {result.replications} replications"
    console.print(f"Back-test: {tested}; laws fitted on other days", markup=False)
    if short_days:
        console.print(f"{short_days} short days left out (under half of the median day; --all-days)", markup=False)
    console.print(f"Given: {given(result.parts)}", markup=False, soft_wrap=True)
    table = Table(box=SIMPLE_HEAD)
    columns = ("of the day", "error", "chance leaves", "bias", "half hours in 90 % band", "a true model")
    for name in columns:
        table.add_column(name, justify="left" if name == columns[0] else "right")
    for n, one in enumerate(MEASURES):
        table.add_row(
            one.title,
            f"{total.error[n] * one.shown:.2f} {one.unit}",
            f"{total.chance[n] * one.shown:.2f}",
            f"{total.bias[n] * one.shown:+.2f}",
            f"{total.inside[n]:.3f}",
            f"{total.inside_true[n]:.3f}",
        )
    console.print(table)
    _print_days(result, console)
    if left_out:
        _print_parts(result, left_out, console)
    for line in explained(result):
        console.print(line, markup=False, soft_wrap=True)


def given(parts: frozenset[str]) -> str:
    """What a back-test knows of the days it predicts, and what its figures must not be held against."""
    if "handle" in parts:
        return (
            "arrivals, people and handle times as they were. With handle times drawn from their law"
            " (--draw-handle-times) errors and what chance leaves of them are larger: compare like with like."
        )
    return (
        "arrivals and people as they were; handle times are drawn from their law. With handle times as they were"
        " (the default) errors and what chance leaves of them are smaller: compare like with like."
    )


def _print_days(result: BackTest, console: Console) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title="Day by day: was, predicted", title_justify="left")
    for name in ("day", "contacts", "abandoned %", "wait s", "in 20 s %", "in 60 s %", "backlog", "occupancy %"):
        table.add_column(name, justify="right", no_wrap=True)
    for day in result.days:
        pairs = [(day.actual.day[n] * one.shown, day.mean[n] * one.shown) for n, one in enumerate(MEASURES)]
        cells = [f"{was:.1f}  {predicted:5.1f}" for was, predicted in pairs]
        table.add_row(f"{date_of(day.day):%a %Y-%m-%d}", f"{day.actual.contacts.sum():.0f}", *cells)
    console.print(table)


def _print_parts(result: BackTest, left_out: Mapping[str, BackTest], console: Console) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title="What each part brings: errors without it", title_justify="left")
    table.add_column("left out")
    for one in MEASURES:
        table.add_column(one.title, justify="right")
    for name, test in (("nothing", result), *((PARTS[key], each) for key, each in left_out.items())):
        total = test.summary()
        table.add_row(name, *(f"{total.error[n] * one.shown:.2f}" for n, one in enumerate(MEASURES)))
    console.print(table)


def explained(result: BackTest) -> list[str]:
    """Where the misses are: the half hours that miss most, and what sets them apart."""
    rows = [
        (float(gap), day, int(place))
        for day in result.days
        for place in np.flatnonzero(day.compared)
        for gap in [(day.half_hours[1, place] - day.actual.intervals[1, place]) * day.actual.contacts[place]]
    ]
    if not rows:
        return []
    total = sum(abs(row[0]) for row in rows)
    rows.sort(key=lambda row: -abs(row[0]))
    lines = ["Half hours that miss most (share of all misses of waiting time):"]
    for gap, day, place in rows[:5]:
        way = "longer" if gap > 0 else "shorter"
        lines.append(
            f"  {date_of(day.day)} {clock(place)}: {100 * abs(gap) / total:.0f} %, waits predicted {way}"
            f" ({day.half_hours[1, place]:.0f} s, was {day.actual.intervals[1, place]:.0f} s;"
            f" {100 * day.actual.intervals[0, place]:.0f} % abandoned, {day.actual.contacts[place]:.0f} contacts)"
        )
    why = reasons(result)
    ordered = sorted(why.alone.items(), key=lambda one: -one[1])
    shares = ", ".join(f"{CAUSES[name]} {100 * share:.0f} %" for name, share in ordered)
    lines.append("What explains the misses of the half hours' waits, as shares of their variance:")
    lines.append(f"  {shares}; together {100 * why.together:.0f} %")
    by_hour: dict[str, float] = {}
    for gap, _, place in rows:
        part = "before 09:00" if place < 18 else "09:00 to 18:00" if place < 36 else "after 18:00"
        by_hour[part] = by_hour.get(part, 0.0) + gap
    means = ", ".join(f"{part} {value / len(result.days) / 60:+.0f} min" for part, value in sorted(by_hour.items()))
    lines.append(f"Waiting time predicted too long (+) or too short (-), a day: {means}")
    return lines


def reasons(result: BackTest) -> Explained:
    """How much of the misses of the half hours' waits each law explains that a day did not keep. Handle times that were
    given as they were explain nothing."""
    cells = [
        (day.half_hours[1, place] - day.actual.intervals[1, place], day.actual.contacts[place], day.otherwise[:, place])
        for day in result.days
        for place in np.flatnonzero(day.compared)
    ]
    gaps, weights, otherwise = (np.array([cell[n] for cell in cells], np.float64) for n in range(3))
    causes = [name for name in CAUSES if name != "handle" or "handle" not in result.parts]
    return explain(gaps, weights, otherwise.T, causes)


def clock(place: int) -> str:
    """The start of an interval of the day."""
    return f"{int(place * INTERVAL // 3600):02d}:{int(place * INTERVAL % 3600 // 60):02d}"


def _day_rows(result: BackTest) -> Iterator[dict[str, Any]]:
    for day in result.days:
        row: dict[str, Any] = {"date": str(date_of(day.day)), "contacts": int(day.actual.contacts.sum())}
        for n, one in enumerate(MEASURES):
            row |= {f"{one.key}_was": float(day.actual.day[n]), f"{one.key}_predicted": float(day.mean[n])}
            row[f"{one.key}_chance"] = float(day.chance[n])
        yield row


def _interval_rows(day: DayTest) -> Iterator[dict[str, Any]]:
    for place in np.flatnonzero(day.actual.contacts > 0):
        row: dict[str, Any] = {
            "start": f"{date_of(day.day)} {clock(int(place))}",
            "contacts": int(day.actual.contacts[place]),
            "compared": bool(day.compared[place]),
        }
        for n, one in enumerate(MEASURES):
            row[f"{one.key}_was"] = float(day.actual.intervals[n, place])
            row[f"{one.key}_predicted"] = float(day.half_hours[n, place])
            row[f"{one.key}_low"], row[f"{one.key}_high"] = (float(one_) for one_ in day.bands[:, n, place])
        values = zip(CAUSES, day.otherwise[:, place], strict=True)
        yield row | {f"{name}_otherwise": float(value) for name, value in values}


def write_csv(result: BackTest, out: Path) -> None:
    """days.csv and intervals.csv in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    intervals = [row for day in result.days for row in _interval_rows(day)]
    for name, rows in (("days.csv", list(_day_rows(result))), ("intervals.csv", intervals)):
        with (out / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def document(result: BackTest, left_out: Mapping[str, BackTest]) -> str:
    """One JSON document: the table, the days, and the errors without each part."""

    def of(test: BackTest) -> dict[str, Any]:
        total = test.summary()
        return {
            one.key: {
                "error": float(total.error[n]),
                "chance": float(total.chance[n]),
                "bias": float(total.bias[n]),
                "inside": float(total.inside[n]),
                "inside_true": float(total.inside_true[n]),
            }
            for n, one in enumerate(MEASURES)
        }

    folds = [
        {"fitted": [str(date_of(d)) for d in a], "tested": [str(date_of(d)) for d in b]} for a, b in result.folds
    ]
    why = reasons(result)
    return json.dumps(
        _plain({
            "days": list(_day_rows(result)),
            "figures": of(result),
            "without": {name: of(test) for name, test in left_out.items()},
            "misses_explained": {"alone": why.alone, "beyond_the_others": why.beyond, "together": why.together},
            "folds": folds,
            "replications": result.replications,
            "handle_times": "as they were" if "handle" in result.parts else "drawn",
        }),
        indent=2,
        allow_nan=False,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """Numbers that are none as null, which JSON has."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value

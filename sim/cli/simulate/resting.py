"""The rest of a day on the terminal: hour by hour what is to be expected, and what eight of ten days would show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from floorcast.cli.quantities import quantity

if TYPE_CHECKING:
    from rich.console import Console

_NAMES = {
    "offered": "contacts", "service_level": "service level", "abandonment": "abandoned",
    "backlog": "open at its end",
}  # fmt: skip


def show_rest(found: dict[str, Any], option: str, console: Console) -> None:
    """Print the document of `floorcast.study.intraday.rest_of_day` under one option."""
    hours = found["hours"]
    for channel in dict.fromkeys(row["channel"] for row in hours):
        mine = [row for row in hours if row["channel"] == channel]
        measures = list(dict.fromkeys(row["measure"] for row in mine))
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, title_justify="left")
        table.add_column(Text(channel))
        for measure in measures:
            table.add_column(Text(_NAMES[measure]), justify="right")
        starts = list(dict.fromkeys(row["start"] for row in mine))
        cells = {(row["start"], row["measure"]): row for row in mine}
        for start in starts:
            row = [cells[start, measure] for measure in measures]
            if any(one["mean"] for one in row):
                table.add_row(Text(f"{datetime.fromisoformat(start):%a %H:%M}"), *(_cell(one) for one in row))
        if table.row_count:
            console.print(table)
            console.print()
    for one in found["day"]:
        told = f"{one['so_far']:,} so far, " if one["so_far"] is not None else "from now on "
        console.print(
            f"{one['channel']}: {told}{one['mean']:,.0f} at midnight ({one['low']:,.0f} to {one['high']:,.0f}).",
            markup=False, highlight=False,
        )  # fmt: skip
    console.print(
        f"The rest of the day{f' under {option}' if option else ''}: what is to be expected, and in brackets what"
        " eight of ten such days would show. Open: who waits, and but for calls what is in work.",
        style="dim",
    )
    console.print()


def _cell(one: dict[str, Any]) -> Text:
    mean, low, high = one["mean"], one["low"], one["high"]
    if mean is None:
        return Text("–")
    low, high = (quantity(end, one["unit"], like=mean) for end in (low, high))
    band = "" if one["low"] is None else f" ({low} to {high})"
    return Text(f"{quantity(mean, one['unit'])}{band}".replace(" %", "%"))

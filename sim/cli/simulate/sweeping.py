"""Sweeps on the terminal: a row per value with the targets' verdicts, or a map, and where verdicts tip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from floorcast.cli.quantities import quantity
from floorcast.cli.tables import COLOURS, MARKS
from floorcast.study.alternatives.sweep_words import base_of, said
from floorcast.study.alternatives.sweeps import Sweep, text_of

if TYPE_CHECKING:
    from rich.console import Console

    from floorcast.store import StudyResult
    from floorcast.study import TargetVerdict


COLUMNS = 7  # values side by side


def show_sweeps(result: StudyResult, sweeps: Sequence[Sweep], console: Console) -> None:
    """Print the sweep of each base: its verdicts, the smallest value that meets all targets, and where verdicts tip."""
    study = result.study
    console.print(
        Text(f"{study.scenario}  {study.replications} replications, seed {study.seed}", style="bold")
    )
    for sweep in sweeps:
        console.print()
        if len(sweeps) > 1:
            console.print(Text(base_of(sweep), style="bold"))
        for table in _curves(sweep) if len(sweep.axes) == 1 else [_map(sweep)]:
            console.print(table)
            console.print()
        for line in said(sweep):
            console.print(line, markup=False, highlight=False)
    console.print(
        "mean ± half width; ✓ met, ✗ missed, ? undecided; all verdicts hold together at 95 % confidence.",
        style="dim",
    )


def _table(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(Text(first), justify="right")
    return table


def _curves(sweep: Sweep) -> list[Table]:
    """A row per target, a column per value; several tables where there are many values."""
    axis = sweep.axes[0]
    tables = []
    for first in range(0, len(axis.texts), COLUMNS):
        shown = slice(first, first + COLUMNS)
        table = _table("")
        table.columns[0].justify = "left"
        for text in axis.texts[shown]:
            table.add_column(Text(f"{axis.path}\n{text}"), justify="right")
        for place, one in enumerate(sweep.verdicts[0] if sweep.verdicts else ()):
            text = text_of([ones[place] for ones in sweep.verdicts])
            words = f"{one.target.of}: {text.replace('_', ' ')}"
            table.add_row(Text(words), *(_cell(ones[place]) for ones in sweep.verdicts[shown]))
        tables.append(table)
    return tables


def _cell(one: TargetVerdict) -> Text:
    text = quantity(one.mean, one.target.unit, one.half_width)
    return Text(f"{text} {MARKS[one.verdict]}", style=COLOURS[one.verdict])


def _map(sweep: Sweep) -> Table:
    """Rows of the first axis, columns of the second; how many targets are met, undecided, missed."""
    one, other = sweep.axes
    table = _table(f"{one.path} \\ {other.path}")
    for text in other.texts:
        table.add_column(Text(text), justify="right")
    width = len(other.texts)
    for row, text in enumerate(one.texts):
        cells = []
        for ones in sweep.verdicts[row * width : (row + 1) * width]:
            count = {v: sum(x.verdict == v for x in ones) for v in ("met", "undecided", "missed")}
            worst = "missed" if count["missed"] else "undecided" if count["undecided"] else "met"
            words = " ".join(f"{n}{MARKS[v]}" for v, n in count.items() if n)
            cells.append(Text(words, style=COLOURS[worst]))
        table.add_row(Text(text), *cells)
    return table


def write_pictures(result: StudyResult, sweeps: Sequence[Sweep], file: Path) -> None:
    """Write the pictures and findings of each base's sweep as one HTML file."""
    from floorcast.charts import LIGHT, sweep_curves, sweep_map
    from floorcast.charts.sweeps import page_of
    from floorcast.report.workbook import write_text

    many = len(sweeps) > 1
    parts = [
        (
            base_of(sweep) if many else "",
            said(sweep),
            sweep_curves(sweep, LIGHT) if len(sweep.axes) == 1 else [sweep_map(sweep, LIGHT)],
        )
        for sweep in sweeps
    ]
    title = f"{result.study.scenario}: {' and '.join(axis.path for axis in sweeps[0].axes)}"
    how = (
        f"{result.study.replications} replications, seed {result.study.seed}; bands and verdicts of all values hold"
        " together at 95 %."
    )
    write_text(file, page_of(title, how, parts, LIGHT))

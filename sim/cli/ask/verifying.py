"""`verify`: the simulator against theory, published results and other simulators."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import FAULT, BadInput, plain_ending, say

if TYPE_CHECKING:
    from rich.table import Table

    from floorcast.verification.cases import VerificationRow

COLOURS = {"agrees": "green", "disagrees": "red", "undecided": "yellow"}


def verify(
    case: Annotated[
        list[str] | None,
        typer.Option(
            "--case",
            metavar="NAME",
            help="Only this case; repeat it for more. Default: all.",
            show_default=False,
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="The quick cases only, to within 10 % instead of 2 %.")
    ] = False,
    jobs: given.Jobs = None,
    seed: given.Seed = None,
    as_json: given.Json = False,
) -> None:
    """Check the simulator against theory and published results; status 1 on any disagreement."""
    with plain_ending():
        from floorcast.cli.compiling import compile_first
        from floorcast.cli.progress import Bar
        from floorcast.store.running.opening import available_cores
        from floorcast.verification.cases import disagreements
        from floorcast.verification.cases import verify as verified

        compile_first()
        with Bar("verifying") as bar:
            try:
                rows = verified(
                    case or None,
                    quick=quick,
                    jobs=jobs or available_cores(),
                    progress=bar.advance_to,
                    seed=1 if seed is None else seed,
                )
            except ValueError as fault:
                raise BadInput(str(fault)) from None
        if as_json:
            json.dump([row.as_plain() for row in rows], sys.stdout, indent=1, ensure_ascii=False)
            sys.stdout.write("\n")
        else:
            _show(rows)
        wrong = disagreements(rows)
        if wrong:
            say(f"{len(wrong)} of {len(rows)} figures do not agree", style="red")
            raise typer.Exit(FAULT)


def _show(rows: Sequence[VerificationRow]) -> None:
    console = given.page()
    console.print(_table(rows))
    contacts = sum({row.case: row.contacts for row in rows}.values())
    console.print(
        f"\n{sum(row.verdict == 'agrees' for row in rows)} of {len(rows)} figures agree;"
        f" {contacts:,} contacts simulated. Expected values without ± are exact; together the"
        " intervals hold at 99 % confidence.",
        style="dim",
        highlight=False,
    )


def _table(rows: Sequence[VerificationRow]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("case", "measure", "of"):
        table.add_column(name, overflow="fold")
    for name in ("expected", "simulated", "verdict"):
        table.add_column(name, justify="right", overflow="fold")
    above = None
    for row in rows:
        if above not in (None, row.case):
            table.add_section()
        words = (
            "" if row.case == above else row.title,
            row.measure.replace("_", " "),
            "" if row.of == "all" else row.of,
            _figure(row.expected, row.source_half_width, row.unit),
            _figure(row.simulated, row.half_width, row.unit),
        )
        verdict = Text(row.verdict, style=COLOURS[row.verdict])
        table.add_row(*(Text(word) for word in words), verdict)
        above = row.case
    return table


def _figure(value: float, half_width: float, unit: str) -> str:
    """A value to four digits in its own unit, so that a difference of a per mille is seen."""
    scale, name = (100.0, " %") if unit == "share" else (1.0, " s" if unit == "s" else "")
    size = abs(value * scale)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3
    if unit == "figures":
        decimals = 0
    text = f"{value * scale:,.{decimals}f}"
    if half_width > 0:
        text += f" ± {half_width * scale:,.{decimals}f}"
    return text + name

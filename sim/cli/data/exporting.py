"""`export`: what is planned, for workforce-management tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from floorcast.cli.faults import BadInput, plain_ending, say
from floorcast.cli.options import ScenarioFile


def export(
    scenario: ScenarioFile,
    layout: Annotated[
        str | None,
        typer.Option("--as", metavar="LAYOUT",
            help="The layout to write; without it the layouts are listed.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The file to write. Default: standard output.", show_default=False),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option("--zone", metavar="ZONE", help="The scenario's time zone: Europe/Berlin.", show_default=False),
    ] = None,
) -> None:
    """Export a forecast or a schedule to workforce-management tools."""
    with plain_ending():
        from floorcast.report.exports import LAYOUTS, exported
        from floorcast.report.workbook import write_text
        from floorcast.scenario import load_scenario
        from floorcast.scenario.read.problems import Wrong, unknown

        centre = load_scenario(scenario)
        if layout is None:
            for one in LAYOUTS.values():
                print(f"{one.name:20} {one.meaning}")
            return
        if layout not in LAYOUTS:
            raise BadInput(f"--as: {unknown('layout', layout, LAYOUTS)}")
        if out is not None and out.is_dir():
            raise BadInput(f"--out: found the folder {out}; allowed a file")
        if out is not None and out.resolve() == scenario.resolve():
            raise BadInput(f"--out: found {out}, the scenario itself; allowed another file")
        if out is not None and not out.parent.is_dir():
            raise BadInput(f"--out: {out}: cannot be written: there is no folder {out.parent}")
        try:
            text = exported(centre, LAYOUTS[layout], zone)
        except Wrong as fault:
            raise BadInput(f"{scenario}: {fault}") from None
        if out is None:
            print(text, end="")
        else:
            write_text(out, text)
            say(f"written to {out}", style="dim")

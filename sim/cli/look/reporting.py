"""`report`: a study as a document to hand on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending, say


class Form(StrEnum):
    """What a report is written as."""

    html = "html"
    pdf = "pdf"
    xlsx = "xlsx"


def report(
    study: Annotated[
        Path,
        typer.Argument(
            metavar="WHAT",
            help="A study's folder, or its name in results/; the folder of a forecast; or what staff, schedule,"
            " roster or backtest print with --json, in a file.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE",
            help="FILE.html, FILE.pdf or FILE.xlsx. Default: report.html in the folder, or beside the file.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a manager's report on a study, plan, roster, forecast or back-test: HTML, PDF or a workbook."""
    with plain_ending():
        folder = given.folder_of(study)
        other = folder.is_file()
        goal = out or (folder.with_suffix(".html") if other else folder / "report.html")
        form = goal.suffix.lower().lstrip(".")
        if form not in list(Form):
            raise BadInput(f"--out: found {goal}; allowed a file that ends in .html, .pdf or .xlsx")
        if out and not goal.parent.is_dir():
            raise BadInput(f"--out: {goal}: cannot be written: there is no folder {goal.parent}")
        from floorcast.report.documents import check_reported, is_forecast, paper_of
        from floorcast.report.story import story_of

        check_reported(folder)
        told = paper_of(folder) if other or is_forecast(folder) else story_of(folder)
        if form == Form.html:
            from floorcast.report.page import write_html

            write_html(told, goal)
        elif form == Form.pdf:
            from floorcast.report.pdf import write_pdf

            write_pdf(told, goal)
        else:
            given.write_sheets(told.sheets, None, goal)
            return
        say(f"written to {goal}", style="dim")

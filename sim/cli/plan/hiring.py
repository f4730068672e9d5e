"""`hire`: a year ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli.faults import BadInput, plain_ending
from floorcast.cli.options import (
    Csv,
    Json,
    ScenarioFile,
    Xlsx,
    check_files,
    inner_share,
    page,
    write_sheets,
)

if TYPE_CHECKING:
    from rich.table import Table

    from floorcast.planning.hiring.year import Year
    from floorcast.report.workbook import Sheet


def hire(
    scenario: ScenarioFile,
    risk: Annotated[
        str,
        typer.Option("--risk", metavar="SHARE", help="Plan for growth that is not exceeded in this share of years."),
    ] = "50 %",
    weeks: Annotated[
        int, typer.Option("--weeks", metavar="N", min=0, max=12,
            help="How many of the tightest months to check by simulating a week.")
    ] = 3,
    json: Json = False,
    csv: Csv = None,
    xlsx: Xlsx = None,
) -> None:
    """Plan a year ahead: people needed, people there, how many to hire when, and how sure that is."""
    with plain_ending():
        from floorcast.cli.progress import Bar
        from floorcast.planning.hiring.plan import NoPlan
        from floorcast.planning.hiring.year import year_ahead
        from floorcast.scenario import load_scenario

        check_files(csv, xlsx)
        kept = inner_share("--risk", risk)
        centre = load_scenario(scenario)
        if centre.hiring is None:
            raise BadInput(f"{scenario}: found no block hiring; allowed one with growth or need, attrition, ...")
        with Bar("simulating weeks of the year") as bar:
            try:
                found = year_ahead(centre, kept, weeks, bar.advance_to)
            except NoPlan as fault:
                raise BadInput(f"{scenario}: {fault}") from None
        if json:
            import json as writer

            print(writer.dumps(found.document(), indent=2))
        else:
            console = page()
            console.print(_table(found))
            for line in found.sentences():
                console.print(line, highlight=False)
        write_sheets([_sheet(found)], csv, xlsx)


def _table(found: Year) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=found.title, title_justify="left")
    for heading in ("month", "needed", "there", "effective", "overtime", "hire", "too few in"):
        table.add_column(heading, justify="left" if heading == "month" else "right")
    for row in found.rows():
        table.add_row(
            f"{row['month']:%b %Y}",
            f"{row['needed']:.0f} ({row['needed_low']:.0f} to {row['needed_high']:.0f})",
            f"{row['there']:.0f} ({row['there_low']:.0f} to {row['there_high']:.0f})",
            f"{row['effective']:.1f}",
            f"{row['overtime']:.1f}" if row["overtime"] > 0.05 else "",
            f"{row['hired']:g}" if row["hired"] else "",
            f"{100 * row['short']:.0f} % of years",
        )
    return table


def _sheet(found: Year) -> Sheet:
    from floorcast.report.workbook import Column, Sheet

    names: dict[str, tuple[str, str]] = {
        "month": ("", "first day of the month"),
        "needed": ("people", "planned for"),
        "needed_low": ("people", "5th percentile of possible years"),
        "needed_high": ("people", "95th percentile of possible years"),
        "there": ("people", "if as many leave as likely"),
        "there_low": ("people", "5th percentile of possible years"),
        "there_high": ("people", "95th percentile of possible years"),
        "effective": ("people", "there, less leave, new ones by their ramp"),
        "overtime": ("people", "work done in overtime"),
        "hired": ("people", "who begin their training"),
        "short": ("share", "possible years in which overtime does not fill the gap"),
    }
    rows: list[list[Any]] = [[row[name] for name in names] for row in found.rows()]
    return Sheet("Months", [Column(n, *words) for n, words in names.items()], rows)

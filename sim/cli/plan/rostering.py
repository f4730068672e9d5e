"""`roster`: a plan given to named people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floorcast.cli.faults import BadInput, plain_ending
from floorcast.cli.options import Csv, Json, Xlsx, check_files, page, people_by_name, write_sheets

if TYPE_CHECKING:
    from rich.table import Table

    from floorcast.planning.roster.solve import Roster
    from floorcast.report.workbook import Sheet


def roster(
    people: Annotated[
        Path,
        typer.Argument(
            metavar="PEOPLE",
            help="A file of people (YAML), or the name of one that comes with Floorcast.",
            callback=people_by_name,
            show_default=False,
        ),
    ],
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="SCENARIO",
            help="Take days, shifts and the people each needs from this scenario.",
            show_default=False,
        ),
    ] = None,
    within: Annotated[
        str, typer.Option("--within", metavar="TIME", help="How long to search at most.")
    ] = "30s",
    json: Json = False,
    csv: Csv = None,
    xlsx: Xlsx = None,
) -> None:
    """Assign shifts to people: contracts, rest, weekends, days off, leave, wishes, fairness."""
    with plain_ending():
        from floorcast.cli.progress import Bar
        from floorcast.planning.roster.people import load_people
        from floorcast.planning.roster.solve import Infeasible, solve
        from floorcast.scenario import load_scenario
        from floorcast.scenario.read.problems import Wrong
        from floorcast.scenario.read.units import parse_duration

        check_files(csv, xlsx)
        try:
            longest = parse_duration(within)
        except Wrong as fault:
            raise BadInput(f"--within: {fault}") from None
        file = load_people(people, None if plan is None else load_scenario(plan))
        if not file.shifts:
            allowed = "shifts with their cover, or a --plan that has some"
            raise BadInput(f"{plan or people}: found no shifts to give to people; allowed {allowed}")
        with Bar("looking for a roster") as bar:
            try:
                found = solve(
                    file,
                    longest,
                    watch=lambda best, bound: bar.describe(f"best {best:,.0f}, at least {bound:,.0f}"),
                )
            except Infeasible as fault:
                raise BadInput(
                    f"{people}: found rules that cannot all be kept: {'; '.join(fault.conflict)}"
                ) from None
            except TimeoutError as fault:
                raise BadInput(f"{people}: {fault}") from None
        if json:
            _print_json(found)
        else:
            console = page()
            for table in _tables(found):
                console.print(table)
            for line in _remarks(found):
                console.print(line, highlight=False)
        write_sheets([_sheet(found)], csv, xlsx)


WEEK = 7


def _tables(found: Roster) -> Iterator[Table]:
    """A table of each week, the hours of the whole roster in the last."""
    people = found.people
    for first in range(0, people.days, WEEK):
        yield _week(found, range(first, min(first + WEEK, people.days)))


def _week(found: Roster, days: range) -> Table:
    from rich import box
    from rich.table import Table

    people = found.people
    last = days.stop == people.days
    several = people.days > WEEK
    table = Table(box=box.SIMPLE_HEAD, title=people.name if days.start == 0 else None, title_justify="left")
    table.add_column("")
    for day in days:
        moment = people.date(day)
        table.add_column(f"{moment:%a}\n{moment.day}", justify="center")
    if last:
        table.add_column("hours\nin all" if several else "hours", justify="right")
    named = [shift for line in found.given.values() for shift in line if shift is not None]
    groups = {shift.partition("/")[0] for shift in named if "/" in shift}
    alone = f"{groups.pop()}/" if len(groups) == 1 and all("/" in shift for shift in named) else ""
    for name, line in found.given.items():
        off = people.off(name)
        cells = [(line[d] or ("-" if d in off else "")).removeprefix(alone) for d in days]
        paid = sum(people.shifts[s].paid for s in line if s is not None) / 3600
        table.add_row(name, *cells, *([f"{paid:g}"] if last else []))
    for shift in people.cover:
        needs = [people.need(shift, d) for d in days]
        there = [sum(line[d] == shift for line in found.given.values()) for d in days]
        cells = [f"{n}/{need}" if n or need else "" for n, need in zip(there, needs, strict=True)]
        if any(cells):
            table.add_row(f"{shift.removeprefix(alone)}: there", *cells, *([""] if last else []), style="dim")
    return table


def _remarks(found: Roster) -> list[str]:
    parts = ", ".join(f"{words} {cost}" for words, cost in found.parts.items() if cost)
    proof = (
        "proved: no roster costs less"
        if found.proved
        else f"not proved: no roster costs less than {found.bound:,.0f}; --within allows more time"
    )
    return [f"cost {found.cost:,}{f' ({parts})' if parts else ''}; {proof}"]


def _sheet(found: Roster) -> Sheet:
    from floorcast.report.workbook import Column, Sheet

    people = found.people
    columns = [
        Column("person"),
        Column("date"),
        Column("shift"),
        Column("start", "", "local date and time"),
        Column("end", "", "local date and time"),
        Column("paid", "h", "length less unpaid breaks"),
        Column("group"),
    ]
    from datetime import datetime, timedelta

    rows = []
    for name, line in found.given.items():
        for day, shift in enumerate(line):
            if shift is not None:
                entry = people.shifts[shift]
                midnight = datetime.combine(people.date(day), datetime.min.time())
                start = midnight + timedelta(seconds=entry.start)
                end = start + timedelta(seconds=entry.length)
                rows.append((name, people.date(day), shift, start, end, entry.paid / 3600, entry.group or ""))
    return Sheet("Roster", columns, rows)



def _print_json(found: Roster) -> None:
    import json

    people = found.people
    document = {
        "name": people.name,
        "cost": found.cost,
        "parts": found.parts,
        "bound": found.bound,
        "proved": found.proved,
        "roster": {
            name: {str(people.date(d)): shift for d, shift in enumerate(line) if shift is not None}
            for name, line in found.given.items()
        },
    }
    print(json.dumps(document, indent=2))

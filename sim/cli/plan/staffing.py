"""`staff`: how many people each group needs, interval by interval, beside those who are there."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending, say_problems

if TYPE_CHECKING:
    from rich.console import Console

    from floorcast.report.workbook import Sheet

MOST_LINES = 130  # of a table of intervals that is printed unasked

Interval = Annotated[
    int | None,
    typer.Option(
        "--interval", metavar="MIN",
            help="Length of the intervals in minutes: 15, 30 or 60. Default: the scenario's.", show_default=False
    ),
]
Risk = Annotated[
    str | None,
    typer.Option(
        "--risk",
        metavar="SHARE",
        help="Plan for volumes that are exceeded with this probability only, such as '10 %' or 0.1.",
        show_default=False,
    ),
]


def staff(
    scenario: given.ScenarioFile,
    policy: given.OnePolicy = None,
    interval: Interval = None,
    day: Annotated[
        str | None,
        typer.Option(
            "--day", metavar="DAY", help="Print the intervals of this date or weekday (or all).", show_default=False
        ),
    ] = None,
    risk: Risk = None,
    replications: given.Replications = None,
    seed: given.Seed = None,
    jobs: given.Jobs = None,
    cluster: given.Cluster = None,
    csv: given.Csv = None,
    xlsx: given.Xlsx = None,
    as_json: given.Json = False,
) -> None:
    """Find how many people each group needs in each interval, and compare with who is there."""
    with plain_ending():
        if interval is not None and interval not in (15, 30, 60):
            raise BadInput(f"--interval: found {interval}; allowed 15, 30 or 60")
        given.check_files(csv, xlsx)
        exceeded = None if risk is None else given.inner_share("--risk", risk)
        import os
        from datetime import timedelta

        from floorcast.cli.compiling import compile_first
        from floorcast.cli.progress import Bar
        from floorcast.planning.requirement import staffing
        from floorcast.policy import policies_of
        from floorcast.scenario import load_scenario
        from floorcast.study.running.cluster import workers

        read = load_scenario(scenario)
        if day is not None:
            _days_meant(day, [f"{read.start + timedelta(days=n):%Y-%m-%d}" for n in range(read.days)])
        say_problems(read.warnings)
        rules = policies_of(read, given.given_policies(policy))[0]
        say_problems(rules.warnings)
        compile_first()
        with workers(cluster) as pool, Bar("trying numbers of people") as bar:
            try:
                found = staffing.staff(
                    read,
                    rules,
                    interval=None if interval is None else 60.0 * interval,
                    seed=seed,
                    replications=replications,
                    jobs=jobs or os.cpu_count() or 1,
                    pool=pool,
                    risk=exceeded,
                    progress=bar.advance_to,
                )
            except staffing.NothingToStaff as nothing:
                raise BadInput(str(nothing)) from None
        document = staffing.document(found)
        if as_json:
            json.dump(document, sys.stdout, indent=1, ensure_ascii=False, allow_nan=False)
            sys.stdout.write("\n")
        else:
            show_staffing(document, day, given.page())
        write_files(
            csv,
            xlsx,
            "People",
            {"People": document["intervals"], "Demand": document["demand"], "Service": document["service"],
             "Groups": document["groups"], "Whole time": document["over_the_horizon"]},
            document["currency"],
        )  # fmt: skip


def write_files(
    csv: Path | None, xlsx: Path | None, first: str, tables: Mapping[str, Any], currency: str = ""
) -> None:
    """The tables asked for, each named on standard error; the CSV holds the `first`."""
    if csv is None and xlsx is None:
        return
    sheets = {name: _sheet(name, rows, currency) for name, rows in tables.items()}
    given.write_sheets([sheets[first]], csv, None)
    given.write_sheets(list(sheets.values()), None, xlsx)


def _sheet(name: str, rows: Sequence[Mapping[str, Any]], currency: str = "") -> Sheet:
    """Rows of one form as a sheet, with what is known of its columns."""
    from datetime import datetime

    from floorcast.planning.columns import BY_ROW, COLUMNS, OWN
    from floorcast.report.workbook import Column, Sheet

    keys = list(rows[0]) if rows else []

    def cell(key: str, value: Any) -> Any:
        return datetime.fromisoformat(value) if key == "start" and isinstance(value, str) else value

    meanings = COLUMNS | OWN.get(name, {})
    columns = []
    for key in keys:
        unit, meaning = meanings.get(key, ("", ""))
        by_row = "unit" in keys and key in BY_ROW
        columns.append(Column(key, currency or unit if unit == "money" else unit, meaning, by_row))
    return Sheet(name, columns, [[cell(key, row[key]) for key in keys] for row in rows])


def show_staffing(document: dict[str, Any], day: str | None, console: Console) -> None:
    """Print sums by group and day, the intervals of one day, and what is missed."""
    from floorcast.cli.plan.pages import days_table, groups_table, intervals_table, whole_table

    rows: Sequence[dict[str, Any]] = document["intervals"]
    chosen = _of_day(rows, day) if day else rows if len(rows) <= MOST_LINES else []
    tables = [groups_table(document)]
    if len({row["start"][:10] for row in rows}) > 1:
        tables.append(days_table(rows))
    if chosen:
        tables.append(intervals_table([row for row in chosen if _something(row)], document))
    tables.append(whole_table(document))
    missed = [row for row in document["service"] if row["verdict"] == "missed"]
    title = f"{document['scenario']} under {document['policy']}"
    console.print(title, style="bold", markup=False, highlight=False)
    for table in tables:
        console.print()
        console.print(table)
    console.print()
    for line in _notes(document, missed, bool(chosen)):
        console.print(line, style="dim", markup=False, highlight=False)


def _notes(document: dict[str, Any], missed: list[dict[str, Any]], shown: bool) -> list[str]:
    from floorcast.charts.words import target_words

    notes: list[str] = []
    if missed:
        by_target: dict[tuple[str, str], list[str]] = {}
        for row in missed:
            by_target.setdefault((row["of"], row["target"]), []).append(_moment(row["start"]))
        for (of, target), starts in by_target.items():
            more = f" and {len(starts) - 6} more" if len(starts) > 6 else ""
            notes.append(f"Missed today beyond chance: {of}, {target_words(target)}: {', '.join(starts[:6])}{more}")
    for one in document["out_of_reach"]:
        intervals = f"{len(one['intervals']):,} interval{'' if len(one['intervals']) == 1 else 's'}"
        notes.append(
            f"Out of reach of any number of people: {one['of']}, {target_words(one['target'])}, in {intervals}"
            f" from {one['intervals'][0]}: the promise is shorter than the work, or what waits at the start is too old."
        )
    for one in document["missed_on_fresh"]:
        where = f"{one['of']}, {target_words(one['target'])}, at {_moment(one['start'])}"
        notes.append(f"Still missed on fresh replications: {where}")
    saved = [row for row in document["groups"] if row["saved_h"]]
    if saved:
        hours, cost = sum(row["saved_h"] for row in saved), sum(row["saved_cost"] for row in saved)
        money = f" and {cost:,.0f} {document['currency']}".rstrip() if cost else ""
        notes.append(f"If only the targets as written must hold, {hours:,.1f} person-hours{money} are saved.")
    if document["risk"]:
        notes.append(f"For volumes that chance exceeds with probability {document['risk']:g}.")
    notes.append(
        f"{document['replications']:,} replications of each staffing tried, {document['simulated']:,} in all. Required:"
        " every target in every interval by itself, all groups together; as written: the targets as the file has them."
    )
    if not shown:
        notes.append("--day Mon (or a date, or all) prints its intervals; --csv and --xlsx keep them.")
    return notes


def _moment(start: str) -> str:
    from datetime import datetime

    return f"{datetime.fromisoformat(start):%a %H:%M}"


def _of_day(rows: Sequence[dict[str, Any]], day: str) -> list[dict[str, Any]]:
    wanted = _days_meant(day, sorted({row["start"][:10] for row in rows}))
    return [row for row in rows if row["start"][:10] in wanted]


def _days_meant(day: str, days: Sequence[str]) -> list[str]:
    """Of these dates those meant by `all`, a date or weekdays. Raises BadInput where that is none."""
    from datetime import date

    from floorcast.scenario.read.problems import Wrong
    from floorcast.scenario.words.calendar_words import parse_days

    if day == "all":
        return list(days)
    try:
        weekdays = parse_days(day)
    except Wrong:
        weekdays = ()
    wanted = [d for d in days if d == day or date.fromisoformat(d).weekday() in weekdays]
    if not wanted:
        raise BadInput(f"--day: found {day}; allowed all, or a date or weekday from {days[0]} to {days[-1]}")
    return wanted


def _something(row: dict[str, Any]) -> bool:
    return bool(row["required"] or row["scheduled"] or row["forecast"] >= 0.05)

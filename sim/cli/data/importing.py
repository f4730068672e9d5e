"""`floorcast import`: exports of other systems into a history."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floorcast.cli.faults import BadInput, plain_ending, say

if TYPE_CHECKING:
    from floorcast.history.read.importing import ImportReport


class Dates(StrEnum):
    """How 3/2/2026 is read."""

    day_first = "day-first"
    month_first = "month-first"


def _list_layouts(asked: bool) -> None:
    """A line per layout: its name for --layout, what it is, and the columns it is recognised by."""
    if not asked:
        return
    from floorcast.history.layouts.layout import plain
    from floorcast.history.layouts.registry import LAYOUTS

    wide = max(map(len, LAYOUTS))
    for key, one in LAYOUTS.items():
        named = {plain(name): name for column in one.columns for name in column.named}
        marks = ", ".join(sorted(named.get(mark, mark) for mark in one.marks)) or "only by name: it has no header"
        typer.echo(f"{key:<{wide}}  {one.title}: {marks}")
    raise typer.Exit


def import_(
    exports: Annotated[
        list[Path], typer.Argument(metavar="EXPORT...", help="Files exported from other systems.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="HISTORY", help="The folder to make.")] = Path("history"),
    layout: Annotated[
        str | None,
        typer.Option("--layout", metavar="NAME",
            help="The layout of the files. Default: recognised by the header.", show_default=False),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="THEIRS=OURS",
            help="A column's name in the file and what it is; repeat it for more, or name a file of such lines.",
            show_default=False,
        ),
    ] = None,
    dates: Annotated[
        Dates | None, typer.Option("--dates", help="How to read dates such as 3/2/2026.", show_default=False)
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            "--zone", metavar="ZONE", help="Local time zone, for files in UTC: Europe/Berlin.", show_default=False
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="PEOPLE",
            help="agents or customers: keep them as they are. Default: numbers in their place.",
            show_default=False,
        ),
    ] = None,
    layouts: Annotated[
        bool,
        typer.Option("--layouts", is_eager=True, callback=_list_layouts,
            help="List all layouts with their columns, and end.", show_default=False),
    ] = False,
) -> None:
    """Read exports (CSV, XLSX, Parquet, JSON) into HISTORY, which fit, forecast and backtest take.

    Says what was read, what was left out and why, and what looks wrong. Names and numbers of people
    become numbers, texts are dropped.
    """
    with plain_ending():
        from floorcast.cli.progress import Bar
        from floorcast.history.read.importing import Wishes, import_files

        kept = tuple(keep or ())
        for one in kept:
            if one not in ("agents", "customers"):
                raise BadInput(f"--keep: found {one!r}; allowed agents, customers")
        wishes = Wishes(layout, _mapping(names or []), dates.value if dates else None, _zone(zone), kept)
        with Bar("reading") as bar:
            report = import_files(exports, out, wishes, bar.advance_to)
        _print(report, out)


def _zone(zone: str | None) -> str | None:
    from zoneinfo import ZoneInfo

    if zone is not None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise BadInput(f"--zone: found {zone!r}; allowed a zone such as Europe/Berlin or UTC") from None
    return zone


def _mapping(words: list[str]) -> dict[str, str]:
    """Pairs of names; a word without = is a file of pairs, one a line."""
    pairs: dict[str, str] = {}
    for word in words:
        lines = [word]
        if "=" not in word:
            path = Path(word)
            if not path.is_file():
                raise BadInput(f"--map: found {word!r}; allowed THEIRS=OURS, or a file of such lines")
            lines = [one for one in path.read_text(encoding="utf-8").splitlines() if one.strip()]
        for number, line in enumerate(lines, 1):
            theirs, sign, ours = line.partition("=")
            if not sign or not theirs.strip() or not ours.strip():
                raise BadInput(f"{word}:{number}: found {line!r}; allowed THEIRS=OURS")
            pairs[theirs.strip()] = ours.strip()
    return pairs


def _print(report: ImportReport, out: Path) -> None:
    from floorcast.cli.options import page

    console = page()
    for one in report.files:
        console.print(
            f"{one.file}: {one.rows:,} rows, {one.title}; {one.read:,} read",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        for why, count in one.left_out.items():
            console.print(f"  left out {count:,}: {why}", markup=False, highlight=False, soft_wrap=True)
        for note in one.notes:
            console.print(f"  {note}", markup=False, highlight=False, soft_wrap=True)
        for bad in one.bad:
            say(bad, style="yellow")
    for problem in report.problems:
        say(problem, style="red")
    if report.skipped:
        rows = sum(one.rows for one in report.files)
        each = f"every one with its reason: {out / 'skipped.csv'}"
        say(f"SKIPPED {report.skipped:,} of {rows:,} rows; {each}", style="bold yellow")
    for doubt in report.doubts:
        console.print(f"look: {doubt}", markup=False, highlight=False, soft_wrap=True)
    what = ", ".join(f"{count:,} {grain}" for grain, count in report.counts.items() if count)
    console.print(f"{out}: {what}, {report.first} to {report.last}", markup=False, highlight=False, soft_wrap=True)
    if report.problems:
        raise typer.Exit(2)

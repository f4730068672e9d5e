"""`floorcast backtest`: real days replayed and simulated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floorcast.cli.faults import BadInput, plain_ending
from floorcast.cli.options import Jobs, Json

if TYPE_CHECKING:
    from floorcast.history.backtest.testing import BackTest

HistoryFolder = Annotated[
    Path, typer.Argument(metavar="HISTORY", help="A folder that floorcast import made.", show_default=False)
]
Channel = Annotated[
    str | None,
    typer.Option(
        "--channel", metavar="NAME", help="The channel. Default: the one with most contacts.", show_default=False
    ),
]


def backtest(
    history: HistoryFolder,
    channel: Channel = None,
    folds: Annotated[
        int,
        typer.Option(
            "--folds", metavar="N", min=2, max=1000,
                help="Split the days into this many parts; each is tested with laws fitted on the others."
        ),
    ] = 5,
    last: Annotated[
        int | None,
        typer.Option(
            "--last",
            metavar="DAYS",
            min=1,
            help="Test the last N days only, with laws fitted on the days before.",
            show_default=False,
        ),
    ] = None,
    all_days: Annotated[
        bool, typer.Option("--all-days", help="Include short days (with less than half of a median day's contacts).")
    ] = False,
    replications: Annotated[
        int,
        typer.Option("--replications", "-n", metavar="N", min=10, max=10_000, help="Replications of each day."),
    ] = 200,
    without: Annotated[
        bool, typer.Option("--parts", help="Show what each part of the fit contributes, by leaving out one at a time.")
    ] = False,
    draw: Annotated[
        bool, typer.Option("--draw-handle-times",
            help="Draw the handle times of handled contacts too, instead of replaying them.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0)] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Keep the figures as CSV: days.csv, intervals.csv.", show_default=False
        ),
    ] = None,
    json: Json = False,
    jobs: Jobs = None,
) -> None:
    """Replay real days (arrivals and people as they were) and compare with what happened.

    The laws are fitted on other days than those they are tested on. Beside every error stands the
    one that chance leaves: a true model would have it too.
    """
    with plain_ending():
        from floorcast.cli.options import check_folder
        from floorcast.cli.progress import Bar
        from floorcast.history.backtest.replay import ALL, PARTS
        from floorcast.history.backtest.tables import document, print_tables, write_csv
        from floorcast.history.backtest.testing import back_test, folds_of
        from floorcast.history.calls.contacts import full_days, load_contacts
        from floorcast.history.folder import History

        check_folder("--out", out)
        contacts = load_contacts(History(history), channel)
        days = contacts.days if all_days else full_days(contacts)
        seen = contacts.on(days)
        named = set(seen.of(seen.handled & (seen.agent >= 0)).days)
        if not named:
            raise BadInput(f"{history}: names no agents, so who was there is not known; import a column of agents")
        days = [day for day in days if day in named]
        if len(days) < 3 or (last is not None and last >= len(days)):
            raise BadInput(f"{history}: found {len(days)} days to compare; allowed at least 3, and more than --last")
        parts = ALL - {"handle"} if draw else ALL
        chosen = folds_of(days, folds, last)
        laws: dict[tuple[int, ...], object] = {}

        def test(used: frozenset[str], what: str) -> BackTest:
            with Bar(what) as bar:
                return back_test(contacts, chosen, replications, used, seed, jobs, bar.advance_to, laws)  # type: ignore[arg-type]

        result = test(parts, "days")
        mine = [name for name in PARTS if name in parts and (name != "moments" or "handle" in parts)]
        left_out = {name: test(parts - {name}, f"without {name}") for name in mine if without}
        if out is not None:
            write_csv(result, out)
        if json:
            typer.echo(document(result, left_out))
        else:
            from floorcast.cli.options import page

            print_tables(result, left_out, len(contacts.days) - len(days), page())

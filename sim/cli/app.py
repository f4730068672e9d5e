"""The command `floorcast`: its sub-commands and what is common to them.

Only typer is imported here; each command imports what it needs when it runs, so that help and
errors come at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from floorcast.cli.ask.advising import advise
from floorcast.cli.ask.explaining import explain
from floorcast.cli.ask.tracing import trace
from floorcast.cli.ask.verifying import verify
from floorcast.cli.data.backtesting import backtest
from floorcast.cli.data.exporting import export
from floorcast.cli.data.fitting import fit
from floorcast.cli.data.forecasting import forecast
from floorcast.cli.data.importing import import_
from floorcast.cli.files.inputs import schema, validate
from floorcast.cli.look.cubing import cube
from floorcast.cli.look.examples import examples
from floorcast.cli.look.page import app_
from floorcast.cli.look.reporting import report
from floorcast.cli.plan.hiring import hire
from floorcast.cli.plan.rostering import roster
from floorcast.cli.plan.scheduling import schedule
from floorcast.cli.plan.staffing import staff
from floorcast.cli.plan.worth import worth
from floorcast.cli.simulate.funnel import funnel
from floorcast.cli.simulate.listening import listen
from floorcast.cli.simulate.ranking import rank
from floorcast.cli.simulate.risk import risk
from floorcast.cli.simulate.sensing import sensitivity
from floorcast.cli.simulate.studies import compare, run, show
from floorcast.cli.simulate.tuning import tune

app = typer.Typer(
    name="floorcast",
    help="Simulate a contact centre: phone, email, chat, messaging and social media.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from floorcast import __version__

        typer.echo(f"floorcast {__version__}")
        raise typer.Exit


@app.callback()
def floorcast(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Simulate a contact centre: phone, email, chat, messaging and social media."""


# In the order of `--help`: what a newcomer does first stands first.
COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Simulate": (run, compare, show, listen, funnel, risk),
    "Plan": (staff, schedule, roster, hire, worth),
    "Ask": (explain, trace, advise, sensitivity, rank, tune),
    "Data": (import_, fit, forecast, backtest, export),
    "Look": (app_, report, cube, examples),
    "Check": (validate, schema, verify),
}

for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(command.__name__.strip("_"), rich_help_panel=panel)(command)

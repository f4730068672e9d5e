"""The command `floorcast`: its sub-commands and what is common to them.

Only typer is imported here; each command imports what it needs when it runs, so that help and
errors come at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.advising import advise
from sim.cli.explaining import explain
from sim.cli.inputs import schema, validate
from sim.cli.listening import listen
from sim.cli.studies import compare, run, show
from sim.cli.tracing import trace
from sim.cli.verifying import verify

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
        from sim import __version__

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


for command in (validate, run, compare, show, advise, trace, explain, listen, schema, verify):
    app.command()(command)

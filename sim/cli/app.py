"""The command `floorcast`: its sub-commands and what is common to them.

Commands are rows of `floorcast.cli.commands`; each is imported when it is called, and imports what it
needs when it runs, so that help and errors come at once.
"""

from __future__ import annotations

from importlib import import_module
from shutil import get_terminal_size
from typing import Annotated, Any

import typer
from typer import Abort
from typer.core import TyperGroup
from typer.main import get_command_from_info
from typer.models import CommandInfo

from floorcast.cli.commands import COMMANDS, SUMMARY, help_text

_Usage: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError")


class Commands(TyperGroup):
    """The commands of the table, each imported when it is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._rows = {row.name: row for row in COMMANDS}
        self.commands = dict.fromkeys(self._rows)  # type: ignore[assignment]  # names to suggest from

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, ready to be called; None where there is none."""
        row = self._rows.get(cmd_name)
        if row is None:
            return None
        module, function = row.place.split(":")
        called = getattr(import_module(f"floorcast.cli.{module}"), function)
        if row.tables and "csv" not in called.__annotations__:
            from floorcast.cli.options import with_files

            called = with_files(called)
        info = CommandInfo(name=row.name, callback=called, context_settings=_SETTINGS)
        command = get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode="rich")
        for param in command.params:
            if getattr(param, "is_flag", False) and param.metavar is None:
                param.metavar = ""  # typer would write <bool>, though a flag takes no value
        return command

    def main(self, *args: Any, standalone_mode: bool = True, **how: Any) -> Any:
        """Run a command line; one that cannot be understood ends in a sentence of ours and status 2."""
        how["standalone_mode"] = False
        if not standalone_mode:
            return super().main(*args, **how)
        try:
            status = super().main(*args, **how)
        except _Usage as fault:
            from floorcast.cli.faults import say
            from floorcast.cli.usage import sentence

            if type(fault).__name__ == "NoArgsIsHelpError":
                print(help_text(get_terminal_size().columns))
            else:
                say(sentence(fault), style="red")
            raise SystemExit(2) from None
        except Abort:
            raise SystemExit(130) from None
        raise SystemExit(status if isinstance(status, int) else 0)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the table of commands."""
        print(help_text(get_terminal_size().columns))


_SETTINGS = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    name="floorcast",
    cls=Commands,
    help=SUMMARY,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=_SETTINGS,
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
    """The command itself: what stands before the name of a command."""

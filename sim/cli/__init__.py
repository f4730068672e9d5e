"""The command line: one face of Floorcast. It reads arguments, shows documents and holds no logic."""

from __future__ import annotations


def main() -> None:
    """Entry point of the command `floorcast`; always ends in SystemExit (0, 1, 2 or 130)."""
    import gc
    import sys

    # A command makes many objects that stay (modules, schemas) and few circles: looking through all of
    # them at Python's usual pace took a fifth of a short run.
    gc.set_threshold(100_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign such as ± shows a question mark instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if sys.argv[1:] in (["--help"], ["-h"]):  # at once: not even typer is needed
        from shutil import get_terminal_size

        from floorcast.cli.commands import help_text

        print(help_text(get_terminal_size().columns))
        raise SystemExit(0)

    from floorcast.cli.app import app

    app()

"""The command line: one face of Floorcast. It reads arguments, shows documents and holds no logic."""

from __future__ import annotations


def main() -> None:
    """Entry point of the command `floorcast`; always ends in SystemExit (0, 1, 2 or 130)."""
    from sim.cli.app import app

    app()

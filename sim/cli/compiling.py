"""Says so when the model has to be compiled first, which takes a while and happens once."""

from __future__ import annotations

from sim.cli.faults import say

SECONDS = 60  # on one core of 2024


def announce_compilation() -> None:
    """Print a line on standard error unless an earlier session left the compiled model."""
    from sim.model.jit import is_compiled

    if not is_compiled():
        say(f"compiling the model once, about {SECONDS} s", style="dim")

"""Compiles the model if that has not been done yet: once, with an announcement, before any study.

It runs in the main thread, so that Ctrl-C ends it at once and it does not count as time spent simulating. The passes of
the measures are compiled beside it in a process of their own, because one process compiles one thing at a time.
"""

from __future__ import annotations

import subprocess
import sys

from floorcast.cli.faults import say

SECONDS = 25  # on one core of 2024
ANY_SCENARIO = """
contact_types: {calls: {channel: phone, arrivals: {rate: 1 per hour}, work: 1 min}}
groups: {team: {channels: [phone], agents: 1}}
"""


def compile_first() -> None:
    """Compile the model, with a line on standard error, unless an earlier session has done so."""
    from floorcast.model.machine_code.folder import is_compiled

    if is_compiled():
        return
    say(f"compiling the model once, about {SECONDS} s", style="dim")
    beside = subprocess.Popen(
        [sys.executable, "-c", "from floorcast.measures.cells.ready import compile_passes; compile_passes()"],
        stderr=subprocess.DEVNULL,
    )
    try:
        from floorcast.clock.compiled import run
        from floorcast.measures.cells.ready import compile_passes
        from floorcast.model.compile.assemble import assemble
        from floorcast.policy import default_policy
        from floorcast.scenario import load_scenario_text

        run(assemble(load_scenario_text(ANY_SCENARIO, "."), default_policy()), 0, 0)
        beside.wait()
        compile_passes()  # as a rule there by now
    finally:
        beside.kill()

"""Compiles the model if that has not been done yet: once, with an announcement, before any study.

It runs in the main thread, so that Ctrl-C ends it at once and it does not count as time spent simulating.
"""

from __future__ import annotations

from floorcast.cli.faults import say

SECONDS = 35  # on one core of 2024
ANY_SCENARIO = """
contact_types: {calls: {channel: phone, arrivals: {rate: 1 per hour}, work: 1 min}}
groups: {team: {channels: [phone], agents: 1}}
"""


def compile_first() -> None:
    """Compile the model, with a line on standard error, unless an earlier session has done so."""
    from floorcast.model.core.jit import is_compiled

    if is_compiled():
        return
    say(f"compiling the model once, about {SECONDS} s", style="dim")
    from floorcast.clock.compiled import run
    from floorcast.model.compile.assemble import assemble
    from floorcast.policy import default_policy
    from floorcast.scenario import load_scenario_text

    run(assemble(load_scenario_text(ANY_SCENARIO, "."), default_policy()), 0, 0)

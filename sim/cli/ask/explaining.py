"""`explain`: a policy in plain English."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from floorcast.cli.faults import plain_ending, say_problems
from floorcast.cli.options import policy_by_name, scenario_by_name


def explain(
    policy: Annotated[
        Path,
        typer.Argument(
            metavar="POLICY",
            help="A policy file (YAML), or the name of one that comes with Floorcast.",
            callback=policy_by_name,
            show_default=False,
        ),
    ],
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario",
            metavar="FILE",
            callback=scenario_by_name,
            help="Check its names against this scenario, and say who serves which contact type.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain in plain English what a policy does."""
    with plain_ending():
        from floorcast.policy import load_policy
        from floorcast.policy.words.policy import explain as in_words
        from floorcast.scenario import load_scenario
        from floorcast.scenario.read.problems import printable

        centre = None if scenario is None else load_scenario(scenario)
        loaded = load_policy(policy, centre)
        say_problems(loaded.warnings)
        for line in in_words(loaded, centre):
            print(printable(line, lines=True))

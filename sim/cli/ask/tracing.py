"""`trace`: one replication as a readable story, with the reasons of its decisions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending, say

if TYPE_CHECKING:
    from floorcast.scenario import Scenario

LINES = 200  # unless a contact or a limit is given


def trace(
    scenario: given.ScenarioFile,
    policy: given.OnePolicy = None,
    contact: Annotated[
        int | None,
        typer.Option(
            "--contact",
            metavar="N",
            min=0,
            help="Follow this contact, with the reasons of every decision.",
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="WHEN",
            help="Tell it from here on: 2h (after the start), 09:00 (on the first day), or '2015-02-18 09:00'.",
            show_default=False,
        ),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="WHEN", help="Tell it until here.", show_default=False),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            min=1,
            help=f"The most lines to print. Default: {LINES}; with --contact all.",
            show_default=False,
        ),
    ] = None,
    reasons: Annotated[
        bool | None,
        typer.Option(
            "--reasons/--no-reasons",
            help="Also give the reason for every decision. Default: only with --contact.",
            show_default=False,
        ),
    ] = None,
    seed: given.Seed = None,
    replication: Annotated[
        int, typer.Option("--replication", metavar="N", min=0, help="Which replication to tell.")
    ] = 0,
) -> None:
    """Tell one replication line by line: who does what, when and why."""
    with plain_ending():
        from floorcast.scenario.read.problems import printable

        lines = story(
            scenario,
            given.one_policy(policy),
            seed,
            replication,
            contact,
            start,
            end,
            limit or (LINES if contact is None else None),
            reasons,
        )
        first = next(lines, None)
        if first is None and contact is not None:
            raise BadInput(f"contact {contact} does not appear in this part of the replication")
        if first is None:
            say("nothing happens in this part of the replication", style="yellow")
            return
        for line in itertools.chain((first,), lines):
            print(printable(line))


def story(
    file: Path,
    policy: Path | None,
    seed: int | None,
    replication: int = 0,
    contact: int | None = None,
    start: str | None = None,
    end: str | None = None,
    limit: int | None = None,
    reasons: bool | None = None,
) -> Iterator[str]:
    """The lines of a trace under one policy, the scenario's first if none is given."""
    from floorcast.policy import policies_of
    from floorcast.scenario import load_scenario

    scenario = load_scenario(file)
    chosen = policies_of(scenario, None if policy is None else [policy])[0]
    begin = None if start is None else _seconds(start, "--from", scenario)
    stop = None if end is None else _seconds(end, "--to", scenario)
    if begin is not None and stop is not None and begin > stop:
        raise BadInput(f"found --from {start} after --to {end}; allowed the other way round")

    from floorcast.cli.compiling import compile_first

    compile_first()
    from floorcast.explain.trace import trace_lines
    from floorcast.model.compile.assemble import assemble

    world = assemble(scenario, chosen)
    number = scenario.seed if seed is None else seed
    return trace_lines(world, number, replication, contact, begin, stop, limit, reasons)


def _seconds(text: str, option: str, scenario: Scenario) -> float:
    """Seconds since the start of `09:00`, `2h` or `2015-02-18 09:00`, within the horizon."""
    from floorcast.scenario.read.problems import Wrong
    from floorcast.scenario.read.units import parse_duration
    from floorcast.scenario.words.calendar_words import parse_clock, parse_instant

    try:
        if "-" in text:
            seconds = (parse_instant(text) - scenario.start).total_seconds()
        elif ":" in text:
            midnight = scenario.start.replace(hour=0, minute=0, second=0, microsecond=0)
            seconds = parse_clock(text) - (scenario.start - midnight).total_seconds()
        else:
            seconds = parse_duration(0 if text.strip() == "0" else text)
    except Wrong:
        raise BadInput(
            f"{option}: found {text!r}; allowed a duration after the start (2h), a time of day"
            " (09:00) or an instant ('2015-02-18 09:00')"
        ) from None
    if not 0 <= seconds <= scenario.horizon:
        raise BadInput(
            f"{option}: found {text!r}, outside the run; allowed {scenario.start:%Y-%m-%d %H:%M}"
            f" and the {scenario.days} days after it"
        )
    return seconds

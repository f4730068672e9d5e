"""`delay`: what each hour costs that a statement comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending, say_problems

if TYPE_CHECKING:
    from floorcast.study.risk.delay import CostOfDelay

MOST = 12  # delays side by side


def delay(
    scenario: given.ScenarioFile,
    after: Annotated[
        str, typer.Option(metavar="TIME,TIME",
            help="How long after the decision the statement is published: several times to compare.")
    ] = "15 min,1h,2h,4h",
    policy: given.OnePolicy = None,
    replications: given.Replications = None,
    seed: given.Seed = None,
    as_json: given.Json = False,
) -> None:
    """Show what each hour of delay of a statement on an incident costs.

    The same incidents under one policy, whose statements are published so long after the decision, ever later.
    """
    with plain_ending():
        from floorcast.clock.compiled import run as simulate
        from floorcast.model.compile.assemble import assemble
        from floorcast.policy import policies_of
        from floorcast.scenario import load_scenario
        from floorcast.study.risk.delay import cost_of_delay

        hours = _hours(after)
        found = load_scenario(scenario)
        say_problems(found.warnings)
        policies = policies_of(found, given.given_policies(policy))
        stated = [one for one in policies if one.statements]
        if not stated:
            names = ", ".join(one.name for one in policies)
            raise BadInput(f"{scenario}: found no statement in {names}; allowed a policy whose supervision makes one")
        from floorcast.cli.compiling import compile_first
        from floorcast.cli.progress import Bar

        compile_first()
        start = found.seed if seed is None else seed
        latest: list[Any] = [None, None]  # a policy and its world

        def one(changed: Any, replication: int) -> Any:
            if latest[0] is not changed:
                latest[:] = changed, assemble(found, changed)
            return simulate(latest[1], start, replication)

        with Bar("delaying") as bar:
            rows = cost_of_delay(stated[0], hours, one, replications or found.replications, bar.advance_to)
        if as_json:
            import json

            document = {"scenario": found.name, "policy": stated[0].name, "hours": hours}
            typer.echo(json.dumps({**document, "measures": [vars(row) for row in rows]}))
        else:
            _print(found.name, stated[0].name, hours, rows)


def _hours(text: str) -> list[float]:
    from floorcast.scenario.read.problems import Wrong
    from floorcast.scenario.read.units import parse_duration

    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        hours = [parse_duration(part) / 3600.0 for part in parts]
    except Wrong:
        raise BadInput(f"--after: found {text}; allowed times with commas, such as 15 min,1h,2h") from None
    if len(set(hours)) < 2 or len(hours) > MOST:
        raise BadInput(f"--after: found {len(set(hours))} different times; allowed 2 to {MOST}")
    return hours


def _print(scenario: str, policy: str, hours: list[float], rows: list[CostOfDelay]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from floorcast.cli.quantities import difference, quantity
    from floorcast.scenario.read.units import write_duration

    console = given.page()
    console.print(f"{scenario} under {policy}: what a later statement costs", style="bold", markup=False)
    console.print()
    shown = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    shown.add_column("")
    for one in hours:
        shown.add_column(f"after {write_duration(round(one * 3600))}", justify="right")
    shown.add_column("each hour more", justify="right")
    for row in rows:
        pairs = zip(row.means, row.half_widths, strict=True)
        cells = [quantity(mean, row.unit, half, row.means[0]) for mean, half in pairs]
        cells.append(difference(row.per_hour, row.unit, row.per_hour_half_width))
        shown.add_row(row.measure.replace("_", " "), *map(Text, cells))
    console.print(shown)
    console.print()
    console.print(
        "Mean ± half width of 95 %; the last column: the slope within each run, on the same incidents.", style="dim"
    )

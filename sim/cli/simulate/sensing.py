"""`sensitivity`: which input matters most."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import INTERRUPTED, BadInput, plain_ending, say, say_problems

if TYPE_CHECKING:
    from floorcast.study.alternatives.sensitivity import Swing

BAR = 24  # characters of the longest bar


def sensitivity(
    scenario: given.ScenarioFile,
    policy: given.OnePolicy = None,
    measure: Annotated[
        str | None,
        typer.Option(
            "--measure",
            metavar="MEASURE[:OF]",
            help="The figure of interest, such as abandonment:phone. Default: the first target.",
            show_default=False,
        ),
    ] = None,
    replications: given.Replications = None,
    seed: given.Seed = None,
    jobs: given.Jobs = None,
    cluster: given.Cluster = None,
    out: given.Out = None,
    as_json: given.Json = False,
) -> None:
    """Show which input matters most, by changing one at a time to both ends of its range.

    A scenario may say how uncertain an input is: `uncertain: {phone.volume: 8 %}`.
    """
    with plain_ending():
        from floorcast.cli.compiling import compile_first
        from floorcast.cli.progress import Bar
        from floorcast.policy import policies_of
        from floorcast.scenario import load_scenario
        from floorcast.store import default_folder, run_study
        from floorcast.study.alternatives import sensitivity as tornado
        from floorcast.study.alternatives.measured import place_of
        from floorcast.study.alternatives.options import options_of
        from floorcast.study.running.cluster import workers

        found = load_scenario(scenario)
        say_problems(found.warnings)
        policies = policies_of(found, given.given_policies(policy))[:1]
        inputs = tornado.inputs_of(found)
        if not inputs:
            raise BadInput(f"{scenario}: found no input to vary; allowed with `uncertain: {{PATH: 8 %}}`")
        if measure is None and not found.targets:
            raise BadInput(f"{scenario}: found no target; allowed with --measure, such as --measure asa")
        options = options_of(found, policies, tornado.variants_for(inputs))
        compile_first()
        with workers(cluster) as pool, Bar("varying") as bar:
            result = run_study(
                found, policies, options=options, seed=seed, replications=replications, jobs=jobs,
                out=out or default_folder(found, policies, seed, options=options),
                command=shlex.join(["floorcast", *sys.argv[1:]]), progress=bar.advance_to,
                pool=pool,
            )  # fmt: skip
        study = result.study
        if study.replications < 2:
            say("interrupted before two replications were finished; the same command goes on", style="yellow")
            raise typer.Exit(INTERRUPTED)
        place = study.target_places[0] if measure is None else place_of(study, measure)
        found_ = tornado.swings(study, inputs, place)
        row = study.rows[place]
        if as_json:
            typer.echo(json.dumps(tornado.document(found_, row._asdict())))
        else:
            base = study.estimates(0, [place])
            _print(study.scenario, row, (float(base.mean[0]), float(base.half_width()[0])), found_)
            say(f"kept in {result.folder}", style="dim")
        if result.interrupted:
            raise typer.Exit(INTERRUPTED)


def _print(scenario: str, row: Any, base: tuple[float, float], found: list[Swing]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from floorcast.cli.quantities import difference, quantity

    console = given.page()
    words = f"{row.measure.replace('_', ' ')} of {row.of}"
    console.print(Text(f"{scenario}: {words}, {quantity(base[0], row.unit, base[1])} as written", style="bold"))
    console.print()
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("input", "by", "at its low end", "at its high end", ""):
        table.add_column(name, justify="right" if name.startswith("at") else "left")
    most = max((one.size for one in found), default=0.0) or 1.0
    for one in found:
        table.add_row(
            Text(one.input.path),
            Text(one.input.why, style="dim"),
            Text(_marked(difference(one.low, row.unit, one.low_half_width), one.low, one.low_half_width)),
            Text(_marked(difference(one.high, row.unit, one.high_half_width), one.high, one.high_half_width)),
            Text("█" * round(BAR * one.size / most)),
        )
    console.print(table)
    console.print()
    console.print(
        "Differences from the scenario as written on the same customers, ± half width; all hold together at 95 %"
        " confidence. ? cannot be told from none. One input at a time.",
        style="dim",
    )


def _marked(text: str, mean: float, half_width: float) -> str:
    return text if abs(mean) > half_width else f"{text} ?"

"""`rank`: the best of many policies and variants."""

from __future__ import annotations

import json
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import INTERRUPTED, BadInput, plain_ending, say, say_problems

if TYPE_CHECKING:
    from rich.text import Text

    from floorcast.store.running.ranking import Out, Ranking

SHOWN = 25  # runners-up


class Procedure(StrEnum):
    """How the best is chosen."""

    kn = "kn"
    rinott = "rinott"


def rank(
    scenario: given.ScenarioFile,
    policy: given.SomePolicies = None,
    policies: given.PolicyList = None,
    with_: given.With = None,
    vary: given.Vary = None,
    objective: Annotated[
        str,
        typer.Option(
            "--objective", metavar="CRITERION,...",
            help="What counts, in this order: missed (targets missed, or undecided at the end), loss (shortfall from"
            " targets), cost, or a measure such as satisfaction or asa:phone.",
        ),
    ] = "missed,cost,loss",
    confidence: Annotated[
        float, typer.Option("--confidence", metavar="SHARE", help="Probability that the choice is right.")
    ] = 0.95,
    indifference: Annotated[
        float | None,
        typer.Option(
            "--indifference", metavar="D",
            help="A difference in the last criterion too small to matter. Default: 0.01 of loss or a share, else 1 %.",
            show_default=False,
        ),
    ] = None,
    method: Annotated[
        Procedure, typer.Option("--method",
            help="kn: all options on the same customers; rinott: each on customers of its own.")
    ] = Procedure.kn,
    first: Annotated[
        int,
        typer.Option("--first", "--replications", "-n", metavar="N", min=2, max=100_000,
                     help="Replications of every option before any is dropped."),
    ] = 20,
    most: Annotated[
        int | None,
        typer.Option("--max", metavar="N", min=2, max=1_000_000,
                     help="The most replications of one option. Default: 5000.", show_default=False),
    ] = None,
    seed: given.Seed = None,
    jobs: given.Jobs = None,
    cluster: given.Cluster = None,
    out: given.Out = None,
    as_json: given.Json = False,
) -> None:  # fmt: skip
    """Choose the best of many policies and variants, with a stated probability of being right.

    Every variant is taken under every policy, and at every value of --vary. Replications are spent where they decide.
    """
    with plain_ending():
        from floorcast.cli.compiling import compile_first
        from floorcast.cli.progress import Bar
        from floorcast.policy import policies_of
        from floorcast.scenario import load_scenario
        from floorcast.scenario.what_if.variants import own_variants, variants_of
        from floorcast.store import default_folder
        from floorcast.store.running import ranking as ranks
        from floorcast.store.running.opening import Plan
        from floorcast.study.alternatives.options import options_of
        from floorcast.study.alternatives.sweeps import crossed, grid, parse_axis
        from floorcast.study.running.cluster import workers

        if not 0.5 <= confidence < 1:
            raise BadInput(f"--confidence: found {confidence:g}; allowed from 0.5 to below 1")
        if indifference is not None and not indifference > 0:
            raise BadInput(f"--indifference: found {indifference:g}; allowed above 0")
        if most is not None and most < first:
            raise BadInput(f"--max: found {most}; allowed {first}, the first replications (--first), or more")
        most = max(5000, first) if most is None else most
        found = load_scenario(scenario)
        say_problems(found.warnings)
        named = [Path(name.strip()) for name in (policies or "").split(",") if name.strip()]
        under = policies_of(found, [*(policy or ()), *named] or None)
        for one in under:
            say_problems(one.warnings)
        changes = variants_of(with_ or (), found) if with_ or vary else own_variants(found)
        if vary:
            points = grid([parse_axis(text) for text in vary])
            changes += points + crossed(changes, points)
        options = options_of(found, under, changes)
        if len(options) < 2:
            raise BadInput(f"{scenario}: found one option; allowed two or more, by --policy, --with or --vary")
        start = found.seed if seed is None else seed
        command = shlex.join(["floorcast", *sys.argv[1:]])
        plan = Plan(found, tuple(options), len(under), start, (first,), command=command)
        folder = out or default_folder(found, under, start, options=options, kind=f"rank {method.value}")
        compile_first()
        with workers(cluster) as pool, Bar("ranking") as bar:
            result = ranks.rank(
                plan, objective, method=method.value, confidence=confidence, indifference=indifference,
                first=first, most=most, jobs=jobs, out=folder, pool=pool, progress=bar.advance_to,
            )  # fmt: skip
        if as_json:
            typer.echo(json.dumps(result.document()))
        else:
            _print(result)
        if result.best is None and len(result.replications) and max(result.replications.values()) < most:
            say("interrupted; the same command goes on where it stopped", style="yellow")
            raise typer.Exit(INTERRUPTED)


def _print(result: Ranking) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    console = given.page()
    console.print(
        Text(f"{result.study.scenario}: the best of {len(result.replications)} by {', then '.join(result.objective)}"),
        style="bold",
    )
    console.print()
    if result.best is None:
        between = ", ".join(result.left)
        console.print(Text(f"Not decided between {between}; more with --max, or a larger --indifference."))
    else:
        console.print(
            Text(
                f"Best: {result.best}. With probability {100 * result.confidence:g} % at least it is the best by"
                f" {result.objective[-1]}, or less than {_size(result.indifference, result.unit)} behind,"
                " of those that the criteria before it left."
                if len(result.objective) > 1
                else f"Best: {result.best}, with probability {100 * result.confidence:g} % at least, or less than"
                f" {_size(result.indifference, result.unit)} behind the best."
            )
        )
    for name in result.left[:SHOWN] if result.targets else ():
        who = "It" if result.best is not None else name
        console.print(Text(targets_of(result.targets[name], who)))
    console.print()
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("", "replications", result.objective[-1], "out by"):
        table.add_column(name, justify="left" if name in ("", "out by") else "right", overflow="fold")
    for name in result.left:
        table.add_row(*_row(result, name), Text("" if result.best is None else "best", style="green"))
    for one in result.out[:SHOWN]:
        table.add_row(*_row(result, one.option), Text(why(one, result.unit)))
    console.print(table)
    if len(result.out) > SHOWN:
        console.print(f"and {len(result.out) - SHOWN} more in ranking.json", style="dim")
    total = sum(result.replications.values())
    even = max(result.replications.values()) * len(result.replications)
    console.print()
    console.print(f"{total:,} replications; {even:,} had all been run as long as the longest.", style="dim")
    if result.folder is not None:
        say(f"kept in {result.folder}", style="dim")


def _row(result: Ranking, name: str) -> tuple[Text, Text, Text]:
    from rich.text import Text

    value = _size(result.value[name], result.unit) if name in result.value else "–"
    return Text(name), Text(f"{result.replications[name]:,}"), Text(value)


def _size(value: float, unit: str) -> str:
    from floorcast.cli.quantities import quantity

    return f"{value:.4g}" if unit in ("", "loss") else quantity(value, unit)


def targets_of(verdicts: dict[str, list[str]], who: str) -> str:
    """Which targets an option meets, in words."""
    from floorcast.charts.quantities import count

    met, missed, undecided = (verdicts[word] for word in ("met", "missed", "undecided"))
    number = len(met) + len(missed) + len(undecided)
    if len(met) == number:
        return f"{who} surely meets {'its target' if number == 1 else f'all {number} targets'}."
    parts = [f"{who} surely meets {len(met)} of {count(number, 'target')}."]
    parts += [f"Surely missed: {'; '.join(missed)}."] if missed else []
    if undecided:
        parts.append(f"Undecided still, and not counted as met: {'; '.join(undecided)}.")
    return " ".join(parts)


def why(one: Out, unit: str) -> str:
    """Why an option lost, in words."""
    if one.criterion == "missed":
        from floorcast.charts.quantities import count

        more = f"{count(round(one.behind), 'more target')} than {one.to}"
        if not one.undecided:
            return f"surely misses {more}"
        left = f"{one.undecided} undecided after {one.replications} replications"
        return f"does not surely meet {more} ({left})"
    if one.behind == 0:
        return f"{one.criterion}: nothing tells it from {one.to}"
    return (
        f"{one.criterion}: {one.behind:.4g} behind {one.to} after {one.replications} replications"
        f" (chance excuses {one.limit:.3g})"
    )

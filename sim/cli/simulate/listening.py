"""`listen`: what a better classifier of mentions is worth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending, say_problems

if TYPE_CHECKING:
    from floorcast.study.classifier import Quality, Worth

MOST = 12  # qualities side by side


def _shares(help: str) -> Any:
    return typer.Option(metavar="SHARE,SHARE", help=help, show_default=False)


def listen(
    scenario: given.ScenarioFile,
    recall: Annotated[
        str | None, _shares("Shares of the relevant mentions that the classifier passes.")
    ] = None,
    false_positives: Annotated[
        str | None, _shares("Shares of the irrelevant ones that it passes too.")
    ] = None,
    sentiment_accuracy: Annotated[str | None, _shares("Shares of sentiments read right.")] = None,
    subject_accuracy: Annotated[str | None, _shares("Shares of subjects read right.")] = None,
    policy: given.OnePolicy = None,
    replications: given.Replications = None,
    seed: given.Seed = None,
    as_json: given.Json = False,
) -> None:
    """Show what better classifiers of mentions are worth, on the same mentions.

    Each quality is the scenario's own with one number changed; by default recalls from 60 to 100 %.
    """
    with plain_ending():
        from floorcast.clock.compiled import run as simulate
        from floorcast.model.compile.assemble import assemble
        from floorcast.policy import policies_of
        from floorcast.scenario import load_scenario
        from floorcast.study.classifier import worth_of_classifiers

        wanted = {
            "recall": recall, "false_positives": false_positives, "sentiment_accuracy": sentiment_accuracy,
            "subject_accuracy": subject_accuracy,
        }  # fmt: skip
        if not any(wanted.values()):
            wanted["recall"] = "60 %,70 %,80 %,90 %,100 %"
        qualities = _qualities(wanted)
        found = load_scenario(scenario)
        say_problems(found.warnings)
        under = policies_of(found, given.given_policies(policy))[0]
        if all(kind.listening is None for kind in found.contact_types.values()):
            raise BadInput(
                f"{scenario}: found no contact type with a listening block; allowed one or more"
            )
        from floorcast.cli.compiling import compile_first
        from floorcast.cli.progress import Bar

        compile_first()
        start = found.seed if seed is None else seed
        latest: list[Any] = [None, None]  # a scenario and its world

        def one(changed: Any, replication: int) -> Any:
            if latest[0] is not changed:
                latest[:] = changed, assemble(changed, under)
            return simulate(latest[1], start, replication)

        with Bar("listening") as bar:
            table = worth_of_classifiers(
                found, qualities, one, replications or found.replications, progress=bar.advance_to
            )
        if as_json:
            document = {name: [vars(row) for row in rows] for name, rows in table.items()}
            typer.echo(
                json.dumps({"scenario": found.name, "policy": under.name, "classifiers": document})
            )
        else:
            _print(found.name, under.name, table)


def _qualities(wanted: dict[str, str | None]) -> list[Quality]:
    """The scenario's own classifier first, then one per share given. Raises BadInput."""
    from floorcast.study.classifier import Quality

    found = [Quality("as written")]
    for key, text in wanted.items():
        for part in (text or "").split(","):
            if part.strip():
                share = _share(key, part.strip())
                found.append(Quality(f"{key.replace('_', ' ')} {100 * share:g} %", **{key: share}))
    if len(found) > MOST:
        raise BadInput(f"found {len(found) - 1} classifiers; allowed at most {MOST - 1} at once")
    return found


def _share(key: str, text: str) -> float:
    number = text.removesuffix("%").strip()
    try:
        share = float(number) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 1.0:
        option = key.replace("_", "-")
        raise BadInput(f"--{option}: found {text}; allowed shares such as 0.8 or 80 %, with commas")
    return share


def _print(scenario: str, policy: str, table: dict[str, list[Worth]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from floorcast.cli.quantities import difference, quantity

    console = given.page()
    console.print(
        f"{scenario} under {policy}: what a classifier is worth", style="bold", markup=False
    )
    console.print()
    shown = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    shown.add_column("")
    for name in table:
        shown.add_column(name, justify="right")
    for place, first in enumerate(next(iter(table.values()))):
        rows = [rows[place] for rows in table.values()]
        cells = [quantity(first.mean, first.unit, first.half_width)]
        cells += [
            difference(row.difference, row.unit, row.difference_half_width) for row in rows[1:]
        ]
        shown.add_row(first.measure.replace("_", " "), *map(Text, cells))
    console.print(shown)
    console.print()
    console.print(
        "First column: mean ± half width of 95 %; the others: the difference from it on the same mentions.",
        style="dim",
    )

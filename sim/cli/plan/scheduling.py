"""`schedule`: the cheapest shifts that meet every target for sure."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import INTERRUPTED, BadInput, plain_ending, say, say_problems
from floorcast.cli.plan.staffing import write_files

if TYPE_CHECKING:
    from rich.console import Console

NOT_SURE = 3  # a plan was found, but it does not meet every target for sure


def schedule(
    scenario: given.ScenarioFile,
    policy: given.OnePolicy = None,
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep", metavar="N", min=0, max=100_000, show_default=False,
            help="Start from today's shifts and move at most N people or their breaks.",
        ),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            "--time", metavar="DURATION", show_default=False,
            help="Go on looking for cheaper plans for so long in all, such as 1h."
            " Default: until single people bring no more.",
        ),
    ] = None,
    replications: given.Replications = None,
    seed: given.Seed = None,
    jobs: given.Jobs = None,
    cluster: given.Cluster = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.yaml", show_default=False,
            help="Write the scenario with the plan's shifts there. Default: NAME_plan.yaml beside it.",
        ),
    ] = None,
    csv: given.Csv = None,
    xlsx: given.Xlsx = None,
    as_json: given.Json = False,
) -> None:  # fmt: skip
    """Find the cheapest plan from a scenario's shift types that is sure to meet every target."""
    with plain_ending():
        given.check_files(csv, xlsx)
        seconds = _seconds(time)
        if out is not None and out.suffix not in (".yaml", ".yml"):
            raise BadInput(f"--out: found {out}; allowed a file that ends in .yaml")
        if out is not None and not out.parent.is_dir():
            raise BadInput(f"--out: {out}: cannot be written: there is no folder {out.parent}")
        import os

        from floorcast.cli.compiling import compile_first
        from floorcast.cli.progress import Bar
        from floorcast.cli.simulate.tuning import Interrupted as AskedToStop
        from floorcast.planning.programs.tours import NoPlan
        from floorcast.planning.requirement.staffing import NothingToStaff
        from floorcast.planning.shifts import remember, written
        from floorcast.planning.shifts import schedule as planner
        from floorcast.policy import policies_of
        from floorcast.report.workbook import write_text
        from floorcast.scenario import load_scenario
        from floorcast.shipped import SCENARIOS
        from floorcast.study.running.cluster import workers

        read = load_scenario(scenario)
        say_problems(read.warnings)
        rules = policies_of(read, given.given_policies(policy))[0]
        say_problems(rules.warnings)
        # Beside the scenario; what comes with Floorcast is planned into the folder one stands in.
        home = Path() if scenario.resolve().is_relative_to(SCENARIOS.resolve()) else scenario.parent
        out = out or home / f"{scenario.stem}_plan.yaml"
        if out.resolve() == scenario.resolve():
            raise BadInput(f"--out: found {out}, the scenario itself; allowed another file")
        compile_first()
        name = remember.name_of(read.text, rules.text, seed, replications, keep, _engine())
        store = remember.Remembered(Path("results") / "plans" / name)
        with workers(cluster) as pool, Bar("planning") as bar, AskedToStop() as stop:
            priced = any(group.cost_per_hour for group in read.groups.values())
            told = _Told(bar, read.currency if priced else "person-hours")
            try:
                plan = planner.schedule(
                    read,
                    rules,
                    seed=seed,
                    replications=replications,
                    jobs=jobs or os.cpu_count() or 1,
                    pool=pool,
                    keep=keep,
                    seconds=seconds,
                    store=store,
                    on_news=told.news,
                    on_bound=told.bound,
                    progress=bar.advance_to,
                    stop=stop,
                )
            except (NoPlan, NothingToStaff) as nothing:
                raise BadInput(str(nothing)) from None
        document = written.document(plan)
        if as_json:
            json.dump(document, sys.stdout, indent=1, ensure_ascii=False, allow_nan=False)
            sys.stdout.write("\n")
        else:
            show_plan(document, given.page())
            if keep is not None and not plan.sure:
                people = "1 person" if keep == 1 else f"{keep} people"
                say(f"with {people} moved no plan was found that is sure to keep every target; more may: --keep N")
        if store.found:
            before = "1 plan was" if store.found == 1 else f"{store.found} plans were"
            say(f"{before} simulated before", style="dim")
        if store.refused:
            say(f"results/plans cannot be written: {store.refused}; the same command begins anew", style="yellow")
        # After the plan has been shown: where a disk is full, that is all there is of it.
        write_text(out, written.scenario_text(plan))
        tables = {"Shifts": document["shifts"], "Targets": document["verdicts"]}
        write_files(csv, xlsx, "Shifts", tables, document["currency"])
        say(f"the scenario with these shifts: {out}", style="dim")
        if plan.interrupted:
            say("interrupted; this is the best plan so far, and the same command goes on", style="yellow")
            raise typer.Exit(INTERRUPTED)
        if not plan.sure or plan.impossible:
            raise typer.Exit(NOT_SURE)


def _seconds(time: str | None) -> float | None:
    """`--time` in seconds."""
    from floorcast.scenario.read.problems import Wrong
    from floorcast.scenario.read.units import parse_duration

    if time is None:
        return None
    try:
        return parse_duration(time)
    except Wrong as wrong:
        raise BadInput(f"--time: {wrong}") from None


class _Told:
    """Says the best plan so far and the bound above the bar."""

    def __init__(self, bar: Any, unit: str) -> None:
        self._bar, self._unit = bar, f" {unit}" if unit else ""
        self._least: float | None = None

    def news(self, words: str, cost: float | None) -> None:
        """A stage, or a better plan."""
        if cost is None:
            self._bar.say(words)
            return
        least = f"; no plan below {self._least:,.2f}" if self._least else ""
        self._bar.say(f"{words}: {cost:,.2f}{self._unit}{least}")

    def bound(self, cost: float) -> None:
        """The cost below which there is no plan."""
        self._least = cost


def _engine() -> str:
    from floorcast.store.fingerprint import engine_fingerprint

    return engine_fingerprint()


def show_plan(document: dict[str, Any], console: Console) -> None:
    """Print the shifts, the verdicts, and what the plan costs."""
    from floorcast.charts.words import spoken
    from floorcast.cli.plan.pages import shifts_table, verdicts_table

    def line(text: str, style: str = "") -> None:
        console.print(text, style=style, markup=False, highlight=False)

    line(f"{document['scenario']} under {document['policy']}", "bold")
    console.print()
    console.print(shifts_table(document["shifts"]))
    console.print()
    console.print(verdicts_table(document["verdicts"]))
    console.print()
    for text in costs_in_words(document):
        line(text)
    for one in document["out_of_reach"]:
        line(f"Not to be kept: {spoken(one)}.", "red")
    if document["binding"]:
        line(f"What binds: {spoken('; '.join(document['binding']))}.")
    line(
        f"{document['plans_simulated']} plans simulated, {document['replications_simulated']:,} replications in all;"
        f" verdicts of {document['fresh_replications']} fresh ones hold together at 95 %.",
        "dim",
    )


def costs_in_words(document: dict[str, Any]) -> list[str]:
    """What a plan costs, and what none can go below: in money, or in person-hours where no group has a price."""
    money = f" {document['currency']}" if document["currency"] else ""
    alone = document["of_one_day"]
    steady = document["people"] - alone
    parts = [f"{steady:,} {'person' if steady == 1 else 'people'}"] if steady or not alone else []
    parts += [f"{alone:,} {'shift' if alone == 1 else 'shifts'} of one day"] if alone else []
    hours = f"{document['paid_hours']:,.1f} paid hours of {' and '.join(parts)}"
    if document["counted"] == "person_hours":
        parts = [f"{hours}; no group has a cost_per_hour, so the plan is the one with fewest"]
        if abs(document["cost"] - document["paid_hours"]) > 0.05:
            parts.append(f"with their pay they count as {document['cost']:,.1f}")
        unit, digits = " person-hours", 1
    else:
        parts = [f"Cost {document['cost']:,.2f}{money} for {hours}"]
        if document["cost_per_contact"] is not None:
            parts.append(f"{document['cost_per_contact']:,.2f}{money} a contact handled")
        unit, digits = money, 2
    if document["cost_today"] is not None:
        parts.append(f"today's shifts {'have' if digits == 1 else 'cost'} {document['cost_today']:,.{digits}f}{unit}")
    found = ["; ".join(parts) + "."]
    if document["lower_bound"] == 0 and not document["out_of_reach"]:
        found.append("There is no lower bound: from these targets it cannot be told which work they force to be done.")
    elif document["lower_bound"] and document["gap"] is not None:
        verb = "do with" if digits == 1 else "cost"
        bound = f"{document['lower_bound']:,.{digits}f}{unit}"
        found.append(f"No plan can {verb} less than {bound} (a gap of {100 * document['gap']:.1f} %).")
    return found

"""`risk`: the runs behind the means of a study: quantiles, how often an incident runs away, and with how many
people it does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending, say, say_problems
from floorcast.cli.simulate.running_away import find_rare, find_tipping, print_json, table_of

if TYPE_CHECKING:
    from floorcast.store import StudyResult


def risk(
    study: Annotated[
        Path,
        typer.Argument(
            metavar="STUDY|SCENARIO",
            help="A study's folder, or its name in results/; or a scenario, which is then simulated.",
            show_default=False,
        ),
    ],
    tips: Annotated[
        str | None,
        typer.Option(
            "--tips",
            metavar="GROUP",
            help="For a scenario: find the fewest people of this group with whom it runs away in fewer runs than"
            " --below says.",
            show_default=False,
        ),
    ] = None,
    below: Annotated[
        str, typer.Option("--below", metavar="SHARE", help="With --tips: the share of runs in which it may run away.")
    ] = "5 %",
    rare: Annotated[
        bool,
        typer.Option("--rare", help="For a scenario: how likely an incident is that plain runs hardly ever show."),
    ] = False,
    beyond: Annotated[
        int | None,
        typer.Option(
            "--beyond",
            metavar="POSTS",
            min=2,
            max=10_000_000,
            help="With --tips or --rare: posts beyond which an incident runs away. Default: the scenario's `runaway`.",
            show_default=False,
        ),
    ] = None,
    robust: given.Robust = False,
    policy: given.OnePolicy = None,
    replications: given.Replications = None,
    seed: given.Seed = None,
    jobs: given.Jobs = None,
    as_json: given.Json = False,
) -> None:
    """Show how bad it may get: quantiles over runs, and the chance that an incident runs away."""
    with plain_ending():
        scenario = _scenario_of(study)
        if scenario is None and (tips or rare or robust or policy or replications or seed is not None):
            raise BadInput(
                f"{study}: found a study, or nothing of that name; allowed a scenario with --tips, --rare, --robust,"
                " --policy, -n and --seed"
            )
        if scenario is None and not given.folder_of(study).exists():
            raise BadInput(f"{study}: found nothing of that name; allowed a scenario, or the folder of a study")
        if beyond is not None and not (tips or rare):
            raise BadInput("found --beyond without --tips or --rare; allowed together only")
        if tips and (rare or robust) or (rare and robust):
            raise BadInput("found two of --tips, --rare and --robust; allowed one at a time")
        if tips:
            assert scenario is not None
            find_tipping(scenario, tips, _share(below), beyond, policy, replications, seed, jobs, as_json)
        elif rare:
            assert scenario is not None
            find_rare(scenario, beyond, policy, replications, seed, jobs, as_json)
        else:
            _spread(_study(study, scenario, policy, replications, seed, jobs, robust), study, as_json)


def _scenario_of(study: Path) -> Path | None:
    """The scenario that the argument names; None where it names a study."""
    folder = given.folder_of(study)
    found = None if folder.is_dir() else given.scenario_by_name(study)
    return found if found is not None and found.is_file() else None


def _share(text: str) -> float:
    from floorcast.scenario.read.problems import Wrong
    from floorcast.scenario.read.units import parse_share

    try:
        share = parse_share(float(text) if text.strip().replace(".", "", 1).isdigit() else text)
    except Wrong as error:
        raise BadInput(f"--below: {error.findings[0].message}") from None
    if not 0 < share < 1:
        raise BadInput(f"--below: found {text}; allowed a share between 0 and 100 %, such as 5 %")
    return share


def _study(
    study: Path,
    file: Path | None,
    policy: list[Path] | None,
    replications: int | None,
    seed: int | None,
    jobs: int | None,
    robust: bool,
) -> StudyResult:
    """The study named, or that of the scenario named under its policies."""
    from floorcast.store import default_folder, load_study, run_study

    if file is None:
        return load_study(given.folder_of(study))
    from floorcast.cli.compiling import compile_first
    from floorcast.cli.progress import Bar
    from floorcast.policy import policies_of
    from floorcast.policy.checks.unused import doubts_about
    from floorcast.scenario import load_scenario

    scenario = load_scenario(file)
    files = given.given_policies(policy)
    policies = policies_of(scenario, files)
    say_problems(doubts_about(scenario, policies))
    compile_first()
    with Bar("simulating") as bar:
        result = run_study(
            scenario, policies, seed=seed, replications=replications, jobs=jobs, progress=bar.advance_to,
            out=default_folder(scenario, policies, seed),
        )  # fmt: skip
    if robust:
        from floorcast.cli.simulate.robustness import hold

        hold(file, files, result, only_first=False, jobs=jobs)
    return result


def _spread(result: StudyResult, name: Path, as_json: bool) -> None:
    """Quantiles over the runs, and chances; at both ends of what is assumed where that was held against them."""
    from rich.text import Text

    from floorcast.charts.quantities import common_size
    from floorcast.cli.quantities import quantity
    from floorcast.study.risk.spread import chances, spreads

    found = result.study
    rows, happened = spreads(found), chances(found)
    if not rows:
        raise BadInput(f"{name}: found no incidents in this study; allowed a scenario with social media")
    beside = result.beside()
    robust = beside.document
    if as_json:
        print_json({"spread": [vars(row) for row in rows],
                     "chances": [{**vars(one), "share": one.share} for one in happened],
                     "at_ends": robust.get("chances", []), **({"robust": robust} if robust else {})})  # fmt: skip
        return
    page = given.page()
    headings = ("", "", "mean", "least", "10 % below", "half below", "90 % below", "greatest")
    table = table_of("Over the runs", headings, 2)
    for measure in dict.fromkeys(row.measure for row in rows):
        mine = [row for row in rows if row.measure == measure]
        like = common_size(value for row in mine for value in (row.mean, row.p50, row.p90))
        for n, row in enumerate(mine):
            values = (row.mean, row.least, row.p10, row.p50, row.p90, row.greatest)
            cells = [quantity(value, row.unit, None, like) for value in values]
            words = "" if n else measure.replace("_", " ")
            table.add_row(Text(words), Text(row.policy), *cells, end_section=n == len(mine) - 1)
    page.print(table)
    page.print()
    for chance in happened:
        owed = beside.runaway(chance.policy) if chance.measure == "runaway" else ""
        page.print(
            f"{chance.policy}: {chance.what} in {chance.happened} of {chance.runs} runs:"
            f" {quantity(chance.share, 'share')}, exactly between {quantity(chance.low, 'share')} and"
            f" {quantity(chance.high, 'share')} with 95 % confidence"
            + (f"; {owed}" if owed else ""),
            highlight=False, markup=False,
        )  # fmt: skip
    if robust.get("chances"):
        page.print()
        page.print(_at_ends(robust["chances"], found.policies))
        if len(robust["chances"]) % len(found.policies):
            page.print("A dash: the number is of another policy.", style="dim")
    if found.replications and not robust:
        say("a scenario's `risk --robust` says what this owes to the numbers that are assumed", style="dim")


def _at_ends(chances: list[dict[str, Any]], policies: tuple[str, ...]) -> Any:
    from rich.text import Text

    from floorcast.cli.quantities import quantity

    table = table_of("Runs in which an incident runs away, at both ends of each assumed number", ("", "", *policies), 2)
    shares = {(one["number"], one["value"], one["policy"]): one["happened"] / one["runs"] for one in chances}
    above = ""
    for number, value in dict.fromkeys((one["number"], one["value"]) for one in chances):
        found = [shares.get((number, value, policy)) for policy in policies]
        cells = ["–" if share is None else quantity(share, "share") for share in found]
        table.add_row(Text("" if number == above else number), Text(value), *map(Text, cells))
        above = number
    return table

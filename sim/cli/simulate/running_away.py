"""`risk --tips` and `risk --rare`: with how many people an incident no longer runs away, and how likely one is that
plain runs hardly ever show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, say_problems

if TYPE_CHECKING:
    from floorcast.study.risk.splitting import RareChance
    from floorcast.study.risk.tipping import Tipping

MOST_RUNS = 800  # at each number of people, unless told otherwise


def find_tipping(
    file: Path,
    group: str,
    bound: float,
    beyond: int | None,
    policy: list[Path] | None,
    replications: int | None,
    seed: int | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Search the fewest people of a group with whom an incident runs away rarely enough, and print it."""
    from floorcast.study.risk.people import tipping_of

    scenario, chosen, lanes, start = _one(file, policy, jobs, seed)
    if group not in scenario.groups:
        raise BadInput(f"--tips: found {group}; allowed the groups {', '.join(scenario.groups)}")
    posts = scenario.runaway if beyond is None else beyond
    from floorcast.cli.progress import Bar

    with Bar("trying numbers of people") as bar:
        try:
            found = tipping_of(
                scenario, chosen, group, posts, bound, start, replications or MOST_RUNS, jobs=lanes,
                progress=bar.advance_to,
            )  # fmt: skip
        except ValueError as fault:
            raise BadInput(f"--tips: {fault} (-n)") from None
    if as_json:
        document = {"scenario": scenario.name, "policy": chosen.name, "group": group, "beyond": posts, "bound": bound}
        tried = [{**vars(one), "share": one.share} for one in found.tried]
        print_json({**document, "enough": found.enough, "short": found.short, "tried": tried})
        return
    _print_tips(scenario, chosen.name, group, posts, found)


def _print_tips(scenario: Any, policy: str, group: str, posts: int, found: Tipping) -> None:
    from floorcast.cli.quantities import quantity

    page = given.page()
    bound = quantity(found.bound, "share")
    page.print(f"{scenario.name} under {policy}: an incident of more than {posts:,} posts, by people of {group}",
               style="bold", highlight=False, markup=False)  # fmt: skip
    page.print()
    table = table_of("", ("people", "ran away", "of runs", "chance", "surely between", ""), 0)
    for one in found.tried:
        between = f"{quantity(one.low, 'share')} and {quantity(one.high, 'share')}"
        planned = " (as planned)" if one.people == scenario.groups[group].planned_agents else ""
        words = {"below": f"below {bound}", "above": f"not below {bound}", "undecided": "undecided"}[one.verdict]
        share = quantity(one.share, "share")
        table.add_row(f"{one.people}{planned}", f"{one.happened}", f"{one.runs}", share, between, words)
    page.print(table)
    page.print()
    if found.enough is None:
        page.print(
            f"With none of these numbers is it surely in fewer than {bound} of the runs: people of {group} alone do not"
            " prevent it; try another policy, another group, or a statement.",
            highlight=False, markup=False,
        )  # fmt: skip
    else:
        short = "" if found.short is None else f" It tips between {found.short}, with whom it surely is not, and these."
        page.print(
            f"{found.enough} people of {group} are the fewest with whom it runs away in fewer than {bound} of the runs"
            f" for sure.{short}",
            highlight=False, markup=False,
        )  # fmt: skip
    page.print(
        "The same customers with every number of people; all intervals (Clopper and Pearson) hold together at 95 %.",
        style="dim", highlight=False,
    )  # fmt: skip


def find_rare(
    file: Path,
    beyond: int | None,
    policy: list[Path] | None,
    batches: int | None,
    seed: int | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Estimate how likely a large incident is by splitting, and print it."""
    from floorcast.cli.progress import Bar
    from floorcast.model.compile.assemble import assemble
    from floorcast.study.risk.splitting import BATCHES, rare_chance

    scenario, chosen, lanes, start = _one(file, policy, jobs, seed)
    if not assemble(scenario, chosen).social:
        raise BadInput(f"{file}: found no incidents in this scenario; allowed one with social media")
    with Bar("splitting") as bar:
        try:
            found = rare_chance(
                assemble(scenario, chosen), start, scenario.runaway if beyond is None else beyond,
                batches=batches or BATCHES, jobs=lanes, progress=bar.advance_to,
            )  # fmt: skip
        except ValueError as fault:
            raise BadInput(f"--rare: {fault}") from None
    if as_json:
        print_json({"scenario": scenario.name, **{name: _plain(value) for name, value in vars(found).items()}})
    else:
        _print_rare(scenario.name, found, batches or BATCHES)


def _print_rare(scenario: str, found: RareChance, batches: int) -> None:
    import math

    page = given.page()
    page.print(f"{scenario} under {found.policy}: an incident of more than {found.beyond:,} posts",
               style="bold", highlight=False, markup=False)  # fmt: skip
    page.print()
    table = table_of("", ("from runs with", "to", "share that got there"), 0)
    for before, level, share in zip((None, *found.levels), found.levels, found.passed, strict=False):
        start = "the start" if before is None else f"{before:,} posts"
        table.add_row(start, f"{level:,} posts", "–" if math.isnan(share) else f"{100 * share:.1f} %")
    page.print(table)
    page.print()
    if not found.share:
        page.print(f"None of {batches} batches got there: rarer than so few can tell; -n takes more.", highlight=False)
        return
    often = f": once in {1 / found.share:,.0f} runs" if found.share < 0.5 else ""
    page.print(
        f"{found.beyond:,} posts are passed in {_rarely(found.share)} of the runs, between {_rarely(found.low)} and"
        f" {_rarely(found.high)} with 95 % confidence{often}.",
        highlight=False, markup=False,
    )  # fmt: skip
    if not math.isnan(found.worth):
        page.print(
            f"As sure as {found.worth:,.0f} plain runs would be; {found.effort:,.0f} were simulated, the rest of a run"
            " from where it got bad counted as the part of a run that it is.",
            style="dim", highlight=False, markup=False,
        )  # fmt: skip


def _rarely(share: float) -> str:
    return f"{100 * share:.3g} %"


def _one(file: Path, policy: list[Path] | None, jobs: int | None, seed: int | None) -> tuple[Any, Any, int, int]:
    """A scenario, the policy given or its first, threads and seed; ready to simulate."""
    import os

    from floorcast.cli.compiling import compile_first
    from floorcast.policy import policies_of
    from floorcast.policy.checks.unused import doubts_about
    from floorcast.scenario import load_scenario

    scenario = load_scenario(file)
    chosen = policies_of(scenario, given.given_policies(policy))[0]
    say_problems(doubts_about(scenario, [chosen]))
    compile_first()
    return scenario, chosen, jobs or os.cpu_count() or 1, scenario.seed if seed is None else seed


def table_of(title: str, headings: tuple[str, ...], words: int) -> Any:
    """An empty table whose first `words` columns are words and the rest numbers."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, show_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(Text(heading), justify="left" if place < words else "right", overflow="fold")
    return table


def print_json(document: dict[str, Any]) -> None:
    """One JSON document on standard output."""
    import json

    typer.echo(json.dumps(document))


def _plain(value: Any) -> Any:
    """A value that JSON can hold: no number is None."""
    import math

    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value

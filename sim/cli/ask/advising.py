"""`advise`: where the error of a study comes from, and what would make it smaller."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending, say

if TYPE_CHECKING:
    from rich.table import Table

    from floorcast.store import StudyResult
    from floorcast.study.advice import Gain, Need

DAYS_TO_SEE_GROWTH = 3  # of a backlog; below, reading the series is time for nothing


def advise(study: given.StudyFolder) -> None:
    """Say how many replications a study needs, and how much the common customers help."""
    with plain_ending():
        from floorcast.store import load_study
        from floorcast.study.advice import common_numbers, control_variates, needs, to_decide

        result = load_study(given.folder_of(study))
        found = result.study
        if found.replications < 2:
            raise BadInput(f"{study} has {found.replications} replications; advice needs 2 or more")
        console = given.page()
        number = found.replications
        console.print(f"{found.scenario}: {number} replications", style="bold", markup=False)
        for title, table in (
            ("To settle the verdicts now undecided", _need_table(to_decide(found), number)),
            ("For half widths of 1 % point, or 5 % of the mean", _need_table(needs(found), number)),
            (
                "Common customers: variance of a difference divided by",
                _gain_table(common_numbers(found)),
            ),
            (
                "Arrival counts as control variates: variance divided by",
                _gain_table(control_variates(found)),
            ),
        ):
            if table.row_count:
                console.print()
                console.print(title, style="bold")
                console.print(table)
        say_doubts(result, through_time=True)


def say_doubts(result: StudyResult, through_time: bool) -> None:
    """Print what a reader should doubt, by name, on standard error; `through_time` looks for
    backlogs that grow from day to day as well."""
    from floorcast.study.doubts import doubts

    study = result.study
    horizons = {policy: result.horizon(policy) for policy in study.policies} if through_time else {}
    series = {
        policy: result.series(policy)
        for policy, (simulated, _) in horizons.items()
        if simulated >= DAYS_TO_SEE_GROWTH * 86400.0
    }
    policies: dict[str, list[str]] = {}
    for doubt in doubts(study, series, {policy: measured for policy, (_, measured) in horizons.items()}):
        policies.setdefault(doubt.text, []).append(doubt.policy)
    for text, names in policies.items():
        under = ", ".join(dict.fromkeys(name for name in names if name))
        alone = len(study.policies) == 1 or not under
        say(f"note: {text}" if alone else f"note: {under}: {text}", style="yellow")


def _plain_table(*columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place < 3 else "right", overflow="fold")
    return table


def _need_table(needed: Sequence[Need], now: int) -> Table:
    from rich.text import Text

    from floorcast.cli.quantities import quantity

    table = _plain_table("of", "measure", "policy", "half width", "wanted", "replications")
    for need in needed:
        unit = need.row.unit
        number = "out of reach" if need.replications is None else f"{need.replications:,}"
        enough = need.replications is not None and need.replications <= now
        _add(
            table,
            need,
            quantity(need.half_width, unit),
            quantity(need.wanted, unit),
            Text(number, style="green" if enough else "yellow"),
        )
    return table


def _gain_table(gains: Sequence[Gain]) -> Table:
    table = _plain_table("of", "measure", "policy", "divided by")
    for gain in gains:
        _add(
            table, gain, f"{gain.factor:,.1f}" if math.isfinite(gain.factor) else "no luck is left"
        )
    return table


def _add(table: Table, one: Need | Gain, *cells: object) -> None:
    from rich.text import Text

    under = one.policy if one.against is None else f"{one.policy} – {one.against}"
    words = (one.row.of, one.row.measure.replace("_", " "), under)
    texts = (cell if isinstance(cell, Text) else Text(str(cell)) for cell in (*words, *cells))
    table.add_row(*texts)

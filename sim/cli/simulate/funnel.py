"""`funnel`: what became of public posts in a study, by network, tier, sentiment, reach, language, hours and topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending

if TYPE_CHECKING:
    from rich.table import Table

_TITLES = {
    "funnel": "What became of posts",
    "network": "By network",
    "tier": "By tier of value",
    "sentiment": "By sentiment",
    "reach": "By reach",
    "language": "By language",
    "hours": "By business hours",
    "topic": "By topic (a post counts in each of its own)",
}


def funnel(
    study: given.StudyFolder,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="Only by network, tier, sentiment, reach, language, hours or topic.", show_default=False
        ),
    ] = None,
) -> None:
    """Say what became of public posts, and where their time went."""
    with plain_ending():
        from floorcast.store import load_study

        if by is not None and by not in _TITLES:
            raise BadInput(f"--by: found {by}; allowed {', '.join(list(_TITLES)[1:])}")
        document = load_study(given.folder_of(study)).document()
        tables = [table for one in ([by] if by else _TITLES) for table in funnel_tables(document, one)]
        if not tables:
            what = f"no classes of {by}" if by else "no public posts"
            raise BadInput(f"{study}: found {what} in this study")
        page = given.page()
        for table in tables:
            page.print(table)
            page.print()


def funnel_tables(document: Mapping[str, Any], dimension: str) -> list[Table]:
    """A row per measure; a column per policy where there is one class, else a table per policy."""
    found: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for entry in document["measures"]:
        if entry["by"] == dimension:
            found[entry["measure"], entry["of"], entry["policy"]] = entry
    if not found:
        return []
    classes = list(dict.fromkeys(of for _, of, _ in found))
    policies: Sequence[str] = document["policies"]
    title = _TITLES[dimension]
    if len(classes) == 1 and dimension != "funnel":
        return []  # all posts over again
    if len(classes) == 1:
        return [_table(title, found, [(policy, classes[0], policy) for policy in policies])]
    return [
        _table(title if len(policies) == 1 else f"{title}, {policy}", found, [(of, of, policy) for of in classes])
        for policy in policies
    ]


def _table(
    title: str, found: Mapping[tuple[str, str, str], Mapping[str, Any]], columns: Sequence[tuple[str, str, str]]
) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from floorcast.charts.quantities import yardstick
    from floorcast.cli.quantities import quantity
    from floorcast.scenario.catalogue.measures import FUNNEL_MEASURES

    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False
    )
    table.add_column("")
    for heading, _, _ in columns:
        table.add_column(Text(heading), justify="right", overflow="fold")
    for name, unit in FUNNEL_MEASURES:
        row = [found.get((name, of, policy)) for _, of, policy in columns]
        means = [None if entry is None else entry["mean"] for entry in row]
        if not any(means):
            continue
        like = yardstick(means)
        cells = ["" if e is None else quantity(e["mean"], unit, e["half_width"], like) for e in row]
        table.add_row(name.replace("_", " "), *map(Text, cells))
    return table

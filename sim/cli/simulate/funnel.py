"""`funnel`: what became of public posts in a study, by network, tier, sentiment, topic and more, and how soon."""

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
    "hour": "By hour of the day at which they were posted (means)",
    "times": "How soon: share of all posts with a reply of their own within",
    "topic": "By topic (a post counts in each of its own)",
}
_TIMED = ("funnel", "network", "tier", "hours")  # dimensions whose classes are rows of how soon


def funnel(
    study: given.StudyFolder,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            help="Only by network, tier, sentiment, reach, language, hours, hour, topic, or times.",
            show_default=False,
        ),
    ] = None,
    as_json: given.Json = False,
) -> None:
    """Show what became of public posts, and where their time went."""
    with plain_ending():
        from floorcast.store import load_study

        if by is not None and by not in _TITLES:
            raise BadInput(f"--by: found {by}; allowed {', '.join(list(_TITLES)[1:])}")
        document = load_study(given.folder_of(study)).document()
        if as_json:
            _print_json(document, by)
            return
        tables = [table for one in ([by] if by else _TITLES) for table in funnel_tables(document, one)]
        if not tables:
            what = f"no classes of {by}" if by else "no public posts"
            raise BadInput(f"{study}: found {what} in this study")
        page = given.page()
        for table in tables:
            page.print(table)
            page.print()


def funnel_tables(document: Mapping[str, Any], dimension: str) -> list[Table]:
    """A row per measure; a column per policy where there is one class, else a table per policy. Of hours of the day and
    of how soon a row per class."""
    if dimension == "times":
        return [table for policy in document["policies"] if (table := _times(document, policy)) is not None]
    found: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for entry in document["measures"]:
        if entry["by"] == dimension:
            found[entry["measure"], entry["of"], entry["policy"]] = entry
    if not found:
        return []
    classes = list(dict.fromkeys(of for _, of, _ in found))
    policies: Sequence[str] = document["policies"]
    title = _TITLES[dimension]
    if dimension == "hour":
        return [_by_hour(title if len(policies) == 1 else f"{title}, {one}", found, classes, one) for one in policies]
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

    from floorcast.charts.quantities import common_size
    from floorcast.cli.quantities import quantity
    from floorcast.scenario.catalogue.measures import FUNNEL_MEASURES, WITHIN

    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False
    )
    table.add_column("")
    for heading, _, _ in columns:
        table.add_column(Text(heading), justify="right", overflow="fold")
    soon = dict(WITHIN)
    for name, unit in FUNNEL_MEASURES:
        if name in soon:
            continue
        row = [found.get((name, of, policy)) for _, of, policy in columns]
        means = [None if entry is None else entry["mean"] for entry in row]
        if not any(means):
            continue
        like = common_size(means)
        cells = ["" if e is None else quantity(e["mean"], unit, e["half_width"], like) for e in row]
        table.add_row(name.replace("_", " "), *map(Text, cells))
    return table


def _by_hour(
    title: str, found: Mapping[tuple[str, str, str], Mapping[str, Any]], hours: Sequence[str], policy: str
) -> Table:
    """A row per hour of the day; a column per measure that says anything, means alone."""
    from rich.text import Text

    from floorcast.cli.quantities import quantity
    from floorcast.scenario.catalogue.measures import HOUR_MEASURES

    shown = [
        (name, unit) for name, unit in HOUR_MEASURES if any(found[name, of, policy]["mean"] for of in hours)
    ]
    table = _empty(title, [name.replace("_", " ") for name, _ in shown])
    for of in hours:
        entries = [(found[name, of, policy], unit) for name, unit in shown]
        cells = ["–" if e["mean"] is None else quantity(e["mean"], unit) for e, unit in entries]
        table.add_row(of, *map(Text, cells))
    return table


def _times(document: Mapping[str, Any], policy: str) -> Table | None:
    """How soon posts had a reply of their own: a row for all and for each network, tier and for business hours."""
    from rich.text import Text

    from floorcast.cli.quantities import quantity
    from floorcast.scenario.catalogue.measures import WITHIN

    found = {
        (e["by"], e["of"], e["measure"]): e
        for e in document["measures"]
        if e["policy"] == policy and e["by"] in _TIMED and (e["measure"] == "posts" or e["measure"] in dict(WITHIN))
    }
    if not found:
        return None
    title = _TITLES["times"] if len(document["policies"]) == 1 else f"{_TITLES['times']}, {policy}"
    table = _empty(title, [name.removeprefix("within_").replace("_", " ") for name, _ in WITHIN])
    for dimension in _TIMED:
        classes = list(dict.fromkeys(of for by, of, _ in found if by == dimension))
        for of in classes if len(classes) > 1 or dimension == "funnel" else ():
            entries = [found[dimension, of, name] for name, _ in WITHIN]
            cells = ["–" if e["mean"] is None else quantity(e["mean"], "share", e["half_width"]) for e in entries]
            table.add_row(Text(of), *map(Text, cells))
    return table


def _empty(title: str, headings: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False
    )
    table.add_column("")
    for heading in headings:
        table.add_column(heading, justify="right", overflow="fold")
    return table


def _print_json(document: Mapping[str, Any], by: str | None) -> None:
    import json

    wanted = {"times": _TIMED}.get(by or "", (by,)) if by else tuple(_TITLES)
    rows = [entry for entry in document["measures"] if entry["by"] in wanted]
    typer.echo(json.dumps({"scenario": document["scenario"], "policies": document["policies"], "funnel": rows}))

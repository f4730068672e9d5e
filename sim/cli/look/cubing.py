"""`cube`: a study cut by any of its dimensions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli import options as given
from floorcast.cli.faults import BadInput, plain_ending, say

if TYPE_CHECKING:
    from floorcast.store.cube.cut import Cube

ROWS = 200  # shown; the rest is in a file


def cube(
    study: given.StudyFolder,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="DIMENSION,...",
            help="policy, variant, channel, contact_type, group, week, day, weekday, hour, interval; of single"
            " contacts also network, sentiment, reach, reach_class, tier, language, priority_band, end, agent,"
            " campaign, topic, incident, outcome, cause, contact.",
        ),
    ] = "channel",
    measure: Annotated[
        str, typer.Option("--measure", metavar="MEASURE,...",
            help="The measures to show, such as service_level,asa,backlog.")
    ] = "offered,service_level",
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where", metavar="DIMENSION=VALUE,...",
                help="Only these values; repeat it for more dimensions.", show_default=False
        ),
    ] = None,
    across: Annotated[
        str | None,
        typer.Option(
            "--across", metavar="DIMENSION", help="Turn the values of this dimension into columns (for one measure).",
            show_default=False,
        ),
    ] = None,
    replications: Annotated[
        int,
        typer.Option(
            "--replications", "-n", metavar="N", min=1, max=1000,
                help="Replications to simulate again where single contacts are needed."
        ),
    ] = 5,
    csv: given.Csv = None,
    xlsx: given.Xlsx = None,
    as_json: given.Json = False,
) -> None:
    """Cut a study by its dimensions: slice, pivot, and drill down to contacts."""
    with plain_ending():
        from floorcast.report.sheets import cube_sheet
        from floorcast.store.cube.contacts import DIMENSIONS, OF_CONTACTS, cut_contacts
        from floorcast.store.cube.cut import KEPT, cut, known

        folder = given.folder_of(study)
        dimensions = [name.strip() for name in by.split(",") if name.strip()]
        if across is not None and across not in dimensions:
            dimensions.append(across)
        measures = [name.strip() for name in measure.split(",") if name.strip()]
        if across is not None and len(measures) != 1:
            raise BadInput(f"--across: found {len(measures)} measures; allowed one")
        chosen = _chosen(where or [])
        known("dimension", [*dimensions, *chosen], list(dict.fromkeys((*KEPT, *DIMENSIONS))))
        single = [name for name in (*dimensions, *chosen) if name in OF_CONTACTS and name != "group"]
        single += ["replication"] if "replication" in (*dimensions, *chosen) else []
        if single:
            from floorcast.cli.compiling import compile_first

            compile_first()
            found = cut_contacts(folder, dimensions, measures, chosen, replications)
        else:
            found = cut(folder, dimensions, measures, chosen)
        given.write_sheets([cube_sheet(found)], csv, xlsx)
        if as_json:
            typer.echo(json.dumps(_document(found)))
        elif csv is None and xlsx is None:
            _show(found, across)


def _chosen(where: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in where:
        name, sign, values = text.partition("=")
        if not sign or not values:
            raise BadInput(f"--where: found {text!r}; allowed DIMENSION=VALUE, such as channel=phone,chat")
        found.setdefault(name.strip(), []).extend(value.strip() for value in values.split(","))
    return found


def _document(cube: Cube) -> dict[str, Any]:
    from floorcast.study.document import plain

    return {
        "by": list(cube.by),
        "replications": cube.replications,
        "measures": [{"name": one.name, "unit": one.unit} for one in cube.measures],
        "cells": [
            {
                **dict(zip(cube.by, cell.place, strict=True)),
                **{one.name: plain(mean) for one, mean in zip(cube.measures, cell.mean, strict=True)},
                **{f"{o.name}_half_width": plain(w) for o, w in zip(cube.measures, cell.half_width, strict=True)},
            }
            for cell in cube.cells
        ],
    }


def _show(cube: Cube, across: str | None) -> None:
    from floorcast.cli.quantities import quantity
    from floorcast.cli.tables import _add, _table

    page = given.page()
    title = f"{cube.replications} replications; mean ± half width of 95 %"
    if across is None:
        table = _table(title, len(cube.by), *(one.name.replace("_", " ") for one in cube.measures))
        for cell in cube.cells[:ROWS]:
            figures = (
                quantity(mean, one.unit, width)
                for one, mean, width in zip(cube.measures, cell.mean, cell.half_width, strict=True)
            )
            _add(table, *cell.place, *figures)
    else:
        at, ratio = cube.by.index(across), cube.measures[0]
        heads = list(dict.fromkeys(cell.place[at] for cell in cube.cells))
        rows: dict[tuple[str, ...], dict[str, str]] = {}
        for cell in cube.cells:
            rest = cell.place[:at] + cell.place[at + 1 :]
            rows.setdefault(rest, {})[cell.place[at]] = quantity(cell.mean[0], ratio.unit, cell.half_width[0])
        table = _table(f"{ratio.name.replace('_', ' ')}; {title}", len(cube.by) - 1, *heads)
        for rest, figures_of in list(rows.items())[:ROWS]:
            _add(table, *rest, *(figures_of.get(head, "") for head in heads))
    for place, column in enumerate(name for name in cube.by if name != across):
        table.columns[place].header = column
    page.print(table)
    if len(cube.cells) > ROWS and across is None:
        say(f"{len(cube.cells) - ROWS:,} more cells; all of them with --csv FILE or --xlsx FILE", style="dim")

"""`worth`: what an hour, and a skill, is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from floorcast.cli.faults import BadInput, plain_ending
from floorcast.cli.options import (
    Csv,
    Jobs,
    Json,
    OnePolicy,
    Replications,
    ScenarioFile,
    Xlsx,
    check_files,
    given_policies,
    page,
    write_sheets,
)

if TYPE_CHECKING:
    from rich.table import Table

    from floorcast.planning.worth import Cell, Effect, Worth
    from floorcast.report.workbook import Sheet


def worth(
    scenario: ScenarioFile,
    policy: OnePolicy = None,
    group: Annotated[
        list[str] | None,
        typer.Option("--group", metavar="NAME", help="Only this group; repeat it for more.", show_default=False),
    ] = None,
    block: Annotated[
        str, typer.Option("--block", metavar="TIME", help="Length of the blocks of the day to look at: 1h, 2h, 4h, ...")
    ] = "2h",
    teach: Annotated[
        str | None,
        typer.Option(
            "--teach",
            metavar="CHANGE",
            help="A change of skills to price in people, such as 'mail_team teach 10 phone'.",
            show_default=False,
        ),
    ] = None,
    replications: Replications = None,
    jobs: Jobs = None,
    json: Json = False,
    csv: Csv = None,
    xlsx: Xlsx = None,
) -> None:
    """Show what one person more or less is worth, by group and hour, and when training costs least."""
    with plain_ending():
        from floorcast.cli.progress import Bar
        from floorcast.planning.worth import worth as find
        from floorcast.policy import policies_of
        from floorcast.scenario import load_scenario
        from floorcast.scenario.read.problems import Wrong, unknown
        from floorcast.scenario.read.units import DAY, parse_duration

        check_files(csv, xlsx)
        centre = load_scenario(scenario)
        for name in group or ():
            if name not in centre.groups:
                raise BadInput(f"{scenario}: {unknown('group', name, centre.groups)}")
        try:
            length = parse_duration(block)
        except Wrong as fault:
            raise BadInput(f"--block: {fault}") from None
        if length <= 0 or DAY % length:
            raise BadInput(f"--block: found {block}; allowed a time that divides a day, such as 1h or 2h")
        if not centre.targets:
            raise BadInput(f"{scenario}: found no targets, by which an hour is worth something; allowed at least one")
        if not any(centre.groups[name].planned_agents != 0 for name in group or centre.groups):
            raise BadInput(f"{scenario}: found nobody who is there; allowed groups with people on shifts")
        its = policies_of(centre, given_policies(policy))[0]
        with Bar("simulating one person more and one less") as bar:
            found = find(
                centre,
                its,
                block=length,
                groups=group,
                teach=teach,
                replications=replications,
                jobs=jobs or 2,
                progress=bar.advance_to,
            )
        if json:
            import json as writer

            print(writer.dumps(_document(found), indent=2))
        else:
            console = page()
            console.print(_table(found, centre.currency))
            for line in _sentences(found):
                console.print(line, highlight=False)
        write_sheets([_sheet(found, centre.currency)], csv, xlsx)


def _hours(cell: Cell) -> str:
    asked = cell.asked
    return f"{_clock(asked.start)}-{_clock(asked.end)}"


def _clock(seconds: float) -> str:
    return f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}"


def _strongest(cell: Cell) -> Effect | None:
    """The effect that is surest."""
    known = [effect for effect in cell.felt if effect.half_width > 0]
    return max(known, key=lambda e: abs(e.mean) / e.half_width, default=None)


def _in_words(effect: Effect) -> str:
    from floorcast.cli.quantities import difference

    target = effect.target
    text = difference(effect.mean, target.unit, effect.half_width)
    return f"{target.of} {target.measure.replace('_', ' ')} {text}"


def _table(found: Worth, currency: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=f"{found.scenario}, {found.policy}: one person", title_justify="left")
    price = f"cost of one more{f' {currency}' if currency else ''}"
    for heading in ("group", "hours", "there", "one less", "one more", price):
        table.add_column(heading, justify="right" if heading in ("there", price) else "left")
    rows: dict[tuple[str, float], dict[str, Cell]] = {}
    for cell in found.cells:
        rows.setdefault((cell.asked.group, cell.asked.start), {})[cell.asked.direction] = cell
    for both in rows.values():
        one = next(iter(both.values()))
        words = []
        for direction in ("one less", "one more"):
            effect = _strongest(both[direction]) if direction in both else None
            words.append("" if effect is None else _in_words(effect) if effect.sure else "cannot tell yet")
        cost = f"{both['one more'].cost:,.0f}" if "one more" in both else ""
        table.add_row(one.asked.group, _hours(one), f"{one.asked.there:.1f}", *words, cost)
    return table


def _sentences(found: Worth) -> list[str]:
    lines = [
        f"{found.replications} replications, every difference on the same customers, all intervals 95 % together;"
        " of the targets the one that moves most surely is shown, --csv has all"
    ]
    for cell in found.cheapest(1):
        lines.append(
            f"An hour of training, coaching or a meeting costs least for {cell.asked.group}, {_hours(cell)}:"
            f" {_effect_words(cell)}"
        )
    helped = [cell for cell in found.dearest(len(found.cells)) if any(e.sure and e.gain > 0 for e in cell.felt)]
    for cell in helped[:1]:
        lines.append(f"One person more helps most in {cell.asked.group}, {_hours(cell)}: {_effect_words(cell)}")
    if not helped and found.dearest(1):
        lines.append("One person more helps nowhere beyond what chance could explain")
    taught = found.taught
    if taught is not None:
        moved = [_in_words(effect) for effect in taught.effects if effect.sure]
        lines.append(f"{taught.change}: {', '.join(moved) if moved else 'no target moves for sure'}")
        if taught.target is not None:
            name = f"{taught.target.of} {taught.target.measure.replace('_', ' ')}"
            heads = (
                f"{taught.heads} more people in {taught.group}"
                if taught.heads is not None
                else f"more people than were tried in {taught.group}"
            )
            lines.append(f"For {name} that is worth {heads}")
    return lines


def _effect_words(cell: Cell) -> str:
    moved = [_in_words(effect) for effect in cell.felt if effect.sure]
    return ", ".join(moved) if moved else "nothing that chance could not explain"


_COLUMNS = (
    ("group", "", ""), ("from", "", "time of day"), ("to", "", "time of day"), ("one", "", "person less or more"),
    ("days", "", "weekdays on which it is done"), ("there", "people", "mean planned at the start of these hours"),
    ("target of", "", ""), ("measure", "", ""), ("difference", "", "to the scenario as it stands"),
    ("half width", "", "95 %, all differences together"), ("unit", "", "of difference and half width"),
    ("sure", "", "whether chance cannot explain it"), ("cost", "", "paid more over the horizon"),
)  # fmt: skip


def _rows(found: Worth) -> list[list[Any]]:
    from floorcast.planning.worth import DAY_NAMES

    return [
        [
            cell.asked.group, _clock(cell.asked.start), _clock(cell.asked.end), cell.asked.direction,
            " ".join(DAY_NAMES[day] for day in cell.asked.days), cell.asked.there, effect.target.of,
            effect.target.measure, effect.mean, effect.half_width, effect.target.unit, effect.sure, cell.cost,
        ]
        for cell in found.cells
        for effect in cell.effects
    ]  # fmt: skip


def _document(found: Worth) -> dict[str, Any]:
    names = [name.replace(" ", "_") for name, _, _ in _COLUMNS]
    document: dict[str, Any] = {
        "scenario": found.scenario,
        "policy": found.policy,
        "replications": found.replications,
        "effects": [dict(zip(names, row)) for row in _rows(found)],
    }
    if found.taught is not None:
        taught = found.taught
        document["taught"] = {
            "change": taught.change,
            "group": taught.group,
            "heads": taught.heads,
            "effects": [
                {"of": e.target.of, "measure": e.target.measure, "difference": e.mean, "half_width": e.half_width}
                for e in taught.effects
            ],
        }
    return document


def _sheet(found: Worth, currency: str) -> Sheet:
    from floorcast.report.workbook import Column, Sheet

    columns = [
        Column(name, currency if name == "cost" else unit, meaning, name in ("difference", "half width"))
        for name, unit, meaning in _COLUMNS
    ]
    return Sheet("Worth", columns, _rows(found))

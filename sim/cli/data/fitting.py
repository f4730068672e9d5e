"""`floorcast fit`: a history into a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from floorcast.cli.data.backtesting import Channel, HistoryFolder
from floorcast.cli.faults import BadInput, plain_ending

if TYPE_CHECKING:
    from floorcast.history.folder import History


def fit(
    history: HistoryFolder,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder to write.")] = Path("fitted"),
    channel: Channel = None,
    pictures: Annotated[
        bool, typer.Option("--pictures/--no-pictures", help="Also draw fit.html: fit against data.")
    ] = True,
) -> None:
    """Turn a history into a scenario, with the source, cases and interval of every number.

    Arrivals by weekday and half hour, handle times, patience from censored waits, redials, and the
    people of the last seven days with their speed and the time they are not available after contacts. A history in
    which nobody waits on the line (conversations message by message, interval totals, tickets, posts) becomes a
    scenario too.
    """
    with plain_ending():
        from floorcast.cli.options import check_folder, page
        from floorcast.cli.progress import Bar
        from floorcast.history.calls.contacts import waits_on_line
        from floorcast.history.folder import History
        from floorcast.history.written.fitting import fit_history
        from floorcast.history.written.pictures import write_pictures
        from floorcast.history.written.writing import write_scenario
        from floorcast.scenario import load_scenario

        check_folder("--out", out)
        given = History(history)
        if channel is None and not waits_on_line(given):
            _plain(given, out, pictures)
            return
        with Bar("fitting") as bar:
            found = fit_history(given, channel, bar.advance_to)
            if not len(found.contacts.agents):
                raise BadInput(f"{history}: names no agents, so who was there is not known; import a column of agents")
            path = write_scenario(found, out)
            scenario = load_scenario(path)
            drawn = write_pictures(found, out / "fit.html") if pictures else None
        console = page()
        laws = found.laws
        groups = f"{len(scenario.group_names)} group{'' if len(scenario.group_names) == 1 else 's'}"
        lines = [
            f"{path}: {len(scenario.type_names)} contact types, {len(found.contacts.agents)} agents in"
            f" {groups}, from {len(found.contacts):,} contacts of {len(found.days)} days",
        ]
        if laws.given_agents:
            lines.append(f"{laws.given_agents:,} answered contacts had no agent; they were given to one who was free")
        if laws.patience is None:
            lines.append("patience: too few gave up to tell; a sourced default stands in the file")
        if laws.unavailable is None:
            lines.append("time unavailable after contacts: too little to tell; none is in the file")
        if found.redials is None:
            lines.append(
                "redials: no customers' numbers to tell them by; volumes have them in, nobody is made to redial"
            )
        if found.others:
            others = f"{len(found.others)} contact types of other channels"
            lines.append(f"{out / 'others.yaml'}: {others}, to be put into it")
        if found.attendance is None:
            lines.append("absence, lateness: no schedules to tell them by; the roster has people as they were")
        if drawn is not None:
            lines.append(f"{drawn}: fit against data")
        lines.append(f"next: floorcast run {path}")
        for line in lines:
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _plain(history: History, out: Path, pictures: bool) -> None:
    """A history in which nobody waits on the line: emails, posts, conversations or interval totals into a scenario."""
    from floorcast.cli.options import page
    from floorcast.cli.progress import Bar
    from floorcast.history.written.pictures import write_plain_pictures
    from floorcast.history.written.writing_plain import fit_plain, write_plain
    from floorcast.scenario import load_scenario

    with Bar("fitting") as bar:
        found = fit_plain(history)
        bar.advance_to(1, 2)
        source = ", ".join(Path(str(one["file"])).name for one in history.manifest["files"][:3])
        path = write_plain(found, out, source)
        scenario = load_scenario(path)
        drawn = write_plain_pictures(found.types, found.totals, source, out / "fit.html") if pictures else None
        bar.advance_to(2, 2)
    console = page()
    types = len(scenario.type_names)
    lines = [f"{path}: {types} contact type{'' if types == 1 else 's'}; nobody waits on the line in this history"]
    for one in found.talks:
        of = one.name or one.channel
        if one.work is None:
            why = "agents are not known again from one to the next"
            lines.append(f"{of}: {why}, so that work on a turn is not told; a round number stands in the file")
        if one.left_out:
            why = "their agent may have been away"
            lines.append(f"{of}: {one.left_out:,} answers after half an hour of silence tell no work: {why}")
    if any(one.agents is None for one in found.totals) or not (found.spans or found.totals):
        lines.append("people: nothing tells who was there; as many as the work takes stand in the file, put in yours")
    if drawn is not None:
        lines.append(f"{drawn}: fit against data")
    lines.append(f"next: floorcast run {path}")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

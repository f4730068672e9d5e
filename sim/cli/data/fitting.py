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
    """Turn a history into a scenario: scenario.yaml, with source, cases and interval of every number.

    Arrivals by weekday and half hour, handle times, patience from censored waits, redials, and the
    people of the last seven days with their speed and the time they are not available after contacts.
    """
    with plain_ending():
        from floorcast.cli.options import check_folder, page
        from floorcast.cli.progress import Bar
        from floorcast.history.folder import History
        from floorcast.history.written.fitting import fit_history
        from floorcast.history.written.pictures import write_pictures
        from floorcast.history.written.writing import write_scenario
        from floorcast.scenario import load_scenario

        check_folder("--out", out)
        given = History(history)
        if given.has("messages") and not given.has("contacts"):
            _messages_only(given, out)
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


def _messages_only(history: History, out: Path) -> None:
    """A history of nothing but messages: conversations into a scenario."""
    from floorcast.cli.options import page
    from floorcast.cli.progress import Bar
    from floorcast.history.written.writing_messages import fit_messages, write_talks
    from floorcast.scenario import load_scenario

    with Bar("fitting") as bar:
        found = fit_messages(history)
        bar.advance_to(1, 2)
        source = ", ".join(Path(str(one["file"])).name for one in history.manifest["files"][:3])
        path = write_talks(found, out, source)
        load_scenario(path)
        bar.advance_to(2, 2)
    console = page()
    lines = [f"{path}: {len(found.talks)} contact types of conversations, {len(found.spans)} agents"]
    for one in found.talks:
        of = one.name or one.channel
        if one.work is None:
            why = "agents are not known again from one to the next"
            lines.append(f"{of}: {why}, so that work on a turn is not told; a round number stands in the file")
        if one.left_out:
            why = "their agent may have been away"
            lines.append(f"{of}: {one.left_out:,} answers after half an hour of silence tell no work: {why}")
    lines.append("patience: who leaves without an answer sends no message, so nothing tells it; none is in the file")
    lines.append(f"next: floorcast run {path}")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

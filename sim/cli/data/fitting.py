"""`floorcast fit`: a history into a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from floorcast.cli.data.backtesting import Channel, HistoryFolder
from floorcast.cli.faults import BadInput, plain_ending


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
        with Bar("fitting") as bar:
            found = fit_history(History(history), channel, bar.advance_to)
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

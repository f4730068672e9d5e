"""Every command: its group in `--help`, its name, where it is written, and what it does; one row each.

`--help` is written from these rows alone, and a command's module is imported when it is called, so
that help comes at once. `says` is the first sentence of the command's docstring; a test holds them together.
"""

from __future__ import annotations

import textwrap
from typing import NamedTuple

SUMMARY = "Simulate a contact centre: phone, email, chat, messaging and social media."


class Command(NamedTuple):
    """One command; `place` is module:function below `floorcast.cli`. tables: it prints tables, so that it takes
    --csv and --xlsx (of its own, or what it printed)."""

    group: str
    name: str
    place: str
    says: str
    tables: bool = True


# In the order of `--help`: what a newcomer does first stands first.
COMMANDS = (
    Command("Simulate", "run", "simulate.studies:run", "Simulate a scenario under one policy."),
    Command("Simulate", "compare", "simulate.studies:compare", "Simulate a scenario under several policies, or variants of it, on the same customers."),
    Command("Simulate", "show", "simulate.studies:show", "Print a study again."),
    Command("Simulate", "listen", "simulate.listening:listen", "Show what better classifiers of mentions are worth, on the same mentions."),
    Command("Simulate", "funnel", "simulate.funnel:funnel", "Show what became of public posts, and where their time went."),
    Command("Simulate", "risk", "simulate.risk:risk", "Show how bad it may get: quantiles over runs, and the chance that an incident runs away."),
    Command("Simulate", "delay", "simulate.delaying:delay", "Show what each hour of delay of a statement on an incident costs."),
    Command("Plan", "staff", "plan.staffing:staff", "Find how many people each group needs in each interval, and compare with who is there."),
    Command("Plan", "schedule", "plan.scheduling:schedule", "Find the cheapest plan from a scenario's shift types that is sure to meet every target."),
    Command("Plan", "roster", "plan.rostering:roster", "Assign shifts to people: contracts, rest, weekends, days off, leave, wishes, fairness."),
    Command("Plan", "hire", "plan.hiring:hire", "Plan a year ahead: people needed, people there, how many to hire when, and how sure that is."),
    Command("Plan", "worth", "plan.worth:worth", "Show what one person more or less is worth, by group and hour, and when training costs least."),
    Command("Ask", "explain", "ask.explaining:explain", "Explain in plain English what a policy does.", tables=False),
    Command("Ask", "trace", "ask.tracing:trace", "Tell one replication line by line: who does what, when and why.", tables=False),
    Command("Ask", "advise", "ask.advising:advise", "Say how many replications a study needs, and how much the common customers help."),
    Command("Ask", "sensitivity", "simulate.sensing:sensitivity", "Show which input matters most, by changing one at a time to both ends of its range."),
    Command("Ask", "rank", "simulate.ranking:rank", "Choose the best of many policies and variants, with a stated probability of being right."),
    Command("Ask", "tune", "simulate.tuning:tune", "Tune a policy: find the numbers that come closest to all targets, and say what was gained."),
    Command("Data", "import", "data.importing:import_", "Read exports (CSV, XLSX, Parquet, JSON) into HISTORY, which fit, forecast and backtest take.", tables=False),
    Command("Data", "fit", "data.fitting:fit", "Turn a history into a scenario, with the source, cases and interval of every number.", tables=False),
    Command("Data", "forecast", "data.forecasting:forecast", "Forecast the coming weeks by type and half hour, with bands, and compare with the naive forecast."),
    Command("Data", "backtest", "data.backtesting:backtest", "Replay real days (arrivals and people as they were) and compare with what happened."),
    Command("Data", "export", "data.exporting:export", "Export a forecast or a schedule to workforce-management tools.", tables=False),
    Command("Look", "app", "look.page:app_", "Show the web page: compare policies, watch a floor, learn. Ctrl-C ends it.", tables=False),
    Command("Look", "report", "look.reporting:report", "Write a manager's report on a study, plan, roster, forecast or back-test: HTML, PDF or a workbook.", tables=False),
    Command("Look", "cube", "look.cubing:cube", "Cut a study by its dimensions: slice, pivot, and drill down to contacts."),
    Command("Look", "examples", "look.examples:examples", "List the scenarios and policies that come with Floorcast, or copy some to change them.", tables=False),
    Command("Check", "validate", "files.inputs:validate", "Check scenarios and the policies they name; print every problem at once.", tables=False),
    Command("Check", "schema", "files.inputs:schema", "Print the JSON Schema of a kind of file, for editors that complete and check.", tables=False),
    Command("Check", "verify", "ask.verifying:verify", "Check the simulator against theory and published results; status 1 on any disagreement."),
)  # fmt: skip


def help_text(width: int) -> str:
    """What `floorcast --help` prints on a terminal of so many columns."""
    width = max(60, min(width, 110))
    lines = ["", "Usage: floorcast COMMAND [ARGS]...", "", SUMMARY]
    column = max(len(command.name) for command in COMMANDS) + 4
    group = ""
    for command in COMMANDS:
        if command.group != group:
            group = command.group
            lines += ["", group]
        first, *more = textwrap.wrap(command.says, width - column)
        lines.append(f"  {command.name:<{column - 2}}{first}")
        lines += [" " * column + line for line in more]
    lines += [
        "",
        "floorcast COMMAND --help says more about a command; floorcast --version prints the version.",
        "",
    ]
    return "\n".join(lines)

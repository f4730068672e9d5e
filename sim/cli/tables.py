"""A study's document as tables, the same for a study that has just run and for one read from disk."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from floorcast.charts.quantities import common_size
from floorcast.charts.words import own_meaning, spoken
from floorcast.cli.quantities import difference, quantity
from floorcast.cli.simulate.robustness import Notes
from floorcast.scenario.catalogue.channel_kinds import SYNCHRONOUS

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

# What a reader wants first, per kind of row; everything else is in the document and the files.
HEADLINES: dict[str, Sequence[str]] = {
    "all": (
        "offered", "handled", "abandoned", "blocked", "closed_with_another", "contained", "lost", "discarded", "open",
        "occupancy", "cost",
    ),
    "channel": ("service_level", "asa", "first_response_p90", "abandonment", "backlog_end"),
    "group": ("occupancy", "slot_utilisation"),
    "public": (
        "satisfaction",
        "promoter_score",
        "stars",
        "issues_resolved",
        "issues_closed",
        "contacts_per_issue",
        "chasers",
        "repeats",
        "contradicted",
        "answered_elsewhere",
        "needless",
        "went_public",
        "attracted",
        "posts_avoided",
        "incident_size_max",
        "exposure",
        "collateral_first_response",
        "branching_ratio",
        "response_rate",
        "closed_rate",
        "service_level_heard",
        "deflection",
        "containment",
        "missed",
        "noise_work",
    ),
    "people": (
        "customers", "mood", "churned", "churn_rate", "worth_lost", "came_again", "reputation",
    ),
    "surveys": (
        "survey_score", "survey_half_width", "survey_bias", "survey_holds", "survey_promoters", "survey_response",
    ),
    "priority": ("offered", "response_rate", "answered_in_time", "first_response_mean", "next_reply_mean"),
    "campaign": ("offered", "response_rate", "first_response_mean", "attracted", "exposure"),
    "line": ("in_force", "times_begun", "first_begun", "statement_after"),
}
_TITLES = {
    "all": "In all",
    "channel": "Channels",
    "group": "Groups",
    "public": "Customers and the public",
    "people": "Customers over several issues",
    "surveys": "What surveys say of it",
    "priority": "Emails, messages and posts by priority",
    "campaign": "Campaigns",
    "line": "Supervision",
}
_WHERE_THERE_ARE = ("stars",)
_ROWS_OF = {"public": "all", "people": "all", "surveys": "all"}  # a table of its own, from the rows of everything
COLOURS = {
    "met": "green",
    "better": "green",
    "missed": "red",
    "worse": "red",
    "undecided": "yellow",
    "the same": "dim",
    "cannot tell yet": "yellow",
}
MARKS = {"met": "✓", "better": "✓", "missed": "✗", "worse": "✗", "undecided": "?",
         "the same": "=", "cannot tell yet": "?"}  # fmt: skip


def show_document(document: Document, console: Console) -> None:
    """Print headline measures, targets and differences of a study."""
    console.print(_title(document), highlight=False)
    notes = Notes(document.get("robust"))
    tables = (
        *(_measures(document, by) for by in HEADLINES),
        _spread(document),
        _targets(document, notes),
        _differences(document, notes),
    )
    for table in tables:
        if table is not None and table.row_count:
            console.print()
            console.print(table)
    notes.print(console)
    if money := _money(document):
        console.print()
        console.print(money, highlight=False, markup=False)
    legend = []
    if document["targets"]:
        legend.append(f"Targets: {_legend('met', 'missed', 'undecided')}.")
    if document["differences"]:
        legend.append(f"Differences: {_legend('better', 'worse', 'the same', 'cannot tell yet')}.")
    if legend:
        legend.append("The verdicts of a table hold together at 95 % confidence.")
    speed = document["speed"]
    if speed["seconds_simulating"]:
        legend.append(
            f"{speed['contacts']:,.0f} contacts in {speed['seconds_simulating']:.1f} s of simulating."
        )
    console.print()
    console.print(" ".join(legend), style="dim", highlight=False, markup=False)


def _money(document: Document) -> str:
    """What each policy costs in all and by the contact; empty where nothing has a price."""
    means = {
        (entry["policy"], entry["measure"]): entry["mean"]
        for entry in document["measures"]
        if entry["by"] == "all" and entry["measure"] in ("cost", "handled")
    }
    unit = f" {document.get('currency') or ''}".rstrip()
    parts = []
    for policy in document["policies"]:
        cost, handled = means.get((policy, "cost")), means.get((policy, "handled"))
        if cost:
            each = f", {cost / handled:,.2f}{unit} a contact handled" if handled else ""
            name = f"{policy} " if len(document["policies"]) > 1 else ""
            parts.append(f"{name}{cost:,.0f}{unit}{each}")
    return f"Cost: {'; '.join(parts)}." if parts else ""


def _spread(document: Document) -> Table | None:
    """What a mean hides: what a tenth, half and nine tenths of the runs are below, of what runs away."""
    rows = [row for row in document.get("spread", ()) if row["p90"]]
    if not rows:
        return None
    table = _table("What runs away, over the runs", 2, "10 % below", "half below", "90 % below")
    for measure in dict.fromkeys(row["measure"] for row in rows):
        mine = [row for row in rows if row["measure"] == measure]
        for n, row in enumerate(mine):
            like = max(abs(row[key] or 0.0) for key in ("p10", "p50", "p90"))
            cells = [quantity(row[key], row["unit"], None, like) for key in ("p10", "p50", "p90")]
            name = "" if n else measure.replace("_", " ")
            table.add_row(Text(name), Text(row["policy"]), *cells, end_section=n == len(mine) - 1)
    return table


def _title(document: Document) -> Text:
    text = Text(str(document["scenario"]), style="bold")
    number = document["replications"]
    text.append(f"  {number} replication{'s' if number != 1 else ''}", style="not bold")
    return text.append(f", seed {document['seed']}; mean ± half width of 95 %", style="not bold")


def _table(title: str, labels: int, *columns: str) -> Table:
    """An empty table whose first `labels` columns are words and the rest numbers."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    for _ in range(labels):
        table.add_column("", overflow="fold")
    for column in columns:
        table.add_column(Text(column), justify="right", overflow="fold")
    return table


def _measures(document: Document, by: str) -> Table | None:
    """One row per thing measured where there is one policy; per thing and measure where more."""
    policies: Sequence[str] = document["policies"]
    found: dict[str, dict[str, dict[str, Entry]]] = {}  # of -> measure -> policy
    for entry in document["measures"]:
        if entry["by"] == _ROWS_OF.get(by, by) and entry["measure"] in HEADLINES[by]:
            by_measure = found.setdefault(entry["of"], {})
            by_measure.setdefault(entry["measure"], {})[entry["policy"]] = entry
    kinds = document.get("channels", {})
    told = {of: _telling(by, measures, kinds.get(of)) for of, measures in found.items()}
    shown = [name for name in HEADLINES[by] if any(name in names for names in told.values())]
    if not shown:
        return None
    title = _TITLES[by]
    if len(policies) == 1:
        table = _table(title, 1, *(_words(name, by) for name in shown))
        for of, names in told.items():
            cells = (
                _value(found[of][name][policies[0]]) if name in names else "" for name in shown
            )
            _add(table, of, *cells)
        return table
    table = _table(title, 2, *policies)
    for of, names in told.items():
        for place, name in enumerate(names):
            entries = [found[of][name].get(policy) for policy in policies]
            like = common_size(None if entry is None else entry["mean"] for entry in entries)
            values = (_value(entry, like) for entry in entries)
            last = place == len(names) - 1 and len(shown) > 1
            _add(table, "" if place else of, _words(name, by), *values, end_section=last)
    return table


def _telling(by: str, measures: Mapping[str, Mapping[str, Entry]], kind: str | None) -> list[str]:
    """The headline measures that say something about one thing, in their order.

    Not those that are 0 throughout, but for how soon somebody answers, nor stars where nothing has any; and of phone
    and chat how soon they are answered, of any other channel how soon they have a reply.
    """
    names = [
        name
        for name in HEADLINES[by]
        if any(
            (entry["mean"] != 0 or (name == "asa" and by == "channel"))
            and not (entry["mean"] is None and name in _WHERE_THERE_ARE)
            for entry in measures.get(name, {}).values()
        )
    ]
    if by == "channel":
        spoken = kind in SYNCHRONOUS if kind else "abandonment" in names
        other = "first_response_p90" if spoken else "asa"
        names = [name for name in names if name != other]
    return names


def _targets(document: Document, notes: Notes) -> Table | None:
    policies: Sequence[str] = document["policies"]
    found = {
        (entry["by"], entry["of"], entry["target"], entry["policy"]): entry
        for entry in document["targets"]
    }
    if not found:
        return None
    table = _table("Targets", 2, *policies)
    for by, of, target in dict.fromkeys(key[:3] for key in found):
        row = [found.get((by, of, target, policy)) for policy in policies]
        unit = next((one["unit"] for one in row if one and "unit" in one), None)
        unit = _unit_of(document, by, of, target) if unit is None else unit
        like = common_size(None if entry is None else entry["mean"] for entry in row)
        served = f" ({own_meaning('service_level', by)})" if by == "group" and _is_level(target) else ""
        cells = [_judged(entry, unit, like) for entry in row]
        for cell, entry in zip(cells, row, strict=True):
            if entry is not None:
                cell.append(notes.beside(entry))
        _add(table, of, _words(target) + served, *cells)
    return table


def _is_level(target: str) -> bool:
    """Whether a target's text is about a service level."""
    return bool(own_meaning(target.split(" ", 1)[0], "group"))


def _differences(document: Document, notes: Notes) -> Table | None:
    entries: Sequence[Entry] = document["differences"]
    if not entries:
        return None
    units = {
        (entry["measure"], entry["by"], entry["of"]): entry["unit"]
        for entry in document["measures"]
    }
    found = {
        ((entry["of"], entry["by"], entry["measure"]), (entry["policy"], entry["against"])): entry
        for entry in entries
    }
    pairs = list(dict.fromkeys(pair for _, pair in found))
    rows = list(dict.fromkeys(row for row, _ in found))
    table = _table("Differences", 2, *(f"{policy}\n– {against}" for policy, against in pairs))
    above = None
    for of, by, measure in rows:
        cells = []
        row = [found.get(((of, by, measure), pair)) for pair in pairs]
        like = common_size(None if entry is None else entry["mean"] for entry in row)
        for entry in row:
            unit = units.get((measure, by, of), "")
            cells.append(
                Text("")
                if entry is None
                else _marked(difference(entry["mean"], unit, entry["half_width"], like), entry["verdict"]).append(
                    notes.beside(entry)
                )
            )
        _add(table, "" if (of, by) == above else of, _words(measure, by), *cells)
        above = (of, by)
    return table


def _add(table: Table, *cells: str | Text, end_section: bool = False) -> None:
    """Add a row of plain text: a name such as `[team]` is no markup."""
    texts = (Text(cell) if isinstance(cell, str) else cell for cell in cells)
    table.add_row(*texts, end_section=end_section)


def _value(entry: Entry | None, like: float | None = None) -> str:
    return "" if entry is None else quantity(_mean(entry), entry["unit"], entry["half_width"], like)


def _mean(entry: Entry) -> float | None:
    """A mean; infinite for a percentile that was not reached, which JSON cannot say."""
    found: float | None = math.inf if entry.get("not_reached") else entry["mean"]
    return found


def _unit_of(document: Document, by: str, of: str, target: str) -> str:
    """The unit of the measure that a target's text begins with."""
    names = {
        entry["measure"]: entry["unit"]
        for entry in document["measures"]
        if entry["by"] == by and entry["of"] == of and target.startswith(f"{entry['measure']} ")
    }
    return str(names[max(names, key=len)]) if names else ""


def _judged(entry: Entry | None, unit: str, like: float | None) -> Text:
    if entry is None:
        return Text("")
    text = quantity(_mean(entry), unit, entry["half_width"], like)
    if entry.get("periods"):
        number = entry["periods"]
        said = f" ({entry['worst']} is worst; {number['met']} of {sum(number.values())} met)"
        return _marked(text, entry["verdict"]).append(said)
    return _marked(text, entry["verdict"])


def _marked(text: str, verdict: str) -> Text:
    return Text(f"{text} {MARKS.get(verdict, verdict)}", style=COLOURS.get(verdict, ""))


def _legend(*verdicts: str) -> str:
    return ", ".join(f"{MARKS[verdict]} {verdict}" for verdict in verdicts)


def _words(measure: str, by: str = "") -> str:
    """A measure's words; service levels by what tells them apart."""
    return f"{spoken(measure).replace('_', ' ')} {own_meaning(measure, by)}".strip()

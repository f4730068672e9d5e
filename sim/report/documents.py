"""Reports for managers on plans, rosters, forecasts and back-tests, made from the JSON that their commands print.

Each has a row in `KINDS`: the keys by which it is recognised, and the function that turns it into a `Paper`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from floorcast.charts.quantities import estimate
from floorcast.charts.words import human, target_words
from floorcast.history.folder import is_history
from floorcast.planning.columns import COLUMNS
from floorcast.report.meanings import (
    CAUSES,
    FIGURE_UNITS,
    HANDLE_TIMES,
    column,
    figure,
    figure_name,
)
from floorcast.report.story import Contents, Picture, Table
from floorcast.report.workbook import Sheet
from floorcast.scenario.read.problems import InputErrors, Problem

Document = dict[str, Any]
_MOST_ROWS = 60
_MOST_PICTURES = 12
_MOST_WEEKS = 6
_TONES = {"met": "good", "missed": "bad"}


@dataclass(frozen=True)
class Paper(Contents):
    """Everything that a report on something other than a study says."""

    sheets: list[Sheet]
    pictures: list[Picture] = field(default_factory=list)
    start: datetime = datetime(2000, 1, 1)


@dataclass(frozen=True)
class _Curve:
    """A line of a picture: seconds since the start, values and half widths of its band [n]."""

    start: NDArray[np.float64]
    mean: NDArray[np.float64]
    half_width: NDArray[np.float64]


def paper_of(path: Path) -> Paper:
    """The report on a JSON document of staff, schedule, roster or backtest, or on the folder of a forecast.

    Raises InputErrors for what is neither.
    """
    if path.is_dir():
        return _forecast(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        raise _wrong(path, f"is a scenario; floorcast run {path} makes a study of it, which report takes")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        allowed = "allowed what staff, schedule, roster or backtest print with --json, or the folder of a study or forecast"
        raise _wrong(path, f"is no JSON document ({error}); {allowed}") from None
    for kind in KINDS:
        if isinstance(document, dict) and kind.keys <= document.keys():
            try:
                return kind.tell(document)
            except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
                raise _wrong(
                    path, f"is damaged: of a document of {kind.name}, {fault} is not what it should be"
                ) from None
    names = ", ".join(f"floorcast {kind.name} --json" for kind in KINDS)
    raise _wrong(path, f"found a document of something else; allowed what {names} prints")


def check_reported(folder: Path) -> None:
    """Raise InputErrors for folders of other commands, with what reports on them."""
    if is_history(folder):
        raise _wrong(folder, f"is a history; floorcast fit {folder} draws what was fitted, floorcast backtest {folder} --json"
                     " and floorcast forecast give what report takes")  # fmt: skip
    if (folder / "scenario.yaml").is_file() and not (folder / "manifest.json").is_file():
        raise _wrong(folder, f"is a scenario with its files; floorcast run {folder / 'scenario.yaml'} makes a study of it, which report takes")


def is_forecast(folder: Path) -> bool:
    """Whether a folder is what `floorcast forecast` wrote."""
    return (folder / "days.csv").is_file() and (folder / "arrivals.yaml").is_file()


def _wrong(path: Path, message: str) -> InputErrors:
    return InputErrors([Problem(str(path), None, "", message)])


def _back_test(document: Document) -> Paper:
    figures, days = document["figures"], document["days"]
    floor = {key: one["error"] / one["chance"] if one["chance"] else float("nan") for key, one in figures.items()}
    worst = max(figures, key=lambda key: floor[key] if floor[key] == floor[key] else 0.0)
    inside = {key: one["inside"] for key, one in figures.items()}
    least = min(inside, key=lambda key: inside[key])
    why = document.get("misses_explained", {}).get("alone", {})
    answer = [
        f"On {len(days)} days that the laws were not fitted on, predictions missed the day's figures by"
        f" {figure('wait', figures['wait']['error'])} of wait and"
        f" {figure('abandonment', figures['abandonment']['error'])} of abandonment on average.",
        f"Chance alone leaves {figure('wait', figures['wait']['chance'])} and"
        f" {figure('abandonment', figures['abandonment']['chance'])}; the error that is largest beside it is that of"
        f" {figure_name(worst)}, {floor[worst]:.1f} times as large.",
        f"Of the half hours at least {100 * inside[least]:.0f} % lie in their 90 % bands (fewest by {figure_name(least)}).",
    ]
    table = Table(
        "Predicted against what happened",
        ("Figure of the day", "Mean error", "Chance leaves", "Bias", "Half hours in the 90 % band"),
        tuple(
            (figure_name(key), figure(key, one["error"]), figure(key, one["chance"]), figure(key, one["bias"], sign=True),
             f"{100 * one['inside']:.0f} % (a true model {100 * one['inside_true']:.0f} %)")
            for key, one in figures.items()
        ),
        tuple("good" if one["inside"] >= one["inside_true"] - 0.05 else "open" for one in figures.values()),
    )  # fmt: skip
    start = datetime.fromisoformat(days[0]["date"])
    at = np.array([(datetime.fromisoformat(one["date"]) - start).total_seconds() for one in days])
    pictures = []
    for key in figures:
        was, predicted, chance = (
            np.array([_number(day[f"{key}_{end}"]) for day in days]) for end in ("was", "predicted", "chance")
        )
        curves = (_Curve(at, was, np.zeros(len(at))), _Curve(at, predicted, 2 * chance))
        pictures.append(
            Picture(f"{figure_name(key).capitalize()}, day by day", FIGURE_UNITS[key], ("what happened", "as predicted"), curves)
        )
    without = document.get("without") or {}
    causes = ", ".join(f"{CAUSES.get(name, name)} {100 * share:.0f} %" for name, share in sorted(why.items(), key=lambda one: -one[1]))
    return Paper(
        "Back-test", f"{len(days)} days, {document['replications']} replications of each",
        "How near do simulated days come to real ones that the model has not seen?", tuple(answer), (table,),
        "A back-test costs nothing but time.",
        ("Each day was simulated with laws fitted on other days only.",
         "Beside every error stands the one that a true model would have by chance; bands in the pictures are twice as wide.",
         *((f"Days that were otherwise than their laws explain of the misses of waits: {causes}.",) if causes else ())),
        ("Arrivals and the people who were there are taken as they were: errors of a volume forecast come on top.",
         *((HANDLE_TIMES[document["handle_times"]],) if "handle_times" in document else ()),
         *(f"Without {name}, the wait is missed by {figure('wait', one['wait']['error'])}." for name, one in without.items())),
        ("What the data do not tell: outages, announcements, meetings.",),
        [Sheet("Figures", [column(name) for name in ("figure", "error", "chance", "bias", "inside", "inside_true")],
               [[figure_name(key), *one.values()] for key, one in figures.items()]),
         _rows_sheet("Days", days, dates=("date",))],
        pictures, start,
    )  # fmt: skip


def _schedule(document: Document) -> Paper:
    hours = document.get("counted") == "person_hours"  # no group has a price
    money = " person-hours" if hours else f" {document.get('currency') or ''}".rstrip()
    verdicts, shifts = document["verdicts"], document["shifts"]
    met = sum(one["verdict"] == "met" for one in verdicts)
    today = document.get("cost_today")
    alone = document.get("of_one_day", 0)
    who = f"{document['people'] - alone:,} people" + (f" and {_counted(alone, 'shift')} of one day" if alone else "")
    answer = [
        f"{who} on {_counted(len(shifts), 'kind')} of shifts keep {met} of {_counted(len(verdicts), 'target')}"
        f"{' for sure' if document['sure'] else ', though not for sure'}.",
        f"The plan costs {document['cost']:,.0f}{money}"
        + (f"; today's shifts cost {today:,.0f}{money}, {_more(today - document['cost'])}." if today is not None else "."),
        f"No plan can cost less than {document['lower_bound']:,.0f}{money}." if document.get("lower_bound") else
        "How much less another plan could cost is not known.",
    ]  # fmt: skip
    return Paper(
        f"Plan for {document['scenario']}",
        f"checked on {document['fresh_replications']:,} fresh replications; {document['plans_simulated']} plans simulated",
        f"Which shifts meet every target of {document['scenario']} at the lowest cost?", tuple(answer),
        (_verdicts(verdicts), _table("Shifts", shifts)),
        f"{document['cost']:,.0f}{money}, {document['paid_hours']:,.1f} paid hours"
        + (f", {document['cost_per_contact']:,.2f}{money} per contact handled" if document.get("cost_per_contact") else "") + ".",
        ("The verdicts come from replications that the search had not seen.",
         *(f"Binding: {target_words(one)}." for one in document.get("binding", ())),
         *(f"Out of reach of any plan: {target_words(one)}." for one in document.get("out_of_reach", ()))),
        (f"Policy: {document['policy']}.", "People, shift types and prices as the scenario has them."),
        ("Who takes which shift: floorcast roster gives shifts to people.",),
        [_rows_sheet("Shifts", shifts), _rows_sheet("Targets", verdicts)],
    )  # fmt: skip


def _roster(document: Document) -> Paper:
    lines = document["roster"]
    given = [(name, day, shift) for name, days in lines.items() for day, shift in days.items()]
    days = sorted({day for _, day, _ in given})
    proof = (
        "It is proved that no roster costs less."
        if document["proved"]
        else f"No roster can cost less than {document['bound']:,.0f}; this one costs {document['cost']:,.0f}."
    )
    heads = ("Person", "Shifts", "First day", "Last day", "Which")
    rows = tuple(
        (name, str(len(own)), min(own, default="–"), max(own, default="–"),
         ", ".join(f"{shift} {list(own.values()).count(shift)}" for shift in dict.fromkeys(own.values())))
        for name, own in lines.items()
    )  # fmt: skip
    parts = "; ".join(f"{words} {cost:,}" for words, cost in document["parts"].items() if cost)
    period = f"{days[0]} to {days[-1]}" if days else "no days"
    return Paper(
        f"Roster {human(document['name'])}", period, "Who works when, and what do wishes and rules cost?",
        (f"{len(given)} shifts are given to {len(lines)} people, {period}.", proof,
         f"Its cost of {document['cost']:,} is made of {parts}." if parts else "It costs nothing: every wish and rule is kept."),
        (*_weeks(lines, days), Table("People", heads, rows)), f"Cost in points of the rules: {document['cost']:,}.",
        ("Hard rules are kept by every roster; soft ones have the cost that the file gives them.",),
        ("Contracts, rules, wishes and leave as the file of people has them.",),
        ("Sickness and swaps after the roster is published.",),
        [Sheet("Roster", [column("person"), column("date"), column("shift")],
               [[name, datetime.fromisoformat(day).date(), shift] for name, day, shift in given])],
    )  # fmt: skip


def _weeks(lines: Mapping[str, Mapping[str, str]], days: Sequence[str]) -> tuple[Table, ...]:
    """Who works what on which day, a table a week."""
    if not days:
        return ()
    first, last = (datetime.fromisoformat(one) for one in (days[0], days[-1]))
    monday = first - timedelta(days=first.weekday())
    tables = []
    for week in range(min((last - monday).days // 7 + 1, _MOST_WEEKS)):
        dates = [monday + timedelta(days=7 * week + day) for day in range(7)]
        rows = tuple(
            (name, *(own.get(f"{one:%Y-%m-%d}", "·") for one in dates)) for name, own in list(lines.items())[:_MOST_ROWS]
        )
        tables.append(Table(f"Week of {dates[0]:%Y-%m-%d}", ("Person", *(f"{one:%a} {one.day}" for one in dates)), rows))
    return tuple(tables)


def _staffing(document: Document) -> Paper:
    groups = document["groups"]
    short = [one for one in groups if one["under_h"] > 0.05 * max(one["required_h"], 1e-9)]
    total, there = (sum(one[name] for one in groups) for name in ("required_h", "present_h"))
    money = document.get("currency") or ""
    answer = (
        f"{total:,.1f} hours of presence are needed, {there:,.1f} are there.",
        "Short by more than a twentieth: " + ", ".join(f"{human(one['group'])} ({one['under_h']:,.1f} h)" for one in short) + "."
        if short else "No group is short by more than a twentieth of its hours.",
        f"{_counted(len(document['out_of_reach']), 'target')} cannot be kept in some intervals, whoever is there."
        if document["out_of_reach"] else "No target is out of reach.",
    )  # fmt: skip
    heads = ("Group", "Required h", "There h", "Over h", "Short h")
    rows = tuple(
        (human(one["group"]), *(f"{one[name]:,.1f}" for name in ("required_h", "present_h", "over_h", "under_h")))
        for one in groups
    )
    tables = ("intervals", "demand", "service", "groups", "over_the_horizon")
    start, pictures = _needed_and_there(document["intervals"])
    cost = sum(one["required_cost"] for one in groups)
    return Paper(
        f"People for {document['scenario']}", f"{document['replications']} replications, seed {document['seed']}",
        "How many people does each group need in each interval, and how many are there?", answer,
        (Table("Groups", heads, rows, tuple("bad" if one in short else "good" for one in groups)),
         *_today_and_required(document["over_the_horizon"]), *_missed(document["intervals"])),
        f"What is required costs {cost:,.0f} {money}".rstrip() + ".",
        ("Requirements were found by simulation, all channels and groups together.",),
        (f"Policy: {document['policy']}.",), ("Shift types: floorcast schedule covers the requirement with shifts.",),
        [_rows_sheet(name.replace("_", " ").capitalize(), _listed(document[name]), own=COLUMNS) for name in tables if document.get(name)],
        pictures, start,
    )  # fmt: skip


def _today_and_required(rows: Sequence[Mapping[str, Any]]) -> tuple[Table, ...]:
    """Every target over the whole time, with today's people and with those required."""
    said = tuple(
        (f"{human(one['of'])}, {target_words(one['target'])}",
         *(text for key in ("today", "with_required")
           for text in (estimate(_number(one[key]), _number(one[f"{key}_half_width"]), one["unit"]), one[f"{key}_verdict"])))
        for one in rows
    )  # fmt: skip
    heads = ("Target", "Today", "", "With those required", "")
    return (Table("Targets over the whole time", heads, said, tuple(_TONES.get(row[-1], "open") for row in said)),) if said else ()


def _missed(rows: Sequence[Mapping[str, Any]]) -> tuple[Table, ...]:
    """The intervals in which today's people miss a target beyond chance, with the groups that are short in them."""
    missed = [row for row in rows if row.get("missed")]
    short = [row for row in missed if row["required"] > row["present"]]
    when = {row["start"] for row in short}
    alone = {row["start"]: row for row in missed if row["start"] not in when}  # short of nobody, and missed still
    said = tuple(
        (row["start"], *((human(row["group"]), f"{row['required']:,g}", f"{row['present']:,.1f}") if row["start"] in when
                         else ("no group is short", "", "")), target_words(row["missed"]))
        for row in sorted([*short, *alone.values()], key=lambda row: str(row["start"]))
    )  # fmt: skip
    more = f" (the first {_MOST_ROWS} of {len(said)}; all are in the workbook)" if len(said) > _MOST_ROWS else ""
    heads = ("Interval", "Group", "Required", "There", "Missed")
    return (Table("Missed today beyond chance" + more, heads, said[:_MOST_ROWS], ("bad",) * len(said)),) if said else ()


def _needed_and_there(rows: Sequence[Mapping[str, Any]]) -> tuple[datetime, list[Picture]]:
    """When the intervals begin, and a picture for each group."""
    start = min(datetime.fromisoformat(row["start"]) for row in rows)
    found = []
    for group in list(dict.fromkeys(row["group"] for row in rows))[:_MOST_PICTURES]:
        own = [row for row in rows if row["group"] == group]
        at = np.array([(datetime.fromisoformat(row["start"]) - start).total_seconds() for row in own])
        none = np.zeros(len(own))
        curves = tuple(
            _Curve(at, np.array([_number(row[key]) for row in own]), none) for key in ("required", "present")
        )
        title = f"{human(group)}: people required and there"
        found.append(Picture(title, "", ("required", "there"), curves, steps=True))
    return start, found


def _listed(rows: Any) -> list[Mapping[str, Any]]:
    return rows if isinstance(rows, list) else [rows]


def _forecast(folder: Path) -> Paper:
    if not is_forecast(folder):
        raise _wrong(folder, "is neither a study nor a forecast; allowed the folder that floorcast forecast wrote")
    with (folder / "days.csv").open(encoding="utf-8", newline="") as stream:
        rows: list[Document] = [
            {key: value if key in ("date", "type", "way", "holiday") else float(value) for key, value in row.items()}
            for row in csv.DictReader(stream)
        ]
    types = list(dict.fromkeys(row["type"] for row in rows))
    dates = sorted({row["date"] for row in rows})
    start = datetime.fromisoformat(dates[0])
    pictures, table = [], []
    for name in types:
        own = [row for row in rows if row["type"] == name]
        at = np.array([(datetime.fromisoformat(row["date"]) - start).total_seconds() for row in own])
        mean, low, high, naive = (
            np.array([row[key] for row in own]) for key in ("forecast", "low_80", "high_80", "naive")
        )
        curves = (_Curve(at, mean, (high - low) / 2), _Curve(at, naive, np.zeros(len(at))))
        pictures.append(Picture(f"{name}: contacts a day, 80 % band", "", ("forecast", "as a week ago"), curves))
        table.append(
            (name, own[0]["way"], f"{mean.sum():,.0f}", f"{low.sum():,.0f} to {high.sum():,.0f}", f"{naive.sum():,.0f}")
        )
    total = sum(row["forecast"] for row in rows)
    busiest = max(dates, key=lambda day: sum(row["forecast"] for row in rows if row["date"] == day))
    most = sum(row["forecast"] for row in rows if row["date"] == busiest)
    used = sum(row[1] != "naive" for row in table)
    holidays = sorted({(row["date"], row["holiday"]) for row in rows if row["holiday"]})
    return Paper(
        "Forecast", f"{dates[0]} to {dates[-1]}, {len(types)} contact types", "How many contacts will come in the coming weeks?",
        (f"{total:,.0f} contacts are expected from {dates[0]} to {dates[-1]}.", f"The busiest day is {busiest} with {most:,.0f}.",
         f"For {used} of {len(types)} types a method beats the naive forecast (as a week ago) on days it had not seen; the"
         " others use the naive one."),
        (Table("By type", ("Type", "Method", "Contacts", "80 % band, added up", "Naive"), tuple(table)),),
        "A forecast has no cost.",
        ("Bands hold four of five days. Added up they are wider than needed, since errors of days partly cancel.",
         "The method of each type was chosen by rolling origin: tested on days after those it was fitted on."),
        tuple(f"{day} is {name}." for day, name in holidays) or ("No public holidays were asked for.",),
        ("What the past has not seen: new products, outages, campaigns that were not named.",),
        [_rows_sheet("Days", rows, dates=("date",))], pictures, start,
    )  # fmt: skip


def _verdicts(verdicts: Sequence[Mapping[str, Any]]) -> Table:
    rows = tuple(
        (target_words(one["target"]), _value(one["mean"], one["unit"]), f"± {_value(one['half_width'], one['unit'])}", one["verdict"])
        for one in verdicts
    )
    return Table(
        "Targets",
        ("Target", "Estimate", "Half width", "Verdict"),
        rows,
        tuple(_TONES.get(row[-1], "open") for row in rows),
    )


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    heads = tuple(rows[0]) if rows else ("",)
    shown = tuple(tuple(_plain(row[name]) for name in heads) for row in rows[:_MOST_ROWS])
    more = f" (the first {_MOST_ROWS} of {len(rows)}; all are in the workbook)" if len(rows) > _MOST_ROWS else ""
    return Table(title + more, tuple(human(name) for name in heads), shown)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _more(difference: float) -> str:
    """How much more or less something costs than the plan."""
    return "as much" if round(difference) == 0 else f"{abs(difference):,.0f} {'more' if difference > 0 else 'less'}"


def _rows_sheet(
    name: str, rows: Sequence[Mapping[str, Any]], dates: Iterable[str] = (), own: Mapping[str, tuple[str, str]] | None = None
) -> Sheet:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    as_date = set(dates)

    def cell(key: str, value: Any) -> Any:
        if key in as_date:
            return datetime.fromisoformat(value).date()
        if isinstance(value, str) and len(value) >= 16 and value[4:5] == "-" and value[13:14] == ":":
            return datetime.fromisoformat(value)
        return value if isinstance(value, int | float | str | None) else _plain(value)

    return Sheet(name, [column(key, own) for key in columns], [[cell(key, row.get(key)) for key in columns] for row in rows])


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _value(value: Any, unit: str) -> str:
    return "–" if value is None else estimate(float(value), None, unit)


class _Kind(NamedTuple):
    """What a command prints as JSON, told by its keys."""

    name: str
    keys: frozenset[str]
    tell: Callable[[Document], Paper]


KINDS = (
    _Kind("backtest", frozenset({"figures", "days", "folds"}), _back_test),
    _Kind("schedule", frozenset({"shifts", "verdicts", "lower_bound"}), _schedule),
    _Kind("roster", frozenset({"roster", "proved", "parts"}), _roster),
    _Kind("staff", frozenset({"intervals", "groups", "over_the_horizon"}), _staffing),
)

"""A history without contacts that wait on the line as a scenario: letters, posts, conversations and interval totals."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from floorcast.history.calls.contacts import Floats
from floorcast.history.folder import AT, History
from floorcast.history.others.conversations import Talk, spans_of, talks_of
from floorcast.history.others.totals import Totals, totals_of
from floorcast.history.others.types import Other, other_types
from floorcast.history.written.intervals import (
    other_numbers,
    talk_numbers,
    total_numbers,
    write_rows,
)
from floorcast.history.written.writing_others import (
    channel_lines,
    kind_of,
    name_of,
    quoted,
    type_lines,
    write_table,
)
from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS, SYNCHRONOUS
from floorcast.scenario.read.problems import InputErrors, Problem
from floorcast.scenario.read.units import write_duration

_WEEK = 7
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL = 0.8  # occupancy at which people are sized of whom the history says nothing
_WORK = 300.0  # seconds; a round number, where nothing tells


@dataclass(frozen=True)
class PlainFit:
    """Conversations, types told by single contacts or messages, types told by interval totals; by agent when it was there
    (seconds since 1970), where messages tell it; the last day."""

    talks: tuple[Talk, ...]
    types: tuple[Other, ...]
    totals: tuple[Totals, ...]
    spans: dict[str, list[tuple[float, float]]]
    last: date


def fit_plain(history: History) -> PlainFit:
    """Fit a history in which nobody waits on the line. Raises InputErrors where there is too little of everything."""
    talks = talks_of(history)
    types = other_types(history, "", talks)
    totals = totals_of(history)
    if not types and not totals:
        has = ", ".join(f"{n:,} {grain}" for grain, n in history.manifest["counts"].items() if n)
        message = f"has too little to fit ({has}): a type needs 30 contacts, posts or conversations begun by customers, or interval totals"
        raise InputErrors([Problem(str(history.folder), None, "", message)])
    connection = history.connect()
    grains = [grain for grain in AT if history.has(grain) and grain != "activities"]
    bounds = [connection.execute(f"SELECT max({AT[grain]}) FROM {grain}").fetchone() for grain in grains]
    last = max(row[0] for row in bounds if row and row[0] is not None).date()
    known = any(one.held is not None for one in talks)
    return PlainFit(tuple(talks), tuple(types), tuple(totals), spans_of(history, talks) if known else {}, last)


def write_plain(fit: PlainFit, out: Path, source: str) -> Path:
    """Write scenario.yaml, its CSVs and numbers.csv; a week, with the agents of the last seven days where they are known."""
    out.mkdir(parents=True, exist_ok=True)
    first = fit.last - timedelta(days=_WEEK - 1)
    write_table(fit.types, out)
    _write_totals(fit.totals, out)
    write_rows([*other_numbers(fit.types), *total_numbers(fit.totals), *talk_numbers(fit.talks)], out / "numbers.csv")
    lines = [
        f"# Fitted by floorcast fit on {source}. It has no single waits on the line, so that there is no patience to tell.",
        "# Behind every number: n cases [95 % interval]; all of them with their source stand in numbers.csv.",
        "name: contacts as they were",
        f"start: {first} 00:00",
        f"days: {_WEEK}",
        "interval: 30 min",
        "channels:",
        *channel_lines(fit.types),
        *_total_channels(fit),
        "contact_types:",
    ]
    for other in fit.types:
        lines += type_lines(other)
    for total in fit.totals:
        lines += _total_lines(total, _name(fit, total))
    lines += ["groups:", *_groups(fit, first, out), *_targets(fit)]
    path = out / "scenario.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _name(fit: PlainFit, total: Totals) -> str:
    """What the scenario calls a type of totals; other types of the name go first."""
    taken = {name_of(one) for one in fit.types} | {one.name for one in fit.totals if one is not total}
    return f"{total.channel} {total.name}" if total.name in taken else total.name


def _total_channels(fit: PlainFit) -> list[str]:
    known = {one.channel for one in fit.types}
    channels = [one for one in dict.fromkeys(total.channel for total in fit.totals) if one not in known]
    return [f"  {quoted(one)}: {{kind: {kind_of(one)}}}" for one in channels]


def _write_totals(totals: Sequence[Totals], out: Path) -> None:
    (out / "intervals.csv").unlink(missing_ok=True)
    if not totals:
        return
    columns: dict[str, Floats] = {}
    for one in totals:
        tables = {"": one.mean, " low": one.low, " high": one.high, " agents": one.agents}
        columns |= {f"{one.channel} {one.name}{what}": table for what, table in tables.items() if table is not None}
    with (out / "intervals.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["weekday", "start", *columns])
        for weekday, day in enumerate(_DAYS):
            for place in range(48):
                writer.writerow([day, _clock(place), *(f"{table[weekday, place]:.5g}" for table in columns.values())])


def _clock(place: int) -> str:
    return f"{place // 2:02d}:{30 * (place % 2):02d}"


def _rows(one: Totals, what: str = "") -> str:
    return f"{{per: 30 min, csv: intervals.csv, weekday: weekday, start: start, value: {quoted(f'{one.channel} {one.name}{what}')}}}"


def _total_lines(one: Totals, name: str) -> list[str]:
    lines = [
        f"  {quoted(name)}:",
        f"    channel: {quoted(one.channel)}",
        f"    skills: [{quoted(name)}]",
        f"    # {one.contacts:,.0f} contacts in {one.intervals:,} intervals; days differ by a factor of cv {one.cv:.3f}"
        f" [{one.cv_interval[0]:.3f}, {one.cv_interval[1]:.3f}] beyond Poisson",
        "    arrivals:",
        f"      - rate: {_rows(one)}",
    ]
    if one.cv >= 1e-3:
        lines.append(f"        day_factor: {{cv: {one.cv:.4g}}}")
    if one.handle is None:
        lines += [f"    # handle time unknown: no totals of it; put in yours. Default: {_WORK / 60:g} min, a round number", f"    work: {_WORK:g}s"]
    else:
        mean, low, high = one.handle
        lines += [
            f"    # mean {mean:.4g} s [{low:.4g}, {high:.4g}], n {one.contacts:,.0f}; what totals vary by tells the scv of one contact",
            f"    work: {{lognormal: {{mean: {mean:.4g}s, scv: {min(max(one.scv, 0.01), 10):.3g}}}}}",
        ]
        if one.hours is not None:
            hours = ", ".join(f'"{hour:02d}:00": {value:.4g}' for hour, value in enumerate(one.hours))
            lines += ["    # by hour, which differ by more than chance", f"    work_mean: {{per: 1h, daily: {{{hours}}}}}"]
    if one.channel in SYNCHRONOUS:
        lines += [
            "    # totals do not tell how long who gave up had waited; default: mean 350 to 450 s (Anonymous Bank, 1999)",
            "    patience: {exponential: 400s}",
        ]
    return lines


def _groups(fit: PlainFit, first: date, out: Path) -> list[str]:
    lines: list[str] = []
    for one in fit.totals:
        lines += _of_totals(one, _name(fit, one))
    told = {talk.channel for talk in fit.talks if talk.held is not None} if fit.spans else set()
    (out / "roster.csv").unlink(missing_ok=True)
    if told:
        held = {c: max(t.held[0] for t in fit.talks if t.channel == c and t.held is not None) for c in sorted(told)}
        agents = _roster(fit, first, out)
        lines += [
            f"  writing:  # {agents} agents, there from their first message to their last; a silence through which a question waited is a break",
            f"    channels: {{{', '.join(f'{quoted(channel)}: {most}' for channel, most in held.items())}}}",
            "    roster: {csv: roster.csv, agent: agent, start: start, end: end}",
        ]
    rest = [one for one in fit.types if one.channel not in told]
    if rest:
        lines += _of_load(rest)
    return lines


def _targets(fit: PlainFit) -> list[str]:
    lines = ["targets:  # the industry's usual ones; put yours in their place"]
    named = [*(one.channel for one in fit.types), *(one.channel for one in fit.totals)]
    for channel in dict.fromkeys(named):
        within = write_duration(CHANNEL_KINDS[kind_of(channel)].answer_within)
        lines.append(f"  - {{of: {quoted(channel)}, measure: service_level, within: {within}, at_least: 80 %}}")
    return lines


def _of_totals(one: Totals, name: str) -> list[str]:
    head = [f"  {quoted(f'{name} team')}:"]
    tail = [f"    channels: [{quoted(one.channel)}]", f"    skills: [{quoted(name)}]"]
    if one.agents is not None:
        rows = f"    headcount: {_rows(one, ' agents')}"
        return [*head, *tail, "    # staff as the intervals have it, mean by weekday and half hour", rows]
    work = one.handle[0] if one.handle else _WORK
    return [*head, *tail, *_sized(one.mean * work)]


def _of_load(types: Sequence[Other]) -> list[str]:
    load = np.zeros((7, 48))
    for one in types:
        load += one.mean * (float(one.handle.mean()) if one.handle is not None else _WORK * float(one.turns.mean() if one.turns is not None else 1))
    channels = ", ".join(quoted(one) for one in dict.fromkeys(one.channel for one in types))
    return ["  answering:", f"    channels: [{channels}]", *_sized(load)]


def _sized(seconds: Floats) -> list[str]:
    """People of whom the history says nothing: from the first to the last half hour of work as many as it takes."""
    busy = np.flatnonzero(seconds.sum(axis=0))
    first, last = int(busy[0]), int(busy[-1]) + 1
    most = float(seconds.sum(axis=1).max()) / (1800.0 * (last - first))
    agents = max(int(np.ceil(most / _FULL)), 1)
    return [
        f"    # who is there is unknown: as many as the busiest weekday's work takes at {100 * _FULL:.0f} % occupancy; put in yours",
        f"    shifts: [{{agents: {agents}, start: '{_clock(first)}', length: {(last - first) / 2:g}h}}]",
    ]


def _roster(fit: PlainFit, first: date, out: Path) -> int:
    seen: set[str] = set()
    rows = []
    for agent, spans in fit.spans.items():
        for span in spans:
            start, end = (datetime.fromtimestamp(one, UTC) for one in span)
            if start.date() >= first and end > start:
                rows.append((start, agent, f"{start:%Y-%m-%d %H:%M:%S}", f"{end:%Y-%m-%d %H:%M:%S}"))
                seen.add(agent)
    with (out / "roster.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["agent", "start", "end"])
        writer.writerows((agent, start, end) for _, agent, start, end in sorted(rows))
    return len(seen)

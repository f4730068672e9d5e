"""A history of nothing but messages as a scenario: conversations, and who was there to answer them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from floorcast.history.fit.conversations import Talk, spans_of, talks_of
from floorcast.history.fit.others import Other, other_types
from floorcast.history.folder import History
from floorcast.history.written.intervals import talk_numbers, write_rows
from floorcast.history.written.writing_others import channel_lines, quoted, type_lines, write_others
from floorcast.scenario.read.problems import InputErrors, Problem

_WEEK = 7


@dataclass(frozen=True)
class FittedTalks:
    """What messages tell: conversations by type, by agent when it was there (seconds since 1970), other types."""

    talks: tuple[Talk, ...]
    types: tuple[Other, ...]
    spans: dict[str, list[tuple[float, float]]]


def fit_messages(history: History) -> FittedTalks:
    """Fit a history that has messages and no contacts. Raises InputErrors where they are too few, or no agent is known."""
    talks = talks_of(history)
    if not talks:
        raise InputErrors([Problem(str(history.folder), None, "", "has too few conversations begun by customers; 30 of a type are needed")])
    if all(one.held is None for one in talks):
        message = "does not tell agents apart from conversation to conversation, so who was there is not known; import a column of agents"
        raise InputErrors([Problem(str(history.folder), None, "", message)])
    return FittedTalks(tuple(talks), tuple(other_types(history, "", talks)), spans_of(history))


def write_talks(fit: FittedTalks, out: Path, source: str) -> Path:
    """Write scenario.yaml, others.csv, roster.csv and numbers.csv; the last seven days' agents are the roster."""
    out.mkdir(parents=True, exist_ok=True)
    channels = {one.channel for one in fit.talks}
    mine = [one for one in fit.types if one.channel in channels]
    others = [one for one in fit.types if one.channel not in channels]
    write_others(mine, out)  # others.csv has the arrivals of all that is written
    (out / "others.yaml").unlink()
    if others:
        write_others([*mine, *others], out)
    last = max(datetime.fromtimestamp(span[1], UTC).date() for own in fit.spans.values() for span in own)
    first = last - timedelta(days=_WEEK - 1)
    agents = _roster(fit, first, out)
    write_rows(talk_numbers(fit.talks), out / "numbers.csv")
    lines = [
        f"# Fitted by floorcast fit on {source}: {sum(len(one.began) for one in fit.talks):,} conversations, message by message.",
        "# Behind every number: n cases [95 % interval]; all of them with their source stand in numbers.csv.",
        "name: conversations as they were",
        f"start: {first} 00:00",
        f"days: {_WEEK}  # the last seven days of the history: its people are in roster.csv, by date",
        "interval: 30 min",
        "channels:",
        *channel_lines(mine),
        "contact_types:",
    ]
    for one in mine:
        lines += type_lines(one)
    held = {one.channel: max(t.held[0] for t in fit.talks if t.channel == one.channel and t.held is not None) for one in fit.talks if one.held}
    held |= dict.fromkeys(channels - held.keys(), 1)
    lines += [
        "groups:",
        f"  team:  # {agents} agents, there from their first message to their last; a silence of over half an hour is a break",
        f"    channels: {{{', '.join(f'{quoted(channel)}: {most}' for channel, most in held.items())}}}",
        "    roster: {csv: roster.csv, agent: agent, start: start, end: end}",
    ]
    path = out / "scenario.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _roster(fit: FittedTalks, first: date, out: Path) -> int:
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

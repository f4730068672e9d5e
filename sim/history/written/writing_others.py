"""`others.yaml`: contacts of other channels, fitted as far as the history tells them, to be put into a scenario."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from floorcast.history.calls.contacts import Floats
from floorcast.history.others.types import Other, values_of
from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PUBLIC = next(row.name for row in CHANNEL_KINDS.values() if row.public)  # networks have names of their own
_UNKNOWN = (
    "unknown: no export of these channels has it; put in yours. Default: 5 min, a round number that nothing was measured for"
)


def write_others(others: Sequence[Other], out: Path) -> Path | None:
    """Write `others.yaml` and `others.csv`; None when there are none."""
    (out / "others.yaml").unlink(missing_ok=True)
    write_table(others, out)
    if not others:
        return None
    lines = [
        "# Contacts of other channels: put them into scenario.yaml, and the channels into those of a group.",
        "# Behind every number: n cases [95 % interval].",
        "channels:",
    ]
    lines += channel_lines(others)
    lines.append("contact_types:")
    for one in others:
        lines += type_lines(one)
    path = out / "others.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_table(others: Sequence[Other], out: Path) -> None:
    """`others.csv`: mean contacts by weekday and half hour, a column per type; none when there are none."""
    (out / "others.csv").unlink(missing_ok=True)
    if not others:
        return
    with (out / "others.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["weekday", "start", *(name_of(one) for one in others)])
        for weekday, day in enumerate(_DAYS):
            for place in range(48):
                clock = f"{place // 2:02d}:{30 * (place % 2):02d}"
                writer.writerow([day, clock, *(f"{one.mean[weekday, place]:.4g}" for one in others)])


def name_of(one: Other) -> str:
    """What a scenario calls the type."""
    return one.name if one.name.lower() == one.channel.lower() else f"{one.channel} {one.name}"


def kind_of(channel: str) -> str:
    """The kind of a channel of a history: its own, or that of posts."""
    return channel if channel in CHANNEL_KINDS else _PUBLIC


def channel_lines(others: Sequence[Other]) -> list[str]:
    """The channels; where messages tell how many conversations an agent has at once, a slot is held through its thinking."""
    lines = []
    for channel in dict.fromkeys(one.channel for one in others):
        kind = kind_of(channel)
        known = [one.held for one in others if one.channel == channel and one.held is not None]
        keeps = ", holds_slot: true" if known and not CHANNEL_KINDS[kind].synchronous and kind != _PUBLIC else ""
        lines.append(f"  {quoted(channel)}: {{kind: {kind}{keeps}}}")
        if known:
            most, mean, cases = max(known)
            lines.append(f"  # held at once by an agent: {mean:.2f} on average, at most {most} in 95 % of beginnings, n {cases:,}")
    return lines


def talk_lines(turns: Floats, work: Floats | None, think: Floats | None) -> list[str]:
    """Turns, the work on one and thinking, as messages tell them."""
    lines = [f"    # replies of agents: mean {_interval(turns, '')}", f"    turns: {_counts(turns)}"]
    if think is not None and len(think) > 1:
        lines += [f"    # thinking before the next question: mean {_interval(think, ' s')}", f"    think: {_law(think, 's')}"]
    if work is not None:
        lines += [f"    # work on a turn, waiting for the agent left out: mean {_interval(work, ' s')}", f"    work: {_law(work, 's')}"]
    return lines


def type_lines(one: Other) -> list[str]:
    """A contact type with its numbers, their cases and intervals beside them."""
    low, high = (one.contacts + by * 1.96 * np.sqrt(one.contacts) for by in (-1, 1))
    lines = [
        f"  {quoted(name_of(one))}:",
        f"    channel: {quoted(one.channel)}",
        f"    # {one.contacts / one.days:.1f} a day [{low / one.days:.1f}, {high / one.days:.1f}], n {one.contacts:,} contacts of {one.days} days",
        "    arrivals:",
        f"      - rate: {{per: 30 min, csv: others.csv, weekday: weekday, start: start, value: {quoted(name_of(one))}}}",
    ]
    each = 1.0
    if one.think is not None and one.turns is not None:
        each = float(one.turns.mean())
        lines += talk_lines(one.turns, one.work, one.think)
    elif one.turns is not None and one.turns.mean() > 1:
        each = float(one.turns.mean())
        lines += [
            f"    # replies of agents: mean {_interval(one.turns, '')}",
            f"    turns: {_counts(one.turns)}",
            "    # time between an answer and the next question: unknown without the instants of single messages (import them);",
            "    # default: none, so that the next question is there at once",
        ]
    if one.handle is None and one.work is None:
        lines += [f"    # handle time {_UNKNOWN}", "    work: 5 min"]
    elif one.handle is not None and one.work is None:
        what = "handle time" if each == 1 else f"handle time, over {each:.1f} replies"
        lines += [f"    # {what}: mean {_interval(one.handle, ' s')}", f"    work: {_law(one.handle / each, 's')}"]
    if one.reply is not None:
        middle = float(np.median(one.reply))
        lines.append(f"    # first reply: median {middle / 60:.0f} min, mean {_interval(one.reply / 60, ' min')}; what it was, not what is promised")
    return lines


def _interval(values: Floats, unit: str) -> str:
    mean, half = float(values.mean()), 1.96 * float(values.std(ddof=1)) / np.sqrt(len(values))
    return f"{mean:.3g}{unit} [{mean - half:.3g}, {mean + half:.3g}], n {len(values):,}"


def _counts(turns: Floats) -> str:
    values, cases = np.unique(np.clip(turns, 1, 60_000).astype(np.int64), return_counts=True)
    return f"{{empirical: {{values: [{', '.join(map(str, values))}], weights: [{', '.join(map(str, cases))}]}}}}"


def law_of(values: Floats) -> Floats:
    """A law as equally likely values with the mean of the data: quantiles alone lose some of the longest."""
    points = np.maximum(values_of(values), 0.1)
    return np.asarray(points * (max(float(values.mean()), 0.1) / points.mean()))


def _law(values: Floats, unit: str) -> str:
    texts = ", ".join(f"{one:.4g}{unit}" for one in law_of(values))
    return f"{{empirical: {{values: [{texts}]}}}}"


def quoted(name: str) -> str:
    """A name as YAML."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'

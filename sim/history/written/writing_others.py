"""`others.yaml`: contacts of other channels, fitted as far as the history tells them, to be put into a scenario."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from floorcast.history.calls.contacts import Floats
from floorcast.history.fit.others import Other, values_of
from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PUBLIC = next(row.name for row in CHANNEL_KINDS.values() if row.public)  # networks have names of their own
_UNKNOWN = (
    "unknown: no export of these channels has it; put in yours. Default: 5 min, a round number that nothing was measured for"
)


def write_others(others: Sequence[Other], out: Path) -> Path | None:
    """Write `others.yaml` and `others.csv`; None when there are none."""
    for name in ("others.yaml", "others.csv"):
        (out / name).unlink(missing_ok=True)
    if not others:
        return None
    with (out / "others.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["weekday", "start", *(name_of(one) for one in others)])
        for weekday, day in enumerate(_DAYS):
            for place in range(48):
                clock = f"{place // 2:02d}:{30 * (place % 2):02d}"
                writer.writerow([day, clock, *(f"{one.mean[weekday, place]:.4g}" for one in others)])
    lines = [
        "# Contacts of other channels: put them into scenario.yaml, and the channels into those of a group.",
        "# Behind every number: n cases [95 % interval].",
        "channels:",
    ]
    lines += [f"  {quoted(channel)}: {{kind: {channel if channel in CHANNEL_KINDS else _PUBLIC}}}" for channel in dict.fromkeys(o.channel for o in others)]
    lines.append("contact_types:")
    for one in others:
        lines += _of(one)
    path = out / "others.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def name_of(one: Other) -> str:
    """What a scenario calls the type."""
    return one.name if one.name.lower() == one.channel.lower() else f"{one.channel} {one.name}"


def _of(one: Other) -> list[str]:
    low, high = (one.contacts + by * 1.96 * np.sqrt(one.contacts) for by in (-1, 1))
    lines = [
        f"  {quoted(name_of(one))}:",
        f"    channel: {quoted(one.channel)}",
        f"    # {one.contacts / one.days:.1f} a day [{low / one.days:.1f}, {high / one.days:.1f}], n {one.contacts:,} contacts of {one.days} days",
        "    arrivals:",
        f"      - rate: {{per: 30 min, csv: others.csv, weekday: weekday, start: start, value: {quoted(name_of(one))}}}",
    ]
    each = 1.0
    if one.turns is not None and one.turns.mean() > 1:
        each = float(one.turns.mean())
        lines += [
            f"    # replies of agents: mean {_interval(one.turns, '')}",
            f"    turns: {_law(np.maximum(one.turns, 1), '')}",
            "    # time between an answer and the next question: unknown, since exports have no instants of single messages;",
            "    # default: none, so that the next question is there at once",
        ]
    if one.handle is None:
        lines += [f"    # handle time {_UNKNOWN}", "    work: 5 min"]
    else:
        what = "handle time" if each == 1 else f"handle time, over {each:.1f} replies"
        lines += [f"    # {what}: mean {_interval(one.handle, ' s')}", f"    work: {_law(one.handle / each, 's')}"]
    if one.reply is not None:
        middle = float(np.median(one.reply))
        lines.append(f"    # first reply: median {middle / 60:.0f} min, mean {_interval(one.reply / 60, ' min')}; what it was, not what is promised")
    return lines


def _interval(values: Floats, unit: str) -> str:
    mean, half = float(values.mean()), 1.96 * float(values.std(ddof=1)) / np.sqrt(len(values))
    return f"{mean:.3g}{unit} [{mean - half:.3g}, {mean + half:.3g}], n {len(values):,}"


def _law(values: Floats, unit: str) -> str:
    texts = ", ".join(f"{max(one, 0.1):.4g}{unit}" for one in values_of(values))
    return f"{{empirical: {{values: [{texts}]}}}}"


def quoted(name: str) -> str:
    """A name as YAML."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'

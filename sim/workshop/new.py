"""A scenario from the answers to five questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from floorcast.workshop.days import arrivals_of
from floorcast.workshop.draft import dumped

SHAPES: dict[str, tuple[float, ...]] = {  # the share of a day's contacts by hour, up to a factor
    "even over opening hours": (1.0,) * 24,
    "most in the morning": (1, 1, 1, 1, 1, 2, 4, 7, 11, 14, 14, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 2, 1, 1),
    "two peaks": (1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 9, 7, 6, 8, 11, 12, 10, 8, 6, 4, 3, 2, 1, 1),
    "most in the evening": (1, 1, 1, 1, 1, 1, 2, 3, 5, 6, 6, 6, 7, 7, 7, 8, 9, 11, 13, 14, 13, 9, 5, 2),
}


@dataclass(frozen=True)
class Channel:
    """What was answered of one channel. ``counts``: contacts by interval of the day, pasted from a sheet; else
    ``a_day`` of them in a ``shape``, between ``opens`` and ``closes`` (hours)."""

    kind: str
    a_day: float
    shape: str
    handle_time: str
    patience: str | None
    within: str
    in_time: int  # per cent
    opens: int
    closes: int
    counts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Team:
    """Who is there: so many people of a team on a shift from ``start`` (hour), ``hours`` long, on some channels."""

    name: str
    channels: tuple[str, ...]
    people: int
    start: int
    hours: float


def new_scenario(name: str, start: date, days: int, channels: Sequence[Channel], teams: Sequence[Team]) -> str:
    """The scenario's file. The loader judges it."""
    data: dict[str, Any] = {"name": name, "start": start.isoformat(), "days": days, "replications": 20}
    data["channels"] = {
        one.kind: {"kind": one.kind, "open": _hours(one), "answer_within": one.within} for one in channels
    }
    data["contact_types"] = {f"{one.kind}_contacts": _contacts(one) for one in channels}
    data["groups"] = {
        one.name: {
            "channels": list(one.channels),
            **({"slots": {"total": 1}} if len(one.channels) > 1 else {}),  # one contact at a time in all
            "shifts": [{"agents": one.people, "start": f"{one.start:02d}:00", "length": f"{one.hours:g}h"}],
        }
        for one in teams
    }
    data["targets"] = [
        {"of": one.kind, "measure": "service_level", "within": one.within, "at_least": f"{one.in_time} %"}
        for one in channels
    ]
    return dumped(data)


def pasted(text: str) -> tuple[float, ...]:
    """A column of numbers from a sheet: one a line, decimal comma or point. Raises ValueError in a sentence."""
    found = []
    for number, line in enumerate(text.replace("\t", "\n").replace(";", "\n").splitlines(), 1):
        cell = line.strip().replace(" ", "").replace("\u202f", "")
        if not cell:
            continue
        try:
            value = float(cell.replace(",", "."))
        except ValueError:
            raise ValueError(f"line {number}: found {line.strip()!r}; allowed a number") from None
        if not 0 <= value < 1e6:
            raise ValueError(f"line {number}: found {line.strip()!r}; allowed 0 to 1,000,000")
        found.append(value)
    if found and len(found) not in (24, 48, 96):
        raise ValueError(f"found {len(found)} numbers; allowed 24, 48 or 96: one an hour, half hour or quarter")
    return tuple(found)


def _hours(one: Channel) -> str:
    return "always" if (one.opens, one.closes) == (0, 24) else f"{one.opens:02d}:00-{one.closes:02d}:00"


def _contacts(one: Channel) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "channel": one.kind,
        "arrivals": arrivals_of(one.counts or _of_shape(one)),
        "work": {"lognormal": {"mean": one.handle_time, "scv": 0.8}},
    }
    if one.patience:
        entry["patience"] = {"exponential": one.patience}
    return entry


def _of_shape(one: Channel) -> tuple[float, ...]:
    open_ = [v if one.opens <= hour < one.closes else 0.0 for hour, v in enumerate(SHAPES[one.shape])]
    total = sum(open_)
    return tuple(one.a_day * v / total for v in open_)

"""Headcounts through the day as a table: so many people of a team from a time of day on, by days of the week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.read.units import parse_duration
from floorcast.scenario.words.calendar_words import parse_clock

EVERY_DAY = "daily"
Row = dict[str, Any]


def headcount_rows(groups: Mapping[str, Any]) -> list[Row]:
    """group, days, from, people: a row per step of every headcount that is written in the file itself, not in a CSV."""
    found = []
    for name, entry in groups.items():
        profile = entry.get("headcount") if isinstance(entry, dict) else None
        if isinstance(profile, dict):
            scale = float(profile.get("scale", 1.0))
            for days, steps in _days(profile).items():
                for at, people in _steps(steps, profile):
                    found.append({"group": name, "days": days, "from": at, "people": float(people) * scale})
    return found


def put_headcounts(groups: dict[str, Any], rows: Sequence[Row]) -> None:
    """Write the rows into the groups' headcounts, in the order of the clock.

    Raises Wrong for a row that cannot be one; a team's headcount keeps one row at least.
    """
    then = {name for name, entry in groups.items() if headcount_rows({name: entry})}
    steps: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows:
        group, at = str(row.get("group") or ""), str(row.get("from") or "").strip()
        if not group and not at:
            continue
        if group not in then:
            raise Wrong(f"found {group!r}; allowed {', '.join(sorted(then))}")
        parse_clock(at)
        people = row.get("people")
        if not isinstance(people, int | float) or not 0 <= people <= 100_000:
            raise Wrong(f"found {people!r} people from {at}; allowed a number from 0 to 100,000")
        steps.setdefault(group, {}).setdefault(str(row.get("days") or EVERY_DAY), {})[at] = people
    for group in sorted(then - set(steps)):
        raise Wrong(f"found no rows of {group}; allowed at least one, with 0 people where nobody is there")
    for group, by_days in steps.items():
        profile = groups[group]["headcount"]
        weekly = isinstance(profile.get("week"), dict)
        if not weekly and set(by_days) != {EVERY_DAY}:
            other = next(days for days in by_days if days != EVERY_DAY)
            raise Wrong(f"found the days {other!r} in {group}; allowed {EVERY_DAY}, as its headcount is written")
        ordered = {
            days: _plain(dict(sorted(one.items(), key=lambda pair: parse_clock(pair[0]))))
            for days, one in by_days.items()
        }
        kept = {key: value for key, value in profile.items() if key not in ("scale", "week", "daily")}
        groups[group]["headcount"] = kept | ({"week": ordered} if weekly else {"daily": ordered[EVERY_DAY]})


def _days(profile: Mapping[str, Any]) -> dict[str, Any]:
    week = profile.get("week")
    if isinstance(week, dict):
        return dict(week)
    return {EVERY_DAY: profile["daily"]} if "daily" in profile else {}


def _steps(steps: Any, profile: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    if isinstance(steps, dict):
        yield from ((str(at), people) for at, people in steps.items())
    elif isinstance(steps, list):
        minutes = parse_duration(profile["per"]) / 60
        before = None
        for place, people in enumerate(steps):
            if people != before:
                yield f"{int(place * minutes // 60):02d}:{int(place * minutes % 60):02d}", people
            before = people
    elif steps is not None:
        yield "00:00", steps


def _plain(steps: dict[str, float]) -> dict[str, float]:
    return {at: int(people) if float(people).is_integer() else people for at, people in steps.items()}

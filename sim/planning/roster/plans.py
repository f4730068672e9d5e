"""A plan as the shifts of a roster: which there are, and how many people each needs on every day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from floorcast.scenario.read.units import write_clock, write_duration

_Hours = tuple[str, float, float, float]  # group, start and length and unpaid breaks [s]


def of_plan(scenario: Any) -> dict[str, Any]:
    """Start, days, shifts and cover of a scenario: a shift `group/name` for each of a group's.

    Lines of the same name and hours are one shift, whose people add up by day; of one name and several hours the
    hours are said as well, as in `group/name 08:00-16:00`.
    """
    dates = [(scenario.start + timedelta(days=d)).date() for d in range(scenario.days)]
    special = scenario.special_days  # holidays are like another weekday
    lines: dict[str, dict[_Hours, list[int]]] = {}
    for group, entry in scenario.groups.items():
        for index, shift in enumerate(entry.shifts):
            for number, hours in enumerate(shift.hours):
                more = f" also {number}" if number else ""
                unpaid = sum(end - begin for begin, end in hours.break_spans(unpaid=True))
                own = lines.setdefault(f"{group}/{shift.name or index + 1}{more}", {})
                need = own.setdefault((group, hours.start, hours.length, unpaid), [0] * len(dates))
                for day, on in enumerate(dates):
                    need[day] += shift.agents if hours.falls_on(on, special.get(on, on.weekday())) else 0
    shifts: dict[str, Any] = {}
    cover: dict[str, list[int]] = {}
    for name, own in lines.items():
        for written, need in own.items():
            group, start, length, unpaid = written
            called = name if len(own) == 1 else _told_apart(name, written, own)
            shifts[called] = {
                "start": write_clock(start), "length": f"{length:.0f}s", "unpaid": f"{unpaid:.0f}s", "group": group,
            }  # fmt: skip
            cover[called] = need
    return {
        "start": scenario.start.strftime("%Y-%m-%d"),
        "days": scenario.days,
        "shifts": shifts,
        "cover": cover,
    }


def _told_apart(name: str, written: _Hours, all_of_it: Iterable[_Hours]) -> str:
    """A name with its hours, and with its unpaid breaks where others have the same hours."""
    _, start, length, unpaid = written
    alike = [one for one in all_of_it if one[1:3] == written[1:3]]
    less = f", {write_duration(unpaid)} unpaid" if len(alike) > 1 else ""
    return f"{name} {write_clock(start)}-{write_clock(start + length)}{less}"

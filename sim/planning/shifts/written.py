"""A plan as plain values, and as a scenario file with its shifts."""

from __future__ import annotations

import copy
import math
from typing import Any

import yaml

from floorcast.planning.shifts.schedule import Plan
from floorcast.scenario.read.units import write_clock, write_duration
from floorcast.scenario.schema.people import Hours
from floorcast.scenario.schema.staff import Shift
from floorcast.scenario.words.calendar_words import DAY_NAMES


def document(plan: Plan) -> dict[str, Any]:
    """Everything about a plan: cost, bound, verdicts, shifts."""
    return {
        "scenario": plan.scenario.name,
        "policy": getattr(plan.policy, "name", ""),
        "currency": plan.scenario.currency,
        "counted": "money" if _priced(plan) else "person_hours",
        "cost": round(plan.cost, 4),
        "cost_per_contact": round(plan.cost / plan.handled, 4) if plan.handled > 0 and _priced(plan) else None,
        "paid_hours": round(plan.hours, 4),
        "people": int(plan.counts.sum()),
        "of_one_day": _of_one_day(plan),
        "lower_bound": _plain(plan.bound),
        "gap": _plain((plan.cost - plan.bound) / plan.cost) if plan.cost > 0 else None,
        "cost_today": None if plan.today is None else round(plan.today, 4),
        "sure": plan.sure,
        "verdicts": [
            {
                "target": one.words,
                "mean": _plain(one.mean),
                "half_width": _plain(one.half_width),
                "unit": one.unit,
                "verdict": one.verdict,
            }
            for one in plan.verdicts
            if math.isfinite(one.mean) or one.verdict != "met" or len(plan.verdicts) == 1  # periods without contacts
        ],
        "out_of_reach": list(plan.impossible),
        "binding": list(plan.binding),
        "fresh_replications": plan.replications,
        "plans_simulated": plan.looked,
        "replications_simulated": plan.runs,
        "interrupted": plan.interrupted,
        "shifts": shift_rows(plan),
    }


def _of_one_day(plan: Plan) -> int:
    """How many of the people have a single shift, as each day is planned by itself: one person may work several."""
    if plan.scenario.days == 1:
        return 0
    kinds = plan.scenario.shift_types
    return sum(
        int(number)
        for tour, number in zip(plan.tours.tours, plan.counts, strict=True)
        if tour.kind in kinds and kinds[tour.kind].days_per_week is None
    )


def _priced(plan: Plan) -> bool:
    """Whether costs are money; without any price they are person-hours."""
    return any(group.cost_per_hour for group in plan.scenario.groups.values())


def shift_rows(plan: Plan) -> list[dict[str, Any]]:
    """One row per line of shifts, and for other hours of the same people: group, people, hours, days, breaks."""
    rows = []
    for name in plan.planned.group_names:
        for shift in plan.planned.groups[name].shifts:
            rows += [_row(name, shift, hours, number) for number, hours in enumerate(shift.hours)]
    return rows


def _row(group: str, shift: Shift, hours: Hours, number: int) -> dict[str, Any]:
    also = f" also {number}" if number else ""  # as `roster` calls them
    paused = sum(b - a for a, b in hours.break_spans(unpaid=True))
    return {
        "group": group,
        "shift": f"{shift.name or ''}{also}".strip(),
        "people": shift.agents,
        "begin": write_clock(hours.start),
        "end": write_clock(hours.start + hours.length),
        "days": _days(hours.days),
        "breaks": ", ".join(
            f"{write_clock(hours.start + begin)}-{write_clock(hours.start + end)}" for begin, end in hours.break_spans()
        ),
        "paid_hours": round((hours.length - paused) / 3600, 4),
        "pay": hours.pay,
    }


def scenario_text(plan: Plan) -> str:
    """The scenario file with the plan's shifts in place of its own staffing; comments are not kept."""
    data = copy.deepcopy(plan.scenario._origin.document.data)
    for name in plan.planned.group_names:
        entry = data["groups"][name]
        for key in ("agents", "shifts", "headcount", "roster", "people"):
            entry.pop(key, None)
        shifts = plan.planned.groups[name].shifts
        if shifts:
            entry["shifts"] = [_written(shift) for shift in shifts]
        else:
            entry["agents"] = 0
    if plan.scenario.plan.cross_training:  # the policy has to know those who are cross-trained
        data.pop("policies", None)
        data["policy"] = yaml.safe_load(plan.policy.text)
    cost = f"a cost of {plan.cost:,.2f}" if _priced(plan) else f"{plan.hours:,.1f} paid hours"
    head = f"# {plan.scenario.name}: shifts planned by floorcast schedule, for {cost}.\n"
    return head + yaml.safe_dump(_plain_data(data), sort_keys=False, allow_unicode=True, width=110)


def _written(shift: Shift) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": shift.name} if shift.name else {}
    entry |= {"agents": shift.agents, **_written_hours(shift)}
    if shift.also:
        entry["also"] = [_written_hours(hours) for hours in shift.also]
    return entry


def _written_hours(shift: Hours) -> dict[str, Any]:
    entry: dict[str, Any] = {"start": write_clock(shift.start), "length": write_duration(shift.length)}
    if len(shift.days) < 7:
        entry["days"] = _days(shift.days)
    if shift.breaks:
        entry["breaks"] = [
            {
                **({"at": write_clock(one.at)} if one.at is not None else {"after": write_duration(one.after or 0.0)}),
                "length": write_duration(one.length),
                **({} if one.paid else {"paid": False}),
            }
            for one in shift.breaks
        ]
    if shift.pay != 1.0:
        entry["pay"] = shift.pay
    return entry


def _days(days: tuple[int, ...]) -> str:
    return "daily" if len(days) == 7 else ", ".join(DAY_NAMES[day] for day in days)


def _plain(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def _plain_data(node: Any) -> Any:
    """Mappings and lists as plain ones, whatever the reader made of them."""
    if isinstance(node, dict):
        return {str(key): _plain_data(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain_data(value) for value in node]
    return node

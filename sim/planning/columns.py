"""What the columns of plans mean, for data dictionaries: name -> (unit, meaning)."""

from __future__ import annotations

COLUMNS: dict[str, tuple[str, str]] = {
    "start": ("", "begin of the interval, local time"),
    "group": ("", "agents with the same skills and rules"),
    "channel": ("", "channel of the scenario"),
    "forecast": ("contacts", "expected to arrive in the interval"),
    "handle_time_s": ("s", "agents' attention per contact, after-contact work included"),
    "workload_erlangs": ("erlangs", "people the work would keep busy if nobody ever waited"),
    "required": ("people", "on the floor, with which every target is met in every interval by itself"),
    "as_written": ("people", "on the floor, with which the targets hold as the file has them"),
    "scheduled": ("people", "on a shift"),
    "breaks": ("people", "of those scheduled, on a break"),
    "training": ("people", "of those scheduled, in training"),
    "absence": ("people", "of those scheduled, absent (expected)"),
    "late": ("people", "of those scheduled, not there yet (expected)"),
    "present": ("people", "scheduled less breaks, training, absence and late"),
    "shift": ("", "shift type"),
    "people": ("people", "on this shift"),
    "begin": ("", "begin of the shift"),
    "end": ("", "end of the shift"),
    "days": ("", "on which it begins"),
    "paid_hours": ("h", "paid a day and person"),
    "pay": ("", "factor on the price of its hours"),
    "mean": ("", "estimate on fresh replications, in `unit`"),
    "unit": ("", "of the estimate"),
    "over": ("people", "present above what is required"),
    "under": ("people", "present below what is required"),
    "occupancy": ("share", "attention given / time present, with today's people"),
    "occupancy_half_width": ("share", "half width of its 95 % interval"),
    "missed": ("", "targets missed in the interval beyond what chance can excuse, with today's people"),
    "backlog": ("contacts", "open at the end of the interval, with today's people"),
    "backlog_half_width": ("contacts", "half width of its 95 % interval"),
    "value": ("", "with today's people, in `unit`; percentiles as the share within the bound"),
    "half_width": ("", "half width of its 95 % interval"),
    "verdict": ("", "met or missed where chance is ruled out for all of the table together"),
    "of": ("", "what the target is of"),
    "target": ("", "the target as written"),
    "required_h": ("h", "person-hours required"),
    "as_written_h": ("h", "person-hours with which the targets hold as written"),
    "scheduled_h": ("h", "person-hours scheduled"),
    "present_h": ("h", "person-hours on the floor"),
    "under_h": ("h", "person-hours below what is required"),
    "over_h": ("h", "person-hours above what is required"),
    "required_cost": ("money", "price of the hours required"),
    "as_written_cost": ("money", "price of the hours with which the targets hold as written"),
    "saved_h": ("h", "person-hours fewer if only the targets as written must hold"),
    "saved_cost": ("money", "their price"),
    "with_required": ("", "over the whole time, with the people required, in `unit`"),
    "by_interval": ("", "whether the target is asked of every interval"),
    "today": ("", "over the whole time, with today's people"),
    "today_half_width": ("", "half width of its 95 % interval"),
    "today_verdict": ("", "today's, where chance is ruled out for all targets together"),
    "with_required_verdict": ("", "with those required, where chance is ruled out for all targets together"),
    "with_required_half_width": ("", "half width of its 95 % interval"),
}

# In the unit of their row, which stands in the column `unit`.
BY_ROW = {
    "mean", "value", "half_width", "today", "today_half_width", "with_required", "with_required_half_width",
}  # fmt: skip

# Sheets in which a name means something else.
OWN: dict[str, dict[str, tuple[str, str]]] = {"Shifts": {"breaks": ("", "when its breaks are")}}

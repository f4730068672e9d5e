"""What columns of workbooks mean: units and meanings of what plans, staffing, forecasts and back-tests print."""

from __future__ import annotations

from collections.abc import Mapping

from floorcast.report.workbook import Column

_SHARE = "share"
# A figure of a back-test: its unit and name.
_FIGURES = {
    "abandonment": (_SHARE, "share of customers who gave up"),
    "wait": ("s", "mean wait of all who came"),
    "within_20": (_SHARE, "share answered within 20 s"),
    "within_60": (_SHARE, "share answered within 60 s"),
    "backlog": ("contacts", "who waits when a half hour ends, on average"),
    "occupancy": (_SHARE, "share of their presence that agents work"),
}
_ENDS = {
    "was": "as it happened",
    "predicted": "as simulated, mean of the replications",
    "chance": "by how much a single simulated day strays from that mean",
    "low": "lower end of the 90 % band",
    "high": "upper end of the 90 % band",
}
_MEANINGS = {
    "date": ("", "the day"),
    "contacts": ("contacts", "who came"),
    "figure": ("", "what is compared, of a day"),
    "error": ("as the figure", "mean absolute error of the days"),
    "chance": ("as the figure", "the error that a perfect model would have as well"),
    "bias": ("as the figure", "mean error of the days: above 0 is predicted too high"),
    "inside": (_SHARE, "half hours that lie in their 90 % bands"),
    "inside_true": (_SHARE, "the same of a perfect model"),
    "type": ("", "contact type"),
    "forecast": ("contacts", "expected contacts of the day"),
    "low_80": ("contacts", "lower end of the 80 % band"),
    "high_80": ("contacts", "upper end of the 80 % band"),
    "naive": ("contacts", "what the naive forecast says: as a week ago"),
    "holiday": ("", "the public holiday on that day, where holidays were asked for"),
    "way": ("", "the method that was used: the best on days it had not seen"),
    "group": ("", "group of agents"),
    "shift": ("", "name of the shift"),
    "people": ("people", "how many work it"),
    "begin": ("", "when it begins"),
    "end": ("", "when it ends"),
    "days": ("", "days on which it begins"),
    "breaks": ("", "when its breaks are"),
    "paid_hours": ("h", "hours paid for each time it is worked"),
    "pay": ("", "factor on the price of its hours"),
    "target": ("", "what is asked for"),
    "mean": ("as the target", "estimate"),
    "half_width": ("as the target", "half the width of its 95 % interval"),
    "unit": ("", "unit of the estimate"),
    "verdict": ("", "met, missed, or open where chance cannot be ruled out"),
    "start": ("", "when the interval begins"),
    "required": ("people", "people required on the floor"),
    "present": ("people", "people on the floor"),
    "required_h": ("h", "hours of people required"),
    "present_h": ("h", "hours of people on the floor"),
    "under_h": ("h", "hours that are missing where more is required than there is"),
    "over_h": ("h", "hours beyond what is required"),
    "required_cost": ("money", "what the required hours cost"),
    "missed": ("", "targets that are missed beyond chance"),
    "of": ("", "channel, contact type or group of the target"),
    "today": ("as the target", "estimate with today's people"),
    "today_half_width": ("as the target", "half the width of its 95 % interval"),
    "today_verdict": ("", "met, missed, or open where chance cannot be ruled out"),
    "with_required": ("as the target", "estimate with the people required"),
    "with_required_half_width": ("as the target", "half the width of its 95 % interval"),
    "with_required_verdict": ("", "met, missed, or open where chance cannot be ruled out"),
    "person": ("", "who"),
    "agent": ("", "who"),
}


def column(name: str, own: Mapping[str, tuple[str, str]] | None = None) -> Column:
    """A column by its name, with unit and meaning where they are known; `own` are those of its kind of document, which
    go first."""
    if own and name in own:
        return Column(name, *own[name])
    figure, _, ending = name.rpartition("_")
    if figure in _FIGURES and ending in _ENDS:
        unit, meaning = _FIGURES[figure]
        return Column(name, unit, f"{meaning}: {_ENDS[ending]}")
    return Column(name, *_MEANINGS.get(name, ("", "")))


# Figures of a back-test.
FIGURE_UNITS = {
    "abandonment": "share", "wait": "s", "within_20": "share", "within_60": "share", "backlog": "",
    "occupancy": "share",
}  # fmt: skip
CAUSES = {"handle": "handle times", "unavailable": "times unavailable after contacts", "patience": "patience"}
HANDLE_TIMES = {
    "as they were": "Handle times are taken as they were: drawn from a law, errors and what chance leaves are larger.",
    "drawn": "Handle times are drawn from a law: taken as they were, errors and what chance leaves are smaller.",
}
FIGURES = {
    "abandonment": "abandonment", "wait": "the mean wait", "within_20": "the share answered within 20 s",
    "within_60": "the share answered within 60 s", "backlog": "the backlog", "occupancy": "occupancy",
}  # fmt: skip


def figure_name(key: str) -> str:
    """A figure of a back-test as a sentence names it."""
    return FIGURES[key]


def figure(key: str, value: float | None, sign: bool = False) -> str:
    """Its value or error with unit: shares in points, times in seconds."""
    if value is None:
        return "–"
    scale, unit = {"share": (100.0, "points"), "s": (1.0, "s"), "": (1.0, "waiting")}[FIGURE_UNITS[key]]
    rounded = round(scale * value, 1 if unit != "waiting" else 2) + 0.0  # no -0.0
    return f"{rounded:{'+' if sign else ''}.{1 if unit != 'waiting' else 2}f} {unit}"

"""Sources of contacts resolved over the horizon: what the planner wrote becomes arrays of edges and
values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from floorcast.scenario.catalogue.arrival_processes import ARRIVAL_PROCESSES
from floorcast.scenario.read.problems import Finding, Wrong
from floorcast.scenario.read.units import DAY
from floorcast.scenario.schema.resolved import ResolvedSource
from floorcast.scenario.schema.sources import Bursts, Campaign, CountProfile, Profile, Rate, Source
from floorcast.scenario.words.calendar_words import midnights
from floorcast.scenario.words.distributions import Floats

Step = tuple[float, float, float]  # from, to (seconds since the start), value
_ONSET_STEPS = 100
_DECAY_STEPS = 300


class Calendar:
    """The days simulated, and how dates and weekdays turn into seconds since the start."""

    def __init__(self, start: datetime, days: int, special: Mapping[date, int] | None = None) -> None:
        self.start = start
        self.horizon = days * DAY
        self.midnights = midnights(start, days, special)

    def date(self, midnight: float) -> date:
        """The date of a midnight in seconds since the start."""
        return (self.start + timedelta(seconds=midnight)).date()

    def seconds(self, moment: datetime) -> float:
        """Seconds from the start to a local moment; negative before it."""
        return (moment - self.start).total_seconds()

    def profile_steps(self, profile: Profile) -> list[Step]:
        """Steps of a profile over the horizon, values as written times scale, unclipped and in no
        order."""
        if profile.rows is not None:
            return self._row_steps(profile)
        steps: list[Step] = []
        shapes = {day: shape for shape in profile.shapes for day in shape.days}
        for midnight, weekday in self.midnights:
            shape = shapes.get(weekday)
            points = shape.day_steps(profile.per) if shape else ()
            for n, (at, value) in enumerate(points):
                end = points[n + 1][0] if n + 1 < len(points) else DAY
                steps.append((midnight + at, midnight + end, value * profile.scale))
        return steps

    def _row_steps(self, profile: Profile) -> list[Step]:
        rows = profile.rows
        assert rows is not None
        by_weekday: dict[int, list[int]] = {day: [] for day in range(7)}
        steps: list[Step] = []
        for row, day in enumerate(rows.days):
            if day is None or isinstance(day, tuple):
                for weekday in range(7) if day is None else day:
                    by_weekday[weekday].append(row)
            else:
                midnight = self.seconds(datetime(day.year, day.month, day.day))
                begin = midnight + float(rows.begins[row])
                steps.append((begin, begin + profile.per, float(rows.values[row]) * profile.scale))
        for midnight, weekday in self.midnights:
            for row in by_weekday.get(weekday, ()):
                begin = midnight + float(rows.begins[row])
                steps.append((begin, begin + profile.per, float(rows.values[row]) * profile.scale))
        return steps

    def laid_out(self, steps: Iterable[Step], shares: bool) -> tuple[Floats, Floats]:
        """Disjoint steps as (edges, values) covering the horizon, 0 in the gaps.

        A step cut by the horizon keeps its value, or with `shares` (counts) the part of it inside.
        """
        edges, values = [0.0], []
        for begin, end, value in sorted(steps):
            low, high = max(begin, edges[-1]), min(end, self.horizon)
            if high <= low:
                continue
            if low > edges[-1]:
                edges.append(low)
                values.append(0.0)
            edges.append(high)
            values.append(value * (high - low) / (end - begin) if shares else value)
        if edges[-1] < self.horizon:
            edges.append(self.horizon)
            values.append(0.0)
        return np.array(edges), np.array(values)


def resolve(
    source: Source, name: str, factor: float, calendar: Calendar, languages: tuple[str, ...]
) -> ResolvedSource:
    """One source over the horizon, scaled by `factor` (traces are not scaled). Raises `Wrong`
    relative to the source."""
    row = ARRIVAL_PROCESSES[source.form]
    if row.name == "trace":
        return _trace(source, name, calendar, languages)
    shape = source.day_factor.gamma_shape if source.day_factor else None
    day_factor = (shape, source.day_factor.shared) if source.day_factor and shape else None
    edges, values, more = _LAID_OUT[row.name](getattr(source, row.name), factor, calendar)
    return ResolvedSource(name, row.steps, edges, values * factor, day_factor, **more)


_LaidOut = tuple[Floats, Floats, dict[str, Any]]  # edges, values before multipliers, further fields


def _rate(rate: Rate, factor: float, calendar: Calendar) -> _LaidOut:
    if rate.constant is not None:
        return np.array([0.0, calendar.horizon]), np.array([rate.constant]), {}
    edges, values = calendar.laid_out(calendar.profile_steps(rate), shares=False)
    return edges, values / rate.per, {}


def _bursts(bursts: Bursts, factor: float, calendar: Calendar) -> _LaidOut:
    spells = (bursts.calm * factor, bursts.busy * factor, bursts.calm_for, bursts.busy_for)
    return np.array([0.0, calendar.horizon]), np.array([bursts.mean]), {"bursts": spells}


def _counts(counts: CountProfile, calendar: Calendar) -> tuple[Floats, Floats]:
    if counts.values is None:
        shape_steps = calendar.profile_steps(counts)
        return calendar.laid_out(_per_interval(counts, shape_steps), shares=True)
    steps = [
        (n * counts.per, (n + 1) * counts.per, value * counts.scale)
        for n, value in enumerate(counts.values)
    ]
    return calendar.laid_out(steps, shares=True)


def _per_interval(counts: CountProfile, steps: list[Step]) -> list[Step]:
    """Inline steps say the count per `per` until the next key, so each becomes that many intervals;
    rows are one each."""
    if counts.rows is not None:
        return steps
    cut: list[Step] = []
    for begin, end, value in steps:
        whole = max(1, round((end - begin) / counts.per))
        marks = np.linspace(begin, end, whole + 1)
        each = value * (end - begin) / counts.per / whole
        cut += [(float(a), float(b), each) for a, b in zip(marks, marks[1:], strict=False)]
    return cut


def campaign_rates(campaign: Campaign, calendar: Calendar) -> tuple[Floats, Floats]:
    """Rates of a burst: a linear rise over the onset, then exponential decay, as steps that keep
    every step's total.

    Share arrived by t after the start, with o onset, d decay and peak p = 1 / (o / 2 + d): p t^2 /
    (2 o) while rising, then p (o / 2 + d (1 - exp(-(t - o) / d))).
    """
    onset, decay = campaign.onset, campaign.decay
    peak = 1 / (onset / 2 + decay)
    begin = calendar.seconds(campaign.start)
    low, high = max(0.0, -begin), calendar.horizon - begin
    if high <= low:
        return np.array([0.0, calendar.horizon]), np.array([0.0])
    rise = np.linspace(0, onset, _ONSET_STEPS + 1) if onset > 0 else np.zeros(1)
    fall = (
        onset - decay * np.log1p(-np.linspace(0, 1 - 1e-6, _DECAY_STEPS + 1))
        if decay > 0
        else np.zeros(0)
    )
    inner = np.unique(np.round(np.concatenate((rise, fall)), 6))
    marks = np.concatenate(([low], inner[(inner > low + 1e-6) & (inner < high - 1e-6)], [high]))
    arrived = np.where(
        marks < onset,
        peak * marks**2 / (2 * (onset or 1.0)),
        peak * (onset / 2 - decay * np.expm1(-np.maximum(marks - onset, 0) / (decay or 1.0))),
    )
    rates = campaign.size * np.maximum(np.diff(arrived), 0) / np.diff(marks)
    edges = marks + begin
    edges[0], edges[-1] = max(0.0, begin), calendar.horizon
    if edges[0] > 0:
        edges, rates = np.concatenate(([0.0], edges)), np.concatenate(([0.0], rates))
    return edges, rates


# How each process lies over the days; a trace has instants of its own.
_LAID_OUT: dict[str, Callable[[Any, float, Calendar], _LaidOut]] = {
    "rate": _rate,
    "counts": lambda counts, factor, calendar: (*_counts(counts, calendar), {}),
    "campaign": lambda campaign, factor, calendar: (
        *campaign_rates(campaign, calendar), {"campaign": campaign.name},
    ),
    "bursts": _bursts,
}  # fmt: skip


def _trace(
    source: Source, name: str, calendar: Calendar, languages: tuple[str, ...]
) -> ResolvedSource:
    assert source.trace is not None
    rows = source.trace.rows
    times = rows.seconds.copy()
    for row, moment in enumerate(rows.instants):
        if moment is not None:
            times[row] = calendar.seconds(moment)
    order = np.argsort(times, kind="stable")
    order = order[(times[order] >= 0) & (times[order] < calendar.horizon)]
    columns = {key: column[order] for key, column in rows.columns.items()}
    if "language" in columns:
        codes = np.array(
            [languages.index(language) for language in rows.languages] + [-1], dtype=np.int64
        )
        columns["language"] = codes[columns["language"]]
    return ResolvedSource(name, "trace", times[order], np.empty(0), columns=columns)


def _gaps(
    form: str, profile: Profile, calendar: Calendar, opening: Sequence[tuple[float, float]]
) -> list[Finding]:
    """Days of the horizon that a forecast by date leaves out though the channel is open, and intervals that
    it leaves out between the first and the last of a day."""
    rows, found = profile.rows, []
    assert rows is not None
    by_day: dict[Any, list[tuple[float, int]]] = {}
    for row, day in enumerate(rows.days):
        for one in day if isinstance(day, tuple) else (day,):
            by_day.setdefault(one, []).append((float(rows.begins[row]), row))
    dates = [day for day in by_day if isinstance(day, date)]
    if dates:
        simulated = [
            (calendar.start + timedelta(seconds=midnight)).date()
            for midnight, _ in calendar.midnights
            if any(low < midnight + DAY and high > max(midnight, 0.0) for low, high in opening)
        ]
        lacking = [day for day in simulated if day not in by_day]
        if lacking and len(lacking) < len(simulated):
            has = len(simulated) - len(lacking)
            found.append(
                Finding(
                    f"has rows for {has} of the {len(simulated)} days simulated on which the channel is open;"
                    f" nobody comes on the others, the first of them {lacking[0]:%a %Y-%m-%d}",
                    (form,),
                )
            )
    missing, first = 0, ""
    for day, entries in by_day.items():
        entries.sort()
        for (begin, _), (following, row) in zip(entries, entries[1:], strict=False):
            number = round((following - begin) / profile.per) - 1
            if number > 0 and not first:
                at = (datetime.min + timedelta(seconds=begin + profile.per)).strftime("%H:%M")
                on = f" on {day:%a %Y-%m-%d}" if isinstance(day, date) else ""
                first = f"{at}{on} ({rows.file}:{rows.lines[row]})"
            missing += max(number, 0)
    if missing:
        what = "1 interval" if missing == 1 else f"{missing:,} intervals"
        found.append(
            Finding(f"lacks {what} inside its days, the first {first}; nobody comes then", (form,))
        )
    return found


def doubts(
    source: Source,
    resolved: ResolvedSource,
    factor: float,
    calendar: Calendar,
    opening: Sequence[tuple[float, float]],
) -> list[Finding]:
    """Warnings about a source that resolves but perhaps not to what was meant.

    opening: hours [s] in which its channel is open.
    """
    found: list[Finding] = []
    if factor != 1.0 and not ARRIVAL_PROCESSES[source.form].multiplied:
        what = f"the multiplier {factor:g} does not apply to a {source.form}, whose contacts are given"
        found.append(Finding(what, (source.form,)))
    if source.trace:
        outside = len(source.trace.rows.seconds) - len(resolved.edges)
        if outside:
            found.append(
                Finding(
                    f"{outside} rows of the trace lie outside the {calendar.horizon / DAY:g} days and are left out",
                    ("trace",),
                )
            )
    elif resolved.expected == 0:
        found.append(Finding("brings no contacts within the days simulated", (source.form,)))
    elif (profile := source.rate or source.counts) is not None and profile.rows is not None:
        found += _gaps(source.form, profile, calendar, opening)
    elif source.counts and source.counts.values is not None:
        length = len(source.counts.values) * source.counts.per
        if length > calendar.horizon + 1e-6:
            found.append(
                Finding(
                    "has more counts than the days simulated; the rest is left out",
                    ("counts", "values"),
                )
            )
    return found


def source_name(type_name: str, index: int, source: Source) -> str:
    """The given name or `<type>/<index>`."""
    return source.name or f"{type_name}/{index}"


def check_resolved(resolved: ResolvedSource) -> None:
    """Raise `Wrong` if scaling has left the numbers unusable."""
    if not np.isfinite(resolved.values).all():
        raise Wrong(
            "found rates too large to compute with; allowed smaller values, scale or multipliers"
        )

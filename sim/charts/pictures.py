"""Charts: pure functions from plain data to Plotly figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import plotly.graph_objects as go

from floorcast.charts.look import Look, tint
from floorcast.charts.quantities import duration, quantity
from floorcast.charts.words import human, measure_name
from floorcast.scenario.horizon.planned import Planned
from floorcast.study.estimate import Floats
from floorcast.study.through_time import Curve

DAY = 86400.0
PATTERNS = ("", "/", "x", "-", "|", "+", ".", "\\")  # beside colour, for those who see none
_TICKS = (
    1,
    5,
    20,
    60,
    300,
    1200,
    3600,
    4 * 3600,
    12 * 3600,
    DAY,
    2 * DAY,
    4 * DAY,
    7 * DAY,
    14 * DAY,
)


@dataclass(frozen=True)
class Bound:
    """A target's line in a chart."""

    value: float
    text: str


@dataclass(frozen=True)
class Bar:
    """One estimate: whose, of what, and how sure."""

    policy: str
    of: str
    mean: float | None
    half_width: float | None


def through_time(
    curves: Mapping[str, Curve], start: datetime, look: Look, bounds: Sequence[Bound] = ()
) -> go.Figure:
    """A measure through time with one line and 95 % band per policy; curves by policy."""
    figure = empty_figure(look, 300)
    for number, (policy, curve) in enumerate(curves.items()):
        times = _times(start, curve.start, curve)
        scale = _axis_scale(curve.unit, [c.mean for c in curves.values()])
        low, high = curve.mean - curve.half_width, curve.mean + curve.half_width
        if curve.unit == "share":
            low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
        else:
            low = np.maximum(low, 0)
        across, along = _band(times, low / scale, high / scale)
        figure.add_scatter(
            x=across, y=along, mode="lines", line={"width": 0}, fill="toself",
            fillcolor=tint(look.policy(number), 0.16), hoverinfo="skip", showlegend=False,
            legendgroup=policy, name=f"{policy} band", connectgaps=False,
        )  # fmt: skip
        figure.add_scatter(
            x=times, y=_listed(curve.mean / scale), name=policy, mode="lines", legendgroup=policy,
            line={"color": look.policy(number), "dash": look.dash(number), "width": 2},
            text=[quantity(value, curve.unit) for value in curve.mean], connectgaps=False,
            hovertemplate="%{text}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
        _value_axis(figure, curve.unit, scale)
        for bound in bounds if number == 0 else ():
            _bound_line(figure, bound, scale, look)
    _time_axis(figure, curves, start)
    return figure


def pattern(number: int, look: Look) -> dict[str, Any]:
    """What tells filled bars apart for those who see no colours."""
    return {
        "shape": PATTERNS[number % len(PATTERNS)], "fgcolor": look.ground, "solidity": 0.2, "size": 7,
        "fillmode": "overlay",
    }  # fmt: skip


def occupancy(bars: Sequence[Bar], look: Look, bounds: Sequence[Bound] = ()) -> go.Figure:
    """Occupancy by team, one bar per policy with its interval."""
    teams = list(dict.fromkeys(bar.of for bar in bars))
    policies = list(dict.fromkeys(bar.policy for bar in bars))
    figure = empty_figure(look, 110 + len(teams) * (18 + 17 * len(policies)))
    found = {(bar.policy, bar.of): bar for bar in bars}
    for number, policy in enumerate(policies):
        mine = [found.get((policy, team)) for team in teams]
        means = [None if bar is None or bar.mean is None else 100 * bar.mean for bar in mine]
        widths = [0 if bar is None else 100 * (bar.half_width or 0) for bar in mine]
        figure.add_bar(
            y=teams, x=means, orientation="h", name=policy,
            marker={
                "color": look.policy(number), "line": {"width": 0},
                "pattern": pattern(number, look),
            },
            error_x={"array": widths, "color": look.ink, "thickness": 1.2, "width": 3},
            hovertemplate="%{x:.1f} %<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    figure.update_layout(barmode="group", bargap=0.28, bargroupgap=0.08)
    figure.update_xaxes(range=[0, 104], ticksuffix=" %", fixedrange=True)
    figure.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    for bound in bounds:
        figure.add_vline(x=100 * bound.value, line={"color": look.ink, "dash": "dot", "width": 1.3})
    return figure


def waits(
    shares: Mapping[str, tuple[Floats, Floats]], look: Look, bounds: Sequence[Bound] = ()
) -> go.Figure:
    """The share whose wait was at most t, over t on a logarithmic axis; (seconds, share) by policy."""
    figure = empty_figure(look, 320)
    for number, (policy, (seconds, share)) in enumerate(shares.items()):
        there = seconds > 0
        figure.add_scatter(
            x=seconds[there], y=_listed(100 * share[there]), name=policy, mode="lines",
            line={"color": look.policy(number), "dash": look.dash(number), "width": 2},
            text=[duration(float(value)) for value in seconds[there]],
            hovertemplate="%{y:.1f} % within %{text}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    longest = max((_settles(*pair) for pair in shares.values()), default=3600.0)
    figure.update_xaxes(
        type="log", range=[0, float(np.log10(longest))], tickvals=list(_TICKS),
        ticktext=[duration(tick) for tick in _TICKS], fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(range=[0, 102], ticksuffix=" %", fixedrange=True)
    figure.update_layout(hovermode="x")
    for bound in bounds:
        # Plotly takes the place of a line in seconds, of its text in powers of ten.
        figure.add_vline(x=bound.value, line={"color": look.ink, "dash": "dot", "width": 1.3})
        figure.add_annotation(
            x=float(np.log10(bound.value)), y=2, text=bound.text, xanchor="left", yanchor="bottom",
            showarrow=False, font={"size": 12, "color": look.faint},
        )  # fmt: skip
    return figure


def plan_of_contacts(plan: Planned, start: datetime, look: Look) -> go.Figure:
    """Contacts expected through time, channels stacked."""
    return _stacked(plan, plan.contacts, start, look, "contacts")


def plan_of_people(plan: Planned, start: datetime, look: Look) -> go.Figure:
    """People on the floor through time as planned, teams stacked."""
    return _stacked(plan, plan.people, start, look, "people")


def _stacked(
    plan: Planned, parts: Mapping[str, Floats], start: datetime, look: Look, what: str
) -> go.Figure:
    figure = empty_figure(look, 260)
    times = [
        start + timedelta(seconds=float(at))
        for at in np.append(plan.start, plan.start[-1] + plan.block)
    ]
    for number, (name, values) in enumerate(parts.items()):
        if not values.any():
            continue
        figure.add_scatter(
            x=times, y=[*values.tolist(), float(values[-1])], name=human(name), mode="lines", stackgroup="all",
            line={"width": 0.6, "shape": "hv", "color": look.policy(number)},
            fillpattern={
                "shape": PATTERNS[number % len(PATTERNS)], "fgcolor": look.policy(number),
                "bgcolor": tint(look.policy(number), 0.3), "size": 6,
            },
            hovertemplate="%{y:,.1f} " + what + "<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    figure.update_yaxes(rangemode="tozero", fixedrange=True)
    figure.update_xaxes(**days_axis(start, float(plan.start[-1] + plan.block)))
    return figure


def empty_figure(look: Look, height: int) -> go.Figure:
    axis = {"gridcolor": look.grid, "zeroline": False, "linecolor": look.grid, "automargin": True}
    return go.Figure(layout={  # all at once: every change of a figure is checked as a whole
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 34, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": look.ink, "size": 13, "family": '"Source Sans", "Source Sans Pro", sans-serif'},
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "#232b2e" if look.dark else "#ffffff"},
        "legend": {
            "orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left", "traceorder": "normal",
        },
        "dragmode": "zoom",
        "xaxis": axis | {"showgrid": False, "ticks": "outside", "tickcolor": look.grid},
        "yaxis": axis,
    })  # fmt: skip


def _times(start: datetime, seconds: Floats, curve: Curve) -> list[datetime]:
    """A state belongs to the end of its block, everything else to the middle."""
    step = float(curve.start[1] - curve.start[0]) if curve.start.size > 1 else DAY
    shift = step if curve.measure.startswith("backlog") else step / 2
    return [start + timedelta(seconds=float(at) + shift) for at in seconds]


def _band(
    times: Sequence[datetime], low: Floats, high: Floats
) -> tuple[list[datetime | None], list[float | None]]:
    """The outline of a band: one closed shape per unbroken stretch, so that none crosses a gap.

    Plotly fills between two lines with gaps wrongly (plotly.js issue 2736), but closed shapes rightly.
    """
    known = np.isfinite(low) & np.isfinite(high)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(int)))
    alone = (times[1] - times[0]) / 5 if len(times) > 1 else timedelta(minutes=5)
    across: list[datetime | None] = []
    along: list[float | None] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist()):
        there = list(times[first:last])
        lows, highs = low[first:last].tolist(), high[first:last].tolist()
        if len(there) == 1:
            there = [there[0] - alone, there[0] + alone]
            lows, highs = lows * 2, highs * 2
        across += [*there, *reversed(there), there[0], None]
        along += [*lows, *reversed(highs), lows[0], None]
    return across, along


def _time_axis(figure: go.Figure, curves: Mapping[str, Curve], start: datetime) -> None:
    ends = [float(c.start[-1] + (c.start[1] if c.start.size > 1 else DAY)) for c in curves.values()]
    figure.update_xaxes(**days_axis(start, max(ends, default=DAY)))


def days_axis(start: datetime, horizon: float) -> dict[str, Any]:
    """An axis of dates that marks days, or hours where there is only a day or two."""
    end = start + timedelta(seconds=horizon)
    common: dict[str, Any] = {
        "range": [start, end],
        "type": "date",
        "hoverformat": "%a %-d %b %H:%M",
    }
    if horizon <= 2 * DAY:
        return common | {
            "dtick": 4 * 3600e3 if horizon > DAY else 2 * 3600e3,
            "tickformat": "%H:%M",
        }
    if horizon <= 14 * DAY:
        return common | {"dtick": DAY * 1000, "tickformat": "%a %-d", "ticklabelmode": "period"}
    return common | {"tickformat": "%-d %b"}


def _axis_scale(unit: str, values: Sequence[Floats]) -> float:
    """Seconds become minutes, hours or days, shares per cent."""
    if unit == "share":
        return 0.01
    largest = max((float(np.nanmax(v)) for v in values if np.isfinite(v).any()), default=0.0)
    if unit != "s":
        return 1.0
    return next((s for s in (DAY, 3600.0, 60.0) if largest >= 2 * s), 1.0)


def _value_axis(figure: go.Figure, unit: str, scale: float) -> None:
    suffix = {0.01: " %"}.get(scale, "") if unit == "share" else ""
    if unit == "s":
        suffix = {DAY: " days", 3600.0: " h", 60.0: " min", 1.0: " s"}[scale]
    figure.update_yaxes(ticksuffix=suffix, rangemode="tozero", fixedrange=True)
    if unit == "share":
        figure.update_yaxes(range=[0, 103])


def _bound_line(figure: go.Figure, bound: Bound, scale: float, look: Look) -> None:
    figure.add_hline(
        y=bound.value / scale, line={"color": look.ink, "dash": "dot", "width": 1.3},
        annotation={"text": bound.text, "font": {"size": 11, "color": look.faint}},
        annotation_position="bottom right",
    )  # fmt: skip


def _settles(seconds: Floats, share: Floats) -> float:
    """The time from which on practically everybody has been answered, to end the axis there."""
    enough = np.nonzero(share >= min(0.999, float(np.nanmax(share, initial=0.0))))[0]
    return float(max(seconds[enough[0]], 60.0)) if enough.size else 3600.0


def _listed(values: Floats) -> list[float | None]:
    """A list in which what is not known is None, so that a line breaks there."""
    return [float(value) if np.isfinite(value) else None for value in values]


def title_of(measure: str, by: str, of: str) -> str:
    """`Service level · all contacts`."""
    return f"{measure_name(measure)} · {'all' if by == 'all' else of}"

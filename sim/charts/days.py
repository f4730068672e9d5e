"""Charts of whole days: a heat map of day by hour, and work against the people there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from floorcast.charts.look import Look, tint
from floorcast.charts.pictures import PATTERNS, Bound, days_axis, empty_figure
from floorcast.charts.quantities import quantity
from floorcast.charts.words import day_name, human
from floorcast.study.estimate import Floats
from floorcast.study.through_time import Curve

HOUR = 3600.0


def heat_map(
    curves: Mapping[str, Curve], start: datetime, look: Look, bound: Bound | None, good: int, *,
    first_place: int = 0, beside: Mapping[str, Curve] | None = None,
) -> go.Figure:  # fmt: skip
    """A measure by day (down) and hour (across), one map per policy, curves of blocks of an hour.

    Colour is the distance to the bound where there is one; cells that miss it bear a cross, for those
    who see no colours. good: +1 where more is better, -1 where less is. Every second trace holds
    points to click, whose customdata is the hour's start (s) and the policy's place, counted from first_place.
    beside: curves shown in other maps, which are to have the same colours.
    """
    n = len(curves)
    figure = make_subplots(rows=1, cols=n, shared_yaxes=True, subplot_titles=list(curves), horizontal_spacing=0.02)
    base = empty_figure(look, 200).layout
    seen = {**curves, **(beside or {})}.values()
    known = np.concatenate([c.mean[np.isfinite(c.mean)] for c in seen] or [np.zeros(1)])
    spread = float(max(np.abs(known - bound.value).max(initial=1e-9) if bound else 0.0, 1e-9))
    low, high = (bound.value - spread, bound.value + spread) if bound else (known.min(initial=0), known.max(initial=0))
    days = 0
    for place, (policy, curve) in enumerate(curves.items()):
        hours = [start + timedelta(seconds=float(at)) for at in curve.start]
        first = hours[0].replace(hour=0, minute=0, second=0, microsecond=0)
        day = np.array([(at - first).days for at in hours])
        hour = np.array([at.hour for at in hours])
        days = int(day.max()) + 1
        grid = np.full((days, 24), np.nan)
        grid[day, hour] = curve.mean
        at = np.full((days, 24), np.nan)
        at[day, hour] = curve.start
        text = np.array([[_cell(v, curve.unit, bound, good) for v in row] for row in grid])
        names = [day_name(first + timedelta(days=k)) for k in range(days)]
        words = [[quantity(v, curve.unit) for v in row] for row in grid]
        colours = _colours(look, bound, good)
        figure.add_trace(
            go.Heatmap(
                z=grid, x=list(range(24)), y=names, text=text, texttemplate="%{text}", showscale=False,
                colorscale=colours, xgap=1, ygap=1, hoverongaps=False, textfont={"size": 10, "color": look.ink},
                zmin=low, zmax=high,
                hoverinfo="skip",
            ),
            row=1, col=place + 1,
        )  # fmt: skip
        # A cell of a heat map cannot be picked: what is pointed at and clicked is an unseen square on it.
        there = np.argwhere(np.isfinite(grid))
        figure.add_trace(
            go.Scatter(
                x=there[:, 1].tolist(), y=[names[d] for d in there[:, 0]], mode="markers", name=policy,
                showlegend=False, marker={"symbol": "square", "size": 15, "color": look.ink, "opacity": 0},
                selected={"marker": {"opacity": 0.35}}, unselected={"marker": {"opacity": 0}},
                customdata=[[float(at[d, h]), first_place + place] for d, h in there],
                text=[words[d][h] for d, h in there],
                hovertemplate="%{y} %{x}  %{text}<extra>" + policy + "</extra>",
            ),
            row=1, col=place + 1,
        )  # fmt: skip
    figure.update_layout(base)
    figure.update_layout(height=90 + 27 * max(days, 2), clickmode="event+select", dragmode=False, hovermode="closest")
    figure.update_annotations(font={"size": 13, "color": look.ink})
    figure.update_xaxes(dtick=4, ticksuffix=":00", fixedrange=True, range=[-0.5, 23.5])
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return figure


def work_against_people(
    edges: Floats, work: Mapping[str, Floats], people: Floats, start: datetime, look: Look
) -> go.Figure:
    """Work in people (load), channels stacked with a pattern each, and the line of the people there, one axis.

    edges [n + 1] seconds; work by channel and people [n].
    """
    figure = empty_figure(look, 300)
    times = [start + timedelta(seconds=float(at)) for at in edges]
    for place, (name, values) in enumerate(work.items()):
        if not values.any():
            continue
        colour = look.policy(place)
        figure.add_scatter(
            x=times, y=[*values.tolist(), float(values[-1])], name=human(name), mode="lines", stackgroup="work",
            line={"width": 0.6, "shape": "hv", "color": colour},
            fillpattern={
                "shape": PATTERNS[place % len(PATTERNS)], "fgcolor": colour, "bgcolor": tint(colour, 0.3), "size": 6,
            },
            hovertemplate="%{y:,.1f} people<extra>work on %{fullData.name}</extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=times, y=[*people.tolist(), float(people[-1])], name="People there", mode="lines",
        line={"width": 2.2, "shape": "hv", "color": look.ink}, hovertemplate="%{y:,.1f} people there<extra></extra>",
    )  # fmt: skip
    figure.update_yaxes(rangemode="tozero", fixedrange=True, title={"text": "people", "font": {"size": 12}})
    figure.update_xaxes(**days_axis(start, float(edges[-1])))
    return figure


def _cell(value: float, unit: str, bound: Bound | None, good: int) -> str:
    if not np.isfinite(value) or bound is None:
        return ""
    return "✗" if good * (value - bound.value) < 0 else ""


def _colours(look: Look, bound: Bound | None, good: int) -> list[list[object]]:
    if bound is None:
        return [[0.0, tint(look.policy(0), 0.04)], [1.0, tint(look.policy(0), 0.75)]]
    low, high = (look.bad, look.good) if good > 0 else (look.good, look.bad)
    return [[0.0, tint(low, 0.75)], [0.49, tint(low, 0.12)], [0.51, tint(high, 0.12)], [1.0, tint(high, 0.75)]]

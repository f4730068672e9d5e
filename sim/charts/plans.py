"""Charts of plans: people against the line of need, a day's shifts with their breaks, and service against cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import plotly.graph_objects as go

from floorcast.charts.look import Look, tint
from floorcast.charts.pictures import Bound, empty_figure, pattern
from floorcast.charts.quantities import quantity
from floorcast.charts.words import human
from floorcast.planning.curve import Point
from floorcast.study.estimate import Floats

Span = tuple[float, float]


def people_and_need(
    edges: Floats, present: Floats, required: Floats, written: Floats | None, start: datetime, look: Look
) -> go.Figure:
    """People there as bars, the line of need over them; where bars end below it, people are lacking.

    edges [n + 1] seconds from start; present, required, and those enough for the targets as written [n].
    """
    figure = empty_figure(look, 300)
    times = [start + timedelta(seconds=float(at)) for at in edges]
    middles = [a + (b - a) / 2 for a, b in zip(times[:-1], times[1:], strict=True)]
    width = (times[1] - times[0]).total_seconds() * 1000
    short = present < required - 1e-9
    for name, chosen, colour, shape in (
        ("Enough people there", ~short, look.policy(0), ""),
        ("Fewer there than required", short, look.bad, "/"),
    ):
        figure.add_bar(
            x=[at for at, one in zip(middles, chosen, strict=True) if one], y=present[chosen].tolist(), name=name,
            width=width, marker={"color": tint(colour, 0.45), "line": {"width": 0}, "pattern": {"shape": shape}},
            customdata=(present - required)[chosen].tolist(),
            hovertemplate="%{y:.1f} there, %{customdata:+.1f} against the need<extra></extra>",
        )  # fmt: skip
    for name, values, dash in (("Required", required, "solid"), ("As the targets are written", written, "dot")):
        if values is not None:
            figure.add_scatter(
                x=times, y=[*values.tolist(), float(values[-1])], name=name, mode="lines",
                line={"width": 2.2, "shape": "hv", "color": look.ink, "dash": dash},
                hovertemplate="%{y:.0f} required<extra>%{fullData.name}</extra>",
            )  # fmt: skip
    figure.update_layout(barmode="overlay", bargap=0)
    figure.update_yaxes(rangemode="tozero", fixedrange=True, title={"text": "people", "font": {"size": 12}})
    figure.update_xaxes(range=[times[0], times[-1]], fixedrange=True, tickformat="%H:%M")
    return figure


def shifts_of_a_day(
    lines: Sequence[tuple[str, str, int, Span, Sequence[Span]]], day: datetime, look: Look
) -> go.Figure:
    """A bar for every line of shifts (group, name, people, when, breaks), with gaps where its people are on a break.

    Times are seconds from midnight of the day.
    """
    figure = empty_figure(look, max(160, 60 + 22 * len(lines)))
    groups = list(dict.fromkeys(line[0] for line in lines))
    for number, (group, name, people, (begin, end), breaks) in enumerate(lines):
        place, colour = f"{number}", look.policy(groups.index(group))
        marks = [begin, *(at for span in sorted(breaks) for at in span), end]
        for first, last in zip(marks[::2], marks[1::2], strict=True):
            figure.add_bar(
                x=[(last - first) * 1000], y=[place], base=[day + timedelta(seconds=first)], orientation="h",
                marker={"color": tint(colour, 0.65), "pattern": pattern(groups.index(group), look)},
                name=human(group), legendgroup=group, width=0.75,
                showlegend=number == next(k for k, line in enumerate(lines) if line[0] == group) and first == begin,
                hovertemplate=f"{human(group)}, {name or 'shift'}: {people} people<extra></extra>",
            )  # fmt: skip
    figure.update_layout(barmode="overlay", hovermode="closest")
    figure.update_yaxes(
        tickvals=[str(n) for n in range(len(lines))],
        ticktext=[f"{people} × {name or human(group)}" for group, name, people, _, _ in lines],
        autorange="reversed", fixedrange=True, showgrid=False,
    )  # fmt: skip
    figure.update_xaxes(type="date", tickformat="%H:%M", fixedrange=True)
    return figure


def cost_and_service(
    points: Sequence[Point], target: int, bound: Bound | None, unit: str, look: Look, here: int | None = None,
    currency: str = "",
) -> go.Figure:
    """A target's value against the cost of so many people, with the range of each; `here` is where one stands.

    Where nothing has a price, against the people, in per cent of those there.
    """
    figure = empty_figure(look, 280)
    scale = 100.0 if unit == "share" else 1.0
    priced = any(point.cost for point in points)
    cost = [point.cost if priced else 100.0 * point.factor for point in points]
    values = [point.values[target] for point in points]
    figure.add_scatter(
        x=cost, y=[scale * mean for mean, _ in values], mode="lines+markers", name="people as planned, times",
        error_y={"type": "data", "array": [scale * width for _, width in values], "color": look.ink, "thickness": 1},
        line={"color": look.policy(0), "width": 2},
        text=[f"{100 * point.factor:.0f} % of the people" for point in points],
        customdata=[quantity(mean, unit) for mean, _ in values], showlegend=False,
        hovertemplate="%{text}: " + ("cost %{x:,.0f}, " if priced else "") + "%{customdata}<extra></extra>",
    )  # fmt: skip
    if here is not None:
        figure.add_scatter(
            x=[cost[here]], y=[scale * values[here][0]], mode="markers", showlegend=False, hoverinfo="skip",
            marker={"size": 15, "color": "rgba(0,0,0,0)", "line": {"width": 3, "color": look.ink}},
        )  # fmt: skip
    if bound is not None:
        figure.add_hline(
            y=scale * bound.value, line={"dash": "dot", "color": look.ink}, annotation_text=bound.text,
            annotation_position=_clear_of(values, bound),
        )  # fmt: skip
    figure.update_layout(hovermode="closest")
    along = (f"cost in {currency}" if currency else "cost") if priced else "people, in % of those there"
    figure.update_xaxes(title={"text": along, "font": {"size": 12}}, fixedrange=True)
    figure.update_yaxes(title={"text": "%" if unit == "share" else unit, "font": {"size": 12}}, fixedrange=True)
    return figure


def _clear_of(values: Sequence[tuple[float, float]], bound: Bound) -> str:
    """Where the words of a bound are not on the curve: at the end at which the curve is farther from it."""
    first, last = (abs(mean - bound.value) for mean, _ in (values[0], values[-1]))
    side, mean = ("left", values[0][0]) if first > last else ("right", values[-1][0])
    return f"{'top' if mean < bound.value else 'bottom'} {side}"

"""Charts for lessons: what a class guessed, and a measure in several settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from floorcast.charts.look import Look
from floorcast.charts.pictures import empty_figure


def guesses(
    values: Sequence[float], low: float, high: float, unit: str, answer: float | None, look: Look
) -> go.Figure:
    """A dot per guess, stacked where they are alike, and the answer's line once it is shown."""
    figure = empty_figure(look, 200)
    step = (high - low) / 40
    stacked: dict[int, int] = {}
    places = []
    for value in values:
        at = round((value - low) / step)
        stacked[at] = stacked.get(at, 0) + 1
        places.append(stacked[at])
    figure.add_scatter(
        x=list(values), y=places, mode="markers", marker={"size": 11, "color": look.policy(0)},
        hovertemplate="%{x:g} " + unit + "<extra></extra>", showlegend=False,
    )  # fmt: skip
    if answer is not None:
        figure.add_vline(x=answer, line={"color": look.good, "width": 2.5}, annotation_text=f"{answer:.3g} {unit}")
    figure.update_xaxes(range=[low - step, high + step], ticksuffix=f" {unit}", fixedrange=True)
    figure.update_yaxes(visible=False, range=[0, max(6, *places) + 1], fixedrange=True)
    return figure


def settings_bars(values: Mapping[str, tuple[float, float]], look: Look, unit: str) -> go.Figure:
    """A measure with its range by setting."""
    figure = empty_figure(look, 70 + 38 * len(values))
    figure.add_bar(
        y=list(values), x=[mean for mean, _ in values.values()], orientation="h", marker={"color": look.policy(0)},
        error_x={"array": [half for _, half in values.values()], "color": look.ink, "thickness": 1.2, "width": 3},
        hovertemplate="%{x:.3g} " + unit + "<extra>%{y}</extra>", showlegend=False,
    )  # fmt: skip
    figure.update_xaxes(rangemode="tozero", ticksuffix=f" {unit}", fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return figure

"""Sweeps as pictures: a curve per target with its band, its bound and where it tips; two inputs as a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from floorcast.charts.look import Look, tint
from floorcast.charts.pictures import Bound, _axis_scale, _bound_line, _value_axis, empty_figure
from floorcast.charts.quantities import interval
from floorcast.charts.words import human
from floorcast.study.alternatives.sweeps import Sweep, Tip, text_of
from floorcast.study.verdicts import TargetVerdict

_MARKS = {"met": "circle", "missed": "x", "undecided": "circle-open"}
_WORDS = {"met": "met", "missed": "missed", "undecided": "undecided"}


def sweep_curves(sweep: Sweep, look: Look) -> list[go.Figure]:
    """One figure per target of a sweep over one input, titled by the target: means with the band in which the
    verdicts hold together, the bound, and a line where the mean crosses it. Marks tell verdicts without colour.

    Values that meet all targets for sure are shaded. Empty for a sweep without targets, or over two inputs.
    """
    if len(sweep.axes) != 1 or not sweep.verdicts:
        return []
    figures = []
    for place, first in enumerate(sweep.verdicts[0]):
        along = [ones[place] for ones in sweep.verdicts]
        tip = next((t for t in sweep.tips if (t.of, t.target) == (first.target.of, text_of(along))), None)
        figures.append(_curve(sweep, along, tip, look))
    return figures


def _curve(sweep: Sweep, along: Sequence[TargetVerdict], tip: Tip | None, look: Look) -> go.Figure:
    axis, target = sweep.axes[0], along[0].target
    figure = empty_figure(look, 300)
    x = np.array(axis.values)
    mean = np.array([one.mean for one in along])
    width = np.nan_to_num(np.array([one.half_width for one in along]))
    scale = _axis_scale(target.unit, [mean])
    low, high = np.maximum(mean - width, 0.0), mean + width
    if target.unit == "share":
        high = np.minimum(high, 1.0)
    known = np.isfinite(mean)
    figure.add_scatter(
        x=[*x[known], *x[known][::-1]], y=[*(low[known] / scale), *(high[known] / scale)[::-1]], fill="toself",
        mode="lines", line={"width": 0}, fillcolor=tint(look.policy(0), 0.16), hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    colours = {"met": look.good, "missed": look.bad, "undecided": look.unsure}
    figure.add_scatter(
        x=x[known], y=mean[known] / scale, mode="lines+markers", line={"color": look.policy(0), "width": 2},
        marker={
            "symbol": [_MARKS[one.verdict] for one, k in zip(along, known, strict=True) if k], "size": 9,
            "color": [colours[one.verdict] for one, k in zip(along, known, strict=True) if k],
        },
        text=[
            f"{axis.path} = {text}: {interval(one.mean, one.half_width, target.unit)}, {_WORDS[one.verdict]}"
            for text, one, k in zip(axis.texts, along, known, strict=True) if k
        ],
        hovertemplate="%{text}<extra></extra>", showlegend=False,
    )  # fmt: skip
    _value_axis(figure, target.unit, scale)
    for bounds in ([one.target.at_least for one in along], [one.target.at_most for one in along]):
        if bounds[0] is not None and len(set(bounds)) == 1:
            _bound_line(figure, Bound(bounds[0], "target"), scale, look)
        elif bounds[0] is not None:  # the bound is what varies
            y = [float(bound or 0.0) / scale for bound in bounds]
            figure.add_scatter(x=x, y=y, mode="lines", line={"color": look.ink, "dash": "dot"}, showlegend=False)
    if tip is not None and np.isfinite(tip.about):
        figure.add_vline(
            x=tip.about, line={"color": look.ink, "dash": "dash", "width": 1.2},
            annotation={"text": f"tips at about {tip.about:.4g}", "font": {"size": 11, "color": look.faint}},
            annotation_position="top left",
        )  # fmt: skip
    _shade(figure, sweep, look)
    figure.update_xaxes(title=axis.path, tickvals=list(x), ticktext=list(axis.texts), type="linear")
    figure.update_layout(
        title={"text": f"{human(target.of)}: {text_of(along).replace('_', ' ')}", "font": {"size": 14}, "x": 0},
        margin={"t": 48},
    )
    return figure


def _shade(figure: go.Figure, sweep: Sweep, look: Look) -> None:
    """Runs of values that meet all targets for sure, half way to their neighbours."""
    x = np.array(sweep.axes[0].values)
    met = np.array([value in sweep.meeting[0] for value in x])
    middle = (x[1:] + x[:-1]) / 2
    edges = np.concatenate(([x[0]], middle, [x[-1]]))
    for place in np.flatnonzero(met):
        figure.add_vrect(
            x0=edges[place], x1=edges[place + 1], fillcolor=tint(look.good, 0.1), line_width=0, layer="below"
        )


def sweep_map(sweep: Sweep, look: Look) -> go.Figure:
    """A sweep over two inputs: by colour and text how many targets are met, undecided and missed at each pair.

    Raises ValueError for a sweep over one input.
    """
    if len(sweep.axes) != 2:
        raise ValueError("found a sweep over one input; allowed one over two")
    one, other = sweep.axes
    shape = (len(one.values), len(other.values))
    level, text = np.zeros(shape), np.full(shape, "", dtype=object)
    for place, verdicts in enumerate(sweep.verdicts):
        at = divmod(place, shape[1])
        count = {word: sum(v.verdict == word for v in verdicts) for word in ("met", "undecided", "missed")}
        level[at] = 0.0 if count["missed"] else 0.5 if count["undecided"] else 1.0
        text[at] = "<br>".join(f"{n} {word}" for word, n in count.items() if n)
    figure = empty_figure(look, 120 + 42 * shape[0])
    scale = [[0.0, tint(look.bad, 0.35)], [0.5, tint(look.unsure, 0.2)], [1.0, tint(look.good, 0.35)]]
    figure.add_heatmap(
        x=list(other.texts), y=list(one.texts), z=level, text=text, texttemplate="%{text}", zmin=0, zmax=1,
        colorscale=scale, showscale=False, xgap=2, ygap=2,
        hovertemplate=f"{one.path} = %{{y}}, {other.path} = %{{x}}<br>%{{text}}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title=other.path, type="category")
    figure.update_yaxes(title=one.path, type="category")
    return figure


def tornado(
    swings: Sequence[tuple[str, float, float, float, float]], unit: str, look: Look, most: int = 15
) -> go.Figure:
    """What each input does to a measure, the largest first: (name, low, its half width, high, its half width), each a
    difference to the base."""
    shown = list(swings)[:most][::-1]
    names = [name for name, *_ in shown]
    sizes = np.array([one[1:] for one in shown]).reshape(len(shown), 4)
    scale = _axis_scale(unit, [sizes[:, [0, 2]]])
    figure = empty_figure(look, 110 + 30 * len(shown))
    for word, at, number in (("less", 0, 0), ("more", 2, 1)):
        figure.add_bar(
            y=names, x=sizes[:, at] / scale, orientation="h", name=word,
            error_x={"array": sizes[:, at + 1] / scale, "color": look.faint, "thickness": 1},
            marker={"color": look.policy(number), "pattern": {"shape": "" if number == 0 else "/"}},
            hovertemplate="%{y}: %{x:.3g}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    figure.update_layout(barmode="overlay")
    suffix = " points" if unit == "share" else ""
    figure.update_xaxes(ticksuffix=suffix, zeroline=True, zerolinecolor=look.ink, showgrid=True)
    return figure


Part = tuple[str, Sequence[str], Sequence[go.Figure]]  # heading or nothing, what the pictures say, the pictures


def page_of(title: str, how: str, parts: Sequence[Part], look: Look) -> str:
    """Pictures below each other as one HTML file that needs nothing else, with what they say in words; how they were
    found stands at the end."""
    from html import escape

    body, drawn = [], 0
    for heading, said, figures in parts:
        body += [f"<h2>{escape(heading)}</h2>"] if heading else []
        body += [f"<p>{escape(line)}</p>" for line in said]
        for figure in figures:
            body.append(
                figure.to_html(full_html=False, include_plotlyjs=drawn == 0, config={"displaylogo": False})
            )
            drawn += 1
    style = (
        f"body{{font:15px/1.5 system-ui,sans-serif;color:{look.ink};background:{look.ground};max-width:60rem;"
        "margin:2rem auto;padding:0 1rem}h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}"
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><h1>{escape(title)}</h1>{''.join(body)}<p>{escape(how)}</p></body></html>\n"
    )

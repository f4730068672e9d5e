"""Curves of a report, drawn by matplotlib: as SVG for pages, as PNG for PDFs."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from floorcast.charts.words import human
from floorcast.report.story import Picture
from floorcast.scenario.read.extras import optional

_COLOURS = ("#0b6e99", "#c2410c", "#4d7c0f", "#7e22ce")
_DASHES = ("-", "--", "-.", ":")
_PER = {"share": (0.01, "%"), "s": (1.0, "s"), "min": (60.0, "min")}
_IN_MINUTES = 180.0  # seconds from which times are drawn in minutes


def svg(picture: Picture, start: datetime) -> str:
    """One picture as an SVG element without script, the same for the same curves."""
    raw = _drawn(picture, start, "svg").decode("utf-8")
    element = raw[raw.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.S)
    element = re.sub(r"(\d\.\d)\d+", r"\1", element)  # a tenth of a point is less than a line's width
    return element.replace("<svg ", f'<svg role="img" aria-label="{_plain(picture.title)}" ', 1)


def png(picture: Picture, start: datetime) -> bytes:
    """One picture as PNG."""
    return _drawn(picture, start, "png")


def _drawn(picture: Picture, start: datetime, form: str) -> bytes:
    matplotlib = optional("matplotlib", "a report", "matplotlib", "report")
    import matplotlib.dates as dates
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    untyped: Any = dates

    with matplotlib.rc_context({"svg.hashsalt": "floorcast", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(7.2, 2.1), layout="constrained")
        canvas: Any = FigureCanvasSVG(figure) if form == "svg" else FigureCanvasAgg(figure)
        axes = figure.subplots()
        size, unit = _PER.get(_unit(picture), (1.0, ""))
        most = 100.0 if picture.unit == "share" else np.inf
        for place, (name, curve) in enumerate(zip(picture.policies, picture.curves, strict=True)):
            times = np.asarray(curve.start, dtype=np.float64)
            if not picture.labels:
                times = untyped.date2num([start + timedelta(seconds=float(one)) for one in curve.start])
            mean, width = np.asarray(curve.mean) / size, np.nan_to_num(np.asarray(curve.half_width)) / size
            times, mean, width = _thinned(times, mean, width)
            colour = _COLOURS[place % len(_COLOURS)]
            low, high = np.clip(mean - width, 0, None), np.clip(mean + width, None, np.fmax(most, mean))
            axes.fill_between(times, low, high, color=colour, alpha=0.2, linewidth=0)
            style: Any = "steps-post" if picture.steps else "default"
            dashes = _DASHES[place % 4]
            axes.plot(times, mean, color=colour, linestyle=dashes, linewidth=1.2, label=human(name), drawstyle=style)
        if picture.labels:
            axes.set_xticks(range(len(picture.labels)), picture.labels)
        else:
            locator = untyped.AutoDateLocator()
            axes.xaxis.set_major_locator(locator)
            axes.xaxis.set_major_formatter(untyped.ConciseDateFormatter(locator))
        axes.set_ylabel(unit)
        axes.set_title(picture.title, loc="left", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_ylim(bottom=0)
        if len(picture.policies) > 1:
            axes.legend(frameon=False, fontsize=8)
        stream = io.BytesIO()
        if form == "svg":
            canvas.print_svg(stream, metadata={"Date": None})
        else:
            figure.set_dpi(150)
            canvas.print_png(stream)
        return stream.getvalue()


def _unit(picture: Picture) -> str:
    """Long times are drawn in minutes."""
    if picture.unit != "s" or all(np.nanmax(one.mean, initial=0.0) < _IN_MINUTES for one in picture.curves):
        return picture.unit
    return "min"


def _thinned(*columns: Any, most: int = 400) -> tuple[Any, ...]:
    """At most so many points, each the mean of its neighbours, so that files stay small."""
    n = len(columns[0])
    step = -(-n // most)
    if step <= 1:
        return columns
    edges = np.arange(0, n, step)
    with np.errstate(invalid="ignore"):
        return tuple(np.add.reduceat(np.asarray(one), edges) / np.diff([*edges, n]) for one in columns)


def _plain(text: str) -> str:
    from html import escape

    return escape(text, quote=True)

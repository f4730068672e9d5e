"""A page of pictures: what was fitted against the data, as SVG in one HTML file without scripts."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from floorcast.history.calls.contacts import Floats
from floorcast.history.fit.demand import PLACES
from floorcast.history.fit.patience import CROWDS, crowd_met
from floorcast.history.fit.unavailable import values_of
from floorcast.history.others.totals import Totals
from floorcast.history.others.types import Other
from floorcast.history.written.fitted import Fitted
from floorcast.history.written.writing_others import law_of, name_of
from floorcast.scenario.read.extras import optional

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FEW = 10  # who still wait, below which a curve of patience is not drawn on


def write_pictures(fit: Fitted, path: Path) -> Path:
    """Write the page. Raises InputErrors when the library that draws is not there."""
    parts = [
        ("Contacts by weekday and half hour: mean, and its 95 % interval", _arrivals),
        ("Handle time: share that takes longer (data: line; law in the scenario: dots)", _work),
        ("Patience: share still waiting who were not answered before (Kaplan-Meier: steps; by the laws of the same customers: dots), while ten or more do", _patience),
        ("Time unavailable after a contact: share not yet back, by law", _unavailable),
        ("Speed of agents: usual handle time over their own", _speeds),
    ]
    drawn = [(title, partial(draw, fit=fit)) for title, draw in parts]
    return _page(path, fit.source, f"{len(fit.contacts):,} contacts, {len(fit.days)} days.", drawn)


def write_plain_pictures(types: Sequence[Other], totals: Sequence[Totals], source: str, path: Path) -> Path:
    """The same of contacts that do not wait on the line."""
    parts = [("Contacts by weekday and half hour: means", partial(_means, types=types, totals=totals))]
    laws = {"work on a turn": "work", "thinking before the next question": "think", "handle time": "handle"}
    for what, name in laws.items():
        known = {name_of(one): getattr(one, name) for one in types if getattr(one, name) is not None}
        if known:
            parts.append((f"{what.capitalize()}: share that takes longer (data: line; law in the scenario: dots)", partial(_longer, known=known)))
    parts += [("Turns: share of conversations with more", partial(_turns, types=types))] if any(one.turns is not None for one in types) else []
    number = len(types) + len(totals)
    return _page(path, source, f"{number} contact type{'' if number == 1 else 's'}.", parts)


def _page(path: Path, source: str, of: str, parts: Sequence[tuple[str, Callable[[Any], None]]]) -> Path:
    matplotlib = optional("matplotlib", f"{path.name} (--no-pictures leaves it out)", "matplotlib", "report")
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "floorcast"
    body = "".join(f"<h2>{html.escape(title)}</h2>\n{_svg(draw)}\n" for title, draw in parts)
    head = f"<h1>Fit against data: {html.escape(source)}</h1><p>{html.escape(of)}</p>"
    style = "<style>body{font-family:sans-serif;max-width:60em;margin:2em auto}svg{width:100%;height:auto}</style>"
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Fit</title>{style}{head}{body}</html>', encoding="utf-8"
    )
    return path


def _svg(draw: Callable[[Any], None]) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    draw(figure)
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()[out.getvalue().index("<svg") :]


def _means(figure: Any, types: Sequence[Other], totals: Sequence[Totals]) -> None:
    axes = figure.subplots()
    for name, mean in [*((name_of(one), one.mean) for one in types), *((one.name, one.mean) for one in totals)]:
        seen = mean[mean.sum(axis=1) > 0]
        line = axes.plot(np.arange(PLACES) / 2, seen.mean(axis=0), label=name)[0]
        axes.fill_between(np.arange(PLACES) / 2, seen.min(axis=0), seen.max(axis=0), alpha=0.1, color=line.get_color())
    axes.set(xlabel="hour (line: mean of the weekdays; band: least and most of them)", ylabel="contacts per half hour", xlim=(0, 24))
    axes.legend(fontsize=8)


def _longer(figure: Any, known: dict[str, Floats]) -> None:
    axes = figure.subplots()
    for name, seconds in known.items():
        line = axes.plot(*_left(seconds), label=f"{name}, n {len(seconds):,}")[0]
        axes.plot(*_left(np.array(law_of(seconds))), ".", ms=3, color=line.get_color())
    axes.set(xlabel="seconds", ylabel="longer than that", xlim=(0, max(float(np.quantile(one, 0.98)) for one in known.values())))
    axes.legend(fontsize=8)


def _turns(figure: Any, types: Sequence[Other]) -> None:
    axes = figure.subplots()
    for one in types:
        if one.turns is not None:
            axes.plot(*_left(one.turns), drawstyle="steps-post", label=f"{name_of(one)}, n {len(one.turns):,}")
    axes.set(xlabel="answers", ylabel="more than that")
    axes.legend(fontsize=8)


def _arrivals(figure: Any, fit: Fitted) -> None:
    axes = figure.subplots()
    hours = np.arange(PLACES) / 2
    for weekday in np.flatnonzero(fit.volumes.days):
        axes.plot(hours, fit.volumes.mean[:, weekday].sum(axis=0), label=_DAYS[weekday])
        axes.fill_between(
            hours, fit.volumes.low[:, weekday].sum(axis=0), fit.volumes.high[:, weekday].sum(axis=0), alpha=0.08
        )
    axes.set(xlabel="hour", ylabel="contacts per half hour", xlim=(0, 24))
    axes.legend(ncols=7, fontsize=8)


def _left(values: Floats) -> tuple[Floats, Floats]:
    ordered = np.sort(values)
    if len(ordered) > 2000:
        ordered = np.quantile(ordered, np.linspace(0, 1, 2000))
    return ordered, 1 - np.arange(1, len(ordered) + 1) / len(ordered)


def _work(figure: Any, fit: Fitted) -> None:
    axes = figure.subplots()
    contacts = fit.contacts
    for number, name in enumerate(contacts.types):
        seconds = contacts.handle[contacts.handled & (contacts.type_of == number) & np.isfinite(contacts.handle)]
        if len(seconds) < 20:
            continue
        line = axes.plot(*_left(seconds), label=f"{name}, n {len(seconds):,}")[0]
        axes.plot(*_left(np.array(fit.laws.work[number])), ".", ms=3, color=line.get_color())
    axes.set(xlabel="seconds", ylabel="longer than that", xlim=(0, 1500))
    axes.legend(fontsize=8)


def _patience(figure: Any, fit: Fitted) -> None:
    from scipy import stats

    patience, contacts = fit.laws.patience, fit.contacts
    waited = contacts.wait > 0
    crowd = np.searchsorted(CROWDS, crowd_met(contacts), side="right") - 1
    names = [contacts.kind_name(kind) for kind in range(len(contacts.kinds))]
    crowds = [f"{low} waited" if low + 1 == high else f"{low} to {high - 1} waited" for low, high in pairwise(CROWDS)]
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, of, labels in (
        (left, contacts.kind, names),
        (right, crowd, ["nobody waited", *crowds[1:], f"{CROWDS[-1]} or more waited"]),
    ):
        for number, label in enumerate(labels):
            mine = waited & (of == number)
            one = contacts.of(mine)
            if (~one.handled).sum() < 30:
                continue
            data = stats.CensoredData(uncensored=one.wait[~one.handled], right=one.wait[one.handled])
            curve = stats.ecdf(data).sf
            end = float(np.sort(one.wait)[-_FEW])
            known = curve.quantiles <= end
            line = axes.step(curve.quantiles[known], curve.probabilities[known], where="post", label=label)[0]
            if patience is not None:
                seconds = np.linspace(0, min(end, 600.0), 301)
                axes.plot(seconds[::6], patience.still_waiting(one, crowd[mine], seconds)[::6], ".", ms=4, color=line.get_color())
        axes.set(xlabel="seconds waited", xlim=(0, 600), ylim=(0, 1))
        if axes.get_lines():
            axes.legend(fontsize=7)
    left.set(ylabel="still waiting", title="by type and priority")
    right.set(title="by how many waited on arrival")


def _unavailable(figure: Any, fit: Fitted) -> None:
    axes = figure.subplots()
    law = fit.laws.unavailable
    if law is not None:
        for n, name in enumerate(("nobody waits", "somebody waits", "several wait")):
            values, weights = (np.array(one) for one in values_of(law.usual[:, n]))
            axes.step(values, 1 - np.cumsum(weights), where="post", label=name)
        axes.legend(fontsize=8)
    axes.set(xlabel="seconds since the contact ended", ylabel="not available yet", xlim=(0, 300), ylim=(0, 1))


def _speeds(figure: Any, fit: Fitted) -> None:
    axes = figure.subplots()
    seen = np.flatnonzero(np.bincount(fit.contacts.agent[fit.contacts.agent >= 0], minlength=1) >= 30)
    speeds = np.sort(fit.laws.speeds[seen])[::-1]
    axes.bar(np.arange(len(speeds)), speeds - 1, bottom=1)
    axes.set(xlabel="agents", ylabel="speed", xticks=[])

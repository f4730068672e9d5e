"""Charts of customers: why they made contact, by which channel, what became of it, and how satisfied they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from floorcast.charts.look import Look, tint
from floorcast.charts.pictures import Bar, empty_figure, pattern
from floorcast.charts.words import human

NEW = "Something new"
# Why a contact came: what is counted of those offered, the rest came with something new.
CAUSES = {
    "retrials": "Had hung up before", "chasers": "Asked again unanswered", "repeats": "Came back unresolved",
    "went_public": "Told it in public", "attracted": "Drawn by other posts",
}  # fmt: skip
# What became of it: these add up to the contacts offered and carried in.
ENDS = {
    "handled": ("Handled", "good"), "contained": ("Settled by the bot", "good"),
    "closed_with_another": ("Closed with another", "good"), "discarded": ("Closed without reply", "unsure"),
    "open": ("Still open", "unsure"), "abandoned": ("Gave up", "bad"), "blocked": ("Turned away", "bad"),
    "lost": ("Never answered", "bad"),
}  # fmt: skip
# What a relevant public post ends as.
POSTS = {
    "replied": "Replied to", "closed": "Closed with another", "by_customers": "Answered by customers",
    "needless": "Needed no answer", "hidden": "Hidden or deleted", "ignored": "Put aside",
    "contained": "Settled by a bot", "too_late": "Too late", "refused": "Turned away",
    "unheard": "Never heard", "still_open": "Still open",
}  # fmt: skip
SMALL = 0.2  # of a hundred: thinner streams are left out of the picture


@dataclass(frozen=True)
class Stream:
    """So many of a hundred contacts that went from one place to another."""

    source: str
    target: str
    of_hundred: float


def streams(measures: Sequence[Mapping[str, Any]], policy: str) -> list[Stream]:
    """Cause to channel, and channel to end, of a hundred contacts under a policy; every stream that is not nothing.

    measures: of a study's document. What goes into a channel comes out of it, whatever the policy.
    """
    found: dict[tuple[str, str], float] = {}
    channels: list[str] = []
    for one in measures:
        if one["policy"] == policy and one["by"] == "channel" and one["mean"] is not None:
            found[one["of"], one["measure"]] = float(one["mean"])
            if one["of"] not in channels:
                channels.append(one["of"])
    total = sum(found.get((name, what), 0.0) for name in channels for what in ("offered", "carried_in"))
    if total <= 0:
        return []
    into, out = [], []
    for name in channels:
        causes = {cause: found.get((name, cause), 0.0) for cause in CAUSES}
        new = found.get((name, "offered"), 0.0) - sum(causes.values())
        said = {NEW: max(new, 0.0), **{CAUSES[cause]: number for cause, number in causes.items()}}
        said["Waited at the start"] = found.get((name, "carried_in"), 0.0)
        into += [Stream(why, human(name), 100 * number / total) for why, number in said.items() if number > 0]
        out += [
            Stream(human(name), word, 100 * found[name, end] / total)
            for end, (word, _) in ENDS.items()
            if found.get((name, end), 0.0) > 0
        ]
    return into + out


def flow(flows: Mapping[str, Sequence[Stream]], look: Look) -> go.Figure:
    """A picture per policy: causes at the left, channels, and at the right what became of a hundred contacts."""
    n = max(len(flows), 1)
    figure = make_subplots(
        rows=1, cols=n, specs=[[{"type": "sankey"}] * n], subplot_titles=list(flows), horizontal_spacing=0.04
    )
    tones = {word: getattr(look, tone) for word, tone in ENDS.values()}
    for place, (policy, ones) in enumerate(flows.items()):
        ones = [one for one in ones if one.of_hundred >= SMALL]
        names = list(dict.fromkeys(name for one in ones for name in (one.source, one.target)))
        through = {
            name: max(
                sum(one.of_hundred for one in ones if one.source == name),
                sum(one.of_hundred for one in ones if one.target == name),
            )
            for name in names
        }
        colours = [tones.get(name, look.faint) for name in names]
        figure.add_trace(
            go.Sankey(
                name=policy, arrangement="snap", textfont={"size": 12, "color": look.ink, "shadow": "none"},
                valueformat=".1f", valuesuffix=" of 100",
                node={
                    "label": [f"{name} {through[name]:.0f}" if through[name] >= 0.95 else name for name in names],
                    "color": colours, "pad": 14, "thickness": 12, "line": {"width": 0},
                },
                link={
                    "source": [names.index(one.source) for one in ones],
                    "target": [names.index(one.target) for one in ones],
                    "value": [one.of_hundred for one in ones],
                    "color": [tint(tones.get(one.target, look.faint), 0.28) for one in ones],
                },
            ),
            row=1, col=place + 1,
        )  # fmt: skip
    base = empty_figure(look, 430).layout
    figure.update_layout(base)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 34, "b": 8})
    figure.update_annotations(font={"size": 13, "color": look.ink})
    return figure


def how_soon(
    shares: Mapping[str, Sequence[tuple[float, float]]], within: Sequence[str], look: Look
) -> go.Figure:
    """The share of all posts that had a reply of their own within so long: a line per policy.

    shares: by policy, (mean, half width) for each of `within`, which are words such as `1 h`.
    """
    figure = empty_figure(look, 300)
    for number, (policy, ones) in enumerate(shares.items()):
        figure.add_scatter(
            x=list(within), y=[100 * mean for mean, _ in ones], name=policy, mode="lines+markers",
            line={"color": look.policy(number), "dash": look.dash(number), "width": 2, "shape": "linear"},
            error_y={
                "array": [100 * half for _, half in ones], "color": look.policy(number), "thickness": 1.2, "width": 3,
            },
            hovertemplate="%{y:.1f} % within %{x}<extra>" + policy + "</extra>",
        )  # fmt: skip
    figure.update_yaxes(range=[0, 103], ticksuffix=" %", fixedrange=True)
    figure.update_xaxes(fixedrange=True, type="category")
    return figure


def ends_of_posts(shares: Mapping[str, Mapping[str, float]], look: Look) -> go.Figure:
    """What became of posts: a bar of a hundred per row (a policy, or a topic under it), a part per end of `POSTS`.

    shares: by row, the share of its posts by end.
    """
    figure = empty_figure(look, 120 + 30 * len(shares))
    rows = list(shares)
    seen = [end for end in POSTS if any(one.get(end, 0.0) * 100 >= SMALL for one in shares.values())]
    for number, end in enumerate(seen):
        figure.add_bar(
            x=[100 * shares[row].get(end, 0.0) for row in rows], y=rows, orientation="h", name=POSTS[end],
            marker={"color": look.policy(number), "pattern": pattern(number, look), "line": {"width": 0}},
            hovertemplate="%{x:.1f} of 100: " + POSTS[end].lower() + "<extra>%{y}</extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack", bargap=0.3, hovermode="closest")
    figure.update_xaxes(range=[0, 100], fixedrange=True, title={"text": "of 100 posts", "font": {"size": 12}})
    figure.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False)
    return figure


def satisfaction(bars: Sequence[Bar], look: Look, wanted: float | None = None) -> go.Figure:
    """Mean satisfaction from 1 to 5, a row per channel, a sign per policy with its 95 % interval."""
    things = list(dict.fromkeys(bar.of for bar in bars))
    policies = list(dict.fromkeys(bar.policy for bar in bars))
    figure = empty_figure(look, 90 + len(things) * (14 + 13 * len(policies)))
    signs = ("circle", "diamond", "square", "triangle-up", "x", "star", "cross", "hexagon")
    for number, policy in enumerate(policies):
        mine = [bar for bar in bars if bar.policy == policy and bar.mean is not None]
        shift = (number - (len(policies) - 1) / 2) * 0.6 / max(len(policies), 1)
        figure.add_scatter(
            x=[bar.mean for bar in mine], y=[things.index(bar.of) + shift for bar in mine], mode="markers",
            name=policy, text=[bar.of for bar in mine],
            marker={"size": 10, "color": look.policy(number), "symbol": signs[number % len(signs)]},
            error_x={
                "array": [bar.half_width or 0.0 for bar in mine], "color": look.policy(number), "thickness": 1.4,
                "width": 3,
            },
            hovertemplate="%{text}: %{x:.2f}<extra>" + policy + "</extra>",
        )  # fmt: skip
    figure.update_xaxes(range=[0.9, 5.1], dtick=1, fixedrange=True, showgrid=True)
    figure.update_yaxes(
        tickvals=list(range(len(things))), ticktext=things, range=[len(things) - 0.4, -0.6], fixedrange=True,
        showgrid=False,
    )  # fmt: skip
    figure.update_layout(hovermode="closest")
    if wanted is not None:
        figure.add_vline(x=wanted, line={"color": look.ink, "dash": "dot", "width": 1.3})
    return figure


def satisfaction_spread(shares: Mapping[str, tuple[Sequence[float], Sequence[float]]], look: Look) -> go.Figure:
    """How many of a hundred are how satisfied: bars by half points from 1 to 5, one beside the other by policy.

    shares: by policy, the upper ends of the half points and the share of contacts in each.
    """
    figure = empty_figure(look, 280)
    for number, (policy, (ends, share)) in enumerate(shares.items()):
        figure.add_bar(
            x=[f"{end - 0.5:g}–{end:g}" for end in ends], y=[100 * one for one in share], name=policy,
            marker={"color": look.policy(number), "pattern": pattern(number, look)},
            hovertemplate="%{x}: %{y:.1f} of 100<extra>" + policy + "</extra>",
        )  # fmt: skip
    figure.update_layout(barmode="group", bargap=0.25, hovermode="closest")
    figure.update_yaxes(title={"text": "of 100 contacts", "font": {"size": 12}}, rangemode="tozero", fixedrange=True)
    figure.update_xaxes(fixedrange=True, tickangle=0)
    return figure

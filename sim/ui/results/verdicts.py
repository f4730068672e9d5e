"""Targets: met, missed or undecided, one row per target and one column per policy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from floorcast.charts.look import Look
from floorcast.charts.quantities import NEVER, NOT_REACHED, interval, known, quantity
from floorcast.charts.words import (
    UNDECIDED_TARGET,
    VERDICTS,
    human,
    measure_help,
    target_bounds,
    target_name,
)
from floorcast.scenario import Scenario
from floorcast.study import TargetVerdict
from floorcast.study.alternatives.robust_words import Beside
from floorcast.ui.base.look import safe

WHY_NOT_REACHED = (
    "In some runs too many still waited at the end to tell. The verdict counts such a run as 0, the least it can be."
    " More days, or people in the last hours, would give a number"
)
TONES = {"met": "good", "missed": "bad", "better": "good", "worse": "bad"}


def show_targets(
    verdicts: Sequence[TargetVerdict],
    policies: Sequence[str],
    scenario: Scenario,
    look: Look,
    beside: Beside | None = None,
) -> None:
    """The table of targets with a headline."""
    st.header(
        "Are the targets met?",
        help="Met: the whole interval meets the target. Missed: the whole interval breaks it. Undecided: the"
        " target lies inside the interval, so more replications are needed to tell. All verdicts of this table"
        " hold together with 95 % confidence.",
    )
    if not verdicts:
        st.caption("This scenario sets no targets. Add some to the file under `targets`.")
        return
    st.html(f'<div class="fc-scroll">{targets_table(verdicts, policies, scenario, look, beside)}</div>')
    st.html(
        '<div class="fc-key">The bold number is the estimate; the range below it is where the true value lies'
        " (95 % confidence for the whole table). On the ruler the black mark is the target, the bar the range.</div>"
    )


def targets_table(
    verdicts: Sequence[TargetVerdict],
    policies: Sequence[str],
    scenario: Scenario,
    look: Look,
    beside: Beside | None = None,
) -> str:
    """The table as HTML. beside: what the verdicts owe to what is assumed, where they were held against it."""
    said = beside or Beside(None)
    by_policy = {policy: [one for one in verdicts if one.policy == policy] for policy in policies}
    head = "".join(
        f'<th><span class="fc-swatch" style="background:{look.policy(place)}"></span>{safe(human(policy))}'
        f'<span class="fc-sub">{_tally(by_policy[policy])}</span></th>'
        for place, policy in enumerate(policies)
    )
    rows = []
    for ones in zip(*by_policy.values()):
        target = ones[0].target
        top = _scale_end(ones)
        cells = "".join(f"<td>{_cell(one, top)}{owes(said.target(one)[1])}</td>" for one in ones)
        what = "Overall" if target.by == "all" else human(target.of)
        rows.append(
            f'<tr><td title="{safe(measure_help(target.measure))}"><b>{safe(what)}</b>'
            f'<span class="fc-sub">{safe(target_name(target, scenario))}<br>{safe(target_bounds(target))}</span></td>'
            f"{cells}</tr>"
        )
    return f'<table class="fc-table"><caption class="fc-hidden">Targets with their ranges</caption><tr><th>Target</th>{head}</tr>{"".join(rows)}</table>'


def verdict_badge(verdict: str, undecided: tuple[str, str]) -> str:
    """A verdict as sign and word, coloured."""
    sign, word = VERDICTS.get(verdict, undecided)
    return f'<span class="fc-verdict fc-{TONES.get(verdict, "unsure")}">{sign} {word}</span>'


def owes(why: str) -> str:
    """What a verdict owes to what is assumed, as a line below it; nothing where it was not held against that."""
    return f'<span class="fc-sub">{safe(why)}</span>' if why else ""


def _tally(verdicts: Sequence[TargetVerdict]) -> str:
    number = Counter(one.verdict for one in verdicts)
    parts = [f"{number[name]} {name}" for name in ("met", "missed", "undecided") if number[name]]
    return " · ".join(parts)


def _cell(one: TargetVerdict, top: float) -> str:
    unit = one.target.unit
    if math.isnan(one.mean):
        return f'<span class="fc-sub">{NEVER} nothing to measure</span>'
    badge = verdict_badge(one.verdict, UNDECIDED_TARGET)
    if math.isinf(one.mean):
        return f'{badge}<span class="fc-value">{NOT_REACHED}</span><span class="fc-sub">{WHY_NOT_REACHED}</span>'
    value = f'<span class="fc-value">{quantity(one.mean, unit)}</span>'
    if not known(one.half_width):
        return f'{badge}{value}<span class="fc-sub">one replication gives no range</span>'
    ends = interval(one.mean, one.half_width, unit)
    return f'{badge}{value}<span class="fc-sub">{ends}</span>{_ruler(one, top)}'


def _scale_end(ones: Sequence[TargetVerdict]) -> float:
    """Where the rulers of a row end: 100 % for shares, else beyond all that stands on them."""
    target = ones[0].target
    if target.unit == "share":
        return 1.0
    marks = [bound for bound in (target.at_least, target.at_most) if bound is not None]
    ends = [
        one.mean + (one.half_width if known(one.half_width) else 0)
        for one in ones
        if known(one.mean)
    ]
    return 1.15 * max([*marks, *ends, 1e-9])


def _ruler(one: TargetVerdict, top: float) -> str:
    low = max(one.mean - one.half_width, 0.0) / top
    high = min((one.mean + one.half_width) / top, 1.0)
    marks = "".join(
        f'<b style="left:{100 * min(bound / top, 1.0):.1f}%"></b>'
        for bound in (one.target.at_least, one.target.at_most)
        if bound is not None and math.isfinite(bound)
    )
    tone = TONES.get(one.verdict, "unsure")
    left, width = min(100 * low, 99.0), max(100 * (high - low), 0.0)
    bar = f'<i class="fc-{tone}-bar" style="left:{left:.1f}%;width:{width:.1f}%"></i>'
    ends = f'<div class="fc-ends" aria-hidden="true"><span>0</span><span>{quantity(top, one.target.unit)}</span></div>'
    return f'<div class="fc-ruler" aria-hidden="true">{bar}{marks}</div>{ends}'

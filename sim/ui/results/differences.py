"""Differences between two policies on the same customers: better, worse, or cannot tell yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from floorcast.charts.quantities import difference, difference_interval, known, quantity
from floorcast.charts.words import UNDECIDED_DIFFERENCE, human, measure_help, measure_name
from floorcast.study import DifferenceVerdict
from floorcast.study.alternatives.robust_words import Beside
from floorcast.study.verdicts import Difference
from floorcast.ui.base.look import safe
from floorcast.ui.results.verdicts import TONES, owes, verdict_badge

Values = Mapping[tuple[str, str, str, str], float | None]  # (policy, measure, by, of) -> mean


def show_differences(
    verdicts: Sequence[DifferenceVerdict], values: Values, beside: Beside | None = None
) -> None:
    """A choice of the pair and its table."""
    pairs = list(dict.fromkeys((one.policy, one.against) for one in verdicts))
    if not pairs:
        return
    st.header(
        "Which policy does better?",
        help="Both policies meet the same customers, so most of the luck cancels out. A difference is told only"
        " when its whole interval lies on one side of zero; all verdicts, of all pairs, hold together with"
        " 95 % confidence.",
    )
    pair = pairs[-1] if len(pairs) == 1 else _choose(pairs)
    shown = without_repeats([one for one in verdicts if (one.policy, one.against) == pair], values)
    st.html(
        f'<div class="fc-lead" style="margin:.2rem 0 .6rem">{safe(sentence(shown, *pair))}</div>'
    )
    st.html(f'<div class="fc-scroll">{differences_table(shown, values, beside)}</div>')
    st.html(
        '<div class="fc-key">The black mark is zero, no difference; the bar is the range in which the true'
        " difference lies.</div>"
    )


def sentence(verdicts: Sequence[DifferenceVerdict], policy: str, against: str) -> str:
    """The table in one sentence."""
    number = Counter(one.verdict for one in verdicts)
    text = (
        f"Compared with {human(against)}, {human(policy)} is better on {number['better']}"
        f" and worse on {number['worse']} of {len(verdicts)} measures"
    )
    said: tuple[tuple[Difference, str], ...] = (("cannot tell yet", "cannot be told yet"), ("the same", "the same"))
    rest = [f"{number[kind]} {words}" for kind, words in said if number[kind]]
    return f"{text}; {', '.join(rest)}." if rest else f"{text}."


def without_repeats(
    verdicts: Sequence[DifferenceVerdict], values: Values
) -> list[DifferenceVerdict]:
    """Without a channel's plain service level where a target's says the same."""
    seen = set()
    kept = []
    for one in verdicts:
        row = one.row
        base = row.measure.partition(" ")[0]
        pair = tuple(
            values.get((name, row.measure, row.by, row.of)) for name in (one.policy, one.against)
        )
        mark = (base, row.by, row.of, one.mean, one.half_width, pair)
        if mark not in seen:
            kept.append(one)
        seen.add(mark)
    return kept


def differences_table(
    verdicts: Sequence[DifferenceVerdict], values: Values, beside: Beside | None = None
) -> str:
    """The table as HTML. beside: what the verdicts owe to what is assumed, where they were held against it."""
    said = beside or Beside(None)
    if not verdicts:
        return ""
    policy, against = verdicts[0].policy, verdicts[0].against
    rows = []
    for one in verdicts:
        row, unit = one.row, one.row.unit
        pair = [
            quantity(values.get((name, row.measure, row.by, row.of)), unit)
            for name in (against, policy)
        ]
        same = _same(one)
        ends = "no difference" if same else difference_interval(one.mean, one.half_width, unit)
        badge = verdict_badge(one.verdict, UNDECIDED_DIFFERENCE)
        what = "Overall" if row.by == "all" else human(row.of)
        rows.append(
            f'<tr><td title="{safe(measure_help(row.measure))}"><b>{safe(what)}</b>'
            f'<span class="fc-sub">{safe(measure_name(row.measure, row.by))}</span></td>'
            f'<td><span class="fc-value">{pair[0]}</span></td><td><span class="fc-value">{pair[1]}</span></td>'
            f'<td>{badge}<span class="fc-value">{difference(one.mean, unit)}</span>'
            f'<span class="fc-sub">{ends}</span>{_ruler(one)}{owes(said.difference(one)[1])}</td></tr>'
        )
    return (
        f'<table class="fc-table"><caption class="fc-hidden">Differences between two policies</caption><tr><th>Measure</th><th>{safe(human(against))}</th><th>{safe(human(policy))}</th>'
        f"<th>Difference</th></tr>{''.join(rows)}</table>"
    )


def _choose(pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    picked = st.selectbox(
        "Compare",
        pairs,
        index=0,
        format_func=lambda pair: f"{human(pair[0])} compared with {human(pair[1])}",
        key="pair",
        label_visibility="collapsed",
    )
    return picked if picked in pairs else pairs[0]


def _same(one: DifferenceVerdict) -> bool:
    return one.mean == 0 and one.half_width == 0


def _ruler(one: DifferenceVerdict) -> str:
    """Zero in the middle; each row has its own scale, for their units differ."""
    if not known(one.half_width) or _same(one):
        return ""
    low, high = one.mean - one.half_width, one.mean + one.half_width
    reach = 1.1 * max(abs(low), abs(high), 1e-12)
    left, width = 50 * (1 + low / reach), 50 * (high - low) / reach
    tone = TONES.get(one.verdict, "unsure")
    return (
        f'<div class="fc-ruler" aria-hidden="true"><i class="fc-{tone}-bar" style="left:{left:.1f}%;'
        f'width:{width:.1f}%"></i><b style="left:50%"></b></div>'
        f'<div class="fc-ends" aria-hidden="true"><span>{difference(-reach, one.row.unit)}</span>'
        f"<span>{difference(reach, one.row.unit)}</span></div>"
    )

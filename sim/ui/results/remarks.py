"""What a reader should know beside the numbers: doubts, and how many replications would decide."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from floorcast.charts.quantities import count
from floorcast.store import StudyResult
from floorcast.study import Study
from floorcast.study.advice import MOST, Need, to_decide
from floorcast.study.doubts import Doubt, doubts
from floorcast.ui.base.look import safe

MOST_DAYS = 60  # of a scenario whose backlog is looked at from day to day


def doubts_of(result: StudyResult, days: int) -> list[Doubt]:
    """All doubts about a study; growth from day to day only where that is quickly read."""
    study = result.study
    series = None
    if 3 <= days <= MOST_DAYS and result.folder is not None:
        series = {policy: result.series(policy) for policy in study.policies}
    return doubts(study, series)


def show_doubts(found: Sequence[Doubt], policies: Sequence[str]) -> None:
    """Each doubt once, with the policies it is about."""
    texts: dict[str, list[str]] = {}
    for doubt in found:
        texts.setdefault(doubt.text, []).append(doubt.policy)
    if not texts:
        return
    lines = "".join(
        f'<div class="fc-problem fc-warning">{_under(names, policies)}{safe(text)}</div>'
        for text, names in texts.items()
    )
    with st.expander(f"{count(len(texts), 'note')} on these results", icon=":material/info:"):
        st.html(lines)


def needs_of(study: Study) -> list[Need]:
    """Replications that would settle what is undecided."""
    return to_decide(study) if study.replications > 1 else []


def advice(needs: Sequence[Need], of_targets: bool) -> str:
    """What it would take to settle the undecided targets, or differences, in a sentence."""
    mine = [need for need in needs if (need.against is None) == of_targets]
    if not mine:
        return ""
    within = sorted(need.replications for need in mine if need.replications is not None)
    out_of_reach = len(mine) - len(within)
    text = f"{count(len(mine), 'verdict')} undecided"
    if within:
        most = _rounded(within[-1])
        text += f": about {most:,} replications would settle " + (
            "it" if len(mine) == 1 else "them" if not out_of_reach else f"{len(within)} of them"
        )
        text += ", if the estimates stay as they are"
    if out_of_reach:
        rest = "too close to tell" if not within else f"{out_of_reach} too close to tell"
        text += f"{';' if within else ':'} {rest} with {MOST:,} replications"
    return f"{text}."


def _rounded(number: int) -> int:
    """Two figures, for it is a guide."""
    step = int(10 ** max(len(str(number)) - 2, 0))
    return -(-number // step) * step


def _under(names: Sequence[str], policies: Sequence[str]) -> str:
    named = [name for name in names if name]
    if not named or len(policies) == 1 or len(named) == len(policies):
        return ""
    return f"<b>{safe(', '.join(named))}</b>: "

"""Customers and the public: how they feel, what they do next, what everybody can see, what is heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from floorcast import charts
from floorcast.charts.look import Look
from floorcast.charts.quantities import known, quantity, yardstick
from floorcast.charts.words import human, measure_help, measure_name
from floorcast.scenario import Scenario
from floorcast.scenario.catalogue.measures import BANDS
from floorcast.store.curves import read_curve
from floorcast.ui.base.jobs import Job
from floorcast.ui.base.look import safe
from floorcast.ui.base.state import remember_many

SECTIONS: dict[str, tuple[str, ...]] = {
    "How customers feel": (
        "satisfaction", "promoter_score", "issues_resolved", "issues_closed", "first_contact_resolution",
        "contacts_per_issue", "channel_hops",
    ),
    "Customers over several issues": (
        "mood", "customers", "churned", "churn_rate", "worth_lost", "came_again", "reputation",
    ),
    "What surveys say": (
        "survey_score", "survey_half_width", "survey_bias", "survey_holds", "survey_promoters", "survey_response",
        "followed_up",
    ),
    "What they do next": ("chasers", "repeats", "went_public", "callbacks", "containment", "deflection"),
    "What everybody can see": (
        "response_rate", "closed_rate", "attracted", "branching_ratio", "posts_avoided",
        "incident_size_max", "incident_duration_max", "exposure",
        "collateral_first_response",
    ),
    "What is heard": ("service_level_heard", "missed", "found_late", "noise", "noise_work", "misrouted", "misread"),
}  # fmt: skip
CAMPAIGN = ("offered", "response_rate", "first_response_mean", "attracted", "exposure")
LINE = ("in_force", "times_begun", "first_begun", "statement_after")
PRIORITY = ("offered", "response_rate", "answered_in_time", "first_response_mean", "next_reply_mean")
BAND_HELP = (
    "Each policy's own points sort them in three: the third with most points, the third with fewest, and those"
    " between. Without points all are in the lowest."
)
_HOUR = 3600.0

Entry = Mapping[str, Any]  # one measure of the study's document


def has_public(document: Mapping[str, Any]) -> bool:
    """Whether the scenario has issues, incidents, listening, campaigns or supervision to tell of."""
    return any(
        entry["measure"] == "satisfaction" or entry["by"] in ("campaign", "line") for entry in document["measures"]
    )


def show_public(job: Job, document: Mapping[str, Any], look: Look) -> None:
    """Measures of issues, incidents and listening, by policy; incidents through time; campaigns."""
    assert job.result is not None
    policies = job.result.study.policies
    entries = document["measures"]
    for title, measures in SECTIONS.items():
        table = public_table(entries, measures, policies, look)
        if table:
            st.subheader(title, anchor=False)
            st.html(f'<div class="fc-scroll">{table}</div>')
        if title == "What everybody can see":
            _show_incidents(job, look)
    for band in BANDS:
        table = public_table(entries, PRIORITY, policies, look, "priority", band)
        if table:
            st.subheader(f"Letters, messages and posts of {band} priority", anchor=False, help=BAND_HELP)
            st.html(f'<div class="fc-scroll">{table}</div>')
    for name in dict.fromkeys(e["of"] for e in entries if e["by"] == "line"):
        table = public_table(entries, LINE, policies, look, "line", name)
        if table:
            st.subheader(f"Supervision: {name}", anchor=False)
            st.html(f'<div class="fc-scroll">{table}</div>')
    campaigns = list(dict.fromkeys(e["of"] for e in entries if e["by"] == "campaign"))
    for name in campaigns:
        st.subheader(f"Campaign: {name}", anchor=False)
        st.html(
            f'<div class="fc-scroll">{public_table(entries, CAMPAIGN, policies, look, "campaign", name)}</div>'
        )


def public_table(
    entries: Sequence[Entry],
    measures: Sequence[str],
    policies: Sequence[str],
    look: Look,
    by: str = "all",
    of: str = "all",
) -> str:
    """The measures that say anything, a row each and a column per policy, as HTML; "" when none does."""
    found = {(e["policy"], e["measure"]): e for e in entries if e["by"] == by and e["of"] == of}
    rows = []
    for measure in measures:
        ones = [found.get((policy, measure)) for policy in policies]
        if not any(one is not None and known(one["mean"]) and one["mean"] for one in ones):
            continue
        like = yardstick(None if one is None else one["mean"] for one in ones)
        cells = "".join(f"<td>{_cell(one, like)}</td>" for one in ones)
        what = f'<b>{safe(measure_name(measure))}</b><span class="fc-sub">{safe(measure_help(measure))}</span>'
        rows.append(f"<tr><td>{what}</td>{cells}</tr>")
    if not rows:
        return ""
    head = "".join(
        f'<th><span class="fc-swatch" style="background:{look.policy(place)}"></span>{safe(human(policy))}</th>'
        for place, policy in enumerate(policies)
    )
    return f'<table class="fc-table fc-public"><tr><th></th>{head}</tr>{"".join(rows)}</table>'


def cascading(scenario: Scenario) -> list[str]:
    """Contact types whose posts attract others, those that only a crisis brings first."""
    kinds = [name for name, kind in scenario.contact_types.items() if kind.cascade is not None]
    return sorted(kinds, key=lambda name: bool(scenario.contact_types[name].arrivals))


@st.fragment
def _show_incidents(job: Job, look: Look) -> None:
    assert job.result is not None
    scenario = job.setting.scenario
    kinds = cascading(scenario)
    if not kinds:
        return
    of = kinds[0]
    if len(kinds) > 1:
        of = st.selectbox("Posts", kinds, key="public:posts", width=280)
    curves = {
        policy: remember_many(
            "curves", (policy, "offered", ("contact_type", of), _HOUR),
            partial(read_curve, job.folder, policy, "offered", "contact_type", of, _HOUR),
            under=job,
        )
        for policy in job.result.study.policies
    }  # fmt: skip
    st.plotly_chart(
        charts.through_time(curves, scenario.start, look),
        theme=None, config={"displayModeBar": False, "responsive": True}, key=f"chart:public:{of}",
    )  # fmt: skip
    st.caption(f"Posts of {of} per hour: means over the replications with their 95 % bands.")


def _cell(one: Entry | None, like: float | None) -> str:
    if one is None or not known(one["mean"]):
        return '<span class="fc-sub">–</span>'
    value = f'<span class="fc-value">{quantity(one["mean"], one["unit"], like)}</span>'
    half = one["half_width"]
    if not known(half) or not half:
        return value
    return f'{value}<span class="fc-sub">± {quantity(half, one["unit"], like=like)}</span>'

"""Customers and the public as pictures: why they came and what became of them, how they feel, how incidents ran;
all numbers in tables below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from floorcast import charts
from floorcast.charts.flows import POSTS, Stream
from floorcast.charts.look import Look
from floorcast.charts.quantities import common_size, known, quantity
from floorcast.charts.words import human, measure_help, measure_name
from floorcast.scenario import Scenario
from floorcast.scenario.catalogue.measures import BANDS, ENDS, WITHIN
from floorcast.store.cubes import read_distribution
from floorcast.store.curves import read_curve
from floorcast.study.waits import share_by_score
from floorcast.ui.base.jobs import Job
from floorcast.ui.base.look import plain, safe
from floorcast.ui.base.state import remember_many
from floorcast.ui.results.pictures import CONFIG

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
SAID = ("stars", "needless", "answered_by_customers", "taken_down", "answered_elsewhere", "contradicted")
CAMPAIGN = ("offered", "response_rate", "first_response_mean", "attracted", "exposure")
LINE = ("in_force", "times_begun", "first_begun", "statement_after")
ENDED = ("funnel", "topic")
SOON = ("funnel", "network", "tier", "hours")  # classes of posts by which answers are told apart
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


def show_customers(job: Job, document: Mapping[str, Any], look: Look) -> None:
    """Three pictures, then all numbers."""
    assert job.result is not None
    policies = job.result.study.policies
    entries = document["measures"]
    _show_flow(entries, policies, look)
    if not has_public(document):
        st.caption("This scenario says nothing of how customers feel, what they do next, or what the public sees.")
        return
    left, right = st.columns(2, gap="large")
    with left:
        _show_spread(job, look)
        _show_satisfaction(job, entries, look)
    with right:
        _show_incidents(job, entries, look)
    left, right = st.columns(2, gap="large")
    with left:
        _show_how_soon(entries, policies, look)
    with right:
        _show_ends(entries, policies, look)
    _show_said(entries, policies, look)
    with st.expander("All numbers of customers and the public", icon=":material/table_rows:"):
        _show_tables(entries, policies, look)


def _show_flow(entries: Sequence[Entry], policies: Sequence[str], look: Look) -> None:
    """What became of a hundred contacts, two policies side by side at most on one row of the page."""
    st.header(
        "Of a hundred contacts", anchor=False,
        help="At the left why they came, in the middle by which channel, at the right what became of them. Means over"
        " the replications.",
    )  # fmt: skip
    picked = list(policies)
    if len(policies) > 2:
        picked = st.pills(
            "Policies shown", policies, selection_mode="multi", default=[policies[0], policies[-1]], format_func=human,
            key=f"flow:{'/'.join(policies)}", label_visibility="collapsed",
        )  # fmt: skip
    flows = {human(policy): charts.streams(entries, policy) for policy in policies if policy in picked}
    flows = {policy: ones for policy, ones in flows.items() if ones}
    if not flows:
        st.caption("Choose a policy.")
        return
    for place, (policy, ones) in zip(st.columns(len(flows)), flows.items()):  # on a phone one below the other
        with place:
            st.plotly_chart(
                charts.flow({policy: ones}, look), theme=None, config=CONFIG, key=f"chart:flow:{policy}",
                alt=_flow_words({policy: ones}),
            )  # fmt: skip


def _flow_words(flows: Mapping[str, Sequence[Stream]]) -> str:
    """What the picture of the flow shows, for those who do not see it."""
    said = []
    for policy, ones in flows.items():
        sources = {one.source for one in ones}
        ends: dict[str, float] = {}
        for one in ones:
            if one.target not in sources:
                ends[one.target] = ends.get(one.target, 0.0) + one.of_hundred
        said.append(f"{policy}: " + ", ".join(f"{number:.0f} {word.lower()}" for word, number in ends.items()))
    return f"Of a hundred contacts, {'; '.join(said)}"


@st.fragment
def _show_spread(job: Job, look: Look) -> None:
    """How many of a hundred are how satisfied, of all or of one channel."""
    assert job.result is not None
    scenario = job.setting.scenario
    found = {
        policy: remember_many("distributions", policy, partial(read_distribution, job.folder, policy), under=job)
        for policy in job.result.study.policies
    }
    if not any(share_by_score(one)[2] for one in found.values()):
        return
    st.header("How many are how satisfied", anchor=False, help=measure_help("satisfaction"))
    of = st.selectbox(
        "Satisfaction of", ["", *scenario.channel_names], key="public:spread", width=280, label_visibility="collapsed",
        format_func=lambda name: human(name) if name else "All contacts",
    )  # fmt: skip
    types = [at for at, name in enumerate(scenario.type_names) if of in ("", scenario.channel_of(name))]
    shares = {human(policy): share_by_score(one, types) for policy, one in found.items()}
    shown = {policy: (ends.tolist(), share.tolist()) for policy, (ends, share, number) in shares.items() if number}
    if not shown:
        st.caption("Nobody is rated here.")
        return
    st.plotly_chart(
        charts.satisfaction_spread(shown, look), theme=None, config=CONFIG, key=f"chart:spread:{of}",
        alt="; ".join(_spread_in_words(policy, *one) for policy, one in shown.items()),
    )  # fmt: skip
    st.caption("Of a hundred contacts that are rated, how many score what, from 1 to 5; all replications together.")


def _spread_in_words(policy: str, ends: Sequence[float], share: Sequence[float]) -> str:
    low = sum(one for end, one in zip(ends, share) if end <= 3)
    return f"{policy}: {100 * low:.0f} of 100 score 3 or less, {100 * share[-1]:.0f} more than {ends[-2]:g}"


def _show_satisfaction(job: Job, entries: Sequence[Entry], look: Look) -> None:
    assert job.result is not None
    bars = [
        charts.Bar(human(e["policy"]), "All" if e["by"] == "all" else human(e["of"]), e["mean"], e["half_width"])
        for e in entries
        if e["measure"] == "satisfaction" and e["by"] in ("all", "channel") and known(e["mean"])
    ]
    if not bars:
        return
    st.header("How satisfied they are", anchor=False, help=measure_help("satisfaction"))
    wanted = next(
        (one.at_least for one in job.result.study.targets if one.measure == "satisfaction" and one.by == "all"), None
    )
    st.plotly_chart(
        charts.satisfaction(bars, look, wanted), theme=None, config=CONFIG, key="chart:satisfaction",
        alt="Satisfaction from 1 to 5 by channel and policy",
    )  # fmt: skip
    dotted = " Dotted: the target over all." if wanted is not None else ""
    st.caption(f"From 1 to 5, means with their 95 % intervals.{dotted}")


def _show_how_soon(entries: Sequence[Entry], policies: Sequence[str], look: Look) -> None:
    """How soon posts had a reply of their own, as a distribution: of all, of a network, a tier, or business hours."""
    names = dict(WITHIN)
    found = {(e["by"], e["of"], e["policy"], e["measure"]): e for e in entries if e["measure"] in names}
    classes = list(dict.fromkeys((by, of) for by, of, _, _ in found if by in SOON))
    if not classes:
        return
    st.header(
        "How soon posts are answered", anchor=False,
        help="The share of all relevant posts, those never answered included, that had a reply of their own within so"
        " long.",
    )  # fmt: skip
    chosen = classes[0]
    if len(classes) > 2:  # one network alone is all of them
        chosen = st.selectbox(
            "Of", classes, key="public:soon", width=280, format_func=lambda one: human(one[1]),
            label_visibility="collapsed",
        )  # fmt: skip
    shares = {
        human(policy): [
            (float(e["mean"] or 0.0), float(e["half_width"] or 0.0))
            for e in (found[(*chosen, policy, name)] for name in names)
        ]
        for policy in policies
        if (*chosen, policy, WITHIN[0][0]) in found
    }
    within = [name.removeprefix("within_").replace("_", " ") for name in names]
    said = "; ".join(f"{policy}: {100 * ones[3][0]:.0f} % within an hour" for policy, ones in shares.items())
    st.plotly_chart(
        charts.how_soon(shares, within, look), theme=None, config=CONFIG, key="chart:soon",
        alt=f"Share of posts with a reply, {said}",
    )  # fmt: skip
    st.caption("Means over the replications with their 95 % intervals.")


def _show_ends(entries: Sequence[Entry], policies: Sequence[str], look: Look) -> None:
    """What became of public posts, by topic where the scenario has topics."""
    shares = ends_by_row(entries, policies)
    if shares:
        st.header(
            "What became of posts", anchor=False,
            help="Every relevant public post has exactly one of these ends. A post about two topics counts in both.",
        )  # fmt: skip
        st.plotly_chart(
            charts.ends_of_posts(shares, look), theme=None, config=CONFIG, key="chart:ends",
            alt="; ".join(f"{row}: {_ends_in_words(ends)}" for row, ends in shares.items()),
        )  # fmt: skip
        st.caption("Means over the replications.")


def _show_said(entries: Sequence[Entry], policies: Sequence[str], look: Look) -> None:
    """Stars of reviews, answers by other customers, what was taken down, and answers that contradict each other."""
    table = public_table(entries, SAID, policies, look, title="What posts say, and who else answers")
    if table:
        st.header("What posts say, and who else answers", anchor=False)
        st.html(f'<div class="fc-scroll">{table}</div>')


def ends_by_row(entries: Sequence[Entry], policies: Sequence[str]) -> dict[str, dict[str, float]]:
    """The share of posts by how they ended: a row per policy, or per topic and policy."""
    found = {(e["by"], e["of"], e["policy"], e["measure"]): e["mean"] or 0.0 for e in entries if e["by"] in ENDED}
    classes = list(dict.fromkeys(key[:2] for key in found))
    topics = [one for one in classes if one[0] == "topic"]
    rows = {}
    for by, of in topics or classes[:1]:
        for policy in policies:
            posts = found.get((by, of, policy, "posts"), 0.0)
            ends = {end: found.get((by, of, policy, end), 0.0) / posts for end in ENDS} if posts else {}
            name = " · ".join(([human(of)] if topics else []) + ([human(policy)] if len(policies) > 1 else []))
            if ends:
                rows[name or human(policy)] = ends
    return rows


def _ends_in_words(ends: Mapping[str, float]) -> str:
    most = sorted(ends, key=lambda end: -ends[end])[:3]
    return ", ".join(f"{100 * ends[end]:.0f} of 100 {POSTS[end].lower()}" for end in most)


def _show_tables(entries: Sequence[Entry], policies: Sequence[str], look: Look) -> None:
    """Measures of issues, incidents, listening, priorities, supervision and campaigns, by policy."""
    for title, measures in SECTIONS.items():
        table = public_table(entries, measures, policies, look, title=title)
        if table:
            st.header(title, anchor=False)
            st.html(f'<div class="fc-scroll">{table}</div>')
    for band in BANDS if _sorted(entries) else ():
        table = public_table(entries, PRIORITY, policies, look, "priority", band, f"Priority: {band}")
        if table:
            st.header(f"Emails, messages and posts of {band} priority", anchor=False, help=BAND_HELP)
            st.html(f'<div class="fc-scroll">{table}</div>')
    for name in dict.fromkeys(e["of"] for e in entries if e["by"] == "line"):
        table = public_table(entries, LINE, policies, look, "line", name, human(name))
        if table:
            st.header(f"Supervision: {human(name)}", anchor=False)
            st.html(f'<div class="fc-scroll">{table}</div>')
    campaigns = list(dict.fromkeys(e["of"] for e in entries if e["by"] == "campaign"))
    for name in campaigns:
        st.header(f"Campaign: {human(name)}", anchor=False)
        table = public_table(entries, CAMPAIGN, policies, look, "campaign", name, human(name))
        st.html(f'<div class="fc-scroll">{table}</div>')


def _sorted(entries: Sequence[Entry]) -> bool:
    """Whether two policies sort contacts by points: else there is nothing to compare by band."""
    found = {e["policy"] for e in entries if e["by"] == "priority" and e["of"] != BANDS[-1] and e["mean"]}
    return len(found) > 1


def public_table(
    entries: Sequence[Entry],
    measures: Sequence[str],
    policies: Sequence[str],
    look: Look,
    by: str = "all",
    of: str = "all",
    title: str = "",
) -> str:
    """The measures that say anything, a row each and a column per policy, as HTML; "" when none does."""
    found = {(e["policy"], e["measure"]): e for e in entries if e["by"] == by and e["of"] == of}
    rows = []
    for measure in measures:
        ones = [found.get((policy, measure)) for policy in policies]
        if not any(one is not None and known(one["mean"]) and one["mean"] for one in ones):
            continue
        like = common_size(None if one is None else one["mean"] for one in ones)
        cells = "".join(f"<td>{_cell(one, like)}</td>" for one in ones)
        what = f'<b>{safe(measure_name(measure))}</b><span class="fc-sub">{safe(measure_help(measure))}</span>'
        rows.append(f"<tr><td>{what}</td>{cells}</tr>")
    if not rows:
        return ""
    head = "".join(
        f'<th><span class="fc-swatch" style="background:{look.policy(place)}"></span>{safe(human(policy))}</th>'
        for place, policy in enumerate(policies)
    )
    named = f'<caption class="fc-hidden">{safe(title)}</caption>' if title else ""
    return f'<table class="fc-table fc-public">{named}<tr><th>Measure</th>{head}</tr>{"".join(rows)}</table>'


def cascading(scenario: Scenario) -> list[str]:
    """Contact types whose posts attract others, those that only a crisis brings first."""
    kinds = [name for name, kind in scenario.contact_types.items() if kind.cascade is not None]
    return sorted(kinds, key=lambda name: bool(scenario.contact_types[name].arrivals))


@st.fragment
def _show_incidents(job: Job, entries: Sequence[Entry], look: Look) -> None:
    """Posts that draw others through time, and what answering in time has avoided."""
    assert job.result is not None
    scenario = job.setting.scenario
    kinds = cascading(scenario)
    if not kinds:
        return
    st.header("Posts that draw others", anchor=False)
    of = kinds[0]
    if len(kinds) > 1:
        of = st.selectbox(
            "Posts", kinds, key="public:posts", width=280, format_func=human, label_visibility="collapsed"
        )
    curves = {
        human(policy): remember_many(
            "curves", (policy, "offered", ("contact_type", of), _HOUR),
            partial(read_curve, job.folder, policy, "offered", "contact_type", of, _HOUR),
            under=job,
        )
        for policy in job.result.study.policies
    }  # fmt: skip
    st.plotly_chart(
        charts.through_time(curves, scenario.start, look), theme=None, config=CONFIG, key=f"chart:public:{of}",
        alt=f"{human(of)} per hour by policy",
    )  # fmt: skip
    avoided = {e["policy"]: e for e in entries if e["measure"] == "posts_avoided" and e["by"] == "all"}
    said = [
        f"{plain(human(policy))} {quantity(e['mean'], e['unit'])} ± {quantity(e['half_width'], e['unit'], like=e['mean'])}"
        for policy, e in avoided.items()
        if known(e["mean"]) and e["mean"]
    ]
    text = f" Posts avoided because the one before was answered: {', '.join(said)}." if said else ""
    st.caption(f"{plain(human(of))} per hour: means over the replications with their 95 % bands.{text}")


def _cell(one: Entry | None, like: float | None) -> str:
    if one is None or not known(one["mean"]):
        return '<span class="fc-sub">–</span>'
    value = f'<span class="fc-value">{quantity(one["mean"], one["unit"], like)}</span>'
    half = one["half_width"]
    if not known(half) or not half:
        return value
    return f'{value}<span class="fc-sub">± {quantity(half, one["unit"], like=like)}</span>'

"""Charts of a finished study: through the week, occupancy by team, how long customers wait."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from floorcast import charts
from floorcast.charts import Bar, Bound
from floorcast.charts.look import Look
from floorcast.charts.quantities import duration
from floorcast.charts.words import human, measure_help, measure_name, promised_within, target_bounds
from floorcast.scenario import Scenario
from floorcast.store.cubes import read_distribution
from floorcast.store.curves import read_curve
from floorcast.study.through_time import Curve
from floorcast.study.waits import share_within
from floorcast.ui.base.jobs import Job
from floorcast.ui.base.state import remember_many

Scope = tuple[str, str]  # by, of
DAY = 86400.0
CONFIG = {"displayModeBar": False, "responsive": True}
OTHERS = (
    "offered",
    "abandonment",
    "asa",
    "first_response_mean",
    "backlog_age_max",
    "agents_present",
    "cost",
)
TIMES = {
    "wait": "Until answered",
    "first_response": "First response",
    "resolution": "Resolution",
}


@st.fragment
def show_through_time(job: Job, look: Look) -> None:
    """Service level and backlog for a choice of contacts."""
    scenario = job.setting.scenario
    st.header("Through the week" if scenario.days > 2 else "Through the day")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        scope = choose_contacts(scenario, "time")
        block = _choose_block(scenario)
    for measure in ("service_level", "backlog"):
        st.markdown(f"**{measure_name(measure)}**", help=measure_help(measure))
        _chart(job, measure, scope, block, look)
    with st.expander("Another measure through time", icon=":material/show_chart:"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            measure = st.selectbox(
                "Measure",
                ("occupancy", *OTHERS),
                format_func=measure_name,
                key="time:measure",
                width=280,
            )
            groups = measure in ("occupancy", "agents_present", "cost")
            of = _choose_team(scenario) if groups else scope
        if measure_help(measure):
            st.caption(measure_help(measure))
        _chart(job, measure, of, block, look)
    st.caption(
        "Lines are means over the replications, bands their 95 % intervals, each for itself. Contacts count in"
        " the block in which they arrived."
    )


def show_occupancy(job: Job, look: Look, document: dict[str, list[dict[str, object]]]) -> None:
    """Occupancy by team with intervals and the ceiling that is wanted."""
    st.header("How busy are the teams?", help=measure_help("occupancy"))
    bars = [
        Bar(human(str(entry["policy"])), human(str(entry["of"])), entry["mean"], entry["half_width"])  # type: ignore[arg-type]
        for entry in document["measures"]
        if entry["measure"] == "occupancy" and entry["by"] == "group"
    ]
    bounds = [
        Bound(target.at_most, target_bounds(target))
        for target in job.result.study.targets  # type: ignore[union-attr]
        if target.base is None and target.measure == "occupancy" and target.at_most is not None and target.by == "all"
    ]
    figure = charts.occupancy(bars, look, bounds)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="chart:occupancy")
    line = f" Dotted: the target over all teams, {bounds[0].text}." if bounds else ""
    st.caption(
        f"Share of the time on the floor spent on contacts. Whiskers are 95 % intervals.{line}"
    )


@st.fragment
def show_waits(job: Job, look: Look) -> None:
    """The share of customers served within t."""
    scenario = job.setting.scenario
    st.header(
        "How long do customers wait?",
        help="Read it like this: at 5 min on the line below, the height of the curve is the share of customers"
        " served within 5 minutes. Higher is better. Those who gave up are not in it.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        by, of = choose_contacts(scenario, "waits", all_too=False)
        channel = of if by == "channel" else scenario.channel_of(of)
        synchronous = scenario.traits_of(channel).synchronous
        time = st.segmented_control(
            "Time", list(TIMES), default="wait" if synchronous else "first_response", required=True,
            format_func=TIMES.__getitem__, key=f"waits:time:{synchronous}", label_visibility="collapsed",
        )  # fmt: skip
    types = [
        place
        for place, name in enumerate(scenario.type_names)
        if (name == of if by == "contact_type" else scenario.channel_of(name) == of)
    ]
    shares = {}
    for policy in _policies(job):
        found = remember_many(
            "distributions", policy, partial(read_distribution, job.folder, policy), under=job
        )
        seconds, share, number = share_within(found, str(time), types)
        if number:
            shares[human(policy)] = (seconds, share)
    if not shares:
        st.caption("Nobody was served here.")
        return
    promised = promised_within(scenario, by, of)
    bounds = []
    if promised is not None and time != "resolution":
        bounds.append(Bound(promised, f"promised: {duration(promised)}"))
    st.plotly_chart(
        charts.waits(shares, look, bounds),
        theme=None,
        config=CONFIG,
        key=f"chart:waits:{by}:{of}:{time}",
    )
    st.caption("Share served within the time below, all replications together.")


def _chart(job: Job, measure: str, scope: Scope, block: float, look: Look) -> None:
    curves: dict[str, Curve] = {}
    for policy in _policies(job):
        curves[human(policy)] = remember_many(
            "curves", (policy, measure, scope, block),
            partial(read_curve, job.folder, policy, measure, *scope, block),
            under=job,
        )  # fmt: skip
    figure = charts.through_time(
        curves, job.setting.scenario.start, look, bounds_of(job, measure, scope)
    )
    key = f"chart:{measure}:{scope[0]}:{scope[1]}:{block:g}"
    st.plotly_chart(figure, theme=None, config=CONFIG, key=key)


def bounds_of(job: Job, measure: str, scope: Scope) -> list[Bound]:
    """Targets that can be read off a curve: the same measure of the same thing, counted the same way."""
    found = []
    for target in job.result.study.targets:  # type: ignore[union-attr]
        if target.base is not None or (target.measure, target.by, target.of) != (measure, *scope):
            continue
        promised = promised_within(job.setting.scenario, *scope)
        if measure == "service_level" and target.within not in (None, promised):
            continue
        value = target.at_least if target.at_least is not None else target.at_most
        if value is not None:
            found.append(Bound(value, f"target: {target_bounds(target)}"))
    return found


def choose_contacts(scenario: Scenario, key: str, *, all_too: bool = True) -> Scope:
    several = {c for c in scenario.channel_names if _types_on(scenario, c) > 1}
    used = [c for c in scenario.channel_names if _types_on(scenario, c)]
    options: list[Scope] = [("all", "all")] if all_too and len(used) > 1 else []
    options += [("channel", name) for name in used]
    options += [
        ("contact_type", name)
        for name in scenario.type_names
        if scenario.channel_of(name) in several
    ]
    picked: Scope = st.selectbox(
        "Contacts", options, format_func=lambda scope: _scope_name(scope, scenario), key=f"{key}:of",
        width=280,
    )  # fmt: skip
    return picked


def _scope_name(scope: Scope, scenario: Scenario) -> str:
    by, of = scope
    if by == "all":
        return "All contacts"
    return human(of) if by == "channel" else f"{human(scenario.channel_of(of))} · {human(of)}"


def _types_on(scenario: Scenario, channel: str) -> int:
    return sum(scenario.channel_of(name) == channel for name in scenario.type_names)


def _choose_team(scenario: Scenario) -> Scope:
    options: list[Scope] = [("all", "all"), *(("group", name) for name in scenario.group_names)]
    picked: Scope = st.selectbox(
        "Team",
        options,
        format_func=lambda s: "All teams" if s[0] == "all" else human(s[1]),
        key="time:team",
        width=240,
    )
    return picked


def _choose_block(scenario: Scenario) -> float:
    options = [
        b for b in _blocks(scenario.days) if b >= scenario.interval and b % scenario.interval == 0
    ]
    options = options or [scenario.interval]
    default = options[1] if len(options) > 2 else options[0]
    picked = st.segmented_control(
        "Blocks of", options, default=default, required=True, format_func=duration, key=f"time:block:{scenario.days}",
        help="Contacts are added up over blocks of this length.",
    )  # fmt: skip
    return float(picked or default)


def _blocks(days: int) -> Sequence[float]:
    if days <= 2:
        return (900.0, 1800.0, 3600.0)
    if days <= 14:
        return (3600.0, 4 * 3600.0, DAY)
    return (4 * 3600.0, DAY, 7 * DAY)


def _policies(job: Job) -> tuple[str, ...]:
    return job.result.study.policies  # type: ignore[union-attr]

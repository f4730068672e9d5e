"""Through time at a glance: day by hour, and what an hour looks like from near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from floorcast import charts
from floorcast.charts.look import Look
from floorcast.charts.quantities import known, quantity
from floorcast.charts.words import date_name, day_name, human, measure_name
from floorcast.policy import Policy
from floorcast.scenario import Scenario
from floorcast.store.curves import read_curve
from floorcast.study.through_time import Curve
from floorcast.ui.base import url
from floorcast.ui.base.jobs import Job
from floorcast.ui.base.look import plain, safe
from floorcast.ui.base.state import remember, remember_many
from floorcast.ui.results.pictures import CONFIG, Scope, bounds_of, choose_contacts
from floorcast.ui.live.live_floor import LiveFloor
from floorcast.ui.live.opening import Asked, open_floor
from floorcast.ui.live.said import line_words

MOST_IN_ROW = 4
HOUR = 3600.0
LOWER_IS_BETTER = ("abandonment", "asa", "first_response_mean", "backlog", "backlog_age_max", "occupancy")
SHOWN = ("service_level", "abandonment", "backlog", "asa", "offered")
NEAR = ("offered", "service_level", "abandonment", "backlog", "agents_present", "occupancy")
MOST_STORIES = 10
HOUR_PARTS = ("hour", "under")  # of the address


@st.fragment
def show_hours(job: Job, look: Look) -> None:
    """The heat map of a measure; a click on an hour opens it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        scope = choose_contacts(job.setting.scenario, "heat")
        measure = st.selectbox("Measure", SHOWN, format_func=measure_name, key="heat:measure", width=260)
    curves = {
        human(policy): _curve(job, policy, measure, scope) for policy in job.result.study.policies  # type: ignore[union-attr]
    }
    bounds = bounds_of(job, measure, scope)
    good = -1 if measure in LOWER_IS_BETTER else 1
    meant = " ✗ misses the target." if bounds else _scale(list(curves.values()))
    st.markdown(f"**{measure_name(measure)}, day by hour** · click an hour to look closer.{meant}")
    clicked = None
    rows = [list(curves.items())[k : k + MOST_IN_ROW] for k in range(0, len(curves), MOST_IN_ROW)]
    for k, row in enumerate(rows):
        for place, column in enumerate(st.columns(len(row))):  # on a phone one below the other
            policy, curve = row[place]
            figure = charts.heat_map(
                {policy: curve}, job.setting.scenario.start, look, bounds[0] if bounds else None, good,
                first_place=k * MOST_IN_ROW + place, beside=curves,
            )  # fmt: skip
            with column:
                event: Any = st.plotly_chart(
                    figure, theme=None, config=CONFIG, key=f"heat:{measure}:{scope}:{policy}", on_select="rerun",
                    selection_mode="points", alt=_heat_words(measure, policy, curve, job),
                )  # fmt: skip
            clicked = _fresh(f"heat:clicked:{policy}", event) or clicked
    picked = _pick(job, next(iter(curves.values())), clicked)
    if picked is not None:
        _hour(job, *picked, scope)


def _scale(curves: Sequence[Curve]) -> str:
    """The ends of the colours, in words; they begin at nothing."""
    known = np.concatenate([one.mean[np.isfinite(one.mean)] for one in curves])
    if not known.size:
        return ""
    unit = curves[0].unit
    return f" Faint: {quantity(0.0, unit)}, strong: {quantity(float(known.max()), unit)}."


def _fresh(key: str, event: Any) -> list[float] | None:
    """The hour and policy of a map's point, when it has been clicked since the page was drawn last."""
    points = (event or {}).get("selection", {}).get("points", [])
    now = points[0]["customdata"][:2] if points and points[0].get("customdata") else None
    before = st.session_state.get(key)
    st.session_state[key] = now
    return now if now != before else None


def _heat_words(measure: str, policy: str, curve: Curve, job: Job) -> str:
    """What a map shows, for those who do not see it: its ends and when they were."""
    known = np.flatnonzero(np.isfinite(curve.mean))
    said = f"{measure_name(measure)} by day and hour under {policy}"
    if not known.size:
        return said
    ends = []
    for word, place in (("lowest", np.argmin(curve.mean[known])), ("highest", np.argmax(curve.mean[known]))):
        at = known[int(place)]
        when = job.setting.scenario.start + timedelta(seconds=float(curve.start[at]))
        ends.append(f"{word} {quantity(float(curve.mean[at]), curve.unit)} on {when:%A at %H:%M}")
    return f"{said}: {', '.join(ends)}"


def _pick(job: Job, curve: Curve, clicked: list[float] | None) -> tuple[float, int] | None:
    """The hour that was clicked, or chosen from the lists, for those who use keys or a small screen."""
    start = job.setting.scenario.start
    hours = curve.start.tolist()
    key = "heat:hour"
    if clicked is not None:
        st.session_state[key], st.session_state["heat:policy"] = float(clicked[0]), int(clicked[1])
    if url.once("hour"):
        wanted, under = url.number("hour", 0, 1e6), url.number("under", 0, len(job.setting.policies) - 1)
        if wanted is not None and wanted * HOUR in hours:
            st.session_state[key], st.session_state["heat:policy"] = wanted * HOUR, int(under or 0)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        hour = st.selectbox(
            "Look closer at", hours, index=None, key=key,
            format_func=lambda at: f"{day_name(start + timedelta(seconds=at))}, {start + timedelta(seconds=at):%H:%M}",
            placeholder="an hour", width=200,
        )  # fmt: skip
        place = st.selectbox(
            "under", range(len(job.setting.policies)), format_func=lambda k: human(job.setting.policies[k].name),
            key="heat:policy", width=260,
        )  # fmt: skip
    url.say({
        "hour": None if hour is None else f"{hour / HOUR:g}",
        "under": str(place) if hour is not None and place else None,
    })  # fmt: skip
    return None if hour is None else (float(hour), int(place or 0))


def _curve(job: Job, policy: str, measure: str, scope: Scope) -> Curve:
    block = max(HOUR, job.setting.scenario.interval)
    return remember_many(
        "curves", (policy, measure, scope, block),
        partial(read_curve, job.folder, policy, measure, *scope, block), under=job,
    )  # fmt: skip


def _hour(job: Job, at: float, place: int, scope: Scope) -> None:
    """One hour from near: its numbers, ten contacts of it, and a door to the live floor."""
    scenario = job.setting.scenario
    policy = job.setting.policies[place]
    when = scenario.start + timedelta(seconds=at)
    with st.container(border=True):
        hour = f"{date_name(when)}, {when:%H:%M} to {when + timedelta(hours=1):%H:%M}"
        st.markdown(f"**{hour}** under {plain(human(policy.name))}")
        cells = []
        for measure in NEAR:
            curve = _curve(job, policy.name, measure, ("all", "all") if measure in NEAR[4:] else scope)
            found = np.flatnonzero(np.isclose(curve.start, at))
            if found.size:
                mean, half = curve.mean[found[0]], curve.half_width[found[0]]
                cells.append(
                    f"<div><b>{quantity(mean, curve.unit)}</b>{safe(measure_name(measure))}"
                    f"<span class='fc-sub'>± {quantity(half, curve.unit, like=mean)}</span></div>"
                )
        st.html(f'<div class="fc-near">{"".join(cells)}</div>')
        if st.button("Watch this hour live", icon=":material/groups:", key="watch", type="primary"):
            others = {one.name: one for one in job.setting.policies}
            open_floor(Asked(scenario, policy, job.setting.seed, at, others), f"the hour from {when:%A %H:%M}")
            st.switch_page(st.session_state["page:floor"])
        if st.toggle("Ten contacts of this hour and why they went as they did", key=f"ten:{at}:{place}"):
            _contacts(job, at, place)


def _contacts(job: Job, at: float, place: int) -> None:
    """The contacts of the first replication's hour that waited longest, each with its story."""
    setting = job.setting
    live = remember(
        "hour", (job, at, place), lambda: LiveFloor(setting.scenario, setting.policies[place], setting.seed, at)
    )
    if not live.wait(60.0) or live.fault is not None:
        st.caption("The floor of this hour could not be opened.")
        return
    with st.spinner("Looking at the hour …"):
        found = remember("stories", (job, at, place), lambda: live.stories(at + HOUR, MOST_STORIES))
    for story in found:
        with st.expander(f"{plain(story.title)} · waited {quantity(story.waited, 's')}"):
            st.code("\n".join(story.lines), language=None, wrap_lines=True)


def show_in_force(job: Job, document: Mapping[str, Any]) -> None:
    """When lines of the policies' supervision were in force, and with them the modes that they switch on."""
    policies, scenario = job.setting.policies, job.setting.scenario
    said = [f"<li>{one}</li>" for policy in policies for one in in_force(policy, document, scenario)]
    if said:
        st.markdown("**Supervision in force**", help="Means over the replications.")
        st.html(f'<ul class="fc-list">{"".join(said)}</ul>')


def in_force(policy: Policy, document: Mapping[str, Any], scenario: Scenario) -> list[str]:
    """A sentence for each line of a policy's supervision, as HTML."""
    found = {
        (one["of"], one["measure"]): one["mean"]
        for one in document["measures"]
        if one["by"] == "line" and one["policy"] == policy.name and known(one["mean"])
    }
    names = list(dict.fromkeys(of for of, _ in found))
    said = []
    for place, line in enumerate(policy.supervision):
        words = line_words(line, place)
        of = line.name if line.name in names else names[place] if place < len(names) else ""
        share, times, first = (found.get((of, measure)) for measure in ("in_force", "times_begun", "first_begun"))
        told = f"<b>{safe(human(policy.name))}</b> · {safe(words['name'])} ({safe(words['does'])})"
        if not share:
            said.append(f"{told}: never")
            continue
        when = "" if first is None else f", first at about {scenario.start + timedelta(seconds=first):%A %H:%M}"
        said.append(f"{told}: {quantity(share, 'share')} of the time, begun {times or 0:.3g} times a run{when}")
    return said

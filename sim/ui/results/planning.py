"""The Plan tab: the people required, the shifts of a day, service against cost, and shifts planned anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from floorcast import charts
from floorcast.charts import Bound
from floorcast.charts.look import Look
from floorcast.charts.quantities import estimate, quantity
from floorcast.charts.words import date_name, human, spoken, target_bounds, target_words
from floorcast.planning.curve import Walk, cost_against_service
from floorcast.planning.requirement.staffing import NothingToStaff, Staffing, document, staff
from floorcast.scenario import InputErrors, Scenario
from floorcast.ui.base.problems import show_fault, show_problems
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.shared import shared
from floorcast.ui.base.state import remember
from floorcast.ui.base.uploads import Upload, load_uploads
from floorcast.ui.base.work import Work, begin
from floorcast.ui.results.pictures import CONFIG

DAY = 86400.0
POLL = 0.5  # seconds
MOST_ROWS = 30  # of a table that is shown whole
_UNDER = "Simulated under {}, the first of the policies that are chosen."
_BY_INTERVAL = {
    "forecast": "forecast", "workload_erlangs": "workload (erlangs)", "required": "required",
    "as_written": "as targets are written", "scheduled": "scheduled", "present": "present", "over": "over",
    "under": "under",
}  # fmt: skip


def show_planning(setting: Setting, look: Look) -> None:
    """Everything of the Plan tab that has to be simulated first, each behind its own button."""
    scenario, policy = setting.scenario, setting.policies[0] if setting.policies else None
    days = [scenario.start + timedelta(days=n) for n in range(scenario.days)]
    day = days[0]
    if len(days) > 1:
        day = st.selectbox("Day", days, format_func=date_name, key="plan:day")
    day = day.replace(hour=0, minute=0, second=0, microsecond=0)
    if policy is not None:
        st.header("Who is required?", anchor=False, help=_UNDER.format(human(policy.name)))
        _required(setting, policy, day, look)
    if any(group.shifts for group in scenario.groups.values()):
        st.header("Shifts of the day", anchor=False)
        _gantt(scenario, day, look, "plan:gantt")
    if policy is not None and scenario.targets:
        st.header("What does service cost?", anchor=False, help=_UNDER.format(human(policy.name)))
        _curve(setting, policy, look)
    if policy is not None and scenario.shift_types and scenario.targets:
        st.header("Shifts planned anew", anchor=False, help=_UNDER.format(human(policy.name)))
        _planned(setting, policy, day, look)


def _key(setting: Setting, policy: Any) -> tuple[object, ...]:
    return (*setting.key[:2], policy.name, policy.text, setting.seed)


def _once(place: str, key: tuple[object, ...], label: str, words: str, make: Callable[[Work], Any]) -> Any:
    """What a button's work gave for this key: begun when it is pressed, watched while it goes on, then kept; None
    before."""
    kept = st.session_state.get(f"made:{place}")
    if kept is not None and kept[0] == key:
        return kept[1]
    begun, work = st.session_state.get(f"work:{place}", (None, None))
    if work is not None and begun != key:  # something else has been chosen meanwhile
        work.stop()
        work = None
    if work is not None and work.over:
        del st.session_state[f"work:{place}"]
        if work.result is not None:
            st.session_state[f"made:{place}"] = (key, work.result)
            return work.result
        if work.fault is not None:
            show_fault(work.fault)
        else:
            st.info("Stopped before anything was found.", icon=":material/pause_circle:")
    elif work is not None:
        _watch(place, work, words)
        return None
    if st.button(label, key=f"button:{place}", icon=":material/calculate:"):
        st.session_state[f"work:{place}"] = (key, begin(make))
        st.rerun()
    return None


@st.fragment(run_every=POLL)
def _watch(place: str, work: Work, words: str) -> None:
    """How far it is, the best so far, and the button that ends it."""
    work.look()
    if work.over:
        st.rerun()  # the whole page: what came out is there
    with st.container(border=True):
        left, right = st.columns([6, 1], vertical_alignment="center")
        with left:
            text = _progress_text(work, words)
            if work.total:
                st.progress(min(work.done / work.total, 1.0), text=text)
            else:
                st.markdown(f":material/hourglass_top: {text}")
        with right:
            if st.button("Stop", key=f"stop:{place}", icon=":material/stop:", disabled=work.stopping, width="stretch"):
                work.stop()
                st.rerun()


def _progress_text(work: Work, words: str) -> str:
    if work.stopping:
        return "Stopping; the best that was found is kept …"
    if work.waiting:
        return "In line: other plans are made before it …"
    parts = [words + (f" {work.words} …" if work.words else "")]
    if work.best is not None:
        parts.append(f"best plan so far {work.best:,.0f}" + (f", none below {work.least:,.0f}" if work.least else ""))
    if work.done:
        parts.append(f"{work.done:,} replications")
    return " · ".join(parts)


def _jobs() -> int:
    return os.cpu_count() or 1


def _required(setting: Setting, policy: Any, day: datetime, look: Look) -> None:
    """The line of need of a day and group against the people there."""

    def work_out(work: Work) -> Staffing | str:
        try:
            return staff(setting.scenario, policy, seed=setting.seed, jobs=_jobs(), progress=work.advance)
        except NothingToStaff as nothing:
            return str(nothing)

    found = _once(
        "staff", _key(setting, policy), "Work out who is required",
        f"Simulating under {human(policy.name)} with more and fewer people …", work_out,
    )  # fmt: skip
    if found is None:
        st.caption("The fewest people in every interval with whom each target is met, found by simulation; half a minute for a week.")
        return
    if isinstance(found, str):
        st.warning(found)
        return
    scenario = found.scenario
    names = list(scenario.group_names)
    group = st.segmented_control("Team", names, default=names[0], format_func=human, key="plan:group") or names[0]
    g = names.index(group)
    first, last = _of_day(scenario, day)
    edges = np.arange(first, last + 1) * scenario.interval
    there, needed = found.presence.present[g, first:last], found.requirement.heads[g, first:last].astype(float)
    written = None if found.written is None else found.written[g, first:last].astype(float)
    figure = charts.people_and_need(edges, there, needed, written, scenario.start, look)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="plan:need", alt="People there against people required")
    hours = scenario.interval / 3600.0
    under, over = np.maximum(needed - there, 0).sum() * hours, np.maximum(there - needed, 0).sum() * hours
    st.caption(
        f"{there.sum() * hours:,.1f} person-hours there, {needed.sum() * hours:,.1f} required:"
        f" {under:,.1f} h too few, {over:,.1f} h more than needed."
    )
    said = remember("staff:document", id(found), lambda: document(found))
    rows = [row for row in said["intervals"] if row["group"] == group and row["start"][:10] == f"{day:%Y-%m-%d}"]
    with st.expander("By interval", icon=":material/table:"):
        table = [
            {"from": row["start"][11:16]} | {words: row[name] for name, words in _BY_INTERVAL.items()} for row in rows
        ]
        st.dataframe(table, hide_index=True, height="content", alt="Who is required")


def _of_day(scenario: Scenario, day: datetime) -> tuple[int, int]:
    """First and last interval of a day."""
    begin = (day - scenario.start).total_seconds()
    steps = round(scenario.horizon / scenario.interval)
    first = max(0, int(begin // scenario.interval))
    return first, max(first + 1, min(steps, int((begin + DAY) // scenario.interval)))


def _gantt(scenario: Scenario, day: datetime, look: Look, key: str) -> None:
    people: dict[tuple[str, str, tuple[float, float], tuple[tuple[float, float], ...]], int] = {}
    weekday = scenario.special_days.get(day.date(), day.weekday())  # a holiday is like another
    for name, group in scenario.groups.items():
        for shift in group.shifts:
            for hours in shift.hours:
                if hours.falls_on(day.date(), weekday):
                    breaks = tuple((hours.start + a, hours.start + b) for a, b in hours.break_spans())
                    line = (name, shift.name or "", (hours.start, hours.start + hours.length), breaks)
                    people[line] = people.get(line, 0) + int(shift.agents)
    lines = [(name, shift, number, span, breaks) for (name, shift, span, breaks), number in people.items()]
    if not lines:
        st.caption(f"Nobody's shift begins on {day:%A}.")
        return
    figure = shared(
        "gantt", (id(scenario), day, look), lambda: charts.shifts_of_a_day(lines, day, look), of=scenario
    )
    st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt="Shifts of the day with their breaks")


def _curve(setting: Setting, policy: Any, look: Look) -> None:
    """Walk along cost and service with more or fewer people."""
    found: Walk | None = _once(
        "curve", _key(setting, policy), "Try fewer and more people", "Simulating 70 % to 130 % of the people …",
        lambda work: cost_against_service(setting.scenario, policy, jobs=_jobs(), progress=work.advance),
    )  # fmt: skip
    if found is None:
        st.caption("Every team a tenth larger or smaller, step by step, with the same customers.")
        return
    words = [f"{human(t.of)}: {spoken(t.text)}" for t in found.targets]
    chosen = st.selectbox("Target", range(len(words)), format_func=lambda k: words[k], key="plan:target")
    factors = [point.factor for point in found.points]
    at = st.select_slider("People", factors, 1.0, format_func=_percent, key="plan:factor")
    here = factors.index(at)
    target = found.targets[chosen]
    value = target.at_least if target.at_least is not None else target.at_most
    percentile = target.base is not None
    bound = None if value is None or percentile else Bound(value, target_bounds(target))
    currency = setting.scenario.currency
    figure = charts.cost_and_service(found.points, chosen, bound, target.unit, look, here, currency)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="plan:curve", alt="A target against cost")
    point, today = found.points[here], found.points[factors.index(1.0)]
    rows = [
        {"target": name, f"with {_percent(at)}": quantity(mean, t.unit), "with 100 %, as it stands": quantity(then[0], t.unit)}
        for name, t, (mean, _), then in zip(words, found.targets, point.values, today.values, strict=True)
    ]
    if today.cost:
        money = f" {currency}".rstrip()
        st.caption(f"{_percent(at)} of the people cost {point.cost:,.0f}{money}; as it stands {today.cost:,.0f}{money}.")
    else:
        st.caption("No team has a cost_per_hour, so service stands against people here.")
    st.dataframe(rows, hide_index=True, height="content", alt="Targets with so many people")


def _percent(factor: float) -> str:
    return f"{100 * factor:.0f} %"


def _planned(setting: Setting, policy: Any, day: datetime, look: Look) -> None:
    """The cheapest shifts that meet every target, and the button that takes them over."""
    from floorcast.planning.requirement.staffing import NothingToStaff
    from floorcast.planning.shifts.schedule import schedule
    from floorcast.planning.programs.tours import NoPlan
    from floorcast.planning.shifts.written import document as plan_document
    from floorcast.planning.shifts.written import scenario_text

    def plan(work: Work) -> Any:
        try:
            return schedule(
                setting.scenario, policy, seed=setting.seed, jobs=_jobs(), on_news=work.news, on_bound=work.bound,
                progress=work.count, stop=work.should_stop,
            )  # fmt: skip
        except (NoPlan, NothingToStaff) as nothing:
            return str(nothing)

    found = _once(
        "schedule", _key(setting, policy), "Plan the shifts", "Looking for the cheapest shifts that meet every target …", plan
    )
    if found is None:
        st.caption("The cheapest of the scenario's shift types that meet every target for sure; a week takes some minutes.")
        return
    if isinstance(found, str):
        st.warning(found)
        return
    said = plan_document(found)
    money = f" {said['currency']}" if said["currency"] else ""
    money = money if said["counted"] == "money" else " person-hours"
    today = f"; today's shifts: {said['cost_today']:,.0f}{money}" if said["cost_today"] is not None else ""
    sure = "meets every target for sure" if found.sure and not found.impossible else "does not meet every target for sure"
    stopped = " The search was stopped; this is the best so far." if found.interrupted else ""
    least = f" No plan can do with less than {said['lower_bound']:,.0f}{money}." if said["lower_bound"] else ""
    st.markdown(
        f"**{said['cost']:,.0f}{money}** for {said['paid_hours']:,.1f} paid hours{today}. It {sure}.{least}{stopped}"
    )
    for one in said["out_of_reach"]:
        st.warning(f"Not to be kept: {spoken(one)}.")
    st.dataframe(
        [
            {"target": target_words(v["target"]), "on fresh replications": _with_width(v), "verdict": v["verdict"]}
            for v in said["verdicts"]
        ],
        hide_index=True, height="content" if len(said["verdicts"]) <= MOST_ROWS else "auto", alt="Verdicts of the plan",
    )  # fmt: skip
    _gantt(found.planned, day, look, "plan:gantt:planned")
    st.dataframe(
        [{k: row[k] for k in ("group", "shift", "people", "begin", "end", "days", "breaks")} for row in said["shifts"]],
        hide_index=True, height="content" if len(said["shifts"]) <= MOST_ROWS else "auto", alt="Shifts of the plan",
    )  # fmt: skip
    text = scenario_text(found)
    name = f"{Path(setting.origin).stem or 'centre'}_plan.yaml"
    with st.container(horizontal=True):
        if st.button("Use this plan", key="plan:use", type="primary", icon=":material/check:"):
            _use(setting, name, text)
        st.download_button("Download it", text, name, "application/yaml", on_click="ignore", key="plan:download")


def _with_width(verdict: dict[str, Any]) -> str:
    return "" if verdict["mean"] is None else estimate(verdict["mean"], verdict["half_width"], verdict["unit"])


def _use(setting: Setting, name: str, text: str) -> None:
    """Take the planned scenario over as an upload, with the policies it names."""
    files = [Upload(name, text.encode())]
    beside = Path(setting.origin).parent
    # A plan with cross-trained people holds the policy that knows them.
    for written in () if setting.scenario.plan.cross_training else setting.scenario.policies:
        policy = beside / str(written)
        if policy.is_file() and policy.suffix in (".yaml", ".yml"):
            files.append(Upload(policy.name, policy.read_bytes()))
    try:
        load_uploads(files)
    except InputErrors as errors:
        show_problems(errors.problems)
        return
    st.session_state["kept:scenario_files"] = files
    st.session_state["take:upload"] = True
    st.rerun()

"""The main page: choose, change, run, and read the verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from floorcast.charts.look import Look
from floorcast.charts.quantities import count
from floorcast.scenario import Problem
from floorcast.study import DifferenceVerdict, TargetVerdict, difference_verdicts, target_verdicts
from floorcast.study.advice import Need
from floorcast.study.doubts import Doubt
from floorcast.ui.base import url
from floorcast.ui.base.jobs import Job
from floorcast.ui.base.look import current, plain, safe, style
from floorcast.ui.base.problems import show_problems
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.state import keep_setting, remember, running_jobs, shown_job
from floorcast.ui.compare.choose import (
    Chosen,
    choose_policies,
    choose_scenario,
    describe_policies,
)
from floorcast.ui.compare.levers import choose_setting, say_setting
from floorcast.ui.compare.running import collect_finished, run_bar
from floorcast.ui.results.answer import Values, ranking, scoreboard, sentence
from floorcast.ui.results.compared import choose_against, choose_run
from floorcast.ui.results.differences import show_differences
from floorcast.ui.results.downloads import show_all_numbers, show_downloads
from floorcast.ui.results.hours import show_hours
from floorcast.ui.results.pictures import show_occupancy, show_through_time, show_waits
from floorcast.ui.results.plan import show_how_it_works, show_plan
from floorcast.ui.results.public import has_public, show_public
from floorcast.ui.results.remarks import advice, doubts_of, needs_of, show_doubts
from floorcast.ui.results.verdicts import show_targets


def compare_page() -> None:
    """Compare routing policies on a scenario."""
    look = current()
    st.html(style(look))
    with st.sidebar:
        chosen, setting, problems = _choose()
    collect_finished()
    if isinstance(chosen, Chosen):
        st.title(plain(chosen.scenario.name), anchor=False)
        if shown_job(chosen.origin) is None:  # with results, the answer comes first
            st.html(f'<div class="fc-lead">{safe(chosen.scenario.description)}</div>')
    else:
        st.title("What happens on your floor?", anchor=False)
        if chosen is None and not problems:
            _show_upload_hint()
    if problems:
        show_problems(problems)
    keep_setting(setting)
    if isinstance(chosen, Chosen) and setting is not None:
        say_setting(chosen, setting)
    origin = chosen.origin if isinstance(chosen, Chosen) else None
    run_bar(setting, origin)
    job = None if origin is None else shown_job(origin)
    busy = any(one.setting.origin == origin for one in running_jobs())
    if job is not None and job.result is not None:
        _show_results(job, look)
    elif setting is not None:
        if not busy:
            show_how_it_works(setting)
        show_plan(setting, look)


def _choose() -> tuple[Chosen | None, Setting | None, list[Problem]]:
    """Everything at the left: what is to be run, and all that is wrong with it."""
    st.html('<div class="fc-brand">Floor<span>cast</span></div>')
    st.html('<div class="fc-step">Choose</div>')
    chosen = choose_scenario()
    if chosen is None or isinstance(chosen, list):
        return None, None, chosen or []
    policies, problems = choose_policies(chosen)
    st.html('<div class="fc-step">What if …</div>')
    setting = choose_setting(chosen, policies)
    if isinstance(setting, list):
        return chosen, None, [*problems, *setting]
    warnings = [w for policy in policies for w in policy.warnings]
    return chosen, setting, [*problems, *chosen.scenario.warnings, *warnings]


def _show_upload_hint() -> None:
    st.html(
        '<div class="fc-lead">Upload a scenario file in the side panel: YAML, with its CSV and policy files, if any.'
        " To begin with one that works, download a shipped scenario and change it.</div>"
    )


DAY = 86400.0
TABS = ("Answer", "Plan", "Through time", "Customers", "Data")


def _show_results(job: Job, look: Look) -> None:
    wanted = url.given("tab")
    shown = st.tabs(
        list(TABS), key="tab", default=wanted if wanted in TABS else None,
        on_change=lambda: url.say({"tab": str(st.session_state["tab"])}),
    )  # fmt: skip
    tabs = dict(zip(TABS, shown))
    with tabs["Answer"]:
        job = _answer(job, look)
    found = remember("results", job, lambda: _read(job))
    document = found.document
    with tabs["Plan"]:
        show_plan(job.setting, look)
        describe_policies(job.setting.policies)
    with tabs["Through time"]:
        if job.setting.scenario.horizon >= DAY:
            show_hours(job, look)
        show_through_time(job, look)
        left, right = st.columns(2, gap="large")
        with left:
            show_occupancy(job, look, document)
        with right:
            show_waits(job, look)
    with tabs["Customers"]:
        if has_public(document):
            show_public(job, document, look)
        else:
            st.caption("This scenario says nothing of how customers feel, what they do next, or what the public sees.")
    with tabs["Data"]:
        show_downloads(job, document)
        show_all_numbers(document)


def _answer(job: Job, look: Look) -> Job:
    """The answer of the run that is shown, with what it is compared with; gives that run."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        job = choose_run(job)
        assert job.result is not None
        study = job.result.study
        found = remember("results", job, lambda: _read(job))
        order = ranking(found.targets, study.policies, found.values)
        best = order[0][0]
        against = choose_against(job, best, found.differences)
    if study.replications == 1:
        st.info(
            "One replication shows a possible week, not how sure it is. Run at least five to get ranges and verdicts.",
            icon=":material/info:",
        )
    text = sentence(found.targets, study.policies, found.values, against)
    st.html(f'<div class="fc-answer" role="status">{text}</div>')
    st.html(scoreboard(found.targets, study.policies, job.setting.scenario, found.values, look, best, against))
    changes = "".join(f'<span class="fc-chip">{safe(change)}</span>' for change in job.setting.changes)
    st.html(
        f'<div class="fc-key">{count(study.replications, "replication")}, {study.speed.contacts:,} contacts simulated,'
        f' seed {study.seed}. Point at a number for its range (95 % confidence for the whole table).</div>'
        f'<div class="fc-changes">{changes}</div>'
    )
    show_doubts(found.doubts, study.policies)
    if found.targets:
        with st.expander("Targets with their ranges", icon=":material/straighten:"):
            show_targets(found.targets, study.policies, job.setting.scenario, look)
            st.caption(advice(found.needs, of_targets=True))
    if found.differences:
        with st.expander("All differences between two policies", icon=":material/difference:"):
            show_differences(found.differences, {key: value[0] for key, value in found.values.items()})
            st.caption(advice(found.needs, of_targets=False))
    return job


@dataclass(frozen=True)
class _Found:
    """All that the page needs of a study, worked out once."""

    targets: list[TargetVerdict]
    differences: list[DifferenceVerdict]
    document: dict[str, Any]
    values: Values
    doubts: list[Doubt]
    needs: list[Need]


def _read(job: Job) -> _Found:
    assert job.result is not None
    study, document = job.result.study, job.result.document()
    values = {
        (m["policy"], m["measure"], m["by"], m["of"]): (m["mean"], m["half_width"], m["unit"])
        for m in document["measures"]
    }
    return _Found(
        target_verdicts(study),
        difference_verdicts(study),
        document,
        values,
        doubts_of(job.result, job.setting.scenario.days),
        needs_of(study),
    )

"""The main page: choose, change, run, and read the verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from floorcast.charts.look import Look
from floorcast.charts.quantities import count
from floorcast.policy import Policy
from floorcast.policy.checks.unused import doubts_about
from floorcast.scenario import Problem
from floorcast.store import StudyError, StudyResult
from floorcast.store.folder import read_manifest
from floorcast.study import (
    DifferenceVerdict,
    TargetVerdict,
    difference_verdicts,
    document,
    target_verdicts,
)
from floorcast.study.advice import Need
from floorcast.study.alternatives.robust_words import Beside
from floorcast.study.doubts import Doubt
from floorcast.ui.base import url
from floorcast.ui.base.jobs import Job
from floorcast.ui.base.look import current, plain, safe, style
from floorcast.ui.base.problems import show_problems
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.shipped import scenario_id, shipped_scenarios
from floorcast.ui.base.state import keep_setting, remember, running_jobs, runs_of, shown_job
from floorcast.ui.compare.choose import (
    Chosen,
    choose_policies,
    choose_scenario,
    describe_policies,
)
from floorcast.ui.compare.levers import choose_setting
from floorcast.ui.compare.mine import note_mine, show_mine
from floorcast.ui.compare.running import collect_finished, rejoin, run_bar, run_button
from floorcast.ui.compare.runs import restore_runs, runs_in_address
from floorcast.ui.compare.start import show_cards, show_doors
from floorcast.ui.compare.sweeping import show_sweep
from floorcast.ui.results.answer import Values, ranking, scoreboard, sentence
from floorcast.ui.results.compared import base_button, choose_against, choose_run
from floorcast.ui.results.differences import show_differences
from floorcast.ui.results.downloads import show_all_numbers, show_downloads
from floorcast.ui.results.hours import HOUR_PARTS, show_hours, show_in_force
from floorcast.ui.results.pictures import show_occupancy, show_through_time, show_waits
from floorcast.ui.results.pivot import pivot_address, show_pivot
from floorcast.ui.results.plan import show_plan
from floorcast.ui.results.public import show_customers
from floorcast.ui.results.remarks import advice, doubts_of, needs_of, show_doubts
from floorcast.ui.results.verdicts import show_targets


def compare_page() -> None:
    """Compare routing policies on a scenario."""
    look = current()
    url.begin("compare")
    st.html(style(look))
    with st.sidebar:
        chosen, policies, problems = _choose()
    collect_finished()
    if chosen is not None:
        restore_runs(chosen)
    title = st.container()
    setting = None
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="levers"):
        button = st.container(width="content")
        if chosen is not None:
            found = choose_setting(chosen, policies)
            if isinstance(found, Setting):
                setting = found
            else:
                problems += found
    origin = chosen.origin if chosen is not None else None
    rejoin(setting)
    with button:
        run_button(setting, origin)
    job = None if origin is None else shown_job(origin)
    with title:
        if chosen is None:
            st.title("What happens on your floor?", anchor=False)
            if not problems:
                _show_upload_hint()
        else:
            st.title(plain(chosen.scenario.name), anchor=False)
            if job is None:  # with results, the answer comes first
                st.html(f'<div class="fc-lead">{safe(chosen.scenario.description)}</div>')
    if problems:
        show_problems(problems)
    keep_setting(setting)
    run_bar(setting, origin)
    busy = any(one.setting.origin == origin for one in running_jobs())
    shown = None
    if job is not None and job.result is not None:
        shown = _show_results(_as_linked(job), look)
    elif setting is not None:
        if not busy:
            show_doors(look)
            if not setting.changes and chosen is not None and chosen.name == FIRST:
                show_mine()
                show_cards(chosen.file, look)
        show_plan(setting, look)
    if chosen is not None and setting is not None:
        _say(setting, shown)
    url.end()


def _say(setting: Setting, shown: Job | None) -> None:
    """Write all that is chosen into the address; the flagship as it is needs none."""
    said: dict[str, str | None] = {**setting.address, **runs_in_address(runs_of(setting.origin), shown)}
    tab = st.session_state.get("tab") or url.given("tab")
    said["tab"] = str(tab) if shown is not None and tab in TABS[1:] else None
    if said["tab"] == "Data":
        said |= pivot_address()
    if said["tab"] == "Through time":
        said |= {name: st.query_params.get(name) for name in HOUR_PARTS}
    if not any(value for name, value in said.items() if name != "scenario") and said.get("scenario") == FIRST:
        said = {}
    url.say(said, whole=True)


def _as_linked(job: Job) -> Job:
    """The run that a link wants to be shown, as long as the reader has not run another one since."""
    wanted = url.given("shown")
    runs = runs_of(job.setting.origin)
    if wanted is None or url.given("runs") is None or not str(url.given("runs")).endswith(job.name or " "):
        return job
    return next((one for one in runs if one.name == wanted), job)


def _choose() -> tuple[Chosen | None, list[Policy], list[Problem]]:
    """Everything at the left: what is to be run, and all that is wrong with it."""
    st.html('<div class="fc-brand">Floor<span>cast</span></div>')
    st.html('<div class="fc-step">Choose</div>')
    chosen = choose_scenario()
    if chosen is None or isinstance(chosen, list):
        return None, [], chosen or []
    policies, problems = choose_policies(chosen)
    warnings = [w for policy in policies for w in policy.warnings]
    return chosen, policies, [*problems, *doubts_about(chosen.scenario, policies), *warnings]


def _show_upload_hint() -> None:
    st.html(
        '<div class="fc-lead">Upload a scenario file in the side panel: YAML, with its CSV and policy files, if any.'
        " To begin with one that works, download a shipped scenario and change it.</div>"
    )


DAY = 86400.0
FIRST = scenario_id(shipped_scenarios()[0])
TABS = ("Answer", "Plan", "Through time", "Customers", "Data")


def _show_results(job: Job, look: Look) -> Job:
    """The tabs of a run; gives the run that the reader chose to see."""
    wanted = url.given("tab")
    if url.once("tab") and wanted in TABS:
        st.session_state["tab"] = wanted
    tabs = dict(zip(TABS, st.tabs(list(TABS), key="tab", on_change="rerun")))
    with tabs["Answer"]:
        job = _answer(job, look)
    found = remember("results", job, lambda: _read(job))
    opened = next((name for name, tab in tabs.items() if tab.open), "Answer")
    with tabs[opened]:  # the others are drawn when somebody looks
        if opened != "Answer":
            try:
                read_manifest(job.folder)
            except StudyError as fault:  # somebody took its folder away
                text = f"This cannot be shown any more: {plain(fault)}. Run it again."
                st.warning(text, icon=":material/folder_off:")
            else:
                _SHOWS[opened](job, found.document, look)
    return job


def _plan(job: Job, document: dict[str, Any], look: Look) -> None:
    show_plan(job.setting, look)
    describe_policies(job.setting.policies)


def _through_time(job: Job, document: dict[str, Any], look: Look) -> None:
    if job.setting.scenario.horizon >= DAY:
        show_hours(job, look)
    show_in_force(job, document)
    show_through_time(job, look)
    left, right = st.columns(2, gap="large")
    with left:
        show_occupancy(job, look, document)
    with right:
        show_waits(job, look)


def _customers(job: Job, document: dict[str, Any], look: Look) -> None:
    show_customers(job, document, look)


def _data(job: Job, document: dict[str, Any], look: Look) -> None:
    show_pivot(job)
    show_downloads(job, document)
    show_all_numbers(document)


_SHOWS = {"Plan": _plan, "Through time": _through_time, "Customers": _customers, "Data": _data}


def _answer(job: Job, look: Look) -> Job:
    """The answer of the run that is shown, with what it is compared with; gives that run."""
    answer = st.container()  # it comes first, and needs what is chosen below
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        job = choose_run(job)
        assert job.result is not None
        study = job.result.study
        found = remember("results", job, lambda: _read(job))
        order = ranking(found.targets, study.policies, found.differences)
        best = order[0][0]
        against = choose_against(job, best, found.differences)
        base_button(job)
    if study.replications == 1:
        st.info(
            "One replication shows a possible week, not how sure it is. Run at least five to get ranges and verdicts.",
            icon=":material/info:",
        )
    note_mine(job, sentence(found.targets, study.policies, order, None))
    text = sentence(found.targets, study.policies, order, against)
    answer.html(f'<div class="fc-answer" role="status">{text}</div>')
    scenario = job.setting.scenario
    st.html(scoreboard(found.targets, study.policies, scenario, found.values, look, best, against, found.beside))
    changes = "".join(f'<span class="fc-chip">{safe(change)}</span>' for change in job.setting.changes)
    st.html(
        f'<div class="fc-key">{count(study.replications, "replication")}, {study.speed.contacts:,} contacts simulated,'
        f" seed {study.seed}. Point at a number, or press it, for its range (95 % confidence for the whole"
        " table).</div>"
        f'<div class="fc-changes">{changes}</div>'
    )
    if found.beside:
        st.caption(" ".join(found.beside.summary()) + " Press a number to read where.")
    show_doubts(found.doubts, study.policies)
    if found.targets:
        with st.expander("Targets with their ranges", icon=":material/straighten:"):
            show_targets(found.targets, study.policies, job.setting.scenario, look, found.beside)
            st.caption(advice(found.needs, of_targets=True))
    if found.differences:
        with st.expander("All differences between two policies", icon=":material/difference:"):
            show_differences(found.differences, {key: value[0] for key, value in found.values.items()}, found.beside)
            st.caption(advice(found.needs, of_targets=False))
    show_sweep(job.setting, look)
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
    beside: Beside  # says nothing where it was not held against what is assumed


def _read(job: Job) -> _Found:
    assert job.result is not None
    study, told = job.result.study, document(job.result.study)
    values = {
        (m["policy"], m["measure"], m["by"], m["of"]): (m["mean"], m["half_width"], m["unit"])
        for m in told["measures"]
    }
    return _Found(
        target_verdicts(study),
        difference_verdicts(study),
        told,
        values,
        doubts_of(job.result, job.setting.scenario.days),
        needs_of(study),
        _beside(job.result),
    )


def _beside(result: StudyResult) -> Beside:
    try:
        return result.beside()
    except StudyError:
        return Beside(None)  # it is damaged: the verdicts themselves are not

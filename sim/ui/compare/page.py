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
from floorcast.ui.compare.differences import Values, show_differences
from floorcast.ui.compare.downloads import show_all_numbers, show_downloads
from floorcast.ui.compare.levers import choose_setting
from floorcast.ui.compare.pictures import show_occupancy, show_through_time, show_waits
from floorcast.ui.compare.plan import show_how_it_works, show_plan
from floorcast.ui.compare.public import has_public, show_public
from floorcast.ui.compare.remarks import advice, doubts_of, needs_of, show_doubts
from floorcast.ui.compare.running import run_bar
from floorcast.ui.compare.verdicts import headline, show_targets


def compare_page() -> None:
    """Compare routing policies on a scenario."""
    look = current()
    st.html(style(look))
    with st.sidebar:
        chosen, setting, problems = _choose()
    if isinstance(chosen, Chosen):
        st.title(plain(chosen.scenario.name), anchor=False)
        st.html(f'<div class="fc-lead">{safe(chosen.scenario.description)}</div>')
    else:
        st.title("What happens on your floor?", anchor=False)
        if chosen is None and not problems:
            _show_upload_hint()
    if problems:
        show_problems(problems)
    keep_setting(setting)
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


def _show_results(job: Job, look: Look) -> None:
    assert job.result is not None
    study = job.result.study
    found = remember("results", job, lambda: _read(job))
    targets, differences, document = found.targets, found.differences, found.document
    policies = study.policies
    if study.replications == 1:
        st.info(
            "One replication shows a possible week, not how sure it is. Run at least five to get ranges and verdicts.",
            icon=":material/info:",
        )
    _summary(job, targets)
    show_doubts(found.doubts, policies)
    titles = [
        "Targets",
        "Differences",
        "Through time",
        "Teams and waits",
        "Customers and the public",
        "Numbers and downloads",
        "The plan",
    ]
    if not differences:
        titles.remove("Differences")
    if not has_public(document):
        titles.remove("Customers and the public")
    tabs = dict(zip(titles, st.tabs(titles)))
    with tabs["Targets"]:
        show_targets(targets, policies, job.setting.scenario, look)
        st.caption(advice(found.needs, of_targets=True))
    if differences:
        with tabs["Differences"]:
            show_differences(differences, found.values)
            st.caption(advice(found.needs, of_targets=False))
    with tabs["Through time"]:
        show_through_time(job, look)
    with tabs["Teams and waits"]:
        left, right = st.columns(2, gap="large")
        with left:
            show_occupancy(job, look, document)
        with right:
            show_waits(job, look)
    if has_public(document):
        with tabs["Customers and the public"]:
            show_public(job, document, look)
    with tabs["Numbers and downloads"]:
        show_downloads(job, document)
        show_all_numbers(document)
    with tabs["The plan"]:
        show_plan(job.setting, look)
        describe_policies(job.setting.policies)


def _summary(job: Job, targets: list[TargetVerdict]) -> None:
    assert job.result is not None
    study = job.result.study
    speed = study.speed
    text = headline(targets, study.policies)
    changes = "".join(
        f'<span class="fc-chip">{safe(change)}</span>' for change in job.setting.changes
    )
    st.html(
        f'<div class="fc-headline">{safe(text)}</div>'
        f'<div class="fc-key">{safe(study.scenario)}: {count(study.replications, "replication")} under'
        f" {count(len(study.policies), 'policy')}, {speed.contacts:,} contacts simulated, seed {study.seed}.</div>"
        f'<div class="fc-changes">{changes}</div>'
    )


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
        (m["policy"], m["measure"], m["by"], m["of"]): m["mean"] for m in document["measures"]
    }
    return _Found(
        target_verdicts(study),
        difference_verdicts(study),
        document,
        values,
        doubts_of(job.result, job.setting.scenario.days),
        needs_of(study),
    )

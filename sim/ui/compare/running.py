"""The bar at the top of the page: what will be run, its progress, and how it ended."""

from __future__ import annotations

import math

import streamlit as st

from floorcast.charts.quantities import count, duration
from floorcast.ui.base import url
from floorcast.ui.base.jobs import Job, running_of, start
from floorcast.ui.base.look import plain, safe
from floorcast.ui.base.problems import show_fault
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.state import (
    beside_jobs,
    browser,
    jobs,
    reader,
    running_jobs,
    set_job,
    show_job,
    shown_job,
)

POLL = 0.5  # seconds


def collect_finished() -> None:
    """Keep the results of studies that have ended since the page was drawn last."""
    for one in jobs().values():
        if one.over and one.result is not None and one.result.study.replications:
            show_job(one)
    for one in list(beside_jobs()):
        if one.over:
            beside_jobs().remove(one)
            if one.result is not None and one.result.study.replications:
                show_job(one, first=True)


def rejoin(setting: Setting | None) -> None:
    """Wait for the study again that ran when the reader loaded the page anew."""
    mine = browser()
    if setting is None or mine is None or not url.once("rejoin"):
        return
    job = running_of(setting, mine)
    if job is not None and job is not jobs().get(setting.origin):
        job.come_back(reader(), mine)
        set_job(job)


def run_button(setting: Setting | None, origin: str | None) -> None:
    """The button, unless the study is running."""
    job = None if origin is None else jobs().get(origin)
    if job is not None and job in running_jobs():
        return
    same = _shows(setting)
    clicked = st.button(
        "Run again" if same else "Run simulation",
        type="secondary" if same else "primary",
        icon=":material/play_arrow:",
        disabled=setting is None or not setting.policies,
        key="run",
    )
    if clicked and setting is not None:
        set_job(start(setting, reader(), browser=browser()))
        st.rerun()


def run_bar(setting: Setting | None, origin: str | None) -> None:
    """What will be run, or the progress of what is running; under it what else runs."""
    job = None if origin is None else jobs().get(origin)
    running = running_jobs()
    if job is not None and job in running:
        _progress(job)
    else:
        if setting is not None:
            st.html(_what(setting, stale=shown_job(setting.origin) is not None and not _shows(setting)))
        if job is not None and job.over:
            _ended(job)
        elif job is not None:
            _left_to_others(job)
    for other in running:
        if other is not job:
            _progress(other, elsewhere=True)


def _shows(setting: Setting | None) -> bool:
    """Whether the results below are of this setting."""
    shown = None if setting is None else shown_job(setting.origin)
    return shown is not None and setting is not None and shown.setting.key == setting.key


def _what(setting: Setting, stale: bool) -> str:
    scenario = setting.scenario
    if not setting.policies:
        return '<span class="fc-key">Choose at least one policy.</span>'
    text = (
        f"{count(len(setting.policies), 'policy')}, {count(setting.replications, 'replication')} of"
        f" {count(scenario.days, 'day')} with some {scenario.expected_contacts:,.0f} contacts each"
    )
    chips = "".join(f'<span class="fc-chip">{safe(change)}</span>' for change in setting.changes)
    note = " · <b>the settings differ from the results below</b>" if stale else ""
    return f'<div class="fc-changes">{safe(text)}{note}{chips}</div>'


@st.fragment(run_every=POLL)
def _progress(job: Job, elsewhere: bool = False) -> None:
    me = reader()
    progress = job.progress(me)
    if job.over:
        st.rerun()  # the whole page: the results are there
    with st.container(border=True):
        left, right = st.columns([6, 1], vertical_alignment="center")
        with left:
            st.progress(progress.share, text=_progress_text(job, elsewhere))
        with right:
            if st.button(
                "Stop", icon=":material/stop:", disabled=job.stopping, width="stretch",
                key=f"stop:{job.folder.name if job in beside_jobs() else job.setting.origin}" if elsewhere else "stop",
                help=_whose(progress.others) if progress.others else None,
            ):  # fmt: skip
                job.stop(me)
                st.rerun()
        if not elsewhere and shown_job(job.setting.origin) is not None:
            st.caption("Until it is there, the results below are of the run before.")
        if progress.phase == "preparing" or progress.slow_start:
            st.caption(
                "Preparing the simulator once on this machine, about a minute. From then on it starts at once."
            )


def _whose(others: int) -> str:
    return f"{count(others, 'other reader')} {'waits' if others == 1 else 'wait'} for this study too: it goes on."


def _left_to_others(job: Job) -> None:
    """This reader pressed Stop on a study that others wait for."""
    st.info(
        "You have left this study; it goes on for others. Run it again to see its results.",
        icon=":material/group:",
    )


def _progress_text(job: Job, elsewhere: bool) -> str:
    progress = job.progress(reader())
    name = plain(job.setting.scenario.name)
    if job.stopping:
        return f"{name}: stopping after the replications in work; what is finished is kept …"
    if progress.phase == "waiting":
        if progress.ahead:
            return f"{name}: in line, {count(progress.ahead, 'study')} before it …"
        return f"{name}: starting …"
    if progress.phase == "preparing":
        return f"{name}: preparing the simulator …"
    policies = len(job.setting.policies)
    if not progress.total:
        return f"{name}: starting …"
    done, total = progress.done // policies, progress.total // policies
    text = f"Simulating {name}: {done} of {count(total, 'replication')}"
    if policies > 1:
        text += f" under {count(policies, 'policy')}"
    if progress.seconds_left is not None and progress.done:
        text += f" · {_left(progress.seconds_left)} left"
    if job in beside_jobs():
        text += " · to compare with"
    elif elsewhere:
        text += " · choose it again to see its results"
    return text


def _left(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(math.ceil(seconds / 5) * 5, 5)} s"
    return f"about {duration(math.ceil(seconds / 60) * 60)}"


def _ended(job: Job) -> None:
    """How the last run ended, where that is not plain."""
    if job.fault is not None:
        show_fault(job.fault)
        return
    if job.result is None or not job.result.interrupted:
        return
    n = job.result.study.replications
    if n:
        st.info(
            f"Stopped after {count(n, 'replication')} of {job.setting.replications}. The results below are of"
            " those, so their intervals are wider. Run again to go on where it stopped.",
            icon=":material/pause_circle:",
        )
    else:
        st.info(
            "Stopped before one replication was finished under every policy. Run again to go on.",
            icon=":material/pause_circle:",
        )

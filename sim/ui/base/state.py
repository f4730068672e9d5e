"""What the page remembers about one reader between two runs of its script."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from floorcast.ui.base.jobs import Job
from floorcast.ui.base.setting import Setting

T = TypeVar("T")
COOKIE = "floorcast"
MOST_RUNS = 12  # kept in the list of a reader's runs


def reader() -> str:
    """Who reads: every browser tab is a reader of its own."""
    name: str = st.session_state.setdefault("reader", uuid.uuid4().hex)
    return name


def browser() -> str | None:
    """The browser of this reader, over all its tabs and days, by the cookie that the page's first answer sets; None
    without."""
    secret = str(st.context.cookies.get(COOKIE, ""))
    return secret if re.fullmatch(r"[0-9a-f]{32}", secret) else None


def jobs() -> dict[str, Job]:
    """The study this reader started last of every scenario, running or over, by the scenario's origin."""
    found: dict[str, Job] = st.session_state.setdefault("jobs", {})
    return found


def set_job(job: Job) -> None:
    """Make a study the current one of its scenario."""
    jobs()[job.setting.origin] = job
    st.session_state["job"] = job


def running_jobs() -> list[Job]:
    """The studies this reader waits for."""
    mine = [*jobs().values(), *beside_jobs()]
    return [job for job in mine if not job.over and job.waits(reader())]


def shown_job(origin: str) -> Job | None:
    """The last study of a scenario file that has results to show."""
    found = runs_of(origin)
    return found[-1] if found else None


def runs_of(origin: str) -> list[Job]:
    """All finished studies of a scenario that this reader has run, the last one last."""
    runs: dict[str, list[Job]] = st.session_state.setdefault("runs", {})
    return runs.setdefault(origin, [])


def show_job(job: Job, first: bool = False) -> None:
    """Keep a finished study, to be shown whenever its scenario is chosen; `first`: before all others, for it is what
    they are compared with."""
    runs = runs_of(job.setting.origin)
    if job in runs:
        return
    others = [one for one in runs if one.setting.key != job.setting.key][-MOST_RUNS + 1 :]
    runs[:] = [job, *others] if first else [*others, job]


def beside_jobs() -> list[Job]:
    """Studies that run only to compare others with."""
    found: list[Job] = st.session_state.setdefault("beside:jobs", [])
    return found


def keep_setting(setting: Setting | None) -> None:
    """What is chosen on one page, so that the others take it over with all its changes."""
    if setting is not None:
        kept: dict[str, Setting] = st.session_state.setdefault("settings", {})
        kept[setting.origin] = setting


def kept_setting(origin: str) -> Setting | None:
    """The setting that was chosen last of a scenario."""
    kept: dict[str, Setting] = st.session_state.get("settings", {})
    return kept.get(origin)


def remember(place: str, key: Hashable, make: Callable[[], T]) -> T:
    """`make()`, or what it gave last time for the same key; one value is kept per place."""
    kept = st.session_state.get(f"kept:{place}")
    if kept is None or kept[0] != key:
        kept = (key, make())
        st.session_state[f"kept:{place}"] = kept
    value: T = kept[1]
    return value


def remember_many(place: str, key: Hashable, make: Callable[[], T], *, under: Hashable) -> T:
    """Like `remember` with a value for every key, all forgotten when `under` changes."""
    kept = remember(place, under, dict)
    if key not in kept:
        kept[key] = make()
    value: T = kept[key]
    return value

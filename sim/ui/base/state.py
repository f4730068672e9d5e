"""What the page remembers of one reader between two runs of its script."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from floorcast.ui.base.jobs import Job

T = TypeVar("T")


def current_job() -> Job | None:
    """The study this reader started last, running or over."""
    job = st.session_state.get("job")
    return job if isinstance(job, Job) else None


def set_job(job: Job | None) -> None:
    """Make a study the current one."""
    st.session_state["job"] = job


def shown_job(origin: str) -> Job | None:
    """The last study of a scenario file that has results to show."""
    return _shown().get(origin)


def show_job(job: Job) -> None:
    """Keep a finished study, to be shown whenever its scenario is chosen."""
    _shown()[job.setting.origin] = job


def _shown() -> dict[str, Job]:
    shown: dict[str, Job] = st.session_state.setdefault("shown", {})
    return shown


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

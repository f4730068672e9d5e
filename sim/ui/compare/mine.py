"""My last runs, on the first screen: what this reader ran before, of any scenario, with its answer and a way back."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from floorcast.charts.quantities import count
from floorcast.charts.words import human
from floorcast.ui.base import url
from floorcast.ui.base.jobs import Job, results_folder
from floorcast.ui.base.kept import kept_run, note_run, noted_runs
from floorcast.ui.base.look import plain, safe
from floorcast.ui.base.state import browser, jobs
from floorcast.ui.compare.runs import name_of

MOST_SHOWN = 4
MOST_NAMED = 3  # policies
ARROW = ":material/arrow_forward:"


def note_mine(job: Job, answer: str) -> None:
    """Note a finished run and the sentence that answers it (HTML), if this reader has run it."""
    name = name_of(job)
    noted: dict[str, dict[str, Any]] = st.session_state.setdefault("mine", {})
    if name is None or name in noted or job not in jobs().values():
        return
    assert job.result is not None
    note = {
        "run": name,
        "title": job.setting.scenario.name,
        "answer": html.unescape(re.sub(r"<[^>]*>", "", answer)),
        "changes": list(job.setting.changes),
        "policies": [policy.name for policy in job.setting.policies],
        "replications": job.result.study.replications,
        "started": job.started,
    }
    noted[name] = note
    note_run(browser(), note)


def show_mine() -> None:
    """The last runs, the newest first; a press opens one again."""
    found = [note for note in _mine() if _there(note)][:MOST_SHOWN]
    if not found:
        return
    st.markdown("**My last runs**")
    with st.container(border=True, key="mine"):
        for note in found:
            _row(note)


def _row(note: Mapping[str, Any]) -> None:
    title, name = str(note["title"]), str(note["run"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<div class="fc-run"><b>{safe(title)}</b> <span class="fc-sub">{safe(_when(note))}</span>'
            f"<div>{safe(note['answer'])}</div>"
            f'<span class="fc-sub">{safe(_what(note))}</span></div>'
        )
        st.button(
            f"Open {plain(title)} again", key=f"mine:{name}", type="tertiary", icon=ARROW, on_click=_open, args=(name,)
        )


def _mine() -> list[dict[str, Any]]:
    """What is noted of this browser and in this session, the newest first, each once."""
    noted: dict[str, dict[str, Any]] = st.session_state.get("mine", {})
    every = {str(note["run"]): note for note in noted_runs(browser())} | noted
    return sorted(every.values(), key=lambda note: -float(note["started"]))


def _there(note: Mapping[str, Any]) -> bool:
    """Whether its study is there still."""
    record = kept_run(str(note["run"]))
    return record is not None and (results_folder() / str(record.get("folder"))).is_dir()


def _open(name: str) -> None:
    record = kept_run(name)
    if record is not None:
        url.go({**record["address"], "runs": name})


def _when(note: Mapping[str, Any]) -> str:
    then = time.localtime(float(note["started"]))
    today = time.strftime("%x", then) == time.strftime("%x")
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", then)


def _what(note: Mapping[str, Any]) -> str:
    names = [human(str(one)) for one in note["policies"]]
    listed = ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
    changes = ", ".join(str(one) for one in note["changes"]) or "as the file says"
    return f"{listed} · {count(int(note['replications']), 'replication')} · {changes}"

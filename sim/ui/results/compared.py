"""What the best policy is compared with: another policy of the run, or a run before."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from floorcast.charts.words import human
from floorcast.study import DifferenceVerdict, Study, difference_verdicts
from floorcast.study.alternatives.beside import beside
from floorcast.study.verdicts import Difference
from floorcast.ui.base import url
from floorcast.ui.base.jobs import Job, start
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.state import beside_jobs, reader, remember_many, runs_of
from floorcast.ui.results.answer import Against

Choice = tuple[str, int, str]  # "policy" or "run", number of the run, policy


def choose_against(
    job: Job, best: str, differences: Sequence[DifferenceVerdict]
) -> Against | None:
    """Today's policy (the first), another one, or the same policy in an earlier run of this scenario."""
    study = _study(job)
    today = study.policies[0]
    options: list[Choice] = [("policy", -1, name) for name in study.policies if name != best]
    options += [
        ("run", number, best if best in _policies(run) else _policies(run)[0])
        for number, run in reversed(list(enumerate(runs_of(job.setting.origin))))
        if run is not job and run.setting.seed == study.seed
    ]
    if not options:
        return None
    usual = next((o for o in options if o[0] == "run"), None) if _changed(job) else None
    usual = usual or next((o for o in options if o[2] == today), options[0])
    picked = st.selectbox(
        "Compared with", options, index=options.index(usual), format_func=lambda o: _label(o, job),
        key=f"against:{job.folder}:{job.setting.replications}:{len(options)}", width=400, label_visibility="collapsed",
        help="On the very same customers, so that most of the luck cancels out. A difference is told only when its"
        " whole range lies on one side of zero.",
    )  # fmt: skip
    kind, number, name = picked
    if kind == "policy":
        found = _between(differences, best, name)
        if not found:  # with many policies only some pairs are compared
            found = difference_verdicts(beside(study, best, study, name, (best, name)))
        return Against(human(name), _by_row(found))
    before = runs_of(job.setting.origin)[number]
    label = _short(picked, job)
    found = remember_many(
        "before", (number, before.folder, best, name),
        lambda: difference_verdicts(beside(study, best, _study(before), name, ("now", "before"))), under=job,
    )  # fmt: skip
    return Against(label, _by_row(found))


def choose_run(job: Job) -> Job:
    """Which of this reader's runs of the scenario is shown; the last one unless chosen."""
    runs = runs_of(job.setting.origin)
    if len(runs) < 2:
        return job
    places = list(range(len(runs)))[::-1]
    picked = st.selectbox(
        "Run shown", places, format_func=lambda place: f"Run of {_run_label(runs[place])}",
        index=places.index(runs.index(job)) if job in runs else 0,
        key=f"run:{job.setting.origin}:{len(runs)}:{url.visit()}", width=340, label_visibility="collapsed",
    )  # fmt: skip
    return runs[picked if picked is not None else -1]


def base_button(job: Job) -> None:
    """Where something is changed and there is no run of the file as it is: a button that makes one to compare with."""
    setting = job.setting
    if not setting.changes or "scenario" not in setting.address:
        return
    if any(not run.setting.changes and run.setting.seed == setting.seed for run in runs_of(setting.origin)):
        return
    pressed = st.button(
        "Compare with the file's numbers", icon=":material/compare_arrows:", key="beside", disabled=bool(beside_jobs()),
        help="Runs the scenario as its file says on the same customers, to show what the changes bring.",
    )  # fmt: skip
    if pressed:
        beside_jobs().append(start(_unchanged(setting), reader()))
        st.rerun()


def _unchanged(setting: Setting) -> Setting:
    """The same study of the scenario as its file says."""
    address = {name: value for name, value in setting.address.items() if "." not in name and name != "x"}
    return replace(setting, scenario=setting.base, changes=(), address=address)


def _label(option: Choice, job: Job) -> str:
    return f"Compared with {_short(option, job)}"


def _short(option: Choice, job: Job) -> str:
    kind, number, name = option
    if kind == "policy":
        today = " (today)" if name == _study(job).policies[0] else ""
        return f"{human(name)}{today}"
    return f"{human(name)} before, {_run_label(runs_of(job.setting.origin)[number])}"


def _run_label(run: Job) -> str:
    when = time.strftime("%H:%M", time.localtime(run.started))
    changes = ", ".join(run.setting.changes) or "as the file says"
    return f"{when}, {changes}"


def _changed(job: Job) -> bool:
    runs = runs_of(job.setting.origin)
    place = runs.index(job) if job in runs else 0
    return place > 0 and runs[place - 1].setting.changes != job.setting.changes


def _between(found: Sequence[DifferenceVerdict], best: str, other: str) -> list[DifferenceVerdict]:
    """The verdicts on one pair, seen from the best."""
    turned: dict[Difference, Difference] = {"better": "worse", "worse": "better"}
    mine = [one for one in found if (one.policy, one.against) == (best, other)]
    theirs = [one for one in found if (one.policy, one.against) == (other, best)]
    return mine + [
        replace(one, policy=best, against=other, mean=-one.mean, verdict=turned.get(one.verdict, one.verdict))
        for one in theirs
    ]


def _by_row(found: Sequence[DifferenceVerdict]) -> dict[tuple[str, str, str], DifferenceVerdict]:
    return {(one.row.measure, one.row.by, one.row.of): one for one in found}


def _policies(job: Job) -> list[str]:
    return [policy.name for policy in job.setting.policies]


def _study(job: Job) -> Study:
    assert job.result is not None
    return job.result.study

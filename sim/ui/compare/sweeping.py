"""An input over a range, from the page: how far each target holds, as curves, or as a map of two inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from floorcast.charts import sweep_curves, sweep_map
from floorcast.charts.look import Look
from floorcast.charts.quantities import count
from floorcast.charts.words import human, spoken
from floorcast.policy import Policy
from floorcast.scenario import InputErrors, Scenario
from floorcast.scenario.horizon.planned import expected_by_channel
from floorcast.store.running.sweeps import keep_sweep
from floorcast.study.alternatives.options import options_of
from floorcast.study.alternatives.sweep_words import said
from floorcast.study.alternatives.sweeps import Axis, Sweep, findings, grid, parse_axis
from floorcast.ui.base.jobs import Job, start
from floorcast.ui.base.look import plain
from floorcast.ui.base.problems import show_fault, show_problems
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.state import reader, remember
from floorcast.ui.results.pictures import CONFIG

POLL = 0.5  # seconds
MOST = 25  # values of an input
NOTHING = "nothing else"


@dataclass(frozen=True)
class Input:
    """An input that may vary: its path, the range that is proposed, and how a value is written there."""

    path: str
    low: float
    high: float
    unit: str  # %: of the base, or of a share; nothing for people
    whole: bool = False
    factor: bool = False  # a per cent of the base is written as a factor

    def vary(self, low: float, high: float, points: int) -> str:
        """The range as `--vary` writes it."""
        if self.whole:
            step = (high - low) / (points - 1)
            values = sorted({round(low + step * n) for n in range(points)})
            return f"{self.path}={','.join(map(str, values))}" if len(values) > 2 else f"{self.path}={low:g}..{high:g}"
        if self.factor:
            return f"{self.path}={low / 100:g}..{high / 100:g}:{points}"
        return f"{self.path}={low:g} %..{high:g} %:{points}"


@dataclass(frozen=True)
class Swept:
    """A sweep that the reader asked for."""

    job: Job
    axes: tuple[Axis, ...]


def inputs_of(scenario: Scenario) -> dict[str, Input]:
    """What may vary, by its name on the page."""
    found = {"Volume of everything": Input("volume", 80, 120, "%", factor=True)}
    for channel in expected_by_channel(scenario):
        found[f"Volume of {human(channel)}"] = Input(f"{channel}.volume", 80, 120, "%", factor=True)
    for name, group in scenario.groups.items():
        people = group.planned_agents or 0
        if people:
            room = max(2, round(0.2 * people))
            low, high = max(1, people - room), people + room
            found[f"People of {human(name)}"] = Input(f"{name}.people", low, high, "", whole=True)
        if group.absence:
            most = round(min(100.0, 200 * group.absence), 1)
            found[f"Absence of {human(name)}"] = Input(f"{name}.absence", 0, most, "%")
    return found


def show_sweep(setting: Setting, look: Look) -> None:
    """Ask for a sweep of a setting, and show the one that was run last."""
    with st.expander("How far do the targets hold? Vary an input", icon=":material/show_chart:"):
        _ask(setting)
        swept = _sweeps().get(setting.origin)
        if swept is None:
            return
        if not swept.job.over:
            _progress(swept.job)
            return
        if swept.job.fault is not None:
            show_fault(swept.job.fault)
        elif swept.job.result is not None and swept.job.result.study.replications:
            _show(swept, setting, look)
        else:
            st.info("Stopped before one replication was finished at every value.", icon=":material/pause_circle:")


def _sweeps() -> dict[str, Swept]:
    found: dict[str, Swept] = st.session_state.setdefault("sweeps", {})
    return found


def _ask(setting: Setting) -> None:
    inputs = remember("sweep:inputs", setting.key[:2], lambda: inputs_of(setting.scenario))
    policies = list(setting.policies)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        first = _range(inputs, list(inputs), "Vary", "1")
        policy = policies[0]
        if len(policies) > 1:
            names = [one.name for one in policies]
            under = st.selectbox("Under", names, format_func=human, key="sweep:policy", width=180)
            policy = policies[names.index(under)]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        taken = st.session_state.get("sweep:input:1")
        second = _range(inputs, [NOTHING, *(name for name in inputs if name != taken)], "Together with", "2")
        pressed = st.button("Sweep", icon=":material/play_arrow:", key="sweep:run")
    if pressed:
        _begin(setting, policy, [one for one in (first, second) if one])


def _range(inputs: dict[str, Input], names: Sequence[str], label: str, number: str) -> str:
    """The range of one input as `--vary` writes it; nothing where none is chosen."""
    name = st.selectbox(label, list(names), key=f"sweep:input:{number}", width=240)
    if name not in inputs:
        return ""
    one = inputs[name]
    unit = f" ({one.unit})" if one.unit else ""
    step, kind = (1, int) if one.whole else (1.0, float)
    key, form = f"{number}:{one.path}", "%d" if one.whole else "%g"
    low = st.number_input(f"From{unit}", kind(0), None, kind(one.low), step, form, f"sweep:from:{key}", width=120)
    high = st.number_input(f"To{unit}", kind(0), None, kind(one.high), step, form, f"sweep:to:{key}", width=120)
    most, key = (9 if number == "1" else 5), f"sweep:points:{key}"
    if one.whole:  # every number of people, as long as they are few
        most, key = max(2, min(int(high - low) + 1, most)), f"{key}:{low}:{high}"
    points = st.number_input("Values", 2, MOST, most, key=key, width=100)
    return one.vary(low, high, int(points))


def _begin(setting: Setting, policy: Policy, vary: Sequence[str]) -> None:
    """Start the sweep behind the page, or say what is wrong with it."""
    try:
        axes = tuple(parse_axis(text) for text in vary)
        options = options_of(setting.scenario, [policy], grid(axes))
    except InputErrors as errors:
        show_problems(errors.problems)
        return
    job = start(replace(setting, policies=(policy,)), reader(), options)
    _sweeps()[setting.origin] = Swept(job, axes)
    st.rerun()


@st.fragment(run_every=POLL)
def _progress(job: Job) -> None:
    progress = job.progress(reader())
    if job.over:
        st.rerun()
    left, right = st.columns([6, 1], vertical_alignment="center")
    with left:
        text = {
            "waiting": f"In line, {count(progress.ahead, 'study')} before it …" if progress.ahead else "Starting …",
            "preparing": "Preparing the simulator …",
        }.get(progress.phase, f"Sweeping: {progress.done:,} of {count(progress.total, 'replication')}")
        st.progress(progress.share, text="Stopping …" if job.stopping else text)
    with right:
        if st.button("Stop", icon=":material/stop:", disabled=job.stopping, key="sweep:stop", width="stretch"):
            job.stop(reader())
            st.rerun()


def _show(swept: Swept, setting: Setting, look: Look) -> None:
    result = swept.job.result
    assert result is not None
    sweep = remember("sweep:found", (id(swept.job), result.study.replications), lambda: _read(swept))
    under = swept.job.setting.policies[0].name
    of = (swept.job.setting.scenario, swept.job.setting.seed)
    if of != (setting.scenario, setting.seed):
        st.caption("Of the settings with which it was run; those of the run above differ.")
    st.markdown("\n".join(f"- {plain(line)}" for line in said(sweep)))
    key = "sweep:picture"
    if len(sweep.axes) == 2:
        alt = f"How many targets are met by {sweep.axes[0].path} and {sweep.axes[1].path}"
        st.plotly_chart(sweep_map(sweep, look), theme=None, config=CONFIG, key=key, alt=alt)
    elif sweep.verdicts and sweep.verdicts[0]:
        words = [f"{human(v.target.of)}: {spoken(v.target.text)}" for v in sweep.verdicts[0]]
        tipping = {(tip.of, tip.target) for tip in sweep.tips}
        first = next((n for n, v in enumerate(sweep.verdicts[0]) if (v.target.of, v.target.text) in tipping), 0)
        chosen = st.selectbox("Target", range(len(words)), first, format_func=lambda n: words[n], key="sweep:target")
        alt = f"{words[chosen]} by {sweep.axes[0].path}"
        figure = sweep_curves(sweep, look)[chosen]
        units = {one.path: one.unit for one in inputs_of(setting.scenario).values()}
        if units.get(sweep.axes[0].path) == "%":  # as it was asked for
            in_per_cent(figure)
        st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt=alt)
    stopped = " It was stopped before its end." if result.interrupted else ""
    st.caption(
        f"{count(result.study.replications, 'replication')} of each value under {human(under)}; bands and verdicts of"
        f" all values hold together at 95 %.{stopped}"
    )


def in_per_cent(figure: Any) -> None:
    """Write the values of a sweep's axis, and where a target tips, in per cent."""
    figure.update_xaxes(tickformat=".0%")
    for note in figure.layout.annotations:
        before, _, value = (note.text or "").rpartition(" ")
        if before == "tips at about":
            note.text = f"{before} {float(value):.1%}".replace("%", " %")


def _read(swept: Swept) -> Sweep:
    result = swept.job.result
    assert result is not None
    keep_sweep(swept.job.folder, swept.axes)  # so that `floorcast show` knows it for a sweep
    return findings(result.study, swept.axes)

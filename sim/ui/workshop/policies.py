"""The policy editor: points as a table, the rest as the file, explained in words and tried on the floor."""

from __future__ import annotations

import streamlit as st

from floorcast.charts.look import Look
from floorcast.charts.quantities import quantity
from floorcast.charts.words import human
from floorcast.policy import Policy, load_policy_text
from floorcast.policy.words.policy import explain
from floorcast.scenario import InputErrors
from floorcast.ui.base.look import plain
from floorcast.ui.base.problems import show_problems
from floorcast.ui.base.state import remember
from floorcast.ui.base.uploads import Upload
from floorcast.ui.compare.choose import Chosen, kept_policies, offered_policies
from floorcast.ui.live.live_floor import LiveFloor
from floorcast.workshop.policy_draft import points_of, renamed, with_points

SAMPLE = 20


def policy_editor(chosen: Chosen, look: Look) -> None:
    """Copy a policy, change who is first, read what it says, and try it at once."""
    offered = offered_policies(chosen) | kept_policies(chosen)
    st.title("Change a policy", anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        name = st.selectbox("Begin with", list(offered), format_func=human, key=f"workshop:policy:{chosen.identity}")
        base = offered[name]
        key = f"{chosen.identity}:{name}"
        called = st.text_input("Call it", f"{base.name} mine"[:60], key=f"called:{key}")
        st.markdown(
            "**Who first**",
            help="Points put a contact before others that wait. Per minute: what a minute of waiting adds.",
        )
        before = remember("points", key, lambda: points_of(base.text, chosen.scenario))
        rows = st.data_editor(
            before, key=f"points:{key}", hide_index=True, disabled=["of", "name"], width="stretch", height=280,
            alt="Points by channel and contact type",
        )  # fmt: skip
        text = with_points(base.text, before, rows)
        st.markdown("**Who helps, exceptions and everything else**")
        text = st.text_area("The policy (YAML)", text, key=f"yaml:{key}:{hash(text)}", height=320)
    with right:
        try:
            policy = load_policy_text(renamed(text, called), f"{called}.yaml", chosen.scenario)
        except InputErrors as errors:
            show_problems(errors.problems)
            return
        st.markdown("**What it says**")
        st.text("\n".join(explain(policy, chosen.scenario)))
        with st.container(horizontal=True):
            st.download_button(
                "Save as a file", policy.text, f"{called}.yaml", "application/yaml", icon=":material/download:",
                type="primary",
            )  # fmt: skip
            if st.button("Compare it", icon=":material/balance:"):
                _take(policy, called)
        if st.toggle("Try it: who would be next?", key=f"try:{key}"):
            _sample(chosen, policy)


def _take(policy: Policy, called: str) -> None:
    """Into the list of the reader's own policies, on every page."""
    files = [file for file in st.session_state.get("kept:policy_files", []) if file.name != f"{called}.yaml"]
    st.session_state["kept:policy_files"] = [*files, Upload(f"{called}.yaml", policy.text.encode())]
    st.switch_page(st.session_state["page:compare"])


def _sample(chosen: Chosen, policy: Policy) -> None:
    """Contacts that wait at eleven on the first day, in the order in which they would be taken."""
    scenario = chosen.scenario
    live = remember(
        "sample", (chosen.identity, policy.text), lambda: LiveFloor(scenario, policy, scenario.seed, 11 * 3600.0)
    )
    with st.spinner("Playing the morning …"):
        live.wait(60.0)
    if live.fault is not None or not live.ready:
        st.caption("The floor could not be opened.")
        return
    rows = live.line(SAMPLE)
    if not rows:
        st.caption("Nobody waits at eleven under this policy.")
        return
    st.dataframe(
        [
            {"Next": place + 1, "Contact": human(one.contact_type), "Points": one.points,
             "Waited": quantity(one.waited, "s")}
            for place, one in enumerate(rows)
        ],
        hide_index=True, height=300,
    )  # fmt: skip
    st.caption(f"Who waits at 11:00 of the first day under {plain(human(policy.name))}, first to last.")

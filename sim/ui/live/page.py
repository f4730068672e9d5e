"""The second page, for trainers: a floor to watch, stop, step through and disturb."""

from __future__ import annotations

import streamlit as st

from floorcast.charts.words import human
from floorcast.ui.base import url
from floorcast.ui.base.look import current, plain, safe, style
from floorcast.ui.base.problems import show_fault, show_problems
from floorcast.ui.base.state import kept_setting
from floorcast.ui.compare.choose import Chosen, choose_scenario, kept_policies, offered_policies
from floorcast.ui.live.component import show_floor
from floorcast.ui.live.live_floor import LiveFloor
from floorcast.ui.live.opening import Asked, open_floor

DAY = 86400.0


def live_page() -> None:
    """Watch one day under one policy, as it happens."""
    look = current()
    url.begin("floor")
    st.html(style(look))
    with st.sidebar:
        st.html('<div class="fc-brand">Floor<span>cast</span></div>')
        chosen = choose_scenario()
        asked = _choose(chosen) if isinstance(chosen, Chosen) else None
    if isinstance(chosen, list):
        show_problems(chosen)
    guest = st.session_state.get("live:from")
    if guest:
        st.sidebar.caption(f"This floor is of {guest}.")
        if st.sidebar.button("Leave it", icon=":material/close:", key="leave"):
            st.session_state["live:from"], st.session_state["live"] = "", None
            st.rerun()
    if guest:  # opened from a lesson or an hour, whatever is chosen here
        _show(st.session_state["live"], st.session_state["live:number"], look.dark)
        return
    if asked is None:
        st.title("Live floor", anchor=False)
        st.html('<div class="fc-lead">Choose a scenario in the side panel.</div>')
        return
    live, number = _floor(asked)
    if live is None:
        st.title("Live floor", anchor=False)
        if _invitation(asked):
            open_floor(asked)
            st.rerun()
    else:
        if live.ready:
            _differs(live, asked)
        _show(live, number, look.dark)


def _show(live: LiveFloor, number: int, dark: bool) -> None:
    if live.fault is not None:
        show_fault(live.fault)
    elif not live.ready:
        _opening(live)
    else:
        st.fragment(show_floor)(live, number, dark)


def _choose(chosen: Chosen) -> Asked:
    """Scenario, policy, seed, and when to begin (s)."""
    offered = offered_policies(chosen) | kept_policies(chosen)
    name = st.selectbox(
        "Routing policy", list(offered), format_func=human, key=f"live:policy:{chosen.identity}",
        persist_state="session", help="Who answers what, and in which order.",
    )  # fmt: skip
    day = 0
    if chosen.scenario.days > 1:
        day = st.number_input(
            "Day", 1, chosen.scenario.days, 1, key=f"live:day:{chosen.identity}", persist_state="session"
        ) - 1  # fmt: skip
    hour = st.slider(
        "Begin at", 0, 23, 9, format="%d:00", key=f"live:hour:{chosen.identity}", persist_state="session",
        help="What comes before is played at once, so that the floor is as it would be by then.",
    )  # fmt: skip
    seed = st.number_input(
        "Seed", 0, 9_999_999_999_999, chosen.scenario.seed, 1, key=f"live:seed:{chosen.identity}",
        persist_state="session", help="Another seed is another day of the same kind.",
    )  # fmt: skip
    kept = kept_setting(chosen.origin)
    scenario = chosen.scenario
    if kept is not None and kept.scenario.text == scenario.text:
        scenario = kept.scenario  # with the changes made on the other page
        if kept.changes:
            st.caption("With the changes made on the other page: " + plain(", ".join(kept.changes)))
    return Asked(scenario, offered[name], int(seed), int(day) * DAY + hour * 3600.0, offered)


def _floor(asked: Asked) -> tuple[LiveFloor | None, int]:
    """The floor this reader opened last, if it is of the scenario that is chosen, and its number."""
    live = st.session_state.get("live")
    if st.sidebar.button(
        "Open the floor" if live is None else "Begin anew",
        type="primary" if live is None else "secondary",
        icon=":material/door_open:",
        key="open",
    ):
        live = open_floor(asked)
    if isinstance(live, LiveFloor) and live.scenario.text == asked.scenario.text:
        return live, st.session_state["live:number"]
    return None, 0


def _differs(live: LiveFloor, asked: Asked) -> None:
    """That the floor does not run what is chosen at the side by now, if so."""
    runs: Asked = st.session_state["live:asked"]
    if runs.key != asked.key:
        st.warning(
            f"This floor runs {plain(human(live.policy.name))}, seed {live.seed}. Press *Begin anew* in the side panel"
            f" to run what is chosen there now: {plain(human(asked.policy.name))}, seed {asked.seed}.",
            icon=":material/sync_problem:",
        )


def _invitation(asked: Asked) -> bool:
    """What there is to see; True when the reader wants to."""
    policy = safe(human(asked.policy.name))
    st.html(
        f'<div class="fc-lead"><b>{safe(asked.scenario.name)}</b> under <b>{policy}</b>: see who works on what,'
        " who waits and for how long. Stop time, go back, send people away, let a surge come in, and"
        " watch what happens; click anybody to see why.</div>"
    )
    return st.button("Open the floor", type="primary", icon=":material/door_open:", key="open:here")


@st.fragment(run_every=0.5)
def _opening(live: LiveFloor) -> None:
    if live.ready or live.fault is not None:
        st.rerun()
    st.progress(0.0, text="Opening the floor …")
    st.caption(
        "The first time on this machine this takes about a minute: the simulator is prepared once."
    )

"""The second page, for trainers: a floor to watch, stop, step through and disturb."""

from __future__ import annotations

import streamlit as st

from floorcast.charts.look import Look
from floorcast.charts.quantities import count, duration
from floorcast.policy import Policy
from floorcast.scenario import Scenario
from floorcast.ui.base.look import current, plain, safe, style
from floorcast.ui.base.problems import show_fault, show_problems
from floorcast.ui.base.state import kept_setting
from floorcast.ui.compare.choose import Chosen, choose_scenario, kept_policies, offered_policies
from floorcast.ui.live import floor_picture as picture
from floorcast.ui.live.live_floor import SPEEDS, LiveFloor

BEAT = 1.0  # seconds between pictures while time runs
DAY = 86400.0
NINE = 9 * 3600.0


def live_page() -> None:
    """Watch one day under one policy, as it happens."""
    look = current()
    st.html(style(look))
    st.html(picture.style(look))
    with st.sidebar:
        st.html('<div class="fc-brand">Floor<span>cast</span></div>')
        chosen = choose_scenario()
        asked = _choose(chosen) if isinstance(chosen, Chosen) else None
    st.title("Live floor", anchor=False)
    if isinstance(chosen, list):
        show_problems(chosen)
    if asked is None:
        st.html('<div class="fc-lead">Choose a scenario in the side panel.</div>')
        return
    live = _floor(asked)
    if live is not None:
        _running(live, asked)
    if live is None:
        _invitation(*asked)
    elif live.fault is not None:
        show_fault(live.fault)
    elif not live.ready:
        _opening(live)
    else:
        st.fragment(_show, run_every=BEAT if live.playing else None)(live, look)


def _running(live: LiveFloor, asked: tuple[Scenario, Policy, int, float]) -> None:
    """What this floor runs, and that it is not what is chosen at the side by now, if so."""
    scenario, policy, seed, begin = asked
    st.html(
        f'<div class="fc-lead">{safe(live.scenario.name)} under <b>{safe(live.policy.name)}</b>,'
        f" seed {live.seed}</div>"
    )
    if (live.scenario, live.policy, live.seed, live.begin) != asked:
        st.warning(
            f"This floor runs {plain(live.policy.name)}; press *Begin anew* in the side panel to run what is chosen"
            f" there now ({plain(policy.name)}, seed {seed}).",
            icon=":material/sync_problem:",
        )


def _choose(chosen: Chosen) -> tuple[Scenario, Policy, int, float]:
    """Scenario, policy, seed, and when to begin (s)."""
    offered = offered_policies(chosen) | kept_policies(chosen)
    name = st.selectbox(
        "Routing policy", list(offered), key=f"live:policy:{chosen.identity}", persist_state="session",
        help="Who answers what, and in which order.",
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
    return scenario, offered[name], int(seed), int(day) * DAY + hour * 3600.0


def _floor(asked: tuple[Scenario, Policy, int, float]) -> LiveFloor | None:
    """The floor this reader opened last, if it is of the scenario that is chosen."""
    live = st.session_state.get("live")
    if st.sidebar.button(
        "Open the floor" if live is None else "Begin anew",
        type="primary" if live is None else "secondary",
        icon=":material/door_open:",
        key="open",
    ):
        live = LiveFloor(*asked)
        st.session_state["live"] = live
    if isinstance(live, LiveFloor) and live.scenario.text == asked[0].text:
        return live
    return None


def _invitation(scenario: Scenario, policy: Policy, seed: int, begin: float) -> None:
    st.html(
        f'<div class="fc-lead">{safe(scenario.name)} under {safe(policy.name)}: see who works on what, who waits and'
        " for how long. Stop time, go on step by step, send people away, and watch what happens.</div>"
    )
    word = "Begin anew" if "live" in st.session_state else "Open the floor"
    st.html(f'<div class="fc-key">Press <b>{word}</b> in the side panel.</div>')


@st.fragment(run_every=0.5)
def _opening(live: LiveFloor) -> None:
    if live.ready or live.fault is not None:
        st.rerun()
    st.progress(0.0, text="Opening the floor …")
    st.caption(
        "The first time on this machine this takes about a minute: the simulator is prepared once."
    )


def _show(live: LiveFloor, look: Look) -> None:
    live.catch_up()
    start = live.scenario.start
    now = live.look()
    if now.finished and live.playing:
        live.pause()
        st.rerun()
    left, right = st.columns([2, 3], vertical_alignment="center")
    with left:
        st.html(picture.clock(start, now.now))
    with right:
        st.html(picture.tallies(now))
    _controls(live, now.finished)
    marks = picture.marks_of(live.scenario.channel_names)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(
            "**People**", help="One tile per person; point at it to see who it is and what they do."
        )
        st.html(picture.teams(now.teams, marks))
        st.html(picture.legend(marks))
        _disturbances(live, now.finished)
        st.markdown("**Just happened**")
        st.html(picture.story(live.story, start))
    with right:
        st.markdown(
            "**Waiting**",
            help="One dot per contact that waits, longest first; a red diamond waits longer than promised.",
        )
        st.html(picture.queues(now.queues, now.in_time))


def _controls(live: LiveFloor, finished: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if live.playing:
            if st.button("Pause", icon=":material/pause:", type="primary", key="live:pause"):
                live.pause()
                st.rerun()
        elif st.button(
            "Play", icon=":material/play_arrow:", type="primary", key="live:play", disabled=finished
        ):
            live.play()
            st.rerun()
        if st.button("Step", icon=":material/skip_next:", key="live:step", disabled=finished,
                     help="Let the next thing happen."):  # fmt: skip
            live.pause()
            live.step()
            st.rerun()
        for seconds in (60.0, 600.0, 3600.0):
            if st.button(f"+{duration(seconds)}", key=f"live:on:{seconds:g}", disabled=finished):
                live.go_on(seconds)
                st.rerun()
        speed = st.segmented_control(
            "Speed", SPEEDS, default=live.speed, required=True, format_func=lambda times: f"{times}×",
            key="live:speed", label_visibility="collapsed",
            help="Simulated seconds per second.",
        )  # fmt: skip
        live.speed = int(speed or live.speed)
    if finished:
        st.caption("The scenario is over. Begin anew in the side panel.")


def _disturbances(live: LiveFloor, finished: bool) -> None:
    with st.expander("Disturb it", icon=":material/bolt:"):
        people, channels = st.columns(2, gap="large")
        with people, st.container(horizontal=True, vertical_alignment="bottom"):
            team = st.selectbox("Team", live.scenario.group_names, key="live:team", width=180)
            number = st.number_input("How many", 1, 1000, 1, key="live:number", width=110)
            if st.button("Send away", icon=":material/logout:", key="live:away", disabled=finished):
                _say(f"{count(live.send_away(team, int(number)), 'agent')} of {plain(team)} left.")
            if st.button("Call in", icon=":material/login:", key="live:in", disabled=finished):
                _say(f"{count(live.call_in(team, int(number)), 'agent')} of {plain(team)} came.")
        with channels, st.container(horizontal=True, vertical_alignment="bottom"):
            channel = st.selectbox(
                "Channel", live.scenario.channel_names, key="live:channel", width=180
            )
            if st.button("Close", icon=":material/block:", key="live:close", disabled=finished):
                live.set_open(channel, False)
                _say(f"{plain(channel)} is closed.")
            if st.button("Open", icon=":material/check:", key="live:opened", disabled=finished):
                live.set_open(channel, True)
                _say(f"{plain(channel)} is open.")


def _say(text: str) -> None:
    st.toast(text)
    st.rerun()

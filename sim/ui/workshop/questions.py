"""Five questions that make a scenario."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from floorcast.scenario.catalogue.channel_kinds import CHANNEL_KINDS, KINDS
from floorcast.ui.base.look import plain
from floorcast.ui.workshop.volume import through_the_day
from floorcast.workshop.new import Channel, Team, new_scenario

NAMES: dict[str, str] = {row.name: row.label for row in CHANNEL_KINDS.values()}


def five_questions() -> str | None:
    """The scenario's file; None while an answer is missing or wrong."""
    name = st.text_input("Name", "My centre", key="new:name")
    st.markdown("**1 Which channels do your customers use?**")
    kinds = st.pills(
        "Channels", KINDS, selection_mode="multi", default=["phone", "email"], format_func=NAMES.__getitem__,
        key="new:kinds", label_visibility="collapsed",
    )  # fmt: skip
    kinds = [kind for kind in KINDS if kind in (kinds or [])]
    if not kinds:
        st.caption("Choose at least one.")
        return None
    channels = []
    for kind in kinds:
        with st.expander(NAMES[kind], expanded=kind == kinds[0], icon=":material/forum:"):
            one = _channel(kind)
        if one is None:
            return None
        channels.append(one)
    st.markdown("**5 Who is there?**")
    usual: list[dict[str, Any]] = [
        {"team": "Service", "people": 12, "begins": 8, "hours": 8.0, **{NAMES[kind]: True for kind in kinds}},
        {"team": "Late", "people": 8, "begins": 12, "hours": 8.0, **{NAMES[kind]: True for kind in kinds}},
    ]
    rows: list[dict[str, Any]] = st.data_editor(
        usual, num_rows="dynamic", hide_index=True, alt="Teams, their people and channels",
        key=f"new:teams:{'-'.join(kinds)}", width="stretch",
    )  # fmt: skip
    teams: list[Team] = []
    for row in rows:
        serves = tuple(kind for kind in kinds if row.get(NAMES[kind]))
        if row.get("team") and serves and row.get("people"):
            key = "_".join(str(row["team"]).lower().split())
            begins = int(row.get("begins") or 0)
            if any(team.name == key for team in teams):
                st.error(f"There are two teams called {plain(row['team'])}: give one another name.")
                return None
            teams.append(Team(key, serves, int(row["people"]), begins % 24, float(row.get("hours") or 8)))
    if not teams:
        st.caption("Somebody has to be there: give a team people and a channel.")
        return None
    with st.container(horizontal=True):
        start = st.date_input("First day", date(2026, 3, 2), key="new:start")
        days = st.number_input("Days", 1, 28, 5, key="new:days")
    return new_scenario(name or "My centre", start, int(days), channels, teams)


def _channel(kind: str) -> Channel | None:
    traits = CHANNEL_KINDS[kind]
    usual = traits.usual
    patience = usual.patience
    st.markdown("**2 How many come?**")
    day = through_the_day(f"new:{kind}", usual.a_day, 1 if traits.exclusive else 0)
    if day is None:
        return None
    opens, closes = st.slider("Open from, to", 0, 24, (8, 20), format="%d:00", key=f"new:open:{kind}")
    st.markdown("**3 How long does it take, how long do they wait?**")
    with st.container(horizontal=True):
        handle = st.text_input("Handle time, on average", usual.handle_time, key=f"new:handle:{kind}")
        if patience is not None:
            patience = st.text_input("They give up after, on average", patience, key=f"new:patience:{kind}")
    st.markdown("**4 What do you promise?**")
    with st.container(horizontal=True):
        within = st.text_input("Answered within", usual.within, key=f"new:within:{kind}")
        in_time = st.number_input("Of 100", 1, 100, usual.in_time, key=f"new:share:{kind}")
    if not opens < closes:
        st.caption("It has to be open for an hour at least.")
        return None
    return Channel(kind, day.a_day, day.shape, handle, patience, within, int(in_time), opens, closes, day.counts)

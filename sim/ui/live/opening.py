"""Opening a floor, from its own page or from an hour of a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from floorcast.policy import Policy
from floorcast.scenario import Scenario
from floorcast.ui.live.live_floor import LiveFloor

PATIENCE = 8.0  # seconds


@dataclass(frozen=True)
class Asked:
    """What a floor is to be opened with; ``begin`` s after the scenario's start."""

    scenario: Scenario
    policy: Policy
    seed: int
    begin: float
    others: Mapping[str, Policy]

    @property
    def key(self) -> tuple[object, ...]:
        scenario, policy = self.scenario, self.policy
        return scenario.text, repr(scenario.changes), policy.name, policy.text, self.seed, self.begin


def open_floor(asked: Asked, origin: str = "") -> LiveFloor:
    """Open a floor in place of the one this reader had; ``origin`` says where, if not on its own page."""
    st.session_state["live:from"] = origin
    live = LiveFloor(asked.scenario, asked.policy, asked.seed, asked.begin, asked.others)
    number: int = st.session_state.get("live:number", 0) + 1
    st.session_state["live"], st.session_state["live:asked"], st.session_state["live:number"] = live, asked, number
    with st.spinner("Opening the floor …"):
        live.wait(PATIENCE)  # a moment as a rule; the page polls when the simulator has to be prepared first
    return live

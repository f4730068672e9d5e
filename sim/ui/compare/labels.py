"""What stands on the levers: the number behind each, so that the row tells the setting without being opened."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from floorcast.charts.quantities import count
from floorcast.scenario import Scenario
from floorcast.workshop.levers import Levers


def labels(
    scenario: Scenario, key: str, before: Levers, most: Mapping[str, int], replications: int
) -> dict[str, str]:
    """The lever's words by its name. What a reader has just typed is in the session before the lever is drawn.

    key: begins the names of the levers' widgets; most: people at most at once, of groups with a headcount;
    replications: as asked so far.
    """
    volume = _now(f"{key}:volume:all", before.volumes.get("all", 100.0))
    people = 0.0
    for name, group in scenario.groups.items():
        if group.planned_agents is None:
            usual = most[name] * before.people.get(name, 100) / 100
        else:
            usual = before.people.get(name, group.planned_agents)
        people += _now(f"{key}:people:{name}", usual)
    work = f"{volume:.0f} %"
    if any(_now(f"{key}:volume:{name}", before.volumes.get(name, 100)) != 100 for name in scenario.channel_names):
        work += " …"  # single channels besides
    repeats = _now(f"{key}:replications", replications)
    return {
        "volumes": f"Volumes: {work}",
        "people": f"People: {people:,.0f}",
        "targets": f"Targets: {len(scenario.targets)}" if scenario.targets else "Targets",
        "sure": f"How sure: {count(round(repeats), 'run')}",
    }


def _now(key: str, usual: float) -> float:
    value = st.session_state.get(key)
    return float(value) if isinstance(value, int | float) else float(usual)

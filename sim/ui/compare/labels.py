"""What stands on the levers: the number behind each, so that the row tells the setting without being opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from floorcast.charts.quantities import count
from floorcast.scenario import Scenario
from floorcast.scenario.what_if.variants import plain_data
from floorcast.ui.base.look import plain
from floorcast.workshop.levers import Levers

LONGEST_HOURS = 22  # characters of opening hours on the lever


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
        "times": f"Times: {_times(scenario, key, before)}",
        "more": f"Hours: {_hours(scenario, key, before)}",
        "targets": f"Targets: {len(scenario.targets)}" if scenario.targets else "Targets",
        "sure": f"How sure: {count(round(repeats), 'run')}",
    }


def hours_written(scenario: Scenario) -> dict[str, str]:
    """Opening hours by channel as the file has them; without channels whose hours are more than a line."""
    written: Mapping[str, Any] = plain_data(scenario).get("channels") or {}
    found = {}
    for channel in scenario.channel_names:
        entry = written.get(channel)
        hours = entry.get("open", "always") if isinstance(entry, dict) else "always"
        if isinstance(hours, str):
            found[channel] = hours
    return found


def _times(scenario: Scenario, key: str, before: Levers) -> str:
    """Handle times and patience in per cent of the file's: one number, or the lowest and the highest."""
    found = {
        _now(f"{key}:{what}:{channel}", then.get(channel, 100.0))
        for what, then in (("handle time", before.handle), ("patience", before.patience))
        for channel in scenario.channel_names
    }
    low, high = min(found), max(found)
    return f"{low:.0f} %" if low == high else f"{low:.0f} to {high:.0f} %"


def _hours(scenario: Scenario, key: str, before: Levers) -> str:
    """Opening hours where all channels have the same, else how many kinds there are; and how much else is changed."""
    kinds = {
        str(st.session_state.get(f"{key}:open:{channel}") or before.opening.get(channel, hours)).strip()
        for channel, hours in hours_written(scenario).items()
    }
    text = f"{len(kinds)} kinds" if len(kinds) != 1 else kinds.pop()
    if len(text) > LONGEST_HOURS:
        text = text[:LONGEST_HOURS].rstrip(" ,;") + " …"
    text = plain(text).replace("\\:", ":")  # an hour's colon is none of Markdown's, and is read aloud
    words = str(st.session_state.get(f"{key}:more", before.more) or "")
    number = sum(1 for part in words.split(";") if part.strip())
    return f"{text}, {number} more" if number else text


def _now(key: str, usual: float) -> float:
    value = st.session_state.get(key)
    return float(value) if isinstance(value, int | float) else float(usual)

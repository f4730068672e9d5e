"""Pictures from results: pure functions from plain data to Plotly figures, for page, report and notebook."""

from __future__ import annotations

from floorcast.charts.classes import guesses, settings_bars
from floorcast.charts.days import heat_map, work_against_people
from floorcast.charts.look import DARK, LIGHT, Look, tint
from floorcast.charts.pictures import (
    Bar,
    Bound,
    occupancy,
    plan_of_contacts,
    plan_of_people,
    through_time,
    title_of,
    waits,
)

__all__ = [
    "DARK",
    "LIGHT",
    "Bar",
    "Bound",
    "Look",
    "guesses",
    "heat_map",
    "occupancy",
    "plan_of_contacts",
    "plan_of_people",
    "settings_bars",
    "through_time",
    "tint",
    "title_of",
    "waits",
    "work_against_people",
]

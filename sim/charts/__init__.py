"""Pictures from results: pure functions from plain data to Plotly figures, for page, report and notebook.

Plotly is loaded only when a picture is asked for, because tables use the words and numbers of this folder without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from floorcast.lazy import lazily

if TYPE_CHECKING:
    from floorcast.charts.classes import guesses, settings_bars
    from floorcast.charts.days import heat_map, work_against_people
    from floorcast.charts.flows import (
        ends_of_posts,
        flow,
        how_soon,
        satisfaction,
        satisfaction_spread,
        streams,
    )
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
    from floorcast.charts.plans import cost_and_service, people_and_need, shifts_of_a_day
    from floorcast.charts.sweeps import sweep_curves, sweep_map, tornado

__all__ = [
    "DARK",
    "LIGHT",
    "Bar",
    "Bound",
    "Look",
    "ends_of_posts",
    "flow",
    "cost_and_service",
    "guesses",
    "heat_map",
    "occupancy",
    "people_and_need",
    "plan_of_contacts",
    "plan_of_people",
    "how_soon",
    "satisfaction",
    "satisfaction_spread",
    "settings_bars",
    "shifts_of_a_day",
    "streams",
    "sweep_curves",
    "sweep_map",
    "through_time",
    "tint",
    "title_of",
    "tornado",
    "waits",
    "work_against_people",
]

_PLACES = {
    **dict.fromkeys(("guesses", "settings_bars"), "floorcast.charts.classes"),
    **dict.fromkeys(("ends_of_posts", "flow", "how_soon", "satisfaction"), "floorcast.charts.flows"),
    **dict.fromkeys(("satisfaction_spread", "streams"), "floorcast.charts.flows"),
    **dict.fromkeys(("sweep_curves", "sweep_map", "tornado"), "floorcast.charts.sweeps"),
    **dict.fromkeys(("heat_map", "work_against_people"), "floorcast.charts.days"),
    **dict.fromkeys(("cost_and_service", "people_and_need", "shifts_of_a_day"), "floorcast.charts.plans"),
    **dict.fromkeys(("DARK", "LIGHT", "Look", "tint"), "floorcast.charts.look"),
    **dict.fromkeys(("Bar", "Bound", "occupancy", "plan_of_contacts", "plan_of_people"), "floorcast.charts.pictures"),
    **dict.fromkeys(("through_time", "title_of", "waits"), "floorcast.charts.pictures"),
}


__getattr__ = lazily(__name__, _PLACES)

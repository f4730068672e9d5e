"""What is planned: the work that comes against the people there, contacts by channel, people by team."""

from __future__ import annotations

from typing import Any

import streamlit as st

from floorcast import charts
from floorcast.charts.look import Look
from floorcast.charts.quantities import count
from floorcast.planning.load import load_of
from floorcast.scenario import Scenario
from floorcast.scenario.horizon.planned import Planned, planned
from floorcast.ui.base.setting import Setting
from floorcast.ui.base.shared import shared
from floorcast.ui.results.pictures import CONFIG
from floorcast.ui.results.planning import show_planning


def show_plan(setting: Setting, look: Look) -> None:
    """Work against people, then who comes and who is there through the week."""
    scenario = setting.scenario
    plan, (work, contacts, people) = shared(
        "plan", (id(scenario), look), lambda: _worked_out(scenario, look), of=scenario
    )
    st.markdown(
        f"**Work against people** · {_people(scenario)}",
        help="Coloured: the work that arrives, in people kept busy by it (contacts times handle time). The line:"
        " people on the floor, off breaks and training, before anybody is absent or late. Where the line is below the"
        " work, work piles up; phone and chat need more people than work, for calls do not come one after the other.",
    )
    st.plotly_chart(work, theme=None, config=CONFIG, key="plan:work", alt="Work against people through time")
    per = _per(plan)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            f"**Who will come** · {scenario.expected_contacts:,.0f} contacts in {count(scenario.days, 'day')}",
            help=f"Contacts expected {per}, by channel, as the file and the volumes say.",
        )
        st.plotly_chart(contacts, theme=None, config=CONFIG, key="plan:contacts")
    with right:
        st.markdown(
            "**Who will be there**",
            help="People on the floor by team, off breaks and training, before anybody is absent or late.",
        )
        st.plotly_chart(people, theme=None, config=CONFIG, key="plan:people")
    show_planning(setting, look)


def _worked_out(scenario: Scenario, look: Look) -> tuple[Planned, tuple[Any, Any, Any]]:
    """What is planned, and its three pictures."""
    load, plan = load_of(scenario), planned(scenario)
    contacts = charts.plan_of_contacts(plan, scenario.start, look)
    contacts.update_yaxes(title={"text": f"contacts {_per(plan)}", "font": {"size": 12}})
    people = charts.plan_of_people(plan, scenario.start, look)
    people.update_yaxes(title={"text": "people", "font": {"size": 12}})
    work = charts.work_against_people(load.edges, load.work, load.people, scenario.start, look)
    return plan, (work, contacts, people)


def _per(plan: Planned) -> str:
    return "an hour" if plan.block == 3600.0 else f"in {plan.block / 60:g} min"


def _people(scenario: Scenario) -> str:
    numbers = [group.planned_agents for group in scenario.groups.values()]
    teams = count(len(scenario.groups), "team")
    if any(number is None for number in numbers):
        return teams
    return f"{sum(n for n in numbers if n is not None):,} people in {teams}"

"""The Plan tab: who is required, shifts, service against cost, and shifts planned anew and taken over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from threading import Event

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from floorcast import charts
from floorcast.charts import Bound
from floorcast.charts.look import LIGHT
from floorcast.planning.curve import Point, cost_against_service
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text
from floorcast.ui.base.work import Work, begin


def script() -> None:
    from floorcast.charts.look import LIGHT
    from floorcast.policy import policies_of
    from floorcast.scenario import load_scenario_text
    from floorcast.ui.base.setting import Setting
    from floorcast.ui.results.planning import show_planning

    text = """
start: 2026-03-02
days: 1
seed: 2
interval: 60 min
currency: EUR
channels: {phone: {kind: phone, open: "08:00-12:00", answer_within: 20s}}
contact_types:
  calls: {channel: phone, arrivals: [{rate: {per: 1h, daily: {"08:00": 40, "10:00": 80, "12:00": 0}}}],
          work: {exponential: 4 min}, patience: {exponential: 3 min}}
groups: {team: {channels: [phone], cost_per_hour: 20, shifts: [{agents: 6, start: "08:00", length: 4h}]}}
shift_types: {half: {start: ["08:00", "10:00"], length: 2h}, all: {start: "08:00", length: 4h}}
targets: [{of: phone, measure: service_level, within: 20s, at_least: 80 %}]
"""
    scenario = load_scenario_text(text, ".")
    policy = policies_of(scenario, None)[0]
    show_planning(Setting(scenario, (policy,), 2, 5, False, (), "centre.yaml"), LIGHT)


def press(page: AppTest, place: str) -> None:
    """Press a button whose work goes on behind the page, and come back when it is done."""
    page.button(key=f"button:{place}").click().run()
    work = page.session_state[f"work:{place}"][1]
    assert page.button(key=f"stop:{place}").label == "Stop"
    assert work.wait(120) and work.fault is None
    page.run()


def test_need_and_people_cost_and_service_and_a_plan_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("floorcast.planning.requirement.staffing.MOST", 20)  # replications, for speed
    page = AppTest.from_function(script, default_timeout=120).run()
    assert [one.value for one in page.header] == [
        "Who is required?", "Shifts of the day", "What does service cost?", "Shifts planned anew",
    ]  # fmt: skip
    press(page, "staff")
    said = " ".join(one.value for one in page.caption)
    assert "24.0 person-hours there" in said and "h too few" in said
    press(page, "curve")
    page.select_slider(key="plan:factor").set_value(1.3).run()
    assert any("130 % of the people cost" in one.value and "EUR" in one.value for one in page.caption)
    press(page, "schedule")
    assert any("meets every target for sure" in one.value for one in page.markdown)
    page.button(key="plan:use").click().run()
    assert not page.exception
    taken = page.session_state["kept:scenario_files"][0]
    assert taken.name == "centre_plan.yaml" and b"shifts planned by floorcast schedule" in taken.content
    assert page.session_state["take:upload"]


def test_work_can_be_watched_and_stopped() -> None:
    met, go_on = Event(), Event()

    def make(work: Work) -> str:
        work.news("programs with cuts", None)
        work.news("best plan so far", 120.0)
        work.advance(7, 10)
        met.set()
        go_on.wait(10)
        work.advance(8, 10)
        return "never"

    work = begin(make)
    assert met.wait(10)
    assert (work.words, work.best, work.done, work.total, work.over) == ("programs with cuts", 120.0, 7, 10, False)
    work.stop()
    go_on.set()
    assert work.wait(10) and work.result is None and work.fault is None


def test_what_fails_behind_the_page_is_told() -> None:
    work = begin(lambda work: 1 // 0)
    assert work.wait(10) and isinstance(work.fault, ZeroDivisionError)


def test_without_prices_service_stands_against_people() -> None:
    points = [Point(factor, 0.0, ((value, 0.01),)) for factor, value in ((0.9, 0.6), (1.0, 0.8), (1.1, 0.9))]
    bound = Bound(0.8, "at least 80 %")
    figure = charts.cost_and_service(points, 0, bound, "share", LIGHT, 1, "EUR")
    assert list(figure.data[0].x) == pytest.approx([90, 100, 110])
    assert figure.layout.xaxis.title.text == "people, in % of those there"
    priced = [replace(point, cost=100 * point.factor) for point in points]
    figure = charts.cost_and_service(priced, 0, bound, "share", LIGHT, 1, "EUR")
    assert list(figure.data[0].x) == pytest.approx([90, 100, 110]) and figure.layout.xaxis.title.text == "cost in EUR"
    said = figure.layout.annotations[0]
    assert (said.xanchor, said.yanchor) == ("left", "bottom")  # where the curve is below it


def test_bars_that_end_below_the_need_are_told_apart() -> None:
    edges, there, needed = np.arange(4) * 3600.0, np.array([3.0, 5.0, 2.0]), np.array([4.0, 4.0, 2.0])
    figure = charts.people_and_need(edges, there, needed, None, datetime(2026, 3, 2), LIGHT)
    enough, short = figure.data[0], figure.data[1]
    assert list(enough.y) == [5.0, 2.0] and list(short.y) == [3.0]
    assert list(figure.data[2].y[:3]) == [4.0, 4.0, 2.0]


def test_a_break_is_a_gap_in_the_bar_of_its_shift() -> None:
    lines = [("team", "early", 4, (28800.0, 57600.0), [(43200.0, 45000.0)])]
    figure = charts.shifts_of_a_day(lines, datetime(2026, 3, 2), LIGHT)
    assert [bar.x[0] / 3.6e6 for bar in figure.data] == pytest.approx([4.0, 3.5])
    assert [bar.base[0] for bar in figure.data] == [datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 12, 30)]


def test_more_people_cost_more_and_serve_better() -> None:
    text = """
days: 1
channels: {phone: {kind: phone}}
contact_types: {calls: {channel: phone, arrivals: [{rate: 60 per h}], work: {exponential: 4 min}}}
groups: {team: {channels: [phone], agents: 5, cost_per_hour: 10}}
targets: [{of: phone, measure: service_level, within: 20s, at_least: 80 %}]
"""
    scenario = load_scenario_text(text, ".")
    walk = cost_against_service(scenario, policies_of(scenario, None)[0], factors=(1.0, 1.4), replications=3)
    few, many = walk.points
    assert few.cost == pytest.approx(5 * 24 * 10) and many.cost == pytest.approx(7 * 24 * 10)
    assert many.values[0][0] > few.values[0][0] + 0.05

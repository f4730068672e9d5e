"""A sweep on the page: asked for, run behind it, and shown as a curve per target or as a map."""

from __future__ import annotations

import time
from pathlib import Path

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from floorcast.scenario import load_scenario_text
from floorcast.store import load_study
from floorcast.store.running.sweeps import kept_sweeps
from floorcast.study.alternatives.sweeps import parse_axis
from floorcast.ui.compare.sweeping import Input, in_per_cent, inputs_of

TEXT = """
name: A line
start: 2026-03-02
days: 1
seed: 2
channels: {phone: {kind: phone, open: "08:00-12:00", answer_within: 20s}}
contact_types:
  calls: {channel: phone, arrivals: {rate: {per: 1h, daily: {"08:00": 60, "12:00": 0}}},
          work: {exponential: 4 min}, patience: {exponential: 3 min}}
groups: {team: {channels: [phone], absence: 5 %, shifts: [{agents: 6, start: "08:00", length: 4h}]}}
targets: [{of: phone, measure: service_level, within: 20s, at_least: 70 %}, {of: phone, measure: asa, at_most: 2 min}]
"""


def script() -> None:
    from floorcast.charts.look import LIGHT
    from floorcast.policy import policies_of
    from floorcast.scenario import load_scenario_text
    from floorcast.ui.base.setting import Setting
    from floorcast.ui.compare.sweeping import show_sweep
    from tests.ui.test_sweeping import TEXT

    scenario = load_scenario_text(TEXT, ".")
    policy = policies_of(scenario, None)[0]
    show_sweep(Setting(scenario, (policy,), 2, 12, False, (), "line.yaml"), LIGHT)


def swept(page: AppTest) -> AppTest:
    """The page when the sweep is over."""
    page.button(key="sweep:run").click().run()
    assert not page.exception and not page.error
    job = page.session_state["sweeps"]["line.yaml"].job
    began = time.monotonic()
    while not job.over and time.monotonic() - began < 100:
        job.join("a test")
        job.wait(0.2)
    return page.run()


def test_people_over_a_range_and_then_a_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path))
    page = AppTest.from_function(script, default_timeout=60).run()
    page.selectbox(key="sweep:input:1").select("People of Team").run()
    page.number_input(key="sweep:to:1:team.people").set_value(9).run()
    page = swept(page)
    assert not page.exception
    said = " ".join(one.value for one in page.markdown)
    assert "All targets are met for sure at team.people" in said and "holds for sure down to" in said
    assert page.selectbox(key="sweep:target").options[0].startswith("Phone: service level")
    assert any("12 replications of each value under" in one.value for one in page.caption)
    (folder,) = tmp_path.iterdir()
    (kept,) = kept_sweeps(load_study(folder))
    assert kept.axes[0].texts == ("4", "5", "6", "7", "8", "9"), "and `show` knows it for a sweep"
    page.number_input(key="sweep:points:1:team.people:4:9").set_value(2).run()
    page.selectbox(key="sweep:input:2").select("Volume of Phone").run()
    page.number_input(key="sweep:points:2:phone.volume").set_value(2).run()
    page = swept(page)
    assert not page.exception
    said = " ".join(one.value for one in page.markdown)
    assert "where phone.volume = 0.8" in said and "where phone.volume = 1.2" in said


def test_a_range_without_room_is_said() -> None:
    page = AppTest.from_function(script, default_timeout=60).run()
    page.number_input(key="sweep:to:1:volume").set_value(80.0).run()
    page.button(key="sweep:run").click().run()
    assert not page.exception
    assert any("without room" in one.value for one in [*page.error, *page.markdown, *page.get("html")]), page


def test_ranges_are_written_as_on_the_command_line() -> None:
    found = inputs_of(load_scenario_text(TEXT, "."))
    assert set(found) == {"Volume of everything", "Volume of Phone", "People of Team", "Absence of Team"}
    assert found["Volume of Phone"].vary(80, 120, 5) == "phone.volume=0.8..1.2:5"
    assert parse_axis(found["Absence of Team"].vary(0, 10, 3)).values == pytest.approx((0, 0.05, 0.1))
    many = Input("team.people", 80, 120, "", whole=True)
    assert many.vary(80, 120, 5) == "team.people=80,90,100,110,120"
    assert many.vary(80, 82, 9) == "team.people=80,81,82", "people are whole"


def test_a_range_asked_for_in_per_cent_is_drawn_in_per_cent() -> None:
    figure = go.Figure()
    figure.add_vline(x=0.9, annotation={"text": "tips at about 0.9065"})
    figure.add_hline(y=70, annotation={"text": "target"})
    in_per_cent(figure)
    assert [note.text for note in figure.layout.annotations] == ["tips at about 90.6 %", "target"]
    assert figure.layout.xaxis.tickformat == ".0%"

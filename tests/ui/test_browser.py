"""A planner's first minutes in a real Chromium: no fault, nothing fetched from elsewhere, no waiting."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from pathlib import Path

import pytest

from tests.ui.browser import Visit, needs_chromium
from tests.ui.made_up import LONG, MAIL_FIRST, SMALL

pytestmark = [pytest.mark.browser, needs_chromium]
TUTORIAL = "Tutorial · 3 social beside phone"


def test_choose_run_and_read_the_verdicts(visit: Visit, tmp_path: Path) -> None:
    reader = visit()
    reader.see("Who will come")
    reader.choose("Scenario", TUTORIAL)
    reader.see("Social beside phone")
    with reader.lever("How sure"):
        reader.type_number("Replications", 4)
    reader.see("2 policies, 4 replications of 1 day")
    assert reader.run_to_answer()
    assert re.search(r"[✓✗?]", reader.page.locator(".fc-score").inner_text())
    reader.unfold("All differences")
    reader.see("Compared with First come, Angry first")
    reader.tab("Through time")
    reader.see("Blocks of")
    reader.page.locator("[data-testid=stPlotlyChart]:visible .scatterlayer").first.wait_for()
    reader.page.locator("[data-testid=stPlotlyChart]:visible .barlayer").first.wait_for()
    reader.tab("Data")
    with reader.page.expect_download() as caught:
        reader.press("All results (JSON)")
    document = json.loads(Path(caught.value.path()).read_text())
    assert document["policies"] == ["first_come", "angry_first"] and document["replications"] == 4
    with reader.page.expect_download() as caught:
        reader.press("The study (ZIP)")
    with zipfile.ZipFile(io.BytesIO(Path(caught.value.path()).read_bytes())) as archive:
        assert any(name.endswith("manifest.json") for name in archive.namelist())


def test_people_are_varied_and_each_target_is_a_curve_with_its_band(visit: Visit) -> None:
    reader = visit(path="/?scenario=tutorial%2F1_phone_team&n=4")
    reader.run_to_answer()
    reader.settled()
    reader.unfold("How far do the targets hold?")
    reader.choose("Vary", "People of Team")
    reader.press("Sweep")
    plot = reader.page.locator(".js-plotly-plot:visible").first
    plot.wait_for(timeout=1000 * LONG)
    reader.settled()
    drawn = plot.evaluate("p => p.calcdata.map(points => points.length)")
    assert 9 in drawn, drawn  # people of 15 to 23, a point each
    assert any(number > 9 for number in drawn), "no band"
    reader.sound()


def test_a_card_of_the_first_screen_opens_its_scenario_and_a_door_the_floor(visit: Visit) -> None:
    reader = visit()
    reader.see("Or begin with another scenario")
    reader.press("Open Social start")
    reader.page.get_by_role("heading", name="Social start").wait_for()
    reader.settled()
    assert "scenario=social_start" in reader.page.url
    reader.press("Open the live floor")
    reader.see("Social start")
    reader.page.wait_for_url("**/floor*")


def test_the_page_stays_at_hand_while_it_simulates_and_can_be_stopped(visit: Visit) -> None:
    reader = visit(path="/?n=1000")
    reader.see("1,000 replications")
    reader.run()
    reader.see("Simulating ", LONG)
    reader.page.get_by_text(re.compile(r"Simulating Airline week: [1-9]")).first.wait_for(timeout=1000 * LONG)
    with reader.lever("People"):
        began = time.monotonic()
        reader.type_number("Phone team", 40)
        reader.see("Undo all", seconds=15)
        assert time.monotonic() - began < 15
    reader.press("Stop")
    reader.see("Stopped after", seconds=60)
    reader.answer()


def test_a_bad_file_shows_its_problems(visit: Visit, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "name: My centre\ncontact_types:\n  calls: {chanel: phone, work: 4 minuts}\ngroups: {}\n"
    )
    reader = visit()
    reader.choose("Scenario", "Upload my own")
    reader.see("Upload a scenario file")
    reader.page.locator("input[type=file]").first.set_input_files(str(bad))
    reader.see("in bad.yaml")
    reader.settled()
    text = reader.text()
    assert "bad.yaml:3" in text and "did you mean 'channel'?" in text and "Traceback" not in text
    assert reader.page.get_by_role("button", name="Run simulation").is_disabled()


def test_a_good_file_of_ones_own_stays_and_can_be_run(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SMALL)
    (tmp_path / "mail_first.yaml").write_text(MAIL_FIRST)
    reader = visit()
    reader.choose("Scenario", "Upload my own")
    reader.see("Upload a scenario file")
    reader.page.locator("input[type=file]").first.set_input_files(str(tmp_path / "mine.yaml"))
    reader.see("A phone and a mailbox.")
    reader.unfold("Add a policy of my own")
    reader.page.locator("input[type=file]").last.set_input_files(str(tmp_path / "mail_first.yaml"))
    reader.see("2 policies, 6 replications of 1 day")
    reader.go_to("Live floor")
    reader.see("Small centre")
    reader.go_to("Compare policies")
    reader.see("2 policies, 6 replications of 1 day")
    reader.run_to_answer()

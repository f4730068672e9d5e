"""The moving picture of the live floor in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.browser import Reader, Visit, needs_chromium
from tests.ui.crowd import CROWD, open_floor, state

pytestmark = [pytest.mark.browser, needs_chromium]
def until(reader: Reader, condition: str, seconds: float = 20) -> None:
    """Wait for a condition on the picture's state `s`."""
    script = "(c) => { const f = [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)" \
        ".map(r => r.querySelector('.floor')).find(Boolean); if (!f || !f.dataset.state) return false;" \
        " const s = JSON.parse(f.dataset.state); return eval(c); }"  # fmt: skip
    reader.page.wait_for_function(script, arg=condition, timeout=1000 * seconds)


def test_two_hundred_people_and_five_hundred_waiting_move_at_thirty_frames(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "crowd.yaml").write_text(CROWD)
    reader = visit(path="/floor")
    reader.see("Open the floor")
    reader.choose("Scenario", "Upload my own")
    reader.page.locator("input[type=file]").first.set_input_files(str(tmp_path / "crowd.yaml"))
    reader.page.locator("b").filter(has_text="Crowd").wait_for()
    open_floor(reader)
    reader.page.get_by_role("radio", name="10×").click()
    reader.page.get_by_role("button", name="Play", exact=True).click()
    reader.page.wait_for_timeout(2000)  # frames are counted over two seconds
    until(reader, "s.there === 200 && s.waiting >= 500 && s.fps >= 30", 40)


def test_play_disturb_take_back_compare_and_keys(visit: Visit) -> None:
    reader = visit(path="/floor")
    reader.see("Open the floor")
    open_floor(reader)
    page = reader.page
    page.get_by_role("button", name="Play", exact=True).click()
    until(reader, "s.time > 9 * 3600 + 120")
    page.get_by_role("button", name="Sick", exact=True).click()
    page.get_by_role("button", name="End 3 of").wait_for()
    page.keyboard.press(" ")  # pauses, and sends nobody away a second time
    until(reader, "!s.playing")
    assert page.get_by_role("button", name="End 3 of").count() == 1
    page.keyboard.press(" ")
    page.get_by_label("Policy from now on").select_option(label="Universal queue")
    page.get_by_role("button", name="Switch").click()
    page.locator(".floor header").get_by_text("Universal queue").wait_for()  # it runs now
    page.get_by_label("Beside it").select_option("undisturbed")
    page.get_by_text("This floor", exact=True).wait_for()
    page.get_by_role("radio", name="300×").click()
    until(reader, "s.tallies.length === 2 && s.time > 9 * 3600 + 900", 40)
    page.get_by_role("button", name="Pause").click()
    then = state(reader)["time"]
    page.get_by_role("button", name="10 min").click()
    until(reader, f"!s.playing && s.time < {then} - 500")
    back = state(reader)
    page.get_by_role("button", name="Step", exact=True).click()
    until(reader, f"s.time > {back['time']}")
    page.get_by_label("Beside it").select_option("-")
    page.get_by_text("fewer of").first.wait_for()
    until(reader, "s.tallies.length === 2")
    assert "The same day with 3 fewer of" in page.locator("[data-caption1]").inner_text()
    page.get_by_label("A person or who waits longest").select_option(index=1)
    page.locator(".story h4").wait_for()
    assert "Contact" in page.locator(".story h4").inner_text()
    assert not page.locator(".error").is_visible()
    page.locator(".floor").focus()
    page.keyboard.press(" ")
    until(reader, "s.playing")
    page.keyboard.press(" ")
    until(reader, "!s.playing")
    page.keyboard.press("f")
    assert "presenter" in page.locator(".floor").get_attribute("class")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert "presenter" not in page.locator(".floor").get_attribute("class")


def test_the_floor_ends_with_its_scenario(visit: Visit) -> None:
    reader = visit(path="/floor?scenario=tutorial%2F1_phone_team")
    reader.see("Begin at")
    reader.page.get_by_role("slider", name="Begin at").press("End")  # the last hour of its day
    open_floor(reader)
    assert state(reader)["time"] == 23 * 3600
    reader.page.get_by_role("radio", name="1800×").click()
    reader.page.get_by_role("button", name="Play", exact=True).click()
    until(reader, "s.over && !s.playing", 60)
    assert "The scenario is over" in reader.page.locator(".floor header").inner_text()

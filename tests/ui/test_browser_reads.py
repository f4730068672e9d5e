"""The page for everybody: axe finds no violation anywhere, a phone shows the answer first, history goes back."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from tests.ui.browser import Reader, Visit, needs_chromium

pytestmark = [pytest.mark.browser, needs_chromium]
LONG = 900.0  # seconds, for a first compilation
SMALLEST = "/?scenario=tutorial%2F3_social_beside_phone&n=3"
CHECK = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 120) + " " + n.failureSummary).join("; "))"""


@functools.cache
def axe() -> str:
    import axe_playwright_python

    (script,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
    return script.read_text(encoding="utf-8")


def assert_accessible(reader: Reader, where: str) -> None:
    reader.settled()
    reader.page.wait_for_timeout(300)
    if not reader.page.evaluate("typeof window.axe !== 'undefined'"):
        reader.page.evaluate(axe())
    assert reader.page.evaluate(CHECK) == [], where


def test_no_tab_breaks_a_rule_of_accessibility_and_back_takes_back(visit: Visit) -> None:
    reader = visit(path=SMALLEST)
    reader.see("Run simulation", 60)
    assert_accessible(reader, "before a run")
    reader.press("Run simulation")
    reader.answer(LONG)
    reader.unfold("Targets with")
    assert_accessible(reader, "Answer")
    with reader.lever("People"):
        reader.type_number("Phone team", 9)
        reader.see("Phone team 8 → 9 people")
        assert_accessible(reader, "a lever's drawer")
    reader.page.reload()  # all of it is in the address
    reader.answer(30)
    reader.see("Phone team 8 → 9 people")
    reader.page.wait_for_timeout(2100)
    reader.page.go_back()
    reader.page.get_by_text("Phone team 8 → 9 people").first.wait_for(state="detached")
    reader.answer()
    for tab in ("Plan", "Through time", "Customers", "Data"):
        reader.tab(tab)
        assert_accessible(reader, tab)
    assert "tab=Data" in reader.page.url


def test_a_phone_in_the_dark_shows_the_answer_first(visit: Visit) -> None:
    reader = visit(width=390, height=844, dark=True, path=SMALLEST)
    reader.see("Run simulation", 60)
    reader.press("Run simulation")
    reader.answer(LONG)
    box = reader.page.locator(".fc-answer").first.bounding_box()
    assert box is not None and box["y"] + box["height"] < 700
    width = reader.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    ground = reader.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert sum(int(part) for part in re.findall(r"\d+", ground)[:3]) < 150
    assert_accessible(reader, "a phone in the dark")


def test_workshop_lessons_and_floor_break_no_rule_of_accessibility(visit: Visit) -> None:
    reader = visit(path="/workshop")
    reader.see("Change Airline", 60)
    assert_accessible(reader, "a scenario in tables")
    reader.page.get_by_text("A policy", exact=True).first.click()
    reader.see("Begin with")
    for tab in ("Who first", "Who helps", "Exceptions", "Everything"):
        reader.page.get_by_role("tab", name=tab).click()
        assert_accessible(reader, tab)
    reader.page.get_by_text("A new scenario").first.click()
    reader.see("five questions")
    reader.page.get_by_text("Draw it").first.click()
    hour = reader.page.get_by_label("From 12:00")
    hour.focus()
    hour.press("Home")  # nobody comes at noon
    reader.see("Draw the day")
    assert_accessible(reader, "a drawn day")
    reader.page.get_by_text("The file (YAML)").click()
    reader.page.locator("code").filter(has_text="'12:00': 0.0").first.wait_for()
    reader.page.goto(f"{reader.address}/lessons")
    reader.see("My guess", 60)
    assert_accessible(reader, "a lesson")
    reader.page.goto(f"{reader.address}/floor")
    reader.page.get_by_role("button", name="Open the floor").last.click()
    reader.page.locator(".floor[data-state]").wait_for(timeout=1000 * LONG)
    assert_accessible(reader, "the floor")

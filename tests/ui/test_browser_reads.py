"""The page for everybody: axe finds no violation anywhere, a phone shows the answer first, history goes back."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from tests.ui.browser import Reader, Visit, needs_chromium
from tests.ui.crowd import open_floor
from tests.ui.made_up import LONG

pytestmark = [pytest.mark.browser, needs_chromium]
SMALLEST = "/?scenario=tutorial%2F3_social_beside_phone&n=3"


# What axe leaves undecided is decided here: contrast against the page's ground, of text that lies on a picture or
# beside a line that is drawn. The names of chosen things in Streamlit's lists are those of the buttons beside them.
CHECK = """async () => {
  const light = (text) => {
    const parts = text.match(/[\\d.]+/g).slice(0, 3).map(n => n / 255);
    const [r, g, b] = parts.map(n => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor);
  const told = await axe.run(document, {resultTypes: ["violations", "incomplete"]});
  const found = told.violations.map(
    v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 120) + " " + n.failureSummary).join("; "));
  for (const rule of told.incomplete) for (const node of rule.nodes) {
    const one = document.querySelector(node.target[0]), css = one && getComputedStyle(one);
    if (!one || one.matches("[data-tag]")) continue;
    const [low, high] = rule.id !== "color-contrast" ? [1, 1]
      : [ground, light(one.closest("svg") ? css.fill : css.color)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) found.push(`${rule.id} ${ratio.toFixed(2)}: ${node.html.slice(0, 140)}`);
  }
  return found;
}"""
NAMED = {
    "button", "link", "textbox", "searchbox", "combobox", "listbox", "slider", "spinbutton", "checkbox", "radio",
    "switch", "tab", "figure", "table", "grid", "dialog", "heading", "image",
}  # fmt: skip
ALIKE = """() => [...document.querySelectorAll(".js-plotly-plot")].flatMap(plot => {
  const seen = {}, found = [];
  for (const one of plot.data ?? []) {
    if (one.showlegend === false || !one.name || !["bar", "scatter", undefined].includes(one.type)) continue;
    const looks = JSON.stringify([one.type, one.mode, one.line?.dash, one.marker?.symbol, one.marker?.pattern?.shape,
      one.fillpattern?.shape, one.stackgroup]);
    if (seen[looks] && seen[looks] !== one.name) found.push(`${seen[looks]} and ${one.name}`);
    seen[looks] = one.name;
  }
  return found;
})"""
FOCUSED = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  if (!one || one === document.body || one.matches("[data-testid=stMain]")) return null;  // what scrolls
  const name = (one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || one.id).trim();
  let visible = false;
  for (let at = one, n = 0; at && n < 4; at = at.parentElement, n += 1) {
    const css = getComputedStyle(at);
    visible ||= (css.outlineStyle !== "none" && parseFloat(css.outlineWidth) > 0) || css.boxShadow !== "none";
  }
  return {name, visible};
}"""


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
    assert nameless(reader) == [], where
    assert reader.page.evaluate(ALIKE) == [], f"{where}: told apart by colour only"


def heard(reader: Reader) -> list[str]:
    """What a screen reader reads of the page, in its order: role and name."""
    line = reader.page.context.new_cdp_session(reader.page)
    nodes = {node["nodeId"]: node for node in line.send("Accessibility.getFullAXTree")["nodes"]}
    line.detach()
    said, left = [], [next(iter(nodes))]
    while left:
        node = nodes.get(left.pop(), {})
        left += reversed(node.get("childIds", []))
        name = node.get("name", {}).get("value", "").strip()
        if name and not node.get("ignored"):
            said.append(f"{node['role']['value']}: {name}")
    return said


def test_the_answer_is_read_in_its_order(visit: Visit) -> None:
    """Scenario, what to do, tabs, the sentence, then the table row by row with its verdicts in words."""
    reader = visit(path=SMALLEST)
    reader.see("Run simulation", 60)
    sentence = reader.run_to_answer()
    reader.settled()
    said = heard(reader)
    order = [
        "heading: Social beside phone", "button: Run again", "tab: Answer", f"StaticText: {sentence[:8]}",
        "table: Targets by policy", "columnheader: First come", "rowheader: Phone", "cell: ", "rowheader: Other posts",
        "DisclosureTriangle: Targets with their ranges", "DisclosureTriangle: All differences",
    ]  # fmt: skip
    at = -1
    for wanted in order:
        at = next((k for k, one in enumerate(said) if k > at and one.startswith(wanted)), -1)
        assert at >= 0, (wanted, said)
    cells = [one for one in said if one.startswith("cell: ")]
    assert any(one.startswith(("cell: Met ", "cell: Missed ", "cell: Undecided ")) for one in cells), cells


def nameless(reader: Reader) -> list[str]:
    """Controls, charts and tables for which a screen reader has no name."""
    line = reader.page.context.new_cdp_session(reader.page)
    found = []
    for node in line.send("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value")
        if node.get("ignored") or role not in NAMED or node.get("name", {}).get("value", "").strip():
            continue
        thing = line.send("DOM.resolveNode", {"backendNodeId": node["backendDOMNodeId"]})["object"]["objectId"]
        told = line.send("Runtime.callFunctionOn", {
            "objectId": thing, "returnByValue": True,
            "functionDeclaration": "function() { return this.matches('svg, table')"
            " && this.parentElement.closest('[aria-label]') ? '' : this.outerHTML }",
        })["result"]["value"]  # fmt: skip
        if told and "js-plotly-tester" not in told:  # parts of what has a name, and what is far outside the page
            found.append(f"{role}: {told[:160]}")
    line.detach()
    return found


def test_every_function_is_reached_by_the_keyboard_and_its_focus_is_seen(visit: Visit) -> None:
    reader = visit(path=SMALLEST)
    reader.see("Run simulation", 60)
    reader.settled()
    seen = walk(reader, 60)
    for name in ("Scenario", "Routing policies", "Compare policies", "Live floor", "Workshop", "Lessons",
                 "Run simulation", "Volumes", "People", "Times: 100", "Hours: 2", "Targets", "How sure"):  # fmt: skip
        assert any(name in one for one in seen), (name, list(seen))
    assert [one for one, visible in seen.items() if not visible] == []
    reader.page.get_by_role("button", name="Run simulation").focus()
    reader.page.keyboard.press("Enter")
    reader.answer(LONG)
    reader.settled()
    reader.page.get_by_role("tab", name="Answer").focus()
    reader.page.keyboard.press("ArrowRight")
    reader.page.keyboard.press("Enter")
    reader.see("Shifts of the day")


def walk(reader: Reader, most: int) -> dict[str, bool]:
    """What Tab reaches, in order, and whether the focus is seen there."""
    seen: dict[str, bool] = {}
    for _ in range(most):
        reader.page.keyboard.press("Tab")
        now = reader.page.evaluate(FOCUSED)
        if now is not None:
            seen[now["name"]] = now["visible"]
    return seen


def test_no_tab_breaks_a_rule_of_accessibility_and_back_takes_back(visit: Visit) -> None:
    reader = visit(path=SMALLEST)
    reader.see("Run simulation", 60)
    assert_accessible(reader, "before a run")
    reader.run_to_answer()
    number = reader.page.locator(".fc-score summary").first
    number.focus()
    number.press("Enter")
    reader.page.locator(".fc-score .fc-within").first.wait_for()
    reader.unfold("Targets with")
    assert_accessible(reader, "Answer")
    with reader.lever("People"):
        reader.type_number("Phone team", 9)
        reader.see("Phone team 8 → 9 people")
        reader.see("People: 11")  # two for posts
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
        reader.page.wait_for_timeout(100)
        named = reader.page.evaluate("[...document.querySelectorAll('button')].map(b => b.getAttribute('aria-label'))")
        assert "Help" not in named, tab  # of what is said too
    assert "tab=Data" in reader.page.url


def test_a_phone_in_the_dark_shows_the_answer_first(visit: Visit) -> None:
    reader = visit(width=390, height=844, dark=True, path=SMALLEST)
    reader.see("Run simulation", 60)
    reader.run_to_answer()
    box = reader.page.locator(".fc-answer").first.bounding_box()
    assert box is not None and box["y"] + box["height"] < 700
    width = reader.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    ground = reader.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert sum(int(part) for part in re.findall(r"\d+", ground)[:3]) < 150
    assert_accessible(reader, "a phone in the dark")
    reader.tab("Through time")
    assert_accessible(reader, "curves on a phone in the dark")


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
    reader.settled()
    with reader.page.expect_download() as caught:
        reader.press("Save as a file")
    assert "'12:00': 0.0" in Path(caught.value.path()).read_text()
    reader.settled()
    reader.page.goto(f"{reader.address}/lessons")
    reader.see("My guess", 60)
    assert_accessible(reader, "a lesson")
    reader.page.goto(f"{reader.address}/floor")
    open_floor(reader)
    assert_accessible(reader, "the floor")

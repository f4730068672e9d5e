"""How quick the page is, in a real Chromium: `python -m tests.benchmarks.page`, with nothing else running.

Ready from the address to the Run button, drawn anew from a changed lever, the flagship's answer from the click, frames
of the live floor with 200 people and 500 waiting, and twenty readers at once. Kept in results/benchmarks_page.json.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from floorcast.cli.compiling import compile_first
from tests.ui.browser import FLAGS, Reader, chromium, serving
from tests.ui.crowd import CROWD, open_floor, state
from tests.ui.many import Seen, read

TARGET = Path(__file__).resolve().parents[2] / "results" / "benchmarks_page.json"
FLAGSHIP = "/?scenario=airline_week"
TURNS = 5
LONG = 600.0  # seconds


@dataclass(frozen=True)
class Measured:
    """One figure: its median and worst of all turns, and what is asked for; more: larger is better."""

    what: str
    unit: str
    median: float
    worst: float
    asked: float | None
    more: bool = False

    @property
    def kept(self) -> bool:
        return self.asked is None or (self.median >= self.asked if self.more else self.median <= self.asked)


def page_speed() -> list[Measured]:
    """Every figure, of a server of its own with an empty folder of results."""
    from playwright.sync_api import sync_playwright

    compile_first()
    with tempfile.TemporaryDirectory() as made, serving(Path(made) / "results") as address, sync_playwright() as driver:
        chrome = driver.chromium.launch(executable_path=chromium(), args=FLAGS)

        def reader() -> Reader:
            page = chrome.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(30_000)
            return Reader(page, address)

        _ready(reader)  # warm: the server has shown the page once
        found = [
            _of("page ready, as for one who comes back", "s", [_ready(reader, before=1) for _ in range(TURNS)], 1.5),
            _of("page ready, nothing in the browser's cache", "s", [_ready(reader) for _ in range(TURNS)], None),
        ]
        first, answers, levers = zip(*(_answer(reader, seed) for seed in range(1, 4)), strict=True)
        found.append(_of("click to the first progress of the flagship", "s", list(first), None))
        found.append(_of("click to the flagship's answer (3 policies, 20 weeks)", "s", list(answers), 8.0))
        found.append(_of("drawn anew after a changed lever", "s", [one for some in levers for one in some], 0.5))
        frames = [_frames(reader, Path(made))]
        found.append(_of("frames a second, 200 people and 500 waiting", "/s", frames, 30.0, more=True))
        chrome.close()
        with ThreadPoolExecutor(1) as apart:  # Playwright's loop runs in this thread
            seen = apart.submit(lambda: asyncio.run(_twenty(address))).result()
        found.append(_of("twenty readers at once: page ready", "s", [one.opened for one in seen], None))
        found.append(_of("twenty readers at once: drawn anew", "s", [one.redrawn for one in seen], None))
    return found


def _of(what: str, unit: str, values: list[float], asked: float | None, more: bool = False) -> Measured:
    return Measured(what, unit, statistics.median(values), min(values) if more else max(values), asked, more)


def _ready(reader: Callable[[], Reader], before: int = 0) -> float:
    """Seconds until the flagship can be run, by a browser that has seen the page so many times before."""
    one = reader()
    for _ in range(before):
        one.page.goto(one.address + FLAGSHIP)
        one.page.get_by_role("button", name="Run simulation").first.wait_for()
        one.page.goto("about:blank")
    began = time.perf_counter()
    one.page.goto(one.address + FLAGSHIP)
    one.page.get_by_role("button", name="Run simulation").first.wait_for()
    seconds = time.perf_counter() - began
    one.page.close()
    return seconds


def _answer(reader: Callable[[], Reader], seed: int) -> tuple[float, float, list[float]]:
    """Seconds from the click to the first progress and to the answer, and from levers to what they say."""
    one = reader()
    one.page.goto(f"{one.address}{FLAGSHIP}&seed={seed}")
    one.see("Run simulation", 60)
    one.settled()
    one.press("Run simulation")
    began = time.perf_counter()
    one.page.get_by_role("progressbar").first.wait_for(timeout=1000 * LONG)
    first = time.perf_counter() - began
    one.answer(LONG)
    answer = time.perf_counter() - began
    levers = []
    one.settled()
    one.page.locator("[data-testid=stPopoverButton]").filter(has_text="People").first.click()
    field = one.page.get_by_role("spinbutton", name="Phone team").first
    for people in range(36, 36 + TURNS):
        field.fill(str(people))
        began = time.perf_counter()
        field.press("Enter")
        one.page.get_by_text(f"35 → {people} people").first.wait_for()
        levers.append(time.perf_counter() - began)
        one.settled()
    one.page.close()
    return first, answer, levers


def _frames(reader: Callable[[], Reader], folder: Path) -> float:
    one = reader()
    (folder / "crowd.yaml").write_text(CROWD)
    one.open()
    one.choose("Scenario", "Upload my own")
    one.page.locator("input[type=file]").first.set_input_files(str(folder / "crowd.yaml"))
    one.see("1 policy, 20 replications")
    one.go_to("Live floor")
    open_floor(one)
    one.page.get_by_role("radio", name="10×").click()
    one.page.get_by_role("button", name="Play", exact=True).click()
    one.page.wait_for_timeout(4000)
    now: dict[str, Any] = state(one)
    one.page.close()
    if now["there"] != 200 or now["waiting"] < 500:
        raise RuntimeError(f"{now['there']} people and {now['waiting']} waiting are not what is measured")
    return float(now["fps"])


async def _twenty(address: str) -> list[Seen]:
    asked = [{"scenario": "tutorial/1_phone_team", "seed": str(100 + place)} for place in range(20)]
    return list(await asyncio.gather(*(read(address, query, "Team", 21) for query in asked)))


def shown(found: list[Measured]) -> Table:
    """The figures as a table."""
    table = Table("the page", "median", "worst", "asked for", "")
    for one in found:
        asked = "" if one.asked is None else f"{'at least' if one.more else 'under'} {one.asked:g} {one.unit}"
        verdict = "" if one.asked is None else "kept" if one.kept else "MISSED"
        table.add_row(one.what, f"{one.median:.2f} {one.unit}", f"{one.worst:.2f} {one.unit}", asked, verdict)
    return table


def main() -> int:
    """Measure, print, keep; 1 where something asked for is missed."""
    if chromium() is None:
        print("Chromium is not installed (Debian: apt-get install chromium)")
        return 2
    found = page_speed()
    Console(width=132).print(shown(found))
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps([asdict(one) for one in found], indent=1))
    return 0 if all(one.kept for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())

"""The page in a real Chromium, for tests."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.ui.made_up import LONG

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str | None:
    """The path of a Chromium that is installed, or None."""
    return (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


@contextmanager
def serving(results: Path) -> Iterator[str]:
    """The page on a free port of this machine; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "floorcast", "app", "--no-browser", "--port", str(port), "--address", "127.0.0.1",
    ]  # fmt: skip
    log = results.parent / "streamlit.log"
    with open(log, "wb") as output:
        server = subprocess.Popen(
            command, cwd=results.parent, env=os.environ | {"FLOORCAST_RESULTS": str(results)},
            stdout=output, stderr=subprocess.STDOUT, preexec_fn=_end_with_parent,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/_stcore/health", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(20)


def _end_with_parent() -> None:
    """On Linux, end when the tests are killed, so that no server is left behind."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    began = time.monotonic()
    while server.poll() is None and time.monotonic() - began < LONG:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the page did not come up:\n{log.read_text(errors='replace')}")


FAULT = "[data-testid=stException]"
needs_chromium = pytest.mark.skipif(
    chromium() is None, reason="Chromium is not installed (Debian: apt-get install chromium)"
)


class Reader:
    """A reader in front of the page: what they do, and what they can see."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("request", self._watch)
        page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _watch(self, request: Any) -> None:
        if not request.url.startswith(
            (self.address, "data:", "blob:", self.address.replace("http", "ws"))
        ):
            self.faults.append(f"asked for {request.url}")

    def open(self, path: str = "") -> None:
        self.page.goto(self.address + path)
        if not path:
            self.see("Run simulation", seconds=60)

    def see(self, text: str, seconds: float = 20) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=1000 * seconds)

    def answer(self, seconds: float = 20) -> str:
        """The sentence that answers, as soon as it is there; a page that has failed is said at once."""
        sentence = self.page.locator(".fc-answer")
        sentence.or_(self.page.locator(FAULT)).first.wait_for(timeout=1000 * seconds)
        self.sound()
        return str(sentence.first.inner_text())

    def sound(self) -> None:
        """The page's script has not failed."""
        assert not self.page.locator(FAULT).count(), f"{self.page.url}\n{self.text()}"

    def run(self) -> None:
        """Press Run; where nothing has come of it the page was being drawn at that moment, and it is pressed again."""
        from playwright.sync_api import TimeoutError

        begun = self.page.get_by_role("button", name="Stop").or_(self.page.locator(f".fc-answer, {FAULT}"))
        for _ in range(3):
            self.press("Run simulation")
            with contextlib.suppress(TimeoutError):
                begun.first.wait_for(timeout=15_000)
                break
        self.sound()

    def run_to_answer(self) -> str:
        """Press Run, and the sentence that answers."""
        self.run()
        return self.answer(LONG)

    def press(self, name: str) -> None:
        self.settled()
        self.page.get_by_role("button", name=name).first.click()

    def go_to(self, page: str) -> None:
        self.settled()
        self.page.get_by_role("link", name=page).first.click()
        self.settled()

    def tab(self, name: str) -> None:
        self.settled()
        self.page.get_by_role("tab", name=name).click()
        self.page.wait_for_timeout(400)
        self.settled()

    def unfold(self, name: str) -> None:
        self.page.locator("summary").filter(has_text=name).first.click()

    @contextmanager
    def lever(self, name: str) -> Iterator[None]:
        """With the drawer of a lever open."""
        self.settled()
        self.page.locator("[data-testid=stPopoverButton]").filter(has_text=name).first.click()
        yield
        self.page.keyboard.press("Escape")
        self.settled()

    def settled(self, seconds: float = 60) -> None:
        """The script is not running: a click while it does may be lost when it draws anew."""
        running = self.page.locator("[data-testid=stApp][data-test-script-state=running]")
        for _ in range(2):  # what was clicked just now may not have reached the server
            self.page.wait_for_timeout(50)
            running.wait_for(state="detached", timeout=1000 * seconds)

    def choose(self, label: str, option: str) -> None:
        box = self.page.locator("[data-testid=stSelectbox]").filter(has_text=label).first
        for _ in range(3):
            self.settled()
            box.locator("input").click()
            self.page.get_by_role("option", name=option).first.click()
            self.page.wait_for_timeout(500)
            self.settled()
            field = box.locator("input").first
            if option in (box.inner_text() + (field.get_attribute("value") or "") + field.input_value()):
                return
        raise AssertionError(f"{label} does not stay at {option}")

    def type_number(self, label: str, number: int) -> None:
        field = self.page.get_by_role("spinbutton", name=label).first
        field.fill(str(number))
        field.press("Enter")

    def text(self) -> str:
        return str(self.page.inner_text("body"))


Visit = Callable[..., Reader]

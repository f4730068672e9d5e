"""One server and one Chromium for all browser tests; each test has readers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ui.browser import FLAGS, Reader, Visit, chromium, serving


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("page") / "results") as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser's window: its tabs share what was fetched before, as a reader's own do."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chrome = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield chrome.new_context()
        chrome.close()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    readers = []

    def open_page(
        width: int = 1440, height: int = 900, dark: bool = False, path: str = "", apart: bool = False
    ) -> Reader:
        page = (browser.browser.new_context() if apart else browser).new_page()  # apart: in a browser of their own
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_default_timeout(20_000)
        readers.append(reader := Reader(page, address))
        reader.open(path)
        return reader

    yield open_page
    for reader in readers:
        reader.sound()
        reader.page.close()
        assert not reader.faults

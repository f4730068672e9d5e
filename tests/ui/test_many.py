"""Many readers at once: nobody waits for another's page or study, and a study that many want is simulated once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.ui.browser import needs_chromium
from tests.ui.many import Seen, read

pytestmark = [pytest.mark.browser, needs_chromium]  # for the server that these tests share


def test_twenty_readers_each_get_their_own_page(address: str) -> None:
    async def all_of_them() -> list[Seen]:
        return list(
            await asyncio.gather(
                *(
                    read(address, {"scenario": "tutorial/1_phone_team", "n": str(20 + number)}, "Team", 20 + number)
                    for number in range(20)
                )
            )
        )

    with ThreadPoolExecutor(1) as apart:  # other tests leave Playwright's loop running in this thread
        read_by_all = apart.submit(lambda: asyncio.run(all_of_them())).result()
    for number, seen in enumerate(read_by_all):
        assert f"{20 + number} replications" in seen.text, "another's setting, or none"
        assert (f"Team 19 → {20 + number} people" in seen.text) == (20 + number != 19)
        assert "exception" not in seen.text

"""What readers once lost or had taken from them, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.ui.browser import Visit, needs_chromium
from tests.ui.made_up import LONG

pytestmark = [pytest.mark.browser, needs_chromium]


def test_one_readers_stop_is_not_the_others(visit: Visit) -> None:
    ann, bob = (visit(path="/?scenario=airline_week&n=3000", apart=True) for _ in range(2))
    for reader in (ann, bob):
        reader.see("3,000 replications")
        reader.run()
        reader.see("Simulating Airline week", LONG)
    ann.press("Stop")
    ann.see("it goes on for others")
    bob.page.wait_for_timeout(1500)
    assert "Simulating Airline week" in bob.text() and "stopping" not in bob.text()
    bob.press("Stop")
    bob.see("Stopped after", seconds=60)

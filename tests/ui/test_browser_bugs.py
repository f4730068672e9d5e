"""What readers once lost or had taken from them, in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.browser import Visit, needs_chromium
from tests.ui.made_up import MAIL_FIRST, SMALL

pytestmark = [pytest.mark.browser, needs_chromium]
LONG = 900.0  # seconds, for a first compilation


def test_an_upload_is_still_there_after_a_look_at_the_live_floor(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SMALL)
    (tmp_path / "mail_first.yaml").write_text(MAIL_FIRST)
    reader = visit()
    reader.choose("Scenario", "Upload my own")
    reader.page.locator("input[type=file]").first.set_input_files(str(tmp_path / "mine.yaml"))
    reader.see("A phone and a mailbox.")
    reader.unfold("Add a policy of my own")
    reader.page.locator("input[type=file]").last.set_input_files(str(tmp_path / "mail_first.yaml"))
    reader.see("2 policies, 6 replications of 1 day")
    reader.go_to("Live floor")
    reader.see("Small centre")
    reader.go_to("Compare policies")
    reader.see("A phone and a mailbox.")
    reader.see("2 policies, 6 replications of 1 day")


def test_one_readers_stop_is_not_the_others(visit: Visit) -> None:
    ann, bob = visit(), visit()
    for reader in (ann, bob):
        with reader.lever("How sure"):
            reader.type_number("Replications", 3000)
        reader.see("3,000 replications")
        reader.press("Run simulation")
        reader.see("Simulating Airline week", LONG)
    ann.press("Stop")
    ann.see("it goes on for others")
    bob.page.wait_for_timeout(1500)
    assert "Simulating Airline week" in bob.text() and "stopping" not in bob.text()
    bob.press("Stop")
    bob.see("Stopped after", seconds=60)

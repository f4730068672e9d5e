"""Work against people: the offered load in people."""

from __future__ import annotations

from pathlib import Path

import pytest

from floorcast.planning.load import load_of
from floorcast.scenario import load_scenario_text

TEXT = """
days: 1
start: 2024-01-01
interval: 30 min
contact_types:
  calls: {channel: phone, arrivals: {rate: 120 per hour}, work: 4 min, after_contact_work: 1 min}
  chats: {channel: chat, arrivals: {rate: 30 per hour}, work: 2 min, turns: 3, think: 1 min}
groups:
  team: {channels: [phone, chat], shifts: [{start: "08:00", length: 4h, agents: 9}]}
"""


def test_work_is_contacts_an_hour_times_hours_each() -> None:
    """120 calls an hour of 5 minutes are 10 people's work, 30 chats of three turns of 2 minutes are 3."""
    load = load_of(load_scenario_text(TEXT, Path("."), "t.yaml"))
    assert load.work["phone"][20] == pytest.approx(10.0) and load.work["chat"][20] == pytest.approx(3.0)
    assert load.people[15] == 0 and load.people[16] == 9 and load.people[24] == 0
    assert len(load.edges) == 49 and load.edges[-1] == 86400

"""A crowded floor, and how tests and benchmarks open and read one."""

from __future__ import annotations

import json
from typing import Any

from tests.ui.browser import Reader
from tests.ui.made_up import LONG

CROWD = """
name: Crowd
days: 1
start: 2024-01-01
contact_types:
  calls: {channel: phone, arrivals: {rate: 2400 per hour}, work: {exponential: 5 min}, patience: {exponential: 5h}}
  letters:
    channel: email
    arrivals: {rate: 600 per hour}
    work: {exponential: 5 min}
    backlog: {count: 400, ages: {exponential: 2h}}
groups:
  big_team: {channels: [phone, email], agents: 200}
"""


def state(reader: Reader) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reader.page.locator(".floor").get_attribute("data-state"))
    return found


def open_floor(reader: Reader) -> None:
    reader.settled()
    reader.page.get_by_role("button", name="Open the floor").last.click()
    reader.page.locator(".floor[data-state]").wait_for(timeout=1000 * LONG)

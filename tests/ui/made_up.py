"""A small scenario and studies of it, run by the real engine, for the tests of the page."""

from __future__ import annotations

from pathlib import Path

from floorcast.policy import default_policy, load_policy_text
from floorcast.scenario import Scenario, load_scenario_text
from floorcast.ui.base.setting import Setting
from tests.centres import centre, queue

LONG = 180.0  # seconds; a first run compiles the model
SMALL = centre(
    """
name: Small centre
description: A phone and a mailbox.
start: 2024-01-01
days: 1
seed: 7
replications: 6
""",
    [queue("calls", "phone", "60 per hour", "4 min", "3 min"), queue("letters", "email", "5 per hour", "5 min")],
    "  team: {channels: [phone, email], agents: 6, cost_per_hour: 20}\n",
    [
        "of: phone, measure: service_level, within: 20s, at_least: 80 %",
        "of: email, measure: first_response_p90, at_most: 4h",
        "of: all, measure: occupancy, at_most: 88 %",
    ],
)
MAIL_FIRST = """
name: mail_first
description: Letters before calls.
priority: {channel: {email: 50}}
"""


def small(text: str = SMALL) -> Scenario:
    return load_scenario_text(text, Path("."), "small.yaml")


def setting(scenario: Scenario | None = None, replications: int = 3, **changes: object) -> Setting:
    scenario = scenario or small()
    policies = (default_policy(), load_policy_text(MAIL_FIRST, "mail_first.yaml", scenario))
    plain = {"seed": 7, "until_decided": False, "changes": (), "origin": "small.yaml"} | changes
    return Setting(scenario, policies, replications=replications, **plain)  # type: ignore[arg-type]

"""What a scenario asks for before it is run."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.scenario import Scenario, change, load_scenario_text
from floorcast.scenario.horizon.planned import DAY, block_for, expected_by_channel, planned

TEXT = """
start: 2024-01-01
days: 2
channels:
  phone: {kind: phone, open: "08:00-18:00"}
contact_types:
  calls:
    channel: phone
    arrivals:
      - rate: {per: 1h, daily: {"08:00": 60, "12:00": 0}}
      - counts: {per: 1h, values: [0, 0, 0, 5]}
    work: 3 min
  letters:
    channel: email
    arrivals: {rate: 12 per hour}
    work: 5 min
groups:
  early:
    channels: [phone]
    shifts:
      - {agents: 3, start: "08:00", length: 4h, breaks: [{after: 2h, length: 30 min}]}
      - {agents: 1, start: "22:00", length: 4h}
  always: {channels: [email], agents: 2}
  curve: {channels: [email], headcount: {per: 1h, daily: {"00:00": 0, "06:00": 4, "18:00": 1}}}
"""


@pytest.fixture
def scenario() -> Scenario:
    return load_scenario_text(TEXT, ".", "planned.yaml")


def test_contacts_stand_in_the_hour_in_which_they_are_expected(scenario: Scenario) -> None:
    plan = planned(scenario, 3600.0)
    calls = plan.contacts["phone"]
    assert calls.size == 48
    assert calls[7] == 0 and calls[8] == pytest.approx(60) and calls[11] == pytest.approx(60)
    assert calls[3] == pytest.approx(5) and calls[27] == 0
    assert np.allclose(plan.contacts["email"], 12)


def test_the_blocks_add_up_to_what_is_expected_in_all(scenario: Scenario) -> None:
    expected = expected_by_channel(scenario)
    for block in (900.0, 3600.0, 5 * 3600.0, DAY):
        plan = planned(scenario, block)
        for channel, number in expected.items():
            assert plan.contacts[channel].sum() == pytest.approx(number)


def test_multipliers_count(scenario: Scenario) -> None:
    half = change(scenario, multipliers={"email": 0.5})
    assert np.allclose(planned(half, 3600.0).contacts["email"], 6)


def test_people_are_there_in_their_shifts_less_their_breaks(scenario: Scenario) -> None:
    early = planned(scenario, 3600.0).people["early"]
    assert early[8] == pytest.approx(3) and early[10] == pytest.approx(1.5) and early[12] == 0
    # The late shift passes midnight, also into the first night of the horizon.
    assert (
        early[23] == pytest.approx(1)
        and early[25] == pytest.approx(1)
        and early[0] == pytest.approx(1)
    )


def test_people_without_shifts_are_always_there_or_follow_the_headcount(scenario: Scenario) -> None:
    people = planned(scenario, 3600.0).people
    assert np.allclose(people["always"], 2)
    assert people["curve"][5] == 0 and people["curve"][6] == 4 and people["curve"][20] == 1


def test_blocks_grow_with_the_horizon() -> None:
    assert [block_for(days * DAY) for days in (1, 7, 30, 366)] == [1800.0, 3600.0, 21600.0, DAY]

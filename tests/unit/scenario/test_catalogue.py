"""One row per measure: everything that names measures reads the same rows."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.charts.words import measure_name, spoken
from floorcast.clock.compiled import run
from floorcast.measures import measure
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import MEASURES as TARGETS
from floorcast.scenario import load_scenario, load_scenario_text
from floorcast.scenario.catalogue.measures import MEASURES
from floorcast.shipped import SCENARIOS

REMEMBERED = """
contact_types: {mails: {channel: email, arrivals: {rate: 5 per hour}, work: 1 min}}
groups: {team: {channels: [email], agents: 1}}
customers: {size: 100}
surveys: {answered: 50 %}
reputation: {}
"""


@pytest.fixture(scope="module")
def kept():
    scenarios = (load_scenario(SCENARIOS / "product_launch.yaml"), load_scenario_text(REMEMBERED, "."))
    runs = [run(assemble(one, policies_of(one)[0]), 1, 0) for one in scenarios]
    return {row.measure for done in runs for row in measure(done).rows}


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_computed_labelled_and_can_be_a_target(name: str, kept: set[str]) -> None:
    assert name in kept, f"{name} has a row in the catalogue, but nothing computes it"
    assert TARGETS[name] == MEASURES[name].unit
    assert measure_name(name) == MEASURES[name].label
    assert MEASURES[name].meaning


def test_the_longest_wait_is_the_longest() -> None:
    scenario = load_scenario(SCENARIOS / "tutorial" / "1_phone_team.yaml")
    done = run(assemble(scenario, policies_of(scenario)[0]), 1, 0)
    contacts = done.contacts
    until = np.where(np.isnan(contacts["answered"]), contacts["ended"], contacts["answered"])
    longest = np.nanmax((until - contacts["arrived"])[contacts["outcome"] <= 2])
    assert measure(done).value("wait_max", "channel", "phone") == longest


def test_a_line_names_measures_without_underscores_and_all_else_as_in_files() -> None:
    assert spoken("phone_team, service_level within 20 s; vip_posts, service_level_heard") == (
        "phone_team, service level within 20 s; vip_posts, service level once heard"
    )
    assert spoken("first_response_p90 at most 4 h") == "first response p90 at most 4 h"

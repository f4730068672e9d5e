"""Worlds: what every replication begins from is worked out once, and stays with its process."""

from __future__ import annotations

import pickle

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.state import State
from floorcast.policy import default_policy
from floorcast.scenario import load_scenario
from floorcast.shipped import SCENARIOS


def test_a_world_that_has_run_takes_no_addresses_to_another_process() -> None:
    world = assemble(load_scenario(SCENARIOS / "tutorial" / "1_phone_team.yaml"), default_policy())
    before = run(world, 1, 0)
    there = pickle.loads(pickle.dumps(world))
    assert not any(isinstance(part, State) for part in vars(there).values())
    assert run(there, 1, 0).contacts.tobytes() == before.contacts.tobytes()


def test_a_replication_leaves_what_the_next_begins_from_as_it_was() -> None:
    world = assemble(load_scenario(SCENARIOS / "tutorial" / "2_chat_and_email.yaml"), default_policy())
    first = run(world, 1, 0)
    run(world, 1, 1)
    assert run(world, 1, 0).contacts.tobytes() == first.contacts.tobytes()

"""A world goes to other processes, and keeps what every replication has in common."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.state import FIELDS
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario

TUTORIAL = Path(__file__).parents[3] / "scenarios" / "tutorial" / "3_social_beside_phone.yaml"


def test_a_world_that_has_run_gives_the_same_records_in_another_process() -> None:
    scenario = load_scenario(TUTORIAL)
    world = assemble(scenario, policies_of(scenario)[0])
    one = run(world, 3, 1)
    other = pickle.loads(pickle.dumps(world))
    assert not {"_unchanging", "_paid_cells"} & vars(other).keys()  # addresses of the process that it comes from
    state = other.fresh(3, 1)
    for place, name in enumerate(FIELDS):
        array = getattr(state, name)
        assert state.table[2 * place : 2 * place + 2].tolist() == [array.ctypes.data, array.size]
    again = run(other, 3, 1)
    assert again.contacts.tobytes() == one.contacts.tobytes()
    np.testing.assert_array_equal(again.ledger["paid"], one.ledger["paid"])


def test_replications_do_not_write_on_what_they_have_in_common() -> None:
    scenario = load_scenario(TUTORIAL)
    world = assemble(scenario, policies_of(scenario)[0])
    first = run(world, 3, 0).contacts.tobytes()
    run(world, 3, 1)
    assert run(world, 3, 0).contacts.tobytes() == first

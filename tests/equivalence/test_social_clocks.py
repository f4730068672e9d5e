"""Contacts born inside the run are the same on both clocks, whatever blocks a scenario has."""

from __future__ import annotations

from hypothesis import given, settings

from floorcast.clock.compiled import run
from floorcast.clock.simpy_clock import run_simpy
from floorcast.measures import broken_laws
from tests.conftest import examples
from tests.equivalence.test_two_clocks import assert_identical
from tests.social_strategies import social_scenarios
from tests.strategies import world_of


@settings(max_examples=examples(25))
@given(social_scenarios())
def test_both_clocks_agree_and_every_law_holds(scenario):
    world = world_of(scenario)
    fast = run(world, 7, 1, log=True)
    assert broken_laws(fast) == []
    assert_identical(fast, run_simpy(world, 7, 1, log=True))

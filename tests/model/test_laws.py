"""The laws hold in every shipped scenario and in generated ones, under every policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from floorcast.clock.compiled import run
from floorcast.measures import broken_event_laws, broken_laws
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario
from floorcast.scenario.schema.scenario import Scenario
from floorcast.shipped import SCENARIOS, files_of
from tests.conftest import examples
from tests.routing_strategies import routed, routed_social
from tests.social_strategies import social_scenarios
from tests.strategies import ARRIVALS, scenarios, world_of

MOST_EVENTS = 300_000  # of a run whose log is followed; longer scenarios are shortened


def _shipped() -> list[Path]:
    return files_of("scenarios")


def _shortened(scenario: Scenario) -> Scenario:
    """A day of a scenario that would be millions of events long (verification cases)."""
    return scenario.model_copy(update={"days": 1, "warm_up": 0.0})


@pytest.mark.parametrize("path", _shipped(), ids=lambda p: str(p.relative_to(SCENARIOS)))
def test_shipped_scenarios_break_no_law(path):
    scenario = load_scenario(path)
    for policy in policies_of(scenario):
        world = assemble(scenario, policy)
        one = run(world, scenario.seed, 1)
        assert broken_laws(one) == []
        if one.events > MOST_EVENTS:
            world = assemble(_shortened(scenario), policy)
        assert broken_event_laws(run(world, scenario.seed, 1, log=True)) == []


@settings(max_examples=examples(100))
@given(scenarios(arrivals=ARRIVALS))
def test_generated_scenarios_break_no_law(scenario):
    one = run(world_of(scenario), 11, 2, log=True)
    assert broken_laws(one) + broken_event_laws(one) == []


@settings(max_examples=examples(100))
@given(social_scenarios())
def test_generated_social_customers_break_no_law(scenario):
    """Cascades, crises, chasing, going public, listening, bots, callbacks: contacts born inside the run."""
    one = run(world_of(scenario), 3, 1, log=True)
    assert broken_laws(one) + broken_event_laws(one) == []


@settings(max_examples=examples(90))
@given(routed() | routed_social())
def test_generated_routing_in_full_breaks_no_law(scenario):
    """Offers, transfers, consultations, supervision, leaving, shares; half of them for the social customer."""
    one = run(world_of(scenario), 3, 1, log=True)
    assert broken_laws(one) + broken_event_laws(one) == []

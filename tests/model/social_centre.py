"""Small centres for the tests of the social customer, written as a planner would."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Cause, Outcome
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text

# Nobody is ever answered: the only agent is at the first contact for years.
NOBODY = "groups: {team: {channels: {social: 1}, agents: 1}}"


@lru_cache(maxsize=64)
def played(text: str, seed: int = 1, replication: int = 0) -> Any:
    """One run of a scenario under its first policy."""
    scenario = load_scenario_text(text, ".", "small")
    return run(assemble(scenario, policies_of(scenario)[0]), seed, replication)


def of_type(run: Any, name: str) -> Any:
    """The contacts of one type."""
    return run.contacts[run.contacts["contact_type"] == run.world.type_names.index(name)]


def ended(contacts: Any, outcome: Outcome) -> Any:
    """Those with this outcome."""
    return contacts[contacts["outcome"] == outcome]


def because(contacts: Any, cause: Cause) -> Any:
    """Those with this cause."""
    return contacts[contacts["cause"] == cause]


def cluster_sizes(contacts: Any, before: float = np.inf) -> Any:
    """Posts per incident, of the incidents whose root came before an instant."""
    in_one = contacts[contacts["incident"] >= 0]
    sizes = np.bincount(in_one["incident"])
    roots = np.flatnonzero(sizes)
    return sizes[roots[contacts["arrived"][roots] < before]]

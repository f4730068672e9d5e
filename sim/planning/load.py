"""Workload against people before anything is simulated: the expected load beside the people planned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floorcast.planning.requirement.crew import expected_arrivals
from floorcast.planning.requirement.start import handle_times
from floorcast.scenario import Scenario
from floorcast.scenario.horizon.planned import planned
from floorcast.study.estimate import Floats


@dataclass(frozen=True)
class Load:
    """Per interval [T]: work in people by channel, and the people there. ``edges`` [T + 1] seconds.

    Work is the offered load: contacts expected times their mean attention over the interval's length,
    counted where they arrive, at full skill, without waiting, retries or answers of customers.
    """

    edges: Floats
    work: dict[str, Floats]
    people: Floats


def load_of(scenario: Scenario) -> Load:
    """The expected load of a scenario and the people planned, in its intervals."""
    arrivals, length = expected_arrivals(scenario), scenario.interval
    each = arrivals * handle_times(scenario)[:, None] / length
    work = {name: np.zeros(arrivals.shape[1]) for name in scenario.channel_names}
    for place, name in enumerate(scenario.type_names):
        work[scenario.channel_of(name)] += each[place]
    people = sum(planned(scenario, length).people.values(), np.zeros(arrivals.shape[1]))
    return Load(np.arange(arrivals.shape[1] + 1) * length, work, people)

"""A scenario with given numbers of people by group and interval in place of its own staffing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from floorcast.scenario.schema.resolved import Headcount, ResolvedSource
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.schema.sources import Profile

Floats = NDArray[np.float64]
Heads = NDArray[np.int64]  # [groups, intervals] people there

# Says only that a group is staffed by headcount; its steps are put in directly.
_BY_HEADCOUNT = Profile.model_construct(per=3600.0)


def crewed(scenario: Scenario, heads: Heads) -> Scenario:
    """The scenario with `heads` [G, T] there in each of its intervals, whatever its own staffing.

    Nobody is absent, late, on a break or trained: these are people on the floor.
    """
    edges = np.arange(heads.shape[1] + 1) * scenario.interval
    groups, steps = {}, {}
    for place, name in enumerate(scenario.group_names):
        groups[name] = scenario.groups[name].model_copy(
            update={"agents": None, "shifts": (), "headcount": _BY_HEADCOUNT, "roster": None, "people": (),
                    "absence": 0.0, "late": None, "training": ()}
        )  # fmt: skip
        row = heads[place].astype(np.int64)
        kept = np.concatenate(([True], row[1:] != row[:-1]))
        steps[name] = Headcount(np.concatenate((edges[:-1][kept], edges[-1:])), row[kept])
    changed = scenario.model_copy(update={"groups": groups})
    changed._origin = replace(scenario._origin, headcounts=steps, rosters={})
    return changed


def by_interval(scenario: Scenario, interval: float | None) -> Scenario:
    """The scenario measured in intervals of `interval` seconds; its staffing is worked out anew."""
    if interval is None or interval == scenario.interval:
        return scenario
    return scenario.model_copy(update={"interval": interval})


def at_risk(scenario: Scenario, risk: float | None) -> Scenario:
    """The scenario on days whose volume chance exceeds only with probability `risk`.

    Every random day factor is put at its (1 - risk) quantile; None leaves the factors random.
    """
    if risk is None:
        return scenario
    from scipy.stats import gamma

    def steady(source: ResolvedSource) -> ResolvedSource:
        if source.day_factor is None:
            return source
        shape = source.day_factor[0]
        factor = float(gamma.ppf(1.0 - risk, shape, scale=1.0 / shape))
        return replace(source, values=source.values * factor, day_factor=None)

    sources = {
        name: tuple(steady(one) for one in every) for name, every in scenario._origin.sources.items()
    }
    changed = scenario.model_copy()
    changed._origin = replace(scenario._origin, sources=sources)
    return changed


def expected_arrivals(scenario: Scenario) -> Floats:
    """Contacts expected from sources by type and interval, [K, T]."""
    n = round(scenario.horizon / scenario.interval)
    edges: Floats = (np.arange(n + 1) * scenario.interval).astype(np.float64)
    found = np.zeros((len(scenario.type_names), n))
    for place, name in enumerate(scenario.type_names):
        for source in scenario.sources(name):
            found[place] += source.arriving(edges)
    return found



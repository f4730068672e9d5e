"""What each hour of delay of a statement costs: the same incidents, with the statement later and later.

Every post has its own draws, so the posts that an earlier statement prevents are posts of the later run: the
slope over the delays is worked out within each run, and its interval (Student) over the runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.measures import measure
from floorcast.policy.schema.policy import Policy
from floorcast.scenario.catalogue.measures import unit_of
from floorcast.scenario.words.distributions import constant
from floorcast.study.estimate import CONFIDENCE_ERROR, Floats
from floorcast.study.student import two_sided

SHOWN = ("attracted", "incident_size_max", "exposure", "response_rate", "collateral_first_response", "satisfaction")
_HOUR = 3600.0


@dataclass(frozen=True)
class CostOfDelay:
    """One measure: its mean at each delay, and by how much an hour more changes it, with half widths of 95 %."""

    measure: str
    unit: str
    means: tuple[float, ...]
    half_widths: tuple[float, ...]
    per_hour: float
    per_hour_half_width: float


def delayed(policy: Policy, hours: float) -> Policy:
    """The policy with every statement published so many hours after it was decided on.

    Raises ValueError for a policy without statements.
    """
    if not policy.statements:
        raise ValueError(f"{policy.name}: found no statement; allowed a policy whose supervision makes one")
    lines = []
    for line in policy.supervision:
        later = tuple(one.model_copy(update={"after": constant(hours * _HOUR)}) for one in line.do.statement)
        lines.append(line.model_copy(update={"do": line.do.model_copy(update={"statement": later})}))
    return policy.model_copy(update={"supervision": tuple(lines)})


def cost_of_delay(
    policy: Policy,
    hours: Sequence[float],
    simulate: Callable[[Policy, int], Any],
    replications: int,
    progress: Callable[[int, int], None] | None = None,
) -> list[CostOfDelay]:
    """Each measure by the hours of delay. simulate: gives the run of (policy, replication).

    Raises ValueError for a policy without statements, fewer than two different delays or runs.
    """
    if len(set(hours)) < 2 or replications < 2:
        raise ValueError("found fewer than two delays or runs; allowed two or more of each")
    values = np.full((replications, len(hours), len(SHOWN)), np.nan)
    for place, later in enumerate(hours):
        changed = delayed(policy, later)
        for replication in range(replications):
            summary = measure(simulate(changed, replication))
            values[replication, place] = [summary.value(name) for name in SHOWN]
            if progress is not None:
                progress(place * replications + replication + 1, len(hours) * replications)
    at = np.asarray(hours) - np.mean(hours)
    slopes = np.einsum("h,rhm->rm", at, values) / float(at @ at)  # least squares, within each run
    found = []
    for number, name in enumerate(SHOWN):
        means, halves = _interval(values[:, :, number])
        slope, half = _interval(slopes[:, number : number + 1])
        found.append(CostOfDelay(name, unit_of(name), tuple(means), tuple(halves), slope[0], half[0]))
    return found


def _interval(values: Floats) -> tuple[list[float], list[float]]:
    """Means over the rows, and half widths of 95 %."""
    n = values.shape[0]
    half = two_sided(CONFIDENCE_ERROR, n - 1) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return values.mean(axis=0).tolist(), half.tolist()

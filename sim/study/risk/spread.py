"""The distribution of a measure over runs, and the exact chance that it goes beyond a bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floorcast.measures.cells.percentile import rank_of
from floorcast.study.estimate import CONFIDENCE_ERROR, Floats
from floorcast.study.results import Study

# Measures whose mean over runs hides the bad ones, in the order shown.
RISKY = (
    "incident_size_max", "attracted", "exposure", "branching_ratio", "branching_peak", "collateral_first_response",
    "satisfaction",
)


# Of them, those of incidents: shown beside the means of every study.
RUNS_AWAY = ("incident_size_max", "attracted", "exposure")


@dataclass(frozen=True)
class Spread:
    """One measure over the runs of one policy: its mean, the least, percentiles and the greatest."""

    policy: str
    measure: str
    unit: str
    runs: int
    mean: float
    least: float
    p10: float
    p50: float
    p90: float
    greatest: float


@dataclass(frozen=True)
class Chance:
    """In how many of so many runs something (`what`, in words) happened, with the exact interval of its probability."""

    policy: str
    measure: str
    what: str
    happened: int
    runs: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The estimate of the probability."""
        return self.happened / self.runs


def exact_interval(happened: int, runs: int, error: float = CONFIDENCE_ERROR) -> tuple[float, float]:
    """The interval of Clopper and Pearson (Biometrika 1934) for a probability: it covers the truth with at
    least 1 - error, however few or many of the runs it happened in."""
    from scipy.stats import beta

    low = 0.0 if happened == 0 else float(beta.ppf(error / 2, happened, runs - happened + 1))
    high = 1.0 if happened == runs else float(beta.ppf(1 - error / 2, happened + 1, runs - happened))
    return low, high


def spreads(study: Study, measures: tuple[str, ...] = RISKY) -> list[Spread]:
    """The spread of each of these measures, in all, under each policy; those that are not kept are left out.

    Percentiles are observed values: 90 % of the runs do not exceed p90.
    """
    found = []
    for number, policy in enumerate(study.policies):
        for measure in measures:
            place = study.place.get((measure, "all", "all"))
            if place is None:
                continue
            values = _values(study, number, place)
            if values.size:
                at = np.sort(values)
                p10, p50, p90 = (float(at[rank_of(share, at.size)]) for share in (0.1, 0.5, 0.9))
                found.append(
                    Spread(
                        policy, measure, study.rows[place].unit, at.size, float(at.mean()), float(at[0]), p10, p50, p90,
                        float(at[-1]),
                    )
                )  # fmt: skip
    return found


def chances(study: Study) -> list[Chance]:
    """How often an incident ran away, and how often an hour fed itself, under each policy; empty where there are
    no incidents."""
    found = []
    for measure, what in HAPPENED.items():
        place = study.place.get((measure, "all", "all"))
        if place is None or not study.replications:
            continue
        for number, policy in enumerate(study.policies):
            values = _values(study, number, place)
            happened = int((values > 0).sum())
            found.append(Chance(policy, measure, what, happened, values.size, *exact_interval(happened, values.size)))
    return found


# Measures of what happens in a run or does not, 0 or 1, in words.
HAPPENED = {
    "runaway": "an incident ran away",
    "supercritical": "the posts of an hour attracted more than they were",
}


def chance_of(
    study: Study, policy: int, place: int, error: float = CONFIDENCE_ERROR
) -> tuple[float, float, float] | None:
    """The share of the runs in which something happened, and the exact interval of its chance; None without runs."""
    values = _values(study, policy, place)
    if not values.size:
        return None
    happened = int((values > 0).sum())
    return (happened / values.size, *exact_interval(happened, values.size, error))


def _values(study: Study, policy: int, place: int) -> Floats:
    """The value of a row in each run that has one."""
    above, below = study.above[policy][:, place], study.below[policy][:, place]
    there = below != 0
    values: Floats = above[there] / below[there]
    return values

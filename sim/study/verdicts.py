"""Verdicts: targets met, missed or undecided; policies better, worse, the same, or cannot tell yet.

The same: no difference in any replication, or one whose whole interval is too small to matter.

All verdicts of one table hold together with 95 % confidence: with m intervals shown, each misses
with probability 5 % / m (Bonferroni, which needs no assumption on how they depend on each other).
The targets of all policies are one family, the differences of all pairs of policies another.
Where a study may go on until it is decided, it is looked at several times, and 5 % is shared by the
looks as well; see `floorcast.study.deciding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from floorcast.measures import HEADLINE, MEASURES, Row, TargetRow
from floorcast.study.estimate import CONFIDENCE_ERROR, half_widths, ratios
from floorcast.study.results import Study
from floorcast.study.risk.spread import HAPPENED, chance_of

ALL_PAIRS_UP_TO = 4  # policies; with more, each is compared with the first only

# Below so many replications, equal differences of a varying measure may be equal by chance.
_COINCIDENCE = 5
_OF_RUNS = "of runs"  # how a target ends that has to hold in a share of them


Difference = Literal["better", "worse", "the same", "cannot tell yet"]

# What is too small to matter where a scenario's `indifference` says nothing, by unit: so much, or this
# share of the larger mean. In tables of one decimal it can just be seen.
INDIFFERENCE: dict[str, tuple[float, float]] = {"share": (0.001, 0.0), "s": (0.5, 0.001), "points": (0.01, 0.0)}
_ANY_UNIT = (0.0, 0.001)


def indifference_of(row: Row, stated: Mapping[str, float], size: float) -> float:
    """The difference of a measure that does not matter: as stated by its name, or by its unit.

    `size`: the larger mean.
    """
    name = row.measure.split(" ", 1)[0].rstrip(",")
    if name in stated:
        return float(stated[name])
    least, share = INDIFFERENCE.get(row.unit, _ANY_UNIT)
    return max(least, share * size)


@dataclass(frozen=True)
class TargetVerdict:
    """How a policy stands to a target; mean NaN: nothing to measure, half_width NaN: unknown."""

    policy: str
    target: TargetRow
    mean: float
    half_width: float
    verdict: Literal["met", "missed", "undecided"]
    settled: bool  # more replications would not change it
    periods: dict[str, int] | None = None  # of a target asked of every period: how many are met, missed, undecided


@dataclass(frozen=True)
class DifferenceVerdict:
    """How a policy does on a measure in comparison with another on the same customers."""

    row: Row
    policy: str
    against: str
    mean: float
    half_width: float
    verdict: Difference
    settled: bool
    indifference: float = 0.0  # a difference that is all within this counts as none


def target_verdicts(study: Study, error: float = CONFIDENCE_ERROR) -> list[TargetVerdict]:
    """Every target under every policy, targets in the order written.

    A target that is asked of every interval, day or week is one verdict: met where all of them are, missed
    where one is for sure; it shows the period that is furthest from its bound. error: of all of them together.
    """
    if not study.targets or not study.replications:
        return []
    kept = {
        (place, policy)
        for place, row in enumerate(study.target_places)
        for policy in range(len(study.policies))
        if not study.lacks(policy, row)
    }
    found = []
    estimates = [
        study.estimates(policy, study.target_places) for policy in range(len(study.policies))
    ]
    # Periods in which there is nothing to measure need no share of the error.
    empty = sum(
        study.targets[place].period is not None and bool(np.isnan(estimates[policy].mean[place]))
        for place, policy in kept
    )
    each = error / (max(len(kept) - empty, 1) * study.looks)
    half = [estimate.half_width(each) for estimate in estimates]
    for place, target in enumerate(study.targets):
        for policy, name in enumerate(study.policies):
            if (place, policy) not in kept:
                continue
            mean, width = float(estimates[policy].mean[place]), float(half[policy][place])
            verdict = judge(target, mean, width)
            if _of_runs(target):
                mean, width, verdict = _of_chance(study, policy, study.target_places[place], target, each)
            if np.isinf(mean):
                verdict = _of_unreached(study, policy, study.target_places[place], target, each)
            settled = verdict != "undecided" or np.isnan(mean) or width == 0
            found.append(TargetVerdict(name, target, mean, width, verdict, bool(settled)))
    return _of_all_periods(found)


def _of_runs(target: TargetRow) -> bool:
    """Whether it is about the share of the runs in which something happens, or another target holds."""
    if target.base is not None and target.period is None:
        return target.every.endswith(_OF_RUNS)
    return target.measure in HAPPENED and target.period is None


def _of_chance(
    study: Study, policy: int, place: int, target: TargetRow, error: float
) -> tuple[float, float, Literal["met", "missed", "undecided"]]:
    """What happens in a run or does not: judged by the exact interval of its chance, so that none of twenty runs is
    no proof of never. The half width shown reaches to the further of its ends."""
    chance = chance_of(study, policy, place, error)
    if chance is None:
        return np.nan, np.nan, "undecided"
    mean, low, high = chance
    at_least = -np.inf if target.at_least is None else target.at_least
    at_most = np.inf if target.at_most is None else target.at_most
    width = max(high - mean, mean - low)
    if at_least <= low and high <= at_most:
        return mean, width, "met"
    return mean, width, "missed" if high < at_least or low > at_most else "undecided"


def _of_unreached(
    study: Study, policy: int, place: int, target: TargetRow, error: float
) -> Literal["met", "missed", "undecided"]:
    """A percentile that runs did not reach: beyond any bound where no run did, else judged by what it is at the
    least, with 0 for those runs."""
    above, below = study.above[policy][:, [place]], study.below[policy][:, [place]]
    if np.isinf(above).all():
        return "missed" if target.at_most is not None else "met"
    least = ratios(np.where(np.isinf(above), 0.0, above), below)
    low = float(least.mean[0] - least.half_width(error)[0])  # NaN of one run compares as false
    if target.at_most is not None:
        return "missed" if low > target.at_most else "undecided"
    return "met" if target.at_least is not None and low >= target.at_least else "undecided"


def _of_all_periods(verdicts: list[TargetVerdict]) -> list[TargetVerdict]:
    """The periods of one target under one policy as one verdict."""
    together: dict[tuple[str, TargetRow, str], list[TargetVerdict]] = {}
    found: list[TargetVerdict | tuple[str, TargetRow, str]] = []
    for one in verdicts:
        if one.target.period is None or one.target.base is None:
            found.append(one)
            continue
        key = (one.policy, one.target.base, one.target.every)
        if key not in together:
            together[key] = []
            found.append(key)
        together[key].append(one)
    return [one if isinstance(one, TargetVerdict) else _worst(together[one]) for one in found]


def _worst(periods: list[TargetVerdict]) -> TargetVerdict:
    measured = [one for one in periods if not np.isnan(one.mean)]
    if not measured:
        return periods[0]
    number = {word: sum(one.verdict == word for one in measured) for word in ("met", "missed", "undecided")}
    order = {"missed": 0, "undecided": 1, "met": 2}
    worst = min(measured, key=lambda one: (order[one.verdict], _room(one.target, one.mean)))
    settled = worst.verdict == "missed" or all(one.settled for one in measured)
    return replace(worst, settled=settled, periods=number)


def _room(target: TargetRow, mean: float) -> float:
    """By how much a value keeps a target's bounds."""
    rooms = [mean - target.at_least] if target.at_least is not None else []
    rooms += [target.at_most - mean] if target.at_most is not None else []
    return min(rooms)


def judge(target: TargetRow, mean: float, width: float) -> Literal["met", "missed", "undecided"]:
    """Met if the whole interval keeps the bounds, missed if it breaks one as a whole."""
    if np.isnan(mean) or np.isnan(width):
        return "undecided"
    low, high = mean - width, mean + width
    at_least = -np.inf if target.at_least is None else target.at_least
    at_most = np.inf if target.at_most is None else target.at_most
    if at_least <= low and high <= at_most:
        return "met"
    return "missed" if high < at_least or low > at_most else "undecided"


def difference_verdicts(study: Study) -> list[DifferenceVerdict]:
    """Every measure of `family_rows` for every pair of `policy_pairs`.

    Rows without anything to measure under either policy of a pair are left out.
    """
    pairs, rows = pairs_in(study), family_rows(study)
    if not pairs or not rows or not study.replications:
        return []
    places = [place for place, _ in rows]
    estimates = [study.estimates(policy, places) for policy in range(len(study.policies))]
    shown = [
        (pair, column)
        for pair in pairs
        for column in range(len(rows))
        if _comparable(estimates[pair[0]].mean[column], estimates[pair[1]].mean[column])
    ]
    error = CONFIDENCE_ERROR / (max(len(shown), 1) * study.looks)
    differences = {pair: study.differences(*pair, places) for pair in pairs}
    found = []
    for (policy, against), column in shown:
        one, other = estimates[policy], estimates[against]
        size = np.abs(one.mean[[column]]) + np.abs(other.mean[[column]])
        apart = differences[policy, against]
        mean = float(apart.mean[column])
        if np.isfinite(mean) and abs(mean) <= 1e-11 * float(size[0]):
            mean = 0.0
        width = float(half_widths(apart.influence[:, [column]], error, size, apart.replications, apart.freedom)[0])
        trusted = (
            width > 0
            or study.replications >= _COINCIDENCE
            or not np.any([estimate.influence[:, column] for estimate in (one, other)])
        )
        row, good = study.rows[places[column]], rows[column][1]
        larger = max(abs(float(one.mean[column])), abs(float(other.mean[column])))
        little = 0.0 if np.isinf(larger) else indifference_of(row, study.indifference, larger)
        verdict: Difference = "cannot tell yet"
        if np.isinf(mean):  # a percentile that one of them does not reach
            never = np.isinf(study.above[policy if np.isinf(one.mean[column]) else against][:, places[column]])
            if never.all():
                verdict = "better" if mean * good > 0 else "worse"
        elif trusted and abs(mean) + width <= little:
            verdict = "the same"
        elif trusted and abs(mean) > width:
            verdict = "better" if mean * good > 0 else "worse"
        settled = verdict != "cannot tell yet"
        names = study.policies
        found.append(
            DifferenceVerdict(row, names[policy], names[against], mean, width, verdict, settled, little)
        )
    return found


def _comparable(one: float, other: float) -> bool:
    """Whether there is anything to compare: not where either has nothing, or neither reaches it."""
    return not (np.isnan(one) or np.isnan(other) or (np.isinf(one) and np.isinf(other)))


def pairs_in(study: Study) -> list[tuple[int, int]]:
    """The pairs that a study compares."""
    return policy_pairs(len(study.policies)) if study.pairs is None else list(study.pairs)


def policy_pairs(n: int) -> list[tuple[int, int]]:
    """(policy, against): each later policy against each earlier, or with many against the first."""
    if n <= ALL_PAIRS_UP_TO:
        return [(later, earlier) for earlier in range(n) for later in range(earlier + 1, n)]
    return [(later, 0) for later in range(1, n)]


def family_rows(study: Study) -> list[tuple[int, int]]:
    """(place, direction) of the rows that are compared: the targets', then the headline measures.

    Direction +1: more is better. A measure that is neither good nor bad in itself, such as
    occupancy, is compared only where a target says which way is better.
    """
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    for target, place in zip(study.targets, study.target_places):
        if target.base is not None:  # asked of periods: compared as the measure over the whole time
            target = target.base
            at = study.place.get((target.measure, target.by, target.of))
            if at is None:
                continue
            place = at
        row = study.rows[place]
        plain = study.place.get((row.measure, row.by, row.of), place)
        if target.good:
            found.setdefault((row.measure, row.by, row.of), (plain, target.good))
    for measure, dimensions in HEADLINE:
        good = MEASURES[measure].good
        for place, row in enumerate(study.rows):
            if good and row.target < 0 and row.measure == measure and row.by in dimensions:
                found.setdefault((row.measure, row.by, row.of), (place, good))
    return list(found.values())


def settled(study: Study) -> bool:
    """Whether every verdict that is shown is settled."""
    targets, differences = target_verdicts(study), difference_verdicts(study)
    return all(one.settled for one in targets) and all(one.settled for one in differences)

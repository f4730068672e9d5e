"""How many replications a figure needs, and what makes its variance smaller.

Everything is estimated from the replications of a study, so from a dozen upwards it is a guide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from floorcast.measures import Row
from floorcast.study.estimate import CONFIDENCE_ERROR, Floats
from floorcast.study.results import Study
from floorcast.study.student import two_sided
from floorcast.study.verdicts import difference_verdicts, family_rows, pairs_in, target_verdicts

MOST = 1_000_000  # replications; what needs more is out of reach


@dataclass(frozen=True)
class Need:
    """Replications that a figure needs. `against` None: of one policy, else of a difference."""

    row: Row
    policy: str
    against: str | None
    half_width: float  # now
    wanted: float
    replications: int | None  # None: out of reach


@dataclass(frozen=True)
class Gain:
    """What a method does to the variance of a figure: it is divided by `factor`.

    As many times more replications would be needed without it.
    """

    row: Row
    policy: str
    against: str | None
    factor: float


def replications_for(
    variance: float, half_width: float, error: float = CONFIDENCE_ERROR
) -> int | None:
    """Fewest replications whose interval is at most `half_width`, for influences of that variance.

    None if that takes more than a million. Raises ValueError unless `half_width` is above 0.
    """
    if not half_width > 0:
        raise ValueError(f"found a half width of {half_width:g}; allowed above 0")

    def enough(n: int) -> bool:
        return two_sided(error, n - 1) * math.sqrt(variance / n) <= half_width

    high = 2
    while not enough(high):
        high *= 2
        if high > MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if middle >= 2 and enough(middle) else (middle, high)
    return high


def needs(study: Study, share: float = 0.01, relative: float = 0.05) -> list[Need]:
    """Replications for half widths of `share` (shares) or `relative` times the mean (all others).

    Of the measures that are compared, under every policy, each interval for itself.
    """
    found = []
    for place, _ in family_rows(study):
        row = study.rows[place]
        for number, policy in enumerate(study.policies):
            estimate = study.plain().estimates(number, [place])
            mean, half_width = float(estimate.mean[0]), float(estimate.half_width()[0])
            if np.isnan(half_width):
                continue
            wanted = share if row.unit == "share" else relative * abs(mean)
            if wanted > 0:
                enough = replications_for(variance_of(estimate.influence[:, 0]), wanted)
                found.append(Need(row, policy, None, half_width, wanted, enough))
    return found


def to_decide(study: Study) -> list[Need]:
    """Replications that would settle each verdict now undecided, if the means stay as they are.

    With the confidence of the whole table, as the verdicts have it.
    """
    found = []
    n = study.replications
    for target in target_verdicts(study):
        bounds = [at for at in (target.target.at_least, target.target.at_most) if at is not None]
        if not target.settled and target.half_width > 0:
            row = study.rows[study.target_places[study.targets.index(target.target)]]
            wanted = min(abs(target.mean - bound) for bound in bounds)
            enough = _scaled(n, target.half_width, wanted)
            found.append(Need(row, target.policy, None, target.half_width, wanted, enough))
    for one in difference_verdicts(study):
        if not one.settled and one.half_width > 0:
            # Better or worse, or else the same: whichever would be settled first.
            wanted = max(abs(one.mean), one.indifference - abs(one.mean))
            enough = _scaled(n, one.half_width, wanted)
            found.append(Need(one.row, one.policy, one.against, one.half_width, wanted, enough))
    return found


def _scaled(n: int, half_width: float, wanted: float) -> int | None:
    """Replications at which a half width will have shrunk to `wanted`."""
    if wanted <= 0 or n * (half_width / wanted) ** 2 > MOST:
        return None
    return int(np.ceil(n * (half_width / wanted) ** 2))


def common_numbers(study: Study) -> list[Gain]:
    """What common random numbers do for each difference: the variance it would have with other
    customers under each policy, over the variance it has. Infinite where no luck is left."""
    found: list[Gain] = []
    if study.replications < 2:
        return found
    for policy, against in pairs_in(study):
        for place, _ in family_rows(study):
            one, other = (study.plain().estimates(number, [place]) for number in (policy, against))
            apart = variance_of(one.influence[:, 0]) + variance_of(other.influence[:, 0])
            together = variance_of(one.influence[:, 0] - other.influence[:, 0])
            if np.isnan(apart) or not apart:
                continue
            factor = apart / together if together > 1e-18 * apart else np.inf
            names = study.policies
            found.append(Gain(study.rows[place], names[policy], names[against], float(factor)))
    return found


def control_variates(study: Study) -> list[Gain]:
    """What arrival counts could do as control variates for each compared measure and policy.

    The variance left when a figure is adjusted by how far the contacts that arrived by themselves,
    per channel, were from their mean; a factor below 1 says that adjusting would do harm, for each
    control costs a degree of freedom (Lavenberg and Welch: (n - 2) / (n - q - 2) times 1 - R2).
    With few replications only the count over all channels is used.
    """
    found: list[Gain] = []
    n = study.replications
    for number, policy in enumerate(study.policies):
        controls = arrivals(study, number)
        if n < 2 * controls.shape[1] + 10:
            controls = controls.sum(axis=1, keepdims=True)
        q = controls.shape[1]
        if n < q + 4:
            return []
        for place, _ in family_rows(study):
            influence = study.plain().estimates(number, [place]).influence[:, 0]
            before = variance_of(influence)
            if np.isnan(before) or not before:
                continue
            left = influence - fitted(influence, controls)
            after = float((left**2).sum() / (n - 1)) * (n - 2) / (n - q - 2)
            factor = before / after if after > 1e-18 * before else np.inf
            found.append(Gain(study.rows[place], policy, None, float(factor)))
    return found


def arrivals(study: Study, policy: int) -> Floats:
    """Contacts that arrived by themselves (retrials left out) per replication and channel, [n, C]."""
    channels = [row.of for row in study.rows if row.measure == "offered" and row.by == "channel"]
    above = study.above[policy]
    return np.column_stack(
        [
            above[:, study.place["offered", "channel", name]]
            - above[:, study.place["retrials", "channel", name]]
            for name in channels
        ]
    )


def fitted(values: Floats, controls: Floats) -> Floats:
    """Least-squares fit of `values` [n] by the deviations of `controls` [n, q] from their means."""
    off = controls - controls.mean(axis=0)
    solution, *_ = np.linalg.lstsq(off, values - values.mean(), rcond=None)
    fit: Floats = off @ solution
    return fit


def variance_of(influence: Floats) -> float:
    """Variance of influences [n], whose mean is 0; NaN for one replication."""
    n = influence.size
    return float((influence**2).sum() / (n - 1)) if n > 1 else float("nan")

"""What makes one option better than another, a number per replication, less being better.

- loss: the weighted shortfall from the targets, each as a share of its bound, of that run; 0 where all
  are kept. Its mean over replications is the loss that a run is expected to have.
- missed: how many targets are missed, by the verdicts of all options together; what stays undecided is not met.
- cost, and any measure as MEASURE or MEASURE:OF, of a run; the mean over runs counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from floorcast.measures import MEASURES, Row, TargetRow
from floorcast.scenario.read.problems import InputErrors, Problem, choices, nearest, show
from floorcast.study.estimate import Floats

LOSS, MISSED = "loss", "missed"
USUAL = f"{MISSED},cost,{LOSS}"
WORST = 10.0  # shares of its bound that a target can be missed by: a percentile may never be reached
NEVER = 1e12  # a measure that is never reached


@dataclass(frozen=True)
class Criterion:
    """One thing to be good at. place: of the measure's row, -1 for loss and missed; sign: what makes
    less better."""

    name: str
    place: int = -1
    sign: float = 1.0
    unit: str = ""

    @property
    def words(self) -> str:
        """The criterion in words."""
        if self.name == MISSED:
            return "targets missed"
        if self.name == LOSS:
            return "loss"
        return self.name.replace("_", " ")


def parse_objective(text: str, rows: Sequence[Row], targets: Sequence[TargetRow]) -> list[Criterion]:
    """`missed,cost,satisfaction`: criteria in the order in which they count. Raises `InputErrors`."""
    found: list[Criterion] = []
    for part in (p.strip() for p in text.split(",")):
        if part in (one.name for one in found):
            raise _wrong(f"found {show(part)} twice; allowed once")
        if part in (LOSS, MISSED):
            if not targets:
                raise _wrong(f"found {part} without targets; allowed where the scenario has targets")
            found.append(Criterion(part))
            continue
        name, _, of = part.partition(":")
        known = {(row.measure, row.of): place for place, row in reversed(list(enumerate(rows))) if row.target < 0}
        if name not in MEASURES:
            close = nearest(name, [*MEASURES, LOSS, MISSED])
            hint = f" (did you mean {close!r}?)" if close else ""
            raise _wrong(f"found {show(part)}{hint}; allowed loss, missed, and measures such as cost or asa:phone")
        place = known.get((name, of or "all"))
        if place is None:
            things = choices(dict.fromkeys(thing for measure, thing in known if measure == name), 12)
            raise _wrong(f"found {name} of {show(of or 'all')}; allowed {things}")
        good = MEASURES[name].good
        if good == 0:
            raise _wrong(f"found {name}, which is neither good nor bad in itself; allowed as a target, and then loss")
        found.append(Criterion(part, place, -float(good), rows[place].unit))
    if MISSED in (one.name for one in found[1:]) or (len(found) == 1 and found[0].name == MISSED):
        raise _wrong("found missed; allowed first, before another criterion")
    return found


def _wrong(message: str) -> InputErrors:
    return InputErrors([Problem("--objective", None, "", message)])


def values(
    criterion: Criterion,
    above: Floats,
    below: Floats,
    rows: Sequence[Row],
    targets: Sequence[TargetRow],
) -> Floats:
    """The criterion in each replication [n], less being better, from numerators and denominators [n, rows].

    A measure without anything to measure in a run counts as 0.
    """
    if criterion.name == LOSS:
        return losses(above, below, rows, targets)
    value = _ratio(above[:, criterion.place], below[:, criterion.place])
    return criterion.sign * np.nan_to_num(value, posinf=NEVER, neginf=-NEVER)


def losses(above: Floats, below: Floats, rows: Sequence[Row], targets: Sequence[TargetRow]) -> Floats:
    """Loss of each replication [n]: the sum over targets of weight times shortfall over bound; of a target
    asked of every interval, day or week the mean over these."""
    total = np.zeros(above.shape[0])
    periods: dict[tuple[TargetRow, str], int] = {}
    for one in targets:
        if one.base is not None:
            periods[one.base, one.every] = periods.get((one.base, one.every), 0) + 1
    for place, row in enumerate(rows):
        if row.target >= 0:
            target = targets[row.target]
            share = 1 if target.base is None else periods[target.base, target.every]
            short = shortfall(target, _ratio(above[:, place], below[:, place]))
            total += target.weight / share * short
    return total


def shortfall(target: TargetRow, value: Floats) -> Floats:
    """By how much values break a target, as a share of its bound, at most WORST; 0 where there is nothing to
    measure."""
    short = np.zeros_like(value)
    for bound, sign in ((target.at_least, 1.0), (target.at_most, -1.0)):
        if bound is not None:
            gap = sign * (bound - value) / (bound if bound else 1.0)
            short = np.maximum(short, np.nan_to_num(gap, posinf=WORST, neginf=0.0))
    return np.minimum(short, WORST)


def _ratio(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = np.where(below == 0, np.nan, above / below)
    return ratio

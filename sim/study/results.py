"""What a study found: every replication's measures under every policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from floorcast.measures import Row, TargetRow
from floorcast.study.adjusting.adjusted import adjusted
from floorcast.study.adjusting.controls import Controls
from floorcast.study.estimate import Floats, Ratios, ratios


class Speed(NamedTuple):
    """How much was simulated: contacts, events, and wall seconds summed over threads."""

    contacts: int
    events: int
    seconds_simulating: float


@dataclass(frozen=True)
class Study:
    """Replications 0..n-1 of several policies on the same customers.

    `above` and `below` hold per policy the numerators and denominators [n, rows]; NaN in rows that only
    other options have. A "policy" is an option: a policy, or a variant of the scenario under one.
    """

    scenario: str
    policies: tuple[str, ...]
    seed: int
    rows: tuple[Row, ...]
    targets: tuple[TargetRow, ...]
    above: tuple[Floats, ...]
    below: tuple[Floats, ...]
    speed: Speed
    looks: int = 1  # how often its verdicts may have been looked at to decide on going on
    pairs: tuple[tuple[int, int], ...] | None = None  # that are compared; None: the usual ones
    indifference: Mapping[str, float] = field(default_factory=dict)  # by measure, where stated
    kinds: Mapping[str, str] = field(default_factory=dict)  # of channels: phone, email, ...
    controls: Controls | None = None  # by which figures are adjusted

    def lacks(self, policy: int, place: int) -> bool:
        """Whether an option has no such row: not that group, contact type or target."""
        return bool(np.isnan(self.below[policy][:, place]).any())

    @property
    def replications(self) -> int:
        return int(self.above[0].shape[0]) if self.above else 0

    @cached_property
    def place(self) -> dict[tuple[str, str, str], int]:
        """Index of a catalogue row by (measure, by, of)."""
        return {
            (row.measure, row.by, row.of): place
            for place, row in enumerate(self.rows)
            if row.target < 0
        }

    @cached_property
    def target_places(self) -> list[int]:
        """Index of the row of each target."""
        places = {row.target: place for place, row in enumerate(self.rows) if row.target >= 0}
        return [places[number] for number in range(len(self.targets))]

    def estimates(self, policy: int, places: Sequence[int] | None = None) -> Ratios:
        """Estimates under one policy, of all rows or of those at `places`."""
        above, below = self.above[policy], self.below[policy]
        if places is not None:
            above, below = above[:, list(places)], below[:, list(places)]
        if not self.replications:
            nothing = np.full(above.shape[1], np.nan)
            return Ratios(nothing, np.empty((0, above.shape[1])))
        found = ratios(above, below)
        return found if self.controls is None else adjusted(found, self.controls)

    def differences(self, policy: int, against: int, places: Sequence[int]) -> Ratios:
        """Paired differences of rows, a policy less another on the same customers. Where figures are adjusted, they
        are adjusted as differences: what chance did to both alike is gone already."""
        one, other = (self.plain().estimates(number, places) for number in (policy, against))
        with np.errstate(invalid="ignore"):  # both may be infinite
            found = Ratios(one.mean - other.mean, one.influence - other.influence)
        return found if self.controls is None or not self.replications else adjusted(found, self.controls)

    def value(self, policy: str, measure: str, by: str = "all", of: str = "all") -> float:
        """The estimate of one row; NaN if there is nothing to measure. Raises KeyError."""
        place = self.place[measure, by, of]
        return float(self.estimates(self.policies.index(policy), [place]).mean[0])

    def first(self, n: int) -> Study:
        """The study as it was after its first n replications (its speed stays that of all)."""
        above = tuple(values[:n] for values in self.above)
        below = tuple(values[:n] for values in self.below)
        controls = None if self.controls is None else self.controls.first(n)
        return replace(self, above=above, below=below, controls=controls)

    def plain(self) -> Study:
        """The study without adjustment by controls."""
        return replace(self, controls=None)

"""What a better classifier is worth: the same mentions, filtered by classifiers of different quality.

Every mention has its own draws, so a better classifier hears the same posts and more: differences
between qualities are differences of the classifier alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.measures import measure
from floorcast.scenario.catalogue.measures import unit_of
from floorcast.scenario.schema.scenario import Scenario
from floorcast.study.estimate import CONFIDENCE_ERROR, Ratios, half_widths, ratios

SHOWN = (
    "missed",
    "lost",
    "noise",
    "noise_work",
    "misrouted",
    "response_rate",
    "exposure",
    "satisfaction",
)


@dataclass(frozen=True)
class Quality:
    """A classifier, by the keys of a `listening` block that it changes."""

    name: str
    recall: float | None = None
    false_positives: float | None = None
    sentiment_accuracy: float | None = None
    subject_accuracy: float | None = None

    def changes(self) -> dict[str, float]:
        """What it changes."""
        found = {key: value for key, value in vars(self).items() if key != "name"}
        return {key: value for key, value in found.items() if value is not None}


def with_classifier(scenario: Scenario, quality: Quality) -> Scenario:
    """A copy in which every contact type that listens does so with this quality.

    Raises ValueError for a scenario without listening, or a quality that is no share.
    """
    for key, value in quality.changes().items():
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"{quality.name}: found {key} {value:g}; allowed a share from 0 to 1")
    types = dict(scenario.contact_types)
    listening = [name for name, entry in types.items() if entry.listening is not None]
    if not listening:
        raise ValueError(f"{scenario.file}: no contact type listens; allowed with a listening block")
    for name in listening:
        block = types[name].listening
        assert block is not None
        changed = block.model_copy(update=quality.changes())
        types[name] = types[name].model_copy(update={"listening": changed})
    copy = scenario.model_copy(update={"contact_types": types})
    copy._origin = scenario._origin
    return copy


@dataclass(frozen=True)
class Worth:
    """A measure under one classifier, and how it differs from the first one's; half widths 95 %."""

    measure: str
    unit: str
    mean: float
    half_width: float
    difference: float
    difference_half_width: float


def worth_of_classifiers(
    scenario: Scenario,
    qualities: Sequence[Quality],
    simulate: Callable[[Scenario, int], Any],
    replications: int = 10,
    shown: Sequence[str] = SHOWN,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, list[Worth]]:
    """Each measure in all, by quality; differences are from the first quality on the same mentions.

    simulate: gives the run of (scenario, replication). progress: told runs done and runs in all.
    Raises ValueError as `with_classifier` does.
    """
    size = (replications, len(shown))
    found: dict[str, Ratios] = {}
    for number, quality in enumerate(qualities):
        changed = with_classifier(scenario, quality)
        above, below = np.zeros(size), np.zeros(size)
        for replication in range(replications):
            summary = measure(simulate(changed, replication))
            places = [summary.layout.place[name, "all", "all"] for name in shown]
            above[replication] = summary.numerator[places]
            below[replication] = summary.denominator[places]
            if progress is not None:
                progress(number * replications + replication + 1, len(qualities) * replications)
        found[quality.name] = ratios(above, below)
    first = found[qualities[0].name]
    return {name: _rows(one, first, shown) for name, one in found.items()}


def _rows(one: Ratios, first: Ratios, shown: Sequence[str]) -> list[Worth]:
    apart = half_widths(one.influence - first.influence, CONFIDENCE_ERROR, np.abs(one.mean))
    columns = zip(shown, one.mean, one.half_width(), one.mean - first.mean, apart)
    return [Worth(name, unit_of(name), *map(float, values)) for name, *values in columns]

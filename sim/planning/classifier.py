"""What a better classifier is worth: the same mentions heard by classifiers of different quality.

Every mention has its own draws, so a better classifier hears the same posts and more: differences
between qualities are differences of the classifier alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.measures import measure
from sim.scenario.schema import Scenario

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


def worth_of_classifiers(
    scenario: Scenario,
    qualities: Sequence[Quality],
    simulate: Callable[[Scenario, int], Any],
    replications: int = 10,
    shown: Sequence[str] = SHOWN,
) -> dict[str, dict[str, float]]:
    """Each measure in all, by quality: a ratio of means over the replications.

    `simulate` gives the run of (scenario, replication).
    """
    table: dict[str, dict[str, float]] = {}
    for quality in qualities:
        changed = with_classifier(scenario, quality)
        above = dict.fromkeys(shown, 0.0)
        below = dict.fromkeys(shown, 0.0)
        for replication in range(replications):
            summary = measure(simulate(changed, replication))
            for name in shown:
                place = summary.layout.place[name, "all", "all"]
                above[name] += float(summary.numerator[place])
                below[name] += float(summary.denominator[place])
        table[quality.name] = {
            name: above[name] / below[name] if below[name] else float("nan") for name in shown
        }
    return table

"""What the page was asked to simulate: a scenario with its changes, policies, and how often."""

from __future__ import annotations

from dataclasses import dataclass

from floorcast.policy import Policy
from floorcast.scenario import Scenario


@dataclass(frozen=True)
class Setting:
    """One study to run; two settings with equal `key` would give the same study."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    seed: int
    replications: int
    until_decided: bool
    changes: tuple[str, ...]  # in words, against the file
    origin: str  # the file or upload it came from

    @property
    def key(self) -> tuple[object, ...]:
        return (
            self.scenario.text,
            repr(self.scenario.changes),
            tuple((policy.name, policy.text) for policy in self.policies),
            self.seed,
            self.replications,
            self.until_decided,
        )

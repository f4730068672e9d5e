"""What the page was asked to simulate: a scenario with its changes, policies, and the number of replications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    address: Mapping[str, str] = field(default_factory=dict)  # of the page on which it is chosen
    unchanged: Scenario | None = None  # as its file says, where it is changed

    @property
    def base(self) -> Scenario:
        """The scenario as its file says."""
        return self.unchanged or self.scenario

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

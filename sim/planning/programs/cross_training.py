"""Whom to cross-train: the groups that people with further skills would make, and a policy that knows them."""

from __future__ import annotations

from typing import Any

from floorcast.policy.what_if import changed_policy
from floorcast.scenario.loading import rebuilt
from floorcast.scenario.schema.scenario import Scenario
from floorcast.scenario.what_if.people import may_be_taught


def with_cross_training(scenario: Scenario, policy: Any) -> tuple[Scenario, Any]:
    """The scenario with a group, still of nobody, for each choice of `plan.cross_training`, and the policy in which it
    stands behind the group that its people come from, and after all others where its new skills are needed.

    Raises `InputErrors` for groups that a policy cannot name.
    """
    data = dict(scenario._origin.document.data)
    twins = may_be_taught(data, scenario)
    if not twins:
        return scenario, policy
    wider = rebuilt(scenario, data, {"cross_training": [twin.twin for twin in twins]})
    return wider, changed_policy(policy, (), twins, wider)[0]

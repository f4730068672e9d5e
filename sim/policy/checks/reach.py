"""Which contacts the stages of a plan can bring to which groups."""

from __future__ import annotations

from floorcast.policy.schema.policy import Policy, Stage
from floorcast.scenario import Scenario


def reaches(
    stage: Stage, type_name: str, plan: str, policy: Policy, scenario: Scenario, only: str | None = None
) -> bool:
    """Whether a group of the stage, or just the group `only`, may take contacts of a type."""
    wanted = scenario.contact_types[type_name]
    for rank in stage.ranks(scenario.group_names):
        for name in rank:
            group = scenario.groups[name]
            if wanted.channel not in group.channels or (only is not None and name != only):
                continue
            if stage.rating is not None and not stage.rating.holds(group.rating):
                continue
            rules = policy.groups.get(name)
            if rules and rules.queues and not rules.entry(type_name, wanted.channel, plan):
                continue
            if stage.skills == "none":
                return True
            levels = wanted.skills if stage.skills == "required" else stage.skills
            assert isinstance(levels, dict)
            if all(group.skills.get(skill, -1.0) >= level for skill, level in levels.items()):
                return True
    return False

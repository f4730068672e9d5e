"""Contact types that nothing leads to, channels and skills of groups that neither contact types nor policies use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from floorcast.policy.checks.reach import reaches
from floorcast.policy.schema.policy import Policy
from floorcast.scenario import Problem, Scenario
from floorcast.scenario.checks.cross_checks import come_by_scenario
from floorcast.scenario.read.problems import Path


def doubts_about(scenario: Scenario, policies: Sequence[Policy]) -> list[Problem]:
    """The scenario's own warnings, and one for each contact type to which neither it nor any of the policies leads."""
    document = scenario._origin.document
    idle = [document.problem(path, words) for path, words in _idle_types(scenario, policies)]
    return [*scenario.warnings, *(replace(one, severity="warning") for one in idle)]


def _idle_types(scenario: Scenario, policies: Sequence[Policy]) -> Iterator[tuple[Path, str]]:
    coming = come_by_scenario(scenario)
    answered_as = {reply.to for policy in policies for reply in policy.replies}
    between = {name for policy in policies for name in policy.within}
    whose = "the policy" if len(policies) == 1 else "any policy"
    for name, entry in scenario.contact_types.items():
        if name in coming or (name in between if entry.between_agents else name in answered_as):
            continue
        if not entry.between_agents:
            said = f"has no arrivals, no backlog, no contacts that lead to it, and no `replies` of {whose} go out as it"
        else:
            said = f"is between agents, but no `consult`, `approval`, `holding` or `moderation` of {whose} brings it"
        yield ("contact_types", name), said


def unused(scenario: Scenario, policies: Sequence[Policy]) -> list[Problem]:
    """A warning for each channel of a group on which no policy brings it anything, and for each skill that no
    contact type and no stage of a policy asks for."""
    document = scenario._origin.document
    return [
        replace(document.problem(path, message), severity="warning")
        for path, message in (*_idle_channels(scenario, policies), *_idle_skills(scenario, policies))
    ]


def _idle_channels(scenario: Scenario, policies: Sequence[Policy]) -> Iterator[tuple[Path, str]]:
    under = "the policy" if len(policies) == 1 else "any of the policies"
    for name, group in scenario.groups.items():
        if not any(scenario.able(name, kind) for kind in scenario.contact_types):
            continue  # said of the whole group already
        for channel in group.channels:
            kinds = [k for k, entry in scenario.contact_types.items() if entry.channel == channel]
            if kinds and not any(_brings(scenario, policy, name, kinds) for policy in policies):
                yield (
                    ("groups", name, "channels"),
                    f"{name} has the channel {channel}, but no stage of {under} brings it a contact of it",
                )


def _brings(scenario: Scenario, policy: Policy, group: str, kinds: Sequence[str]) -> bool:
    """Whether a stage of some plan may bring the group a contact of one of these types."""
    return any(
        reaches(stage, kind, plan, book_policy, scenario, group)
        for book_policy, plans in ((policy, book.plans) for book in policy.books.values())
        for plan, stages in plans.items()
        for stage in stages
        if stage.plan is None
        for kind in kinds
    )


def _idle_skills(scenario: Scenario, policies: Sequence[Policy]) -> Iterator[tuple[Path, str]]:
    asked = {skill for entry in scenario.contact_types.values() for skill in entry.skills}
    for policy in policies:
        for book in policy.books.values():
            for stages in book.plans.values():
                asked.update(s for stage in stages if isinstance(stage.skills, dict) for s in stage.skills)
    for name, group in scenario.groups.items():
        for skill in group.skills:
            if skill not in asked:
                yield (
                    ("groups", name, "skills"),
                    f"no contact type and no stage of a policy asks for the skill {skill}",
                )

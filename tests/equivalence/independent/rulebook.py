"""What a policy says of one contact: its plan, its stage, its points, and who may take it."""

from __future__ import annotations

import math

from floorcast.policy.schema.conditions import When
from floorcast.policy.schema.policy import Policy, Rule, Stage
from floorcast.scenario.schema.scenario import Scenario
from tests.equivalence.independent.contact import Contact, State

_SENTIMENTS = {-1: "negative", 0: "neutral", 1: "positive"}


class Rulebook:
    """A policy, read anew for every question."""

    def __init__(self, scenario: Scenario, policy: Policy) -> None:
        self.scenario, self.policy = scenario, policy

    def holds(self, when: When, c: Contact, now: float) -> bool:
        """Whether a condition on a contact holds."""
        tests = [
            not when.contact_type or c.kind in when.contact_type,
            not when.channel or c.channel in when.channel,
            not when.sentiment or _SENTIMENTS[c.sentiment] in when.sentiment,
            not when.language or c.language in when.language,
            not when.campaign or c.campaign in when.campaign,
            when.reach is None or when.reach.holds(c.reach),
            when.value is None or when.value.holds(c.worth),
            when.prior_contacts is None or when.prior_contacts.holds(c.prior),
            when.waited is None or when.waited.holds(now - c.queued),
            when.trigger is None or when.trigger == c.trigger,
            all(self.holds(part, c, now) for part in when.all),
            not when.any or any(self.holds(part, c, now) for part in when.any),
            when.not_ is None or not self.holds(when.not_, c, now),
        ]
        return all(tests)

    def ask(self, c: Contact, now: float) -> None:
        """The first rule that holds gives the contact its plan; its points are awarded anew."""
        c.rule = next((r for r in self.policy.rules if self.holds(r.when, c, now)), None)
        c.plan = self.policy.plans[c.rule.plan if c.rule else "default"]
        c.points = self._factors(c) + (c.rule.add if c.rule else 0.0)

    def discards(self, rule: Rule | None) -> bool:
        """Whether a rule puts its contacts aside."""
        return rule is not None and rule.discard

    def _factors(self, c: Contact) -> float:
        priority = self.policy.priority
        if priority.order == "time_to_target":
            return -self.scenario.answer_within(c.kind)
        if priority.order != "points":
            return 0.0
        points = priority.contact_type.get(c.kind, 0.0) + priority.channel.get(c.channel, 0.0)
        points += priority.sentiment.get(_SENTIMENTS[c.sentiment], 0.0)
        points += priority.reach * math.log10(1.0 + c.reach) if c.reach > 0 else 0.0
        points += priority.value * c.worth
        points += priority.prior_contacts * c.prior
        points += priority.trigger if c.trigger else 0.0
        points += priority.campaign.get(c.campaign, 0.0) if c.campaign else 0.0
        return points

    def _ageing(self, c: Contact, age: float) -> float:
        priority = self.policy.priority
        if priority.order == "time_to_target":
            return age
        if priority.order == "relative_wait":
            return age / self.scenario.answer_within(c.kind)
        if priority.order == "oldest":
            return 0.0
        slope = priority.slope(c.kind, c.channel) / 60.0
        return min(slope * age, priority.most_for_waiting(c.kind, c.channel))

    def _begun(self, c: Contact, now: float) -> list[Stage]:
        """Who waits is in the stage in which it last looked around: one thing after the other."""
        at = c.looked if c.state is State.WAITING else now
        return [stage for stage in c.plan if at >= c.queued + stage.after]

    def stage(self, c: Contact, now: float) -> Stage | None:
        """The stage of its plan that the contact's age has reached; None before the first."""
        begun = self._begun(c, now)
        return begun[-1] if begun else None

    def next_stage(self, c: Contact) -> float:
        """When the next stage begins."""
        return min((t for s in c.plan if (t := c.queued + s.after) > c.looked), default=math.inf)

    def score(self, c: Contact, now: float) -> float:
        """Points at arrival, of the stages begun so far, and for waiting; ties survive rounding."""
        added = sum(stage.add for stage in self._begun(c, now))
        return round(c.points + added + self._ageing(c, now - c.queued), 7)

    def ranks(self, c: Contact, now: float) -> list[list[str]]:
        """The groups that may take the contact now, best rank first."""
        stage = self.stage(c, now)
        if stage is None:
            return []
        able = [
            [name for name in rank if self._able(name, stage, c)]
            for rank in stage.ranks(self.scenario.group_names)
        ]
        return able

    def _able(self, name: str, stage: Stage, c: Contact) -> bool:
        group, wanted = self.scenario.groups[name], self.scenario.contact_types[c.kind]
        needed = wanted.skills if stage.skills == "required" else stage.skills
        levels = {} if needed == "none" else needed
        return c.channel in group.channels and all(
            skill in group.skills and group.skills[skill] >= level
            for skill, level in levels.items()  # type: ignore[union-attr]
        )

    def level(self, name: str, kind: str) -> float:
        """A group's proficiency in a contact type: the mean level over the skills it needs."""
        skills = self.scenario.groups[name].skills
        levels = [skills.get(skill, 0.0) for skill in self.scenario.contact_types[kind].skills]
        return sum(levels) / len(levels) if levels else 1.0

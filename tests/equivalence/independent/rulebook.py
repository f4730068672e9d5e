"""What a policy says of one contact: its plan, its stage, its points, and who may take it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from floorcast.policy.schema.conditions import When
from floorcast.policy.schema.policy import Policy, Rule, Stage
from floorcast.policy.schema.policy import Rulebook as Book
from floorcast.scenario.schema.scenario import Scenario
from tests.equivalence.independent.contact import Contact, State

if TYPE_CHECKING:
    from tests.equivalence.independent.agent import Key

_SENTIMENTS = {-1: "negative", 0: "neutral", 1: "positive"}
_DAY = 86400.0


class State_(Protocol):
    """What conditions on the centre look at."""

    def waiting(self, of: str) -> int:
        """Contacts that wait."""

    def expected_wait(self, of: str) -> float:
        """Seconds."""

    def service_level(self, of: str, over: float) -> float:
        """The share in time of late."""

    def idle(self, group: str) -> int:
        """Agents who are there and hold nothing."""


class Rulebook:
    """A policy, read anew for every question. ``book``: the alternative in force; ``mode``: of the rules."""

    def __init__(self, scenario: Scenario, policy: Policy, centre: State_) -> None:
        self.scenario, self.policy, self.centre = scenario, policy, centre
        self.book: Book = policy
        self.mode = policy.mode

    def holds(self, when: When, c: Contact | None, now: float) -> bool:
        """Whether a condition holds, of a contact or of the centre alone."""
        tests = [
            all(self.holds(part, c, now) for part in when.all),
            not when.any or any(self.holds(part, c, now) for part in when.any),
            when.not_ is None or not self.holds(when.not_, c, now),
            *self._of_the_centre(when, c, now),
        ]
        if c is not None:
            tests += [
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
                when.root is None or when.root == (c.root is c),
            ]
        return all(tests)

    def _of_the_centre(self, when: When, c: Contact | None, now: float) -> list[bool]:
        own = c.kind if c is not None else "all"
        queue, wait, level = when.queue, when.expected_wait, when.service_level
        start = self.scenario.start
        clock = (now + start.hour * 3600.0 + start.minute * 60.0 + start.second) % _DAY
        days = math.floor((now + start.hour * 3600.0 + start.minute * 60.0 + start.second) / _DAY)
        return [
            queue is None or queue.holds(self.centre.waiting(queue.of or own)),
            wait is None or wait.holds(self.centre.expected_wait(wait.of or own)),
            level is None or level.holds(self.centre.service_level(level.of or own, level.over)),
            when.idle is None or when.idle.holds(self.centre.idle(when.idle.of)),
            not when.time or any(a <= clock < b for a, b in when.time),
            not when.day or (start.weekday() + days) % 7 in when.day,
            not when.mode or self.mode in when.mode,
        ]

    def ask(self, c: Contact, now: float) -> None:
        """The first rule that holds gives the contact its plan; its points are awarded anew."""
        c.rule = next((r for r in self.book.rules if self.holds(r.when, c, now)), None)
        c.plan = self.book.plans[c.rule.plan if c.rule else "default"]
        c.points = self._factors(c) + (c.rule.add if c.rule else 0.0)
        c.path, c.base, c.ruled, c.book = [], [], c.kind, self.book

    def discards(self, rule: Rule | None) -> bool:
        """Whether a rule puts its contacts aside."""
        return rule is not None and rule.discard

    def _factors(self, c: Contact) -> float:
        priority = self.book.priority
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
        priority = c.book.priority
        if priority.order == "time_to_target":
            return age
        if priority.order == "relative_wait":
            return age / self.scenario.answer_within(c.kind)
        if priority.order == "oldest":
            return 0.0
        slope = priority.slope(c.kind, c.channel) / 60.0
        return min(slope * age, priority.most_for_waiting(c.kind, c.channel))

    # -- stages

    def look(self, c: Contact, now: float) -> None:
        """The contact looks which stage it has reached: one after the other, each that begins."""
        c.looked = now
        while self._moves(c, now):
            pass

    def would_move(self, c: Contact, now: float) -> bool:
        """Whether a look would bring the contact anywhere."""
        before = c.plan, list(c.path), list(c.base), c.looked, c.queued
        moved = self._moves(c, now)
        c.plan, c.path, c.base, c.looked, c.queued = before
        return moved

    def _moves(self, c: Contact, now: float) -> bool:
        at = c.path[-1] if c.path else -1
        here = c.plan[at] if at >= 0 else None
        if here is not None and here.ends and here.when and not self.holds(here.when, c, now):
            c.path = list(c.base)  # to the last stage without a condition
            return True
        if here is not None and here.plan is not None:
            c.plan, c.path, c.base = c.book.plans[here.plan], [], []
            if here.age == "reset":
                c.queued = now
            return True
        later = range(at + 1, len(c.plan))
        sure = next((i for i in later if c.plan[i].when is None), None)
        if sure is not None and now >= c.queued + c.plan[sure].after:
            c.path.append(sure)
            c.base = list(c.path)
            return True
        for i in self._doubtful(c):
            stage = c.plan[i]
            if now >= c.queued + stage.after and stage.when and self.holds(stage.when, c, now):
                c.path.append(i)
                return True
        return False

    def _doubtful(self, c: Contact) -> list[int]:
        """Stages with a condition that may follow now."""
        found = []
        for i in range((c.path[-1] if c.path else -1) + 1, len(c.plan)):
            if c.plan[i].when is None:
                break
            found.append(i)
        return found

    def _begun(self, c: Contact, now: float) -> list[Stage]:
        """Who waits is in the stage in which it last looked around; in hand, age alone goes on."""
        plan, path = c.plan, list(c.path)
        if c.state is State.WAITING:
            return [plan[i] for i in path]
        while True:
            after = range((path[-1] if path else -1) + 1, len(plan))
            path += [i for i in after if plan[i].when is None and now >= c.queued + plan[i].after]
            onward = next((plan[i].plan for i in path if plan[i].plan is not None), None)
            if onward is None:
                return [plan[i] for i in path]
            plan, path = c.book.plans[onward], []

    def stage(self, c: Contact) -> Stage | None:
        """The stage of its plan in which the contact stands; None before the first."""
        return c.plan[c.path[-1]] if c.path else None

    def next_look(self, c: Contact) -> float:
        """When the contact looks again: a stage begins, a group's delay is over, a condition is tested."""
        at = c.path[-1] if c.path else -1
        times = [c.queued + s.after for s in c.plan[at + 1 :] if s.when is None]
        times += self.delays(c)
        here = self.stage(c)
        if here is not None and here.ends:
            times.append(c.looked + here.every)
        for i in self._doubtful(c):
            opens = c.queued + c.plan[i].after
            times.append(opens if opens > c.looked else c.looked + c.plan[i].every)
        return min(times, default=math.inf)

    def delays(self, c: Contact) -> list[float]:
        """When groups whose list lets them take the contact only later may take it."""
        lines = [self._line(name, c) for name in self.policy.groups]
        return [t for one in lines if one is not None and (t := c.queued + one.delay) > c.looked]

    def place(self, c: Contact, now: float) -> Key:
        """Class and points, the least first: at arrival, of the stages begun so far, for waiting; ties
        survive rounding."""
        begun = self._begun(c, now)
        points = c.points + sum(stage.add for stage in begun) + self._ageing(c, now - c.queued)
        number = c.book.priority.class_of(c.kind, c.channel)
        if c.rule is not None and c.rule.class_ is not None:
            number = c.rule.class_
        for stage in begun:
            number = stage.class_ if stage.class_ is not None else number
        return (math.inf if number is None else number), -round(points, 6)

    def ranks(self, c: Contact, now: float) -> list[list[str]]:
        """The groups that may take the contact now, best rank first."""
        stage = self.stage(c)
        if stage is None:
            return []
        return [
            [name for name in rank if self._able(name, stage, c)]
            for rank in stage.ranks(self.scenario.group_names)
        ]

    def served_at(self, name: str, rank: int, c: Contact) -> int:
        """The rank of a contact among all that a group serves: its own list goes before the stage's."""
        stage = self.stage(c)
        if stage is not None and stage.override:
            return -1
        line = self._line(name, c)
        return rank if line is None else line.priority

    def _line(self, name: str, c: Contact):  # type: ignore[no-untyped-def]
        rules = self.policy.groups.get(name)
        if rules is None or not rules.queues:
            return None
        plan = next(n for n, stages in c.book.plans.items() if stages is c.plan)
        return rules.entry(c.kind, c.channel, plan)

    def _able(self, name: str, stage: Stage, c: Contact) -> bool:
        group, wanted = self.scenario.groups[name], self.scenario.contact_types[c.kind]
        needed = wanted.skills if stage.skills == "required" else stage.skills
        levels = {} if needed == "none" else needed
        rules = self.policy.groups.get(name)
        if rules is not None and rules.queues:
            line = self._line(name, c)
            if line is None or c.looked < c.queued + line.delay:
                return False
        return (
            c.channel in group.channels
            and (stage.rating is None or stage.rating.holds(group.rating))
            and all(skill in group.skills and group.skills[skill] >= level for skill, level in levels.items())  # type: ignore[union-attr]
        )

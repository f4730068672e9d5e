"""The public and a team, independently: chasing, listening, a cascade and a statement together under few people.

A SimPy process per post, with draws of its own from NumPy: nothing in common with the engine, not even the
customers, so runs are compared by their means and intervals.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

HOUR = 60.0  # the unit is a minute
Life = Generator[Any, Any, None]


@dataclass(frozen=True)
class Street:
    """What holds: times in minutes, rates per minute, shares 0 to 1."""

    days: int = 2
    rate: float = 8 / HOUR
    work: float = 5.0
    tolerance: float = 60.0
    again: float = 0.6
    at_most: int = 2
    poll: float = 10.0
    recall: float = 0.8
    found: float = 0.5
    found_after: float = 120.0
    branching: float = 0.3
    kernel: float = 120.0
    residual: float = 0.6
    closes: float = 0.3
    fire_at: float = 6 * HOUR
    fire: float = 150.0
    state_at: float = 7 * HOUR
    state_after: float = 30.0
    state_closes: float = 0.5
    spreading: float = 0.2
    people: int = 2


@dataclass(eq=False)
class Issue:
    """What one customer wants: posts about it, and how often they have asked again."""

    posts: list[Post] = field(default_factory=list)
    chases: int = 0
    settled: bool = False


@dataclass(eq=False)
class Incident:
    """A cascade: posts that have seen no answer yet, and how much spreading is left."""

    unseen: list[Post] = field(default_factory=list)
    spreading: float = 1.0


@dataclass(eq=False)
class Post:
    """One post; `state` is out, waiting, worked, done, closed or lost."""

    number: int
    came: float
    issue: Issue
    incident: Incident
    heard: float = math.nan
    answered: float = math.nan
    state: str = "out"

    @property
    def waits(self) -> bool:
        """Whether its author has seen no answer."""
        return math.isnan(self.answered) and self.state != "closed"


class Town:
    """One run; `posts` is all that was posted, `said` what is compared."""

    def __init__(self, street: Street, seed: int) -> None:
        self.street, self.luck = street, np.random.default_rng([seed, 17])
        self.clock = simpy.Environment()
        self.line = simpy.PriorityStore(self.clock)
        self.posts: list[Post] = []
        self.chasers = self.attracted = 0
        for start in (self.customers(), self.crisis(), *(self.agent() for _ in range(street.people))):
            self.clock.process(start)
        self.clock.run(until=street.days * 24 * HOUR)

    def _post(self, issue: Issue, incident: Incident | None, attracts: float, heard: bool = False) -> Post:
        post = Post(len(self.posts), self.clock.now, issue, incident or Incident())
        self.posts.append(post)
        issue.posts.append(post)
        post.incident.unseen.append(post)
        for life in (self.spreads(post, attracts), self.chases(post), self.is_heard(post, heard)):
            self.clock.process(life)
        return post

    def customers(self) -> Life:
        """Posts that nothing brought about."""
        while True:
            yield self.clock.timeout(self.luck.exponential(1 / self.street.rate))
            self._post(Issue(), None, self.street.branching)

    def crisis(self) -> Life:
        """The fire, and what is said about it."""
        street = self.street
        yield self.clock.timeout(street.fire_at)
        root = self._post(Issue(), None, street.fire, heard=True)
        yield self.clock.timeout(street.state_at - street.fire_at)
        yield self.clock.timeout(self.luck.exponential(street.state_after))
        root.incident.spreading = street.spreading
        self.answer_seen(root.incident, street.state_closes)

    def spreads(self, post: Post, mean: float) -> Life:
        """Others post because of it, ever fewer once it has its answer."""
        delays = np.sort(self.luck.exponential(self.street.kernel, self.luck.poisson(mean)))
        for delay in delays:
            yield self.clock.timeout(max(0.0, post.came + delay - self.clock.now))
            likely = (1.0 if post.waits else self.street.residual) * post.incident.spreading
            if self.luck.random() < likely:
                self.attracted += 1
                self._post(Issue(), post.incident, self.street.branching)

    def chases(self, post: Post) -> Life:
        """Its author asks again when the tolerance is over, whoever has heard of it."""
        yield self.clock.timeout(self.luck.exponential(self.street.tolerance))
        issue = post.issue
        if not post.waits or issue.chases >= self.street.at_most or self.luck.random() >= self.street.again:
            return
        issue.chases += 1
        if not issue.settled:
            self.chasers += 1
            self._post(issue, post.incident, self.street.branching)

    def is_heard(self, post: Post, surely: bool) -> Life:
        """It is fetched at the next poll, found by hand hours later, or never."""
        street = self.street
        when = math.ceil(post.came / street.poll) * street.poll
        if not surely and self.luck.random() >= street.recall:
            if self.luck.random() >= street.found:
                post.state = "lost"
                return
            when += self.luck.exponential(street.found_after)
        yield self.clock.timeout(when - post.came)
        if post.state == "out":
            post.heard, post.state = self.clock.now, "waiting"
            yield self.line.put(simpy.PriorityItem((post.heard, post.number), post))

    def agent(self) -> Life:
        """Takes who has waited longest, and answers."""
        while True:
            post = (yield self.line.get()).item
            if post.state != "waiting":
                continue
            post.state = "worked"
            yield self.clock.timeout(self.luck.exponential(self.street.work))
            post.answered, post.state = self.clock.now, "done"
            self.answer_seen(post.incident, self.street.closes)
            self.settle(post)

    def settle(self, post: Post) -> None:
        """The issue is resolved: what else of it waits is closed."""
        post.issue.settled = True
        for other in post.issue.posts:
            if other is not post:
                self.close(other)

    def close(self, post: Post) -> bool:
        """Another's answer does for it, unless somebody works on it or it has its own."""
        if post.waits and post.state != "worked":
            post.state = "closed"
            return True
        return False

    def answer_seen(self, incident: Incident, share: float) -> None:
        """Everybody who has seen no answer sees this one; for some it does."""
        posts, incident.unseen = incident.unseen, []
        for post in posts:
            if self.luck.random() < share and self.close(post):
                self.settle(post)

    @property
    def said(self) -> dict[str, float]:
        """What is compared with the engine."""
        waits = [post.answered - post.came for post in self.posts if not math.isnan(post.answered)]
        return {
            "posts": float(len(self.posts)), "chasers": float(self.chasers), "attracted": float(self.attracted),
            "answered": float(len(waits)), "closed": float(sum(post.state == "closed" for post in self.posts)),
            "response": float(np.mean(waits)),
        }  # fmt: skip

"""The public and a team, independently: chasing, listening, a cascade and a statement together under few people;
posts that need no answer, customers who answer each other, moderation, and answers that the public does not see.

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
    needs: float = 1.0  # the share of the issues that need an answer
    abuse: float = 0.0  # the share of the posts that carry the word; what they attract carries it too
    peers: float = 0.0  # the share that another customer answers, so long after, right so often ...
    peers_after: float = 60.0
    right: float = 1.0
    back_after: float = 120.0  # ... and so long after a wrong answer its author is back
    most_back: int = 3
    taken_down: float = math.inf  # minutes after being heard at which what carries the word is deleted
    noticed: float = 0.6
    backfire: float = 0.8
    elsewhere: bool = False  # what carries the word is answered in private, which takes so many times the work
    longer: float = 1.5
    seen: float = 0.3


@dataclass(eq=False)
class Issue:
    """What one customer wants: posts about it, and how often they have asked again."""

    posts: list[Post] = field(default_factory=list)
    chases: int = 0
    settled: bool = False
    needs: bool = True
    returns: int = 0


@dataclass(eq=False)
class Incident:
    """A cascade: posts that have seen no answer yet, and how much spreading is left."""

    unseen: list[Post] = field(default_factory=list)
    spreading: float = 1.0


@dataclass(eq=False)
class Post:
    """One post; `state` is out, waiting, worked, done, closed, lost, or gone (taken down)."""

    number: int
    came: float
    issue: Issue
    incident: Incident
    abuse: bool
    heard: float = math.nan
    answered: float = math.nan
    state: str = "out"
    removed: bool = False
    noticed: bool = False
    unseen: bool = False  # answered, which the public does not see
    at_ease: bool = False  # ... until it sees another answer that does for it

    @property
    def waits(self) -> bool:
        """Whether its author has seen no answer."""
        return math.isnan(self.answered) and self.state != "closed" and not self.noticed


class Town:
    """One run; `posts` is all that was posted, `said` what is compared."""

    def __init__(self, street: Street, seed: int) -> None:
        self.street, self.luck = street, np.random.default_rng([seed, 17])
        self.clock = simpy.Environment()
        self.line = simpy.PriorityStore(self.clock)
        self.posts: list[Post] = []
        self.chasers = self.attracted = self.returns = 0
        for start in (self.customers(), self.crisis(), *(self.agent() for _ in range(street.people))):
            self.clock.process(start)
        self.clock.run(until=street.days * 24 * HOUR)

    def _post(self, issue: Issue, of: Post | None, attracts: float, root: bool = False) -> Post:
        """A post of an issue, in the incident of another and of what that speaks, or by itself."""
        abuse = self.luck.random() < self.street.abuse if of is None else of.abuse
        if not issue.posts and not root:
            issue.needs = self.luck.random() < self.street.needs
        post = Post(len(self.posts), self.clock.now, issue, Incident() if of is None else of.incident, abuse)
        self.posts.append(post)
        issue.posts.append(post)
        post.incident.unseen.append(post)
        lives = [self.spreads(post, attracts), self.is_heard(post, root)]
        if issue.needs:
            lives += [self.chases(post), self.is_answered_by_peers(post)]
        for life in lives:
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
        root = self._post(Issue(), None, street.fire, root=True)
        yield self.clock.timeout(street.state_at - street.fire_at)
        yield self.clock.timeout(self.luck.exponential(street.state_after))
        root.incident.spreading = street.spreading
        self.answer_seen(root.incident, street.state_closes)

    def spreads(self, post: Post, mean: float) -> Life:
        """Others post because of it, ever fewer once it has its answer."""
        delays = np.sort(self.luck.exponential(self.street.kernel, self.luck.poisson(mean)))
        for delay in delays:
            yield self.clock.timeout(max(0.0, post.came + delay - self.clock.now))
            open_ = post.waits or (post.unseen and not post.at_ease)
            likely = (1.0 if open_ else self.street.residual) * post.incident.spreading
            if not post.removed and self.luck.random() < likely:
                self.attracts(post)

    def attracts(self, post: Post) -> None:
        """Somebody else posts because of it."""
        self.attracted += 1
        self._post(Issue(), post, self.street.branching)

    def chases(self, post: Post) -> Life:
        """Its author asks again when the tolerance is over, whoever has heard of it."""
        yield self.clock.timeout(self.luck.exponential(self.street.tolerance))
        issue = post.issue
        if not post.waits or issue.chases >= self.street.at_most or self.luck.random() >= self.street.again:
            return
        issue.chases += 1
        if not issue.settled:
            self.chasers += 1
            self._post(issue, post, self.street.branching)

    def is_answered_by_peers(self, post: Post) -> Life:
        """Another customer answers, unless somebody else was first or an agent has it in hand."""
        street = self.street
        if self.luck.random() >= street.peers:
            return
        yield self.clock.timeout(self.luck.exponential(street.peers_after))
        if post.removed or not self.close(post):
            return
        if self.luck.random() < street.right:
            self.settle(post)
        elif post.issue.returns < street.most_back:
            post.issue.returns += 1
            yield self.clock.timeout(self.luck.exponential(street.back_after))
            if not post.issue.settled:
                self.returns += 1
                self._post(post.issue, post, street.branching)

    def is_taken_down(self, post: Post) -> Life:
        """It is deleted if it still waits; who notices is angry, and others say so."""
        street = self.street
        yield self.clock.timeout(street.taken_down)
        if post.state != "waiting":
            return
        post.state, post.removed = "gone", True
        post.noticed = bool(self.luck.random() < street.noticed)
        if post.noticed:
            for delay in np.sort(self.luck.exponential(street.kernel, self.luck.poisson(street.backfire))):
                yield self.clock.timeout(max(0.0, post.heard + street.taken_down + delay - self.clock.now))
                self.attracts(post)

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
            if post.abuse and street.taken_down < math.inf:
                self.clock.process(self.is_taken_down(post))
            yield self.line.put(simpy.PriorityItem((post.heard, post.number), post))

    def agent(self) -> Life:
        """Takes who has waited longest, and answers."""
        while True:
            post = (yield self.line.get()).item
            if post.state != "waiting":
                continue
            post.state = "worked"
            private = self.street.elsewhere and post.abuse
            yield self.clock.timeout(self.luck.exponential(self.street.work) * (self.street.longer if private else 1))
            post.answered, post.state = self.clock.now, "done"
            post.unseen = bool(private and self.luck.random() >= self.street.seen)
            if not post.unseen:
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
            if self.luck.random() >= share:
                continue
            if post.unseen:
                post.at_ease = True
            elif self.close(post):
                self.settle(post)

    @property
    def said(self) -> dict[str, float]:
        """What is compared with the engine."""
        waits = [post.answered - post.came for post in self.posts if not math.isnan(post.answered)]
        return {
            "posts": float(len(self.posts)), "chasers": float(self.chasers), "attracted": float(self.attracted),
            "answered": float(len(waits)),
            "closed": float(sum(post.state == "closed" or post.at_ease for post in self.posts)),
            "response": float(np.mean(waits)), "back": float(self.returns),
            "taken down": float(sum(post.removed for post in self.posts)),
            "needless": float(sum(not post.issue.needs for post in self.posts)),
            "unseen": float(sum(post.unseen for post in self.posts)),
        }  # fmt: skip

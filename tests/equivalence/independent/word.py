"""What people say, independently: surveys that some answer and reputation that feeds back, under a finite team.

Calls, public posts and follow-ups by mail wait in one line for a few people. How content each leaves its customer moves
the customer's mood and what people say; that brings contacts or keeps them away, and lowers the mood to which
customers return. Written from docs/social.md and docs/model.md, in plain Python with draws of its own from NumPy.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

DAY, HOUR, MINUTE = 86400.0, 3600.0, 60.0
CALL, POST, MAIL = range(3)
USUAL, LOWEST = 4.0, 1.0  # the scale of moods


@dataclass(frozen=True)
class Town:
    """What holds: times in seconds, shares 0 to 1, rates per hour."""

    days: int = 6
    people: int = 2
    calls: float = 8.0
    posts: float = 5.0
    work: float = 9 * MINUTE
    patience: float = 6 * MINUTE
    resolution: float = 0.7
    waiting: float = 0.5
    unresolved: float = 1.0
    size: int = 400
    weight: float = 0.4
    half_life: float = 4 * DAY
    again: float = 0.4
    let_down: float = 0.1
    share: float = 0.6
    after: float = 12 * HOUR
    answered: tuple[float, float, float] = (0.6, 0.1, 0.3)  # by scores 1, 3 and 5
    halo: float = 0.3
    below: float = 2.5
    follow_up: float = 0.6
    said_half_life: float = 2 * DAY
    said_weight: int = 60
    public: float = 3.0
    complaints: float = 0.3
    demand: float = 0.0
    at_most: float = 0.25
    said_mood: float = 1.0

    @classmethod
    def drawn(cls, luck: np.random.Generator) -> Town:
        """One of many towns, each between where hardly anything feeds back and where much does."""
        more = bool(luck.random() < 0.6)  # complaints outweigh, or customers stay away
        return cls(
            people=int(luck.integers(1, 4)),
            work=round(float(luck.uniform(200, 700))),
            calls=round(float(luck.uniform(5, 9)), 2),
            posts=round(float(luck.uniform(2, 6)), 2),
            patience=round(float(luck.uniform(180, 900))),
            resolution=round(float(luck.uniform(0.4, 1.0)), 2),
            waiting=round(float(luck.uniform(0.2, 0.8)), 2),
            size=int(luck.integers(100, 1000)),
            weight=round(float(luck.uniform(0.1, 0.7)), 2),
            half_life=round(float(luck.uniform(0.5, 8))) * DAY + DAY,
            again=round(float(luck.uniform(0.1, 0.5)), 2),
            let_down=round(float(luck.uniform(0.03, 0.2)), 2),
            share=round(float(luck.uniform(0.3, 1.0)), 2),
            after=round(float(luck.uniform(600, 6 * HOUR))),
            answered=tuple(round(float(one), 2) for one in luck.uniform(0.05, 0.9, 3)),  # type: ignore[arg-type]
            halo=round(float(luck.uniform(0, 0.8)), 2),
            below=round(float(luck.uniform(2, 4)), 1),
            follow_up=round(float(luck.uniform(0.2, 0.55)), 2),
            said_half_life=round(float(luck.uniform(6, 96))) * HOUR,
            said_weight=int(luck.integers(10, 150)),
            public=round(float(luck.uniform(0, 5)), 1),
            complaints=round(float(luck.uniform(0.1, 0.3)), 2) if more else 0.0,
            demand=0.0 if more else round(float(luck.uniform(0.1, 0.4)), 2),
            at_most=round(float(luck.uniform(0.1, 0.4)), 2),
            said_mood=round(float(luck.uniform(0, 1)), 2),
        )

    @property
    def text(self) -> str:
        """The same as a scenario."""
        one, three, five = self.answered
        helps = f"resolution: {{probability: {self.resolution}, skill: 0}}"
        each = f"work: {{exponential: {self.work}s}}\n    {helps}\n    "
        return f"""
days: {self.days}
contact_types:
  calls:
    channel: phone
    arrivals: {{rate: {self.calls} per hour}}
    patience: {{exponential: {self.patience}s}}
    {each}expectation: 1 min
  posts:
    channel: social
    arrivals: {{rate: {self.posts} per hour}}
    {each}expectation: 10 min
  mails:
    channel: email
    {each}expectation: 30 min
groups: {{team: {{channels: [phone, social, email], agents: {self.people}}}}}
satisfaction: {{best: 4.8, waiting: {self.waiting}, unresolved: {self.unresolved}, unanswered: 1}}
customers:
  size: {self.size}
  mood: {{usual: {USUAL}, weight: {self.weight}, half_life: {self.half_life}s}}
  again: {{probability: {self.again}, delay: {{exponential: 1 day}}}}
  churn: {{base: 0, let_down: {self.let_down}}}
surveys:
  - of: [calls, posts]
    share: {self.share}
    after: {{exponential: {self.after}s}}
    answered: {{1: {one}, 3: {three}, 5: {five}}}
    halo: {self.halo}
    follow_up: {{below: {self.below}, probability: {self.follow_up}, to: mails}}
reputation: {{usual: {USUAL}, half_life: {self.said_half_life}s, weight: {self.said_weight}, public: {self.public},
  complaints: {self.complaints}, demand: {self.demand}, at_most: {self.at_most}, mood: {self.said_mood}}}
policy: {{priority: {{order: oldest}}}}
"""


class Customer:
    """Mood as of `since`, and whether they are gone."""

    __slots__ = ("gone", "mood", "since")

    def __init__(self, mood: float, since: float) -> None:
        self.mood, self.since, self.gone = mood, since, False


class Contact:
    """Of whom, what, since when; taken: an agent has it, or its customer has hung up."""

    __slots__ = ("came", "kind", "taken", "who")

    def __init__(self, kind: int, who: Customer, came: float) -> None:
        self.kind, self.who, self.came, self.taken = kind, who, came, False


class Gossip:
    """One run of a town."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.luck = town, np.random.default_rng([seed, 31])
        self.now, self.order = 0.0, 0
        self.due: list[tuple[float, int, Callable[..., None], Sequence[object]]] = []
        self.line: deque[Contact] = deque()
        self.idle = town.people
        self.people: dict[int, Customer] = {}
        self.said = self.said_weight = self.said_at = 0.0
        self.came, self.gave_up, self.left, self.returns, self.follow_ups = [0, 0, 0], 0, 0, 0, 0
        self.asked, self.opinions, self.answers = 0, list[float](), list[float]()
        self.halos, self.before = list[float](), list[float]()
        self.moods, self.reputations = list[float](), list[float]()
        for kind, rate in ((CALL, town.calls), (POST, town.posts)):
            self.later(self.exponential(HOUR / rate), self.arrives, kind, HOUR / rate)
        end = town.days * DAY
        while self.due and self.due[0][0] < end:
            self.now, _, do, what = heapq.heappop(self.due)
            do(*what)

    def later(self, delay: float, do: Callable[..., None], *what: object) -> None:
        """Do it so many seconds from now."""
        self.order += 1
        heapq.heappush(self.due, (self.now + delay, self.order, do, what))

    def exponential(self, mean: float) -> float:
        """A time drawn."""
        return float(self.luck.exponential(mean))

    @property
    def reputation(self) -> float:
        """The fading mean of scores, in which `weight` usual ones always count."""
        town = self.town
        fade = 0.5 ** ((self.now - self.said_at) / town.said_half_life)
        return (town.said_weight * USUAL + fade * self.said) / (town.said_weight + fade * self.said_weight)

    @property
    def resting(self) -> float:
        """The mood to which customers return."""
        return min(5.0, max(1.0, USUAL + self.town.said_mood * (self.reputation - USUAL)))

    def mood(self, who: Customer) -> float:
        """What differs from that fades by half in every half-life."""
        rest = self.resting
        return rest + (who.mood - rest) * 0.5 ** ((self.now - who.since) / self.town.half_life)

    def down(self, mood: float) -> float:
        """How far below usual, 0 to 1."""
        return min(1.0, max(0.0, (USUAL - mood) / (USUAL - LOWEST)))

    def arrives(self, kind: int, mean: float) -> None:
        """A contact as planned; what people say keeps it away, or brings another within the hour."""
        self.later(self.exponential(mean), self.arrives, kind, mean)
        town = self.town
        change = (town.complaints - town.demand) * (USUAL - self.reputation)
        change = min(town.at_most, max(-town.at_most, change))
        chance = self.luck.random()
        if chance < -change:
            return
        if chance < change:
            self.later(float(self.luck.random()) * HOUR, self.somebody, kind)
        self.somebody(kind)

    def somebody(self, kind: int) -> None:
        """Anybody of the population, unless they are gone."""
        number = int(self.luck.integers(self.town.size))
        who = self.people.get(number)
        if who is None:
            who = self.people[number] = Customer(self.resting, self.now)
        if not who.gone:
            self.begins(kind, who)

    def begins(self, kind: int, who: Customer) -> None:
        """A contact waits, or is taken up at once."""
        one = Contact(kind, who, self.now)
        self.came[kind] += 1
        self.reputations.append(self.reputation)
        self.before.append(self.mood(who))
        if self.idle:
            self.idle -= 1
            self.taken_up(one)
            return
        self.line.append(one)
        if kind == CALL:
            self.later(self.exponential(self.town.patience), self.hangs_up, one)

    def hangs_up(self, one: Contact) -> None:
        """Patience is over."""
        if not one.taken:
            one.taken = True
            self.gave_up += 1
            self.over(one, 1.0)

    def taken_up(self, one: Contact) -> None:
        """Somebody works on it."""
        one.taken = True
        self.later(self.exponential(self.town.work), self.done, one, self.now)

    def done(self, one: Contact, answered: float) -> None:
        """A caller waited until answered, who wrote until the answer was there."""
        until = answered if one.kind == CALL else self.now
        expects = (MINUTE, 10 * MINUTE, 30 * MINUTE)[one.kind]
        score = 4.8 - self.town.waiting * math.log2(max(1.0, (until - one.came) / expects))
        if self.luck.random() >= self.town.resolution:
            score -= self.town.unresolved
        self.over(one, min(5.0, max(1.0, score)))
        while self.line:
            following = self.line.popleft()
            if not following.taken:
                self.taken_up(following)
                return
        self.idle += 1

    def over(self, one: Contact, score: float) -> None:
        """People hear of it, the customer remembers it, a survey may ask."""
        town, who = self.town, one.who
        fade = 0.5 ** ((self.now - self.said_at) / town.said_half_life)
        counts = town.public if one.kind == POST else 1.0
        self.said, self.said_weight = self.said * fade + counts * score, self.said_weight * fade + counts
        self.said_at = self.now
        mood = self.mood(who)
        mood += town.weight * (score - mood)
        who.mood, who.since = mood, self.now
        self.moods.append(mood)
        if not who.gone:
            down = self.down(mood)
            if self.luck.random() < town.let_down * down:
                who.gone = True
                self.left += 1
            elif self.luck.random() < town.again * down:
                self.later(self.exponential(DAY), self.comes_again, one.kind, who)
        if one.kind == MAIL:
            return
        opinion = min(5.0, max(1.0, score + town.halo * (mood - USUAL)))
        self.opinions.append(opinion)
        self.halos.append(opinion - score)
        if self.luck.random() < town.share:
            self.asked += 1
            if self.luck.random() < float(np.interp(opinion, (1, 3, 5), town.answered)):
                self.later(self.exponential(town.after), self.answers_survey, who, opinion)

    def comes_again(self, kind: int, who: Customer) -> None:
        """Another issue of somebody who was let down."""
        if not who.gone:
            self.returns += 1
            self.begins(kind, who)

    def answers_survey(self, who: Customer, opinion: float) -> None:
        """The answer is there; who is not content may be written to."""
        self.answers.append(opinion)
        if opinion < self.town.below and not who.gone and self.luck.random() < self.town.follow_up:
            self.follow_ups += 1
            self.begins(MAIL, who)

    @property
    def figures(self) -> dict[str, float]:
        """What is compared with the engine."""
        return {
            "calls": float(self.came[CALL]), "posts": float(self.came[POST]), "mails": float(self.came[MAIL]),
            "gave up": float(self.gave_up), "left": float(self.left), "again": float(self.returns),
            "asked": float(self.asked), "answers": float(len(self.answers)), "score": float(np.mean(self.answers)),
            "opinion": float(np.mean(self.opinions)), "bias": float(np.mean(self.answers) - np.mean(self.opinions)),
            "halo": float(np.mean(self.halos)), "before": float(np.mean(self.before)),
            "mood": float(np.mean(self.moods)), "reputation": float(np.mean(self.reputations)),
        }  # fmt: skip

"""Customers who remember, independently: moods over several issues, leaving for good, coming again.

A SimPy process per issue, with draws of its own from NumPy: runs are compared by their means and intervals.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

DAY = 24 * 60.0  # the unit is a minute
Life = Generator[Any, Any, None]


@dataclass(frozen=True)
class Shop:
    """What holds: times in minutes, shares 0 to 1."""

    days: int = 10
    rate: float = 6 / 60
    work: float = 8.0
    patience: float = 5.0
    expects: float = 1.0
    size: int = 150
    usual: float = 4.0
    weight: float = 0.4
    half_life: float = 5 * DAY
    angrier: float = 0.5
    again: float = 0.5
    again_after: float = DAY
    base: float = 0.002
    let_down: float = 0.1


@dataclass(eq=False)
class Customer:
    """Mood as of `since`, and whether they are gone."""

    mood: float
    since: float = 0.0
    gone: bool = False


class Year:
    """One run of a telephone with one agent."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.luck = shop, np.random.default_rng([seed, 23])
        self.clock = simpy.Environment()
        self.agent = simpy.Resource(self.clock)
        self.people: dict[int, Customer] = {}
        self.calls = self.gave_up = self.angry = self.returns = self.left = 0
        self.moods: list[float] = []
        self.clock.process(self.arrivals())
        self.clock.run(until=shop.days * DAY)

    def arrivals(self) -> Life:
        """Anybody of the population may call; who is gone does not."""
        while True:
            yield self.clock.timeout(self.luck.exponential(1 / self.shop.rate))
            who = self.people.setdefault(int(self.luck.integers(self.shop.size)), Customer(self.shop.usual))
            if not who.gone:
                self.clock.process(self.call(who))

    def mood(self, who: Customer) -> float:
        """What is not usual fades by half in every half-life."""
        faded = 0.5 ** ((self.clock.now - who.since) / self.shop.half_life)
        return self.shop.usual + (who.mood - self.shop.usual) * faded

    def down(self, mood: float) -> float:
        """How far below usual, 0 to 1."""
        return min(1.0, max(0.0, (self.shop.usual - mood) / (self.shop.usual - 1)))

    def call(self, who: Customer) -> Life:
        """Waits as long as patience lasts, and remembers how it was."""
        shop, came = self.shop, self.clock.now
        self.calls += 1
        self.angry += self.luck.random() < shop.angrier * self.down(self.mood(who))
        with self.agent.request() as turn:
            yield turn | self.clock.timeout(self.luck.exponential(shop.patience))
            if not turn.triggered:
                self.gave_up += 1
                score = 1.0
            else:
                waited = self.clock.now - came
                yield self.clock.timeout(self.luck.exponential(shop.work))
                score = min(5.0, max(1.0, 4.6 - 0.5 * math.log2(max(1.0, waited / shop.expects))))
        self.remembers(who, score)

    def remembers(self, who: Customer, score: float) -> None:
        """The mood moves; some leave, some need us again sooner."""
        shop, mood = self.shop, self.mood(who)
        who.mood, who.since = mood + shop.weight * (score - mood), self.clock.now
        self.moods.append(who.mood)
        if who.gone:
            return
        down = self.down(who.mood)
        if self.luck.random() < shop.base + (shop.let_down - shop.base) * down:
            who.gone = True
            self.left += 1
        elif self.luck.random() < shop.again * down:
            self.clock.process(self.comes_again(who))

    def comes_again(self, who: Customer) -> Life:
        """Another issue, unless they are gone by then."""
        yield self.clock.timeout(self.luck.exponential(self.shop.again_after))
        if not who.gone:
            self.returns += 1
            self.clock.process(self.call(who))

    @property
    def said(self) -> dict[str, float]:
        """What is compared with the engine."""
        return {
            "calls": float(self.calls), "gave up": float(self.gave_up), "angry": float(self.angry),
            "again": float(self.returns), "left": float(self.left), "mood": float(np.mean(self.moods)),
        }  # fmt: skip

"""Answers over several channels that contradict each other, independently, under one team.

A SimPy process per issue, with draws of its own from NumPy: runs are compared by their means and intervals.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

HOUR = 60.0  # the unit is a minute
Life = Generator[Any, Any, None]


@dataclass(frozen=True)
class Desk:
    """What holds: times in minutes, shares 0 to 1."""

    days: int = 2
    rate: float = 8 / HOUR
    work: float = 5.0
    resolution: float = 0.5
    back: float = 0.8
    back_after: float = 2 * HOUR
    most_back: int = 3
    by_mail: float = 0.5
    clash: float = 0.4
    people: int = 2


class Office:
    """One run: whoever is not helped comes back, by post or by mail."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.luck = desk, np.random.default_rng([seed, 29])
        self.clock = simpy.Environment()
        self.agents = simpy.Resource(self.clock, desk.people)
        self.contacts = self.mails = self.clashes = self.settled = 0
        self.clock.process(self.arrivals())
        self.clock.run(until=desk.days * 24 * HOUR)

    def arrivals(self) -> Life:
        """Everybody begins with a post."""
        while True:
            yield self.clock.timeout(self.luck.exponential(1 / self.desk.rate))
            self.clock.process(self.issue())

    def issue(self) -> Life:
        """Answer after answer, until one helps, or the customer gives it up."""
        desk, mail = self.desk, False
        answered: set[bool] = set()
        for returned in range(desk.most_back + 1):
            self.contacts += 1
            self.mails += mail
            with self.agents.request() as turn:
                yield turn
                yield self.clock.timeout(self.luck.exponential(desk.work))
            clashes = (not mail) in answered and self.luck.random() < desk.clash
            answered.add(mail)
            self.clashes += clashes
            if not clashes and self.luck.random() < desk.resolution:
                self.settled += 1
                return
            if returned == desk.most_back or self.luck.random() >= desk.back:
                return
            mail = bool(self.luck.random() < desk.by_mail)
            yield self.clock.timeout(self.luck.exponential(desk.back_after))

    @property
    def said(self) -> dict[str, float]:
        """What is compared with the engine."""
        return {
            "contacts": float(self.contacts), "mails": float(self.mails), "clashes": float(self.clashes),
            "settled": float(self.settled),
        }  # fmt: skip

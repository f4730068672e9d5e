"""What a supervisor sees: queues, expected waits, service levels, kept by counting what has happened."""

from __future__ import annotations

import math
from collections.abc import Callable

from floorcast.scenario.schema.scenario import Scenario
from tests.equivalence.independent.contact import Contact

_NEWEST = 0.125  # weight of the newest gap between answers
_STEPS = 30  # of the window of a service level


class Watch:
    """Who waits, whose time runs and whose is over. ``at``: what is to be done at an instant."""

    def __init__(self, scenario: Scenario, sizes: dict[str, int], at: Callable[..., None]) -> None:
        self.scenario = scenario
        self.line: list[Contact] = []  # who waits
        self.looking: list[Contact] = []  # who stand in no line but look around: they wait as well
        self.running: dict[Contact, float] = {}  # whose time runs, and when it is over
        self.overdue: set[Contact] = set()  # ... and is over
        self.at = at
        self.over: list[tuple[float, str, bool]] = []  # when one's time ended, its kind, whether in time
        self._since: dict[str, float] = {}
        self._gap: dict[str, float] = {}
        self._sizes = sizes

    def _kinds(self, of: str) -> list[str]:
        return [
            name
            for name, words in self.scenario.contact_types.items()
            if of in ("all", name, words.channel)
        ]

    def _of(self, kind: str) -> list[str]:
        return ["all", self.scenario.contact_types[kind].channel, kind]

    # -- who waits

    def waiting(self, of: str) -> int:
        """Contacts that wait."""
        kinds = self._kinds(of)
        return sum(c.kind in kinds for c in (*self.line, *self.looking))

    def begins(self, c: Contact) -> None:
        """A contact is about to wait, or looks around: the first in an empty line counts from then."""
        for of in self._of(c.kind):
            if self.waiting(of) == 0:
                self._since[of] = max(self._since.get(of, 0.0), c.queued)

    def answered(self, c: Contact, now: float) -> None:
        """One that waited has found an agent."""
        for of in self._of(c.kind):
            gap = self._usual(of)
            self._gap[of] = gap + (now - self._since.get(of, 0.0) - gap) * _NEWEST
            self._since[of] = now

    def _usual(self, of: str) -> float:
        if of not in self._gap:  # as planned: mean handle time over those who could take them
            kinds = [self.scenario.contact_types[name] for name in self._kinds(of)]
            able = [
                g
                for g in self.scenario.group_names
                if any(self.scenario.able(g, name) for name in self._kinds(of))
            ]
            mean = sum(k.work.mean * k.turns.mean + k.after_contact_work.mean for k in kinds)
            self._gap[of] = mean / max(1, len(kinds)) / max(1, sum(self._sizes[g] for g in able))
        return self._gap[of]

    def expected_wait(self, of: str, now: float) -> float:
        """Those who wait times the time between answers, or since the last where that is longer."""
        since = self._since.get(of, 0.0)
        mine = [c for c in self.looking if c.kind in self._kinds(of)]
        if len(mine) == self.waiting(of) > 0:  # alone: since it came
            since = max(since, mine[-1].queued)
        return self.waiting(of) * max(self._usual(of), now - since)

    # -- whose time is over

    def comes(self, c: Contact, now: float) -> None:
        """Its acceptable waiting time runs."""
        c.timed = "runs"
        due = max(now, c.arrived + self.scenario.answer_within(c.kind))
        self.running[c] = due
        if due < math.inf:
            self.at(due, c.number, lambda: self._over(c, due))

    def _over(self, c: Contact, due: float) -> None:
        if self.running.get(c) == due:
            self.overdue.add(c)

    def reached(self, c: Contact, instant: str, now: float) -> None:
        """Answered, accepted, ... or left: where that ends its time, in time or late."""
        if c.timed != "runs" or instant not in ("left", self.scenario.clock_of(c.kind)):
            return
        c.timed = "over"
        self.forget(c)
        in_time = instant != "left" and now - c.arrived <= self.scenario.answer_within(c.kind)
        self.over.append((now, c.kind, in_time))

    def forget(self, c: Contact) -> None:
        """Its time runs no longer."""
        del self.running[c]
        self.overdue.discard(c)

    def service_level(self, of: str, over: float, now: float) -> float:
        """The share in time of those whose time ended of late, and of those who are overdue."""
        kinds, step = self._kinds(of), over / _STEPS
        now_step = math.floor(now / step)
        ended = [
            good for t, kind, good in self.over if kind in kinds and math.floor(t / step) > now_step - _STEPS
        ]
        late = sum(c.kind in kinds for c in self.overdue)
        return sum(ended) / (len(ended) + late) if ended or late else 1.0

"""The supervisor: looks at the floor from time to time, and does and undoes what the policy says."""

from __future__ import annotations

from typing import Any

from floorcast.policy.schema.supervision import Supervision
from tests.equivalence.independent.contact import State
from tests.equivalence.independent.floor import ANEW, SUPERVISE, Floor


class Supervised(Floor):
    """A floor with a supervisor; ``since``: the lines that are in force, and from when."""

    def supervise(self) -> None:
        """Begin to look; what a line adds nobody takes before it is in force."""
        self.since: dict[int, float] = {}
        self.closed: set[str] = set()
        for row in self.policy.supervision:
            for one in row.do.add:
                for a in self.agents:
                    if a.group_name == one.group:
                        a.shut |= set(one.channels)
        for i, row in enumerate(self.policy.supervision):
            self.clock.process(self._look_at(i, row))

    def _look_at(self, i: int, row: Supervision) -> Any:
        time = row.check
        while True:
            yield self.clock.at(time, SUPERVISE, i)
            if i not in self.since:
                if self.rules.holds(row.when, None, self.now):
                    self.since[i] = self.now
                    self._act(row, begins=True)
            elif self.now - self.since[i] >= row.for_at_least:
                when, until = row.when, row.until
                over = self.rules.holds(until, None, self.now) if until else not self.rules.holds(when, None, self.now)
                if over:
                    del self.since[i]
                    self._act(row, begins=False)
            time = self.now + row.check

    def _in_force(self) -> list[Supervision]:
        """The lines in force, the one that began last at the end."""
        order = sorted(self.since, key=lambda i: (self.since[i], i))
        return [self.policy.supervision[i] for i in order]

    def _act(self, row: Supervision, begins: bool) -> None:
        do, rows = row.do, self._in_force()
        if do.mode is not None:
            modes = [r.do.mode for r in rows if r.do.mode is not None]
            self.rules.mode = modes[-1] if modes else self.policy.mode
        if do.policy is not None:
            books = [r.do.policy for r in rows if r.do.policy is not None]
            self.rules.book = self.policy.alternatives[books[-1]] if books else self.policy
            self.clock.then(ANEW, 0, self._anew)
        for one in (*do.add, *do.remove):
            for channel in one.channels:
                self._take_part(one.group, channel)
        for extra in do.overtime:
            self._overtime(extra.group, extra.call_in if begins else 0)
        for channel in do.close:
            if any(channel in r.do.close for r in rows):
                self.closed.add(channel)
            else:
                self.closed.discard(channel)

    def _take_part(self, group: str, channel: str) -> None:
        """Who takes a channel now: what any line adds only where one in force does, and not what one removes."""

        def about(lines: Any, nth: int) -> bool:
            return any(
                one.group == group and channel in one.channels and (one.agents is None or nth < one.agents)
                for one in lines
            )

        team = [a for a in self.agents if a.group_name == group]
        every = [one for r in self.policy.supervision for one in r.do.add]
        added = [one for r in self._in_force() for one in r.do.add]
        removed = [one for r in self._in_force() for one in r.do.remove]
        kept = about(every, -1)
        for a in team:
            if (kept and not about(added, a.nth)) or about(removed, a.nth):
                a.shut.add(channel)
            else:
                a.shut.discard(channel)
        for a in team:
            if a.present:
                self.settle(a)

    def _overtime(self, group: str, call_in: int) -> None:
        """Nobody goes home, and absent agents come, lowest numbers first; or it is over."""
        on = self.stays(group)
        for a in self.agents:
            if a.group_name != group:
                continue
            if call_in > 0 and not a.present:
                self._come(a)
                a.staying, call_in = True, call_in - 1
            elif not on and a.staying:
                a.staying = False
                self._go(a)

    def stays(self, group: str) -> bool:
        """Whether who has done its shift stays."""
        return any(one.group == group for r in self._in_force() for one in r.do.overtime)

    def _anew(self) -> None:
        """Another rule book: who waits is looked at again."""
        for c in sorted(self.line, key=lambda c: c.number):
            if c.state is State.WAITING and c.wants is None:
                self.out_of_line(c)
                self.rules.ask(c, self.now)
                if self._find_agent(c):
                    self.watch.answered(c, self.now)
                else:
                    self.stand_in_line(c)

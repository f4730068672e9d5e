"""A run told line by line: what happened when, and the reasons for every decision.

The model runs step by step, and its log entries become sentences. Before each decision it asks, and the
candidates are worked out from the state at that moment. A run that is not traced does none of this and
pays nothing for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from floorcast.clock.floor import Floor, agent_name
from floorcast.clock.play.saved import Saved, resume
from floorcast.explain import reasons, sentences
from floorcast.explain.follow import Follower
from floorcast.explain.reason_words import person_words, points_words, rule_words
from floorcast.explain.reasons import Decision
from floorcast.model.core.asking import FOR_CONTACT
from floorcast.model.records.layout import Log

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World

_ASKED_AGAIN = {Log.REQUEUED, Log.TRANSFERRED, Log.REFUSED, Log.RISES, Log.PASSED_ON, Log.REPLIED, Log.STAGE}
Entry = tuple[float, int, int, int, int]


def trace_lines(
    world: World,
    seed: int,
    replication: int = 0,
    contact: int | None = None,
    start: float | None = None,
    end: float | None = None,
    limit: int | None = None,
    explain: bool | None = None,
) -> Iterator[str]:
    """Yield the trace of one replication, a line at a time, while it runs.

    contact: only this contact (its index, from 0), and its retries.
    start, end: only between these instants (s since the start).
    limit: at most so many lines, then a closing line that says so.
    explain: give the reasons of decisions in indented lines; by default when a contact is given.

    Raises RunawayError when the contacts pass the scenario's limit.
    """
    tracer = Tracer(world, seed, replication, contact is not None if explain is None else explain)
    written = 0
    for line in tracer.lines(contact, start, end):
        if limit is not None and written >= limit:
            yield f"... (the first {limit} lines)"
            return
        yield line
        written += 1


class Tracer:
    """Steps the model and turns each step's log entries into lines."""

    def __init__(
        self, world: World, seed: int, replication: int, explain: bool, saved: Saved | None = None
    ) -> None:
        """saved: begin there, in place of time 0 of the replication."""
        self.explain = explain
        if saved is None:
            self.floor = Floor(world, seed, replication, log=True, observe=self._observe)
        else:
            self.floor = resume(saved, self._observe)
        self.follower = Follower()
        self.left_at_once: set[int] = set()
        self._decisions: list[Decision] = []  # of this step, whose end the log will tell
        self._rules: dict[int, str] = {}  # last said of a contact
        self._asked_again: set[int] = set()  # contacts for which the rules were asked again
        self._asking = {*_ASKED_AGAIN} - {Log.STAGE} if "stages" not in world.policy.evaluate else _ASKED_AGAIN
        self._wanted: set[int] | None = None
        self._begin = -math.inf
        self.several_days = world.scenario.days > 1
        if saved is not None:
            self.follower.begin_with(self.floor.contacts)

    @property
    def world(self) -> World:
        """The floor's own: orders given on the way are part of it."""
        return self.floor.world

    def lines(self, contact: int | None, start: float | None, end: float | None) -> Iterator[str]:
        self._begin = -math.inf if start is None else start
        stop = math.inf if end is None else end
        if self._wanted is None or contact is None or contact not in self._wanted:
            self._wanted = None if contact is None else {contact}
        more = True
        while more and self.floor.due <= stop:
            more = self.floor.step()
            for entry in self._entries():
                lines = self._of(entry) if entry[0] >= self._begin else ()
                aged = float(self.floor.state.contacts[entry[2]]["queued"]) if entry[2] >= 0 else 0.0
                self.follower.take(*entry[1:], aged)
                yield from lines
            self._decisions.clear()

    def _observe(self, kind: int, who: int, queue: int) -> None:
        """A decision is about to be taken: put it into words if anybody will want to read them."""
        state, wanted = self.floor.state, self._wanted
        if state.centre[0]["now"] < self._begin:
            return
        if kind == FOR_CONTACT:
            if wanted is None or who in wanted or int(state.contacts[who]["parent"]) in wanted:
                self._decisions.append(reasons.of_contact(self.world, state, who, queue))
        elif self.explain and (wanted is None or wanted & self.follower.queue_of.keys()):
            self._decisions.append(reasons.of_agent(self.world, state, who))

    def _entries(self) -> list[Entry]:
        """The last step's log entries; the log is emptied, so that it never grows."""
        state = self.floor.state
        n = int(state.centre[0]["log"])
        state.centre[0]["log"] = 0
        return state.log[:n].tolist() if n else []

    def _of(self, entry: Entry) -> list[str]:
        time, kind, contact, agent, other = entry
        if self._wanted is not None:
            if contact not in self._wanted:
                return []
            if kind in (Log.RETRIES, Log.FOLLOWS, Log.CONSULTS, Log.DRAFTED, Log.EVALUATED):
                self._wanted.add(other)
        sentence = sentences.of(self, time, Log(kind), contact, agent, other)
        if sentence is None:
            return []
        lines = [f"{self.clock(time)}  {sentence}"]
        if self.explain:
            lines += (f"{'':12}{line}" for line in self._reasons(Log(kind), contact, agent))
        return lines

    def _reasons(self, kind: Log, contact: int, agent: int) -> list[str]:
        """Lines that explain a log entry; none if there was no choice."""
        state = self.floor.state
        if kind in self._asking:
            self._asked_again.add(contact)
        if kind == Log.ARRIVED:
            mine = self.decision(True, contact)
            row = state.contacts[contact]
            rule = mine.rule if mine else rule_words(self.world, state, contact)
            self._rules[contact] = rule
            points = points_words(self.world, float(row["points"]))
            return [", ".join([rule, points, *person_words(row)])]
        if kind in (Log.QUEUED, Log.OFFERED, Log.ACCEPTED) and contact not in self.follower.rings:
            mine = self.decision(True, contact) if contact not in self.follower.queue_of else None
            said = self._rule_again(mine)
            if kind == Log.QUEUED:
                return said
            mine = mine or self._agents_own(agent, contact)
            if mine is not None:
                return said + mine.ended(agent if mine.by_contact else contact)
            return [f"chosen: {agent_name(self.world, agent)} {self._knows(contact, agent)}"]
        return []

    def _rule_again(self, mine: Decision | None) -> list[str]:
        """The rule, where the rules were asked again and another holds than was said before."""
        if mine is None or mine.who not in self._asked_again:
            return []
        self._asked_again.discard(mine.who)
        if self._rules.get(mine.who, mine.rule) == mine.rule:
            return []
        self._rules[mine.who] = mine.rule
        return [mine.rule]

    def _knows(self, contact: int, agent: int) -> str:
        before = self.follower.server.get(contact) == agent
        return "has served it before" if before else "had the issue before"

    def _agents_own(self, agent: int, contact: int) -> Decision | None:
        for place, one in enumerate(self._decisions):
            if not one.by_contact and one.who == agent and contact in one.order:
                return self._decisions.pop(place)
        return None

    def decision(self, by_contact: bool, who: int) -> Decision | None:
        """The last decision of this step by a contact or an agent."""
        mine = [one for one in self._decisions if one.by_contact == by_contact and one.who == who]
        return mine[-1] if mine else None

    def clock(self, time: float) -> str:
        """Time of day to a tenth of a second, with the day when the scenario has several."""
        tenths = math.floor(time * 10 + 1e-6)
        instant = self.world.scenario.start + timedelta(milliseconds=100 * tenths)
        text = f"{instant:%H:%M:%S}.{instant.microsecond // 100_000}"
        return f"{instant:%a %d %b} {text}" if self.several_days else text

"""A run as lines for people: what happened when, and why every decision fell as it did.

The model runs step by step; its log entries become sentences, and for each decision the candidates
are worked out again from an account of the floor kept beside it. Nothing of this runs, or costs
anything, in a run that is not traced.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from sim.clock import reasons
from sim.clock.floor import Floor, agent_name
from sim.clock.follow import Follower
from sim.model.layout import Cause, Log, Outcome
from sim.scenario.units import write_duration

if TYPE_CHECKING:
    from sim.model.assemble import World

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
    tracer = _Tracer(world, seed, replication, contact is not None if explain is None else explain)
    written = 0
    for line in tracer.lines(contact, start, end):
        if limit is not None and written >= limit:
            yield f"... (the first {limit} lines)"
            return
        yield line
        written += 1


class _Tracer:
    """Steps the model and turns each step's log entries into lines."""

    def __init__(self, world: World, seed: int, replication: int, explain: bool) -> None:
        self.world, self.explain = world, explain
        self.floor = Floor(world, seed, replication, log=True)
        self.follower = Follower(world, self.floor.state.contacts)
        self._left_at_once: set[int] = set()
        self.several_days = world.scenario.days > 1

    def lines(self, contact: int | None, start: float | None, end: float | None) -> Iterator[str]:
        begin, stop = -math.inf if start is None else start, math.inf if end is None else end
        wanted = None if contact is None else {contact}
        more = True
        while more and self.floor.due <= stop:
            more = self.floor.step()
            for entry in self._entries():
                lines = self._of(entry, wanted) if entry[0] >= begin else ()
                self.follower.take(*entry)
                yield from lines

    def _entries(self) -> list[Entry]:
        """The last step's log entries; the log is emptied, so that it never grows."""
        state = self.floor.state
        n = int(state.centre[0]["log"])
        state.centre[0]["log"] = 0
        self.follower.see(state.contacts)
        return state.log[:n].tolist() if n else []  # type: ignore[no-any-return]

    def _of(self, entry: Entry, wanted: set[int] | None) -> list[str]:
        time, kind, contact, agent, other = entry
        if wanted is not None:
            if contact not in wanted:
                return []
            if kind in (Log.RETRIES, Log.FOLLOWS):
                wanted.add(other)
        sentence = self._sentence(time, Log(kind), contact, agent, other)
        if sentence is None:
            return []
        lines = [f"{self.clock(time)}  {sentence}"]
        if self.explain:
            lines += (f"{'':12}{line}" for line in reasons.of(self.follower, entry))
        return lines

    def clock(self, time: float) -> str:
        """Time of day to a tenth of a second, with the day when the scenario has several."""
        tenths = math.floor(time * 10 + 1e-6)
        instant = self.world.scenario.start + timedelta(milliseconds=100 * tenths)
        text = f"{instant:%H:%M:%S}.{instant.microsecond // 100_000}"
        return f"{instant:%a %d %b} {text}" if self.several_days else text

    def _sentence(self, time: float, kind: Log, contact: int, agent: int, other: int) -> str | None:
        """One log entry in words; None for one that another line already says."""
        who = agent_name(self.world, agent) if agent >= 0 else ""
        if contact < 0:
            return self._about_agent(kind, agent, who, other)
        name = self._contact(contact)
        row = self.floor.state.contacts[contact]
        if kind == Log.ARRIVED:
            return f"{name} arrives{self._origin(contact)}"
        if kind == Log.QUEUED:
            return f"{name} waits: {reasons.why_it_waits(self.follower, other, time)}"
        if kind == Log.ACCEPTED:
            waited = time - self.follower.queued(contact)
            return f"{name} goes to {who}" + (f" after {_seconds(waited)}" if waited > 0 else "")
        if kind == Log.BEGAN:
            turn = int(row["turn"]) + 1
            return f"{who} works on {name}" + (
                f", turn {turn} of {row['turns']}" if row["turns"] > 1 else ""
            )
        if kind == Log.PAUSED:
            return f"{who} puts {name} aside, {_seconds(float(row['work_left']))} of work left"
        if kind == Log.TURN_DONE:
            return (
                f"{who} finishes {name}"
                if other >= row["turns"]
                else f"{who} answers {name}, turn {other} of {row['turns']}"
            )
        if kind == Log.REPLIED:
            return f"{name} writes again"
        if kind == Log.RELEASED:
            return f"{name} frees a slot of {who} while the customer thinks"
        if kind == Log.WRAPPING:
            return f"{who} does the after-contact work of {name}"
        if kind == Log.CLOSED:
            return self._closed(time, name, contact, agent, other)
        if kind == Log.STAGE:
            waited = _seconds(time - self.follower.queued(contact))
            return f"{name} has waited {waited}: {reasons.stage_words(self.follower, other)}"
        if kind == Log.REQUEUED:
            return f"{name} goes back to the queue: {who} leaves"
        if kind == Log.RETRIES:
            return f"{name}: the customer tries again as {self._contact(other)}"
        if kind == Log.FOLLOWS:
            return f"{name}: the customer comes again as {self._contact(other)}"
        if kind == Log.ATTRACTS:
            return f"{name} attracts {self._contact(other)}"
        if kind == Log.RISES:
            return f"{name} is looked at again"
        if kind == Log.PASSED_ON:
            return f"{who} passes {name} on"
        return f"{name}: {kind.name.lower()}"

    def _about_agent(self, kind: Log, agent: int, who: str, other: int) -> str | None:
        if kind == Log.ON:
            return f"{who} logs in"
        if kind == Log.OFF:
            held = self.follower.held[agent]
            if not held:
                self._left_at_once.add(agent)
                return f"{who} logs out"
            return f"{who} is to log out, holding {', '.join(self._contact(c) for c in held)}"
        if kind == Log.GONE:
            if agent in self._left_at_once:  # the line before has said so
                self._left_at_once.discard(agent)
                return None
            return f"{who} has finished and logs out"
        if kind in (Log.OPENED, Log.SHUT):
            word = (
                "opens" if kind == Log.OPENED else "closes" if self.floor.now > 0 else "is closed"
            )
            return f"{self.world.channel_names[other]} {word}"
        return kind.name.lower()

    def _contact(self, contact: int) -> str:
        kind = int(self.floor.state.contacts[contact]["contact_type"])
        return f"contact {contact} ({self.world.type_names[kind]})"

    def _origin(self, contact: int) -> str:
        row = self.floor.state.contacts[contact]
        cause = Cause(int(row["cause"]))
        if cause == Cause.BACKLOG:
            return f" with the backlog, {write_duration(round(-float(row['arrived'])))} old"
        if cause == Cause.RETRY:
            return f": contact {row['parent']} tries again"
        return "" if cause == Cause.SOURCE else f" ({cause.name.lower()})"

    def _closed(self, time: float, name: str, contact: int, agent: int, outcome: int) -> str:
        row = self.floor.state.contacts[contact]
        channel = self.world.channel_names[self.follower.channel(contact)]
        if outcome == Outcome.HANDLED:
            return f"{name} is done"
        if outcome == Outcome.ABANDONED:
            return f"{name} gives up after {_seconds(time - float(row['arrived']))}"
        if outcome == Outcome.TURNED_AWAY:
            return f"{name} is turned away: {channel} is closed"
        if outcome == Outcome.BLOCKED:
            return f"{name} is blocked: no line or place in the queue of {channel} is free"
        return f"{name} ends: {Outcome(outcome).name.lower().replace('_', ' ')}"


def _seconds(seconds: float) -> str:
    """A span as people read it: tenths below two minutes, whole seconds above."""
    return f"{seconds:.1f} s" if seconds < 120 else write_duration(round(seconds))

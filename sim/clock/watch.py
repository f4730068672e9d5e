"""Returns from a run to Python every few steps, so that Ctrl-C is obeyed and a run that stands still is noticed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from floorcast.clock.run import StandstillError
from floorcast.model.records.events import EVENTS, Event

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World
    from floorcast.model.records.state import State

SLICE = 16384  # steps between two looks: milliseconds where they are short, tenths of a second at the worst
_MOVES = 1e-3  # seconds: less is standing still
_PATIENCE = 1_000_000  # steps at one instant, beside ...
_PER_CONTACT = 64  # ... so many for every contact there is


class Watch:
    """Looks after every slice of steps whether time has moved on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._now = -math.inf
        self._since = 0

    def look(self, state: State) -> None:
        """Raises StandstillError when a run has stood at one instant for far more steps than all that waits
        could take, or when time is no number any more."""
        centre = state.centre[0]
        now, events = float(centre["now"]), int(centre["events"])
        due = float(state.calendar[0]["time"]) if centre["calendar"] else math.inf
        if abs(now - self._now) >= _MOVES and not math.isnan(now) and not math.isnan(due):
            self._now, self._since = now, events
            return
        steps = events - self._since
        if math.isnan(now) or math.isnan(due):
            raise StandstillError(
                f"{self._world.scenario.file}: the time of what is due next is no number{self._whose(state)}"
            )
        if steps > _PATIENCE + _PER_CONTACT * int(centre["contacts"]):
            raise StandstillError(
                f"{self._world.scenario.file}: time does not move on from {now:,.0f} s: {steps:,} steps at that"
                f" instant{self._whose(state)}; allowed what takes time in the end"
            )

    def _whose(self, state: State) -> str:
        """The contact type, agent or line of supervision that is due next."""
        if not state.centre[0]["calendar"]:
            return ""
        what = int(state.calendar[0]["what"])
        kind, subject = Event(what >> 52), (what >> 16) & 0xFFFFFFFFF  # as core.calendar packs them
        row = EVENTS[kind]
        of = {
            "contact": lambda: f"contact type {self._world.type_names[int(state.contacts['contact_type'][subject])]!r}",
            "group": lambda: f"group {self._world.group_names[subject]!r}",
            "agent": lambda: f"an agent of {self._world.group_names[int(state.agents['group'][subject])]!r}",
            "statement": lambda: f"statement {subject + 1} of policy {self._world.policy.name!r}",
            "supervision line": lambda: f"supervision line {subject + 1} of policy {self._world.policy.name!r}",
        }
        return f", of {of[row.subject]()} ({row.words})"

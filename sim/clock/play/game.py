"""A floor to play with: it runs on the SimPy clock, is disturbed, and goes back to any instant.

To go back, the nearest earlier copy is taken and run up to that instant again, with the disturbances
of that time. The records are the same again, so whatever is done then is done to the very floor that
was there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.clock.floor import Floor
from floorcast.clock.play.disturbing import KINDS, Disturbance, apply, undo
from floorcast.clock.play.saved import Saved, resume, save
from floorcast.clock.play.tape import Tape, still
from floorcast.clock.simpy_clock import play_until

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World

SAMPLE = 60.0  # seconds between samples of the whole floor
SAVE = 1800.0  # seconds between copies, at the least
MOST_SAVED = 12
MOST_BYTES = 200_000_000


@dataclass
class _Script:
    """Disturbances so far, and those whose end is still to come."""

    done: list[Disturbance] = field(default_factory=list)

    def next_end(self) -> float | None:
        return min((one.until for one in self.done if one.active and one.until is not None), default=None)


@dataclass(frozen=True)
class _Copy:
    """A floor to go back to, what had been done to it, and how long the tape was."""

    saved: Saved
    done: list[Disturbance]
    length: tuple[int, int]

    @property
    def time(self) -> float:
        return self.saved.time


class Game:
    """One floor under way from ``begin`` (s) on. Not safe to share between threads."""

    def __init__(self, world: World, seed: int, begin: float = 0.0) -> None:
        self.first_world = world  # without the orders given on the way
        self._script = _Script()
        self.floor = Floor(world, seed, log=True)
        self.floor.run_until(begin)
        self.floor.state.centre[0]["log"] = 0
        self.begin = self.floor.now
        self.first = still(self.floor)
        self.tape = Tape(one[0] for one in self.first["contacts"])
        self.tape.sample(self.floor)
        self._saved: list[_Copy] = []
        self._keep()

    @property
    def now(self) -> float:
        return self.floor.now

    @property
    def disturbances(self) -> list[Disturbance]:
        """All that was done, in its order."""
        return list(self._script.done)

    # -- time
    def run_to(self, instant: float) -> bool:
        """Go on to an instant (s); False when the run is over."""
        more = not self.floor.finished
        while more and self.floor.now < instant:
            marks = [instant, SAMPLE * (np.floor(self.now / SAMPLE + 1e-9) + 1.0)]
            end = self._script.next_end()
            if end is not None:
                marks.append(max(end, self.now))
            stop = float(min(marks))
            more = play_until(self.floor, stop, self.tape.collect)
            if end is not None and stop >= end:
                for one in [one for one in self._script.done if one.active and one.until == end]:
                    self._end(one)
            if stop == marks[1] or not more:
                self.tape.sample(self.floor)
            if self.now - self._saved[-1].time >= SAVE:
                self._keep()
        return more

    def back_to(self, instant: float) -> None:
        """The floor as it was at an instant; what was done later is forgotten."""
        if instant >= self.now:
            self.run_to(instant)
            return
        instant = max(instant, self.begin)
        later = [one for one in self._script.done if one.at <= instant]
        while len(self._saved) > 1 and self._saved[-1].time > instant:
            self._saved.pop()
        copy = self._saved[-1]
        self.floor = resume(copy.saved)
        self.tape.cut(copy.length)
        self._script.done = list(copy.done)
        known = {one.number for one in copy.done}
        ends = [one for one in later if one.ended is not None and one.until != one.ended and one.ended <= instant]
        todo = [(one.at, 0, one) for one in later if one.number not in known]
        todo += [(one.ended, 1, one) for one in ends if one.ended is not None and one.ended > copy.time]
        for at, kind, one in sorted(todo, key=lambda step: (step[0], step[2].number, step[1])):
            self.run_to(at)
            if kind:
                self.end(one.number)
            else:
                self._begin(replace(one, ended=None, people=(), row=-1))
        self.run_to(instant)

    # -- disturbing it
    def disturb(self, what: str, **given: Any) -> Disturbance:
        """Do one of ``KINDS`` now. Raises ValueError, in a sentence, for what cannot be done here.

        sick, extra (team, people): so many leave, idle ones first, or come who were away.
        surge (channel or all, factor, minutes). crisis (contact_type, reach, attracts).
        slow (factor): work takes so many times as long. outage (channel): new contacts are turned
        away. overtime (team, people): nobody goes home, and so many come. move (team, channel,
        people): they take that channel only. policy (name): another rule book.
        """
        if what not in KINDS:
            raise ValueError(f"found {what!r}; allowed {', '.join(KINDS)}")
        if self.floor.finished:
            raise ValueError("the scenario is over")
        number = 1 + max((one.number for one in self._script.done), default=0)
        minutes = given.get("minutes")
        until = None if minutes is None else self.now + 60.0 * float(minutes)
        return self._begin(Disturbance(number, what, given, self.now, until))

    def end(self, number: int) -> Disturbance:
        """Take a disturbance back from now on. KeyError if there is none of this number."""
        one = next((one for one in self._script.done if one.number == number), None)
        if one is None:
            raise KeyError(f"there is no disturbance {number}")
        return self._end(one) if one.active else one

    def _begin(self, one: Disturbance) -> Disturbance:
        done = apply(self.floor, one)
        self._script.done.append(done)
        self.tape.collect(self.floor)
        return done

    def _end(self, one: Disturbance) -> Disturbance:
        ended = undo(self.floor, one)
        place = next(i for i, other in enumerate(self._script.done) if other.number == one.number)
        self._script.done[place] = ended
        self.tape.collect(self.floor)
        return ended

    # -- copies
    def _keep(self) -> None:
        self._saved.append(_Copy(save(self.floor), self.disturbances, self.tape.length))
        size = sum(copy.saved.size for copy in self._saved)
        while len(self._saved) > 2 and (len(self._saved) > MOST_SAVED or size > MOST_BYTES):
            # The middle one of the three that stand closest goes; the first and the last stay.
            times = [copy.time for copy in self._saved]
            gaps = [times[i + 1] - times[i - 1] for i in range(1, len(times) - 1)]
            size -= self._saved.pop(1 + int(np.argmin(gaps))).saved.size

    def before(self, instant: float) -> tuple[Saved, list[Disturbance]]:
        """The last copy before an instant (the first, if none), and what has been done since."""
        found = [copy for copy in self._saved if copy.time < instant] or self._saved[:1]
        known = {one.number for one in found[-1].done}
        return found[-1].saved, [one for one in self._script.done if one.number not in known]

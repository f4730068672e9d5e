"""The floor as Python sees it: a run that can be stepped, looked at, and disturbed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.clock.questions import Questions
from floorcast.clock.run import Run, grow, outcome
from floorcast.clock.watch import SLICE, Watch
from floorcast.model.core.asking import AS_USUAL
from floorcast.model.records.layout import TIMETABLE, Halt, Status, TimetableKind
from floorcast.model.step import peek, run_until

if TYPE_CHECKING:
    from floorcast.model.compile.assemble import World
    from floorcast.model.records.state import Array, State

_DONE, _PAUSED = int(Halt.DONE), int(Halt.PAUSED)


class Floor:
    """One replication under way.

    ``state`` is the engine's whole state; read it freely, it is replaced when it grows.
    observe: called at every decision before it is taken, with who looks, the contact or agent, and the
    contact's queue (see ``floorcast.model.core.asking``).
    state: go on from here instead of from time 0 of the replication (see ``clock.play.saved``).
    """

    def __init__(
        self,
        world: World,
        seed: int,
        replication: int = 0,
        log: bool = False,
        observe: Callable[[int, int, int], None] | None = None,
        state: State | None = None,
    ) -> None:
        self.world = world
        self.seed = seed
        self.replication = replication
        self.state: State = world.fresh(seed, replication, log) if state is None else state
        self.clock: Callable[[], float] | None = None  # a driver's own time, where there is one
        self.disturbed: Callable[[], None] = _nobody  # told when something new is due
        self._time = 0.0
        self._steps = 0
        self._watch = Watch(world)
        self._run = _direct(run_until, self.state, -math.inf, 0)
        self._peek = _direct(peek, self.state)
        self._began = time.perf_counter()
        self._observe = observe
        self._questions: Questions | None = None
        if world.python is not None or observe is not None:
            self._questions = Questions(self._answer)
            self._questions.put_to(self.state)
            self.state.centre[0]["tracking"] |= world.python is not None

    def _answer(self, kind: int, who: int, queue: int) -> int:
        if self._observe is not None:
            self._observe(kind, who, queue)
        if self.world.python is None:
            return AS_USUAL
        return int(self.world.python.answer(self, kind, who, queue))

    # -- time
    @property
    def now(self) -> float:
        """Seconds since the scenario's start."""
        if self.clock is not None:
            return self.clock()
        return max(self._time, float(self.state.centre[0]["now"]))

    @property
    def due(self) -> float:
        """When the next thing is due; infinite when nothing is."""
        return self._peek(self.state)  # type: ignore[no-any-return]

    @property
    def finished(self) -> bool:
        """True once the horizon is reached and all ledgers are written."""
        return bool(self.state.centre[0]["finished"])

    def step(self) -> bool:
        """Let the next thing happen; False, and nothing more happens, at the horizon."""
        return self._advance(math.inf, 1)

    def run_until(self, instant: float) -> bool:
        """Let everything happen that is due by ``instant`` (s); False when the run is over."""
        # Where nothing is due before the horizon any more, only looking beyond it ends the run.
        until = math.inf if instant >= self.world.horizon else instant
        more = self._advance(until, SLICE)
        while more and self.due <= until:
            more = self._advance(until, SLICE)
        self._time = max(self._time, min(instant, self.world.horizon))
        return more

    def record(self) -> Run:
        """The records so far, as :func:`floorcast.clock.compiled.run` gives them at the end."""
        seconds = time.perf_counter() - self._began
        return outcome(self.world, self.seed, self.replication, self.state, seconds)

    def _advance(self, instant: float, steps: int) -> bool:
        while (code := self._run(self.state, instant, steps)) != _PAUSED:
            if self._questions is not None:
                self._questions.settle()
            if code == _DONE:
                return False
            self.state = grow(self.world, self.state, code)
        if self._questions is not None:
            self._questions.settle()
        self._steps += 1
        if steps > 1 or self._steps % SLICE == 0:
            self._watch.look(self.state)
        return True

    # -- what there is to see
    @property
    def contacts(self) -> Array:
        """One row per contact so far, (n,), with fields of ``layout.CONTACT``; a view."""
        return self.state.contacts[: int(self.state.centre[0]["contacts"])]

    def waiting(self, of: str = "all") -> int:
        """Contacts in queues: of all, a channel or a contact type. Raises KeyError if unknown."""
        if of == "all":
            return int(self.state.centre[0]["waiting"])
        if of in self.world.channel_names:
            return int(self.state.channels["waiting"][self.world.channel_names.index(of)])
        if of not in self.world.type_names:
            known = (*self.world.channel_names, *self.world.type_names)
            raise KeyError(f"{of!r} is no channel or contact type; allowed all, {', '.join(known)}")
        rows = self.contacts
        mine = rows["contact_type"] == self.world.type_names.index(of)
        return int(np.count_nonzero(mine & (rows["status"] == int(Status.WAITING))))

    def agents(self, group: str = "all") -> Array:
        """Rows of a group's agents, fields of ``layout.AGENT``; a view. KeyError if unknown."""
        if group == "all":
            return self.state.agents
        first, last = self.members(group)
        return self.state.agents[first:last]

    def members(self, group: str) -> tuple[int, int]:
        """First and last+1 agent of a group. Raises KeyError if unknown."""
        if group not in self.world.group_names:
            known = ", ".join(self.world.group_names)
            raise KeyError(f"{group!r} is no group; allowed {known}")
        row = self.state.groups[self.world.group_names.index(group)]
        return int(row["first"]), int(row["first"] + row["n"])

    def present(self, group: str = "all") -> int:
        """Agents logged in and taking contacts."""
        return int(np.count_nonzero(self.agents(group)["present"]))

    def working(self, group: str = "all") -> int:
        """Agents whose attention is taken, by a contact or by its after-contact work."""
        return int(np.count_nonzero(self.agents(group)["working"] >= 0))

    def idle(self, group: str = "all") -> int:
        """Agents present who hold no contact."""
        agents = self.agents(group)
        return int(np.count_nonzero((agents["present"] != 0) & (agents["held"] == 0)))

    # -- disturbing it: each becomes one more row of the timetable, at this instant
    def send_away(self, agent: int) -> None:
        """Agent ``agent`` (its index) leaves now, as at the end of a shift, until it is called
        back or its timetable brings it again."""
        self._happens(TimetableKind.OFF, self._known(agent))

    def call_back(self, agent: int) -> None:
        """Agent ``agent`` logs in now, and stays until its timetable sends it away."""
        self._happens(TimetableKind.ON, self._known(agent))

    def open_channel(self, name: str) -> None:
        """A channel takes contacts from now on, until its opening hours end."""
        self._happens(TimetableKind.OPEN, self.world.channel_names.index(name))

    def close_channel(self, name: str) -> None:
        """A channel is closed from now on, until its opening hours begin again."""
        self._happens(TimetableKind.CLOSE, self.world.channel_names.index(name))

    def _known(self, agent: int) -> int:
        if not 0 <= agent < len(self.world.agent_group):
            raise IndexError(f"found agent {agent}; allowed 0 to {len(self.world.agent_group) - 1}")
        return agent

    def _happens(self, kind: TimetableKind, who: int) -> None:
        if self.finished:
            return
        row = int(self.state.centre[0]["timetable"])
        now = min(self.now, float(self.state.timetable["time"][row]))
        new = np.zeros(1, dtype=TIMETABLE)
        new["time"], new["kind"], new["who"] = now, int(kind), who
        self.state = self.state.replaced(timetable=np.insert(self.state.timetable, row, new))
        while int(self.state.centre[0]["timetable"]) == row and self.step():
            pass
        self.disturbed()

    def name_of(self, agent: int) -> str:
        """An agent's name for people: its group and its number there, from 1."""
        return agent_name(self.world, agent)


def agent_name(world: World, agent: int) -> str:
    """An agent's name for people: its group and its number there, from 1."""
    group = int(world.agent_group[agent])
    first = int(world.tables["groups"][group]["first"])
    return f"{world.group_names[group]} {agent - first + 1}"


def _direct(entry: Any, *arguments: Any) -> Any:
    """The compiled code behind an entry, called without a look for another signature, which matters when every
    step is one call. The arguments compile or load it, and must leave the state as it is."""
    entry(*arguments)
    compiled = getattr(entry, "ready", None)
    return entry if not compiled else compiled[0]


def _nobody(*_: Any) -> None:
    """Nobody needs to be told."""

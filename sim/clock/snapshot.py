"""The floor at one moment, as a picture of it needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from floorcast.model.records.layout import Attention, Outcome, Status

if TYPE_CHECKING:
    from floorcast.clock.floor import Floor

State = Literal["away", "idle", "working", "wrapping", "ringing", "holding"]

HOUR = 3600.0
_HELD = [
    int(status)
    for status in (
        Status.READY, Status.WORKING, Status.THINKING, Status.WRAPPING, Status.OFFERED, Status.CONSULTING
    )
]  # fmt: skip


@dataclass(frozen=True)
class AgentNow:
    """An agent: `holding` are the channels of its contacts, the one worked on first.

    working: a contact has the attention. wrapping: the work after a contact. ringing: a contact is
    offered and not yet answered. holding: customers are thinking. idle: nothing at all. away: not
    logged in, or on a break. `leaving`: finishes what is there and then goes.
    """

    number: int
    name: str
    state: State
    leaving: bool
    holding: tuple[str, ...]


@dataclass(frozen=True)
class TeamNow:
    """A group with its agents."""

    name: str
    agents: tuple[AgentNow, ...]

    def count(self, *states: State) -> int:
        return sum(agent.state in states for agent in self.agents)


@dataclass(frozen=True)
class QueueNow:
    """Waiting contacts of a contact type: seconds each has waited, longest first."""

    contact_type: str
    channel: str
    open: bool  # whether the channel takes contacts
    promised: float  # seconds within which they are to be answered
    waited: tuple[float, ...]

    @property
    def late(self) -> int:
        return sum(age > self.promised for age in self.waited)


@dataclass(frozen=True)
class Moment:
    """The whole floor at `now`, in seconds since the start, and what came of the contacts so far.

    `in_time`: by channel, the share answered in time of those that arrived in the last hour and
    were answered, gave up late or wait longer than promised; None where there are none.
    """

    now: float
    finished: bool
    teams: tuple[TeamNow, ...]
    queues: tuple[QueueNow, ...]
    arrived: int
    handled: int
    abandoned: int
    refused: int
    open: int
    in_time: dict[str, float | None]


def moment(floor: Floor) -> Moment:
    """What there is to see on a floor now; the floor is left as it is."""
    world, now = floor.world, floor.now
    contacts = floor.contacts
    born = contacts[contacts["status"] != int(Status.PENDING)]
    outcome = born["outcome"]
    return Moment(
        now=now,
        finished=floor.finished,
        teams=_teams(floor, contacts),
        queues=_queues(floor, born, now),
        arrived=len(born),
        handled=int(np.count_nonzero(outcome == int(Outcome.HANDLED))),
        abandoned=int(np.count_nonzero(outcome == int(Outcome.ABANDONED))),
        refused=int(
            np.count_nonzero(np.isin(outcome, (int(Outcome.BLOCKED), int(Outcome.TURNED_AWAY))))
        ),
        open=int(np.count_nonzero(outcome == int(Outcome.OPEN))),
        in_time={
            name: share_in_time(floor, HOUR, channel)
            for channel, name in enumerate(world.channel_names)
        },
    )


def _teams(floor: Floor, contacts: NDArray[Any]) -> tuple[TeamNow, ...]:
    world, rows = floor.world, floor.agents()
    held = np.nonzero(np.isin(contacts["status"], _HELD) & (contacts["agent"] >= 0))[0]
    holding: dict[int, list[str]] = {}
    for place in held.tolist():
        agent = int(contacts["agent"][place])
        channel = world.channel_names[int(contacts["channel"][place])]
        mine = holding.setdefault(agent, [])
        mine.insert(0 if int(rows["working"][agent]) == place else len(mine), channel)
    teams = []
    for name in world.group_names:
        first, last = floor.members(name)
        agents = tuple(
            AgentNow(
                number,
                floor.name_of(number),
                _state(rows[number]),
                bool(rows["leaving"][number]),
                tuple(holding.get(number, ())),
            )
            for number in range(first, last)
        )
        teams.append(TeamNow(name, agents))
    return tuple(teams)


def _state(row: Any) -> State:
    if not row["logged_in"]:
        return "away"
    if row["working"] >= 0:
        if row["attention"] == int(Attention.RINGING):
            return "ringing"
        return "wrapping" if row["attention"] == int(Attention.WRAP_UP) else "working"
    return "holding" if row["held"] else "idle"


def _queues(floor: Floor, born: NDArray[Any], now: float) -> tuple[QueueNow, ...]:
    world = floor.world
    state: Any = floor.state
    waiting = born[born["status"] == int(Status.WAITING)]
    found = []
    for number, name in enumerate(world.type_names):
        channel = int(world.type_channel[number])
        ages = now - waiting["queued"][waiting["contact_type"] == number]
        found.append(
            QueueNow(
                name,
                world.channel_names[channel],
                bool(state.channels["open"][channel]),
                float(world.scenario.answer_within(name)),
                tuple(sorted(ages.tolist(), reverse=True)),
            )
        )
    return tuple(found)


def share_in_time(floor: Floor, window: float, channel: int | None = None) -> float | None:
    """The share of the contacts of the last ``window`` seconds, of one channel or of all, that were served
    within their promise, of those for which it is decided; None where it is for none."""
    contacts, now = floor.contacts, floor.now
    recent = contacts[(contacts["arrived"] >= now - window) & (contacts["status"] != int(Status.PENDING))]
    good = counted = 0
    for number in range(len(floor.world.type_names)):
        if channel is None or int(floor.world.type_channel[number]) == channel:
            one, other = _kept(floor, recent[recent["contact_type"] == number], number, now)
            good, counted = good + one, counted + other
    return good / counted if counted else None


def _kept(floor: Floor, mine: NDArray[Any], number: int, now: float) -> tuple[int, int]:
    """How many of a type's contacts kept the promise, and for how many it is decided."""
    world = floor.world
    name = world.type_names[number]
    promised = world.scenario.answer_within(name)
    clock = str(world.scenario.clock_of(name))
    instant = mine["ended" if clock == "resolved" else clock]
    waited = np.where(np.isnan(instant), now, instant) - mine["arrived"]
    answered = ~np.isnan(instant)
    gone = ~answered & (mine["status"] == int(Status.CLOSED))
    gave_up = gone & (mine["outcome"] == int(Outcome.ABANDONED))
    left = np.where(gave_up, mine["ended"], now) - mine["arrived"]
    late = ~answered & ((gave_up & (left > promised)) | (~gone & (waited > promised)))
    kept = int(np.count_nonzero(answered & (waited <= promised)))
    return kept, int(np.count_nonzero(answered | late))

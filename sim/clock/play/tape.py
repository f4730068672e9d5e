"""What happens on a floor as plain numbers, for a picture that moves by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from floorcast.clock.snapshot import share_in_time
from floorcast.model.records.layout import Log, Outcome, Status

if TYPE_CHECKING:
    from floorcast.clock.floor import Floor

Event = tuple[float, int, int, int, float]  # time, kind of `Log`, contact, agent, other
Sample = tuple[float, int, int, int, float | None, int, int, int, int, int]
SHOWN = {
    int(kind)
    for kind in (
        Log.ARRIVED, Log.QUEUED, Log.OFFERED, Log.ACCEPTED, Log.BEGAN, Log.PAUSED, Log.TURN_DONE, Log.REPLIED,
        Log.RELEASED, Log.WRAPPING, Log.CLOSED, Log.REQUEUED, Log.ON, Log.OFF, Log.GONE, Log.OPENED, Log.SHUT,
        Log.TRANSFERRED, Log.RETRIES, Log.FOLLOWS, Log.ATTRACTS, Log.BEGINS, Log.ENDS,
    )
}  # fmt: skip
HALF_HOUR = 1800.0
_ARRIVED, _BEGAN, _QUEUED = int(Log.ARRIVED), int(Log.BEGAN), int(Log.QUEUED)
_PLACES = {
    int(Status.WAITING): "line",
    int(Status.READY): "agent",
    int(Status.WORKING): "agent",
    int(Status.THINKING): "agent",
    int(Status.WRAPPING): "agent",
    int(Status.OFFERED): "agent",
    int(Status.CONSULTING): "agent",
    int(Status.AWAY): "away",
}


class Tape:
    """Events since the beginning, and samples of the whole floor every so often.

    ARRIVED has the contact type as its last number, QUEUED the contact type too (it may have changed),
    BEGAN the seconds of work to do.
    """

    def __init__(self, there: Iterable[int] = ()) -> None:
        """there: contacts that were there before."""
        self.events: list[Event] = []
        self.samples: list[Sample] = []
        self._before = frozenset(there)
        self._there = set(self._before)

    def collect(self, floor: Floor) -> None:
        """Take the floor's log over; it is emptied."""
        state = floor.state
        n = int(state.centre[0]["log"])
        if not n:
            return
        entries = state.log[:n].tolist()
        state.centre[0]["log"] = 0
        for time, kind, contact, agent, other in entries:
            if kind == _ARRIVED:
                self._there.add(contact)
            if kind not in SHOWN or (contact >= 0 and contact not in self._there):
                continue  # what nobody has heard of, or a bot has dealt with, never comes to the floor
            if kind in (_ARRIVED, _QUEUED):
                other = int(state.contacts[contact]["contact_type"])
            elif kind == _BEGAN:
                other = round(float(state.contacts[contact]["work_left"]), 1)
            self.events.append((time, kind, contact, agent, other))

    def sample(self, floor: Floor) -> None:
        """Time, waiting, busy, there, share in time of the last half hour, arrived, done, gave up,
        refused, open."""
        contacts = floor.contacts
        born = contacts[contacts["status"] != int(Status.PENDING)]
        outcome = np.bincount(born["outcome"], minlength=len(Outcome))
        agents = floor.state.agents
        share = share_in_time(floor, HALF_HOUR)
        self.samples.append((
            floor.now, floor.waiting(), int(np.count_nonzero(agents["working"] >= 0)),
            int(np.count_nonzero(agents["logged_in"])), None if share is None else round(share, 4), len(born),
            int(outcome[Outcome.HANDLED] + outcome[Outcome.CLOSED_WITH_ANOTHER]), int(outcome[Outcome.ABANDONED]),
            int(outcome[Outcome.BLOCKED] + outcome[Outcome.TURNED_AWAY]), int(outcome[Outcome.OPEN]),
        ))  # fmt: skip

    @property
    def length(self) -> tuple[int, int]:
        """Events and samples so far."""
        return len(self.events), len(self.samples)

    def cut(self, length: tuple[int, int]) -> None:
        """Forget what came later."""
        del self.events[length[0] :], self.samples[length[1] :]
        self._there = set(self._before)
        self._there |= {contact for _, kind, contact, _, _ in self.events if kind == _ARRIVED}


def still(floor: Floor) -> dict[str, Any]:
    """The floor at an instant, from which the events go on.

    agents [state, contact it works on], state 0 away, 1 there, 2 leaves when done;
    contacts [number, contact type, place, agent, waits since, arrived, seconds of work left];
    lines [row of the supervision, in force since].
    """
    rows, contacts = floor.state.agents, floor.contacts
    agents = [
        [int(row["logged_in"]) + int(row["leaving"]), int(row["working"])] for row in rows
    ]
    people = []
    for c in np.flatnonzero(np.isin(contacts["status"], list(_PLACES))).tolist():
        row = contacts[c]
        left = 0.0
        if row["status"] == int(Status.WORKING):
            left = max(float(row["work_left"]) - (floor.now - float(row["began"])), 0.0)
        place = _PLACES[int(row["status"])]
        waits, arrived = round(float(row["queued"]), 2), round(float(row["arrived"]), 2)
        people.append([c, int(row["contact_type"]), place, int(row["agent"]), waits, arrived, round(left, 1)])
    return {
        "time": floor.now,
        "agents": agents,
        "contacts": people,
        "open": [bool(one) for one in floor.state.channels["open"]],
        "lines": [
            [row, float(one["since"])] for row, one in enumerate(floor.state.triggers) if one["on"]
        ],
    }

"""Keeps track of who holds and who awaits which contact while a log is read, to put its entries into words."""

from __future__ import annotations

from typing import Any

import numpy as np

from floorcast.model.records.layout import Log, Status

_LET_GO = {
    int(k)
    for k in (
        Log.CLOSED, Log.RELEASED, Log.REQUEUED, Log.PASSED_ON, Log.REFUSED, Log.TRANSFERRED, Log.DRAFTED
    )
}  # fmt: skip

_HELD = [
    int(s)
    for s in (Status.READY, Status.WORKING, Status.THINKING, Status.WRAPPING, Status.OFFERED, Status.CONSULTING)
]


class Follower:
    """The floor after the log entries taken so far; agents, contacts and queues by index."""

    def __init__(self) -> None:
        self.held: dict[int, dict[int, None]] = {}  # agent -> contacts, in the order they came
        self.rings: set[int] = set()
        self.queue_of: dict[int, int] = {}  # of contacts that wait
        self.aged: dict[int, float] = {}  # instant from which a contact's age counted when it began to wait
        self.server: dict[int, int] = {}  # agent that held a contact last

    def begin_with(self, contacts: np.ndarray[Any, Any]) -> None:
        """Take over who holds and who waits for what from a floor under way; rows of ``layout.CONTACT``."""
        for c in np.flatnonzero(np.isin(contacts["status"], _HELD) & (contacts["agent"] >= 0)).tolist():
            self.held.setdefault(int(contacts[c]["agent"]), {})[c] = None
            self.server[c] = int(contacts[c]["agent"])
        for c in np.flatnonzero(contacts["status"] == int(Status.WAITING)).tolist():
            self.queue_of[c], self.aged[c] = int(contacts[c]["queue"]), float(contacts[c]["queued"])
        self.rings |= set(np.flatnonzero(contacts["status"] == int(Status.OFFERED)).tolist())

    def take(self, kind: int, contact: int, agent: int, other: int, aged: float) -> None:
        """Bring the account up to date with one log entry; ``aged``: where the contact's age begins."""
        if kind == Log.QUEUED:
            self.queue_of[contact], self.aged[contact] = other, aged
        elif kind in (Log.OFFERED, Log.ACCEPTED):
            self.queue_of.pop(contact, None)
            self.held.setdefault(agent, {})[contact] = None
            self.server[contact] = agent
            (self.rings.add if kind == Log.OFFERED else self.rings.discard)(contact)
        elif (kind == Log.CLOSED and agent < 0) or kind in (Log.STAGE, Log.RISES):
            self.queue_of.pop(contact, None)
        elif kind in _LET_GO:
            self.held.get(agent, {}).pop(contact, None)
            self.rings.discard(contact)

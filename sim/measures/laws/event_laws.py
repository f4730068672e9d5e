"""Laws that need the event log of a run: what agents held and did, and who was served before whom.

The log is followed with an account of its own and held against the records and the ledger, so a law
fails when the engine's own account is wrong as well as when its decisions are.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import RunLike
from floorcast.measures.laws.first_come import first_come_first_served
from floorcast.measures.laws.little import littles_law
from floorcast.model.records.layout import Log, Outcome

_ACCEPTED, _BEGAN, _PAUSED = int(Log.ACCEPTED), int(Log.BEGAN), int(Log.PAUSED)
_TURN_DONE, _WRAPPING, _CLOSED = int(Log.TURN_DONE), int(Log.WRAPPING), int(Log.CLOSED)
_RELEASED, _REQUEUED = int(Log.RELEASED), int(Log.REQUEUED)
_PASSED_ON, _DISCARDED = int(Log.PASSED_ON), int(Outcome.DISCARDED)
_OFFERED, _REFUSED, _TRANSFERRED = int(Log.OFFERED), int(Log.REFUSED), int(Log.TRANSFERRED)
_DRAFTED, _PUBLISHED = int(Log.DRAFTED), int(Log.PUBLISHED)
_ON, _OFF, _GONE = int(Log.ON), int(Log.OFF), int(Log.GONE)
_FIRSTS = (((_ACCEPTED,), "accepted"), ((_BEGAN,), "answered"), ((_TURN_DONE, _PUBLISHED), "first_response"))
_ROUNDING = 1e-6  # seconds, and relative
_UNITS = 1e-9  # slot units


class LoggedRun(RunLike, Protocol):
    """One replication with its event log."""

    @property
    def log(self) -> NDArray[Any] | None: ...  # structured, [entries]


def broken_event_laws(run: LoggedRun) -> list[str]:
    """A sentence for each law that the log of a run breaks; empty for every run there may be.

    Time never runs back; the records' instants are the log's; no agent holds more than its slots
    allow, works on two things at once, or takes or does work while away (what was begun is
    finished); the ledger's seconds are the log's; of equals in a queue the oldest is served first;
    Little's law over every window that begins and ends empty.

    Raises ValueError for a run that was simulated without a log.
    """
    log = run.log
    if log is None:
        raise ValueError("found a run without a log; allowed one simulated with log=True")
    broken = _time(run, log) + _instants(run, log)
    broken += Account(run, log).broken()
    return broken + first_come_first_served(run, log) + littles_law(run, log)


def _time(run: LoggedRun, log: NDArray[Any]) -> list[str]:
    broken, time = [], log["time"]
    back = np.flatnonzero(np.diff(time) < 0)
    if len(back):
        broken.append(
            f"time runs back {len(back)} times, first from {time[back[0]]:g} s to"
            f" {time[back[0] + 1]:g} s"
        )
    outside = int(((time < 0) | (time > run.world.horizon)).sum())
    if outside:
        broken.append(f"{outside} events are outside the run")
    return broken


def _instants(run: LoggedRun, log: NDArray[Any]) -> list[str]:
    """The first acceptance, answer and response of each contact, and its end, in log and records."""
    broken, contacts = [], run.contacts
    for kinds, field in (*_FIRSTS, ((_WRAPPING, _CLOSED), "ended")):
        rows = log[np.isin(log["kind"], kinds)]
        who, first = np.unique(rows["contact"], return_index=True)
        told = np.full(len(contacts), np.nan)
        told[who] = rows["time"][first]
        # A short look that passes a contact on, or finds noise, leaves no trace in its record.
        passed_on = np.isin(np.arange(len(contacts)), log["contact"][log["kind"] == _PASSED_ON])
        glanced = passed_on | (contacts["outcome"] == _DISCARDED)
        told[glanced] = contacts[field][glanced]
        differ = int(
            (~((told == contacts[field]) | (np.isnan(told) & np.isnan(contacts[field])))).sum()
        )
        if differ:
            broken.append(f"{differ} contacts are {field} at another instant than the log tells")
    return broken


class Account:
    """What every agent holds and works on, entry by entry; breaches are kept as they happen."""

    def __init__(self, run: LoggedRun, log: NDArray[Any]) -> None:
        world, agents = run.world, len(run.world.agent_group)
        self._run, self._log = run, log
        self._channel = world.type_channel[run.contacts["contact_type"]].tolist()
        n = len(world.channel_names)
        rows = world.tables["capacity"].reshape(-1, n)[world.agent_group]
        self._most, self._units = rows["most"].tolist(), rows["units"].tolist()
        self._apart, self._second = rows["kept_out_by"].tolist(), rows["secondary"].tolist()
        self._total = world.tables["groups"][["units", "secondary"]][world.agent_group].tolist()
        self._exclusive = world.tables["channels"]["exclusive"].tolist()
        self._early = world.tables["channels"]["early"].tolist()
        self._held: list[dict[int, int]] = [{} for _ in range(agents)]  # contact -> channel
        self._weight = [(0.0, 0.0)] * agents  # of the total, and of the secondary capacity
        self._rings: list[set[int]] = [set() for _ in range(agents)]  # held, not yet accepted
        self._task = [-1] * agents  # contact that has the attention
        self._wraps = [False] * agents
        self._present = [False] * agents  # takes new contacts
        self._here = [False] * agents  # logged in, finishing included
        self._touched = [0.0] * agents
        self._seconds = np.zeros((agents, 4))  # present, working, wrapping, held x seconds
        self._breaches: dict[str, list[str]] = {}

    def broken(self) -> list[str]:
        """Follow the log to its end and say what was wrong."""
        log = self._log
        kinds = (
            _ACCEPTED, _BEGAN, _PAUSED, _TURN_DONE, _WRAPPING, _CLOSED, _RELEASED, _REQUEUED,
            _PASSED_ON, _ON, _OFF, _GONE, _OFFERED, _REFUSED, _TRANSFERRED, _DRAFTED,
        )  # fmt: skip
        mine = log[np.isin(log["kind"], kinds) & (log["agent"] >= 0)]
        for time, kind, contact, agent, other in mine.tolist():
            self._take(time, kind, contact, agent, other)
        for agent in range(len(self._held)):
            self._touch(self._run.world.horizon, agent)
        return [
            f"{text}: {len(cases)} times, first {cases[0]}"
            for text, cases in self._breaches.items()
        ] + self._ledger()

    def _take(self, time: float, kind: int, contact: int, agent: int, other: int) -> None:
        self._touch(time, agent)
        if kind == _OFFERED:
            self._accept(time, contact, agent)
            self._rings[agent].add(contact)
            if self._exclusive[self._channel[contact]]:
                self._begin(time, contact, agent)
        elif contact in self._rings[agent]:
            self._end_of_ringing(time, kind, contact, agent)
        elif kind == _ACCEPTED:
            self._accept(time, contact, agent)
        elif kind in (_ON, _OFF, _GONE):
            self._attendance(time, kind, agent)
        elif kind == _CLOSED and self._wraps[agent] and self._task[agent] == contact:
            self._let_go(time, contact, agent)
        elif contact not in self._held[agent]:
            self._breach(
                "an agent does something with a contact it does not hold", time, contact, agent
            )
        elif kind == _BEGAN:
            self._begin(time, contact, agent)
        elif kind == _WRAPPING:
            if self._task[agent] >= 0:
                self._breach("an agent does two things at once", time, contact, agent)
            self._task[agent], self._wraps[agent] = contact, True
            if self._early[self._channel[contact]]:  # the slot is free, the attention is not
                self._held[agent].pop(contact)
                self._weigh(agent)
        elif kind in (_PAUSED, _TURN_DONE):
            self._end_of_work(time, contact, agent)
        elif kind in (_PASSED_ON, _TRANSFERRED, _DRAFTED) or (kind == _CLOSED and other == _DISCARDED):
            self._task[agent] = -1  # a short look, or a turn that others do, ends without one
            self._let_go(time, contact, agent)
        elif kind in (_CLOSED, _RELEASED, _REQUEUED, _REFUSED):
            self._let_go(time, contact, agent)
        else:
            raise KeyError(f"{Log(kind).name}: measures/laws/event_laws.py does not know what it does to an agent")

    def _accept(self, time: float, contact: int, agent: int) -> None:
        channel = self._channel[contact]
        if not self._present[agent]:
            self._breach("an agent accepts a contact while away", time, contact, agent)
        if contact in self._held[agent]:
            self._breach("an agent accepts a contact twice", time, contact, agent)
        held = self._held[agent]
        held[contact] = channel
        self._weigh(agent)
        others = set(held.values()) - {channel}
        if (
            sum(c == channel for c in held.values()) > self._most[agent][channel]
            or any(w > most + _UNITS for w, most in zip(self._weight[agent], self._total[agent]))
            or any(self._apart[agent][channel] >> c & 1 for c in others)
        ):
            self._breach("an agent holds more than its slots allow", time, contact, agent)

    def _end_of_ringing(self, time: float, kind: int, contact: int, agent: int) -> None:
        self._rings[agent].discard(contact)
        if self._task[agent] == contact:
            self._task[agent] = -1
        if kind != _ACCEPTED:
            self._let_go(time, contact, agent)

    def _begin(self, time: float, contact: int, agent: int) -> None:
        if self._task[agent] >= 0:
            self._breach("an agent does two things at once", time, contact, agent)
        if not self._here[agent]:
            self._breach("an agent works while away", time, contact, agent)
        self._task[agent] = contact

    def _end_of_work(self, time: float, contact: int, agent: int) -> None:
        if self._task[agent] != contact:
            self._breach("work ends that had not begun", time, contact, agent)
        self._task[agent] = -1

    def _let_go(self, time: float, contact: int, agent: int) -> None:
        if self._task[agent] == contact:
            if not self._wraps[agent]:
                self._breach(
                    "an agent lets a contact go while it works on it", time, contact, agent
                )
            self._task[agent], self._wraps[agent] = -1, False
        self._held[agent].pop(contact, None)  # None: its slot was given back before
        self._weigh(agent)

    def _attendance(self, time: float, kind: int, agent: int) -> None:
        if kind == _ON:
            self._present[agent] = self._here[agent] = True
        elif kind == _OFF:
            self._present[agent] = False
        elif kind == _GONE:
            if self._held[agent]:
                self._breach("an agent goes home with work in hand", time, -1, agent)
            self._present[agent] = self._here[agent] = False
        else:
            raise KeyError(f"{Log(kind).name}: no coming or going in measures/laws/event_laws.py")

    def _weigh(self, agent: int) -> None:
        units, second, held = self._units[agent], self._second[agent], self._held[agent].values()
        self._weight[agent] = (
            sum(units[channel] for channel in held if not second[channel]),
            sum(units[channel] for channel in held if second[channel]),
        )

    def _touch(self, time: float, agent: int) -> None:
        seconds = time - self._touched[agent]
        if seconds > 0:
            row = self._seconds[agent]
            if self._here[agent]:
                row[0] += seconds
            if self._task[agent] >= 0 and self._task[agent] not in self._rings[agent]:
                row[2 if self._wraps[agent] else 1] += seconds
            row[3] += sum(self._weight[agent]) * seconds
        self._touched[agent] = time

    def _ledger(self) -> list[str]:
        broken = []
        for i, field in enumerate(("present", "working", "wrapping", "held")):
            kept, told = self._run.ledger[field].sum(axis=1), self._seconds[:, i]
            differ = np.flatnonzero(np.abs(kept - told) > _ROUNDING * (1 + told))
            if len(differ):
                a = differ[0]
                broken.append(
                    f"the ledger of {len(differ)} agents differs from the log: agent {a} {field}"
                    f" {kept[a]:g} s, by the log {told[a]:g} s"
                )
        return broken

    def _breach(self, text: str, time: float, contact: int, agent: int) -> None:
        about = f"agent {agent}" + (f" with contact {contact}" if contact >= 0 else "")
        self._breaches.setdefault(text, []).append(f"{about} at {time:g} s")

"""Synchronous contacts of a history as arrays, day by day: what the laws are fitted on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from floorcast.history.folder import History
from floorcast.scenario.catalogue.channel_kinds import SYNCHRONOUS
from floorcast.scenario.read.problems import InputErrors, Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
DAY = 86400.0
_RARE = 30  # contacts; a type with fewer, and less than one in 300, goes with the commonest
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Contacts:
    """Contacts in order of arrival, [n] each. day: days since 1970; at: seconds of that day;
    wait, handle: seconds (handle NaN unknown); kind: number of the class; agent: number, -1 none.

    A class is a contact type and, where the export has one, its priority: `kinds` (type, priority).
    kind of who did not wait, and so was not told apart, is that of the type's first class, and
    `guessed` says so.
    """

    day: Ints
    at: Floats
    wait: Floats
    handle: Floats
    kind: Ints
    guessed: Bools
    handled: Bools
    agent: Ints
    kinds: tuple[tuple[str, str], ...]
    agents: tuple[str, ...]
    channel: str = "phone"

    def __len__(self) -> int:
        return len(self.day)

    def of(self, chosen: Bools | Ints) -> Contacts:
        """Some of them."""
        names = ("day", "at", "wait", "handle", "kind", "guessed", "handled", "agent")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})

    def on(self, days: Iterable[int]) -> Contacts:
        """Those of some days."""
        return self.of(np.isin(self.day, np.fromiter(days, np.int64)))

    @property
    def days(self) -> list[int]:
        """The days there are contacts on, in order."""
        return [int(one) for one in np.unique(self.day)]

    @property
    def answered(self) -> Floats:
        """Seconds of the day at which the wait ended."""
        return self.at + self.wait

    @property
    def done(self) -> Floats:
        """Seconds of the day at which the agent was done; NaN of who was not handled."""
        return np.where(self.handled, self.at + self.wait + np.nan_to_num(self.handle), np.nan)

    @property
    def type_of(self) -> Ints:
        """Number of each contact's type, in the order of `types`."""
        places = {name: n for n, name in enumerate(self.types)}
        return np.array([places[kind[0]] for kind in self.kinds], np.int64)[self.kind]

    @property
    def types(self) -> tuple[str, ...]:
        """Contact types, in the order of the classes."""
        return tuple(dict.fromkeys(kind[0] for kind in self.kinds))

    def kind_name(self, number: int) -> str:
        """A class as a scenario names its contact type."""
        kind, priority = self.kinds[number]
        return f"{kind} {priority}" if priority else kind


def date_of(day: int) -> date:
    """The date of a day's number."""
    return _EPOCH + timedelta(days=day)


_ON_LINE = "(" + ", ".join(f"'{one}'" for one in sorted(SYNCHRONOUS)) + ")"


def waits_on_line(history: History) -> bool:
    """Whether a history has closed contacts of a channel on which customers wait on the line."""
    if not history.has("contacts"):
        return False
    closed = "wait IS NOT NULL AND outcome IN ('handled', 'abandoned')"
    query = f"SELECT 1 FROM contacts WHERE channel IN {_ON_LINE} AND {closed} LIMIT 1"
    return history.connect().execute(query).fetchone() is not None


def load_contacts(history: History, channel: str | None = None) -> Contacts:
    """Contacts of one synchronous channel (the one with most contacts when None), closed ones only.

    Raises InputErrors when the history has none.
    """
    connection = history.connect()
    history.path("contacts")
    usual = connection.execute(
        f"SELECT channel FROM contacts WHERE wait IS NOT NULL ORDER BY channel IN {_ON_LINE} DESC,"
        " count(*) OVER (PARTITION BY channel) DESC, channel LIMIT 1"
    ).fetchone()
    wanted = channel or (str(usual[0]) if usual else "")
    columns = connection.execute(
        """
        SELECT date_diff('day', DATE '1970-01-01', CAST(arrived AS DATE)) AS day,
               date_part('epoch', arrived - date_trunc('day', arrived)) AS at, greatest(wait, 0) AS wait,
               coalesce(handle, 'NaN'::DOUBLE) AS handle, coalesce(type, 'contacts') AS type,
               coalesce(priority, '') AS priority, outcome = 'handled' AS handled, coalesce(agent, '') AS agent
        FROM contacts WHERE channel = ? AND outcome IN ('handled', 'abandoned') AND wait IS NOT NULL ORDER BY arrived
        """,
        [wanted],
    ).fetchnumpy()
    if not len(columns["day"]):
        message = f"has no closed contacts with a wait on the channel {wanted or 'phone'}"
        raise InputErrors([Problem(str(history.folder), None, "", message)])
    types = np.asarray(columns["type"], dtype=object).astype(str)
    priority = np.asarray(columns["priority"], dtype=object).astype(str)
    names, code, counts = np.unique(types, return_inverse=True, return_counts=True)
    usual_type = int(counts.argmax())
    rare = (counts < _RARE) & (counts < len(types) / 300)
    code = np.where(rare[code], usual_type, code)
    kinds, kind, guessed = _classes(names, code, priority)
    agents, agent = np.unique(np.asarray(columns["agent"], dtype=object).astype(str), return_inverse=True)
    first_named = 1 if len(agents) and agents[0] == "" else 0
    return Contacts(
        day=np.asarray(columns["day"], np.int64),
        at=np.asarray(columns["at"], np.float64),
        wait=np.asarray(columns["wait"], np.float64),
        handle=np.ma.filled(np.ma.asarray(columns["handle"], np.float64), np.nan),
        kind=kind,
        guessed=guessed,
        handled=np.asarray(columns["handled"], bool),
        agent=agent.astype(np.int64) - first_named,
        kinds=kinds,
        agents=tuple(str(one) for one in agents[first_named:]),
        channel=wanted,
    )


def _classes(
    names: NDArray[np.str_], code: Ints, priority: NDArray[np.str_]
) -> tuple[tuple[tuple[str, str], ...], Ints, Bools]:
    """Classes by type and known priority; those of unknown priority are guessed later."""
    kinds: list[tuple[str, str]] = []
    kind = np.zeros(len(code), np.int64)
    guessed = np.zeros(len(code), bool)
    for number in np.unique(code):
        mine = code == number
        known, counts = np.unique(priority[mine & (priority != "")], return_counts=True)
        enough = [str(one) for one, n in zip(known, counts, strict=True) if n >= _RARE] or [""]
        if len(enough) == 1:
            enough = [""]
        first = len(kinds)
        kinds += [(str(names[number]), one) for one in enough]
        kind[mine] = first
        for place, one in enumerate(enough):
            kind[mine & (priority == one)] = first + place
        if len(enough) > 1:  # where all are of one class there is nothing to guess
            guessed |= mine & ~np.isin(priority, enough)
    return tuple(kinds), kind, guessed


def full_days(contacts: Contacts, least: float = 0.5) -> list[int]:
    """Days with at least `least` of the contacts of the median day: the days worth comparing."""
    days, counts = np.unique(contacts.day, return_counts=True)
    return [int(one) for one in days[counts >= least * np.median(counts)]]

"""Who waits when: the queue of a day, second by second, and agents' calls in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from floorcast.history.calls.contacts import Bools, Contacts, Floats, Ints

SECONDS = 100_000  # of a day, what is left of the last calls included


@dataclass(frozen=True)
class DayQueue:
    """One day. waiting [types, seconds]: how many wait of each type; `contacts` of the day."""

    contacts: Contacts
    waiting: Ints

    def somebody(self, types: Bools) -> Bools:
        """[seconds] whether anybody of these types waits."""
        return np.asarray(self.waiting[types].sum(axis=0) > 0)


def day_queue(contacts: Contacts) -> DayQueue:
    """The queue of the contacts of one day."""
    moves = np.zeros((len(contacts.types), SECONDS + 1), np.int64)
    waited = contacts.wait > 0
    kind = contacts.type_of[waited]
    np.add.at(moves, (kind, _second(contacts.at[waited])), 1)
    np.add.at(moves, (kind, _second(contacts.answered[waited])), -1)
    return DayQueue(contacts, np.cumsum(moves, axis=1)[:, :SECONDS])


def by_day(contacts: Contacts) -> Iterator[tuple[int, Contacts]]:
    """Contacts day by day (they stand in order of arrival)."""
    days, starts = np.unique(contacts.day, return_index=True)
    ends = [*starts[1:], len(contacts)]
    for day, start, end in zip(days, starts, ends, strict=True):
        yield int(day), contacts.of(np.arange(start, end))


@dataclass(frozen=True)
class Calls:
    """One agent's contacts of a day in order [n]: begin and end (seconds of the day), whether each
    had waited, its place in the day's contacts."""

    agent: int
    begin: Floats
    end: Floats
    waited: Bools
    place: Ints


def calls_of(contacts: Contacts) -> list[Calls]:
    """Agents' contacts of one day; of contacts that overlap, the end is the latest so far."""
    found: list[Calls] = []
    begin = contacts.answered
    end = begin + np.nan_to_num(contacts.handle)
    mine = contacts.handled & (contacts.agent >= 0)
    for agent in np.unique(contacts.agent[mine]):
        place = np.flatnonzero(mine & (contacts.agent == agent))
        place = place[np.argsort(begin[place], kind="stable")]
        latest = np.maximum.accumulate(end[place])
        found.append(Calls(int(agent), begin[place], latest, contacts.wait[place] > 2, place))
    return found


def _second(at: Floats) -> Ints:
    return np.clip(at, 0, SECONDS - 1).astype(np.int64)


def with_agents(contacts: Contacts) -> tuple[Contacts, int]:
    """Answered contacts without an agent given to one who was free for all of them, the one with
    least room; (contacts, how many were given).

    Exports lose names; what nobody did would count as idle time of somebody.
    """
    agent = contacts.agent.copy()
    given = 0
    start = 0
    for _, day in by_day(contacts):
        nameless = np.flatnonzero(day.handled & (day.agent < 0))
        if len(nameless):
            busy = {one.agent: (list(one.begin), list(one.end)) for one in calls_of(day)}
            kinds = {one.agent: set(day.type_of[one.place].tolist()) for one in calls_of(day)}
            for place in nameless:
                a = _free(busy, kinds, float(day.answered[place]), float(day.done[place]), int(day.type_of[place]))
                if a >= 0:
                    agent[start + place] = a
                    given += 1
        start += len(day)
    from dataclasses import replace

    return replace(contacts, agent=agent), given


def _free(
    busy: dict[int, tuple[list[float], list[float]]], kinds: dict[int, set[int]], begin: float, end: float, kind: int
) -> int:
    """The agent between whose calls this one fits with least room; marks the time as taken."""
    best: tuple[bool, float, int, int] | None = None
    for agent, (begins, ends) in busy.items():
        after = int(np.searchsorted(begins, begin + 1))
        if after == 0 or after == len(begins):
            continue
        if ends[after - 1] <= begin + 1 and begins[after] >= end - 1:
            room = begins[after] - ends[after - 1]
            key = (kind not in kinds[agent], room, agent, after)
            best = key if best is None or key < best else best
    if best is None:
        return -1
    _, _, agent, after = best
    busy[agent][0].insert(after, begin)
    busy[agent][1].insert(after, end)
    return agent

"""Contacts of channels on which nobody waits on the line: emails, messages, posts; and who is back, who is new, who
holds several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from floorcast.history.calls.contacts import Contacts, Floats, Ints
from floorcast.history.fit.attendance import Share, _share
from floorcast.history.folder import History
from floorcast.history.others.conversations import Talk

_LEAST = 30
_NEW = 28  # days in which an agent is new, and that a history must have before it can tell
_POINTS = 50


@dataclass(frozen=True)
class Other:
    """A contact type of another channel: days seen, mean contacts [7, 48] by weekday and half hour, and of those
    that tell it [n] turns, handle seconds (None unknown) and seconds to the first reply. Where messages are known,
    seconds of work on a turn and of thinking before the next, and how many are held at once, see `Talk`."""

    channel: str
    name: str
    contacts: int
    days: int
    mean: Floats
    turns: Floats | None
    handle: Floats | None
    reply: Floats | None
    work: Floats | None = None
    think: Floats | None = None
    held: tuple[int, float, int] | None = None
    weekdays: Ints = field(default_factory=lambda: np.zeros(7, np.int64))  # days seen of each


def other_types(history: History, channel: str, talks: Sequence[Talk] = ()) -> list[Other]:
    """Types of contacts, of posts and of conversations told by their messages, on other channels than the one that is
    fitted; those with 30 and more."""
    connection = history.connect()
    found: list[Other] = []
    for grain in ("contacts", "posts"):
        if not history.has(grain):
            continue
        kinds = connection.execute(
            f"SELECT coalesce(channel, 'social'), coalesce(type, channel, 'posts'), count(*) FROM {grain}"
            " WHERE coalesce(channel, 'social') <> ? GROUP BY 1, 2 HAVING count(*) >= ? ORDER BY 1, 2",
            [channel, _LEAST],
        ).fetchall()
        columns = "turns, handle, wait" if grain == "contacts" else "NULL, NULL, NULL"
        for where, name, count in kinds:
            place_of = "date_part('hour', arrived) * 2 + floor(date_part('minute', arrived) / 30)"
            rows = connection.execute(
                f"SELECT CAST(arrived AS DATE), {place_of}, {columns} FROM {grain}"
                " WHERE coalesce(channel, 'social') = ? AND coalesce(type, channel, 'posts') = ?",
                [where, name],
            ).fetchall()
            first, last = min(row[0] for row in rows), max(row[0] for row in rows)
            length = (last - first).days + 1
            weekdays = np.bincount([(first.weekday() + n) % 7 for n in range(length)], minlength=7)
            counts = np.zeros((7, 48))
            for day, place, *_ in rows:
                counts[day.weekday(), int(place)] += 1
            mean = counts / np.maximum(weekdays, 1)[:, None]
            turns, handle, reply = (_known([row[n] for row in rows]) for n in (2, 3, 4))
            known = (turns, handle, reply)
            found.append(Other(str(where), str(name), int(count), length, mean, *known, weekdays=weekdays))
    return _with_talks(found, [one for one in talks if one.channel != channel])


def _with_talks(others: list[Other], talks: Sequence[Talk]) -> list[Other]:
    """What messages tell of types that are known as contacts too, and types that only messages tell of."""
    used: set[int] = set()
    found: list[Other] = []
    for one in others:
        mine = [t for t in talks if t.channel == one.channel and t.name in (one.name, None)]
        talk = max(mine, key=lambda t: t.name is not None, default=None)
        if talk is not None:
            used.add(id(talk))
            one = replace(one, turns=talk.turns, work=talk.work, think=talk.think, held=talk.held, reply=talk.reply)
        found.append(one)
    return found + [_of_talk(talk) for talk in talks if id(talk) not in used]


def _of_talk(talk: Talk) -> Other:
    day = np.floor(talk.began / 86400.0).astype(np.int64)
    length = int(day[-1] - day[0]) + 1
    weekday = (day + 3) % 7  # 1 January 1970 was a Thursday
    counts = np.zeros((7, 48))
    np.add.at(counts, (weekday, (talk.began % 86400.0 // 1800).astype(np.int64)), 1)
    days = np.bincount((np.arange(day[0], day[-1] + 1) + 3) % 7, minlength=7)
    mean = counts / np.maximum(days, 1)[:, None]
    name = talk.name or talk.channel
    known = (talk.turns, None, talk.reply, talk.work, talk.think, talk.held)
    return Other(talk.channel, name, len(day), length, mean, *known, weekdays=days)


def _known(values: list[float | None]) -> Floats | None:
    told = np.array([float(one) for one in values if one is not None and one >= 0])
    return told if len(told) >= _LEAST else None


def repeats(history: History, channel: str) -> Share | None:
    """Of handled contacts with a known customer: the share that is back within a day."""
    row = history.connect().execute(
        "SELECT count(*), count(*) FILTER (gap BETWEEN 0 AND 86400) FROM (SELECT outcome, date_diff('second', ended,"
        " lead(arrived) OVER (PARTITION BY customer ORDER BY arrived)) AS gap FROM contacts"
        " WHERE channel = ? AND customer IS NOT NULL) WHERE outcome = 'handled'",
        [channel],
    ).fetchone()
    return _share(int(row[1]), int(row[0])) if row and row[0] >= _LEAST else None


def experience(contacts: Contacts) -> tuple[float, float, float, int] | None:
    """How many times as long agents take in their first four weeks: (factor, low, high, new agents); None where no
    agent is seen to begin, since the history is too short or nobody is new."""
    known = contacts.handled & (contacts.agent >= 0) & (np.nan_to_num(contacts.handle) > 0)
    one = contacts.of(known)
    if not len(one) or one.day[-1] - one.day[0] < 2 * _NEW:
        return None
    first = np.full(len(contacts.agents), np.iinfo(np.int64).max)
    np.minimum.at(first, one.agent, one.day)
    mean = np.bincount(one.type_of, one.handle) / np.maximum(np.bincount(one.type_of), 1)
    ratio = one.handle / mean[one.type_of]
    tenure = one.day - first[one.agent]
    logs = []
    for agent in np.flatnonzero(first > one.day[0] + _NEW):
        mine = one.agent == agent
        early, late = ratio[mine & (tenure < _NEW)], ratio[mine & (tenure >= _NEW)]
        if len(early) >= _LEAST and len(late) >= _LEAST:
            logs.append(float(np.log(early.mean() / late.mean())))
    if len(logs) < 3:
        return None
    half = 1.96 * float(np.std(logs, ddof=1)) / np.sqrt(len(logs))
    value, low, high = (float(np.exp(np.mean(logs) + by)) for by in (0.0, -half, half))
    return value, low, high, len(logs)


def at_once(contacts: Contacts) -> tuple[int, float, int]:
    """Contacts that an agent has at once: (the most that is usual, 95 % of beginnings have no more; mean; cases)."""
    known = contacts.handled & np.isfinite(contacts.handle) & (contacts.agent >= 0)
    held: list[int] = []
    for agent in np.unique(contacts.agent[known])[:200]:
        mine = known & (contacts.agent == agent)
        begin = contacts.day[mine] * 86400.0 + contacts.answered[mine]
        end = np.sort(begin + contacts.handle[mine])
        begin = np.sort(begin)
        held += (np.arange(len(begin)) + 1 - np.searchsorted(end, begin + 1, side="right")).tolist()
    if not held:
        return 1, 1.0, 0
    return max(int(np.quantile(held, 0.95)), 1), float(np.mean(np.maximum(held, 1))), len(held)


def values_of(seconds: Floats) -> list[float]:
    """A law as equally likely values."""
    return [float(one) for one in np.quantile(seconds, (np.arange(_POINTS) + 0.5) / _POINTS)]

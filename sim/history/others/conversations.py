"""Conversations from their messages: turns, how long agents work on one, how long customers think, how many are held.

A turn is a question (messages of the customer in a row) and its answer (messages of an agent in a row). An agent
works on one thing at a time, so that it began an answer when the question was there and its answer before, in
whichever conversation, was sent; whatever lies before that is waiting, not work. What an agent took up after a
silence of over `AWAY` is left out: it may have been away. A customer has thought when its question is complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from floorcast.history.calls.contacts import Bools, Floats, Ints
from floorcast.history.fit.attendance import Share, _share
from floorcast.history.folder import History

AWAY = 1800.0  # seconds of silence after which an agent may have been away
NIGHT = 4 * 3600.0  # seconds of silence that no agent sits through
_LEAST_THERE = 60.0  # seconds for which an agent was there before its first message
LEAST = 30  # conversations of a type
_ALONE = 1.5  # conversations of an agent from which it is known again


@dataclass(frozen=True)
class Talk:
    """Conversations of one channel and type. began [n]: seconds since 1970 of each one's first message of a customer;
    turns [n'] of those that were answered and are over; work (None where agents are not known again), think, reply:
    seconds of work on a turn, of thinking before the next, to the first answer; unanswered: share without an answer;
    held: what 95 % of beginnings do not exceed, the mean, how many; answers: by agent, rows (when an answer's first
    message was sent, when its work began at the earliest, whether the agent may have been away before it)."""

    channel: str
    name: str | None
    began: Floats
    turns: Floats
    work: Floats | None
    think: Floats
    reply: Floats
    unanswered: Share
    held: tuple[int, float, int] | None
    left_out: int
    answers: dict[str, Floats]


@dataclass(frozen=True)
class _Runs:
    """Messages of one sender in a row, in order of conversation and time [n]."""

    talk: Ints
    agent: Ints  # -1 of a customer
    first: Floats
    last: Floats
    begin: Bools  # the conversation's first run

    def of(self, chosen: Bools) -> _Runs:
        return _Runs(self.talk[chosen], self.agent[chosen], self.first[chosen], self.last[chosen], self.begin[chosen])


@dataclass(frozen=True)
class Turns:
    """Answers to questions [n]: conversation, agent, when the question was complete, when the answer's work
    began at the earliest, when it was sent; whether the agent may have been away in between."""

    talk: Ints
    agent: Ints
    asked: Floats
    began: Floats
    first: Floats  # when the answer's first message was sent
    sent: Floats  # ... and its last
    away: Bools


def talks_of(history: History) -> list[Talk]:
    """Conversations by channel and type, those with `LEAST` and more; begun by an agent they are none."""
    if not history.has("messages"):
        return []
    connection = history.connect()
    found: list[Talk] = []
    kinds = connection.execute(
        "SELECT channel, type FROM messages GROUP BY channel, type HAVING count(DISTINCT contact) >= ? ORDER BY 1, 2",
        [LEAST],
    ).fetchall()
    sent = _sent(history)
    for channel, name in kinds:
        talk = _talk(history, str(channel), name, sent)
        if talk is not None:
            found.append(talk)
    return found


def _sent(history: History) -> dict[str, Floats]:
    """Instants of each agent's messages, whatever they are about, in order."""
    columns = history.connect().execute(
        "SELECT agent, epoch(sent) AS moment FROM messages WHERE sender = 'agent' AND agent IS NOT NULL"
        " ORDER BY agent, moment"
    ).fetchnumpy()
    names, start = np.unique(np.asarray(columns["agent"], dtype=object).astype(str), return_index=True)
    parts = np.split(np.asarray(columns["moment"], np.float64), start[1:]) if len(names) else []
    return dict(zip((str(one) for one in names), parts, strict=True))


def _talk(history: History, channel: str, name: str | None, sent: dict[str, Floats]) -> Talk | None:
    columns = history.connect().execute(
        "SELECT contact, sender = 'agent' AS ours, coalesce(agent, '') AS agent, epoch(sent) AS moment FROM messages"
        " WHERE channel = ? AND type IS NOT DISTINCT FROM ? AND sender <> 'bot'"
        " ORDER BY min(sent) OVER (PARTITION BY contact), contact, sent, ours",
        [channel, name],
    ).fetchnumpy()
    if not len(columns["moment"]):
        return None
    names = list(sent)
    place = {one: n for n, one in enumerate(names)} | {"": len(names)}
    ours = np.asarray(columns["ours"], bool)
    agent = np.array([place[str(one)] for one in columns["agent"]], np.int64)
    _, talk = np.unique(np.asarray(columns["contact"], dtype=object).astype(str), return_inverse=True)
    runs = _runs(talk, np.where(ours, agent, -1), np.asarray(columns["moment"], np.float64))
    asks = runs.begin & (runs.agent < 0)
    theirs = np.isin(runs.talk, runs.talk[asks])
    runs = runs.of(theirs)  # begun by an agent: nobody arrived
    if asks.sum() < LEAST:
        return None
    turns = turns_of(runs, [sent[one] for one in names])
    over, answered = _over(runs, turns)
    begins = runs.begin
    first = _first_per(turns.talk)
    started = np.full(int(runs.talk.max()) + 1, np.nan)
    started[runs.talk[begins]] = runs.first[begins]
    answers = runs.of(runs.agent >= 0)
    opened = _first_per(answers.talk)
    again = len(np.unique(turns.talk)) >= _ALONE * max(len(np.unique(turns.agent)), 1)
    known = ~turns.away & (turns.agent < len(names))
    work = (turns.sent - turns.began)[known] if again and known.sum() >= LEAST else None
    return Talk(
        channel,
        name,
        np.sort(runs.first[begins]),
        answered.astype(np.float64),
        work,
        _thinking(runs),
        (answers.first - started[answers.talk])[opened],
        _share(int(over.sum() - np.isin(np.flatnonzero(over), turns.talk).sum()), int(over.sum())),
        _held(runs, turns, first) if again else None,
        int(turns.away.sum()),
        _answers(turns, names),
    )


def _answers(turns: Turns, names: list[str]) -> dict[str, Floats]:
    table = np.stack([turns.first, turns.began, turns.away.astype(np.float64)], axis=1)
    return {names[n]: table[turns.agent == n] for n in np.unique(turns.agent) if n < len(names)}


def _runs(talk: Ints, who: Ints, at: Floats) -> _Runs:
    """Who: -1 the customer, else the agent; two agents one after the other answer together."""
    ours = who >= 0
    new = np.ones(len(talk), bool)
    new[1:] = (talk[1:] != talk[:-1]) | (ours[1:] != ours[:-1])
    start = np.flatnonzero(new)
    end = np.append(start[1:], len(talk)) - 1
    begin = np.ones(len(start), bool)
    begin[1:] = talk[start][1:] != talk[start][:-1]
    return _Runs(talk[start], who[end], at[start], at[end], begin)


def turns_of(runs: _Runs, sent: list[Floats]) -> Turns:
    """sent: by agent, the instants of all its messages in order."""
    answer = np.flatnonzero((runs.agent >= 0) & ~runs.begin)
    asked = runs.last[answer - 1]
    before = np.full(len(answer), -np.inf)
    for agent in np.unique(runs.agent[answer]):
        mine = np.flatnonzero(runs.agent[answer] == agent)
        if agent < len(sent):
            place = np.searchsorted(sent[int(agent)], runs.first[answer[mine]], side="left")
            before[mine] = np.append(-np.inf, sent[int(agent)])[place]
    began = np.maximum(asked, before)
    away = runs.first[answer] - began > AWAY
    return Turns(runs.talk[answer], runs.agent[answer], asked, began, runs.first[answer], runs.last[answer], away)


def _thinking(runs: _Runs) -> Floats:
    later = np.flatnonzero((runs.agent < 0) & ~runs.begin)
    return np.asarray(runs.last[later] - runs.last[later - 1])


def _first_per(talk: Ints) -> Bools:
    first = np.ones(len(talk), bool)
    first[1:] = talk[1:] != talk[:-1]
    return first


def _over(runs: _Runs, turns: Turns) -> tuple[Bools, Ints]:
    """Which conversations [all numbers] began so long before the history's end that they are over, and of those that
    were answered the number of answers."""
    size = int(runs.talk.max()) + 1
    begin, end = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(begin, runs.talk, runs.first)
    np.maximum.at(end, runs.talk, runs.last)
    there = np.isfinite(begin)
    length = float(np.quantile((end - begin)[there], 0.99))
    over = there & (begin <= end[there].max() - length)
    count = np.bincount(turns.talk, minlength=size)
    return over, count[over & (count > 0)]


def _held(runs: _Runs, turns: Turns, first: Bools) -> tuple[int, float, int] | None:
    """Conversations that an agent has at once, as each begins: from its first answer to the last message."""
    end = np.full(int(runs.talk.max()) + 1, -np.inf)
    np.maximum.at(end, runs.talk, runs.last)
    held: list[int] = []
    for agent in np.unique(turns.agent):
        mine = first & (turns.agent == agent)
        begin, over = np.sort(turns.sent[mine]), np.sort(end[turns.talk[mine]])
        held += (np.arange(len(begin)) + 1 - np.searchsorted(over, begin, side="left")).tolist()
    return (max(int(np.quantile(held, 0.95)), 1), float(np.mean(held)), len(held)) if held else None


def spans_of(history: History, talks: Sequence[Talk]) -> dict[str, list[tuple[float, float]]]:
    """By agent, when it was there as its messages tell: (from, to) in seconds since 1970. A silence is a break where a
    question waited all through it, and in any case over `NIGHT`."""
    found: dict[str, list[tuple[float, float]]] = {}
    for agent, at in _sent(history).items():
        rows = np.concatenate([one.answers[agent] for one in talks if agent in one.answers] or [np.zeros((0, 3))])
        back = np.isin(at, rows[rows[:, 2] > 0, 0])
        cut = np.flatnonzero((np.diff(at) > NIGHT) | ((np.diff(at) > AWAY) & back[1:])) + 1
        began = {float(row[0]): float(row[1]) for row in rows if not row[2]}
        found[agent] = [
            (min(began.get(float(part[0]), np.inf), float(part[0]) - _LEAST_THERE), float(part[-1]))
            for part in np.split(at, cut)
            if len(part)
        ]
    return found

"""How long agents are not available after a contact: a law while nobody waits, one while somebody
does, and one while several do, each second of known unavailability weighed by its hazard.

After a contact ended, its agent is known to be unavailable for as long as somebody waits whom it
could take. If the next contact had waited, the agent came back just then; if it had not, the agent
was back before. So the time is censored on an interval, and the likelihood of hazards h (constant
on bins of the time since the contact, one set for each of `CROWD`) is
exp(-H(known)) (1 - exp(-H(unknown))), H being the hazard summed over the seconds of each. Time in
which an agent is away (a gap longer than `cut`) is presence, not this law.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from floorcast.history.calls.contacts import Bools, Contacts, Floats, Ints
from floorcast.history.calls.waiting import SECONDS, by_day, calls_of, day_queue

CROWD = ("nobody", "somebody", "several")  # who wait; several: two or more
CUT = 900.0  # seconds between contacts from which an agent was away
_EDGES = np.array([0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30, 40, 60, 90, 120, 180, 300, 480, 901])
_PARTS = ((0, 8), (8, 40), (40, 2000))  # of the time in which agents differ, each by a factor
_PRIOR = 15.0  # returns that the group's own law counts for, beside an agent's


@dataclass(frozen=True)
class Rests:
    """Time after contacts [n, bins, crowd]: seconds known to be unavailable and seconds of which one
    saw the return; last axis as in `CROWD`. agent, at (seconds of the day at which it began) [n]."""

    agent: Ints
    at: Ints
    known: Floats
    unknown: Floats


@dataclass(frozen=True)
class Unavailable:
    """Hazards per second [bins, crowd] of all agents together and of each by number; how many rests; returns
    seen [bins, crowd], by the law where only an interval is known."""

    usual: Floats
    own: dict[int, Floats]
    rests: int
    returns: Floats

    def back_within(self, seconds: float, crowd: int) -> tuple[float, float, float]:
        """The share of agents back within so many seconds while so many wait, (value, low, high): cumulated hazard
        with the variance of its returns, 95 %."""
        # Instants are in whole seconds: who is seen back after 10 was so after 9.5 to 10.5.
        width = np.clip(seconds - 0.5, _EDGES[:-1], _EDGES[1:]) - _EDGES[:-1]
        part = self.usual[:, crowd] * width
        error = float(np.sqrt((part**2 / np.maximum(self.returns[:, crowd], 0.5)).sum()))
        value, low, high = (-np.expm1(-max(float(part.sum()) + by * error, 0.0)) for by in (0.0, -1.96, 1.96))
        return float(value), float(low), float(high)

    def of(self, agent: int) -> Floats:
        """The hazards of an agent; of an unknown one the usual."""
        return self.own.get(agent, self.usual)


def rests(contacts: Contacts, takes: dict[int, Bools], usual: Bools) -> Rests:
    """Times between contacts of one agent. takes: by agent, the types it takes for sure."""
    agents: list[Ints] = []
    starts: list[Ints] = []
    known: list[Floats] = []
    unknown: list[Floats] = []
    for _, day in by_day(contacts):
        queue = day_queue(day)
        for calls in calls_of(day):
            wait = queue.waiting[takes.get(calls.agent, usual)].sum(axis=0)
            someone = wait > 0
            gap = calls.begin[1:] - calls.end[:-1]
            use = (gap >= 1) & (gap <= CUT) & (calls.begin[1:] < SECONDS)
            start = calls.end[:-1][use].astype(np.int64)
            end = np.maximum(calls.begin[1:][use].astype(np.int64), start + 1)
            waited = calls.waited[1:][use]
            last = np.maximum.accumulate(np.where(someone, np.arange(SECONDS), -1))
            until = np.where(waited, end - 1, np.clip(last[end - 1] + 1, start, end - 1))
            total = np.cumsum([[False, *someone], [False, *(wait > 1)]], axis=1)
            known.append(_cells(start, start, until, total))
            unknown.append(_cells(start, until, end, total))
            starts.append(start)
            agents.append(np.full(int(use.sum()), calls.agent, np.int64))
    empty = np.zeros((0, len(_EDGES) - 1, len(CROWD)))
    return Rests(
        np.concatenate(agents or [np.zeros(0, np.int64)]),
        np.concatenate(starts or [np.zeros(0, np.int64)]),
        np.concatenate(known or [empty]),
        np.concatenate(unknown or [empty]),
    )


def _cells(start: Ints, low: Ints, high: Ints, total: Ints) -> Floats:
    """Seconds of low..high by bin of the time since start, by how many wait; total [2, seconds]: seconds
    so far with somebody, and with several."""
    a = np.clip(start[:, None] + _EDGES[:-1], low[:, None], high[:, None])
    b = np.clip(start[:, None] + _EDGES[1:], low[:, None], high[:, None])
    someone, several = total[:, b] - total[:, a]
    return np.stack([(b - a) - someone, someone - several, several], axis=2).astype(np.float64)


def fit_unavailable(data: Rests) -> Unavailable | None:
    """The laws, None when there is too little to tell (fewer than 50 rests)."""
    if len(data.agent) < 50:
        return None
    usual = _hazards(data)
    own = {}
    for agent in np.unique(data.agent):
        mine = data.agent == agent
        own[int(agent)] = _own(data.known[mine], data.unknown[mine], usual)
    hazard = np.maximum(np.tensordot(data.unknown, usual, 2), 1e-12)
    # Where only an interval is known, a return tells as much as its hazard is small against the interval's.
    told = (data.unknown * usual / hazard[:, None, None] * _told(hazard)[:, None, None]).sum(axis=0)
    return Unavailable(usual, own, len(data.agent), told)


def _told(hazard: Floats) -> Floats:
    """What a return within an interval of this hazard tells of its logarithm, against one that was seen
    exactly, 0 to 1: the curvature of log(1 - e^-H) by log H."""
    small = hazard < 1e-6
    value = hazard**2 * np.exp(-hazard) / np.expm1(-np.maximum(hazard, 1e-9)) ** 2
    return np.where(small, 1.0, value)


def _hazards(data: Rests) -> Floats:
    """Maximum likelihood by L-BFGS on the logarithms; bins without any time keep a small hazard."""
    shape = data.known.shape[1:]
    size = int(np.prod(shape))
    known = data.known.reshape(-1, size).sum(axis=0)
    cells = data.unknown.reshape(-1, size)

    def loss(x: Floats) -> tuple[float, Floats]:
        h = np.exp(x)
        unknown = np.maximum(cells @ h, 1e-12)
        slope = (known - (_odds(unknown)) @ cells) * h
        return float(known @ h - np.log(-np.expm1(-unknown)).sum()), slope

    found = minimize(loss, np.full(size, -3.0), jac=True, method="L-BFGS-B", bounds=[(-9, 2)] * size,
                     options={"maxiter": 300})  # fmt: skip
    return np.asarray(np.exp(found.x.reshape(shape)))


def sooner(data: Rests, law: Unavailable) -> Floats:
    """How much sooner than by the law each agent was back [n]: 1 less the hazard used up until then (mean 0 where
    the law holds; a martingale residual)."""
    found = np.zeros(len(data.agent))
    for agent in np.unique(data.agent):
        mine = data.agent == agent
        own = law.of(int(agent))
        unknown = np.maximum(np.tensordot(data.unknown[mine], own, 2), 1e-12)
        found[mine] = unknown * _odds(unknown) - np.tensordot(data.known[mine], own, 2)
    return found


def _odds(hazard: Floats) -> Floats:
    """1 / (exp(hazard) - 1), without an overflow where a hazard is so large that it is 0."""
    return np.asarray(np.exp(-hazard) / -np.expm1(-hazard))


def _own(known: Floats, unknown: Floats, usual: Floats) -> Floats:
    """An agent's hazards: the usual ones times a factor per part of the time, returns seen over
    returns expected, with the usual law counting for `_PRIOR` of both."""
    own = usual.copy()
    for _ in range(8):
        hazard = np.maximum(np.tensordot(unknown, own, 2), 1e-12)
        returns = (unknown * own / hazard[:, None, None]).sum(axis=0)
        passed = known.sum(axis=0) + np.tensordot(1 / hazard - _odds(hazard), unknown, 1)
        for low, high in _PARTS:
            part = (_EDGES[:-1] >= low) & (_EDGES[:-1] < high)
            factor = (returns[part].sum() + _PRIOR) / ((passed[part] * usual[part]).sum() + _PRIOR)
            own[part] = usual[part] * factor
    return own


_LEVELS = np.concatenate(
    [np.linspace(0, 0.9, 46)[:-1], np.linspace(0.9, 0.99, 19)[:-1], np.linspace(0.99, 0.9999, 10)]
)


def values_of(hazard: Floats) -> tuple[list[float], list[float]]:
    """One law [bins] as values in seconds and their weights."""
    left = np.exp(-np.concatenate(([0.0], np.cumsum(np.repeat(hazard, np.diff(_EDGES))))))
    middles = (np.concatenate([_LEVELS, [1.0]])[1:] + _LEVELS) / 2
    seconds = np.searchsorted(1 - left, middles)
    weights = np.diff(np.append(_LEVELS, 1.0))
    return [float(one) for one in np.minimum(seconds, len(left) - 1)], [float(w) for w in weights]


def mean_of(hazard: Floats) -> float:
    """Mean seconds of one law, up to `CUT`."""
    return float(np.exp(-np.cumsum(np.repeat(hazard, np.diff(_EDGES)))).sum())

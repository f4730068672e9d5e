"""Patience from censored waits: hazards by time waited and by how many waited on arrival.

Who is answered is censored then (Kaplan and Meier 1958; here with hazards constant on bins).
Customers who hear their place in the queue, or guess it, give up sooner where many wait; each
class of customers (type and priority) has a factor of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floorcast.history.calls.contacts import Contacts, Floats, Ints
from floorcast.history.calls.waiting import SECONDS, by_day, day_queue

CROWDS = (0, 1, 2, 3, 5, 8, 12)
_EDGES = np.array([0, 3, 6, 10, 15, 20, 30, 40, 60, 90, 120, 180, 300, 1e6])
_LEAST = 150  # abandoned contacts; below, patience is a sourced default
_POINTS = 120
_PRIOR = 10.0  # abandonments that the law of all counts for, beside a cell's or a class's own
_SPLIT = 90.0  # seconds: how a crowd changes patience early and late


@dataclass(frozen=True)
class Patience:
    """Hazards per second [crowds, bins] of all, factors by class, waits and abandonments seen."""

    hazards: Floats
    factors: Floats
    waits: int
    abandoned: int

    def values(self, kind: int, crowd: int) -> list[float]:
        """One law as equally likely values in seconds."""
        hazard = self.hazards[crowd] * self.factors[kind]
        spent = np.concatenate(([0.0], np.cumsum(hazard[:-1] * np.diff(_EDGES[:-1]))))
        left = -np.log1p(-(np.arange(_POINTS) + 0.5) / _POINTS)
        place = np.searchsorted(spent, left, side="right") - 1
        at = _EDGES[place] + (left - spent[place]) / hazard[place]
        return [float(max(one, 0.1)) for one in at]

    def mean(self, kind: int, crowd: int) -> float:
        """Mean seconds of one law."""
        return float(np.mean(self.values(kind, crowd)))


def crowd_met(contacts: Contacts) -> Ints:
    """How many waited when each of the contacts came, [n]."""
    parts = []
    for _, day in by_day(contacts):
        waiting = day_queue(day).waiting.sum(axis=0)
        here = waiting[np.clip(day.at, 0, SECONDS - 1).astype(np.int64)]
        parts.append(np.maximum(here - (day.wait > 0), 0))
    return np.concatenate(parts)


def fit_patience(contacts: Contacts) -> Patience | None:
    """The laws; None when too few gave up to tell."""
    waited = contacts.wait > 0
    crowd = np.searchsorted(CROWDS, crowd_met(contacts)[waited], side="right") - 1
    one = contacts.of(waited)
    gave_up = ~one.handled
    if gave_up.sum() < _LEAST:
        return None
    passed = np.clip(one.wait[:, None], _EDGES[:-1], _EDGES[1:]) - _EDGES[:-1]
    place = np.searchsorted(_EDGES, one.wait, side="right") - 1
    ended = np.zeros_like(passed)
    ended[np.flatnonzero(gave_up), place[gave_up]] = 1
    size = (len(CROWDS), len(_EDGES) - 1)
    seconds, events = np.zeros(size), np.zeros(size)
    np.add.at(seconds, crowd, passed)
    np.add.at(events, crowd, ended)
    usual = (events.sum(axis=0) + 0.5) / (seconds.sum(axis=0) + 200.0)
    hazards = np.zeros(size)
    for n in range(size[0]):
        for part in (_EDGES[:-1] < _SPLIT, _EDGES[:-1] >= _SPLIT):
            expected = (seconds[n] * usual)[part].sum()
            own = usual[part] * (events[n][part].sum() + _PRIOR / 2) / (expected + _PRIOR / 2)
            hazards[n, part] = (events[n][part] + _PRIOR) / (seconds[n][part] + _PRIOR / own)
    factors = np.ones(len(contacts.kinds))
    for kind in range(len(contacts.kinds)):
        mine = (one.kind == kind) & ~one.guessed
        expected = (passed[mine] * hazards[crowd[mine]]).sum()
        factors[kind] = (gave_up[mine].sum() + _PRIOR) / (expected + _PRIOR)
    return Patience(hazards, factors, len(one), int(gave_up.sum()))

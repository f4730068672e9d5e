"""Patience from censored waits: hazards by time waited and by how many waited on arrival.

Who is answered is censored then (Kaplan and Meier 1958; here with hazards constant on bins).
Customers who hear their place in the queue, or guess it, give up sooner where many wait; each
class of customers (type and priority) has a factor of its own, and each hour of the day where that
comes nearer to days it was not fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.history.calls.contacts import Bools, Contacts, Floats, Ints
from floorcast.history.calls.waiting import SECONDS, by_day, day_queue

CROWDS = (0, 1, 2, 3, 5, 8, 12)
_EDGES = np.array([0, 3, 6, 10, 15, 20, 30, 40, 60, 90, 120, 180, 300, 1e6])
_LEAST = 150  # abandoned contacts; below, patience is a sourced default
_POINTS = 120
_PRIOR = 10.0  # abandonments that the law of all counts for, beside a cell's or a class's own
_FOLDS = 4
_SPLIT = 90.0  # seconds: how a crowd changes patience early and late


@dataclass(frozen=True)
class Patience:
    """Hazards per second [crowds, bins] of all, factors on them by class and by hour [24] of arrival
    (all 1 where the data do not choose them), waits and abandonments seen."""

    hazards: Floats
    factors: Floats
    hours: Floats
    waits: int
    abandoned: int
    seen: tuple[Floats, Floats]  # given up, and seconds waited, by bin [bins] each

    def gone_within(self, seconds: float) -> tuple[float, float, float]:
        """The share of all that would give up within so many seconds, (value, low, high): cumulated hazard with the
        variance of its events (Nelson and Aalen), 95 %."""
        events, waited = self.seen
        width = np.clip(seconds, _EDGES[:-1], _EDGES[1:]) - _EDGES[:-1]
        known = waited > 0
        spent = float((events[known] / waited[known] * width[known]).sum())
        error = float(np.sqrt((events[known] * (width[known] / waited[known]) ** 2).sum()))
        value, low, high = (-np.expm1(-max(spent + by * error, 0.0)) for by in (0.0, -1.96, 1.96))
        return float(value), float(low), float(high)

    def values(self, kind: int, crowd: int) -> list[float]:
        """One law as equally likely values in seconds."""
        hazard = self.hazards[crowd] * self.factors[kind]
        spent = np.concatenate(([0.0], np.cumsum(hazard[:-1] * np.diff(_EDGES[:-1]))))
        left = -np.log1p(-(np.arange(_POINTS) + 0.5) / _POINTS)
        place = np.searchsorted(spent, left, side="right") - 1
        at = _EDGES[place] + (left - spent[place]) / hazard[place]
        return [float(max(one, 0.1)) for one in at]

    def spent(self, contacts: Contacts) -> Floats:
        """The hazard that each contact [n] used up while it waited: how many of it should have given up."""
        crowd = np.searchsorted(CROWDS, crowd_met(contacts), side="right") - 1
        passed = np.clip(contacts.wait[:, None], _EDGES[:-1], _EDGES[1:]) - _EDGES[:-1]
        hour = np.clip(contacts.at // 3600, 0, 23).astype(np.int64)
        return np.asarray((passed * self.hazards[crowd]).sum(axis=1) * self.factors[contacts.kind] * self.hours[hour])

    def still_waiting(self, contacts: Contacts, crowd: Ints, seconds: Floats) -> Floats:
        """The share still waiting after `seconds` [n] (in order, from 0) by the laws of just these customers: at each
        moment the mean hazard of those who then waited, each by class, crowd met and hour. Comparable with the
        curve of Kaplan and Meier of the same customers; a single law is not, since those of a crowd wait longest.
        crowd [contacts]: place in `CROWDS` of how many waited when each came.
        """
        hour = np.clip(contacts.at // 3600, 0, 23).astype(np.int64)
        factor = self.factors[contacts.kind] * self.hours[hour]
        order = np.argsort(-contacts.wait, kind="stable")  # who waited longest first
        by_crowd = np.zeros((len(order) + 1, len(CROWDS)))
        by_crowd[np.arange(1, len(order) + 1), crowd[order]] = factor[order]
        weights = by_crowd.cumsum(axis=0)  # of the n longest waits, the factors by crowd
        middles = (seconds[1:] + seconds[:-1]) / 2
        there = np.searchsorted(-contacts.wait[order], -middles, side="right")
        place = np.clip(np.searchsorted(_EDGES, middles, side="right") - 1, 0, len(_EDGES) - 2)
        rate = (weights[there] * self.hazards[:, place].T).sum(axis=1) / np.maximum(there, 1)
        return np.asarray(np.exp(-np.concatenate(([0.0], np.cumsum(rate * np.diff(seconds))))))

    @property
    def by_hour(self) -> bool:
        """Whether patience differs by hour."""
        return bool((self.hours != 1).any())

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
    expected = (passed * hazards[crowd]).sum(axis=1)
    factors = np.ones(len(contacts.kinds))
    hour = np.clip(one.at // 3600, 0, 23).astype(np.int64)
    hours = np.ones(24)
    chosen = _hours_help(one.day, hour, gave_up, expected)
    for _ in range(3 if chosen else 1):
        for kind in range(len(contacts.kinds)):
            mine = (one.kind == kind) & ~one.guessed
            factors[kind] = _factor(gave_up[mine].sum(), (expected * hours[hour])[mine].sum())
        if chosen:
            hours = _by_hour(hour, gave_up, expected * factors[one.kind])
    return Patience(hazards, factors, hours, len(one), int(gave_up.sum()), (events.sum(axis=0), seconds.sum(axis=0)))


def _factor(events: Any, expected: Any) -> Any:
    return (events + _PRIOR) / (expected + _PRIOR)


def _by_hour(hour: Ints, gave_up: Bools, expected: Floats) -> Floats:
    """Factors on the hazard [24]; their mean over those who are expected to give up is 1."""
    due = np.bincount(hour, expected, minlength=24)
    found = _factor(np.bincount(hour, gave_up, minlength=24), due)
    return np.asarray(found / (np.average(found, weights=due) if due.sum() > 0 else 1.0))


def _hours_help(day: Ints, hour: Ints, gave_up: Bools, expected: Floats) -> bool:
    """Whether factors by hour raise the likelihood of days that they were not fitted on."""
    days = np.unique(day)
    fold = np.searchsorted(days, day) % _FOLDS
    gain = 0.0
    for number in range(_FOLDS):
        known, other = fold != number, fold == number
        factor = _by_hour(hour[known], gave_up[known], expected[known])[hour[other]]
        gain += float((gave_up[other] * np.log(factor) - (factor - 1) * expected[other]).sum())
    return len(days) >= _FOLDS and gain > 0

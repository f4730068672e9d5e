"""Erlang A (M/M/c+M): Poisson contacts, exponential handle times, exponential patience.

Times in seconds, rates per second. Exact and stable for 0.01 to 100,000 erlangs, below and above
capacity, and for targets of seconds to days: all sums are of positive terms (see poisson_terms).

Sources: Palm, "Research on telephone traffic carried by full availability groups" (1957); Garnett,
Mandelbaum and Reiman, "Designing a call center with impatient customers" (2002); Mandelbaum and
Zeltyn, "Service engineering in action: the Palm/Erlang-A queue" (2007).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from floorcast.planning.theory.erlang import (
    blocked_and_carried,
    check_positive,
    check_share,
    check_time,
)
from floorcast.planning.theory.poisson_terms import (
    Floats,
    QueueTerms,
    harmonic_gap,
    log_poisson,
    queue_terms,
)

Formula = Literal["sl1", "sl2", "sl3", "sl4", "sl5"]


@dataclass(frozen=True)
class ErlangA:
    """M/M/c+M in the long run.

    `arrival_rate` [contacts/s], `handle_time` and mean `patience` [s] positive, `agents` >= 0. A
    wait ends by being answered or by giving up; "offered wait" is what a customer with endless
    patience would wait. Shares are of all contacts unless a name says otherwise.
    """

    arrival_rate: float
    handle_time: float
    agents: int
    patience: float

    def __post_init__(self) -> None:
        check_positive("arrival_rate", self.arrival_rate)
        check_positive("handle_time", self.handle_time)
        check_positive("patience", self.patience)
        if self.agents < 0 or self.agents != int(self.agents):
            raise ValueError(f"agents is {self.agents}; it must be a whole number from 0 on")

    # -- the queue as a whole -----------------------------------------------------------------

    @property
    def offered_load(self) -> float:
        """Erlangs offered, those who will give up included."""
        return self.arrival_rate * self.handle_time

    @property
    def probability_of_wait(self) -> float:
        """P(not answered at once)."""
        return self._all_busy * self._terms.total

    @property
    def answered_at_once(self) -> float:
        """P(answered without any wait): 1 - probability_of_wait, accurate however small."""
        carried = blocked_and_carried(self.offered_load, self.agents)[1]
        return carried * self._scale / self._weight

    @property
    def abandonment(self) -> float:
        """Share of contacts that give up."""
        return self._gave_up(self._terms, self._all_busy)

    @property
    def answered(self) -> float:
        """Share of contacts that are answered."""
        return self.answered_at_once + self._served_late(self._terms, self._all_busy)

    @property
    def occupancy(self) -> float:
        """Share of their time the agents work; nan with no agents."""
        return self.offered_load * self.answered / self.agents if self.agents else math.nan

    @property
    def mean_queue(self) -> float:
        """Mean number of contacts waiting."""
        return self._all_busy * self._terms.waiting_total

    # -- waits ---------------------------------------------------------------------------------

    @property
    def mean_wait(self) -> float:
        """Mean wait [s] of all contacts, however it ended, zeros included (Little)."""
        return self.mean_queue / self.arrival_rate

    @property
    def mean_wait_of_waiting(self) -> float:
        """Mean wait [s] of those not answered at once, however it ended."""
        return self._terms.waiting_total / self._terms.total / self.arrival_rate

    @property
    def mean_wait_of_answered(self) -> float:
        """Mean wait [s] of the answered, zeros included (average speed of answer)."""
        return self._wait_of_answered_late / self.answered

    @property
    def mean_wait_of_abandoned(self) -> float:
        """Mean wait [s] of those who give up."""
        # E[W; gives up] = E[W^2] / (2 patience): with j waiting, a sum over i <= j of i / (x + i).
        x, waiting, terms = self._x, *self._waiting_terms
        steps = waiting / (x + waiting)
        steps[0] = waiting[0] - x * harmonic_gap(x, waiting[0])
        later = float((terms * np.cumsum(steps)).sum())
        return self.patience * later / self._terms.waiting_total

    def wait_exceeds(self, seconds: float) -> float:
        """P(W > seconds): neither answered nor gone by then."""
        check_time(seconds)
        return math.exp(-seconds / self.patience) * self.offered_wait_exceeds(seconds)

    def offered_wait_exceeds(self, seconds: float) -> float:
        """P(V > seconds), V the wait of a customer with endless patience."""
        terms, size = self._at(seconds)
        return size * terms.total

    def wait_percentile(self, share: float) -> float:
        """The wait [s] that a `share` (0 to 1, exclusive) of all contacts does not exceed."""
        check_share("share", share)
        if self.probability_of_wait <= 1.0 - share:
            return 0.0
        # P(W > t) <= exp(-t/patience), so the percentile lies below this.
        low, high = 0.0, -self.patience * math.log1p(-share)
        while high - low > 1e-12 * high:
            middle = 0.5 * (low + high)
            if middle in (low, high):
                break
            if self.wait_exceeds(middle) > 1.0 - share:
                low = middle
            else:
                high = middle
        return high

    # -- shares by a time ------------------------------------------------------------------------

    def answered_within(self, seconds: float) -> float:
        """Share of contacts answered within `seconds`."""
        return max(0.0, self.answered - self.answered_after(seconds))

    def answered_after(self, seconds: float) -> float:
        """Share of contacts answered later than `seconds`."""
        return self._served_late(*self._at(seconds))

    def abandoned_within(self, seconds: float) -> float:
        """Share of contacts that give up within `seconds`."""
        return max(0.0, self.abandonment - self.abandoned_after(seconds))

    def abandoned_after(self, seconds: float) -> float:
        """Share of contacts that give up later than `seconds`."""
        return self._gave_up(*self._at(seconds))

    def service_level(self, within: float, formula: Formula = "sl4", short: float = 0.0) -> float:
        """Service level within `within` seconds by one of the five formulas in use.

        sl1 (answered + abandoned in time) / all; sl2 answered in time / answered; sl3 answered in
        time / all; sl4 answered in time / (all - abandoned in time); sl5 (answered in time +
        abandoned within `short` seconds) / all.
        """
        in_time = self.answered_within(within)
        if formula == "sl1":
            return in_time + self.abandoned_within(within)
        if formula == "sl2":
            return in_time / self.answered if self.agents else math.nan
        if formula == "sl3":
            return in_time
        if formula == "sl4":
            late = self.answered_after(within) + self.abandoned_after(within)
            return in_time / (in_time + late)
        if formula == "sl5":
            return in_time + self.abandoned_within(short)
        raise ValueError(f"formula is {formula!r}; it must be sl1, sl2, sl3, sl4 or sl5")

    # -- how ---------------------------------------------------------------------------------------

    @cached_property
    def _x(self) -> float:
        return self.agents * self.patience / self.handle_time

    @cached_property
    def _y(self) -> float:
        return self.arrival_rate * self.patience

    @cached_property
    def _terms(self) -> QueueTerms:
        return queue_terms(self._x, self._y)

    @cached_property
    def _scale(self) -> float:
        """r_0 in units of the largest term: p(x; y) / p(x + j*; y)."""
        return math.exp(log_poisson(self._x, self._y) - self._terms.log_largest)

    @cached_property
    def _weight(self) -> float:
        """Sum over all states in units where that of j waiting is B * terms[j]."""
        blocked, carried = blocked_and_carried(self.offered_load, self.agents)
        return carried * self._scale + blocked * self._terms.total

    @cached_property
    def _all_busy(self) -> float:
        """Probability of one unit of the terms: P(j waiting) = _all_busy * terms[j]."""
        return blocked_and_carried(self.offered_load, self.agents)[0] / self._weight

    @cached_property
    def _waiting_terms(self) -> tuple[Floats, Floats]:
        """(j, terms) of the states with somebody waiting."""
        behind = self._terms.waiting >= 1.0
        return self._terms.waiting[behind], self._terms.terms[behind]

    def _at(self, seconds: float) -> tuple[QueueTerms, float]:
        """Terms and their unit for those whose offered wait exceeds `seconds`.

        The offered wait V has a density like exp(y (1 - e^(-v/patience)) - x v/patience);
        integrated from t on it gives the same sums as from 0, at the load y e^(-t/patience).
        """
        check_time(seconds)
        if seconds == 0.0:
            return self._terms, self._all_busy
        left = self._y * math.exp(-seconds / self.patience)
        if left == 0.0:
            return self._terms, 0.0
        terms = queue_terms(self._x, left)
        return terms, self._all_busy * math.exp(terms.log_largest - self._terms.log_largest)

    def _served_late(self, terms: QueueTerms, size: float) -> float:
        """Share that waited past the terms' time and was answered: service flow / arrivals."""
        return size * terms.behind_somebody * self._x / self._y

    def _gave_up(self, terms: QueueTerms, size: float) -> float:
        """Share that waited past the terms' time and gave up: abandonment flow / arrivals."""
        return size * terms.waiting_total / self._y

    @property
    def _wait_of_answered_late(self) -> float:
        """E[W; answered] [s]: with j waiting, a sum over i <= j of 1 / (x + i)."""
        x, waiting, terms = self._x, *self._waiting_terms
        steps = 1.0 / (x + waiting)
        steps[0] = harmonic_gap(x, waiting[0])
        later = float((terms * np.cumsum(steps)).sum())
        return self._all_busy * later * x / self._y * self.patience

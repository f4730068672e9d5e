"""Erlang B and Erlang C: the queue with patient customers, and the centre without waiting places.

Times in seconds, rates per second, loads in erlangs. Exact for 0.01 to 100,000 erlangs and beyond:
every sum here adds positive terms only, so nothing cancels and nothing overflows. A probability too
small for a float is 0.

Source of the formulas: Cooper, *Introduction to Queueing Theory* (2nd ed. 1981), chapters 3.3-3.4;
Koole, *Call Center Optimization* (2013), chapter 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

ENOUGH = 1e-18  # a term this much smaller than the sum so far no longer changes it


def erlang_b(load: float, agents: int) -> float:
    """Share of contacts blocked when there are `agents` lines and no waiting (Erlang B).

    `load` in erlangs. Holds for any distribution of the handle time.
    """
    _check_load(load)
    _check_agents(agents)
    return blocked_and_carried(load, agents)[0]


def erlang_c(load: float, agents: int) -> float:
    """Probability that a contact has to wait when nobody gives up (Erlang C).

    1 if the load is not below the agents.
    """
    _check_load(load)
    _check_agents(agents)
    return _waiting(load, agents)[0]


def blocked_and_carried(load: float, agents: int) -> tuple[float, float]:
    """(B, 1 - B) of Erlang B, each to full relative accuracy however small.

    Up to agents = load: 1/B = 1 + c/a + c(c-1)/a^2 + ..., whose terms fall from the start. From
    there on the recursion B(n) = a B(n-1) / (n + a B(n-1)), which forgets its rounding errors.
    """
    if load == 0.0:
        return (1.0, 0.0) if agents == 0 else (0.0, 1.0)
    start = min(agents, math.floor(load))
    rest, term, left = 0.0, 1.0, start
    while left > 0:
        term *= left / load
        rest += term
        left -= 1
        if term < ENOUGH * (1.0 + rest):
            break
    blocked, carried = 1.0 / (1.0 + rest), rest / (1.0 + rest)
    for n in range(start + 1, agents + 1):
        offered = load * blocked
        blocked, carried = offered / (n + offered), n / (n + offered)
        if blocked == 0.0:
            break
    return blocked, carried


def _waiting(load: float, agents: int) -> tuple[float, float]:
    """(C, 1 - C) of Erlang C, each to full relative accuracy."""
    if load >= agents:
        return 1.0, 0.0
    blocked, carried = blocked_and_carried(load, agents)
    spare = agents - load
    both = spare + load * blocked
    return agents * blocked / both, spare * carried / both


@dataclass(frozen=True)
class ErlangC:
    """M/M/c in the long run: Poisson contacts, exponential handle times, nobody gives up.

    `arrival_rate` [contacts/s] and `handle_time` [s] positive, `agents` >= 0. If the load is not
    below the agents the queue grows for ever: every contact waits, all mean waits are infinite.
    """

    arrival_rate: float
    handle_time: float
    agents: int

    def __post_init__(self) -> None:
        check_positive("arrival_rate", self.arrival_rate)
        check_positive("handle_time", self.handle_time)
        _check_agents(self.agents)

    @property
    def offered_load(self) -> float:
        """Erlangs: contacts per second times seconds per contact."""
        return self.arrival_rate * self.handle_time

    @property
    def is_stable(self) -> bool:
        """Whether the agents can keep up in the long run."""
        return self.offered_load < self.agents

    @property
    def occupancy(self) -> float:
        """Share of their time the agents work; nan with no agents."""
        if self.agents == 0:
            return math.nan
        return min(1.0, self.offered_load / self.agents)

    @property
    def probability_of_wait(self) -> float:
        """P(W > 0), the Erlang C formula."""
        return _waiting(self.offered_load, self.agents)[0]

    @property
    def mean_wait(self) -> float:
        """Mean wait [s] of all contacts, zeros included (average speed of answer)."""
        return self.probability_of_wait * self.mean_wait_of_waiting

    @property
    def mean_wait_of_waiting(self) -> float:
        """Mean wait [s] of those who wait; they wait an exponential time with this mean."""
        return self.handle_time / (self.agents - self.offered_load) if self.is_stable else math.inf

    @property
    def mean_queue(self) -> float:
        """Mean number of contacts waiting (Little)."""
        return self.arrival_rate * self.mean_wait

    def wait_exceeds(self, seconds: float) -> float:
        """P(W > seconds)."""
        check_time(seconds)
        return self.probability_of_wait * math.exp(-seconds / self.mean_wait_of_waiting)

    def service_level(self, within: float) -> float:
        """P(W <= within), `within` in seconds: the share answered in that time."""
        check_time(within)
        waits, at_once = _waiting(self.offered_load, self.agents)
        return at_once - waits * math.expm1(-within / self.mean_wait_of_waiting)

    def wait_percentile(self, share: float) -> float:
        """The wait [s] that a `share` (0 to 1, exclusive) of all contacts does not exceed."""
        check_share("share", share)
        if not self.is_stable:
            return math.inf
        waits = self.probability_of_wait
        if waits <= 1.0 - share:
            return 0.0
        return self.mean_wait_of_waiting * math.log(waits / (1.0 - share))


def check_positive(name: str, value: float) -> None:
    """Raise ValueError unless `value` is a positive finite number."""
    if not (value > 0.0 and math.isfinite(value)):
        raise ValueError(f"{name} is {value}; it must be a positive number")


def check_time(seconds: float) -> None:
    """Raise ValueError unless `seconds` is a time from 0 on."""
    if not seconds >= 0.0:
        raise ValueError(f"a wait of {seconds} s was asked for; it must be 0 or more")


def check_share(name: str, value: float) -> None:
    """Raise ValueError unless `value` lies strictly between 0 and 1."""
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name} is {value}; it must lie between 0 and 1")


def _check_load(load: float) -> None:
    if not (load >= 0.0 and math.isfinite(load)):
        raise ValueError(f"the offered load is {load} erlangs; it must be a number from 0 on")


def _check_agents(agents: int) -> None:
    if agents < 0 or agents != int(agents):
        raise ValueError(f"agents is {agents}; it must be a whole number from 0 on")

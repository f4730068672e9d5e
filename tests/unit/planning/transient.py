"""An M/M/c(+M) centre that starts empty, by its Kolmogorov equations: exact averages over a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

Floats = NDArray[np.float64]
DEEPEST = 200  # waiting places kept when there is no limit


@dataclass(frozen=True)
class Started:
    """What arrivals during the time meet, on average; rates and times in one unit."""

    arrival_rate: float
    service_rate: float
    agents: int
    time: float
    within: float
    leave_rate: float = 0.0
    places: int | None = None

    def figures(self) -> dict[str, float]:
        """sl2, sl4, asa, abandoned and blocked per run, and occupancy over the time."""
        states = self._average_states()
        busy_less, waiting = states[: self.agents].sum(), states[self.agents :].copy()
        blocked = 0.0
        if self.places is not None:
            blocked, waiting[self.places] = float(waiting[self.places]), 0.0
        answered, gone, served, wait = self._fates(len(waiting))
        in_time = busy_less + waiting @ answered
        all_served = busy_less + waiting @ served
        offered = self.arrival_rate * self.time
        return {
            "sl2": float(in_time / all_served),
            "sl4": float(in_time / (1.0 - blocked - waiting @ gone)),
            "asa": float(waiting @ (served * wait) / all_served),
            "abandoned": float(offered * (waiting @ (1.0 - served))),
            "blocked": offered * blocked,
            "occupancy": float(np.minimum(np.arange(len(states)), self.agents) @ states)
            / self.agents,
        }

    def _average_states(self) -> Floats:
        """Time-average of P(n present), from an empty centre."""
        size = self.agents + (DEEPEST if self.places is None else self.places) + 1
        n = np.arange(size)
        deaths = np.minimum(n, self.agents) * self.service_rate
        deaths = deaths + np.maximum(n - self.agents, 0) * self.leave_rate
        generator = np.diag(np.full(size - 1, self.arrival_rate), 1) + np.diag(deaths[1:], -1)
        np.fill_diagonal(generator, -generator.sum(axis=1))
        # exp of this block matrix holds the integral of P(n, t) in its corner.
        block = np.zeros((2 * size, 2 * size))
        block[:size, :size], block[:size, size:] = generator, np.eye(size)
        return expm(block * self.time)[0, size:] / self.time

    def _fates(self, depth: int) -> tuple[Floats, Floats, Floats, Floats]:
        """By the number ahead: P(answered in time), P(gone in time), P(answered), E[wait | answered]."""
        ahead = np.arange(depth)
        up = self.agents * self.service_rate + ahead * self.leave_rate
        generator = np.zeros((depth + 2, depth + 2))
        generator[0, depth] = up[0]
        generator[ahead[1:], ahead[1:] - 1] = up[1:]
        generator[ahead, depth + 1] = self.leave_rate
        generator[ahead, ahead] = -(up + self.leave_rate)
        later = expm(generator * self.within)
        served = up[0] / (up + self.leave_rate)
        wait = np.cumsum(1.0 / (up + self.leave_rate))
        return later[:depth, depth], later[:depth, depth + 1], served, wait

"""A cost that no plan can go below: the work that the targets force to be done has to fit into the hours paid for.

What is forced (`forced.py`) is divided among the groups, each contact with the work of its type at the speed of the
group's best, and among blocks of time: a contact is begun in the block in which it comes, or in those until its
promise, or its patience, is over. In a block a group works no more than its people are there; what they have begun when
the block or their shift ends, on average at most E[S^2] / E[S] each (Lorden 1970, the excess over a boundary), comes on
top and counts in the group's hours as a whole. Groups share nobody, so what several targets ask of one group adds up;
occupancy that may not be above a share asks for hours beyond the work. Whole people work tours; with few tours the
integer program's own bound is taken, with many that of fractions, raised to the next sum that prices can make. What the
targets do not force (repeats, chasing, conversations after the first answer) is left out, so the bound holds whatever
the policy.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from floorcast.planning.programs.forced import (
    Forced,
    forced_by,
    later,
    least_work,
    open_arrivals,
)
from floorcast.planning.programs.in_hand import conversations, excess
from floorcast.planning.programs.model import Promise
from floorcast.planning.programs.program import LARGE, Program, Row
from floorcast.planning.programs.tours import Tours
from floorcast.scenario.schema.scenario import Scenario

Floats = NDArray[np.float64]
Interrupts = Mapping[str, Collection[str]] | None
BLOCK = 2 * 3600.0  # [s] of large scenarios; small ones are seen by the interval
STRETCHES = (1, 2, 4, 12)  # blocks
MOST_PARTS = 4_000  # of work by type, group and block


def lower_bound(
    scenario: Scenario, program: Program, tours: Tours, promises: tuple[Promise, ...], interrupts: Interrupts = None
) -> float:
    """The least cost over the horizon that keeps what the targets force, under every policy with these interrupts; by
    default the groups' own."""
    forced = [one for promise in promises if (one := forced_by(scenario, promise)) is not None]
    if not forced:
        solved = program.solve([], gap=1e-6)
    else:
        divided = _Divided(scenario, tours, forced, promises, interrupts)
        wide = replace(
            program,
            cost=np.concatenate((program.cost, np.zeros(divided.columns))),
            upper=np.concatenate((program.upper, np.full(divided.columns, np.inf))),
            fractions=divided.columns, kept=None,
        )  # fmt: skip
        few = program.cost.size <= LARGE
        solved = wide._solved(divided.rows, None, None, not few, 1e-6)
    if solved is None:
        return math.inf
    return _next_sum(tours, max(0.0, solved[1]))


def _next_sum(tours: Tours, cost: float) -> float:
    """The least multiple of what all prices are multiples of that is not below a cost."""
    cents = np.rint(tours.cost * 100).astype(np.int64)
    if not cents.size or np.abs(tours.cost * 100 - cents).max() > 1e-6:
        return cost
    unit = int(np.gcd.reduce(cents)) / 100
    return math.ceil(cost / unit - 1e-6) * unit if unit > 0 else cost


class _Divided:
    """Rows for work by type, group, block of arrival and block in which it is begun, beside the tours' columns."""

    def __init__(
        self, scenario: Scenario, tours: Tours, forced: list[Forced], promises: tuple[Promise, ...],
        interrupts: Interrupts,
    ) -> None:  # fmt: skip
        self.scenario, self.tours = scenario, tours
        self.rows: list[Row] = []
        self.first = tours.cost.size
        self.columns = 0
        arrivals, self.work = open_arrivals(scenario), least_work(scenario)
        self.talks = conversations(scenario)
        self.over = excess(scenario, self.work, interrupts)
        kinds = np.flatnonzero(np.any([one.kinds for one in forced], axis=0))
        steps = arrivals.shape[1]
        able = int(np.isfinite(self.work[kinds]).sum())
        size = 1 if steps * able <= MOST_PARTS else max(1, math.ceil(BLOCK / scenario.interval))
        marks = {0, steps, *range(0, steps, size)} | {at for one in forced for at in (one.first, one.end)}
        edges = sorted(marks)
        self.spans = list(zip(edges[:-1], edges[1:], strict=True))
        coming = np.stack([arrivals[:, low:high].sum(axis=1) for low, high in self.spans], axis=1)
        waits = np.zeros(len(scenario.type_names))
        for one in forced:
            waits[one.kinds] = np.maximum(waits[one.kinds], one.within)
        parts = self._divide(kinds, coming, waits, size * scenario.interval)
        for one in forced:
            self._ask(one, arrivals, parts)
        self._fit(parts)
        self._not_too_busy(parts, promises)

    def _column(self) -> int:
        self.columns += 1
        return self.first + self.columns - 1

    def _divide(
        self, kinds: NDArray[np.int64], coming: Floats, waits: Floats, block: float
    ) -> list[tuple[int, int, int, int, int]]:
        """(type, group, block of arrival, block of work, column) of each part, in contacts; no more than come."""
        parts = []
        for k in kinds.tolist():
            more = later(float(waits[k]), block)
            for b in np.flatnonzero(coming[k] > 0).tolist():
                own = []
                for g in np.flatnonzero(np.isfinite(self.work[k])).tolist():
                    for then in range(b, min(b + more, len(self.spans) - 1) + 1):
                        own.append((k, g, b, then, self._column()))
                places = np.array([part[4] for part in own], dtype=np.int64)
                if own:
                    self.rows.append(Row(places, np.ones(len(own)), -np.inf, float(coming[k, b])))
                parts += own
        return parts

    def _ask(self, one: Forced, arrivals: Floats, parts: list[tuple[int, int, int, int, int]]) -> None:
        """As much of what falls due is answered as a target forces."""
        steps = arrivals.shape[1]
        last = max(one.first, min(one.end, steps - math.ceil(one.within / self.scenario.interval)))
        due = float(arrivals[one.kinds, one.first : last].sum())
        places = np.array(
            [p[4] for p in parts if one.kinds[p[0]] and one.first <= self.spans[p[2]][0] < one.end], dtype=np.int64
        )
        if places.size and due > 0:
            self.rows.append(Row(places, np.ones(places.size), one.share * due, np.inf))

    def _fit(self, parts: list[tuple[int, int, int, int, int]]) -> None:
        """Work fits into the people there, block by block and as a whole."""
        last = self.tours.presence.shape[1]
        for g in sorted({part[1] for part in parts}):
            mine = np.flatnonzero(self.tours.group == g)
            work = [part for part in parts if part[1] == g and self.work[part[0], g] > 0]
            if not work:
                continue
            there = self.tours.presence[mine] * self.scenario.interval
            heads = np.ceil(self.tours.presence[mine] - 1e-9)
            for first, end in self._windows():
                here = [part for part in work if first <= part[3] < end]
                short = [part for part in here if not self.talks[part[0]]]
                if not here:
                    continue
                low, high = self.spans[first][0], self.spans[end - 1][1]
                # Who leaves, or is there when the window is over, may have begun something.
                stay = heads[:, high - 1] if high == last else np.minimum(heads[:, high - 1], heads[:, high])
                left = self.tours.ends[mine, low:high].sum(axis=1) + stay
                for finish, some in zip(self.over[:, g], (short, here)):
                    self._row(some, mine, there[:, low:high].sum(axis=1) + left * finish)

    def _windows(self) -> list[tuple[int, int]]:
        """Blocks, and stretches of them, in which work has to fit: over long ones what is begun at their end counts
        for little."""
        n = len(self.spans)
        found = {(first, min(n, first + length)) for length in STRETCHES for first in range(n)}
        return sorted(found | {(0, n)})

    def _row(self, work: list[tuple[int, int, int, int, int]], tours: NDArray[np.int64], seconds: Floats) -> None:
        some = seconds > 0
        places = np.concatenate((np.array([part[4] for part in work], dtype=np.int64), tours[some]))
        values = np.concatenate(([-self.work[part[0], part[1]] for part in work], seconds[some]))
        self.rows.append(Row(places, values, 0.0, np.inf))

    def _not_too_busy(self, parts: list[tuple[int, int, int, int, int]], promises: tuple[Promise, ...]) -> None:
        """Occupancy at most a share over the whole time asks for hours beyond the work."""
        steps = round(self.scenario.horizon / self.scenario.interval)
        over = float(self.over[1].max(initial=0.0))
        for promise in promises:
            target = promise.target
            if target.measure != "occupancy" or target.at_most is None or not 0 < target.at_most < 1:
                continue
            if target.base is not None or (promise.first, promise.end) != (0, steps):
                continue
            names = self.scenario.group_names
            wanted = [g for g, name in enumerate(names) if target.by != "group" or name == target.of]
            mine = np.flatnonzero(np.isin(self.tours.group, wanted))
            work = [part for part in parts if part[1] in wanted and self.work[part[0], part[1]] > 0]
            if work and mine.size:
                there = self.tours.presence[mine].sum(axis=1) * self.scenario.interval
                self._row(work, mine, target.at_most * (there + self.tours.ends[mine].sum(axis=1) * over))

"""The cheapest plan near one that was simulated, as the model around it has it.

The model's rooms are concave in the people present, so cuts follow them (Kelley 1960). Each is drawn on the way from
the best point so far to that of the program, which takes far fewer of them (Ben-Ameur and Neto 2007). Whole people come
from the integer program with the cuts that are nearly tight; between cuts it believes too much, so single people are
then added, taken away and moved as the model itself has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from floorcast.planning.programs.model import Anchor, Model
from floorcast.planning.programs.program import LARGE, ROUGHLY, Counts, Program, Row
from floorcast.planning.programs.tours import Tours

Floats = NDArray[np.float64]
ROUNDS = 40  # of cuts
CLOSE = 0.003  # of the cost: where cuts end
ON_THE_WAY = 0.25  # from the best point to the program's
TIGHT = 0.01  # of its right side: a cut further from binding is left out of the integer program
STEPS = 60  # of single people
LOOKED_AT = 3  # moves of each person that the model is asked about
COMING = 150  # tours, those that help most, to which people are moved
AT_MOST = 80  # moves at a time, before a plan is left as it is


@dataclass(frozen=True)
class Around:
    """The model around a simulated plan; `prices`: what a unit of each promise's missing room costs [P].

    The tours may be those of some groups only: of the others as many people are there as in the simulated plan. What
    has no margin is not looked at.
    """

    program: Program
    tours: Tours
    model: Model
    anchor: Anchor
    margin: Floats
    prices: Floats

    # -- what the model says ---------------------------------------------------------------------------

    def present(self, counts: Counts | Floats) -> Floats:
        """People on the floor [G, T]."""
        own = np.zeros((len(self.anchor.present), 1), dtype=np.bool_)
        own[self.tours.group] = True
        return np.where(own, self.tours.present(counts, len(own)), self.anchor.present)

    def worth(self, counts: Counts | Floats) -> float:
        """What a plan costs with what it takes to mend it."""
        rooms, _ = self.model.rooms(self.anchor, self.present(counts), self._asked)
        return self._worth(counts, rooms)

    def _worth(self, counts: Counts | Floats, rooms: Floats) -> float:
        return float(self.tours.cost @ counts) + float(self._short(rooms) @ self.prices)

    def _short(self, rooms: Floats) -> Floats:
        return np.where(self._asked, np.maximum(np.where(self._asked, self.margin, 0.0) - rooms, 0.0), 0.0)

    @cached_property
    def _asked(self) -> NDArray[np.bool_]:
        told = np.array([promise.k is not None for promise in self.model.promises], np.bool_)
        return told & np.isfinite(self.margin)

    # -- plans -----------------------------------------------------------------------------------------

    def cheapest(self, counts: Counts, near: tuple[Counts, int]) -> Counts | None:
        """The cheapest plan at most so many people from `near`, beginning with a plan; None where nothing fits."""
        rows = self._cuts(counts, near)
        if rows is None:
            return None
        few = ROUGHLY if self.tours.cost.size > LARGE else None
        whole = self.program.solve([], near, soft=(rows, 1.0), nodes=few)
        whole = self.program.solve([], near, soft=(rows, 1.0)) if whole is None and few is not None else whole
        return None if whole is None else self.polished(whole[0])

    def _cuts(self, counts: Counts, near: tuple[Counts, int]) -> list[Row] | None:
        """The cuts that bind the cheapest fractions of people, or nearly."""
        program = self.program.growing(near)
        best: Floats = counts.astype(np.float64)
        rows = self._tangents(best)[1]
        least, new, solved = math.inf, rows, None
        for _ in range(ROUNDS):
            solved = program.solve(new, 1.0)
            if solved is None:
                return None
            point = ON_THE_WAY * solved[0] + (1.0 - ON_THE_WAY) * best
            worth, new = self._tangents(point)
            rows = rows + new
            if worth < least:
                least, best = worth, point
            if least - solved[1] < CLOSE * abs(least):
                break
        assert solved is not None
        return [row for row in rows if row.low - row.values @ solved[0][row.places] > -TIGHT * abs(row.low) - 1e-9]

    def _tangents(self, counts: Floats) -> tuple[float, list[Row]]:
        """What a plan is worth, and rows: room + slope (y - present) >= margin, in people and the money that mends."""
        present = self.present(counts)
        rooms, slopes = self.model.rooms(self.anchor, present, self._asked)
        effects = self.tours.effects(slopes) * self.prices[:, None]
        rows = []
        for p, told in enumerate(self._asked):
            if not told or not math.isfinite(rooms[p] - self.margin[p]):
                continue
            places = np.flatnonzero(np.abs(effects[p]) > 1e-9)
            if places.size:
                at = float((slopes[p] * present).sum())
                low = float(self.prices[p]) * float(self.margin[p] - rooms[p] + at)
                rows.append(Row(places, effects[p, places], low, np.inf))
        return self._worth(counts, rooms), rows

    def polished(self, counts: Counts, only_more: bool = False) -> Counts:
        """A plan after moves of single people, or people added only, for as long as they make it cheaper to mend."""
        best = self.worth(counts)
        for _ in range(STEPS):
            for looked, other in enumerate(self._moves(counts, only_more)):
                if self.program.allows(other):
                    worth = self.worth(other)
                    if worth < best - 1e-6:
                        counts, best = other, worth
                        break
                if looked >= AT_MOST:
                    return counts
            else:
                return counts
        return counts

    def _moves(self, counts: Counts, only_more: bool) -> Iterator[Counts]:
        """One person more, less or elsewhere: what promises most by the model's slopes first."""
        rooms, slopes = self.model.rooms(self.anchor, self.present(counts), self._asked)
        asked = self._asked[:, None]
        effects = np.where(asked, self.tours.effects(slopes), 0.0)
        lacking = np.where(asked, np.where(asked, self.margin[:, None], 0.0) - rooms[:, None], 0.0)
        prices, cost = self.prices, self.tours.cost
        now = float(np.maximum(lacking, 0.0)[:, 0] @ prices)
        there = np.flatnonzero(counts > 0)
        moves: list[tuple[float, int, int]] = []  # (what is won, who goes, who comes), -1 for nobody

        def add(gone: int, come: NDArray[np.int64], short: Floats) -> None:
            won = now - prices @ np.maximum(short, 0.0) - cost[come] + (cost[gone] if gone >= 0 else 0.0)
            most = LOOKED_AT if gone >= 0 else AT_MOST // 2
            moves.extend((float(won[n]), gone, int(come[n])) for n in np.argsort(-won)[:most] if won[n] > 1e-6)

        everyone = np.arange(cost.size)
        add(-1, everyone, lacking - effects)
        if only_more:
            there = there[:0]
        helps = np.minimum(effects, np.maximum(lacking, 0.0)).T @ prices - cost
        come = np.argsort(-helps)[:COMING]
        for a in there.tolist():
            left = lacking + effects[:, [a]]
            alone = now - float(prices @ np.maximum(left, 0.0)[:, 0]) + float(cost[a])
            if alone > 1e-6:
                moves.append((alone, a, -1))
            add(a, come, left - effects[:, come])
        for _, gone, comes in sorted(moves, key=lambda move: -move[0]):
            other = counts.copy()
            other[gone] -= gone >= 0
            other[comes] += comes >= 0
            yield other

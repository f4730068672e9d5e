"""The search for the cheapest plan: integer programs with cuts learned from simulation, then local improvement.

A plan is simulated on the same replications as all others. Where it misses a promise, or could be
cheaper, the program gets a cut: the promise's room as a linear function of the people present, from the
model around that plan. Then single people are taken away or moved while all promises hold. A plan is believed on fresh
replications only; where these disappoint, its promises are asked for with a margin, and the search goes on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.model.compile.assemble import assemble
from floorcast.planning.programs.model import Anchor, Model, Promise
from floorcast.planning.programs.program import Counts, Program, Row
from floorcast.planning.programs.promises import kept, needs_whole
from floorcast.planning.programs.response import fit
from floorcast.planning.programs.tours import Tours, staffed_by
from floorcast.planning.trials import Trials
from floorcast.scenario.schema.scenario import Scenario

Floats = NDArray[np.float64]
CUT_ROUNDS = 11
FIRST_STEP = 0.2  # of the people may change in a round
LATER_STEP, LATER_ROUNDS = 0.08, 6
TANGENTS = 15  # cuts from the model around one simulated plan
ROUGHLY = 1e-3  # room that the model need not be true to
MOST_PAIRS = 12  # plans from which the model learns at a time
SOME_TOURS = 10
MOST_STEEPER, STEEPEST, FORGOTTEN = 3.0, 6.0, 0.8
DEARER, DEARER_LATER, DEAREST = 3.0, 6.0, 1000.0  # than mending is to leave a promise unkept: more while one stays so
LOCAL_ROUNDS = 40
TRIED_A_ROUND = 8
FEW_TOURS = 14
FAR = 5
MOST_NEAR = 60_000
TRIED_NEAR = 60
PAIRS_UP_TO = 40  # tours: below, two people are also exchanged for one


@dataclass(frozen=True)
class Tried:
    """A simulated plan."""

    counts: Counts
    cost: float
    anchor: Anchor

    def holds(self, margin: Floats) -> bool:
        """Whether every promise has room beyond its margin."""
        return bool((self.anchor.room >= margin).all())

    def worst(self, margin: Floats) -> float:
        """The least room in standard errors, or in hundredths where there is no error."""
        asked = np.isfinite(margin)
        room = (self.anchor.room - margin)[asked] / np.maximum(self.anchor.error, 0.01)[asked]
        return float(room.min(initial=math.inf))


@dataclass
class Search:
    """One search over tours; `store` keeps what was simulated, so that an interrupted search goes on."""

    scenario: Scenario
    policy: Any
    tours: Tours
    program: Program
    model: Model
    promises: tuple[Promise, ...]
    trials: Trials
    n: int
    store: Any = None
    on_news: Callable[[str, float | None], None] = lambda words, cost: None
    margin: Floats = field(default_factory=lambda: np.zeros(0))
    given: Floats = field(default_factory=lambda: np.zeros(0))  # by how much a promise was lowered to what can be had
    dearer: Floats = field(default_factory=lambda: np.zeros(0))  # than by the model, of each promise
    steeper: Floats = field(default_factory=lambda: np.zeros(0))  # than fitted, of each target [K]
    best: Tried | None = None
    looked: int = 0
    known: dict[bytes, Tried] = field(default_factory=dict)
    seen: list[Anchor] = field(default_factory=list)  # staffings simulated before there were plans
    prior: Floats = field(default_factory=lambda: np.zeros(0))  # the model's weights by theory
    heads: Counts = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))  # what theory asks for
    ample: Counts = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    price: float = 1.0  # of the dearest group's person for an interval

    def __post_init__(self) -> None:
        if not self.margin.size:
            self.margin = np.zeros(len(self.promises))
        if not self.given.size:
            self.given = np.zeros(len(self.promises))
        if not self.steeper.size:
            self.steeper = np.ones(len(self.trials.question.targets))
        if not self.dearer.size:
            self.dearer = np.full(len(self.promises), DEARER)

    # -- simulating ----------------------------------------------------------------------------------

    def look(self, counts: Counts) -> Tried:
        """Simulate a plan, once."""
        key = np.asarray(counts, dtype=np.int64).tobytes()
        if key not in self.known:
            anchor = self.store.get(key) if self.store is not None else None
            if anchor is None:
                anchor = self._simulate(counts)
                if self.store is not None:
                    self.store.put(key, anchor)
            self.looked += 1
            self.known[key] = Tried(counts, float(self.tours.cost @ counts), self.lowered(anchor))
        tried = self.known[key]
        if tried.holds(self.margin) and (self.best is None or tried.cost < self.best.cost - 1e-9):
            self.best = tried
            self.on_news("best plan so far", tried.cost)
        return tried

    @property
    def asked(self) -> NDArray[np.bool_]:
        """The promises that are asked for as they are written [P]."""
        asked: NDArray[np.bool_] = np.isfinite(self.margin) & (self.given == 0)
        return asked

    def lowered(self, anchor: Anchor) -> Anchor:
        """What was simulated, with the room that is left to promises that were lowered."""
        return replace(anchor, room=anchor.room + self.given)

    def _simulate(self, counts: Counts) -> Anchor:
        world = assemble(staffed_by(self.scenario, self.tours, counts), self.policy)
        question = self.trials.question
        trial = self.trials.run(world, self.n, whole=needs_whole(self.promises))
        _, room, error = kept(self.promises, trial, question, world)
        values, _ = trial.values()
        return Anchor(self._present(counts), values, trial.below.mean(axis=0), room, error)

    # -- programs and cuts ---------------------------------------------------------------------------

    def learn(self, start: Counts, step: float = FIRST_STEP, rounds: int = CUT_ROUNDS) -> None:
        """Programs with cuts around the plan that is cheapest to mend, from `start` on; what each plan that is looked
        at shows goes into the next cuts, and the steps, a share of the people at first, shrink where they fail."""
        centre = self.look(start)
        reach = max(4, int(step * start.sum()))
        for _ in range(rounds):
            lacking = self.margin - centre.anchor.room > np.maximum(centre.anchor.error, 1e-3)
            self.dearer = np.where(lacking, np.minimum(self.dearer * 2.0, DEAREST), self.dearer)
            counts = self.programmed(centre, (centre.counts, reach))
            if counts is None or counts.tobytes() in self.known:
                if reach <= 2:
                    break
                reach = max(2, reach // 3)
                continue
            tried = self.look(counts)
            self.refit(centre, tried)
            if self.mended(tried) < self.mended(centre) - 1e-9:
                centre = tried
            else:
                reach = max(2, reach // 2)

    def again(self, tried: Tried | None = None) -> None:
        """Programs with smaller steps from a plan; by default from that which is cheapest to mend."""
        self.dearer[:] = DEARER_LATER
        start = tried or min(self.known.values(), key=self.mended)
        self.learn(start.counts, LATER_STEP, LATER_ROUNDS)

    def refit(self, centre: Tried, tried: Tried | None = None) -> None:
        """Learn the model's weights from everything seen, beside a plan; where it promised more of the plan `tried`
        than came of it, a target falls more steeply."""
        if tried is not None:
            self._steepen(centre, tried)
        near = list(self.known.values())[-MOST_PAIRS:]
        pairs = [(centre.anchor, one.anchor) for one in near if one is not centre]
        pairs += [(self.seen[0], one) for one in self.seen[1:]]
        self.model.weights = fit(self.model, self.prior, pairs) * self.steeper[:, None, None]

    def _steepen(self, centre: Tried, tried: Tried) -> None:
        told = self.model.rooms(centre.anchor, tried.anchor.present)[0] - centre.anchor.room
        came = tried.anchor.room - centre.anchor.room
        for k, promise in self.model.first_of.items():
            p = self.promises.index(promise)
            if came[p] < -2.0 * max(float(tried.anchor.error[p]), 1e-3) and told[p] > came[p]:
                factor = float(came[p] / min(told[p], came[p] / MOST_STEEPER))
                self.steeper[k] = min(self.steeper[k] * factor, STEEPEST)
            else:
                self.steeper[k] = max(1.0, self.steeper[k] * FORGOTTEN)

    def mended(self, tried: Tried) -> float:
        """Roughly what a plan costs once it is mended: its cost, and what the room it lacks costs."""
        short = np.maximum(np.where(np.isfinite(self.margin), self.margin - tried.anchor.room, 0.0), 0.0)
        return tried.cost + float(short @ self.prices())

    def prices(self) -> Floats:
        """What a unit of each promise's room costs where it is just kept [P], from the tours that bring most of it
        for their money."""
        anchor = self.seen[0]
        slopes = self.model.at_the_bound(anchor)
        found = np.zeros(len(self.promises))
        for p, slope in enumerate(slopes):
            gain = np.sort(self._effect(slope) / np.maximum(self.tours.cost, 1e-9))
            found[p] = 1.0 / max(float(gain[-SOME_TOURS:].mean()), 1e-9) if gain[-1] > 0 else 0.0
        return found * self.dearer

    def programmed(self, centre: Tried, near: tuple[Counts, int]) -> Counts | None:
        """The cheapest plan at most so many people from some counts that the cuts around the centre allow, refined by
        the model's own tangents."""
        prices = self.prices()
        told = np.array([promise.k is not None for promise in self.promises])
        own = self._tangents(centre, centre.anchor.present, prices)
        for _ in range(TANGENTS):  # of fractions of people, which are found quickly
            solved = self.program.solve([], near, soft=(own, 1.0), relaxed=True)
            if solved is None:
                return None
            present = self._present(solved[0])
            rooms, _ = self.model.rooms(centre.anchor, present)
            if (rooms >= self.margin - ROUGHLY)[told].all():
                break
            own += self._tangents(centre, present, prices)
        whole = self.program.solve([], near, soft=(own, 1.0))
        return None if whole is None else whole[0]

    def _present(self, counts: Any) -> Floats:
        """People on the floor [G, T] of a plan, with groups that nobody works in."""
        found = self.tours.present(counts)
        present = np.zeros((self.model.weights.shape[1], found.shape[1]))
        present[: found.shape[0]] = found
        return present

    def _tangents(self, centre: Tried, present: Floats, prices: Floats) -> list[Row]:
        """room(present) + slope (y - present) >= margin, in terms of people on tours and of the money that mends."""
        rooms, slopes = self.model.rooms(centre.anchor, present)
        everyone = np.arange(self.tours.cost.size)
        rows = []
        for p, promise in enumerate(self.promises):
            if promise.k is None or not math.isfinite(rooms[p] - self.margin[p]):
                continue
            effect = self._effect(slopes[p]) * prices[p]
            at = float((slopes[p] * present).sum())
            places = everyone[np.abs(effect) > 1e-9]
            if places.size:
                rows.append(Row(places, effect[places], prices[p] * float(self.margin[p] - rooms[p] + at), np.inf))
        return rows

    def _effect(self, slope: Floats) -> Floats:
        """What one more person on each tour adds to a promise's room [J]."""
        effect: Floats = np.einsum("jt,jt->j", slope[self.tours.group], self.tours.presence)
        return effect

    # -- local improvement ---------------------------------------------------------------------------

    def improve(self, tries: int = TRIED_A_ROUND, enough: Callable[[], bool] = lambda: False) -> None:
        """Take people away, exchange and move them while every promise holds, until so many moves in a row fail."""
        failed: set[bytes] = set()
        for _ in range(LOCAL_ROUNDS):
            best = self.best
            if best is None:
                return
            tried = 0
            for counts in self._moves(best):
                key = counts.tobytes()
                if key in failed:
                    continue
                tried += 1
                if self.look(counts).holds(self.margin):
                    break
                failed.add(key)
                if tried >= tries or enough():
                    break
            if self.best is best:
                return

    def all_near(self) -> None:
        """With few tours, every cheaper plan near the best that the model does not rule out, the cheapest first."""
        while self.best is not None and self.tours.cost.size <= FEW_TOURS:
            best = self.best
            for counts in self._near(best):
                if self.look(counts).holds(self.margin):
                    break
            if self.best is best:
                return

    def _near(self, best: Tried) -> list[Counts]:
        """Cheaper plans with at most `FAR` people changed, those that the model believes in, the cheapest first."""
        rooms, slopes = self.model.rooms(best.anchor, best.anchor.present)
        effect = np.array([self._effect(slope) for slope in slopes]).reshape(len(slopes), -1)
        scale = np.maximum(best.anchor.error, 0.004)
        room = np.where(np.isfinite(rooms - self.margin), rooms - self.margin, 1e9)
        lost = [one.counts for one in self.known.values() if one.worst(self.margin) < -2.0]
        J = self.tours.cost.size
        changes = [np.zeros(J, dtype=np.int64)]
        seen = {changes[0].tobytes()}
        found: list[tuple[float, float, Counts]] = []
        for _ in range(FAR):
            further = []
            for change in changes:
                for j in range(J):
                    for sign in (1, -1):
                        step = change.copy()
                        step[j] += sign
                        key = step.tobytes()
                        if key in seen or abs(step).sum() <= abs(change).sum() or len(seen) > MOST_NEAR:
                            continue
                        seen.add(key)
                        further.append(step)
            changes = further
            for change in changes:
                counts = best.counts + change
                saved = float(-(self.tours.cost @ change))
                if saved <= 1e-9 or counts.min() < 0 or counts.tobytes() in self.known or not self.allowed(counts):
                    continue
                if any((counts <= other).all() for other in lost):
                    continue
                least = float(((room + effect @ change) / scale).min(initial=1e9))
                if least > -15.0:
                    found.append((-saved, -least, counts))
        believed = sorted(found, key=lambda one: one[1])[:TRIED_NEAR]
        return [counts for _, _, counts in sorted(believed, key=lambda one: one[:2])]

    def _moves(self, best: Tried) -> Iterator[Counts]:
        """Cheaper plans near the best, those first that the model gives most room, saving and room weighed."""
        rooms, slopes = self.model.rooms(best.anchor, best.anchor.present)
        effect = np.array([self._effect(slope) for slope in slopes]).reshape(len(slopes), -1)
        scale = np.maximum(best.anchor.error, 0.004)[:, None]
        room = np.where(np.isfinite(rooms - self.margin), rooms - self.margin, 1e9)[:, None] / scale
        effect = effect / scale
        cost = self.tours.cost
        there = np.flatnonzero(best.counts > 0)
        moves: list[tuple[float, float, tuple[int, ...], tuple[int, ...]]] = []

        def add(gone: tuple[int, ...], come: NDArray[np.int64], after: Floats, saved: Floats) -> None:
            least = after.min(axis=0) if after.size else np.full(come.size, 1e9)
            for place in np.flatnonzero((saved > 1e-9) & (least > -3.0)).tolist():
                moves.append((float(saved[place]), float(least[place]), gone, (int(come[place]),)))

        everyone = np.arange(cost.size)
        for a in there.tolist():
            left = room - effect[:, [a]]
            least = float(left.min(initial=1e9))
            if least > -3.0:
                moves.append((float(cost[a]), least, (a,), ()))
            add((a,), everyone, left + effect, cost[a] - cost)
            if cost.size <= PAIRS_UP_TO:
                for b in there.tolist():
                    if b >= a and (b != a or best.counts[a] > 1):
                        pair = left - effect[:, [b]]
                        add((a, b), everyone, pair + effect, cost[a] + cost[b] - cost)
        moves.sort(key=lambda move: -(move[0] / max(cost.mean(), 1e-9) + 0.7 * min(move[1], 1.0)))
        for _, _, gone, come in moves[:400]:
            counts = best.counts.copy()
            for j in gone:
                counts[j] -= 1
            for j in come:
                counts[j] += 1
            if (counts >= 0).all() and self.allowed(counts):
                yield counts

    def allowed(self, counts: Counts) -> bool:
        """Whether the bounds on people, and on moves, permit a plan."""
        for row in self.program.rows:
            total = float((row.values * counts[row.places]).sum())
            if total < row.low - 1e-9 or total > row.high + 1e-9:
                return False
        if self.program.kept is None:
            return True
        before, most = self.program.kept
        change = counts - before
        return int(change[change > 0].sum()) <= most and int(-change[change < 0].sum()) <= most

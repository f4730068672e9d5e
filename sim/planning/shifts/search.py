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
from floorcast.planning.programs.around import Around
from floorcast.planning.programs.model import Anchor, Model, Promise
from floorcast.planning.programs.program import LARGE, Counts, Program
from floorcast.planning.programs.promises import kept, needs_whole
from floorcast.planning.programs.response import fit
from floorcast.planning.programs.tours import Tours, staffed_by
from floorcast.planning.shifts.parts import Part, parts_of
from floorcast.planning.trials import FRESH, Trials
from floorcast.scenario.schema.scenario import Scenario

Floats = NDArray[np.float64]
CUT_ROUNDS = 11
FIRST_STEP = 0.2  # of the people may change in a round
LATER_STEP, LATER_ROUNDS = 0.08, 6
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
FAR_SHORT = -2.0  # standard errors
ALIKE = 3  # moves of people on one tour that are tried before others' are
LATELY = 12  # plans simulated last, by which it is judged
AMPLE = 4.0  # standard errors of room: a promise that is not at stake
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
    warnings: list[tuple[Floats, Callable[[], Anchor]]] = field(default_factory=list)  # own room [P], and fresh ones'
    usual: Floats = field(default_factory=lambda: np.zeros(0))  # error of each promise's room, once it is known [P]
    care: float = 0.0  # width of a verdict over that error
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
            anchor = self.begun(counts, self.n)()
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
        """What was simulated, with the room that is left to promises that were lowered, and less where a plan is more
        at the mercy of chance than usual: its verdict will have the wider range."""
        return self.unsteady(replace(anchor, room=anchor.room + self.given))

    def unsteady(self, anchor: Anchor) -> Anchor:
        """With less room by what the verdict's range is wider than usual."""
        return replace(anchor, room=anchor.room - self.unsteadiness(anchor.error))

    def unsteadiness(self, error: Floats) -> Floats:
        """By how much wider than usual a verdict's range is [P]; nothing before it is known what is usual."""
        if not self.usual.size:
            return np.zeros_like(error)
        return np.asarray(self.care * np.maximum(error - self.usual, 0.0), dtype=np.float64)

    def begun(self, counts: Counts, n: int, first: int = 0) -> Callable[[], Anchor]:
        """What a plan does on replications first..first+n-1; they run beside what is done until it is asked for."""
        key = np.asarray(counts, dtype=np.int64).tobytes() + (f" {first}".encode() if first else b"")
        anchor = self.store.get(key) if self.store is not None else None
        if anchor is not None:
            return lambda: anchor
        world = assemble(staffed_by(self.scenario, self.tours, counts), self.policy)
        coming = self.trials.begin(world, n, first, needs_whole(self.promises))
        present = self._present(counts)

        def found() -> Anchor:
            trial = coming()
            _, room, error = kept(self.promises, trial, self.trials.question, world)
            anchor = Anchor(present, trial.values()[0], trial.below.mean(axis=0), room, error)
            if self.store is not None:
                self.store.put(key, anchor)
            return anchor

        return found

    def warn(self, tried: Tried) -> None:
        """Begin fresh replications of a plan, to learn how lucky the search's own are."""
        first = FRESH - 10_000 * (1 + len(self.warnings))
        own = tried.anchor.room - self.given + self.unsteadiness(tried.anchor.error)
        self.warnings.append((own, self.begun(tried.counts, self.n, first)))

    # -- programs and cuts ---------------------------------------------------------------------------

    def learn(self, start: Counts, step: float = FIRST_STEP, rounds: int = CUT_ROUNDS, heed: Callable[[], None] = lambda: None) -> None:
        """Programs with cuts around the plan that is cheapest to mend, from `start` on; what each plan that is looked
        at shows goes into the next cuts, and the steps, a share of the people at first, shrink where they fail."""
        centre = self.look(start)
        reach = max(4, int(step * start.sum()))
        for _ in range(rounds):
            heed()
            lacking = self.margin - centre.anchor.room > np.maximum(centre.anchor.error, 1e-3)
            self.dearer = np.where(lacking, np.minimum(self.dearer * 2.0, DEAREST), self.dearer)
            if self.tours.cost.size > LARGE:
                self.warn(centre)
            counts = self.programmed(centre, (centre.counts, reach))
            if counts is None or counts.tobytes() in self.known:
                if reach <= 2:
                    break
                reach = max(2, reach // 3)
                continue
            tried = self.look(counts)
            self.refit(centre, tried)
            before, centre = centre, self.crossed(tried if self.mended(tried) < self.mended(centre) else centre)
            if self.mended(centre) > self.mended(before) - 1e-9:
                reach = max(2, reach // 2)

    def again(self, tried: Tried | None = None, heed: Callable[[], None] = lambda: None, rounds: int = LATER_ROUNDS) -> None:
        """Programs with smaller steps from a plan; by default from that which is cheapest to mend."""
        self.dearer[:] = DEARER_LATER
        start = tried or self.crossed()
        self.learn(start.counts, LATER_STEP, rounds, heed)

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
        known = np.isfinite(centre.anchor.room) & np.isfinite(tried.anchor.room)
        before = np.where(known, centre.anchor.room, 0.0)
        told = np.where(known, self.model.rooms(centre.anchor, tried.anchor.present)[0], 0.0) - before
        came = np.where(known, tried.anchor.room, 0.0) - before
        for k, promise in self.model.first_of.items():
            p = self.promises.index(promise)
            if came[p] < -2.0 * max(float(tried.anchor.error[p]), 1e-3) and told[p] > came[p]:
                factor = float(came[p] / min(told[p], came[p] / MOST_STEEPER))
                self.steeper[k] = min(self.steeper[k] * factor, STEEPEST)
            else:
                self.steeper[k] = max(1.0, self.steeper[k] * FORGOTTEN)

    def mended(self, tried: Tried) -> float:
        """Roughly what a plan costs once it is mended: its cost, and what the room it lacks costs."""
        return tried.cost + float(self.lacking(tried) @ self.prices())

    def prices(self) -> Floats:
        """What a unit of each promise's room costs where it is just kept [P], from the tours that bring most of it
        for their money."""
        anchor = self.seen[0]
        slopes = self.model.at_the_bound(anchor)
        found = np.zeros(len(self.promises))
        for p, effect in enumerate(self.tours.effects(slopes)):
            gain = np.sort(effect / np.maximum(self.tours.cost, 1e-9))
            found[p] = 1.0 / max(float(gain[-SOME_TOURS:].mean()), 1e-9) if gain[-1] > 0 else 0.0
        return found * self.dearer

    def programmed(self, centre: Tried, near: tuple[Counts, int]) -> Counts | None:
        """The cheapest plan by the model around the centre, at most so many people from some counts."""
        return self.around(centre).cheapest(centre.counts, near)

    def around(self, centre: Tried, margin: Floats | None = None, dearer: float = 1.0) -> Around:
        """The model around a simulated plan, with the search's margins and prices by default."""
        asked = self.margin if margin is None else margin
        return Around(self.program, self.tours, self.model, centre.anchor, asked, self.prices() * dearer)

    def _present(self, counts: Any) -> Floats:
        """People on the floor [G, T] of a plan, with groups that nobody works in."""
        return self.tours.present(counts, self.model.weights.shape[1])

    # -- parts ---------------------------------------------------------------------------------------

    def parts(self) -> list[Part]:
        """Parts of plans that do not touch each other, as far as promises are near their bounds."""
        latest = list(self.known.values())[-LATELY:]
        room = np.min([(one.anchor.room - self.margin) / np.maximum(one.anchor.error, 1e-3) for one in latest], axis=0)
        pressing = np.isfinite(self.margin) & (room < AMPLE)
        return parts_of(self.tours.group, self.prior.sum(axis=2), self.promises, pressing)

    def crossed(self, tried: Tried | None = None, sure: bool = False) -> Tried:
        """The plan of those parts of all simulated ones that are cheapest to mend, or cheapest of those that hold for
        `sure`, or another that is better: `tried`, by default the best of those known."""
        worth = (lambda one: one.cost if one.holds(self.margin) else math.inf) if sure else self.mended
        best = tried or min(self.known.values(), key=worth)
        parts = self.parts()
        if len(parts) < 2:
            return best
        every = list(self.known.values())
        short = np.array([self.lacking(one) for one in every])
        cost = np.where(short > 0, math.inf, 0.0) if sure else short * self.prices()
        counts = np.array([one.counts for one in every])
        money = counts * self.tours.cost
        chosen = best.counts.copy()
        for part in parts:
            mended = money[:, part.tours].sum(axis=1) + cost[:, part.promises].sum(axis=1)
            chosen[part.tours] = counts[int(np.argmin(mended)), part.tours]
        if chosen.tobytes() in self.known or not self.allowed(chosen):
            return best
        return min(best, self.look(chosen), key=worth)

    def lacking(self, tried: Tried) -> Floats:
        """The room [P] that a plan lacks."""
        return np.maximum(np.where(np.isfinite(self.margin), self.margin - tried.anchor.room, 0.0), 0.0)

    # -- local improvement ---------------------------------------------------------------------------

    def improve(
        self, tries: int = TRIED_A_ROUND, enough: Callable[[], bool] = lambda: False, most: int | None = None
    ) -> None:
        """Take people away, exchange and move them while every promise holds, until so many moves in a row fail or,
        after the next that holds, `most` were looked at."""
        failed: set[bytes] = set()
        last = math.inf if most is None else self.looked + most
        for _ in range(LOCAL_ROUNDS):
            best = self.best
            if best is None:
                return
            tried = 0
            bad: dict[tuple[int, ...], int] = {}  # moves between the same groups that fell far short
            for counts in self._together(best, failed):
                key, between = counts.tobytes(), self._between(best.counts, counts)
                if key in failed or bad.get(between, 0) >= ALIKE:
                    continue
                tried += 1
                looked = self.look(counts)
                if self.crossed(sure=True).cost < best.cost - 1e-9:
                    break
                failed.add(key)
                bad[between] = bad.get(between, 0) + (looked.worst(self.margin) < FAR_SHORT)
                if tried >= tries or enough():
                    break
            if self.best is best or self.looked >= last:
                return

    def _together(self, best: Tried, failed: set[bytes]) -> Iterator[Counts]:
        """Moves of single people, those of parts that do not touch each other together."""
        parts = self.parts()
        moves = list(self._moves(best))
        if len(parts) < 2:
            yield from moves
            return
        waiting: list[list[Counts]] = [[] for _ in parts]
        for counts in moves:
            changed = np.flatnonzero(counts != best.counts)
            own = [n for n, part in enumerate(parts) if part.tours[changed].any()]
            if len(own) == 1:
                waiting[own[0]].append(counts - best.counts)
        for n in range(max(map(len, waiting))):
            change = sum(part[n] for part in waiting if n < len(part))
            if self.allowed(best.counts + change):
                yield best.counts + change

    def _between(self, before: Counts, after: Counts) -> tuple[int, ...]:
        """Groups that people leave, and groups that they come to."""
        change = after - before
        gone, come = (np.unique(self.tours.group[np.flatnonzero(side)]) for side in (change < 0, change > 0))
        return *gone.tolist(), -1, *come.tolist()

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
        effect = self.tours.effects(slopes)
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
        effect = self.tours.effects(slopes)
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
        often: dict[int, int] = {}  # one person's moves are much alike
        for _, _, gone, come in moves[:1000]:
            often[gone[0]] = often.get(gone[0], 0) + 1
            if often[gone[0]] > ALIKE and cost.size > PAIRS_UP_TO:
                continue
            counts = best.counts.copy()
            for j in gone:
                counts[j] -= 1
            for j in come:
                counts[j] += 1
            if (counts >= 0).all() and self.allowed(counts):
                yield counts

    def allowed(self, counts: Counts) -> bool:
        """Whether the bounds on people, and on moves, permit a plan."""
        return self.program.allows(counts)

"""The search for the cheapest plan: integer programs with cuts learned from simulation, and local improvement.

A plan is simulated on the same replications as all others. Where it misses a promise, or could be
cheaper, the program gets a cut: the promise's room as a linear function of the people present, from the
model around that plan. Parts of a plan that share no promise are planned by themselves. With few tours, or more time,
single people are then taken away or moved while all promises hold. A plan is believed on fresh replications only; its
promises are asked for with a margin by how much these are worse, and the search goes on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
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
from floorcast.planning.programs.tours import Tours, staffed_by, take
from floorcast.planning.shifts.parts import Part, parts_of
from floorcast.planning.trials import Trials
from floorcast.scenario.schema.scenario import Scenario

Floats = NDArray[np.float64]
CUT_ROUNDS = 11
FIRST_STEP, FIRST_STEP_OF_LARGE = 0.2, 0.5  # of all people, of a group's people may change in a round
LATER_STEP, LATER_ROUNDS = 0.15, 6
SOME, SOME_OF_LARGE, FEW = 4, 6, 2  # people that may always change, at first and at last
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
ENDLESS = 1e6  # room that is lacking where nothing was measured, since nobody was answered
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
    lucks: list[Floats] = field(default_factory=list)  # by how much fresh replications looked worse [P]
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

    def cheapest(self) -> Tried | None:
        """The cheapest plan known that keeps every promise with its margin."""
        sound = (one for one in self.known.values() if one.holds(self.margin))
        return min(sound, key=lambda one: one.cost, default=None)

    @property
    def groups(self) -> int:
        """How many groups there are, with those that nobody works in."""
        return int(self.model.weights.shape[1])

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

    def _simulate(self, counts: Counts) -> Anchor:
        world = assemble(staffed_by(self.scenario, self.tours, counts), self.policy)
        question = self.trials.question
        trial = self.trials.run(world, self.n, whole=needs_whole(self.promises))
        _, room, error = kept(self.promises, trial, question, world)
        values, _ = trial.values()
        return Anchor(self.tours.present(counts, self.groups), values, trial.below.mean(axis=0), room, error)

    # -- programs and cuts ---------------------------------------------------------------------------

    def learn(self, centre: Tried, step: float | None = None, rounds: int = CUT_ROUNDS) -> None:
        """Programs with cuts around the plan that is cheapest to mend, from `centre` on; what each plan that is looked
        at shows goes into the next cuts. The best parts of all plans are the next centre; the steps, a share of each
        group's people at first, shrink where they fail."""
        reach = self._reach(centre.counts, step)
        for _ in range(rounds):
            lacking = self.margin - centre.anchor.room > np.maximum(centre.anchor.error, 1e-3)
            self.dearer = np.where(lacking, np.minimum(self.dearer * 2.0, DEAREST), self.dearer)
            counts = self.programmed(centre, (centre.counts, reach))
            if counts is None or counts.tobytes() in self.known:
                if reach.max() <= FEW:
                    break
                reach = np.maximum(FEW, reach // 3)
                continue
            tried = self.look(counts)
            self.refit(centre, tried)
            before, centre = centre, self.crossed()
            same = np.ones(reach.size, dtype=np.bool_)
            same[self.tours.group[centre.counts != before.counts]] = False
            reach = np.where(same, np.maximum(FEW, reach // 2), reach)
        self.look(centre.counts)

    def _reach(self, counts: Counts, step: float | None) -> NDArray[np.int64]:
        """How many people of each group [G] may change at first; with few tours, of all groups together."""
        if self.tours.cost.size <= LARGE:
            return np.full(self.groups, max(SOME, int((step or FIRST_STEP) * counts.sum())))
        people = np.bincount(self.tours.group, counts, self.groups)
        return np.maximum(SOME_OF_LARGE, ((step or FIRST_STEP_OF_LARGE) * people).astype(np.int64))

    def again(self, rounds: int = LATER_ROUNDS) -> None:
        """Programs with smaller steps, from the parts on that are cheapest to mend."""
        self.dearer[:] = DEARER_LATER
        self.learn(self.crossed(), LATER_STEP, rounds)

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

    def programmed(self, centre: Tried, near: tuple[Counts, NDArray[np.int64]]) -> Counts | None:
        """The cheapest plan by the model around the centre, part by part, at most so many people from some counts: as
        many as the most of a part's groups may change [G]. None where nothing fits."""
        counts, reach = near
        found: Counts = counts.copy()
        for part in self.parts():
            far = int(reach[self.tours.group[part.tours]].max())
            cheapest = self.around(centre, part).cheapest(centre.counts[part.tours], (counts[part.tours], far))
            if cheapest is None:
                return None
            found[part.tours] = cheapest
        return found

    def around(self, centre: Tried, part: Part, margin: Floats | None = None, dearer: float = 1.0) -> Around:
        """The model around a part of a simulated plan, with the search's margins and prices by default."""
        asked, prices = self.margin if margin is None else margin, self.prices() * dearer
        program, tours = self.program, self.tours
        if not part.tours.all():
            places = np.flatnonzero(part.tours)
            program, tours = program.among(places, centre.counts), take(tours, places)
        return Around(program, tours, self.model, centre.anchor, np.where(part.promises, asked, -np.inf), prices)

    # -- parts ---------------------------------------------------------------------------------------

    def parts(self) -> list[Part]:
        """Parts of plans that share no promise which the plans simulated last came near to missing; all in one where
        there are few tours, or where moves are counted over all of them."""
        if self.tours.cost.size <= LARGE or self.program.kept is not None:
            return [Part(np.ones(self.tours.cost.size, np.bool_), np.ones(len(self.promises), np.bool_))]
        latest = list(self.known.values())[-LATELY:]
        room = np.min([(one.anchor.room - self.margin) / np.maximum(one.anchor.error, 1e-3) for one in latest], axis=0)
        pressing = np.isfinite(self.margin) & (room < AMPLE)
        return parts_of(self.tours.group, self.prior.sum(axis=2), self.promises, pressing)

    def crossed(self) -> Tried:
        """What the parts of simulated plans that are cheapest to mend may do together; it need not have been
        simulated."""
        every = list(self.known.values())
        best = min(every, key=self.mended)
        lacking = np.array([self.lacking(one) for one in every]) * self.prices()
        cost = np.array([one.counts for one in every]) * self.tours.cost
        counts, anchor = best.counts.copy(), deepcopy(best.anchor)
        for part in self.parts():
            mended = cost[:, part.tours].sum(axis=1) + lacking[:, part.promises].sum(axis=1)
            own = every[int(np.argmin(mended))]
            counts[part.tours] = own.counts[part.tours]
            groups = self.tours.group[part.tours]
            anchor.present[groups] = own.anchor.present[groups]
            anchor.room[part.promises] = own.anchor.room[part.promises]
            anchor.error[part.promises] = own.anchor.error[part.promises]
            for k in {self.promises[p].k for p in np.flatnonzero(part.promises)} - {None}:
                anchor.values[k], anchor.weights[k] = own.anchor.values[k], own.anchor.weights[k]
        if counts.tobytes() in self.known or not self.allowed(counts):
            return best
        return Tried(counts, float(self.tours.cost @ counts), anchor)

    def lacking(self, tried: Tried) -> Floats:
        """The room [P] that a plan lacks; very much where nobody was answered."""
        short = np.maximum(np.where(np.isfinite(self.margin), self.margin - tried.anchor.room, 0.0), 0.0)
        return np.minimum(short, ENDLESS)

    # -- local improvement ---------------------------------------------------------------------------

    def improve(self, tries: int = TRIED_A_ROUND, enough: Callable[[], bool] = lambda: False) -> None:
        """Take people away, exchange and move them while every promise holds, until so many moves in a row fail."""
        failed: set[bytes] = set()
        for _ in range(LOCAL_ROUNDS):
            best = self.best
            if best is None:
                return
            tried = 0
            bad: dict[tuple[int, ...], int] = {}  # moves between the same groups that fell far short
            for counts in self._moves(best):
                key, between = counts.tobytes(), self._between(best.counts, counts)
                if key in failed or bad.get(between, 0) >= ALIKE:
                    continue
                tried += 1
                looked = self.look(counts)
                if looked.holds(self.margin):
                    break
                failed.add(key)
                bad[between] = bad.get(between, 0) + (looked.worst(self.margin) < FAR_SHORT)
                if tried >= tries or enough():
                    break
            if self.best is best:
                return

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

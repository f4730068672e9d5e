"""The best of many options: replications are spent where they decide, and all of them are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from floorcast.store.folder import write_json
from floorcast.store.running.opening import Assemble, Plan, Simulate, UnderWay, opened
from floorcast.study import Study, TargetVerdict, target_verdicts
from floorcast.study.estimate import Floats
from floorcast.study.running.workers import Pool
from floorcast.study.selection.objectives import MISSED, USUAL, Criterion, parse_objective, values
from floorcast.study.selection.procedures import Choice, Lost, NotDecided, kn, rinott, screened

RANKING = "ranking.json"
Method = Literal["kn", "rinott"]
FIRST, MOST = 20, 5000  # replications per option: at first, and at most
DECIDED_BY = 16  # times the first replications are spent at most on whether targets are met


@dataclass(frozen=True)
class Out:
    """An option that is out: by which criterion, against which, and how far behind. `behind` and `limit`
    in the criterion's unit; of targets, how many more are missed, or (undecided) not surely met."""

    option: str
    criterion: str
    to: str
    behind: float
    limit: float
    replications: int
    undecided: int = 0  # of its targets, when it went out by them; they are not counted as met


@dataclass(frozen=True)
class Ranking:
    """What was chosen and how sure that is. `best` None: not decided, `left` were still in the race."""

    objective: tuple[str, ...]
    method: str
    confidence: float
    indifference: float
    unit: str
    best: str | None
    left: tuple[str, ...]
    out: tuple[Out, ...]  # the runners-up, the nearest first
    replications: dict[str, int]
    value: dict[str, float]  # mean of the last criterion by option, over its own replications
    study: Study
    folder: Path | None
    targets: dict[str, dict[str, list[str]]]  # by option: its targets met, missed and undecided; none where not asked

    def document(self) -> dict[str, Any]:
        """The ranking in plain values."""
        return {
            "objective": list(self.objective), "method": self.method, "confidence": self.confidence,
            "indifference": self.indifference, "unit": self.unit, "best": self.best,
            "left": list(self.left), "out": [asdict(one) for one in self.out],
            "replications": self.replications, "value": self.value, "targets": self.targets,
        }  # fmt: skip


def rank(
    plan: Plan,
    objective: str = USUAL,
    *,
    method: Method = "kn",
    confidence: float = 0.95,
    indifference: float | None = None,
    first: int = FIRST,
    most: int = MOST,
    jobs: int | None = None,
    out: Path | None = None,
    pool: Pool | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    simulate: Simulate | None = None,
    assemble: Assemble | None = None,
) -> Ranking:
    """Choose the best of a plan's options.

    The criteria of the objective count in their order: by each but the last those options are dropped
    that are surely worse than another, by the last one is chosen by `method`. Of targets, replications are added
    (up to DECIDED_BY times `first`) until each is surely met or surely missed under every option that may still have
    the fewest missed; what is undecided then is not counted as met. The error, 1 - confidence, is shared equally by
    the criteria; with it the best is chosen, or one that is worse by less than `indifference` (default: 0.01 of loss,
    1 point of a share, 1 % of the first option's mean of all else).

    Raises `InputErrors` for an objective that names nothing, ValueError for numbers out of range.
    """
    if not 0.5 <= confidence < 1 or first < 2 or most < first:
        raise ValueError(
            f"found confidence {confidence:g} and {first} to {most} replications; allowed 0.5 to below 1,"
            " and 2 or more at first"
        )
    with opened(
        plan, jobs=jobs, out=out, pool=pool, simulate=simulate, assemble=assemble, apart=method == "rinott"
    ) as under_way:
        race = _Race(under_way, plan, objective, confidence, first, progress, should_stop)
        try:
            found = race.run(method, indifference, most)
        finally:
            common = under_way.replicates.common
            under_way.study = under_way.replicates.study(plan.scenario.name, common)
        under_way.complete = found.best is not None
    if out is not None:
        write_json(out / RANKING, found.document())
    return found


class _Stopped(Exception):
    """The race was cut short."""


class _Race:
    def __init__(
        self,
        under_way: UnderWay,
        plan: Plan,
        objective: str,
        confidence: float,
        first: int,
        progress: Callable[[int, int | None], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._under_way, self._plan, self._first = under_way, plan, first
        self._replicates = under_way.replicates
        self._progress, self._should_stop = progress or (lambda done, total: None), should_stop
        empty = self._replicates.study(plan.scenario.name, 0)
        self._targets = empty.targets
        self._criteria = parse_objective(objective, self._replicates.rows, self._targets)
        self._confidence = confidence
        self._names = self._replicates.names
        self._seen: dict[tuple[str, int], Floats] = {}
        self._verdicts: dict[str, dict[str, list[str]]] = {}

    def run(self, method: Method, indifference: float | None, most: int) -> Ranking:
        alpha = (1 - self._confidence) / len(self._criteria)
        left, out = list(range(len(self._names))), []
        last = self._criteria[-1]
        delta = indifference or 0.0
        best: int | None = None
        lost: list[Out] = []
        try:
            self._simulate(left, self._first)
            delta = self._delta(last) if indifference is None else indifference
            for criterion in self._criteria[:-1]:
                left, gone = self._dropped(criterion, left, alpha, most)
                out += gone
            choice = (kn if method == "kn" else rinott)(
                lambda options, n: self._observe(last, options, n), left, self._first, delta, alpha, most
            )
            best, lost = choice.best, self._said(last, choice)
            left = [best]
        except NotDecided as undecided:
            left = undecided.left
        except _Stopped:
            pass
        done = {name: self._replicates.done_of(n) for n, name in enumerate(self._names)}
        value = {
            name: last.sign * float(self._observe(last, [n], done[name])[0].mean())
            for n, name in enumerate(self._names)
            if done[name]
        }
        # Runners-up: the nearest by what decides last, then those that earlier criteria put out.
        lost.sort(key=lambda one: last.sign * value[one.option])
        return Ranking(
            tuple(c.words for c in self._criteria),
            method,
            self._confidence,
            delta,
            last.unit,
            None if best is None else self._names[best],
            tuple(self._names[n] for n in left),
            (*lost, *reversed(out)),
            done,
            value,
            self._replicates.study(self._plan.scenario.name, self._replicates.common),
            self._under_way.folder,
            self._verdicts,
        )

    def _simulate(self, options: Sequence[int], n: int) -> None:
        if all(self._replicates.done_of(option) >= n for option in options):
            return
        before = sum(self._replicates.done_of(option) for option in range(len(self._names)))
        done_before = sum(min(self._replicates.done_of(option), n) for option in options)
        if not self._replicates.run(
            n, lambda done, _: self._progress(before + done - done_before, None), self._should_stop, options
        ):
            raise _Stopped

    def _observe(self, criterion: Criterion, options: Sequence[int], n: int) -> Floats:
        self._simulate(options, n)
        return np.array([self._values(criterion, option, n) for option in options])

    def _values(self, criterion: Criterion, option: int, n: int) -> Floats:
        """The criterion in an option's first n replications; worked out once."""
        key = criterion.name, option
        known = self._seen.get(key, np.empty(0))
        if len(known) < n:
            above, below = self._replicates.of(option, n)
            known = values(criterion, above, below, self._replicates.rows, self._targets)
            self._seen[key] = known
        return known[:n]

    def _delta(self, criterion: Criterion) -> float:
        if criterion.place < 0 or criterion.unit == "share":
            return 0.01
        return 0.01 * abs(float(self._observe(criterion, [0], self._first).mean())) or 0.01

    def _dropped(
        self, criterion: Criterion, left: list[int], alpha: float, most: int
    ) -> tuple[list[int], list[Out]]:
        if criterion.name == MISSED:
            return self._by_targets(left, alpha, most)
        kept, lost = screened(self._observe(criterion, left, self._first), alpha)
        return [left[n] for n in kept], [self._out(criterion, one, left) for one in lost]

    def _by_targets(self, left: list[int], alpha: float, most: int) -> tuple[list[int], list[Out]]:
        """Those with the fewest targets missed. Replications are doubled where a target is undecided; an option is
        out as soon as it surely misses more than another may. What is undecided in the end is not met."""
        stops = [self._first]
        while stops[-1] < min(most, DECIDED_BY * self._first):
            stops.append(min(2 * stops[-1], most, DECIDED_BY * self._first))
        each = alpha / len(left)
        out: list[Out] = []
        open_ = list(left)
        for stop in stops:
            self._simulate(open_, stop)
            for n in open_:
                study = self._replicates.study_of(self._plan.scenario.name, n, stop, len(stops))
                self._verdicts[self._names[n]] = _told(target_verdicts(study, each))
            best = min(left, key=self._not_met)
            gone = [n for n in left if self._number(n, "missed") > self._not_met(best)]
            out += self._fewer(gone, best, stop)
            left = [n for n in left if n not in gone]
            open_ = [n for n in left if self._number(n, "undecided")]
            if not open_:
                break
        best = min(left, key=self._not_met)
        gone = [n for n in left if self._not_met(n) > self._not_met(best)]
        return [n for n in left if n not in gone], out + self._fewer(gone, best, stop)

    def _number(self, option: int, verdict: str) -> int:
        return len(self._verdicts[self._names[option]][verdict])

    def _not_met(self, option: int) -> int:
        """Targets that are missed, or may be."""
        return self._number(option, "missed") + self._number(option, "undecided")

    def _fewer(self, gone: list[int], best: int, stop: int) -> list[Out]:
        """Why options are out that miss more targets than the best; those furthest behind first."""
        return [
            Out(
                self._names[n], MISSED, self._names[best], float(self._not_met(n) - self._not_met(best)), 0.0,
                stop, self._number(n, "undecided"),
            )
            for n in sorted(gone, key=lambda n: -self._not_met(n))
        ]  # fmt: skip

    def _said(self, criterion: Criterion, choice: Choice) -> list[Out]:
        return [self._out(criterion, one, None) for one in choice.lost]

    def _out(self, criterion: Criterion, one: Lost, left: list[int] | None) -> Out:
        option, to = (one.option, one.to) if left is None else (left[one.option], left[one.to])
        return Out(
            self._names[option], criterion.words, self._names[to], one.behind, one.limit, one.observations
        )


def _told(verdicts: Sequence[TargetVerdict]) -> dict[str, list[str]]:
    """Targets in words by verdict; those without anything to measure in none."""
    found: dict[str, list[str]] = {"met": [], "missed": [], "undecided": []}
    for one in verdicts:
        if one.verdict != "undecided" or not one.settled:
            found[one.verdict].append(f"{one.target.of}: {one.target.text.replace('_', ' ')}")
    return found

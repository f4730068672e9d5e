"""Is the number right? Every case of theory and of the literature simulated and judged.

A case is replicated until the interval of each of its figures lies within 2 % of what is expected,
so that one 2 % off would not agree; where the source has an error of its own, until it is narrower
than 2 % or than that. The intervals are
simultaneous over all figures of all cases (Bonferroni, with more of the allowed error for the few
figures that would take the most replications), the source's own error included, so that a correct
simulator finds no disagreement in 99 of 100 verifications.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from floorcast.measures import MEASURES, measure
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario
from floorcast.verification.expected import FOLDER, Case, Expectation, load_cases
from floorcast.verification.figures import pair
from floorcast.verification.tally import Figure, Tally

if TYPE_CHECKING:
    from floorcast.clock.run import Run
    from floorcast.model.compile.assemble import World

ERROR = 0.01  # chance that a correct simulator is found to disagree anywhere
APART = 0.02  # a figure this far off must be told from the right one
QUICK_APART = 0.10  # ... in a quick verification
FEWEST, PILOT_EVENTS = 12, 3_000_000  # replications, or steps simulated, before the first estimate
MOST_EVENTS = 3_000_000_000  # per case: beyond, a figure is left undecided
PRINTED = 1e-7  # exact values are written with eight digits
GROWTH = 8.0  # a new estimate of the replications needed is believed this far only

Verdict = Literal["agrees", "disagrees", "undecided"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class VerificationRow:
    """One figure of one case: what was expected, what came out, and whether they agree.

    `half_width` is that of the simulated value in the simultaneous interval, `source_half_width` the
    source's own at 95 % (0: exact), `allowed` the difference up to which the two agree.
    """

    case: str
    title: str
    measure: str
    by: str
    of: str
    unit: str
    expected: float
    source_half_width: float
    assumed: bool
    source: str
    simulated: float
    half_width: float
    allowed: float
    replications: int
    contacts: int
    verdict: Verdict

    def as_plain(self) -> dict[str, str | float | int | bool]:
        """The row as a plain mapping, for JSON and tables."""
        return dict(vars(self))


def verify(
    cases: Iterable[str] | None = None,
    quick: bool = False,
    jobs: int = 2,
    progress: Progress | None = None,
    seed: int = 1,
    folder: Path = FOLDER,
) -> list[VerificationRow]:
    """Simulate and judge the cases named, or all; `quick` takes the quick ones, with wider intervals.

    `jobs` threads share the replications; the result does not depend on their number. `progress` is
    called with (done, 100). Raises ValueError for a case that does not exist.
    """
    chosen = _choose(load_cases(folder), cases, quick)
    weight = sum(expectation.weight for case in chosen for expectation in case.expectations)
    goal = Goal(ERROR / weight, QUICK_APART if quick else APART)
    rows: list[VerificationRow] = []
    gaps: list[str] = []
    with ThreadPoolExecutor(jobs) as pool:
        for number, case in enumerate(chosen):

            def advance(share: float, before: int = number) -> None:
                if progress:
                    progress(round(100 * (before + share) / len(chosen)), 100)

            trial = Trial(case, seed, pool)
            trial.run_until(goal, advance)
            rows += trial.rows(goal)
            gaps += measure_gaps(trial.first_run(), [e.figure for e in case.expectations])
            advance(1.0)
    rows.append(_row_of_gaps(gaps))
    return rows


def disagreements(rows: Sequence[VerificationRow]) -> list[VerificationRow]:
    """Rows whose verdict is anything but agreement."""
    return [row for row in rows if row.verdict != "agrees"]


@dataclass(frozen=True)
class Goal:
    """How sure (`error` per unit of weight, two-sided) and how sharp (`apart`, relative) to be."""

    error: float
    apart: float

    def quantile(self, expectation: Expectation, replications: int) -> float:
        """Student's t of a figure for this many replications."""
        from scipy.special import stdtrit  # loaded only where it is used: it costs start-up time

        return float(stdtrit(replications - 1, 1.0 - 0.5 * self.error * expectation.weight))

    def normal(self, expectation: Expectation) -> float:
        """The same quantile for an error that is known."""
        from scipy.special import ndtri

        return float(ndtri(1.0 - 0.5 * self.error * expectation.weight))

    def width(self, expectation: Expectation, value: float) -> float:
        """The half-width at which the interval around a simulated value is narrow enough.

        Around an exact figure: within `apart` of it on both sides, but never below half of that; a
        value further off disagrees then, at a number of replications that does not depend on how
        far off it is. With a source's own error: `apart`, or that error.
        """
        apart = self.apart * abs(expectation.value)
        if not expectation.exact:
            return max(apart, expectation.standard_error * self.normal(expectation))
        return max(apart - abs(value - expectation.value), 0.5 * apart)

    def judge(
        self, expectation: Expectation, value: float, error: float, replications: int
    ) -> tuple[Verdict, float, float]:
        """Verdict on a simulated value with its standard error, its half-width, and the difference
        that is allowed: our error and the source's, both at the same confidence."""
        half_width = error * self.quantile(expectation, replications)
        allowed = math.hypot(half_width, expectation.standard_error * self.normal(expectation))
        apart = abs(value - expectation.value)
        if apart > allowed + PRINTED * abs(expectation.value):
            return "disagrees", half_width, allowed
        narrow = half_width <= self.width(expectation, value)
        return "agrees" if narrow else "undecided", half_width, allowed


class Trial:
    """Replications of one case and what they gave so far."""

    def __init__(self, case: Case, seed: int, pool: ThreadPoolExecutor) -> None:
        from floorcast.model.compile.assemble import assemble

        self.case, self.seed, self.pool = case, seed, pool
        self.figures = [expectation.figure for expectation in case.expectations]
        scenario = load_scenario(case.scenario)
        self.world: World = assemble(scenario, policies_of(scenario)[0])
        self.pairs = np.empty((0, len(self.figures), 2))  # replication, figure, (above, below)
        self.contacts = self.events = 0

    @property
    def replications(self) -> int:
        return len(self.pairs)

    def run_until(self, goal: Goal, advance: Callable[[float], None]) -> None:
        """Replicate until every interval is narrow enough or the events are used up."""
        self._add(1)
        events = max(self.events, 1)
        most = max(FEWEST, MOST_EVENTS // events)
        wanted = max(FEWEST, min(most, PILOT_EVENTS // events))
        while self.replications < wanted:
            step = min(wanted - self.replications, max(16, wanted // 20))
            self._add(step)
            advance(self.replications / wanted)
            if self.replications == wanted:
                wanted = min(most, self._needed(goal))

    def rows(self, goal: Goal) -> list[VerificationRow]:
        """The verdict on every figure."""
        values, errors = self.estimates()
        return [
            self._row(expectation, float(value), float(error), goal)
            for expectation, value, error in zip(self.case.expectations, values, errors)
        ]

    def estimates(self) -> tuple[np.ndarray, np.ndarray]:
        """Ratio of means over replications and its standard error (delta method), per figure."""
        above, below = self.pairs[..., 0], self.pairs[..., 1]
        values = above.sum(axis=0) / below.sum(axis=0)
        residuals = above - values * below
        spread = residuals.std(axis=0, ddof=1) / math.sqrt(self.replications)
        return values, spread / below.mean(axis=0)

    def first_run(self) -> Run:
        """The records of replication 0."""
        from floorcast.clock.compiled import run

        return run(self.world, self.seed, 0)

    def _add(self, number: int) -> None:
        first = self.replications
        found = list(self.pool.map(self._replicate, range(first, first + number)))
        self.pairs = np.concatenate((self.pairs, [pairs for pairs, _, _ in found]))
        self.contacts += sum(contacts for _, contacts, _ in found)
        self.events += sum(events for _, _, events in found)

    def _replicate(self, replication: int) -> tuple[np.ndarray, int, int]:
        from floorcast.clock.compiled import run

        records = run(self.world, self.seed, replication)
        tally = Tally(records)
        pairs = np.array([pair(tally, figure) for figure in self.figures])
        return pairs, len(records.contacts), int(records.events)

    def _needed(self, goal: Goal) -> int:
        """Replications needed by the widest interval, a little more than estimated."""
        widest = 0.0
        narrow = True
        values, errors = (estimates.tolist() for estimates in self.estimates())
        for value, error, expectation in zip(values, errors, self.case.expectations):
            if expectation.value:
                width = goal.width(expectation, value)
                narrow &= error * goal.quantile(expectation, self.replications) <= width
                # Student's quantile of few replications would ask for far too many.
                widest = max(widest, error * goal.normal(expectation) / width)
        if narrow:
            return self.replications
        return math.ceil(self.replications * min(GROWTH, max(1.03 * widest**2, 1.02))) + 1

    def _row(
        self, expectation: Expectation, value: float, error: float, goal: Goal
    ) -> VerificationRow:
        figure = expectation.figure
        verdict, half_width, allowed = goal.judge(expectation, value, error, self.replications)
        return VerificationRow(
            case=self.case.name,
            title=self.case.title,
            measure=label(figure),
            by=figure.by,
            of=figure.of,
            unit=figure.unit,
            expected=expectation.value,
            source_half_width=expectation.half_width,
            assumed=expectation.assumed,
            source=expectation.source,
            simulated=value,
            half_width=half_width,
            allowed=allowed,
            replications=self.replications,
            contacts=self.contacts,
            verdict=verdict,
        )


def label(figure: Figure) -> str:
    """The measure with what narrows it down, such as `sl2 within 6 s` or `occupancy 0-8 h`."""
    words = figure.measure
    if figure.within is not None:
        words += f" within {figure.within:g} s"
    if figure.start is not None or figure.end is not None:
        start, end = (figure.start or 0.0) / 3600.0, (figure.end or math.inf) / 3600.0
        words += f" {start:g}-{end:g} h"
    if figure.window is not None:
        words += f" in {figure.window / 3600.0:g} h"
    if figure.size is not None:
        words += f" {figure.size}"
    return words if figure.per is None else f"{words} / {figure.per:g}"


def measure_gaps(run: Run, figures: Iterable[Figure]) -> list[str]:
    """Figures of a run on which floorcast.measures and the plain definitions differ, a sentence each."""
    summary, tally, gaps = measure(run), Tally(run), []
    for figure in figures:
        special = (figure.within, figure.start, figure.end, figure.per, figure.size)
        if figure.measure not in MEASURES or any(part is not None for part in special):
            continue
        above, below = pair(tally, figure)
        counts = (
            below == tally.days(figure) and figure.unit == "contacts"
        )  # ours per day, theirs per run
        plain = above if counts else above / below
        theirs = summary.value(figure.measure, figure.by, figure.of)
        if not math.isclose(plain, theirs, rel_tol=1e-9, abs_tol=1e-12):
            gaps.append(f"{figure.measure} of {figure.of}: {theirs:.9g}, plainly {plain:.9g}")
    return gaps


def _row_of_gaps(gaps: list[str]) -> VerificationRow:
    return VerificationRow(
        case="measures",
        title="Measures against their plain definitions",
        measure="; ".join(gaps) or "differences",
        by="all",
        of="all",
        unit="figures",
        expected=0.0,
        source_half_width=0.0,
        assumed=False,
        source="every figure above, defined twice and compared on the first replication",
        simulated=float(len(gaps)),
        half_width=0.0,
        allowed=0.0,
        replications=1,
        contacts=0,
        verdict="disagrees" if gaps else "agrees",
    )


def _choose(cases: Sequence[Case], names: Iterable[str] | None, quick: bool) -> list[Case]:
    if names is None:
        return [case for case in cases if case.quick or not quick]
    known = {case.name: case for case in cases}
    wanted = list(names)
    for name in wanted:
        if name not in known:
            raise ValueError(f"there is no case {name!r}; there are {', '.join(known)}")
    return [known[name] for name in wanted]

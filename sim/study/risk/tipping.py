"""The staffing at which it tips: the fewest people with whom an incident runs away in few enough runs, for sure.

Runs of equal number meet the same customers whatever the number of people. A number of people is decided as soon as
the exact interval (Clopper and Pearson, Biometrika 1934) of its chance lies on one side of the bound; with more
people it is taken to run away no more often, so that halving finds where it turns. The intervals of all numbers, and of
all looks at them, hold together.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from floorcast.study.estimate import CONFIDENCE_ERROR
from floorcast.study.risk.spread import exact_interval

FIRST = 50  # runs before the first look; each later look has twice as many
MOST_NUMBERS = 24  # of people that a search may try: their intervals hold together
MOST_TIMES = 8  # the people planned, beyond which nobody looks

Happens = Callable[[int, int], bool]  # (people, replication) -> whether it ran away
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Tried:
    """A number of people, in how many of so many runs it ran away, and the exact interval of that chance."""

    people: int
    happened: int
    runs: int
    low: float
    high: float
    verdict: Literal["below", "above", "undecided"]

    @property
    def share(self) -> float:
        """The estimate of the chance."""
        return self.happened / self.runs


@dataclass(frozen=True)
class Tipping:
    """What a search found: `enough` is the fewest people with whom the chance is surely below the bound, `short` the
    most with whom it is surely not; None where none was found. tried: all numbers, rising."""

    bound: float
    enough: int | None
    short: int | None
    tried: tuple[Tried, ...]


def tips(
    happens: Happens, planned: int, bound: float, most_runs: int, *, jobs: int = 1, progress: Progress | None = None
) -> Tipping:
    """Find where a chance falls below `bound` (0 to 1) as people are added, from the number `planned` on.

    most_runs: at each number of people. Raises ValueError for a bound that so many runs cannot decide.
    """
    search = _Search(happens, bound, most_runs, jobs, progress or (lambda done, total: None))
    if exact_interval(0, most_runs, search.error)[1] >= bound:
        raise ValueError(
            f"found at most {most_runs} runs for a bound of {bound:.3g}; allowed {search.fewest()} or more, for with"
            " fewer even no bad run at all would not settle it"
        )
    enough, short = search.fences(max(1, planned))
    if enough is not None:
        while enough - short > 1 and search.room:
            middle = (enough + short) // 2
            if search.try_(middle).verdict == "below":
                enough = middle
            else:
                short = middle
    tried = tuple(search.tried[people] for people in sorted(search.tried))
    surely = [one.people for one in tried if one.verdict == "above" and (enough is None or one.people < enough)]
    return Tipping(bound, enough, max(surely, default=None), tried)


class _Search:
    def __init__(self, happens: Happens, bound: float, most_runs: int, jobs: int, progress: Progress) -> None:
        self._happens, self._bound, self._jobs, self._progress = happens, bound, jobs, progress
        self._looks = [min(FIRST, most_runs)]
        while self._looks[-1] < most_runs:
            self._looks.append(min(2 * self._looks[-1], most_runs))
        self.error = CONFIDENCE_ERROR / (MOST_NUMBERS * len(self._looks))
        self.tried: dict[int, Tried] = {}

    @property
    def room(self) -> bool:
        return len(self.tried) < MOST_NUMBERS

    def fewest(self) -> int:
        """Runs with which no bad run at all settles the bound."""
        runs = FIRST
        while exact_interval(0, runs, self.error)[1] >= self._bound:
            runs *= 2
        return runs

    def fences(self, planned: int) -> tuple[int | None, int]:
        """Numbers of people with whom the chance is surely below the bound, and not so; (None, most) for never.
        Nobody at all (0) needs no proof."""
        people = planned
        if self.try_(people).verdict == "below":
            enough = people
            while people > 1:
                people //= 2
                if self.try_(people).verdict != "below":
                    return enough, people
                enough = people
            return enough, 0
        short, step = people, max(1, planned // 8)
        while people < MOST_TIMES * planned and self.room:
            people, step = min(people + step, MOST_TIMES * planned), 2 * step
            if self.try_(people).verdict == "below":
                return people, short
            short = people
        return None, short

    def try_(self, people: int) -> Tried:
        """Runs with so many people until it is decided, or all are used."""
        if people in self.tried:
            return self.tried[people]
        happened = done = 0
        low, high, verdict = 0.0, 1.0, "undecided"
        with ThreadPoolExecutor(self._jobs) as pool:
            for runs in self._looks:
                happened += sum(pool.map(lambda n: bool(self._happens(people, n)), range(done, runs)))
                done = runs
                low, high = exact_interval(happened, runs, self.error)
                self._progress(len(self.tried), MOST_NUMBERS)
                if high < self._bound or low >= self._bound:
                    verdict = "below" if high < self._bound else "above"
                    break
        found = Tried(people, happened, done, low, high, verdict)  # type: ignore[arg-type]
        self.tried[people] = found
        self._progress(len(self.tried), MOST_NUMBERS)
        return found

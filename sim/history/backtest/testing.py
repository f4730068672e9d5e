"""Back-test: laws fitted on some days, other days replayed, predicted beside what happened."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from floorcast.clock.compiled import run
from floorcast.history.backtest.figures import LEAST, MEASURES, Figures, happened, simulated
from floorcast.history.backtest.replay import ALL, replay
from floorcast.history.calls.contacts import Contacts, Floats
from floorcast.history.fit.laws import Laws, fit_laws
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of

BAND = 0.90
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DayTest:
    """One day: what happened, and of the replications the mean [measures], what chance leaves
    (mean absolute error of a replication) [measures], bands of the half hours [2, measures, 48],
    the share of half hours of a replication inside [measures], mean occupancy and backlog [48]."""

    day: int
    actual: Figures
    mean: Floats
    chance: Floats
    half_hours: Floats
    bands: Floats
    inside_by_chance: Floats
    occupancy: float
    backlog: Floats

    @property
    def compared(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Half hours with enough contacts, [48]."""
        return np.asarray(self.actual.contacts >= LEAST)


@dataclass(frozen=True)
class Summary:
    """Over all days, [measures] each: mean absolute error and bias of the day, what chance leaves of
    the error, share of half hours inside their bands, and the same share for a true model."""

    error: Floats
    bias: Floats
    chance: Floats
    inside: Floats
    inside_true: Floats
    days: int
    half_hours: int


@dataclass(frozen=True)
class BackTest:
    """Days tested, in order; the days each set of laws was fitted on; parts that were used."""

    days: tuple[DayTest, ...]
    folds: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]  # (fitted on, tested on)
    parts: frozenset[str]
    replications: int

    def summary(self) -> Summary:
        """Errors, bias and coverage over the days."""
        gap = np.array([one.mean - one.actual.day for one in self.days])
        inside = [_inside(one.actual.intervals, one.bands)[:, one.compared] for one in self.days]
        return Summary(
            np.abs(gap).mean(axis=0),
            gap.mean(axis=0),
            np.mean([one.chance for one in self.days], axis=0),
            np.concatenate(inside, axis=1).mean(axis=1),
            np.average(
                [one.inside_by_chance for one in self.days],
                axis=0,
                weights=[max(int(one.compared.sum()), 1) for one in self.days],
            ),
            len(self.days),
            int(sum(one.compared.sum() for one in self.days)),
        )


def _inside(values: Floats, bands: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((values >= bands[0] - 1e-9) & (values <= bands[1] + 1e-9))


def folds_of(
    days: Sequence[int], folds: int, last: int | None = None
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """(fitted on, tested on), days apart. last: the last so many are tested on laws of all before."""
    if last is not None:
        return [(tuple(days[:-last]), tuple(days[-last:]))]
    folds = min(folds, len(days))
    return [
        (tuple(one for n, one in enumerate(days) if n % folds != fold), tuple(days[fold::folds]))
        for fold in range(folds)
    ]


def back_test(
    contacts: Contacts,
    folds: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
    replications: int = 100,
    parts: frozenset[str] = ALL,
    seed: int = 1,
    jobs: int | None = None,
    progress: Progress | None = None,
    laws: dict[tuple[int, ...], Laws] | None = None,
) -> BackTest:
    """Fit on the first days of each fold and replay the others. `laws`: kept between calls by the
    days they were fitted on, so that leaving out a part does not fit anew."""
    known = laws if laws is not None else {}
    total = sum(len(tested) for _, tested in folds)
    found: list[DayTest] = []
    with (
        tempfile.TemporaryDirectory(prefix="floorcast-") as folder,
        ThreadPoolExecutor(jobs or os.cpu_count()) as threads,
    ):
        for fitted, tested in folds:
            if fitted not in known:
                known[fitted] = fit_laws(contacts.on(fitted))
            for day in tested:
                own = Path(folder) / str(day)
                found.append(_test(contacts.on([day]), known[fitted], own, replications, parts, seed, threads))
                if progress is not None:
                    progress(len(found), total)
    return BackTest(tuple(sorted(found, key=lambda one: one.day)), tuple(folds), parts, replications)


def _test(
    day: Contacts,
    laws: Laws,
    folder: Path,
    replications: int,
    parts: frozenset[str],
    seed: int,
    threads: ThreadPoolExecutor,
) -> DayTest:
    one = replay(day, laws, folder, parts)
    world = assemble(one.scenario, policies_of(one.scenario)[0])
    runs = list(threads.map(lambda number: simulated(run(world, seed, number)), range(replications)))
    present = sum(
        end - start - sum(b - a for a, b in breaks)
        for group in one.scenario.group_names
        for person in one.scenario.roster(group)
        for start, end, breaks, *_ in person
    )
    days = np.array([each.day for each in runs])
    intervals = np.array([each.intervals for each in runs])
    actual = happened(day, present)
    compared = actual.contacts >= LEAST
    low, high = np.quantile(intervals, [(1 - BAND) / 2, (1 + BAND) / 2], axis=0)
    bands = np.stack([low, high])
    mean = days.mean(axis=0)
    by_chance = np.array([_inside(each, bands)[:, compared].mean(axis=1) for each in intervals])
    return DayTest(
        day=one.day,
        actual=actual,
        mean=mean,
        chance=np.abs(days - mean).mean(axis=0),
        half_hours=intervals.mean(axis=0),
        bands=bands,
        inside_by_chance=by_chance.mean(axis=0) if compared.any() else np.full(len(MEASURES), np.nan),
        occupancy=float(np.mean([each.occupancy for each in runs])),
        backlog=np.mean([each.backlog for each in runs], axis=0),
    )

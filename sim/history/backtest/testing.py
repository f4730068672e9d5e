"""Back-test: laws fitted on some days, other days replayed, predicted beside what happened."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from floorcast.clock.compiled import run
from floorcast.history.backtest.figures import LEAST, MEASURES, Figures, happened, simulated
from floorcast.history.backtest.misses import otherwise
from floorcast.history.backtest.replay import ALL, replay
from floorcast.history.calls.contacts import Contacts, Floats
from floorcast.history.fit.laws import Laws, fit_laws
from floorcast.model.compile.assemble import World, assemble
from floorcast.policy import policies_of

BAND = 0.90
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DayTest:
    """One day: what happened, and of the replications the mean [measures], what chance leaves
    (mean absolute error of a replication) [measures], bands of the half hours [2, measures, 48],
    the share of half hours of a replication inside [measures]; what of its laws was otherwise
    [causes, 48], see `misses`."""

    day: int
    actual: Figures
    mean: Floats
    chance: Floats
    half_hours: Floats
    bands: Floats
    inside_by_chance: Floats
    otherwise: Floats

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
        inside = [_inside(one.actual.intervals, one.bands)[:, one.compared] for one in self.days if one.compared.any()]
        return Summary(
            np.nanmean(np.abs(gap), axis=0),
            np.nanmean(gap, axis=0),
            np.nanmean([one.chance for one in self.days], axis=0),
            np.nanmean(np.concatenate(inside, axis=1), axis=1),
            np.average(
                [one.inside_by_chance for one in self.days if one.compared.any()],
                axis=0,
                weights=[int(one.compared.sum()) for one in self.days if one.compared.any()],
            ),
            len(self.days),
            int(sum(one.compared.sum() for one in self.days)),
        )


def _inside(values: Floats, bands: Floats) -> Floats:
    """1 inside, 0 outside, NaN where there is no value."""
    within = (values >= bands[0] - 1e-9) & (values <= bands[1] + 1e-9)
    return np.where(np.isnan(values), np.nan, within.astype(np.float64))


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


def _varied(world: World, laws: Laws, seed: int, number: int) -> World:
    """The same world on another day: handle times of the day, and of each agent's day, vary beyond chance."""
    random = np.random.default_rng([seed, number, *world.scenario.start.timetuple()[:3]])
    pace = world.tables["pace"]
    spread = np.log1p(np.square([laws.handle.day_cv, laws.handle.agent_day_cv]))
    of_day, own = random.standard_normal(), random.standard_normal(len(pace))
    factor = np.exp(of_day * np.sqrt(spread[0]) + own * np.sqrt(spread[1]) - spread.sum() / 2)
    return replace(world, tables={**world.tables, "pace": pace * factor})


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
    spread = "days" in parts

    def once(number: int) -> Figures:
        return simulated(run(_varied(world, laws, seed, number) if spread else world, seed, number))

    runs = list(threads.map(once, range(replications)))
    days = np.array([each.day for each in runs])
    intervals = np.array([each.intervals for each in runs])
    actual = happened(one.contacts, one.spans)
    compared = actual.contacts >= LEAST
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # half hours in which nobody is there in any replication
        low, high = np.nanquantile(intervals, [(1 - BAND) / 2, (1 + BAND) / 2], axis=0)
        half_hours = np.nanmean(intervals, axis=0)
    bands = np.stack([low, high])
    mean = days.mean(axis=0)
    by_chance = np.full(len(MEASURES), np.nan)
    if compared.any():
        by_chance = np.nanmean([np.nanmean(_inside(each, bands)[:, compared], axis=1) for each in intervals], axis=0)
    return DayTest(
        day=one.day,
        actual=actual,
        mean=mean,
        chance=np.abs(days - mean).mean(axis=0),
        half_hours=half_hours,
        bands=bands,
        inside_by_chance=by_chance,
        otherwise=otherwise(one.contacts, laws),
    )

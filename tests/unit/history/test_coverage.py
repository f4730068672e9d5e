"""Fitting on a simulated truth: how often the 95 % intervals of a fit hold it. The long proof runs in `make verify`."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from floorcast.history.folder import History
from floorcast.history.read.importing import Wishes, import_files
from floorcast.history.written.fitting import fit_history
from floorcast.history.written.intervals import WITHIN, Number, numbers_of
from tests.unit.history.simulated import AWAY, PATIENCE, SPEEDS, WORK, bank, simulate

PER_HOUR = {"PS": 85, "NW": 30}
LONG = int(os.environ.get("FLOORCAST_GENERATE", "0"))
TIMES, DAYS = (12 * LONG, 14) if LONG else (4, 2)


def truth(one: Number, contacts) -> float | None:
    """What the simulated centre has in the place of a fitted number; of means, for those who took the contacts."""
    if one.kind == "arrivals":
        kind, _, clock = one.of.rsplit(" ", 2)
        return PER_HOUR[kind] / 2 if "08:30" <= clock < "19:30" else None
    if one.kind == "handle time":
        mine = contacts.handled & (contacts.type_of == contacts.types.index(one.of))
        return WORK[one.of] * float(np.mean([1 / SPEEDS[contacts.agents[a]] for a in contacts.agent[mine]]))
    if one.kind == "speed":
        usual = float(np.mean([1 / SPEEDS[contacts.agents[a]] for a in contacts.agent[contacts.handled]]))
        return SPEEDS[one.of] * usual
    if one.kind == "patience":
        return 1 - float(np.exp(-WITHIN["patience"] / PATIENCE))
    if one.kind == "unavailable":
        # three seconds always, then exponential
        who = one.of.split()[-2]
        return 1 - float(np.exp(-(WITHIN[who] - 3) / AWAY["somebody"]))
    return None


def covered(folder: Path, seed: int) -> dict[str, list[bool]]:
    (folder / "calls.txt").write_text(bank(simulate(DAYS, PER_HOUR, seed=seed)))
    import_files([folder / "calls.txt"], folder / "history", Wishes(keep=("agents",)))
    fit = fit_history(History(folder / "history"))
    found: dict[str, list[bool]] = defaultdict(list)
    for one in numbers_of(fit):
        value = truth(one, fit.contacts)
        if value is not None:
            found[one.kind].append(one.low <= value <= one.high)
    return found


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bool]]:
    total: dict[str, list[bool]] = defaultdict(list)
    for number in range(TIMES):
        for kind, ones in covered(tmp_path_factory.mktemp("truth"), 100 + number).items():
            total[kind] += ones
    return total


def test_intervals_hold_the_truth_as_often_as_they_say(held: dict[str, list[bool]]) -> None:
    """All together 90 to 98 %: a short run may stray by chance from there, by four standard errors."""
    every = [one for ones in held.values() for one in ones]
    slack = 4 * np.sqrt(0.05 * 0.95 / len(every))
    assert 0.90 - slack < np.mean(every) < 0.98 + slack, np.mean(every)
    assert set(held) == {"arrivals", "handle time", "speed", "patience", "unavailable"}


@pytest.mark.parametrize("kind", ["arrivals", "handle time", "speed", "patience", "unavailable"])
def test_so_do_those_of_each_kind(kind: str, held: dict[str, list[bool]]) -> None:
    ones = held[kind]
    slack = 4 * np.sqrt(0.05 * 0.95 / len(ones))
    assert 0.90 - slack < np.mean(ones) <= min(0.98 + slack, 1.0), (kind, np.mean(ones), len(ones))

"""A simulated centre exported in each layout, imported and fitted, gives its numbers back within their intervals.

Every layout of the registry that has a row per contact with its wait, handle time and agent is tested: a new one
needs a writer in `exports.WRITERS`, or this test fails.
"""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.history.folder import History
from floorcast.history.layouts.registry import LAYOUTS
from floorcast.history.read.importing import Wishes, import_files
from floorcast.history.written.fitting import fit_history
from floorcast.history.written.intervals import numbers_of
from tests.unit.history.exports import WRITERS
from tests.unit.history.simulated import Call, simulate
from tests.unit.history.test_coverage import PER_HOUR, truth

DAYS = 2
WHOLE = [one.key for one in LAYOUTS.values() if one.grain == "contacts" and {"wait", "handle", "agent"} <= one.rows.keys()]
NO_HANDLE_TIMES_OF_CALLS = {"freshdesk"}  # tickets: the time tracked is typed in by hand


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return simulate(DAYS, PER_HOUR, seed=11)


@pytest.mark.parametrize("layout", [key for key in WHOLE if key not in NO_HANDLE_TIMES_OF_CALLS])
def test_what_was_simulated_comes_back(layout: str, calls: list[Call], tmp_path) -> None:
    name, write, typed = WRITERS[layout]
    (tmp_path / name).write_text(write([one for one in calls if one.agent or one.wait > 0]))
    import_files([tmp_path / name], tmp_path / "history", Wishes(keep=("agents",), dates="month-first"))
    fit = fit_history(History(tmp_path / "history"))
    assert len(fit.contacts) == len([one for one in calls if one.agent or one.wait > 0])
    held, strayed = [], []
    for one in numbers_of(fit):
        if not typed and one.kind in ("arrivals", "handle time"):
            continue  # an export without types has all calls in one
        value = truth(one, fit.contacts)
        if value is not None:
            held.append(one.low <= value <= one.high)
            half = max(one.high - one.value, one.value - one.low)
            strayed += [] if abs(value - one.value) <= 2.2 * half else [one]
    assert np.mean(held) > 0.85 and not strayed, (np.mean(held), strayed)
    kinds = {one.kind for one in numbers_of(fit)}
    assert kinds >= {"arrivals", "handle time", "speed", "patience", "unavailable"}

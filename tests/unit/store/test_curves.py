"""Curves added up by DuckDB are those added up in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from floorcast.store import StudyError, StudyResult
from floorcast.store.curves import read_curve
from tests.unit.store.made_up import run

SCOPES = [
    ("service_level", "all", "all"),
    ("service_level", "channel", "phone"),
    ("asa", "contact_type", "tech"),
    ("backlog", "channel", "phone"),
    ("backlog_age_max", "all", "all"),
    ("occupancy", "group", "team"),
    ("occupancy", "all", "all"),
    ("agents_present", "all", "all"),
    ("offered", "all", "all"),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return run(tmp_path_factory.mktemp("curves") / "study")


@pytest.mark.parametrize("days", [False, True])
@pytest.mark.parametrize("measure,by,of", SCOPES)
def test_the_same_as_in_memory(
    kept: StudyResult, measure: str, by: str, of: str, days: bool
) -> None:
    wanted = kept.curve("first", measure, by, of, days=days)
    assert kept.folder is not None
    found = read_curve(kept.folder, "first", measure, by, of, 86400.0 if days else None)
    assert found.unit == wanted.unit and np.array_equal(found.start, wanted.start)
    assert np.allclose(found.mean, wanted.mean, rtol=1e-5, equal_nan=True)
    assert np.allclose(found.half_width, wanted.half_width, rtol=1e-4, atol=1e-9, equal_nan=True)


def test_blocks_that_do_not_divide_the_horizon(kept: StudyResult) -> None:
    assert kept.folder is not None
    whole = read_curve(kept.folder, "first", "offered")
    blocks = read_curve(kept.folder, "first", "offered", block=5 * 1800.0)
    assert blocks.mean.size == -(-whole.mean.size // 5)
    assert np.nansum(blocks.mean) == pytest.approx(np.nansum(whole.mean))


def test_scopes_and_names_that_are_not_there(kept: StudyResult, tmp_path: Path) -> None:
    assert kept.folder is not None
    with pytest.raises(ValueError, match="kept by all, group"):
        read_curve(kept.folder, "first", "occupancy", "channel", "phone")
    with pytest.raises(ValueError, match="no channel 'fax'"):
        read_curve(kept.folder, "first", "asa", "channel", "fax")
    with pytest.raises(StudyError, match="no replication"):
        read_curve(kept.folder, "nobody", "asa")
    with pytest.raises(StudyError):
        read_curve(tmp_path, "first", "asa")

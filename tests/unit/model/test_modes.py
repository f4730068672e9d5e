"""The model uncompiled, and compiled with every index checked: the same records, and no index out of range."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.model.strict import digests

ROOT = Path(__file__).resolve().parents[3]
SMALL = ("tutorial/2_chat_and_email.yaml", "tutorial/3_social_beside_phone.yaml")
LARGE = ("airline_week.yaml", "storm.yaml", "social_start.yaml", "product_launch.yaml")


def told_by(*arguments: str, **mode: str) -> list[str]:
    """Lines that a fresh Python prints in a mode of numba's."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **mode},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout.splitlines()


def test_uncompiled_the_records_are_the_same_and_no_index_is_out_of_range_or_below_0() -> None:
    found = told_by("-m", "tests.unit.model.strict", "20", *SMALL, NUMBA_DISABLE_JIT="1")
    assert found == digests(20, SMALL)


def test_random_numbers_ordered_sets_and_the_calendar_uncompiled() -> None:
    tests = [str(p) for p in sorted(Path(__file__).parent.glob("test_*.py")) if p != Path(__file__)]
    assert len(tests) >= 3
    told_by("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, NUMBA_DISABLE_JIT="1")


@pytest.mark.slow
@pytest.mark.skipif("FLOORCAST_GENERATE" not in os.environ, reason="compiles once more; in `make verify`")
def test_no_index_is_out_of_range_in_the_larger_scenarios() -> None:
    found = told_by("-m", "tests.unit.model.strict", "200", *LARGE, NUMBA_BOUNDSCHECK="1")
    assert found == digests(200, LARGE)

"""The model uncompiled, and compiled with every index checked: the same records, and no index out of range."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from tests.routing_strategies import routed, routed_social
from tests.social_strategies import social_scenarios
from tests.strategies import scenarios
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


def generated(file: Path, number: int) -> Path:
    """So many scenarios written to a file: another process would not generate the same ones."""
    made: list[dict[str, Any]] = []

    @settings(max_examples=number, phases=[Phase.generate])
    @given(scenarios(size=20) | social_scenarios() | routed(size=20) | routed_social())
    def make(scenario: dict[str, Any]) -> None:
        made.append(scenario)

    make()
    file.write_text(json.dumps(made))
    return file


def test_uncompiled_the_records_are_the_same_and_no_index_is_out_of_range_or_below_0(tmp_path: Path) -> None:
    file = generated(tmp_path / "generated.json", 8)
    found = told_by("-m", "tests.unit.model.strict", str(file), *SMALL, NUMBA_DISABLE_JIT="1")
    assert found == digests(file, SMALL)
    assert len(found) >= 8


def test_random_numbers_ordered_sets_and_the_calendar_uncompiled() -> None:
    tests = [str(p) for p in sorted(Path(__file__).parent.glob("test_*.py")) if p != Path(__file__)]
    assert len(tests) >= 3
    told_by("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, NUMBA_DISABLE_JIT="1")


@pytest.mark.slow
@pytest.mark.skipif("FLOORCAST_GENERATE" not in os.environ, reason="compiles once more; in `make verify`")
def test_no_index_is_out_of_range_in_larger_scenarios(tmp_path: Path) -> None:
    file = generated(tmp_path / "generated.json", 200)
    found = told_by("-m", "tests.unit.model.strict", str(file), *LARGE, NUMBA_BOUNDSCHECK="1")
    assert found == digests(file, LARGE)

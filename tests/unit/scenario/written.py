"""A small valid scenario that tests change in one place, and shortcuts to load it."""

from __future__ import annotations

from pathlib import Path

import pytest

from floorcast.scenario import InputErrors, Scenario, load_scenario_text
from tests.centres import one_team

SMALL = one_team("start: 2024-01-01\ndays: 7\n", rate=60, people="agents: 5")


def loaded(text: str = SMALL, folder: Path | str = "/nowhere") -> Scenario:
    """Load text that must be fine."""
    return load_scenario_text(text, folder, "small.yaml")


def changed(old: str, new: str, folder: Path | str = "/nowhere") -> Scenario:
    """The small scenario with one piece of text replaced."""
    assert old in SMALL
    return loaded(SMALL.replace(old, new), folder)


def errors_of(text: str | bytes, folder: Path | str = "/nowhere") -> list[str]:
    """What is wrong with text that must not load, one line a problem."""
    with pytest.raises(InputErrors) as caught:
        load_scenario_text(text, folder, "small.yaml")
    assert caught.value.problems
    assert all(problem.severity == "error" for problem in caught.value.problems)
    return str(caught.value).splitlines()


def only_error_of(old: str, new: str, folder: Path | str = "/nowhere") -> str:
    """The single error that one change of the small scenario gives."""
    assert old in SMALL, old
    lines = errors_of(SMALL.replace(old, new), folder)
    assert len(lines) == 1, lines
    return lines[0]

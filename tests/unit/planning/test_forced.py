"""What targets force: told for every measure that is read by interval, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from floorcast.measures import FORMULAS, TargetRow
from floorcast.measures.periods import BY_INTERVAL, Bound
from floorcast.planning.programs.forced import FORCES_NOTHING, forced_by
from floorcast.planning.programs.model import Promise
from floorcast.scenario import load_scenario_text

CENTRE = load_scenario_text(
    """
    contact_types: {calls: {channel: phone, arrivals: {rate: 60 per hour}, work: 4 min, patience: 2 min}}
    groups: {team: {channels: [phone], agents: 6}}
    """,
    Path(),
)
PERCENTILES = ("wait_p90", "first_response_p90", "resolution_p90")


def forced(measure: str, **bounds: float) -> float | None:
    """The share of the calls of the day that a target forces to be answered."""
    row = TargetRow(measure, "all", "all")
    target = replace(row, formula=measure if measure in FORMULAS else row.formula, **bounds)  # type: ignore[arg-type]
    steps = round(CENTRE.horizon / CENTRE.interval)
    found = forced_by(CENTRE, Promise(target, 0, 0, steps, Bound(target.at_least, target.at_most)))
    return None if found is None else found.share


def test_few_may_give_up_so_most_are_answered() -> None:
    assert forced("abandonment", at_most=0.05) == pytest.approx(0.95)
    assert forced("sl3", at_least=0.8, within=20.0) == pytest.approx(0.8)
    assert forced("wait_p90", at_most=20.0) == pytest.approx(0.9, abs=0.002)  # less who may hang up by then


@pytest.mark.parametrize("measure", [*FORCES_NOTHING, "resolution_p90", "sl2"])
def test_what_few_answered_can_keep_as_well_forces_nothing(measure: str) -> None:
    assert forced(measure, at_most=100.0, at_least=0.0) is None


@pytest.mark.parametrize("measure", [*BY_INTERVAL, *PERCENTILES])
def test_of_every_measure_that_is_read_by_interval_it_is_told(measure: str) -> None:
    share = forced(measure, at_most=0.5, at_least=0.5)
    assert share is None or 0.0 < share <= 1.0


def test_a_measure_of_which_it_is_not_told_is_an_error_and_no_silent_nothing() -> None:
    with pytest.raises(KeyError, match="smiles: what it forces is not told"):
        forced("smiles", at_least=0.5)

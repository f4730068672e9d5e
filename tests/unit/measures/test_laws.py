"""Laws: silent on a run that can be, and a sentence for each that is broken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from floorcast.measures import broken_laws
from floorcast.model.records.layout import LEDGER, Outcome
from tests.unit.measures.centre import FakeRun, answered, make_run, make_world, waiting


def lawful(*contacts: dict[str, Any]) -> FakeRun:
    """One call of a minute, and an agent who was there for it."""
    world = make_world()
    ledger = np.zeros((1, world.n_intervals), dtype=LEDGER)
    ledger["present"] = 1800.0
    ledger["working"][0, 0] = 60.0
    return make_run(world, [answered(10, 5), waiting(20), *contacts], ledger=ledger)


def test_a_run_that_can_be_breaks_no_law() -> None:
    assert broken_laws(lawful()) == []


def test_work_not_finished_at_the_end_is_given_but_not_received() -> None:
    run = lawful(waiting(30, agent=0))
    run.ledger["working"][0, -1] = 100.0
    assert broken_laws(run) == []


@pytest.mark.parametrize(
    ("contact", "says"),
    [
        (answered(10, -11, worked=0.0), "1 contacts are answered before they are arrived"),
        (answered(90, 5, worked=0.0, ended=80.0), "ended before they are arrived"),
        (answered(90, 5, worked=0.0, first_response=92.0), "first_response before they are ans"),
        (answered(86_390, 5, worked=0.0), "ended after the run"),
        (answered(10, 5, worked=1.0), "contacts received 61.0 s of working and agents gave 60.0 s"),
        (answered(10, 5, worked=0.0, outcome=Outcome.HANDLED, wrapped=9.0), "9.0 s of wrapping"),
    ],
)
def test_a_contact_that_cannot_be(contact: dict[str, Any], says: str) -> None:
    assert any(says in law for law in broken_laws(lawful(contact)))


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("present", 1900.0, "present longer than the interval"),
        ("present", 30.0, "two things at once"),
        ("held", -1.0, "less than nothing"),
        ("working", 70.0, "contacts received 60.0 s of working and agents gave 70.0 s"),
    ],
)
def test_a_ledger_that_cannot_be(field: str, value: float, says: str) -> None:
    run = lawful()
    run.ledger[field][0, 0] = value
    assert any(says in law for law in broken_laws(run))

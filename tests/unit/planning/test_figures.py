"""The plain figures on records written by hand: two days, two types, one group by headcount."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from floorcast.model.records.layout import CONTACT, LEDGER, Outcome
from floorcast.verification.figures import pair
from floorcast.verification.tally import UNITS, Figure, Tally

HOUR, DAY = 3600.0, 86400.0
NEVER = float("nan")
# type, arrived, answered, ended, outcome
RECORDS = [
    (0, 100.0, 100.0, 400.0, Outcome.HANDLED),
    (0, 200.0, 215.0, 500.0, Outcome.HANDLED),
    (0, 300.0, 400.0, 700.0, Outcome.HANDLED),
    (1, 310.0, NEVER, 313.0, Outcome.ABANDONED),
    (1, 320.0, NEVER, 330.0, Outcome.ABANDONED),
    (0, 7000.0, NEVER, 7060.0, Outcome.ABANDONED),
    (1, 7100.0, NEVER, 7100.0, Outcome.BLOCKED),
    (0, DAY + 50.0, DAY + 50.0, DAY + 1850.0, Outcome.HANDLED),
]


@pytest.fixture
def tally() -> Tally:
    contacts = np.zeros(len(RECORDS), CONTACT)
    fields = ("contact_type", "arrived", "answered", "ended", "outcome")
    for name, column in zip(fields, zip(*RECORDS)):
        contacts[name] = column
    contacts["reply_wait"][:2], contacts["replies"][:2] = (30.0, 50.0), (1, 3)
    # One agent present in the first two hours of either day, another in the first hour.
    ledger = np.zeros((2, 48), LEDGER)
    ledger["present"][:, [0, 24]] = HOUR
    ledger["present"][0, [1, 25]] = HOUR
    ledger["working"][0, [0, 24]] = (900.0, 1800.0)
    heads = SimpleNamespace(
        edges=np.array([0, HOUR, 2 * HOUR, DAY, DAY + HOUR, DAY + 2 * HOUR, 2 * DAY]),
        heads=np.array([2, 1, 0, 2, 1, 0]),
    )
    scenario = SimpleNamespace(answer_within=lambda name: 20.0, headcount=lambda name: heads)
    world = SimpleNamespace(
        scenario=scenario,
        type_names=("calls", "other"),
        group_names=("team",),
        agent_group=np.zeros(2, int),
        horizon=2 * DAY,
        interval=HOUR,
        warm_up=0.0,
    )
    run: Any = SimpleNamespace(world=world, contacts=contacts, ledger=ledger)
    return Tally(run)


@pytest.mark.parametrize(
    ("figure", "above", "below"),
    [
        (Figure("offered"), 8, 2),
        (Figure("offered", by="contact_type", of="other"), 3, 2),
        (Figure("offered", start=0.0, end=HOUR), 6, 2),
        (Figure("offered", start=HOUR), 2, 2),
        (Figure("handled"), 4, 2),
        (Figure("abandoned"), 3, 2),
        (Figure("abandoned", per=10.0), 3, 20),
        (Figure("blocked"), 1, 2),
        (Figure("abandonment"), 3, 8),
        (Figure("delayed"), 5, 7),
        (Figure("asa"), 115, 4),
        (Figure("wait_mean"), 188, 7),
        (Figure("waited", per=5.0), 188, 10),
        (Figure("wait_abandoned"), 73, 3),
        (Figure("queue_mean"), 188, 2 * DAY),
        (Figure("queue_mean", by="contact_type", of="other"), 13, 2 * DAY),
        (Figure("sl1"), 5, 7),
        (Figure("sl2"), 3, 4),
        (Figure("sl3"), 3, 7),
        (Figure("sl4"), 3, 5),
        (Figure("sl5"), 4, 7),
        (Figure("sl2", within=10.0), 2, 4),
        (Figure("answered_in_time", by="contact_type", of="calls", end=HOUR), 3, 2),
        (Figure("over_in_time"), 5, 2),
        (Figure("next_reply_mean"), 80, 4),
        (Figure("occupancy"), 2700, 6 * HOUR),
        (Figure("occupancy", by="group", of="team", end=HOUR), 2700, 4 * HOUR),
        # The last call of day one ends at 7100 s, that of day two at 1850 s.
        (Figure("occupancy_to_last_event", by="group", of="team"), 2700, 10_700 + 2 * 1850),
        (Figure("little_gap"), 0, 1),
    ],
    ids=lambda value: str(getattr(value, "measure", value)),
)
def test_by_hand(tally: Tally, figure: Figure, above: float, below: float) -> None:
    assert pair(tally, figure) == pytest.approx((above, below))


def test_warm_up_is_left_out(tally: Tally) -> None:
    tally.begin = 1.5 * HOUR
    assert pair(tally, Figure("offered")) == pytest.approx((3, 46.5 / 24))
    assert pair(tally, Figure("offered", start=HOUR, end=2 * HOUR)) == pytest.approx((2, 1.5))
    assert pair(tally, Figure("occupancy"))[1] == pytest.approx(3 * HOUR)


def test_counts_and_incidents(tally: Tally) -> None:
    """Incidents: the first contact with the next two and the last of day one; the fourth with the fifth."""
    tally.run.contacts["incident"] = [0, 0, 0, 3, 3, -1, 0, 7]
    two_hours = Figure("count_variance", window=2 * HOUR, about=1.0)  # 7 in the first, 1 on day two
    assert pair(tally, two_hours) == (36 + 22 * 1 + 0, 24)
    assert pair(tally, Figure("count_variance", window=9 * HOUR, about=0.0)) == (7**2 + 1, 5)
    assert pair(tally, Figure("incident_size")) == (4 + 2 + 1, 3)
    assert pair(tally, Figure("incident_size_share", size=2)) == (1, 3)
    assert pair(tally, Figure("incident_size_variance", about=2.0)) == (4 + 0 + 1, 3)


@pytest.mark.parametrize(("begin", "incidents"), [(90.0, 3), (150.0, 2), (DAY - 60.0, 1), (DAY - 40.0, 0)])
def test_an_incident_has_as_long_before_the_end_as_the_warm_up(
    tally: Tally, begin: float, incidents: int
) -> None:
    tally.run.contacts["incident"] = [0, 0, 0, 3, 3, -1, 0, 7]
    tally.begin = begin
    assert pair(tally, Figure("incident_size"))[1] == incidents


@pytest.mark.parametrize("measure", ["count_variance", "incident_size_share", "incident_size_variance"])
def test_a_figure_of_cascades_names_what_it_lacks(tally: Tally, measure: str) -> None:
    with pytest.raises(ValueError, match=f"{measure} needs"):
        pair(tally, Figure(measure))


def test_types_with_different_targets_need_one_stated(tally: Tally) -> None:
    tally.world.scenario.answer_within = lambda name: 20.0 if name == "calls" else 60.0
    with pytest.raises(ValueError, match="different answer_within"):
        pair(tally, Figure("sl3"))
    assert pair(tally, Figure("sl3", within=20.0)) == (3.0, 7.0)


def test_every_figure_has_a_unit() -> None:
    assert set(UNITS.values()) == {"contacts", "share", "s"}

"""Through time: by interval and day, and whole days measured apart."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.measures import measure
from floorcast.measures.contacts.distribution import EDGES, distribution
from floorcast.measures.contacts.table import Window
from floorcast.measures.series import series
from floorcast.model.records.layout import LEDGER
from tests.unit.measures.centre import (
    abandoned,
    answered,
    carried_in,
    group,
    make_run,
    make_world,
    random_run,
    waiting,
)

TYPES = {"calls": "phone", "mail": "email", "tech": "phone"}
HOUR = 3600.0


def test_a_contact_counts_in_the_interval_of_its_arrival() -> None:
    world = make_world()
    late_answer = answered(1799, 4000)
    at_the_edge = abandoned(1800, 10)
    found = series(make_run(world, [late_answer, at_the_edge]))
    assert found.ratio("offered")[0][:4].tolist() == [1, 1, 0, 0]
    assert found.ratio("handled")[0][:4].tolist() == [1, 0, 0, 0]
    assert found.ratio("abandoned")[0][:4].tolist() == [0, 1, 0, 0]
    above, below = found.ratio("asa")
    assert (above[0], below[0]) == (4000, 1)


def test_backlog_at_interval_ends_and_the_age_of_the_oldest() -> None:
    world = make_world({"mail": "email"})
    contacts = [
        carried_in(HOUR, ended=1000.0, outcome=1),
        answered(600, 3000, talk=60),  # 600 to 3660: open at 1800 and 3600
        waiting(1800),  # arrives at the instant: open from the next end
    ]
    found = series(make_run(world, contacts))
    assert found.ratio("backlog")[0][:4].tolist() == [1, 2, 1, 1]
    assert found.ratio("backlog_age_max")[0][:4].tolist() == [1200, 3000, 3600, 5400]
    assert found.ratio("backlog", days=True)[0].tolist() == [1]
    assert found.ratio("backlog_age_max", days=True)[0].tolist() == [86400 - 1800]


def test_intervals_add_up_to_the_measures_of_the_run() -> None:
    world = make_world(TYPES, {"team": group(12.0)}, days=2)
    run = random_run(world, 20_000, seed=5)
    summary, found = measure(run), series(run)
    backlog_came = (run.contacts["arrived"] < 0).sum()
    for by, of in (("all", "all"), ("channel", "phone"), ("contact_type", "mail")):
        assert found.ratio("offered", by, of)[0].sum() == summary.value("offered", by, of)
        ends = found.ratio("backlog", by, of)[0]
        assert ends.max() == summary.value("backlog_max", by, of)
        assert ends[-1] == summary.value("backlog_end", by, of)
        oldest = found.ratio("backlog_age_max", by, of)[0].max()
        assert oldest == pytest.approx(summary.value("backlog_age_max", by, of))
    assert backlog_came == summary.value("carried_in")
    above, below = (values.sum() for values in found.ratio("occupancy"))
    assert above / below == pytest.approx(summary.value("occupancy"))
    assert found.ratio("cost")[0].sum() == pytest.approx(summary.value("cost"))
    per_day = found.ratio("offered", "channel", "phone", days=True)[0]
    assert per_day.sum() == summary.value("offered", "channel", "phone")
    assert per_day.shape == (2,)


def test_agents_present_in_an_interval() -> None:
    world = make_world(groups={"a": group(), "b": group()}, agents={"a": 2, "b": 1})
    ledger = np.zeros((3, world.n_intervals), dtype=LEDGER)
    ledger["present"][:2, 5] = 900.0
    found = series(make_run(world, [], ledger=ledger))
    above, below = found.ratio("agents_present", "group", "a")
    assert (above / below)[4:7].tolist() == [0, 1, 0]


@pytest.mark.parametrize(("by", "of"), [("group", "team"), ("channel", "fax")])
def test_a_scope_a_series_is_not_kept_for(by: str, of: str) -> None:
    with pytest.raises(ValueError):
        series(make_run(make_world(), [])).ratio("asa", by, of)


def test_days_measured_apart_add_up() -> None:
    world = make_world(TYPES, {"team": group(12.0)}, days=3, warm_up=86400.0 + HOUR)
    run = random_run(world, 3000, seed=2)
    whole = measure(run)
    days = [measure(run, Window(world, first, end)) for first, end in ((50, 96), (96, 144))]
    for name in ("offered", "handled", "abandoned", "cost"):
        assert sum(day.value(name) for day in days) == pytest.approx(whole.value(name))
    assert max(day.value("backlog_age_max") for day in days) == whole.value("backlog_age_max")
    assert days[-1].value("backlog_end") == whole.value("backlog_end")
    mean = np.average([day.value("backlog_mean") for day in days], weights=[46, 48])
    assert mean == pytest.approx(whole.value("backlog_mean"))


def test_the_distribution_of_waits_counts_the_answered() -> None:
    world = make_world(TYPES)
    run = make_run(
        world, [answered(0, 0), answered(0, 20, contact_type=2), answered(9, 21), abandoned(0, 20)]
    )
    waits = distribution(run).counts["wait"]
    assert waits.shape == (3, EDGES.size + 1)
    assert waits[0, 0] == 1  # at once
    assert waits[2, EDGES.searchsorted(20)] == 1  # at most 20 s
    assert waits.sum() == 3

"""Interval totals, tickets and posts of a simulated centre, imported and fitted, give its numbers back within intervals.

Every layout of the registry that does not have a row per contact on the line is tested here, in `test_round_trip` or
in `test_messages`: a new one needs a writer, or a test fails.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from floorcast.history.calls.contacts import waits_on_line
from floorcast.history.folder import History
from floorcast.history.layouts.registry import LAYOUTS
from floorcast.history.read.importing import Wishes, import_files
from floorcast.history.written.intervals import Number, other_numbers, total_numbers
from floorcast.history.written.writing_plain import PlainFit, fit_plain, write_plain
from floorcast.scenario import load_scenario
from tests.unit.history import chatting
from tests.unit.history.examples import EXAMPLES
from tests.unit.history.simulated import SPEEDS, WORK, Call, simulate
from tests.unit.history.summed import (
    AGENTS,
    BY_INTERVAL,
    BY_TICKET,
    STAFFED,
    TELLS,
    Ticket,
    by_interval,
    by_ticket,
)
from tests.unit.history.test_coverage import PER_HOUR
from tests.unit.history.test_round_trip import WHOLE

BY_DAY = {"verint"}
JSON = {"intercom", "meta-comments"}
TICKETS = [*BY_TICKET, *sorted(JSON)]
DAYS = 3


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return simulate(DAYS, PER_HOUR, seed=13)


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    return chatting.tickets(DAYS, seed=21)


def fitted(text: str, name: str, layout: str, folder: Path) -> PlainFit:
    (folder / name).write_text(text)
    wishes = Wishes(layout=layout if EXAMPLES[layout][2] else None, dates=None if "json" in name else "month-first")
    wishes = Wishes(layout=wishes.layout, dates="day-first") if layout == "salesforce-cases" else wishes
    report = import_files([folder / name], folder / "history", wishes)
    assert report.files[0].layout == layout
    assert report.files[0].bad == []
    return fit_plain(History(folder / "history"))


def held(numbers: list[Number], truth: dict[str, float]) -> list[bool]:
    """Whether each interval holds the truth; none may be off by much more than its half width."""
    found = []
    for one in numbers:
        value = truth.get(one.kind, truth.get(one.of))
        if value is not None:
            half = max(one.high - one.value, one.value - one.low)
            assert abs(value - one.value) <= 2.4 * half, one
            found.append(one.low <= value <= one.high)
    return found


def between(numbers: list[Number], first: str, last: str) -> list[Number]:
    return [one for one in numbers if one.kind != "arrivals" or first <= one.of.rsplit(" ", 1)[1] < last]


@pytest.mark.parametrize("layout", [one.key for one in LAYOUTS.values() if one.grain == "intervals" and one.key not in BY_DAY])
def test_totals_by_interval(layout: str, calls: list[Call], tmp_path: Path) -> None:
    name = "export.txt" if layout == "nice-iex-history" else "export.csv"
    fit = fitted(by_interval(layout, calls), name, layout, tmp_path)
    assert [one.name for one in fit.totals] == sorted(PER_HOUR)
    found = []
    for one in fit.totals:
        taken = [call for call in calls if call.kind == one.name and call.agent]
        slow = float(np.mean([1 / SPEEDS[str(call.agent)] for call in taken]))
        per_offered = len(taken) / len([call for call in calls if call.kind == one.name])
        of_offered = layout in {"generic-intervals", "floorcast-forecast", "calabrio-forecast", "assembled"}
        mean = WORK[one.name] * slow * (per_offered if of_offered else 1.0)
        found += held(between(total_numbers([one]), "08:30", "19:30"), {"arrivals": PER_HOUR[one.name] / 2, "handle time": mean})
        assert 0.5 < one.scv < 2.5  # 1.2 in the centre, told by how sums vary
        assert (one.agents is not None) == (layout in STAFFED)
        assert one.agents is None or one.agents[6, 20] == pytest.approx(AGENTS)
    assert np.mean(found) > 0.85
    scenario = load_scenario(write_plain(fit, tmp_path / "out", name))
    assert set(scenario.type_names) == set(PER_HOUR)
    assert [target.of for target in scenario.targets] == ["phone"]


def test_totals_by_day(calls: list[Call], tmp_path: Path) -> None:
    days = sorted({one.arrived.date() for one in calls})
    rows = [f"PS, {day.month}-{day.day}-{day.year}, {sum(c.kind == 'PS' and c.arrived.date() == day for c in calls)}, 180" for day in days]
    fit = fitted("\n".join(rows) + "\n", "export.csv", "verint", tmp_path)
    (one,) = fit.totals
    assert one.mean.sum(axis=1)[one.days > 0].mean() == pytest.approx(12 * PER_HOUR["PS"], rel=0.1)
    assert one.handle is not None and one.handle[0] == pytest.approx(180)


@pytest.mark.parametrize("layout", TICKETS)
def test_letters_and_posts(layout: str, tickets: list[Ticket], tmp_path: Path) -> None:
    fit = fitted(by_ticket(layout, tickets), "export.json" if layout in JSON else "export.csv", layout, tmp_path)
    assert not waits_on_line(History(tmp_path / "history"))
    (one,) = fit.types
    assert one.contacts == len(tickets)
    numbers = between(other_numbers(fit.types), "08:00", "18:30")
    truth = {"arrivals": chatting.PER_HOUR / 2, "replies": chatting.TURNS, "handle time": chatting.WORK * chatting.TURNS}
    assert np.mean(held(numbers, truth)) > 0.85
    assert {number.kind for number in numbers} - {"arrivals"} == TELLS.get(layout, set())
    scenario = load_scenario(write_plain(fit, tmp_path / "out", layout))
    assert len(scenario.type_names) == 1
    assert "secret" not in (tmp_path / "out" / "scenario.yaml").read_text()


def test_every_layout_of_contacts_makes_a_round_trip() -> None:
    known = {*WHOLE, *BY_INTERVAL, *BY_DAY, *TICKETS, *chatting.WRITERS}
    assert {one.key for one in LAYOUTS.values() if one.grain != "activities"} <= known


def test_hours_that_differ_are_told_apart(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    rows = ["type,start,offered,aht"]
    for day in range(1, 11):
        for hour in range(8, 18):
            n = random.poisson(30)
            mean = random.gamma(n, 200 / n) * (1.3 if hour < 12 else 1.0)
            rows.append(f"Billing,2026-03-{day:02d} {hour:02d}:00,{n},{mean:.1f}")
    fit = fitted("\n".join(rows) + "\n", "export.csv", "generic-intervals", tmp_path)
    (one,) = fit.totals
    assert one.hours is not None
    assert one.hours[9] == pytest.approx(260, rel=0.1) and one.hours[15] == pytest.approx(200, rel=0.1)
    assert one.scv == pytest.approx(1.0, rel=0.4)
    text = write_plain(fit, tmp_path / "out", "x").read_text()
    assert "work_mean" in text and "80 % occupancy" in text

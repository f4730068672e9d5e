"""Absence, lateness and breaks from schedules and logs; letters and posts; who is new, back, or holds several."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.history.calls.contacts import Contacts
from floorcast.history.fit.attendance import attendance
from floorcast.history.folder import History
from floorcast.history.others.types import at_once, experience
from floorcast.history.read.importing import Wishes, import_files
from floorcast.history.written.fitting import fit_history
from floorcast.history.written.writing import write_scenario
from floorcast.scenario import load_scenario
from tests.unit.history.exports import generic
from tests.unit.history.simulated import SPEEDS, simulate

DAYS = 6


def schedules() -> tuple[str, str]:
    """Eight people planned from 08:00 to 20:00 with a lunch; of 48 shifts 6 are missed, and 10 of the rest are late."""
    plan, done = ["agent,activity,start,end"], ["agent,activity,start,end,planned"]
    number = 0
    for day in range(1, DAYS + 1):
        for name in SPEEDS:
            date = f"2026-03-{day:02d}"
            plan.append(f"{name},Phone,{date} 08:00,{date} 12:00")
            plan.append(f"{name},Lunch,{date} 12:00,{date} 12:45")
            plan.append(f"{name},Phone,{date} 12:45,{date} 20:00")
            if number % 8 != 3:
                minute = 10 if number % 4 == 0 else 0
                done.append(f"{name},Available,{date} 08:{minute:02d},{date} 20:00,no")
            number += 1
    return "\n".join(plan) + "\n", "\n".join(done) + "\n"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("people")
    plan, done = schedules()
    (folder / "calls.csv").write_text(generic(simulate(DAYS, {"PS": 50})))
    (folder / "plan.csv").write_text(plan)
    (folder / "log.csv").write_text(done)
    letters = "".join(
        f"L{n},email,Refunds,2026-03-0{1 + n % 6} 09:{n % 60:02d},{600 + n},{200 + n % 50},{1 + n % 3},{'Ann'}\n" for n in range(60)
    )
    (folder / "letters.csv").write_text("contact,channel,type,arrived,wait,handle,turns,agent\n" + letters)
    names = ("calls.csv", "plan.csv", "log.csv", "letters.csv")
    import_files([folder / name for name in names], folder / "history", Wishes())
    return History(folder / "history")


def test_absence_lateness_and_breaks_are_told_by_schedules(history: History) -> None:
    found = attendance(history)
    assert found is not None
    assert (found.absence.value, found.absence.cases) == (6 / 48, 48)
    assert found.late.value == pytest.approx(12 / 42) and found.delays == pytest.approx([600.0] * 20)
    assert found.breaks[0] == 45 * 60


def test_agents_are_the_same_people_in_calls_and_schedules(history: History) -> None:
    names = history.connect().execute(
        "SELECT count(*) FROM (SELECT DISTINCT agent FROM activities) a JOIN (SELECT DISTINCT agent FROM contacts"
        " WHERE channel = 'phone' AND agent IS NOT NULL) b USING (agent)"
    ).fetchone()
    assert names == (len(SPEEDS),)


def test_the_scenario_has_the_plan_with_absence_and_lateness(history: History, tmp_path) -> None:
    path = write_scenario(fit_history(history), tmp_path)
    text = path.read_text()
    assert "absence: 0.125  # 12.5 % [5.4, 24.0], n 48, of planned shifts nobody came to" in text
    assert "45 min of breaks a shift" in text and "late: {probability: 0.2857" in text
    scenario = load_scenario(path)
    assert scenario.groups["team 1"].absence == 0.125
    assert sum(len(scenario.roster(group)) for group in scenario.group_names) == len(SPEEDS)
    assert "absence,planned shifts,0.125," in (tmp_path / "numbers.csv").read_text()


def test_letters_stand_in_a_piece_that_a_scenario_takes(history: History, tmp_path) -> None:
    write_scenario(fit_history(history), tmp_path)
    text = (tmp_path / "others.yaml").read_text()
    assert "10.0 a day" in text and "replies of agents: mean 2" in text and "first reply: median 10 min" in text
    whole = tmp_path / "whole.yaml"
    groups = "groups: {team: {channels: [email], agents: 5}}\n"
    whole.write_text(f"name: letters\nstart: 2026-03-01\ndays: 6\n{text}{groups}")
    scenario = load_scenario(whole)
    assert scenario.expected_contacts == pytest.approx(60, rel=0.02)
    assert scenario.contact_types["email Refunds"].turns.mean == pytest.approx(2, abs=0.1)


def made(agents: int, days: int, slow: float) -> Contacts:
    """Half of the agents begin on day 40 and take `slow` times as long for four weeks."""
    random = np.random.default_rng(5)
    n = 60 * days
    day = np.repeat(np.arange(days), 60)
    agent = random.integers(0, agents, n)
    begin = np.where(agent % 2 == 1, 40, 0)
    keep = day >= begin
    mean = 200 * np.where((begin == 40) & (day < 68), slow, 1.0)
    found = Contacts(
        day=day, at=random.uniform(0, 80_000, n), wait=np.zeros(n), handle=random.exponential(mean), kind=np.zeros(n, np.int64),
        guessed=np.zeros(n, bool), handled=np.ones(n, bool), agent=agent, kinds=(("A", ""),),
        agents=tuple(f"agent {one}" for one in range(agents)),
    )  # fmt: skip
    return found.of(keep)


def test_new_agents_that_take_longer_are_told() -> None:
    value, low, high, agents = experience(made(10, 140, 1.4)) or (0.0, 0.0, 0.0, 0)
    assert agents == 5 and low <= 1.4 <= high and value == pytest.approx(1.4, abs=0.12)
    assert experience(made(10, 50, 1.4)) is None  # too short to tell


def test_how_many_are_held_at_once() -> None:
    """Three chats of an hour that begin within a minute, day after day."""
    n = 90
    contacts = Contacts(
        day=np.repeat(np.arange(30), 3), at=np.tile([0.0, 10, 20], 30), wait=np.zeros(n), handle=np.full(n, 3600.0), kind=np.zeros(n, np.int64),
        guessed=np.zeros(n, bool), handled=np.ones(n, bool), agent=np.zeros(n, np.int64), kinds=(("A", ""),), agents=("Ann",), channel="chat",
    )  # fmt: skip
    assert at_once(contacts) == (3, 2.0, 90)

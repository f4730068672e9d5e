"""Training that teaches: who was trained works faster and resolves more, and forgets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import InputErrors, load_scenario_text

CENTRE = """
start: "2026-03-02"
days: DAYS
channels: {phone: {kind: phone}}
contact_types:
  calls:
    channel: phone
    arrivals: [{counts: {per: 1h, daily: {"08:00": 6, "18:00": 0}}}]
    work: 5 min
    RESOLUTION
groups:
  team:
    channels: [phone]
    shifts: [{agents: 1, start: "08:00", length: 10h}]
    training: [{start: "08:00", length: 2h, days: mon}]
    ABSENCE
    LEARNING
"""
NOTHING = "cost_per_hour: 1"


def trained(learning: str = "", days: int = 3, resolution: str = "turns: 1", absence: str = NOTHING) -> object:
    text = CENTRE.replace("DAYS", str(days)).replace("RESOLUTION", resolution).replace("ABSENCE", absence)
    text = text.replace("LEARNING", f"learning: {learning}" if learning else "late: {probability: 0, by: 1s}")
    scenario = load_scenario_text(text, ".", "learning.yaml")
    return run(assemble(scenario, policies_of(scenario)[0]), 1, 0)


def work_by_day(done: object) -> list[float]:
    """Mean seconds of work of the contacts answered on each day, past the training."""
    contacts = done.contacts  # type: ignore[attr-defined]
    contacts = contacts[~np.isnan(contacts["answered"]) & (contacts["outcome"] == 1)]
    day = (contacts["answered"] // 86400).astype(int)
    return [float(contacts["worked"][day == d].mean()) for d in range(day.max() + 1)]


def test_without_learning_training_only_takes_time() -> None:
    assert work_by_day(trained()) == pytest.approx([300.0, 300.0, 300.0])


def test_two_hours_on_a_curve_of_two_hours_teach_63_percent() -> None:
    """Nobody is there before the training, and nothing is forgotten: each contact takes as long."""
    knows = 1 - math.exp(-1)
    assert work_by_day(trained("{curve: 2h, faster: 20 %}")) == pytest.approx([300 * (1 - 0.2 * knows)] * 3)


def test_half_is_forgotten_in_a_half_life() -> None:
    day = work_by_day(trained("{curve: 2h, faster: 20 %, half_life: 1 day}"))
    lost = [300 - seconds for seconds in day]
    assert lost[1] / lost[0] == pytest.approx(0.5, rel=0.06)
    assert lost[2] / lost[1] == pytest.approx(0.5, rel=0.06)


def test_a_second_training_teaches_what_is_left() -> None:
    day = work_by_day(trained("{curve: 2h, faster: 20 %}", days=9))
    assert day[1] == pytest.approx(300 * (1 - 0.2 * (1 - math.exp(-1))))
    assert day[8] == pytest.approx(300 * (1 - 0.2 * (1 - math.exp(-2))))


def test_who_comes_late_to_a_lesson_has_heard_the_rest_of_it() -> None:
    knows = 1 - math.exp(-1 / 2)
    late = trained("{curve: 2h, faster: 20 %}", days=1, absence="late: {probability: 100 %, by: 1h}")
    assert work_by_day(late) == pytest.approx([300 * (1 - 0.2 * knows)])


def test_who_is_absent_learns_nothing() -> None:
    """Absent on every day of training there is nobody; with a half chance, some replications show no gain."""
    gains = []
    text = CENTRE.replace("DAYS", "2").replace("RESOLUTION", "turns: 1").replace("ABSENCE", "absence: 50 %")
    scenario = load_scenario_text(text.replace("LEARNING", "learning: {curve: 2h, faster: 20 %}"), ".", "l.yaml")
    world = assemble(scenario, policies_of(scenario)[0])
    for replication in range(40):
        contacts = run(world, 1, replication).contacts
        answered = contacts[contacts["outcome"] == 1]
        monday = (answered["answered"] < 86400).any()
        if (answered["answered"] > 86400).any():
            worked = float(answered["worked"][answered["answered"] > 86400].mean())
            gains.append((bool(monday), worked < 299))
    assert len(set(gains)) == 2, "trained on Monday or not, both occur"
    assert all(there == gained for there, gained in gains)


def test_who_knows_more_resolves_more() -> None:
    """Half of what would stay unresolved is resolved by who knows it all."""
    several = "resolution: 40 %"
    plain = trained(days=28, resolution=several).contacts  # type: ignore[attr-defined]
    wise = trained("{curve: 1 min, resolves: 50 %}", days=28, resolution=several).contacts  # type: ignore[attr-defined]
    share = [float(c["resolved"][c["outcome"] == 1].astype(float).mean()) for c in (plain, wise)]
    n = int((plain["outcome"] == 1).sum())
    assert share[0] == pytest.approx(0.4, abs=3 * (0.24 / n) ** 0.5)
    assert share[1] == pytest.approx(0.7, abs=3 * (0.21 / n) ** 0.5)


@pytest.mark.parametrize(
    ("learning", "said"),
    [
        ("{curve: 2h}", "neither faster nor resolves"),
        ("{curve: 0s, faster: 10 %}", "a duration above 0"),
        ("{curve: 2h, faster: 100 %}", "a share below 1"),
    ],
)
def test_learning_that_cannot_be_is_named(learning: str, said: str) -> None:
    with pytest.raises(InputErrors, match=said):
        trained(learning)


def test_learning_needs_training() -> None:
    text = CENTRE.replace("DAYS", "1").replace("RESOLUTION", "turns: 1").replace("ABSENCE", NOTHING)
    text = text.replace('training: [{start: "08:00", length: 2h, days: mon}]', "rating: 4")
    with pytest.raises(InputErrors, match="learning without training"):
        load_scenario_text(text.replace("LEARNING", "learning: {curve: 2h, faster: 5 %}"), ".", "l.yaml")

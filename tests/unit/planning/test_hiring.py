"""A year of hiring: published optima, what stands in the way, and how sure a plan is."""

from __future__ import annotations

import numpy as np
import pytest

from floorcast.planning.hiring.plan import NoPlan, need_at_risk, plan_hiring, possible_years
from floorcast.scenario import InputErrors, load_scenario_text
from floorcast.scenario.schema.hiring import Outlook

CENTRE = """
channels: {phone: {kind: phone, open: "08:00-16:00"}}
contact_types: {calls: {channel: phone, arrivals: [{rate: 10 per hour}], work: 3 min}}
groups:
  team: {channels: [phone], agents: 2}
"""


def outlook_of(text: str) -> Outlook:
    """The block `hiring` of a small centre."""
    block = "".join(f"  {line}\n" for line in text.strip().splitlines())
    outlook = load_scenario_text(f"{CENTRE}hiring:\n{block}", ".", "year.yaml").hiring
    assert outlook is not None
    return outlook


YEAR = """
need: [95, 95, 98, 100, 104, 108, 110, 108, 112, 120, 130, 124]
people: 100
attrition: 3 %
training: 2
overtime: 10 %
classes: {whole: WHOLE, at_most: MOST}
prices: {month: 1, overtime: 1.5, hire: 0.5, training: 0.8}
"""


def year(whole: bool = True, most: str = "null") -> str:
    return YEAR.replace("WHOLE", str(whole).lower()).replace("MOST", most)


@pytest.mark.parametrize(
    ("whole", "most", "cost", "hires"),
    [
        (False, "null", 1427.746, None),
        (True, "null", 1429.721, [7, 5, 7, 7, 5, 1, 7, 12, 2, 0, 0, 0]),
        (False, "8", 1429.215, None),
        (True, "8", 1431.189, [7, 5, 7, 7, 5, 1, 8, 8, 5, 0, 0, 0]),
    ],
)
def test_the_cheapest_year(whole: bool, most: str, cost: float, hires: list[int] | None) -> None:
    outlook = outlook_of(year(whole, most))
    plan = plan_hiring(outlook, 100, outlook.likely_need(100))
    assert plan.cost == pytest.approx(cost, abs=6e-4)
    if hires is not None:
        assert plan.hired.tolist() == hires
    assert np.all(plan.effective + plan.overtime >= plan.need - 1e-6)
    assert np.all(plan.overtime <= 0.1 * plan.effective + 1e-6)


def test_what_stands_in_the_way_is_said() -> None:
    with pytest.raises(NoPlan, match="month 1 needs 140.0 people and can have 106.7.*in month 3 at the earliest"):
        outlook = outlook_of("need: 140\nattrition: 3 %\ntraining: 2\novertime: 10 %")
        plan_hiring(outlook, 100, outlook.likely_need(0))
    with pytest.raises(NoPlan, match="at most 2 can be hired a month"):
        outlook = outlook_of("need: [100, 105, 110, 150]\nmonths: 4\ntraining: 1\nclasses: {at_most: 2}")
        plan_hiring(outlook, 106, outlook.likely_need(0))


def test_classes_have_a_size_and_their_months() -> None:
    text = "need: [10, 10, 12, 13, 14, 15]\nmonths: 6\ntraining: 1\nclasses: {size: 4, months: [2, 4]}"
    outlook = outlook_of(text)
    plan = plan_hiring(outlook, 10, outlook.likely_need(0))
    assert {i + 1 for i, h in enumerate(plan.hired) if h} <= {2, 4}
    assert all(h == 0 or h >= 4 for h in plan.hired)


def test_the_ramp_asks_for_more_people() -> None:
    plain = outlook_of("need: [10, 10, 14, 14]\nmonths: 4\ntraining: 1")
    slow = outlook_of("need: [10, 10, 14, 14]\nmonths: 4\ntraining: 1\nramp: [50 %, 80 %]")
    one, two = (plan_hiring(o, 10, o.likely_need(0)) for o in (plain, slow))
    assert one.hired.sum() == 4
    assert two.hired.sum() > one.hired.sum()


def test_a_plan_for_likely_growth_runs_short_half_of_the_time_and_one_at_risk_seldom() -> None:
    """Growth alone is uncertain, and hiring is free and in fractions: the need is met to the dot."""
    text = "growth: {likely: 2 %, give: 1 %}\npeople: 1000\ntraining: 1\nclasses: {whole: false}"
    outlook = outlook_of(text)
    short = {}
    for risk in (0.5, 0.9):
        need = need_at_risk(outlook, 1000, 1000, risk)
        plan = plan_hiring(outlook, 1000, need)
        short[risk] = possible_years(outlook, plan, 1000, 1000).short
    assert short[0.5][6:] == pytest.approx(np.full(6, 0.5), abs=0.06)
    assert short[0.9][6:] == pytest.approx(np.full(6, 0.1), abs=0.04)


def test_attrition_is_drawn_person_by_person() -> None:
    outlook = outlook_of("need: 0\npeople: 200\nattrition: 5 %\nmonths: 12\ntraining: 1")
    plan = plan_hiring(outlook, 200, outlook.likely_need(0))
    years = possible_years(outlook, plan, 200, 0)
    left = 0.95**12
    sd = (200 * left * (1 - left)) ** 0.5
    assert years.there[1, -1] == pytest.approx(200 * left, abs=2)
    assert years.there[2, -1] - years.there[1, -1] == pytest.approx(1.645 * sd, abs=1.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("need: [1, 2]\nmonths: 3", "found 2 months; allowed one number or 3"),
        ("attrition: 120 %", "120 %"),
        ("months: 100", "1 to 60 months"),
        ("classes: {at_most: 3, size: 5}", "the size of a class"),
        ("classes: {months: [13]}", "months from 1 to 12"),
        ("season: [0, 0]", "at least one factor above 0"),
        ("growht: 2 %", "growht"),
    ],
)
def test_bad_files_are_named_with_their_line(text: str, said: str) -> None:
    with pytest.raises(InputErrors) as fault:
        outlook_of(text)
    assert any(said in str(problem) and problem.line for problem in fault.value.problems), str(fault.value)

"""Who is paid: absence and overtime by default, each unless the group says otherwise, and nobody twice."""

from __future__ import annotations

import pytest

from floorcast.clock.compiled import run
from floorcast.measures import measure
from floorcast.model.compile.assemble import assemble
from floorcast.policy import default_policy, load_policy_text
from floorcast.scenario import load_scenario_text

CENTRE = """
days: 1
contact_types:
  calls: {channel: phone, arrivals: [{rate: {per: 1h, daily: {"08:00": 20, "16:00": 0}}}], work: {exponential: 3 min}}
groups:
  team:
    channels: [phone]
    cost_per_hour: 10
    absence: ABSENCE
    PAID
    shifts: [{agents: 20, start: "08:00", length: 8h}]
"""
LATER = """
supervision:
  - {name: stay, when: {time: "15:00-18:00"}, do: {overtime: {group: team, call_in: CALLED}}}
"""


def cost(
    absence: str = "0", paid: str = "", policy: str = "", replications: int = 1, text: str = CENTRE
) -> float:
    centre = load_scenario_text(text.replace("ABSENCE", absence).replace("PAID", paid), ".")
    under = load_policy_text(policy, "later.yaml", centre) if policy else default_policy()
    world = assemble(centre, under)
    runs = (run(world, 1, number) for number in range(replications))
    return sum(measure(one).value("cost") for one in runs) / replications


SHIFTS = 20 * 8 * 10.0


def test_absence_is_paid_unless_the_group_says_otherwise() -> None:
    assert cost("25 %") == SHIFTS
    unpaid = cost("25 %", "paid: {absence: false}", replications=60)
    # 20 people, each away on a quarter of days: the standard error of 60 days is 1.3 % of the whole.
    assert unpaid == pytest.approx(0.75 * SHIFTS, abs=4 * 0.013 * SHIFTS)


def test_overtime_is_paid_unless_the_group_says_otherwise() -> None:
    stay = LATER.replace("CALLED", "0")
    assert cost(policy=stay) == pytest.approx(SHIFTS + 20 * 2 * 10)
    assert cost(policy=stay, paid="paid: {overtime: false}") == SHIFTS


def test_finishing_a_call_after_the_shift_is_overtime() -> None:
    """One agent, one call from 15:59 that takes half an hour: 29 minutes after the shift, within rounding."""
    text = CENTRE.replace("ABSENCE", "0").replace("20, start", "1, start").replace(
        '[{rate: {per: 1h, daily: {"08:00": 20, "16:00": 0}}}], work: {exponential: 3 min}',
        "[{counts: {per: 1 min, values: [" + "0, " * (16 * 60 - 1) + "1]}}], work: 30 min",
    )
    for paid, least, most in (("", 80 + 10 * 28 / 60, 80 + 10 * 30 / 60), ("paid: {overtime: false}", 80, 80)):
        centre = load_scenario_text(text.replace("PAID", paid), ".")
        found = measure(run(assemble(centre, default_policy()), 1, 0)).value("cost")
        assert least <= found <= most


def test_who_is_called_in_while_paid_to_be_away_is_not_paid_twice() -> None:
    """All are absent, with pay; ten are called in from 15:00 to 18:00, an hour of which is paid anyway."""
    called = LATER.replace("CALLED", "10")
    assert cost("100 %", policy=called) == pytest.approx(SHIFTS + 10 * 2 * 10)
    unpaid = cost("100 %", "paid: {absence: false}", called)
    assert unpaid == pytest.approx(10 * 3 * 10)


def test_hours_with_a_price_of_their_own_cost_it() -> None:
    """A factor above and below 1, with an unpaid break (in which a few calls end), absence, and plain overtime."""
    dear = CENTRE.replace("length: 8h}", "length: 8h, pay: FACTOR, breaks: [{at: '12:00', length: 1h, paid: false}]}")
    for factor in (1.5, 0.5):
        text = dear.replace("FACTOR", str(factor))
        assert cost(text=text) == pytest.approx(20 * 7 * 10 * factor, rel=0.02)
        assert cost("25 %", text=text) == pytest.approx(20 * 7 * 10 * factor, rel=0.02)
        unpaid = cost("25 %", "paid: {absence: false}", replications=60, text=text)
        assert unpaid == pytest.approx(0.75 * 20 * 7 * 10 * factor, rel=0.06)
        stay = LATER.replace("CALLED", "0")
        assert cost(policy=stay, text=text) == pytest.approx(20 * 7 * 10 * factor + 20 * 2 * 10, rel=0.02)
        assert cost(policy=stay, paid="paid: {overtime: false}", text=text) == pytest.approx(20 * 7 * 10 * factor)

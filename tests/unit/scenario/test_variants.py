"""What-if copies: other volumes, other staffing, other targets; the original stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.scenario import InputErrors, change
from tests.unit.scenario.written import SMALL, loaded

SHIFTS = (
    'shifts: [{agents: 6, start: "08:00", length: 8h}, {agents: 3, start: "12:00", length: 8h},'
    ' {agents: 1, start: "16:00", length: 4h}]'
)


def test_volumes():
    scenario = loaded("multipliers: {all: 2}\n" + SMALL)
    more = change(scenario, multipliers={"phone": 1.5})
    assert more.multipliers == {"all": 2, "phone": 1.5}
    assert more.sources("calls")[0].expected == pytest.approx(
        1.5 * scenario.sources("calls")[0].expected
    )
    assert scenario.multipliers == {"all": 2}
    assert scenario.changes == {}
    assert change(more, multipliers={"all": 1}).changes == {
        "multipliers": {"phone": 1.5, "all": 1}
    }


def test_headcounts_as_number_or_factor():
    scenario = loaded()
    assert len(change(scenario, headcounts={"team": 8}).roster("team")) == 8
    assert len(change(scenario, headcounts={"team": 1.5}).roster("team")) == 8  # 7.5 rounds up
    assert len(change(scenario, headcounts={"team": 0}).roster("team")) == 0
    assert len(scenario.roster("team")) == 5


def test_shifts_keep_their_proportions():
    scenario = loaded(SMALL.replace("agents: 5", SHIFTS))
    for size, agents in ((20, [12, 6, 2]), (0.5, [3, 2, 0]), (11, [7, 3, 1])):
        changed = change(scenario, headcounts={"team": size})
        assert [shift.agents for shift in changed.groups["team"].shifts] == agents
    nobody = change(change(scenario, headcounts={"team": 0}), headcounts={"team": 3})
    assert [shift.agents for shift in nobody.groups["team"].shifts] == [1, 1, 1]


@settings(deadline=None)
@given(st.integers(0, 500))
def test_any_number_of_agents_is_met_exactly(size):
    scenario = loaded(SMALL.replace("agents: 5", SHIFTS))
    assert len(change(scenario, headcounts={"team": size}).roster("team")) == size


def test_a_headcount_profile_keeps_its_shape():
    scenario = loaded(
        SMALL.replace(
            "agents: 5", 'headcount: {per: 1h, daily: {"08:00": 2, "10:00": 4, "18:00": 0}}'
        )
    )
    assert change(scenario, headcounts={"team": 10}).headcount("team").heads[:4].tolist() == [
        0,
        5,
        10,
        0,
    ]
    assert change(scenario, headcounts={"team": 0.5}).headcount("team").heads[:4].tolist() == [
        0,
        1,
        2,
        0,
    ]


def test_targets_are_replaced():
    scenario = loaded(SMALL + "targets: {measure: asa, at_most: 20s}\n")
    changed = change(scenario,
        targets=[{"of": "calls", "measure": "abandonment", "at_most": "5 %"}]
    )
    assert [(t.of, t.measure, t.at_most) for t in changed.targets] == [
        ("calls", "abandonment", 0.05)
    ]
    assert change(scenario, targets=scenario.targets).targets == scenario.targets
    assert change(scenario, targets=[]).targets == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"multipliers": {"phon": 2}},
            "found unknown channel or contact type 'phon' (did you mean 'phone'?)",
        ),
        ({"multipliers": {"phone": -2}}, "found -2; allowed a factor"),
        ({"multipliers": {"phone": float("nan")}}, "found nan; allowed a factor"),
        ({"multipliers": {"phone": 100_000}}, "contacts expected in a run; allowed 5,000,000"),
        ({"headcounts": {"tem": 2}}, "found unknown group 'tem'"),
        ({"headcounts": {"team": -1}}, "found -1; allowed a number of agents"),
        ({"headcounts": {"team": float("inf")}}, "found inf; allowed a number of agents"),
        ({"headcounts": {"team": True}}, "found true; allowed a number of agents"),
        (
            {"targets": [{"of": "nobody", "measure": "asa", "at_most": "5s"}]},
            "found unknown name 'nobody'",
        ),
        ({"targets": [{"measure": "asa", "at_most": 5}]}, "found 5; allowed a duration"),
    ],
)
def test_wrong_changes(changes, message):
    with pytest.raises(InputErrors) as caught:
        change(loaded(), **changes)
    assert message in str(caught.value)

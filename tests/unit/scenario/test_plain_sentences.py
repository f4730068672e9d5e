"""What people write by habit and what can hardly be meant is told in one sentence, with how it is written here."""

from __future__ import annotations

import pytest

from floorcast.policy import policies_of
from floorcast.scenario import InputErrors, load_scenario_text

TEXT = """
channels: {phone: {kind: phone}}
contact_types:
  calls: {channel: phone, arrivals: [{rate: 60 per hour}], work: 2 min, patience: 3 min}
groups:
  team: {channels: [phone], shifts: [{agents: 4, start: "08:00", length: 8h}]}
shift_types:
  full: {start: {from: "07:00", to: "12:00"}, length: 8h}
targets: [{of: phone, measure: service_level, within: 20s, at_least: 80 %}]
policy: {plans: {default: [{agent: longest_idle}]}}
"""


def warnings(old: str, new: str) -> list[str]:
    """What `validate` doubts, of the scenario and its policy, with one thing written otherwise."""
    assert old in TEXT
    scenario = load_scenario_text(TEXT.replace(old, new), ".", "x.yaml")
    policies = policies_of(scenario)
    return [str(one) for one in (*scenario.warnings, *(w for policy in policies for w in policy.warnings))]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("work: 2 min", 'work: "1,5 min"', "{exponential: 5 min}; decimals have a point: 1.5 min"),
        ("60 per hour", '"0,5 per hour"', "; decimals have a point: 0.5 per hour"),
        ("80 %", '"80,5 %"', "; decimals have a point: 80.5 %"),
        ("agents: 4", "agents: 4,5", "shifts[0].agents: found 4,5; decimals have a point: 4.5"),
        ("at_least: 80 %", "at_least: 0,8", "targets[0].at_least: found 0,8; decimals have a point: 0.8"),
        ("patience: 3 min", "patience: {exponential: 0s}", "patience.exponential: found '0s'; allowed a mean above 0"),
        (
            "patience: 3 min",
            "patience: {exponential: {mean: 0s}}",
            "patience.exponential.mean: found '0s'; allowed a mean above 0",
        ),
    ],
)
def test_decimal_commas_and_empty_means_are_refused(old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    with pytest.raises(InputErrors) as errors:
        load_scenario_text(TEXT.replace(old, new), ".", "x.yaml")
    (problem,) = errors.value.problems
    assert str(problem).endswith(sentence)


def test_a_list_of_two_numbers_is_no_decimal_comma() -> None:
    assert not warnings('from: "07:00", to: "12:00"', 'from: "07:00", to: "12:00", step: 30 min')


def test_a_window_that_passes_midnight_says_so() -> None:
    (told,) = warnings('from: "07:00", to: "12:00"', 'from: "22:00", to: "02:00"')
    assert told.endswith("passes midnight: shifts may begin until 02:00 the next day")


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ("[linear, most_skilled]", "linear leaves no equals"),
        ("[least_skilled, most_skilled]", "equals by least_skilled are equals by most_skilled too"),
        ("[longest_idle, fewest_active]", "the idle have nothing in hand, and nobody takes a second contact"),
        ("[longest_idle, most_skilled]", ""),
        ("[most_skilled, fewest_handled]", ""),
    ],
)
def test_a_second_agent_rule_that_never_decides_is_doubted(rules: str, why: str) -> None:
    told = warnings("agent: longest_idle", f"agent: {rules}")
    assert [one for one in told if "never decides" in one] == told
    assert [one.rpartition("decides: ")[2] for one in told] == ([why] if why else [])

"""What an hour is worth: held against Erlang's formula and against plain common sense."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from floorcast.planning.theory.erlang_a import ErlangA
from floorcast.planning.worth import worth
from floorcast.policy import policies_of
from floorcast.scenario import InputErrors, load_scenario_text
from tests.unit.cli.small import floorcast

STEADY = """
start: "2026-03-02"
days: 1
seed: 3
channels: {phone: {kind: phone, answer_within: 20s}}
contact_types:
  calls: {channel: phone, arrivals: [{rate: 120 per hour}], work: {exponential: 4 min}, patience: {exponential: 3 min}}
groups:
  team: {channels: [phone], cost_per_hour: 20, shifts: [{agents: 9, start: "00:00", length: 24h}]}
targets:
  - {of: phone, measure: service_level, within: 20s, at_least: 80 %}
"""

TWO_PEAKS = """
start: "2026-03-02"
days: 5
channels: {phone: {kind: phone, open: "08:00-16:00", answer_within: 20s}}
contact_types:
  calls:
    channel: phone
    arrivals: [{rate: {per: 1h, daily: {"08:00": 20, "12:00": 100, "16:00": 0}}}]
    work: {exponential: 4 min}
    patience: {exponential: 3 min}
groups:
  team: {channels: [phone], shifts: [{agents: 7, start: "08:00", length: 8h, days: mon-fri}]}
  others: {channels: [phone], skills: [nothing], agents: 1}
targets:
  - {of: phone, measure: abandonment, at_most: 5 %}
"""


def test_one_person_all_day_is_what_erlang_a_says() -> None:
    scenario = load_scenario_text(STEADY, ".", "steady.yaml")
    found = worth(scenario, policies_of(scenario)[0], block=86400.0, replications=60)
    level = [ErlangA(120 / 3600, 240, n, 180).answered_within(20.0) for n in (8, 9, 10)]
    by = {cell.asked.direction: cell.effects[0] for cell in found.cells}
    for direction, expected in (("one less", level[0] - level[1]), ("one more", level[2] - level[1])):
        effect = by[direction]
        assert effect.sure
        assert effect.mean == pytest.approx(expected, abs=1.5 * effect.half_width + 0.002)
    assert [cell.cost for cell in found.cells if cell.asked.direction == "one more"] == [pytest.approx(480)]


def test_a_meeting_costs_least_when_few_call() -> None:
    scenario = load_scenario_text(TWO_PEAKS, ".", "two.yaml")
    found = worth(scenario, policies_of(scenario)[0], block=4 * 3600.0, groups=["team"], replications=40)
    assert found.cheapest(1)[0].asked.start == 8 * 3600
    assert found.dearest(1)[0].asked.start == 12 * 3600


def test_hours_are_cut_to_those_in_which_people_are_there() -> None:
    text = TWO_PEAKS.replace('"08:00-16:00"', '"09:00-15:00"')
    text = text.replace('start: "08:00", length: 8h', 'start: "09:00", length: 6h')
    scenario = load_scenario_text(text, ".", "two.yaml")
    found = worth(scenario, policies_of(scenario)[0], block=4 * 3600.0, groups=["team"], replications=40)
    more = [cell for cell in found.cells if cell.asked.direction == "one more"]
    assert [(c.asked.start / 3600, c.asked.end / 3600, c.asked.there) for c in more] == [(9, 12, 7), (12, 15, 7)]
    assert found.cheapest(1)[0].asked.start == 9 * 3600


def test_what_an_hour_costs_is_counted_by_the_hour() -> None:
    text = TWO_PEAKS.replace('"12:00": 100, "16:00": 0', '"16:00": 0').replace('{"08:00": 20', '{"08:00": 90')
    text = text.replace('"08:00-16:00"', '"08:00-13:00"').replace("length: 8h", "length: 5h")
    scenario = load_scenario_text(text, ".", "two.yaml")
    found = worth(scenario, policies_of(scenario)[0], block=4 * 3600.0, groups=["team"], replications=60)
    long, short = (cell.weight for cell in found.cells if cell.asked.direction == "one less")
    assert long < 0 and short / long == pytest.approx(1, abs=0.35)


def test_a_group_of_nobody_yet_has_no_hours() -> None:
    text = TWO_PEAKS.replace("skills: [nothing], agents: 1", "agents: 0")
    scenario = load_scenario_text(text, ".", "two.yaml")
    assert worth(scenario, policies_of(scenario)[0], block=86400.0, groups=["others"], replications=2).cells == ()


def test_people_who_are_always_there_can_only_be_taken_away() -> None:
    scenario = load_scenario_text(TWO_PEAKS, ".", "two.yaml")
    found = worth(scenario, policies_of(scenario)[0], block=86400.0, groups=["others"], replications=2)
    assert {cell.asked.direction for cell in found.cells} == {"one less"}


def test_a_headcount_has_no_single_people() -> None:
    heads = 'headcount: {per: 1h, daily: {"00:00": 9}}'
    text = STEADY.replace('shifts: [{agents: 9, start: "00:00", length: 24h}]', heads)
    scenario = load_scenario_text(text, ".", "steady.yaml")
    with pytest.raises(InputErrors, match="groups.team: found a headcount"):
        worth(scenario, policies_of(scenario)[0])


SKILLS = """
start: "2026-03-02"
days: 1
channels: {phone: {kind: phone, answer_within: 20s}}
contact_types:
  calls:
    channel: phone
    skills: [calls]
    arrivals: [{rate: 60 per hour}]
    work: {exponential: 4 min}
    patience: {exponential: 3 min}
  bills:
    channel: phone
    skills: [bills]
    arrivals: [{rate: 10 per hour}]
    work: {exponential: 4 min}
    patience: {exponential: 3 min}
groups:
  callers: {channels: [phone], skills: [calls], shifts: [{agents: 4, start: "00:00", length: 24h}]}
  billers: {channels: [phone], skills: [bills], shifts: [{agents: 3, start: "00:00", length: 24h}]}
targets:
  - {of: calls, measure: abandonment, at_most: 5 %}
"""


def test_people_taught_are_worth_people_hired(tmp_path: Path) -> None:
    file = tmp_path / "skills.yaml"
    file.write_text(SKILLS)
    done = floorcast(
        "worth", str(file), "--group", "callers", "--block", "24h", "--teach", "billers teach 3 calls",
        "--json", "-n", "20", folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    taught = json.loads(done.stdout)["taught"]
    assert taught["effects"][0]["difference"] < 0
    assert 1 <= taught["heads"] <= 3


def test_bad_questions_are_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "steady.yaml"
    file.write_text(STEADY)
    for arguments, said in (
        (("--block", "5h"), "allowed a time that divides a day"),
        (("--block", "30"), "--block: found '30'; allowed a duration with its unit"),
        (("--group", "teem"), "unknown group 'teem' (did you mean 'team'?)"),
    ):
        done = floorcast("worth", str(file), *arguments, folder=tmp_path)
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    for old, new, said in (
        ("  - {of: phone, measure: service_level, within: 20s, at_least: 80 %}\n", "  []\n", "found no targets"),
        ("shifts: [{agents: 9, start: \"00:00\", length: 24h}]", "agents: 0", "found nobody who is there"),
    ):
        assert old in STEADY
        file.write_text(STEADY.replace(old, new))
        done = floorcast("worth", str(file), folder=tmp_path)
        assert done.returncode == 2 and said in done.stderr, done.stderr

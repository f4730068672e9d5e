"""Scenarios in tables: unchanged they are the file itself; changed cells change that and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from floorcast.clock.compiled import run
from floorcast.model.compile.assemble import assemble
from floorcast.policy import policies_of
from floorcast.scenario import InputErrors, Scenario, load_scenario, load_scenario_text
from floorcast.scenario.horizon.planned import expected_by_channel
from floorcast.scenario.read.yaml_lines import read_yaml
from floorcast.shipped import SCENARIOS
from floorcast.workshop.draft import dumped, tables_of, with_day, written
from floorcast.workshop.imported import readings_of, volumes_in
from floorcast.workshop.new import SHAPES, Channel, Team, new_scenario, pasted

SHIPPED = [*sorted(SCENARIOS.glob("*.yaml")), *sorted((SCENARIOS / "tutorial").glob("*.yaml"))]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_saved_unchanged_is_the_same_file(path: Path) -> None:
    scenario = load_scenario(path)
    assert written(text_of(path), scenario, tables_of(text_of(path), scenario)) == text_of(path)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_written_anew_every_shipped_scenario_says_the_same(path: Path) -> None:
    """As after a change: the data is written again, without the comments, and read back."""
    scenario = load_scenario(path)
    again = load_scenario_text(dumped(read_yaml(text_of(path), str(path)).data), path.parent, path.name)
    policy = policies_of(scenario)[0]
    ours, theirs = (run(assemble(one, policy), 5, 0).contacts for one in (again, scenario))
    assert ours.size == theirs.size > 100
    for name in ("arrived", "accepted", "answered", "ended", "outcome", "agent"):
        assert np.array_equal(ours[name], theirs[name], equal_nan=name not in ("outcome", "agent")), name


def changed(table: str, row: int, column: str, value: object, name: str = "tutorial/2_chat_and_email") -> Scenario:
    path = SCENARIOS / f"{name}.yaml"
    scenario = load_scenario(path)
    tables = tables_of(text_of(path), scenario)
    tables[table][row][column] = value
    return load_scenario_text(written(text_of(path), scenario, tables), path.parent, path.name)


def test_what_planners_change_often_can_be_changed() -> None:
    path = SCENARIOS / "tutorial" / "2_chat_and_email.yaml"
    before = load_scenario(path)
    assert changed("contacts", 1, "handle time", "10 min").contact_types["letters"].work.mean == pytest.approx(600)
    assert changed("contacts", 0, "patience", "2 min").contact_types["chats"].patience.mean == pytest.approx(120)  # type: ignore[union-attr]
    more = changed("contacts", 0, "volume %", 150.0)
    assert expected_by_channel(more)["chat"] == pytest.approx(1.5 * expected_by_channel(before)["chat"])
    assert changed("channels", 0, "open", "09:00-17:00").channels["chat"].open != before.channels["chat"].open
    assert changed("shifts", 0, "agents", 7).groups["writers"].planned_agents == 15
    assert changed("shifts", 0, "start", "07:00").roster("writers") != before.roster("writers")
    assert changed("shifts", 0, "breaks", "11:00 45 min; 14:00 15 min").groups["writers"].shifts[0].breaks
    assert changed("people", 0, "absence", "10 %").groups["writers"].absence == pytest.approx(0.1)
    assert changed("targets", 0, "at least", "90 %").targets[0].at_least == pytest.approx(0.9)
    same = changed("targets", 0, "at least", "90 %")
    assert [one.of for one in same.targets] == [one.of for one in before.targets]


def test_people_of_a_team_with_shifts_are_shared_by_the_shifts() -> None:
    path = SCENARIOS / "tutorial" / "2_chat_and_email.yaml"
    before = [one.agents for one in load_scenario(path).groups["writers"].shifts]
    more = changed("people", 0, "agents", 2 * sum(before))
    assert [one.agents for one in more.groups["writers"].shifts] == [2 * one for one in before]
    assert changed("people", 0, "agents", 0).groups["writers"].planned_agents == 0
    with pytest.raises(InputErrors, match="a number of people"):
        changed("people", 0, "agents", None)


def test_people_that_a_headcount_tells_are_not_told_twice() -> None:
    text = text_of(SCENARIOS / "tutorial" / "1_phone_team.yaml").partition("groups:")[0] + (
        'groups:\n  team: {channels: [phone], headcount: {per: 1h, daily: {"08:00": 5, "18:00": 0}}}\n'
    )
    scenario = load_scenario_text(text, SCENARIOS / "tutorial", "mine.yaml")
    tables = tables_of(text, scenario)
    assert tables["people"][0]["agents"] is None
    tables["people"][0]["agents"] = 9
    with pytest.raises(InputErrors, match="people through the day say who is there"):
        written(text, scenario, tables)


def test_shift_lines_can_be_added_and_taken_away() -> None:
    path = SCENARIOS / "airline_week.yaml"
    scenario = load_scenario(path)
    tables = tables_of(text_of(path), scenario)
    gone = next(row for row in tables["shifts"] if row["group"] == "phone_team")
    tables["shifts"].remove(gone)
    tables["shifts"].append({"group": "phone_team", "line": None, "agents": 3, "start": "10:00", "length": "4h"})
    again = load_scenario_text(written(text_of(path), scenario, tables), path.parent, path.name)
    then, now = (one.groups["phone_team"].shifts for one in (scenario, again))
    assert now[:-1] == then[1:] and (now[-1].agents, now[-1].length) == (3, 4 * 3600.0)
    assert again.groups["chat_team"] == scenario.groups["chat_team"]
    tables["shifts"].append({"group": "night_team", "line": None, "agents": 3, "start": "10:00", "length": "4h"})
    with pytest.raises(InputErrors, match="night_team"):
        written(text_of(path), scenario, tables)


def test_breaks_so_long_after_the_shift_begins_are_shown_and_kept() -> None:
    path = SCENARIOS / "airline_week.yaml"
    scenario = load_scenario(path)
    tables = tables_of(text_of(path), scenario)
    row = next(row for row in tables["shifts"] if row["group"] == "phone_team")
    assert row["breaks"] == "after 2h: 15 min; after 5h: 30 min; after 7h: 15 min"
    row["breaks"] = "after 1h 30min: 20 min; 12:30 30 min unpaid"
    again = load_scenario_text(written(text_of(path), scenario, tables), path.parent, path.name)
    first, second = again.groups["phone_team"].shifts[0].breaks
    assert (first.after, first.length, first.paid) == (5400.0, 1200.0, True)
    assert (second.after, second.length, second.paid) == (None, 1800.0, False)
    then, now = (one.groups["phone_team"].shifts[1:] for one in (scenario, again))
    assert then == now


def test_skills_with_levels_are_shown_and_kept() -> None:
    path = SCENARIOS / "airline_week.yaml"
    scenario = load_scenario(path)
    tables = tables_of(text_of(path), scenario)
    row = next(row for row in tables["people"] if row["name"] == "phone_team")
    assert row["skills"] == "phone, email 0.6"
    row["skills"] = "phone, email 0.8, chat 0.5"
    again = load_scenario_text(written(text_of(path), scenario, tables), path.parent, path.name)
    assert again.groups["phone_team"].skills == {"phone": 1.0, "email": 0.8, "chat": 0.5}
    assert again.groups["chat_team"] == scenario.groups["chat_team"]
    row["skills"] = "phone, email much"
    with pytest.raises(InputErrors, match="allowed a level"):
        written(text_of(path), scenario, tables)


def test_another_day_of_a_contact_type_is_every_day() -> None:
    path = SCENARIOS / "airline_week.yaml"
    before = load_scenario(path)
    text = with_day(text_of(path), "chats", [0.0] * 9 + [50.0] * 8 + [0.0] * 7)
    again = load_scenario_text(text, path.parent, path.name)
    factor = before.multipliers.get("chats", 1.0) * before.multipliers.get("all", 1.0)
    assert sum(one.expected for one in again.sources("chats")) == pytest.approx(7 * 400 * factor)
    assert expected_by_channel(again)["phone"] == pytest.approx(expected_by_channel(before)["phone"])


def test_a_mean_day_comes_out_of_an_export() -> None:
    rows = ["type,start,length,offered"]
    for day in (2, 3, 4, 7, 8):  # Monday to Wednesday, and a week-end, which is not in it
        rows += [f"calls,2026-03-{day:02d} {h:02d}:{m:02d},30 min,{h + day}" for h in range(8, 18) for m in (0, 30)]
    (found,) = volumes_in("\n".join(rows).encode(), "mine.csv")
    assert found.days == 3 and len(found.counts) == 48
    assert found.counts[16] == pytest.approx(8 + 3) and found.counts[17] == found.counts[16] and found.counts[0] == 0
    with pytest.raises(InputErrors, match=r"mine\.csv"):
        volumes_in(b"a,b\n1,2\n", "mine.csv")


def test_dates_that_can_be_read_two_ways_are_read_both_ways() -> None:
    days = [f"0{d}/0{m}/2026" for m in (2, 3) for d in (4, 5)]
    rows = ["type,start,length,offered", *(f"calls,{day} 10:00,30 min,40" for day in days)]
    found = readings_of("\n".join(rows).encode(), "mine.csv")
    assert list(found) == ["day-first", "month-first"]
    by_order = {order: (one.days, one.first, one.last) for order, (one, *_) in found.items()}
    assert by_order["day-first"] == (4, date(2026, 2, 4), date(2026, 3, 5))
    assert by_order["month-first"] == (2, date(2026, 4, 2), date(2026, 4, 3))  # in May they are a week-end
    clear = "\n".join([*rows, "calls,25/02/2026 10:00,30 min,40"]).encode()
    assert list(readings_of(clear, "mine.csv")) == [""]


def test_a_cell_that_makes_no_sense_is_named() -> None:
    for table, column, value in (("contacts", "handle time", "soon"), ("shifts", "breaks", "noon")):
        with pytest.raises(InputErrors) as caught:
            changed(table, 0, column, value)
        assert column in str(caught.value.problems[0])


PHONE = Channel("phone", 1000, "two peaks", "5 min", "3 min", "20s", 80, 8, 20)


def test_a_scenario_from_five_answers() -> None:
    teams = [Team("service", ("phone", "email"), 20, 8, 8.0)]
    email = Channel("email", 96, "even over opening hours", "6 min", None, "4h", 90, 0, 24, counts=(2.0,) * 48)
    text = new_scenario("Mine", date(2026, 3, 2), 5, [PHONE, email], teams)
    scenario = load_scenario_text(text, Path("."), "mine.yaml")
    found = expected_by_channel(scenario)
    assert found["phone"] == pytest.approx(5000, rel=0.01) and found["email"] == pytest.approx(480, rel=0.01)
    assert scenario.groups["service"].planned_agents == 20 and len(scenario.targets) == 2
    assert not scenario.warnings  # whoever made it in five answers is not warned of how it is written


def test_every_shape_brings_the_day_that_was_asked_for() -> None:
    from dataclasses import replace

    for shape in SHAPES:
        one = [replace(PHONE, shape=shape)]
        text = new_scenario("x", date(2026, 3, 2), 1, one, [Team("t", ("phone",), 1, 8, 8)])
        found = expected_by_channel(load_scenario_text(text, Path("."), "x.yaml"))
        assert found["phone"] == pytest.approx(1000, rel=0.01)


def test_a_pasted_column() -> None:
    assert pasted("\n".join(["1,5"] * 24)) == (1.5,) * 24
    assert pasted("") == ()
    for text, words in (("1\n2", "allowed 24, 48 or 96"), ("1\nx", "line 2"), ("-1", "allowed 0 to")):
        with pytest.raises(ValueError, match=words):
            pasted(text)


def headcounts(daily: str = '{"08:00": 4, "13:00": 7, "18:00": 4}', scale: str = "") -> tuple[str, Scenario]:
    text = (
        "name: h\nstart: 2026-03-02\ndays: 1\ncontact_types:\n"
        "  calls: {channel: phone, arrivals: [{rate: 60 per hour}], work: {exponential: 3 min}}\n"
        "groups:\n  team: {channels: [phone], headcount: {per: 1h" + scale + ", " + daily + "}}\n"
    )
    return text, load_scenario_text(text, SCENARIOS, "h.yaml")


def test_a_headcount_is_changed_in_people_at_any_hour() -> None:
    text, scenario = headcounts('daily: {"08:00": 4, "13:00": 7, "18:00": 4}')
    tables = tables_of(text, scenario)
    assert [(row["from"], row["people"]) for row in tables["headcounts"]] == [("08:00", 4), ("13:00", 7), ("18:00", 4)]
    tables["headcounts"][1]["people"] = 9
    tables["headcounts"].append({"group": "team", "days": "daily", "from": "10:00", "people": 5})
    steps = load_scenario_text(written(text, scenario, tables), SCENARIOS, "h.yaml").headcount("team")
    assert steps is not None and steps.heads.tolist()[-4:] == [4, 5, 9, 4]


def test_headcounts_of_days_lists_and_scales_keep_what_is_not_changed() -> None:
    text, scenario = headcounts("week: {Mon-Fri: [" + ", ".join(["0"] * 8 + ["4"] * 16) + "], Sat: 2}", ", scale: 0.5")
    tables = tables_of(text, scenario)
    assert [tuple(row.values()) for row in tables["headcounts"]] == [
        ("team", "Mon-Fri", "00:00", 0), ("team", "Mon-Fri", "08:00", 2), ("team", "Sat", "00:00", 1),
    ]  # fmt: skip
    tables["headcounts"][2]["people"] = 3
    again = load_scenario_text(written(text, scenario, tables), SCENARIOS, "h.yaml")
    assert again.headcount("team").heads.max() == 2  # the first day is a Monday
    assert read_yaml(again.text, "h").data["groups"]["team"]["headcount"]["week"]["Sat"] == {"00:00": 3}


@pytest.mark.parametrize(
    ("change", "said"),
    [({"from": "25:61"}, "25:61"), ({"people": -1}, "allowed a number from 0"), ({"group": "nobody"}, "allowed team"),
     ({"days": "Mon"}, "allowed daily")],
)  # fmt: skip
def test_a_wrong_row_of_a_headcount_is_told(change: dict[str, object], said: str) -> None:
    text, scenario = headcounts('daily: {"08:00": 4}')
    tables = tables_of(text, scenario)
    tables["headcounts"].append({"group": "team", "days": "daily", "from": "10:00", "people": 5} | change)
    with pytest.raises(InputErrors, match=said):
        written(text, scenario, tables)

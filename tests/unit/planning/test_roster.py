"""Rosters: the published optimum, rules checked by code of their own, and contradictions explained."""

from __future__ import annotations

import pytest
import yaml

from floorcast.planning.roster.people import load_people_text
from floorcast.planning.roster.rules import broken_rules, cost_parts
from floorcast.planning.roster.solve import Infeasible, solve
from floorcast.scenario import InputErrors, load_scenario_text


def plus_one(*days: int) -> list[int]:
    return [day + 1 for day in days]


# schedulingbenchmarks.org, instance 1: eight people, two weeks, one shift; the optimum is known.
F1 = {
    "start": "2026-03-02",
    "days": 14,
    "shifts": {"D": {"start": "08:00", "length": "8h"}},
    "cover": {"D": [5, 7, 6, 4, 5, 5, 5, 6, 7, 4, 2, 5, 6, 4]},
    "rules": {
        "hours": {"at_least": "3360 min", "at_most": "4320 min"},
        "days_in_a_row": {"at_least": 2, "at_most": 5},
        "days_off_in_a_row": {"at_least": 2},
        "weekends": {"at_most": 1},
    },
    "people": {
        "A": {"days_off": plus_one(0), "wants": [{"days": plus_one(2, 3), "shift": "D", "weight": 2}]},
        "B": {"days_off": plus_one(5), "wants": [{"days": plus_one(0, 1, 2, 3, 4), "shift": "D", "weight": 3}]},
        "C": {
            "days_off": plus_one(8),
            "wants": [{"days": plus_one(0, 1, 2, 3, 4), "shift": "D", "weight": 1}],
            "wants_off": [{"days": plus_one(12, 13), "shift": "D", "weight": 1}],
        },
        "D": {"days_off": plus_one(2), "wants": [{"days": plus_one(8, 9), "shift": "D", "weight": 2}]},
        "E": {"days_off": plus_one(9)},
        "F": {
            "days_off": plus_one(5),
            "wants": [{"days": plus_one(0, 1), "shift": "D", "weight": 2}],
            "wants_off": [{"days": plus_one(8), "shift": "D", "weight": 3}],
        },
        "G": {"days_off": plus_one(1)},
        "H": {
            "days_off": plus_one(7),
            "wants": [{"days": plus_one(9, 10, 11, 12, 13), "shift": "D", "weight": 1}],
            "wants_off": [{"days": plus_one(2, 3), "shift": "D", "weight": 3}],
        },
    },
}

# Six people, one week, early and late shifts.
F2 = {
    "start": "2026-03-02",
    "days": 7,
    "shifts": {"E": {"start": "06:00", "length": "8h"}, "L": {"start": "14:00", "length": "8h"}},
    "cover": {"E": [3, 3, 3, 3, 3, 2, 2], "L": [2, 2, 2, 2, 2, 1, 1]},
    "rules": {
        "shifts": {"at_least": 4, "at_most": 5},
        "days_in_a_row": {"at_least": 2, "at_most": 5},
        "weekends": {"at_most": 1},
        "not_after": {"E": ["L"]},
    },
    "people": {
        "A": {"wants": [{"days": plus_one(0), "shift": "E", "weight": 2}]},
        "B": {"wants": [{"days": plus_one(6), "shift": "L", "weight": 3}]},
        "C": {"wants": [{"days": plus_one(5), "shift": "E", "weight": 1}]},
        "D": {"days_off": plus_one(2)},
        "E": {"days_off": plus_one(5)},
        "F": {"days_off": plus_one(6)},
    },
}


@pytest.mark.parametrize(("file", "optimum"), [(F1, 607), (F2, 100)], ids=["eight people", "early and late"])
def test_the_published_optimum_is_found_and_proved(file: dict, optimum: int) -> None:
    people = load_people_text(yaml.safe_dump(file))
    roster = solve(people)
    assert broken_rules(people, roster.given) == []
    assert sum(cost_parts(people, roster.given).values()) == roster.cost == optimum
    assert roster.proved
    assert roster.bound == pytest.approx(optimum)


def changed(file: dict, **changes: object) -> dict:
    return {**yaml.safe_load(yaml.safe_dump(file)), **changes}


def test_the_check_of_rules_sees_every_kind_of_breach() -> None:
    people = load_people_text(yaml.safe_dump(changed(F2, rules={**F2["rules"], "rest": "11h"})))
    fine = dict(solve(people).given)
    worked = dict.fromkeys(range(7), "E")
    lines = {
        "every day": tuple(worked.values()),
        "too little": ("E", None, "E", None, None, None, None),
        "late then early": ("L", "E", "E", "E", None, None, None),
    }
    said = {what: broken_rules(people, {**fine, "A": line}) for what, line in lines.items()}
    assert any("7 shifts" in line for line in said["every day"])
    assert any("7 days in a row" in line for line in said["every day"])
    assert any("2 shifts" in line for line in said["too little"])
    assert any("too soon after L" in line for line in said["late then early"])
    assert any("a day off" in line for line in broken_rules(people, {**fine, "D": lines["every day"]}))


def test_rules_that_contradict_each_other_are_named() -> None:
    people = changed(F2)
    people["people"]["A"] = {"days_off": plus_one(0, 1, 2, 3)}
    with pytest.raises(Infeasible) as fault:
        solve(load_people_text(yaml.safe_dump(people)))
    assert sorted(line.split()[0] for line in fault.value.conflict) == ["A", "A"]
    assert any("at least 4 shifts" in line for line in fault.value.conflict)
    assert any("off on 2026-03-02" in line for line in fault.value.conflict)


def test_cover_that_must_be_met_is_part_of_a_contradiction() -> None:
    people = changed(F2, costs={"under": "never"}, cover={"E": 6, "L": 1})
    with pytest.raises(Infeasible) as fault:
        solve(load_people_text(yaml.safe_dump(people)))
    assert any("cover" in line for line in fault.value.conflict)


def test_fairness_shares_late_shifts() -> None:
    file = changed(F2, fair={"shifts": {"L": 50}}, people={name: {} for name in "ABCDEF"})
    unfair = changed(file, fair={})
    lates = [
        [list(line).count("L") for line in solve(load_people_text(yaml.safe_dump(one))).given.values()]
        for one in (file, unfair)
    ]
    assert max(lates[0]) - min(lates[0]) <= 1
    assert max(lates[1]) - min(lates[1]) > 1


def test_people_work_the_shifts_of_their_groups_only() -> None:
    file = changed(F2)
    file["shifts"]["E"]["group"], file["shifts"]["L"]["group"] = "phone", "mail"
    file["people"] = {**{n: {"groups": ["phone"]} for n in "ABCD"}, **{n: {"groups": ["mail"]} for n in "EF"}}
    roster = solve(load_people_text(yaml.safe_dump(file)))
    assert {shift for n in "ABCD" for shift in roster.given[n]} <= {"E", None}
    assert {shift for n in "EF" for shift in roster.given[n]} <= {"L", None}


PLAN = """
start: "2026-03-02"
days: 7
channels: {phone: {kind: phone, open: "08:00-16:00"}}
contact_types: {calls: {channel: phone, arrivals: [{rate: 10 per hour}], work: 3 min}}
groups:
  team:
    channels: [phone]
    shifts:
      - {agents: 3, start: "08:00", length: 8h, days: mon-fri, name: early}
      - {agents: 1, start: "10:00", length: 6h, days: sat}
"""


def test_a_plan_gives_the_shifts_and_how_many_they_need() -> None:
    plan = load_scenario_text(PLAN, ".", "plan.yaml")
    names = ", ".join(f"{name}: {{}}" for name in "abcd")
    people = load_people_text(f"rules: {{shifts: {{at_most: 5}}}}\npeople: {{{names}}}", plan=plan)
    roster = solve(people)
    assert roster.cost == 0
    assert people.need("team/early", 4) == 3
    assert people.need("team/early", 5) == 0
    assert people.need("team/2", 5) == 1


def test_lines_of_one_name_all_count_each_with_its_hours() -> None:
    """As `schedule` writes them: the same shift type at other hours, on other days, with breaks at other times."""
    text = """
start: 2026-03-02
days: 3
channels: {phone: {kind: phone}}
contact_types: {calls: {channel: phone, arrivals: [{rate: 6 per h}], work: 4 min}}
groups:
  desk:
    channels: [phone]
    shifts:
      - {name: half, agents: 4, start: "08:00", length: 4h, days: mon}
      - {name: half, agents: 1, start: "08:00", length: 4h, days: mon-wed}
      - {name: half, agents: 2, start: "12:00", length: 4h, days: tue}
      - {name: full, start: "08:00", length: 8h, days: mon, agents: 1,
         breaks: [{at: "11:00", length: 30 min, paid: no}]}
      - {name: full, agents: 1, start: "08:00", length: 8h, days: mon,
         breaks: [{at: "12:00", length: 30 min, paid: no}]}
      - {name: long, agents: 1, start: "20:00", length: 8h, days: tue}
      - {name: long, agents: 1, start: "20:00", length: 8h, days: tue, breaks: [{at: "22:00", length: 1h, paid: false}]}
"""
    people = load_people_text("people: {Ann: {}}", plan=load_scenario_text(text, ".", "plan.yaml"))
    assert {name: [people.need(name, day) for day in range(3)] for name in people.shifts} == {
        "desk/half 08:00-12:00": [5, 1, 1],
        "desk/half 12:00-16:00": [0, 2, 0],
        "desk/full": [2, 0, 0],
        "desk/long 20:00-04:00, 0s unpaid": [0, 1, 0],
        "desk/long 20:00-04:00, 1h unpaid": [0, 1, 0],
    }


def test_days_may_be_weekdays() -> None:
    text = "start: 2026-03-02\ndays: 14\nshifts: {D: {start: '08:00', length: 8h}}\ncover: {D: 1}\n"
    people = load_people_text(text + "people: {Ann: {days_off: [Mon, 2026-03-04]}, Bob: {wants_off: {days: Sat-Sun}}}")
    assert people.off("Ann") == {0, 2, 7}
    assert [day for name, day, *_ in people.wishes if name == "Bob"] == [5, 6, 12, 13]
    with pytest.raises(InputErrors, match="found 'Sat', which is no day of the roster"):
        load_people_text(text.replace("14", "2") + "people: {Ann: {days_off: Sat}}")


def test_a_plan_stands_in_place_of_the_shifts_of_the_file_and_its_unpaid_breaks_are_not_paid() -> None:
    own = "start: 2027-01-01\ndays: 3\nshifts: {night: {start: '22:00', length: 8h}}\ncover: {night: 1}\n"
    own += "people: {a: {}}"
    breaks = "[{at: '12:00', length: 30 min, paid: false}]"
    text = PLAN.replace("name: early", f"name: early, leave: [2026-03-03], breaks: {breaks}")
    people = load_people_text(own, plan=load_scenario_text(text, ".", "plan.yaml"))
    assert set(people.shifts) == {"team/early", "team/2"}
    assert (people.days, str(people.date(0))) == (7, "2026-03-02")
    assert people.shifts["team/early"].paid == 7.5 * 3600
    assert [people.need("team/early", day) for day in range(7)] == [3, 0, 3, 3, 3, 0, 0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"costs": {"under": -5}}, "-5"),
        ({"cover": {"N": 3}}, "unknown shift 'N'"),
        ({"cover": {"E": [1, 2]}}, "a list of 2; allowed a number of people, 7 numbers"),
        ({"people": {"A": {"days_off": "2026-04-01"}}}, "no day of the roster"),
        ({"people": {"A": {"contract": "half"}}}, "unknown contract 'half'"),
        ({"people": {}}, "nobody"),
        ({"rules": {"shifts": {"at_least": 5, "at_most": 4}}}, "at_least 5 and at_most 4"),
        ({"days": 5000}, "1 to 366 days"),
        ({"people": {"A": {"wants": [{"days": 1, "shift": "X"}]}}}, "unknown shift 'X'"),
    ],
)
def test_bad_files_are_named_with_their_line(change: dict, said: str) -> None:
    with pytest.raises(InputErrors) as fault:
        load_people_text(yaml.safe_dump(changed(F2, **change)), "people.yaml")
    assert any(said in str(problem) and problem.line for problem in fault.value.problems), str(fault.value)

"""The commands `roster` and `hire`, and what `validate` and `schema` know of their files."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import jsonschema
import openpyxl
import pytest
import yaml

from floorcast.shipped import SCENARIOS
from tests.unit.cli.small import floorcast as _floorcast

PEOPLE = """
start: "2026-03-02"
days: 5
shifts: {early: {start: "07:00", length: 8h}, late: {start: "13:00", length: 8h}}
cover: {early: 1, late: 1}
rules: {rest: 11h, shifts: {at_most: 4}}
people: {Ann: {}, Ben: {}, Cleo: {days_off: [1, 2]}}
"""
HERE = Path(__file__).parent


def floorcast(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command, as a user starts it."""
    return _floorcast(*map(str, arguments), folder=HERE)


YEAR = SCENARIOS / "tutorial" / "5_a_year_ahead.yaml"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people.yaml"
    file.write_text(PEOPLE)
    return file


def test_a_roster_is_printed_and_written(people: Path, tmp_path: Path) -> None:
    done = floorcast("roster", people, "--csv", tmp_path / "r.csv", "--xlsx", tmp_path / "r.xlsx")
    assert done.returncode == 0, done.stderr
    assert "proved: no roster costs less" in done.stdout
    rows = list(csv.DictReader((tmp_path / "r.csv").open()))
    assert len(rows) == 10
    assert not [row for row in rows if row["person"] == "Cleo" and row["date"] < "2026-03-04"]
    assert openpyxl.load_workbook(tmp_path / "r.xlsx")["Roster"].max_row == 11


def test_a_roster_as_json(people: Path) -> None:
    document = json.loads(floorcast("roster", people, "--json").stdout)
    assert document["cost"] == 0
    assert document["proved"] is True
    assert sum(len(days) for days in document["roster"].values()) == 10


def test_rules_that_cannot_be_kept_are_one_sentence(people: Path) -> None:
    people.write_text(PEOPLE.replace("at_most: 4", "at_least: 4").replace("days_off: [1, 2]", "days_off: [1, 2, 3]"))
    done = floorcast("roster", people)
    assert done.returncode == 2
    assert "Cleo works at least 4 shifts" in done.stderr
    assert "Cleo is off on" in done.stderr
    assert "Ann" not in done.stderr
    people.write_text("start: 2026-03-02\ndays: 1\npeople: {Ann: {}}\n")
    done = floorcast("roster", people)
    assert done.returncode == 2 and "found no shifts to give to people" in done.stderr


def test_validate_and_schema_know_files_of_people(people: Path) -> None:
    assert "3 people, 5 days, 2 shifts" in floorcast("validate", people).stdout
    schema = json.loads(floorcast("schema", "people").stdout)
    jsonschema.validate(yaml.safe_load(PEOPLE), schema)
    shipped = yaml.safe_load((SCENARIOS / "people" / "phone_team.yaml").read_text())
    jsonschema.validate(shipped, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**shipped, "peple": {}}, schema)
    people.write_text(PEOPLE.replace("cover: {early", "cover: {erly"))
    done = floorcast("validate", people)
    assert done.returncode == 2
    assert "people.yaml:5: cover.erly: found unknown shift 'erly' (did you mean 'early'?)" in done.stderr


def test_a_year_is_planned_and_its_weeks_are_simulated(tmp_path: Path) -> None:
    done = floorcast("hire", YEAR, "--weeks", "1", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["months"]) == 12
    assert all(m["effective"] + m["overtime"] >= m["needed"] - 1e-6 for m in found["months"])
    (week,) = found["weeks"]
    assert week["people"] >= week["volume"] - 1e-6
    assert {target["verdict"] for target in week["targets"]} <= {"met", "missed", "undecided", "cannot tell yet"}
    assert sum(month["hired"] for month in found["months"]) > 0


def test_more_certainty_costs_more() -> None:
    cost = [
        json.loads(floorcast("hire", YEAR, "--weeks", "0", "--json", "--risk", risk).stdout)["cost"]
        for risk in ("50 %", "95 %")
    ]
    assert cost[1] > cost[0]


def test_hire_says_what_is_missing() -> None:
    done = floorcast("hire", SCENARIOS / "tutorial" / "1_phone_team.yaml")
    assert done.returncode == 2
    assert "found no block hiring" in done.stderr


def test_people_that_come_with_floorcast_are_known_by_name(tmp_path: Path) -> None:
    done = _floorcast("roster", "phone_team", "--within", "5s", "--csv", str(tmp_path / "r.csv"), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r.csv").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("roster", "phone_team", "--csv", "."), "--csv: found .; allowed a file that ends in .csv"),
        (("roster", "phone_team", "--xlsx", "none/r.xlsx"), "there is no folder none"),
        (("roster", "phone_team", "--within", "3"), "--within: found '3'; allowed a duration"),
        (("hire", "5_a_year_ahead", "--csv", "none/h.csv"), "there is no folder none"),
        (("hire", "5_a_year_ahead", "--risk", "lots"), "--risk: found 'lots'; allowed"),
        (("worth", "1_phone_team", "--csv", "none/w.csv"), "there is no folder none"),
    ],
)
def test_what_cannot_be_written_or_read_is_said_first(words: tuple[str, ...], said: str) -> None:
    done = floorcast(*words)
    assert done.returncode == 2 and said in done.stderr and ".aside" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1

"""`floorcast staff` as it is typed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from floorcast.cli.app import app

SHIPPED = Path(__file__).resolve().parents[3] / "scenarios"
PHONE = str(SHIPPED / "tutorial" / "1_phone_team.yaml")
runner = CliRunner()


def test_tables_and_files_say_the_same(tmp_path: Path) -> None:
    files = ["--csv", str(tmp_path / "a.csv"), "--xlsx", str(tmp_path / "a.xlsx")]
    result = runner.invoke(app, ["staff", PHONE, "-n", "20", "--interval", "60", "--json", *files])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    rows = document["intervals"]
    assert len(rows) == 24 and document["interval_s"] == 3600
    with (tmp_path / "a.csv").open(encoding="utf-8") as page:
        kept = list(csv.DictReader(page))
    assert [int(row["required [people]"]) for row in kept] == [row["required"] for row in rows]
    book = load_workbook(tmp_path / "a.xlsx")
    assert {"People", "Demand", "Service", "Groups"} <= set(book.sheetnames)
    assert book["People"].max_row == 25
    for row in rows:
        away = row["breaks"] + row["training"] + row["absence"] + row["late"]
        assert row["scheduled"] - away == pytest.approx(row["present"], abs=0.01)
        assert row["over"] - row["under"] == pytest.approx(
            row["present"] - row["required"], abs=0.01
        )


def test_it_prints_the_intervals_of_a_day() -> None:
    result = runner.invoke(app, ["staff", PHONE, "-n", "10", "--day", "Mon", "--risk", "10 %"])
    assert result.exit_code == 0, result.output
    assert "exceeds with probability 0.1." in result.output and "service_level" not in result.output
    assert "08:00" in result.output and "required" in result.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--interval", "20"], "--interval: found 20; allowed 15, 30 or 60"),
        (["--risk", "2"], "--risk: found '2'; allowed a share from 0.1 % to 99.9 %, such as '10 %' or 0.1"),
        (["--risk", "0 %"], "--risk: found '0 %'; allowed a share from 0.1 % to 99.9 %"),
        (["--csv", "a.txt"], "--csv: found a.txt; allowed a file that ends in .csv"),
        (["--xlsx", "/nowhere/a.xlsx"], "there is no folder /nowhere"),
        (
            ["--day", "Sun", "-n", "10"],
            "--day: found Sun; allowed all, or a date or weekday from 2024-01-01",
        ),
    ],
)
def test_bad_options_are_one_sentence(options: list[str], words: str) -> None:
    result = runner.invoke(app, ["staff", PHONE, *options])
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_day_that_is_not_there_is_said_before_anything_is_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    def simulated(*_: object, **__: object) -> None:
        raise AssertionError("simulated first")

    monkeypatch.setattr("floorcast.planning.requirement.staffing.staff", simulated)
    result = runner.invoke(app, ["staff", PHONE, "--day", "Sun"])
    assert result.exit_code == 2 and "--day: found Sun" in result.stderr

"""`floorcast schedule` as it is typed."""

from __future__ import annotations

import json
import signal
import time
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.console import Console
from typer.testing import CliRunner

from floorcast.cli.app import app
from floorcast.cli.plan.pages import verdicts_table
from tests.unit.cli.small import start

CENTRE = """
days: 1
seed: 2
currency: EUR
channels: {phone: {kind: phone, open: "08:00-18:00", answer_within: 20s}}
contact_types:
  calls:
    channel: phone
    arrivals: [{rate: {per: 1h, daily: {"08:00": 40, "10:00": 80, "14:00": 50, "18:00": 0}}}]
    work: {exponential: 4 min}
    patience: {exponential: 3 min}
groups: {team: {channels: [phone], cost_per_hour: 20, agents: 0}}
shift_types: {part: {start: {from: "08:00", to: "14:00", step: 1h}, length: 4h}}
targets: [{of: phone, measure: service_level, within: 20s, at_least: 80 %}]
"""
runner = CliRunner()


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "centre.yaml"
    file.write_text(CENTRE)
    return file


def test_the_plan_can_be_run_and_is_met(centre: Path) -> None:
    files = ["--csv", "shifts.csv", "--xlsx", "shifts.xlsx"]
    done = runner.invoke(app, ["schedule", str(centre), "-n", "60", "--json", *files])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["sure"] and document["currency"] == "EUR" and document["cost_per_contact"] > 0
    assert load_workbook("shifts.xlsx")["Shifts"].max_row == len(document["shifts"]) + 1
    assert Path("shifts.csv").read_text().count("\n") == len(document["shifts"]) + 1
    again = runner.invoke(app, ["run", "centre_plan.yaml", "-n", "150", "--json", "--out", "study"])
    assert again.exit_code == 0, again.output
    (target,) = json.loads(again.stdout)["targets"]
    assert target["verdict"] != "missed"


def test_it_prints_shifts_verdicts_and_the_bound(centre: Path) -> None:
    done = runner.invoke(app, ["schedule", str(centre), "-n", "30"])
    assert done.exit_code in (0, 3), done.output
    for words in ("Shifts", "What binds", "No plan can cost less than", "EUR a contact handled"):
        assert words in done.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--out", "plan.txt"], "--out: found plan.txt; allowed a file that ends in .yaml"),
        (["--out", "centre.yaml"], "the scenario itself; allowed another file"),
        (["--csv", "a.xlsx"], "--csv: found a.xlsx; allowed a file that ends in .csv"),
    ],
)
def test_bad_options_are_one_sentence(centre: Path, options: list[str], words: str) -> None:
    done = runner.invoke(app, ["schedule", str(centre), *options])
    assert done.exit_code == 2
    assert words in done.stderr


def test_ctrl_c_gives_the_best_plan_so_far_and_the_same_command_goes_on(centre: Path) -> None:
    command = ("schedule", "centre.yaml", "-n", "100", "--jobs", "1", "--json")
    plans = centre.parent / "results" / "plans"
    with start(*command, folder=centre.parent) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and len(list(plans.glob("*/*.npz"))) < 8:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err and "the same command goes on" in err
    assert json.loads(out)["interrupted"]
    kept = len(list(plans.glob("*/*.npz")))
    assert kept >= 8
    again = runner.invoke(app, list(command))
    assert again.exit_code in (0, 3)
    assert f"{kept} plans were simulated before" in again.stderr


def test_ctrl_c_before_there_is_a_plan_ends_it_at_once(centre: Path) -> None:
    with start("schedule", "centre.yaml", "-n", "2000", "--jobs", "1", folder=centre.parent) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "what the work asks for" in line:
                break
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert time.monotonic() - asked < 20


def test_a_target_of_every_interval_is_printed_in_short_where_it_is_kept() -> None:
    rows = [
        {"target": f"phone, service_level at least 80 % every interval (Mon {hour:02d}:00)", "mean": 0.9,
         "half_width": 0.01, "unit": "share", "verdict": "missed" if hour == 9 else "met"}
        for hour in range(8, 20)
    ]  # fmt: skip
    console = Console(width=120, record=True, file=StringIO())
    console.print(verdicts_table(rows))
    said = console.export_text()
    assert "(Mon 09:00)" in said and "(Mon 10:00)" not in said
    assert "every interval: of 12" in said and "11 met for sure" in said

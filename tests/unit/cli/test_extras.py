"""Without an extra's packages, whatever needs them ends in one sentence that names the extra."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from floorcast.cli.app import app
from floorcast.history.forecast.models import _ways
from floorcast.history.read.opening import _workbook
from floorcast.scenario.read.extras import MissingExtra
from floorcast.scenario.read.problems import Wrong
from floorcast.scenario.words.special_days import public_holidays

SHIPPED = Path(__file__).resolve().parents[3] / "scenarios"
PLANNED = str(SHIPPED / "tutorial" / "4_how_many_people.yaml")


@pytest.mark.parametrize(
    ("module", "command", "extra"),
    [
        ("ortools.sat.python.cp_model", ["roster", "phone_team"], "plan"),
        ("highspy", ["schedule", PLANNED, "--replications", "2", "--out", "plan.yaml"], "plan"),
        ("optuna", ["tune", "airline_week"], "plan"),
        ("xlsxwriter", ["compare", "1_phone_team", "--xlsx", "a.xlsx"], "report"),
        ("distributed", ["compare", "1_phone_team", "--cluster", "local:2"], "cluster"),
    ],
)
def test_a_command_says_what_to_install(
    module: str, command: list[str], extra: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, module, None)
    done = CliRunner().invoke(app, command)
    said = done.stderr.strip().splitlines()[-1]
    assert done.exit_code == 2, done.output
    assert said.endswith(f"which is not installed: pip install 'floorcast[{extra}]'")


def test_reading_exports_holidays_and_forecasts_say_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("openpyxl", "holidays", "statsforecast.models"):
        monkeypatch.setitem(sys.modules, module, None)
    install = r"pip install 'floorcast\[data\]'"
    with pytest.raises(MissingExtra, match=f"calls.xlsx: a workbook needs openpyxl.*{install}"):
        _workbook(Path("calls.xlsx"), None, {}, None)  # type: ignore[arg-type]
    with pytest.raises(Wrong, match=install):
        public_holidays("DE", range(2024, 2025))
    with pytest.raises(MissingExtra, match=install):
        _ways(100)

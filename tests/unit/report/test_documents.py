"""Reports on plans, rosters, forecasts and back-tests: their own figures, one file, no script."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from floorcast.cli.app import app
from floorcast.report.documents import KINDS, _Curve

FIGURE = {"error": 0.012, "chance": 0.006, "bias": -0.002, "inside": 0.94, "inside_true": 0.95}
DAY = {f"{key}_{end}": 0.1 for key in ("abandonment", "within_20", "within_60", "backlog", "occupancy") for end in ("was", "predicted", "chance")}
DOCUMENTS: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "backtest": (
        {
            "figures": {
                **dict.fromkeys(("abandonment", "within_20", "within_60", "backlog", "occupancy"), FIGURE),
                "wait": {"error": 4.1, "chance": 2.7, "bias": 1.0, "inside": 0.87, "inside_true": 0.9},
            },
            "days": [{"date": f"2026-03-0{n}", "contacts": 100, **DAY, "wait_was": 40, "wait_predicted": 43, "wait_chance": 3} for n in (2, 3)],
            "without": {}, "folds": [], "replications": 50, "misses_explained": {"alone": {"patience": 0.12}},
            "handle_times": "drawn",
        },
        ["4.1 s of wait", "1.2 points of abandonment", "patience 12 %", "<svg", "that of abandonment, 2.0 times as large", "drawn from a law"],
        ["Figures", "Days", "Columns"],
    ),
    "schedule": (
        {
            "scenario": "Centre", "policy": "fair", "currency": "EUR", "cost": 1234.0, "cost_per_contact": 2.5, "paid_hours": 80.0, "people": 10,
            "lower_bound": 1100.0, "cost_today": 1300.0, "sure": True, "binding": [], "out_of_reach": [], "fresh_replications": 40, "plans_simulated": 9,
            "verdicts": [{"target": "phone: service level at least 80 %", "mean": 0.83, "half_width": 0.01, "unit": "share", "verdict": "met"}],
            "shifts": [{"group": "team", "people": 10, "begin": "08:00", "end": "16:00"}],
        },
        ["10 people on 1 kind of shifts keep 1 of 1 target for sure", "1,234 EUR", "today's shifts cost 1,300 EUR, 66 more".replace("'", "&#x27;"), "1,100"],
        ["Shifts", "Targets", "Columns"],
    ),
    "roster": (
        {
            "name": "Week 10", "cost": 7, "parts": {"wishes": 7}, "bound": 7, "proved": True,
            "roster": {"Ann": {"2026-03-02": "early", "2026-03-03": "early"}, "Bo": {"2026-03-02": "late"}},
        },
        ["3 shifts are given to 2 people", "no roster costs less", "wishes 7", "early 2", "Week of 2026-03-02", "<th>Tue 3</th>",
         "<td>Bo</td><td>late</td><td>·</td>"],
        ["Roster", "Columns"],
    ),
    "staff": (
        {
            "scenario": "Centre", "policy": "fair", "replications": 20, "seed": 1, "currency": "", "out_of_reach": [],
            "intervals": [
                {**dict.fromkeys(("forecast", "handle_time_s", "workload_erlangs", "as_written", "scheduled", "breaks", "training", "absence", "late",
                                  "over", "under", "occupancy", "occupancy_half_width"), 1.0),
                 "start": f"2026-03-02 08:{m}", "group": group, "required": need, "present": 4.0, "missed": "phone, service_level" if m != "45" else ""}
                for m in ("00", "15", "30", "45") for group, need in (("team", 5 if m != "30" else 3), ("night", 0))],
            "demand": [{"start": "2026-03-02 08:00", "channel": "phone", "forecast": 3, "backlog": 1, "backlog_half_width": 0.2}],
            "service": [{"start": "2026-03-02 08:00", "of": "phone", "target": "service_level at least 80 %", "value": 0.7, "half_width": 0.1, "unit": "share", "verdict": "met"}],
            "over_the_horizon": [{"of": "phone", "target": "service_level at least 80 %", "unit": "share", **{f"{who}{what}": value
                for who in ("today", "with_required") for what, value in (("", 0.7), ("_half_width", 0.01), ("_verdict", "missed"))}}],
            "groups": [{"group": "team", "required_h": 5.0, "present_h": 4.0, "under_h": 1.0, "over_h": 0.0, "required_cost": 100.0}],
        },
        ["5.0 hours of presence are needed, 4.0 are there", "Team (1.0 h)", "Phone, service level at least 80 %", "70.0 ± 1.0 %", "missed",
         "<td>2026-03-02 08:15</td><td>Team</td><td>5</td>", "<td>2026-03-02 08:30</td><td>no group is short</td>",
         "Missed today beyond chance", "2026-03-02 08:30", "phone, service level<", "<svg"],
        ["Intervals", "Demand", "Service", "Groups", "Over the horizon", "Columns"],
    ),
}  # fmt: skip


def report(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_becomes_a_page_a_pdf_and_a_workbook(kind: str, tmp_path: Path) -> None:
    document, said, sheets = DOCUMENTS[kind]
    file = tmp_path / "document.json"
    file.write_text(json.dumps(document))
    done = report(file)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "document.html").read_text()
    assert "<script" not in page and not re.search(r"(src|href)=[\"']?(http|//)", page) and len(page) < 1_000_000
    for words in said:
        assert words in page, words
    assert report(file, "--out", tmp_path / "r.pdf").exit_code == 0
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert report(file, "--out", tmp_path / "r.xlsx").exit_code == 0
    book = load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == sheets
    unexplained = {row[1] for row in list(book["Columns"].values)[1:] if not row[3]}
    assert not unexplained


def test_every_kind_is_tested() -> None:
    assert {kind.name for kind in KINDS} == set(DOCUMENTS)


def test_a_forecast_becomes_a_page(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-{n:02d},Billing,{100 + n},90,120,95,ETS,{'Fair Day' if n == 6 else ''}\n" for n in range(2, 9))
    (tmp_path / "days.csv").write_text("date,type,forecast,low_80,high_80,naive,way,holiday\n" + rows)
    (tmp_path / "arrivals.yaml").write_text("start: 2026-03-02\n")
    assert report(tmp_path).exit_code == 0
    page = (tmp_path / "report.html").read_text()
    for words in ("735 contacts are expected", "The busiest day is 2026-03-08 with 108", "For 1 of 1 types", "Fair Day"):
        assert words in page


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is no JSON document"), ("[]", "found a document of something else; allowed what floorcast backtest --json"),
     ('{"roster": 3, "proved": 1, "parts": 2}', "is damaged: of a document of roster")],
)  # fmt: skip
def test_what_is_no_document_ends_in_one_sentence(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    done = report(tmp_path / "x.json")
    assert done.exit_code == 2 and said in " ".join(done.output.split())


@pytest.mark.parametrize(
    "files, said",
    [
        ({"manifest.json": '{"format": 1, "counts": {}, "doubts": [], "files": []}'}, "is a history; floorcast fit"),
        ({"scenario.yaml": "name: a"}, "is a scenario with its files; floorcast run"),
        ({"notes.txt": ""}, "holds no study: it has no manifest.json"),
    ],
)
def test_folders_of_other_commands_are_told_what_reports_on_them(files: dict[str, str], said: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    told = CliRunner().invoke(app, ["report", str(folder)])
    assert told.exit_code == 2 and said in " ".join(told.output.split())
    assert not (folder / "report.html").exists()


def test_bands_of_shares_are_drawn_between_none_and_all() -> None:
    """An interval of ± 40 points around 90 % reaches to 100 %; times of minutes are drawn in minutes, shorter ones in seconds."""
    import numpy as np

    from floorcast.report.drawing import svg
    from floorcast.report.story import Picture

    def drawn(unit: str, mean: float, width: float) -> str:
        curve = _Curve(np.arange(3.0) * 3600, np.full(3, mean), np.full(3, width))
        return svg(Picture("Picture", unit, ("one",), (curve,)), datetime(2026, 3, 2))

    ticks = re.findall(r">(\d+)</text>", drawn("share", 0.9, 0.4).split('id="matplotlib.axis_2"')[1])
    assert ticks and max(map(int, ticks)) <= 100
    assert ">s</text>" in drawn("s", 25.0, 5.0) and ">min</text>" in drawn("s", 400.0, 5.0)

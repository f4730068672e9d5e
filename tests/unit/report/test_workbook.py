"""Tables for spreadsheets: read back with other libraries, they hold what was written."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from floorcast.report.workbook import Column, Sheet, write_csv, write_workbook

SHEET = Sheet(
    "By interval: phone/email",
    [Column("from"), Column("service level", "share", "answered in time"), Column("team"), Column("wait", "s")],
    [
        (datetime(2026, 3, 2, 9, 30), 0.8125, "=SUM(A1)", 12.5),
        (datetime(2026, 3, 2, 10), float("nan"), "Köln", None),
    ],
)


def test_a_workbook_has_timestamps_numbers_and_a_dictionary(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", [SHEET, SHEET])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["By interval  phone email", "By interval  phone email 2", "Columns"]
    rows = list(book.worksheets[0].values)
    assert rows[0] == ("from", "service level [share]", "team", "wait [s]")
    assert rows[1] == (datetime(2026, 3, 2, 9, 30), 0.8125, "=SUM(A1)", 12.5)
    assert book.worksheets[0]["C2"].data_type == "s"  # text, not a formula
    assert rows[2][1] is None and rows[2][3] is None
    assert ("By interval: phone/email", "service level", "share", "answered in time") in list(
        book.worksheets[2].values
    )


def test_shares_are_per_cent_and_yes_or_no_is_no_text(tmp_path: Path) -> None:
    """A figure is in the unit of its row where a column says so; money is in the scenario's."""
    from floorcast.cli.plan.staffing import _sheet

    rows = [
        {"target": "service level", "today": 0.875, "unit": "share", "by_interval": True, "saved_cost": 12.0},
        {"target": "asa", "today": 31.5, "unit": "s", "by_interval": False, "saved_cost": 0.0},
    ]
    write_workbook(tmp_path / "a.xlsx", [_sheet("Whole time", rows, "EUR")])
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [cell.value for cell in page[1]] == ["target", "today", "unit", "by_interval", "saved_cost [EUR]"]
    assert (page["B2"].value, page["B2"].number_format) == (0.875, "0.0 %")
    assert (page["B3"].value, page["B3"].number_format) == (31.5, "General")
    assert (page["D2"].value, page["D3"].value, page["E2"].number_format) == (True, False, "General")


def test_equal_tables_give_equal_files(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, [SHEET])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_csv_is_plain_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", SHEET)
    rows = list(csv.reader((tmp_path / "a.csv").open(encoding="utf-8")))
    assert rows[1] == ["2026-03-02 09:30:00", "0.8125", "'=SUM(A1)", "12.5"]
    assert rows[2] == ["2026-03-02 10:00:00", "", "Köln", ""]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        write_csv(tmp_path / "nowhere" / "a.csv", SHEET)
    assert list(tmp_path.iterdir()) == []


def test_breaks_of_a_shift_are_times_and_not_people() -> None:
    from floorcast.cli.plan.staffing import _sheet

    shift = _sheet("Shifts", [{"people": 2, "breaks": "11:00-11:30"}], "")
    assert [(one.name, one.unit) for one in shift.columns] == [("people", "people"), ("breaks", "")]
    assert _sheet("People", [{"breaks": 2.0}]).columns[0].unit == "people"

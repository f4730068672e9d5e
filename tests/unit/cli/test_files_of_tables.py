"""Every command that prints a table gives it as CSV and XLSX too."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest
from rich.table import Table
from typer.testing import CliRunner

from floorcast.cli import options as given
from floorcast.cli.app import Commands, app
from floorcast.cli.commands import COMMANDS, Command
from floorcast.report.printed import sheets_of


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_what_prints_tables_takes_csv_and_xlsx(row: Command) -> None:
    help_ = CliRunner().invoke(app, [row.name, "--help"], env={"COLUMNS": "200"}).output
    assert ("--csv" in help_, "--xlsx" in help_) == (row.tables, row.tables)
    if not row.tables:
        source = inspect.getsource(import_module(f"floorcast.cli.{row.place.split(':')[0]}"))
        assert "Table(" not in source, f"{row.place} prints a table: leave out tables=False in cli/commands.py"


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_a_command_keeps_its_own_options(row: Command) -> None:
    """Its names, short names and arguments are those of the function that the row names."""
    from typer.main import get_command_from_info
    from typer.models import CommandInfo

    module, function = row.place.split(":")
    called = getattr(import_module(f"floorcast.cli.{module}"), function)
    info = CommandInfo(name=row.name, callback=called)
    own = get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
    offered = Commands(name="floorcast").get_command(None, row.name)
    names = {param.name: sorted(param.opts + param.secondary_opts) for param in offered.params}
    for param in own.params:
        assert names[param.name] == sorted(param.opts + param.secondary_opts)


def table() -> Table:
    found = Table(title="What of it")
    for name in ("", "service level", "wait", "by", "size"):
        found.add_column(name)
    found.add_row("phone", "81.3 ± 0.4 %", "1.5 ± 0.1 min", "a", "1,234")
    found.add_row("", "–", "20 s", "b", "4.5 %")
    return found


def test_printed_numbers_become_numbers_with_half_widths_and_units():
    (sheet,) = sheets_of([table()])
    assert sheet.name == "What of it"
    heads = [column.heading for column in sheet.columns]
    numbers = ["service level [share]", "service level ± [share]", "wait [s]", "wait ± [s]"]
    assert heads == ["name", *numbers, "by", "size", "unit of size"]
    first, second = (list(row) for row in sheet.rows)
    assert first == ["phone", pytest.approx(0.813), pytest.approx(0.004), 90.0, 6.0, "a", 1234.0, ""]
    assert second == ["phone", None, None, 20.0, None, "b", pytest.approx(0.045), "share"]


def printing() -> None:
    """Print two tables."""
    given.page().print(table())
    given.page().print(table())


def test_what_a_command_printed_is_written(tmp_path: Path, capsys):
    given.with_files(printing)(csv=tmp_path / "out.csv", xlsx=tmp_path / "out.xlsx")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[1].startswith("phone,0.813,")
    assert (tmp_path / "out-2.csv").read_text() == (tmp_path / "out.csv").read_text()
    openpyxl = pytest.importorskip("openpyxl")
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == ["What of it", "What of it 2", "Columns"]
    given.with_files(printing)()
    assert "What of it" in capsys.readouterr().out


def test_a_table_that_was_not_printed_cannot_be_written(tmp_path: Path):
    result = CliRunner().invoke(app, ["verify", "--case", "nonsense", "--csv", str(tmp_path / "x.txt")])
    assert result.exit_code == 2 and "allowed a file that ends in .csv" in result.output

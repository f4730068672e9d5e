"""CSV files with missing columns and bad rows: errors that name the CSV's file and line."""

# ruff: noqa: E501
# fmt: off
from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from floorcast.scenario import InputErrors, load_scenario_text
from tests.unit.scenario.written import SMALL, errors_of, only_error_of

RATE = "{rate: 60 per hour}"
CSV_RATE = "{rate: {per: 1h, csv: p.csv, weekday: day, start: at, value: n}}"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "p.csv:1: contact_types.calls.arrivals.rate.csv: is empty; allowed a line of column names"),
        ("day,at,m\nMon,08:00,3\n", "p.csv:1: contact_types.calls.arrivals.rate: found no column 'n'"),
        ("day,at,N\nMon,08:00,3\n", "found no column 'n' (did you mean 'N'?); has day, at, N"),
        ("day,at,n,n\nMon,08:00,3,3\n", "found more than one column 'n'"),
        ("day,at,n\n", "p.csv: contact_types.calls.arrivals.rate.csv: found no rows below the header"),
        ("day,at,n\nMon,08:00,3\nMox,09:00,4\n", "p.csv:3: contact_types.calls.arrivals.rate: column 'day': found 'Mox'; allowed days"),
        ("day,at,n\nMon,8 am,3\n", "p.csv:2: contact_types.calls.arrivals.rate: column 'at': found '8 am'; allowed a time of day"),
        ("day,at,n\nMon,08:00,-3\n", "column 'n': found '-3'; allowed a number of at least 0"),
        ("day,at,n\nMon,08:00,nan\n", "column 'n': found 'nan'; allowed a number"),
        ("day,at,n\nMon,08:00,inf\n", "column 'n': found 'inf'; allowed a number"),
        ("day,at,n\nMon,08:00,\n", "column 'n': found ''; allowed a number"),
        ("day,at,n\nMon,08:00\n", "p.csv:2: contact_types.calls.arrivals.rate: found 2 cells; allowed 3, as in the header"),
        ("day,at,n\nMon,08:00,3\n\nMon,08:00,4\n", "p.csv:4: contact_types.calls.arrivals.rate: found a row that overlaps line 2"),
        ("day,at,n\nMon,08:00,3\nMon,08:30,4\n", "p.csv:3: contact_types.calls.arrivals.rate: found a row that overlaps line 2"),
        ('day,at,n\n"Mon,08:00,3\n', "p.csv"),
    ],
)
def test_bad_csv(rows, message, tmp_path):
    (tmp_path / "p.csv").write_text(rows)
    lines = errors_of(SMALL.replace(RATE, CSV_RATE), tmp_path)
    assert any(message in line for line in lines), lines


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{rate: {per: 1h, csv: p.csv, weekday: day, start: at}}", "arrivals.rate: found no 'value'"),
        ("{rate: {per: 1h, csv: p.csv, weekday: day, value: n}}", "arrivals.rate: found neither 'start' nor 'hour'"),
        ("{rate: {per: 1h, csv: p.csv, start: at, hour: h, value: n}}", "arrivals.rate.hour: found both start and hour"),
        ("{rate: {per: 1h, csv: p.csv, weekday: day, date: d, start: at, value: n}}", "arrivals.rate.date: found both weekday and date"),
        ("{rate: {per: 1h, csv: q.csv, start: at, value: n}}", "rate.csv: found 'q.csv', which does not exist"),
        ("{rate: {per: 1h, csv: 3, start: at, value: n}}", "rate.csv: found '3', which does not exist"),
        ("{trace: {csv: p.csv, time: n, sentiment: day}}", "p.csv:2: contact_types.calls.arrivals.trace: column 'day': found 'Mon'; allowed negative"),
        ("{trace: {csv: p.csv, time: day}}", "p.csv:2: contact_types.calls.arrivals.trace: column 'day': found 'Mon'; allowed seconds since the start"),
        ("{trace: {csv: p.csv}}", "arrivals.trace: found no 'time'"),
    ],
)
def test_bad_use_of_csv(written, message, tmp_path):
    (tmp_path / "p.csv").write_text("day,at,n\nMon,08:00,3\n")
    assert message in only_error_of(RATE, written, tmp_path)


def test_only_the_first_bad_rows_are_listed(tmp_path):
    (tmp_path / "p.csv").write_text("day,at,n\n" + "Mon,08:00,x\n" * 500)
    lines = errors_of(SMALL.replace(RATE, CSV_RATE), tmp_path)
    assert len(lines) == 21
    assert "more bad rows" in lines[-1]


def test_bytes_in_a_csv_that_are_no_text(tmp_path):
    (tmp_path / "p.csv").write_bytes(b"day,at,n\nMon,08:00,\xff\xff\n")
    assert "p.csv: " in errors_of(SMALL.replace(RATE, CSV_RATE), tmp_path)[0]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="day,at,n\nMon08:\" 3;\x00é", max_size=60) | st.text(max_size=40))
def test_any_csv_gives_input_errors_and_nothing_else(tmp_path, rows):
    (tmp_path / "p.csv").write_text("day,at,n\n" + rows, encoding="utf-8", newline="", errors="replace")
    try:
        load_scenario_text(SMALL.replace(RATE, CSV_RATE), tmp_path, "small.yaml")
    except InputErrors as error:
        assert all("p.csv" in str(problem) for problem in error.problems)

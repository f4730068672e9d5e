"""Exports read: what is told, what is left out, what looks wrong, and that nothing is lost unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from floorcast.history.folder import History
from floorcast.history.read.importing import ImportReport, Wishes, import_files
from floorcast.scenario import InputErrors

BANK_HEADER = (
    "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\tq_exit\tq_time"
    "\toutcome\tser_start\tser_exit\tser_time\tserver\n"
)


def read(tmp_path: Path, text: str | bytes, wishes: Wishes | None = None, name: str = "export.csv") -> ImportReport:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_files([path], tmp_path / "history", wishes or Wishes())


def contacts(tmp_path: Path) -> list[dict[str, Any]]:
    path = History(tmp_path / "history").path("contacts")
    rows = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
    return [dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()]


def test_a_plain_table(tmp_path):
    report = read(tmp_path, "arrived,wait,handle,agent,type\n2026-03-02 09:14:05,55,250,Jane,Billing\n")
    assert report.counts["contacts"] == 1
    (one,) = contacts(tmp_path)
    assert (one["wait"], one["handle"], one["outcome"], one["type"]) == (55, 250, "handled", "Billing")
    assert str(one["arrived"]) == "2026-03-02 09:14:05"


@pytest.mark.parametrize(
    "line",
    [
        "arrived;wait;handle;agent\n02.03.2026 09:14:05;55,5;250,0;Jane\n",
        "arrived\twait\thandle\tagent\n2026-03-02T09:14:05\t55.5\t250\tJane\n",
        "arrived,wait,handle,agent\n13/3/26 9:14 AM,0:55.5,4:10,Jane\n",
        "arrived,wait,handle,agent\n3/13/2026 09:14:05 AM,:55.5,00:04:10,Jane\n",
    ],
)
def test_separators_decimals_and_dates_of_several_countries(tmp_path, line):
    read(tmp_path, line)
    (one,) = contacts(tmp_path)
    assert (one["wait"], one["handle"]) == (55.5, 250)
    assert (one["arrived"].month, one["arrived"].hour, one["arrived"].minute) == (3, 9, 14)


def test_a_date_that_can_be_read_two_ways_is_asked_about(tmp_path):
    text = "arrived,wait,agent\n3/2/2026 09:14,5,Jane\n"
    with pytest.raises(InputErrors, match=r"export.csv:2: .*'3/2/2026 09:14'; say --dates day-first or --dates month"):
        read(tmp_path, text)
    read(tmp_path, text, Wishes(dates="day-first"))
    assert contacts(tmp_path)[0]["arrived"].month == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_encodings_of_spreadsheets(tmp_path, encoding):
    read(tmp_path, "arrived;wait;agent;type\n2026-03-02 09:14;5;Jürgen;Störung\n".encode(encoding))
    assert contacts(tmp_path)[0]["type"] == "Störung"


def test_lines_before_the_header_do_not_matter(tmp_path):
    read(tmp_path, "Report of the team\n\nprinted,today\narrived,wait,agent\n2026-03-02 09:14,5,Jane\n")
    assert len(contacts(tmp_path)) == 1


def test_names_of_people_are_not_kept(tmp_path):
    text = "arrived,wait,agent,customer\n2026-03-02 09:14,5,Jane,+4930123\n2026-03-02 09:15,5,Jane,+4930123\n"
    read(tmp_path, text)
    rows = contacts(tmp_path)
    assert [row["agent"] for row in rows] == ["agent 1", "agent 1"]
    assert [row["customer"] for row in rows] == [1, 1]
    assert b"Jane" not in (tmp_path / "history" / "contacts.parquet").read_bytes()
    read(tmp_path, text, Wishes(keep=("agents",)))
    assert contacts(tmp_path)[0]["agent"] == "Jane"


def test_a_bad_cell_is_named_and_the_rest_is_read(tmp_path):
    report = read(tmp_path, "arrived,wait,agent\n2026-03-02 09:14,5,J\nyesterday,5,J\n2026-03-02 09:16,long,J\n")
    assert len(contacts(tmp_path)) == 2
    assert any("export.csv:3: column 'arrived': found 'yesterday'" in line for line in report.files[0].bad)
    assert any("export.csv:4: column 'wait': found 'long'" in line for line in report.files[0].bad)
    assert report.files[0].left_out == {"without a time that can be read": 1}


def test_a_row_with_too_many_cells_is_named(tmp_path):
    report = read(tmp_path, "arrived,wait,agent\n2026-03-02 09:14,5,J\n2026-03-02 09:15,5,J,x,y\n2026-03-02 09:16,5,J\n")
    assert len(contacts(tmp_path)) + sum(report.files[0].left_out.values()) == 3
    assert any(":3:" in line for line in report.files[0].bad)


def test_columns_with_other_names_are_mapped(tmp_path):
    text = "Eingang,Wartezeit,Bearbeiter\n2026-03-02 09:14,5,J\n"
    with pytest.raises(InputErrors, match="found columns Eingang, Wartezeit, Bearbeiter, which no") as refused:
        read(tmp_path, text)
    assert "nearest generic (needs arrived)" in str(refused.value) and "--layouts" in str(refused.value)
    assert len(str(refused.value)) < 400
    read(tmp_path, text, Wishes(mapping={"Eingang": "arrived", "Wartezeit": "wait", "Bearbeiter": "agent"}))
    assert contacts(tmp_path)[0]["wait"] == 5


def test_times_with_an_offset_are_put_into_the_zone(tmp_path):
    read(tmp_path, "arrived,wait,agent\n2026-03-02T08:14:05Z,5,J\n", Wishes(zone="Europe/Berlin"))
    assert contacts(tmp_path)[0]["arrived"].hour == 9


def bank(*rows: str) -> str:
    return BANK_HEADER + "".join(row + "\n" for row in rows)


WAITED = "AA0101\t1\t9664491\t2\tPS\t990103\t0:00:31\t0:00:36\t5\t0:00:36\t0:03:09\t153\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER"
AT_ONCE = "AA0101\t2\t0\t0\tNW\t990103\t7:41:16\t7:41:26\t10\t0:00:00\t0:00:00\t0\tAGENT\t7:41:25\t7:44:53\t208\tBASCH"


def test_the_bank_s_calls(tmp_path):
    read(tmp_path, bank(WAITED, AT_ONCE))
    gave_up, served = contacts(tmp_path)
    assert (gave_up["outcome"], gave_up["wait"], gave_up["priority"], gave_up["agent"]) == ("abandoned", 153, "high", None)
    assert (served["outcome"], served["wait"], served["handle"], served["priority"]) == ("handled", 0, 208, None)
    assert str(served["arrived"]) == "1999-01-03 07:41:25"
    assert served["customer"] is None  # who did not wait was not identified


def test_a_missing_tab_shifts_nothing_and_large_numbers_are_no_customer(tmp_path):
    read(tmp_path, bank(WAITED.replace("1\t9664491", "1 9.66E+06"), AT_ONCE))
    assert [row["customer"] for row in contacts(tmp_path)] == [None, None]
    assert len(contacts(tmp_path)) == 2


def test_what_was_never_offered_is_left_out_and_counted(tmp_path):
    menu = AT_ONCE.replace("AGENT", "HANG").replace("7:41:25\t7:44:53\t208\tBASCH", "0:00:00\t0:00:00\t0\tNO_SERVER")
    report = read(tmp_path, bank(AT_ONCE, menu, AT_ONCE.replace("AGENT", "PHANTOM")))
    assert report.files[0].left_out == {
        "hung up in the menu, so never offered to agents": 1,
        "no calls (marked PHANTOM)": 1,
    }
    assert report.files[0].read == 1


def test_waits_over_midnight_do_not_run_backwards(tmp_path):
    late = "AA0101\t3\t5\t1\tPS\t990103\t23:59:50\t23:59:55\t5\t23:59:55\t0:00:20\t25\tAGENT\t0:00:20\t0:01:20\t60\tTOVA"
    after = "AA0101\t4\t5\t1\tPS\t990103\t23:59:50\t0:00:02\t12\t0:00:02\t0:00:20\t18\tAGENT\t0:00:20\t0:01:20\t60\tTOVA"
    read(tmp_path, bank(late, after))
    first, second = contacts(tmp_path)
    assert str(first["arrived"]) == "1999-01-03 23:59:55" and first["wait"] == 25
    assert str(second["arrived"]) == "1999-01-04 00:00:02" and second["wait"] == 18


def test_doubts_are_said_and_nothing_is_changed(tmp_path):
    rows = [AT_ONCE.replace("\t2\t0", f"\t{n}\t0", 1).replace("990103", f"9901{n:02d}") for n in (3, 4, 5, 6, 10)]
    report = read(tmp_path, bank(*rows, AT_ONCE.replace("208\tBASCH", "0\tTOVA").replace("7:44:53", "7:41:25")))
    assert any("answered contacts took 0 seconds" in one for one in report.doubts)


def test_a_folder_that_is_no_history(tmp_path):
    with pytest.raises(InputErrors, match="is no history; make one with floorcast import"):
        History(tmp_path)


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path):
    (tmp_path / "good.csv").write_text("arrived,wait,agent\n2026-03-02 09:14,5,J\n")
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n")
    report = import_files([tmp_path / "bad.csv", tmp_path / "good.csv", tmp_path / "none.csv"], tmp_path / "h", Wishes())
    assert report.counts["contacts"] == 1
    assert len(report.problems) == 2 and "does not exist" in report.problems[1]


def test_every_skipped_row_is_named_with_its_reason(tmp_path):
    read(tmp_path, "contact,arrived,wait,agent\n1,2026-03-02 09:14,5,J\n2,yesterday,5,J\n1,2026-03-02 09:14,5,J\n4,2026-03-02 09:15,5,J,x,y\n")
    lines = (tmp_path / "history" / "skipped.csv").read_text().splitlines()
    assert lines[0] == "file,line,why" and len(lines) == 4
    assert any(",2,doubles of another row" in line for line in lines)
    assert any(",3,without a time that can be read" in line for line in lines)
    assert any(",5," in line for line in lines)
    read(tmp_path, "arrived,wait,agent\n2026-03-02 09:14,5,J\n")
    assert not (tmp_path / "history" / "skipped.csv").exists()


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        ("2026-03-29 02:30", "1 contacts from 2026-03-29 02:00 to 03:00, an hour that Europe/Berlin skips"),
        ("2026-10-25 02:30", "1 contacts from 2026-10-25 02:00 to 03:00, an hour that comes twice in Europe/Berlin"),
    ],
)
def test_hours_in_which_clocks_change_are_flagged(tmp_path, stamp, said):
    text = f"arrived,wait,agent\n2026-03-01 09:00,5,J\n{stamp},5,J\n2026-11-01 09:00,5,J\n"
    assert any(one.startswith(said) for one in read(tmp_path, text, Wishes(zone="Europe/Berlin")).doubts)


def test_no_clock_changes_where_there_are_none(tmp_path):
    text = "arrived,wait,agent\n2026-03-28 02:30,5,J\n2026-03-29 03:30,5,J\n2026-10-25 04:30,5,J\n"
    assert not [one for one in read(tmp_path, text, Wishes(zone="Europe/Berlin")).doubts if "Berlin" in one]


def test_columns_that_were_not_used_are_named(tmp_path):
    report = read(tmp_path, "arrived,wait,agent,mood\n2026-03-02 09:14,5,J,fine\n")
    assert "columns that were not used: mood" in report.files[0].notes


TABLE = "arrived,wait,handle,type\n2026-03-02 09:14:05,55,250,Billing\n"


def test_rows_that_come_twice_are_doubted_without_agents_too(tmp_path):
    row = TABLE.splitlines()[1]
    assert any("2 contacts without an agent are doubles" in one for one in read(tmp_path, f"{TABLE}{row}\n{row}\n").doubts)
    assert not any("doubles" in one for one in read(tmp_path, TABLE).doubts)


def test_the_same_file_is_not_counted_twice(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text(TABLE)
    with pytest.raises(InputErrors, match="a second time"):
        import_files([path, path], tmp_path / "history", Wishes())


def test_a_file_where_the_history_should_go_is_named_and_left_alone(tmp_path):
    (tmp_path / "history").write_text("mine")
    with pytest.raises(InputErrors, match="--out: found the file .*allowed a folder"):
        read(tmp_path, TABLE)
    assert (tmp_path / "history").read_text() == "mine"


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"wait": "waitt"}, "did you mean 'wait'?"),
        ({"hold": "wait"}, "no file has a column 'hold'"),
        ({"hold_time": "handle"}, "no file has a column 'hold_time'"),
    ],
)
def test_names_given_in_vain_are_said(tmp_path, mapping, said):
    assert any(said in one for one in read(tmp_path, TABLE, Wishes(mapping=mapping)).doubts)


def test_a_name_that_is_used_is_not_doubted(tmp_path):
    report = read(tmp_path, TABLE.replace("wait", "queued"), Wishes(mapping={"queued": "wait"}))
    assert not any("--map" in one for one in report.doubts)


HEAD = "arrived,wait,handle,agent\n"


def test_a_quote_that_is_never_closed_loses_its_line_only(tmp_path):
    rows = [f"2026-03-02 09:{n:02d}:00,1,100,Ann" for n in range(40)]
    rows[5], rows[20] = '2026-03-02 09:05:00,1,100,"Ann', '"2026-03-02 09:20:00,1,100,Ann'
    rows[30] = '2026-03-02 09:30:00,1,100,"Ann\nSmith"'
    (tmp_path / "calls.csv").write_text(HEAD + "\n".join(rows) + "\n")
    report = import_files([tmp_path / "calls.csv"], tmp_path / "history", Wishes())
    assert report.counts["contacts"] == 38
    assert report.files[0].rows == 40
    skipped = (tmp_path / "history" / "skipped.csv").read_text().splitlines()[1:]
    assert [line.split(",", 1)[1] for line in skipped] == ["7,found a quote that is never closed", "22,found a quote that is never closed"]


def test_a_workbook_whose_first_sheet_is_a_cover(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Report of March"])
    sheet = book.create_sheet("Data")
    for row in (["arrived", "wait", "handle", "agent"], ["2026-03-02 09:00", 10, 100, "Ann"]):
        sheet.append(row)
    book.save(tmp_path / "calls.xlsx")
    report = import_files([tmp_path / "calls.xlsx"], tmp_path / "history", Wishes())
    assert report.counts["contacts"] == 1
    assert report.files[0].notes == ["read from the sheet 'Data'; not read: 'Sheet'"]
    del book["Data"]
    book.create_sheet("More").append(["nothing", "of use"])
    book.save(tmp_path / "none.xlsx")
    with pytest.raises(InputErrors, match="found no layout on any of its 2 sheets .Sheet: Report of March; More: nothing, of use"):
        import_files([tmp_path / "none.xlsx"], tmp_path / "other", Wishes())


@pytest.mark.parametrize(
    "cells, expected",
    [(("987", "1,234"), (987, 1234)), (("987", "1.234.567"), (987, 1234567)), (("1,5", "1,234"), (1.5, 1.234)), (("12.345", "3.250"), (12.345, 3.25))],
)
def test_a_sign_before_three_digits_parts_thousands_where_the_column_says_so(cells, expected, tmp_path):
    """Volumes of days; with nothing but three decimals, or with other decimals beside it, the sign is a decimal one."""
    rows = "".join(f"2026-03-0{n + 2} 00:00;{cell};200\n" for n, cell in enumerate(cells))
    read(tmp_path, "start;offered;aht\n" + rows)
    found = History(tmp_path / "history").connect().execute("SELECT offered FROM intervals ORDER BY start").fetchall()
    assert [row[0] for row in found] == list(expected)


@pytest.mark.parametrize(
    "text, minutes",
    [
        ("date,interval,offered\n2026-03-02,09:00-09:15,5\n2026-03-02,09:15-09:30,5\n", 15),
        ("date,interval,offered\n2026-03-02,12:00-1:00 PM,5\n", 60),
        ("start,end,offered\n2026-03-02 09:00,2026-03-02 09:15,5\n", 15),
        ("start,offered\n2026-03-02 09:00,5\n2026-03-02 09:15,5\n2026-03-02 09:30,5\n2026-03-03 09:00,5\n", 15),
        ("start,offered\n2026-03-02 09:00,5\n", 30),
    ],
)
def test_intervals_last_as_long_as_the_export_says_or_their_starts_are_apart(text, minutes, tmp_path):
    read(tmp_path, text)
    found = History(tmp_path / "history").connect().execute("SELECT DISTINCT length FROM intervals").fetchall()
    assert found == [(60 * minutes,)]


def test_a_workbook_of_intervals_whose_dates_and_queues_are_merged_over_the_rows(tmp_path):
    """Below a title over all columns; the queue and the date stand once, in cells merged over their intervals."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Queue statistics"])
    sheet.merge_cells("A1:E1")
    sheet.append(["Queue", "Date", "Interval", "Calls offered", "AHT (s)"])
    for queue, day in (("Billing", "2026-03-02"), ("Billing", "2026-03-03"), ("Orders", "2026-03-02")):
        first = sheet.max_row + 1
        for n, interval in enumerate(("09:00-09:30", "09:30-10:00", "10:00-10:30")):
            sheet.append([None if n else queue, None if n else day, interval, 10 + n, 240])
        for column in "AB":
            sheet.merge_cells(f"{column}{first}:{column}{first + 2}")
    book.save(tmp_path / "queues.xlsx")
    report = import_files([tmp_path / "queues.xlsx"], tmp_path / "history", Wishes())
    assert report.files[0].left_out == {} and report.files[0].notes == ["12 cells below merged ones have what the merged ones show"]
    found = History(tmp_path / "history").connect().execute("SELECT type, CAST(start AS VARCHAR), offered FROM intervals ORDER BY type, start")
    rows = found.fetchall()
    assert rows[0] == ("Billing", "2026-03-02 09:00:00", 10) and rows[-1] == ("Orders", "2026-03-02 10:00:00", 12) and len(rows) == 9


def test_a_file_that_only_says_it_is_parquet(tmp_path):
    (tmp_path / "calls.parquet").write_text("no")
    with pytest.raises(InputErrors, match="is no Parquet file that can be read"):
        import_files([tmp_path / "calls.parquet"], tmp_path / "history", Wishes())


def test_only_times_that_carry_a_zone_are_put_into_another(tmp_path):
    (tmp_path / "calls.csv").write_text(HEAD + "2026-03-02 09:00:00,1,100,Ann\n2026-03-02T09:00:00Z,1,100,Bo\n")
    import_files([tmp_path / "calls.csv"], tmp_path / "history", Wishes(zone="Europe/Berlin"))
    rows = duckdb.sql(f"SELECT hour(arrived) FROM read_parquet('{tmp_path}/history/contacts.parquet') ORDER BY 1").fetchall()
    assert rows == [(9,), (10,)]


def test_intervals_with_a_date_and_a_span_of_time(tmp_path):
    text = "queue;date;interval;offered;aht\nBilling;13.03.2026;09:00-09:30;95;320,5\n"
    report = read(tmp_path, text)
    assert report.files[0].layout == "generic-intervals"
    (row,) = duckdb.sql(f"SELECT start, offered, handle_total FROM read_parquet('{tmp_path}/history/intervals.parquet')").fetchall()
    assert (str(row[0]), row[1], row[2]) == ("2026-03-13 09:00:00", 95, 95 * 320.5)

"""Plans given back to workforce-management tools: totals are kept, and our own import reads them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from floorcast.history.folder import History
from floorcast.history.read.importing import Wishes, import_files
from floorcast.report.exports import LAYOUTS, exported
from floorcast.scenario import load_scenario_text
from floorcast.scenario.read.problems import Wrong

CENTRE = """
start: "2026-03-02"
days: 2
channels: {phone: {kind: phone, open: "08:00-16:00"}}
contact_types:
  calls:
    channel: phone
    arrivals: [{counts: {per: 30 min, daily: {"08:00": 10, "16:00": 0}}}]
    work: 4 min
    after_contact_work: 1 min
groups:
  team: {channels: [phone], shifts: [{agents: 2, start: "08:00", length: 8h, breaks: {after: 4h, length: 30 min}}]}
"""


def rows(layout: str, zone: str | None = None, centre: str = CENTRE) -> list[list[str]]:
    scenario = load_scenario_text(centre, ".", "centre.yaml")
    text = exported(scenario, LAYOUTS[layout], zone)
    return list(csv.reader(io.StringIO(text), delimiter=LAYOUTS[layout].delimiter))


def test_a_plain_forecast_has_every_contact_once() -> None:
    header, *lines = rows("forecast")
    at = {name: place for place, name in enumerate(header)}
    assert sum(float(line[at["contacts"]]) for line in lines) == pytest.approx(2 * 16 * 10)
    nine = next(line for line in lines if line[0] == "2026-03-02 09:00:00")
    assert (float(nine[at["aht_s"]]), float(nine[at["agents"]])) == (300.0, 2.0)
    noon = next(line for line in lines if line[0] == "2026-03-02 12:00:00")
    assert float(noon[at["agents"]]) == 0.0  # both are at lunch


def test_quarters_of_an_hour_in_utc_keep_the_total() -> None:
    for layout, contacts in (("genesys-forecast", 5), ("connect-forecast", 5)):
        _, *lines = rows(layout, "Europe/Berlin")
        assert len(lines) == 2 * 96
        assert sum(int(line[contacts]) for line in lines) == 320
    assert any("2026-03-02T07:00:00Z" in line for line in lines)  # eight in Berlin


def test_days_for_a_tool_that_takes_days() -> None:
    assert rows("verint-forecast") == [["calls", "3-2-2026", "160", "300"], ["calls", "3-3-2026", "160", "300"]]


def test_schedules_tell_work_from_breaks() -> None:
    _, *lines = rows("schedule")
    assert len(lines) == 2 * 2 * 3
    assert ["team 1", "team", "2026-03-02", "break", "2026-03-02 12:00:00", "2026-03-02 12:30:00"] in lines
    _, *states = rows("cxone-schedule")
    assert sum(int(line[3]) for line in states if line[2] == "Available") == 4 * 7.5 * 3600
    iex = rows("iex-schedule", "Europe/Berlin")[1]
    assert iex == ["03022026", "03022026", "Europe/Berlin", "team 1", "work", "08:00", "12:00"]


@pytest.mark.parametrize("layout", [one.name for one in LAYOUTS.values() if one.of == "schedule"])
def test_people_shifts_and_breaks_come_back_from_an_exported_schedule(layout: str, tmp_path: Path) -> None:
    """Of a night team too, whose work and breaks go on after midnight."""
    centre = CENTRE + """
  night:
    channels: [phone]
    shifts: [{agents: 1, start: "22:00", length: 8h, days: Mon, breaks: {after: 1h 45 min, length: 30 min}}]
"""
    (tmp_path / "plan.csv").write_text(exported(load_scenario_text(centre, ".", "centre.yaml"), LAYOUTS[layout]))
    import_files([tmp_path / "plan.csv"], tmp_path / "history", Wishes(keep=("agents",)))
    columns = "agent, lower(activity), CAST(start AS VARCHAR), CAST(finish AS VARCHAR)"
    query = f"SELECT {columns} FROM activities ORDER BY agent, start"
    found = History(tmp_path / "history").connect().execute(query).fetchall()
    names = {"available": "work"}
    assert [(agent, names.get(what, what), begin, end) for agent, what, begin, end in found[:3]] == [
        ("night 1", "work", "2026-03-02 22:00:00", "2026-03-02 23:45:00"),
        ("night 1", "break", "2026-03-02 23:45:00", "2026-03-03 00:15:00"),
        ("night 1", "work", "2026-03-03 00:15:00", "2026-03-03 06:00:00"),
    ]
    assert len(found) == 3 + 2 * 2 * 3


def test_days_of_a_month_are_no_offset_from_utc(tmp_path: Path) -> None:
    """3-2-2026 ends as +02:00 or -0200 would; asked for a zone, the volumes stay on their days."""
    (tmp_path / "days.csv").write_text("calls,3-20-2026,160,300\ncalls,3-21-2026,170,300\n")
    report = import_files([tmp_path / "days.csv"], tmp_path / "history", Wishes(layout="verint", zone="Europe/Berlin"))
    assert report.first == "2026-03-20 00:00:00" and not any("UTC" in note for note in report.files[0].notes)


def test_utc_without_a_zone_is_refused() -> None:
    with pytest.raises(Wrong, match="--zone Europe/Berlin"):
        rows("connect-forecast")
    with pytest.raises(Wrong, match="a time zone such as"):
        rows("connect-forecast", "Mars/Olympus")


def test_a_headcount_has_no_schedule() -> None:
    heads = CENTRE.replace(
        'shifts: [{agents: 2, start: "08:00", length: 8h, breaks: {after: 4h, length: 30 min}}]',
        'headcount: {per: 1h, daily: {"08:00": 2, "16:00": 0}}',
    )
    with pytest.raises(Wrong, match="headcount in team"):
        rows("schedule", centre=heads)

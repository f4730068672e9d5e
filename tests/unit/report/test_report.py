"""Reports and files: whole, small, without script, and with the study's own figures."""

from __future__ import annotations

import csv
import re
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from floorcast.charts.words import team_name
from floorcast.cli.app import app
from floorcast.report.story import story_of
from floorcast.store import load_study
from tests.unit.cli.small import SCENARIO, write_small


def floorcast(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of two policies with its tables as files."""
    place = tmp_path_factory.mktemp("report")
    text = SCENARIO.replace("name: Small", 'name: "<b>Small</b> & co"').replace(
        "days: 1", "start: 2024-02-28\npolicies: [oldest.yaml, calls.yaml]"
    )
    file = write_small(place, text)
    done = floorcast(
        "compare", file, "-n", 6, "--out", place / "study", "--csv", place / "t.csv", "--xlsx", place / "t.xlsx"
    )
    assert done.exit_code == 0, done.stderr
    return place


def test_a_report_is_one_small_file_without_script(place: Path) -> None:
    done = floorcast("report", place / "study")
    assert done.exit_code == 0, done.stderr
    page = (place / "study" / "report.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 1_000_000
    assert "<script" not in page and not re.search(r"(src|href)=[\"']?(http|//)", page)
    assert "&lt;b&gt;Small&lt;/b&gt; &amp; co" in page and "<b>Small" not in page
    for head in ("The question", "The answer", "Targets", "Differences", "interval by interval", "Cost", "How sure",
                 "What was assumed", "What was not modelled"):  # fmt: skip
        assert head in page
    pictures = re.findall(r"<svg.*?</svg>", page, flags=re.S)
    assert len(pictures) == 6, "service level and backlog of two channels, people and occupancy"
    for picture in pictures:
        assert ElementTree.fromstring(picture) is not None


def test_a_report_leaves_out_what_losing_customers_costs_only_where_they_are_not_known(tmp_path: Path) -> None:
    text = ("days: 1\ncontact_types: {calls: {channel: phone, arrivals: {rate: 10 per hour}, work: 2 min}}\n"
            "groups: {team: {channels: {phone: 1}, agents: 2}}\n")  # fmt: skip
    for name, more, said in (("known", "customers: {size: 50}\n", False), ("nobody", "", True)):
        (tmp_path / f"{name}.yaml").write_text(text + more)
        assert floorcast("run", tmp_path / f"{name}.yaml", "-n", 2, "--out", tmp_path / name).exit_code == 0
        assert ("customers lost" in " ".join(story_of(tmp_path / name).not_modelled)) == said


def test_a_report_draws_how_soon_posts_are_answered(tmp_path: Path) -> None:
    """Two people answer ten posts an hour in two minutes each: nearly all within five minutes, none within one."""
    (tmp_path / "posts.yaml").write_text(
        "days: 1\nchannels: {social: {}}\ncontact_types:\n  posts: {channel: social, arrivals: {rate: 10 per hour}, "
        "work: 2 min, cascade: {branching: 0.1, delay: {exponential: 5 min}}}\n"
        "groups: {team: {channels: {social: 1}, agents: 2}}\n"
    )
    assert floorcast("run", tmp_path / "posts.yaml", "-n", 3, "--out", tmp_path / "study").exit_code == 0
    soon = story_of(tmp_path / "study").pictures[-1]
    assert soon.labels == ("1 min", "5 min", "15 min", "1 h", "4 h", "24 h")
    (curve,) = soon.curves
    assert curve.mean[0] == 0 < 0.9 < curve.mean[1] <= curve.mean[-1] <= 1
    assert floorcast("report", tmp_path / "study", "--out", tmp_path / "r.html").exit_code == 0
    assert ">24 h<" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_report_has_the_figures_and_verdicts_of_the_study(place: Path) -> None:
    floorcast("report", place / "study", "--out", place / "r.html")
    page = (place / "r.html").read_text(encoding="utf-8")
    document = load_study(place / "study").document()
    met = dict.fromkeys(document["policies"], 0)
    for target in document["targets"]:
        met[target["policy"]] += target["verdict"] == "met"
        if target["unit"] == "share":
            assert f"{100 * target['mean']:.1f}" in page
    best = max(met.values())
    assert f"{best} of 2" in page


def test_a_group_is_named_once_in_a_sentence() -> None:
    assert [team_name(one) for one in ("team", "phone_team", "care")] == ["Team", "Phone team", "Team Care"]


def test_the_same_study_gives_the_same_bytes(place: Path) -> None:
    for name in ("a.html", "a.pdf"):
        floorcast("report", place / "study", "--out", place / name)
        first = (place / name).read_bytes()
        floorcast("report", place / "study", "--out", place / name)
        assert (place / name).read_bytes() == first


def test_a_pdf_with_pages_and_pictures(place: Path) -> None:
    done = floorcast("report", place / "study", "--out", place / "r.pdf")
    assert done.exit_code == 0, done.stderr
    content = (place / "r.pdf").read_bytes()
    assert content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")
    assert content.count(b"/Subtype /Image") >= 6


def test_a_workbook_with_real_timestamps_units_and_a_dictionary(place: Path) -> None:
    book = load_workbook(place / "t.xlsx")
    assert book.sheetnames == ["Targets", "Differences", "Measures", "Intervals", "Columns"]
    rows = list(book["Intervals"].values)
    at = rows[0].index("interval")
    assert rows[1][at] == datetime(2024, 2, 28) and rows[2][at] == datetime(2024, 2, 28, 0, 30)
    assert "asa [s]" in rows[0] and "service_level [share]" in rows[0]
    explained = {row[1] for row in book["Columns"].values}
    assert {"interval", "asa", "verdict", "half_width", "replications"} <= explained
    assert not {row[:2] for row in book["Columns"].values if not row[3]}


def test_a_table_as_csv_has_plain_numbers(place: Path) -> None:
    with (place / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    document = load_study(place / "study").document()
    assert len(rows) == len(document["measures"])
    asa = next(r for r in rows if (r["policy"], r["measure"], r["of"]) == ("calls", "asa", "phone"))
    wanted = next(
        e for e in document["measures"] if (e["policy"], e["measure"], e["of"]) == ("calls", "asa", "phone")
    )
    assert float(asa["mean"]) == wanted["mean"] and asa["unit"] == "s"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_records_as_tables_have_dates(tmp_path: Path, ending: str) -> None:
    file = write_small(tmp_path, SCENARIO.replace("days: 1", "start: 2024-02-28"))
    goal = tmp_path / f"contacts.{ending}"
    done = floorcast("run", file, "-n", 1, "--out", tmp_path / "s", "--records", goal)
    assert done.exit_code == 0, done.stderr
    assert not (tmp_path / "contacts.parquet").exists()
    if ending == "csv":
        with goal.open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert datetime.fromisoformat(rows[0]["arrived"]).date() == datetime(2024, 2, 28).date()
        assert rows[0]["outcome"] in ("handled", "abandoned", "open") and "worked [s]" in rows[0]
    else:
        page = list(load_workbook(goal)["Contacts"].values)
        assert isinstance(page[1][page[0].index("arrived")], datetime)


def test_a_cube_as_files(place: Path) -> None:
    done = floorcast("cube", place / "study", "--by", "channel,interval", "--measure", "offered,asa",
                     "--where", "policy=calls", "--csv", place / "c.csv")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    with (place / "c.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 48
    assert rows[1]["interval"] == "2024-02-28 00:30:00"
    pivot = floorcast("cube", place / "study", "--by", "hour", "--across", "channel", "--measure", "offered")
    assert pivot.exit_code == 0 and "phone" in pivot.stdout and "23:00" in pivot.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("cube", "S", "--measure", "asap"), "did you mean 'asa'"),
        (("cube", "S", "--where", "phone"), "allowed DIMENSION=VALUE"),
        (("cube", "S", "--where", "channel=fone"), "found no channel 'fone' (did you mean 'phone'?)"),
        (("cube", "S", "--across", "hour"), "found 2 measures; allowed one"),
        (("report", "S", "--out", "r.doc"), "allowed a file that ends in .html, .pdf or .xlsx"),
        (("report", "nowhere"), "nowhere does not exist"),
        (("show", "S", "--csv", "t.txt"), "allowed a file that ends in .csv"),
        (("show", "S", "--xlsx", "nowhere/t.xlsx"), "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_written_or_cut_is_said_in_a_sentence(
    place: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = floorcast(*(place / "study" if one == "S" else one for one in arguments))
    assert done.exit_code == 2 and says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1

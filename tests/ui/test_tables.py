"""The page's own tables and downloads: verdicts in words, nothing in a name is markup."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from pathlib import Path

from floorcast.charts.look import LIGHT
from floorcast.measures import Row, TargetRow
from floorcast.policy import load_policy
from floorcast.scenario import load_scenario
from floorcast.shipped import SCENARIOS
from floorcast.study import DifferenceVerdict, TargetVerdict
from floorcast.study.advice import Need
from floorcast.ui.base.look import plain
from floorcast.ui.results.differences import differences_table, sentence, without_repeats
from floorcast.ui.results.downloads import TABLES, csv_of, wide_rows, zip_of
from floorcast.ui.results.hours import in_force
from floorcast.ui.results.public import ends_by_row, public_table
from floorcast.ui.results.remarks import advice
from floorcast.ui.results.verdicts import targets_table
from tests.ui.made_up import small

PHONE = TargetRow("service_level", "channel", "phone", at_least=0.8, within=20.0)
EMAIL = TargetRow("first_response_p90", "channel", "email", at_most=14400.0)


def judged(policy: str, target: TargetRow, mean: float, half: float, verdict: str) -> TargetVerdict:
    return TargetVerdict(policy, target, mean, half, verdict, True)  # type: ignore[arg-type]


def test_targets_say_met_missed_and_undecided_in_words() -> None:
    verdicts = [
        judged("a", PHONE, 0.85, 0.02, "met"),
        judged("b", PHONE, 0.7, 0.02, "missed"),
        judged("a", EMAIL, 14000.0, 1000.0, "undecided"),
        judged("b", EMAIL, math.nan, math.nan, "undecided"),
    ]
    table = targets_table(verdicts, ("a", "b"), small(), LIGHT)
    for words in (
        "✓ Met",
        "✗ Missed",
        "? Undecided",
        "85.0",
        "at least 80",
        "at most 4",
        "nothing to measure",
    ):
        assert words in table, words
    assert "Service level within 20" in table
    assert "14,000" not in table and ">0<" in table and "100.0" in table  # rulers say where they end


def test_a_percentile_that_was_not_reached_is_said_with_its_verdict_and_why() -> None:
    table = targets_table([judged("a", EMAIL, math.inf, math.nan, "missed")], ("a",), small(), LIGHT)
    assert "✗ Missed" in table and "not reached" in table and "still waited at the end" in table
    assert "nothing to measure" not in table


def test_one_replication_gives_no_range() -> None:
    table = targets_table([judged("a", PHONE, 0.9, math.nan, "undecided")], ("a",), small(), LIGHT)
    assert "one replication gives no range" in table


def test_names_are_text_and_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    target = TargetRow("service_level", "channel", evil, at_least=0.8)
    row = Row("asa", "channel", evil, "s")
    tables = targets_table([judged(evil, target, 0.9, 0.1, "met")], (evil,), small(), LIGHT)
    tables += differences_table(
        [DifferenceVerdict(row, evil, "b", 1.0, 2.0, "cannot tell yet", False)], {}
    )
    assert "<script" not in tables and "&lt;script&gt;" in tables
    assert plain("[a](b) $x$ *c* _d_ e_f") == r"\[a\](b) \$x\$ \*c\* \_d\_ e_f"


def differing(measure: str, mean: float, half: float, verdict: str) -> DifferenceVerdict:
    row = Row(measure, "channel", "phone", "share")
    return DifferenceVerdict(row, "new", "old", mean, half, verdict, True)  # type: ignore[arg-type]


def test_differences_say_better_worse_and_cannot_tell_yet() -> None:
    ones = [
        differing("service_level", 0.05, 0.01, "better"),
        differing("abandonment", 0.05, 0.01, "worse"),
        differing("sl1", 0.01, 0.05, "cannot tell yet"),
        differing("sl2", 0.0, 0.0, "the same"),
    ]
    table = differences_table(ones, {})
    for words in ("▲ Better", "▼ Worse", "? Cannot tell yet", "= The same", "no difference"):
        assert words in table, words
    assert sentence(ones, "new", "old") == (
        "Compared with Old, New is better on 1 and worse on 1 of 4 measures; 1 cannot be told yet, 1 the same."
    )


def test_a_service_level_that_a_target_repeats_is_shown_once() -> None:
    ones = [
        differing("service_level within 20 s", 0.05, 0.01, "better"),
        differing("service_level", 0.05, 0.01, "better"),
    ]
    values = {
        (p, m, "channel", "phone"): 0.5
        for p in ("new", "old")
        for m in ("service_level within 20 s", "service_level")
    }
    assert without_repeats(ones, values) == ones[:1]
    values["new", "service_level", "channel", "phone"] = 0.6
    assert without_repeats(ones, values) == ones


def test_csv_is_whole_and_holds_no_formulas() -> None:
    rows = [
        {
            "policy": "=cmd()",
            "target": "t",
            "by": "all",
            "of": "a,b",
            "mean": -0.5,
            "half_width": None,
            "verdict": "met",
        }
    ]
    read = list(csv.reader(io.StringIO(csv_of(rows, TABLES["targets"]).decode())))
    assert read == [list(TABLES["targets"]), ["'=cmd()", "t", "all", "a,b", "-0.5", "", "met"]]


def test_numbers_stand_in_a_column_per_policy() -> None:
    entry = {
        "measure": "occupancy",
        "by": "group",
        "of": "team",
        "half_width": 0.01,
        "unit": "share",
    }
    document = {
        "policies": ["a", "b"],
        "measures": [entry | {"policy": "a", "mean": 0.5}, entry | {"policy": "b", "mean": 0.6}],
    }
    (row,) = wide_rows(document, "group")
    assert row["Of"] == "Team" and row["A"].startswith("50.0 ± 1.0") and row["B"].startswith("60.0")
    assert wide_rows(document, "all") == []


def test_the_study_as_an_archive(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "manifest.json").write_text("{}")
    (tmp_path / "study" / ".lock").write_text("")
    with zipfile.ZipFile(io.BytesIO(zip_of(tmp_path / "study"))) as archive:
        assert archive.namelist() == ["study/manifest.json"]


def need(replications: int | None, against: str | None = None) -> Need:
    return Need(Row("asa", "all", "all", "s"), "a", against, 1.0, 0.5, replications)


def test_advice_says_what_would_decide() -> None:
    assert advice([], True) == "" == advice([need(80, "b")], True)
    assert advice([need(81)], True) == (
        "1 verdict undecided: about 81 replications would settle it, if the estimates stay as they are."
    )
    assert "about 4,600 replications would settle them" in advice([need(4512), need(90)], True)
    assert "settle 1 of them" in advice([need(90), need(None)], True)
    assert advice([need(None, "b")], False).endswith(
        "too close to tell with 1,000,000 replications."
    )


def test_the_public_table_shows_what_there_is_to_show() -> None:
    def one(policy: str, measure: str, mean: float | None, unit: str = "share") -> dict[str, object]:
        return {
            "policy": policy, "measure": measure, "by": "all", "of": "all", "mean": mean,
            "half_width": 0.01, "unit": unit,
        }  # fmt: skip

    entries = [
        one("a", "satisfaction", 4.1, "points"),
        one("b", "satisfaction", None, "points"),
        one("a", "misread", 0.0, "contacts"),
        one("b", "misread", 0.0, "contacts"),
    ]
    table = public_table(entries, ("satisfaction", "misread"), ("a", "<b>"), LIGHT)
    assert "Satisfaction, 1 to 5" in table and "4.10" in table and "± 0.01" in table
    assert "Wrong sentiment" not in table  # nothing was misread
    assert "<b></th>" not in table and "&lt;b&gt;" in table
    assert public_table(entries, ("misread",), ("a", "b"), LIGHT) == ""


def test_supervision_in_force_is_told_with_the_mode_it_switches_on() -> None:
    scenario = load_scenario(SCENARIOS / "storm.yaml")
    policy = load_policy(SCENARIOS / "policies" / "storm_statement.yaml", scenario)
    entries = [
        {"policy": policy.name, "measure": measure, "by": "line", "of": "crisis", "mean": mean}
        for measure, mean in (("in_force", 0.25), ("times_begun", 1.0), ("first_begun", 66600.0))
    ]
    (said,) = in_force(policy, {"measures": entries}, scenario)
    assert "<b>Storm statement</b> · Crisis" in said and "mode" in said
    assert "25.0" in said and "begun 1 times a run" in said and "first at about Sunday 18:30" in said
    (said,) = in_force(policy, {"measures": []}, scenario)
    assert said.endswith("never")
    quiet = load_policy(SCENARIOS / "policies" / "storm_lead.yaml", scenario)
    assert in_force(quiet, {"measures": entries}, scenario) == []


def test_posts_are_told_by_how_they_ended_by_topic_where_there_are_topics() -> None:
    def entry(by: str, of: str, measure: str, mean: float) -> dict[str, object]:
        return {"by": by, "of": of, "policy": "a_b", "measure": measure, "mean": mean}

    whole = [entry("funnel", "all posts", *one) for one in (("posts", 200.0), ("replied", 150.0), ("hidden", 50.0))]
    (row,) = ends_by_row(whole, ("a_b",)).items()
    assert row[0] == "A b" and (row[1]["replied"], row[1]["hidden"], row[1]["closed"]) == (0.75, 0.25, 0.0)
    about = [entry("topic", "abuse", *one) for one in (("posts", 40.0), ("hidden", 40.0))]
    none = [entry("topic", "billing", "posts", 0.0)]
    found = ends_by_row([*whole, *about, *none], ("a_b",))
    assert {name: ends["hidden"] for name, ends in found.items()} == {"Abuse": 1.0}

"""`risk` and `--robust`: how bad it may get, with how many people it does not, what verdicts owe to what is assumed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from floorcast.charts.look import LIGHT
from floorcast.cli.app import app
from floorcast.report.story import story_of
from floorcast.scenario import load_scenario
from floorcast.store import load_study
from floorcast.study import target_verdicts
from floorcast.ui.results.verdicts import targets_table

# Someone posts at six; whoever has an answer within a minute attracts hardly anybody.
STORM = """
name: Square
days: 1
seed: 5
replications: 8
runaway: 60
contact_types:
  posts:
    channel: social
    work: 4 min
    cascade: {branching: 0.75, delay: {exponential: 10 min}, residual: 0}
crises: [{name: fire, at: "2024-01-01 06:00", contact_type: posts, attracts: 20}]
groups: {team: {channels: {social: 1}, agents: 2}}
targets:
  - {of: all, measure: attracted, at_most: 1000}
  - {of: all, measure: runaway, at_most: 5 %}
"""


@pytest.fixture
def square(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "square.yaml"
    file.write_text(STORM)
    return file


def _json(*arguments: object) -> dict[str, Any]:
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_scenario_is_simulated_and_a_study_read(square: Path) -> None:
    found = _json("risk", square, "--json")
    assert {row["measure"] for row in found["spread"]} >= {"incident_size_max", "attracted"}
    assert [one["runs"] for one in found["chances"]] == [8, 8]
    (study,) = Path("results").iterdir()
    assert _json("risk", study, "--json") == found


def test_the_fewest_people_with_whom_it_does_not_run_away(square: Path) -> None:
    found = _json("risk", square, "--tips", "team", "--below", "10 %", "--beyond", 25, "-n", 200, "--json")
    by_people = {one["people"]: one for one in found["tried"]}
    assert by_people[2]["share"] > by_people[found["enough"]]["share"]
    assert by_people[found["enough"]]["verdict"] == "below" and by_people[found["enough"]]["high"] < 0.1
    assert found["short"] is None or found["short"] < found["enough"]
    options = ["--tips", "team", "--below", "10 %", "--beyond", "25", "-n", "200"]
    said = CliRunner().invoke(app, ["risk", str(square), *options])
    assert f"{found['enough']} people of team are the fewest" in " ".join(said.stdout.split())


def test_a_rare_incident_is_found_with_its_interval(square: Path) -> None:
    found = _json("risk", square, "--rare", "--beyond", 45, "-n", 6, "--json")
    assert 0 < found["share"] < 0.2 and found["low"] <= found["share"] <= found["high"]
    assert found["levels"][-1] == 46


def test_verdicts_say_whether_they_hold(square: Path) -> None:
    found = _json("run", square, "--robust", "--json")
    robust = found["robust"]
    assert robust["assumed"][0]["number"] == "posts.cascade.branching"
    attracted = next(one for one in robust["verdicts"] if one["key"][3].startswith("attracted"))
    assert attracted["verdict"] == "met"
    (study,) = Path("results").iterdir()
    shown = CliRunner().invoke(app, ["show", str(study)])
    assert "Held against 1 assumed number" in shown.stdout and "holds" in shown.stdout
    risk = CliRunner().invoke(app, ["risk", str(study)]).stdout
    assert "posts.cascade.branching   0.5" in risk and "0 % at every end of what is assumed" in " ".join(risk.split())
    assert _json("risk", study, "--json")["robust"] == robust


def test_every_face_says_whether_a_verdict_holds(square: Path) -> None:
    """Tables, JSON, CSV, workbook, report and page have the same words; only there where it was asked."""
    assert "robust" not in _json("compare", square, "--json", "--out", "s")
    assert "Held against" not in story_of(Path("s")).sure
    found = _json("compare", square, "--robust", "--json", "--out", "s", "--csv", "s.csv", "--xlsx", "s.xlsx")
    beside = {one["target"]: (one["robust"], one["robust_why"]) for one in found["targets"] if one["verdict"] == "met"}
    ((mark, why),) = beside.values()
    assert mark == "holds" and why == "holds at both ends of what is assumed"
    with Path("s_targets.csv").open() as stream:
        rows = {row["target"]: row for row in csv.DictReader(stream)}
    assert {name: (rows[name]["assumptions"], rows[name]["where"]) for name in beside} == beside
    sheets = load_workbook("s.xlsx", read_only=True)
    assert any(row[-2:] == (mark, why) for row in sheets["Targets"].iter_rows(values_only=True))
    assert list(sheets["Assumed"].iter_rows(values_only=True))[1][0] == "posts.cascade.branching"
    story = story_of(Path("s"))
    assert any(row[-1] == f"✓ met; {mark}" for row in story.tables[0].rows)
    assert story.tables[-1].rows[0][0] == "posts.cascade.branching"
    assert any(text.startswith("Held against 1 assumed number") for text in story.sure)
    result = load_study(Path("s"))
    scenario = load_scenario(square)
    table = targets_table(target_verdicts(result.study), result.study.policies, scenario, LIGHT, result.beside())
    assert f'<span class="fc-sub">{why}</span>' in table


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tips", "nobody"], "found nobody; allowed the groups team"),
        (["--tips", "team", "--below", "5"], "--below"),
        (["--tips", "team", "--below", "0"], "a share between 0 and 100 %"),
        (["--tips", "team", "-n", "20"], "for with fewer even no bad run at all would not settle it"),
        (["--tips", "team", "--rare"], "one at a time"),
        (["--beyond", "9"], "found --beyond without --tips or --rare"),
        (["--rare", "-n", "1"], "found 1 batches"),
        (["--robust", "-n", "1"], "--robust: found 1 replication; allowed two or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(square: Path, arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["risk", str(square), *arguments])
    assert done.exit_code == 2 and said in " ".join(done.output.split()), done.output


def test_what_is_neither_study_nor_scenario(square: Path) -> None:
    done = CliRunner().invoke(app, ["risk", "nothing_of_it"])
    assert done.exit_code == 2 and "nothing_of_it: found nothing of that name; allowed a scenario" in done.output
    done = CliRunner().invoke(app, ["risk", "nothing_of_it", "--rare"])
    assert done.exit_code == 2 and "allowed a scenario with --tips" in " ".join(done.output.split())


def test_robust_takes_policies_alone(square: Path) -> None:
    done = CliRunner().invoke(app, ["compare", str(square), "--robust", "--with", "team +1"])
    assert done.exit_code == 2 and "allowed with policies alone" in " ".join(done.output.split())

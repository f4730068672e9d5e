"""Common slips end in a sentence that says what was meant, and all of them are told at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import floorcast as fc
from tests.unit.cli.small import floorcast, write_small

POLICY = """\
name: mine
plans:
  default:
    - groups: team
      agent:
        score:
          skill: 50
          idel: 1
"""


def test_a_misspelt_name_of_what_is_shipped_is_met_with_the_right_one(tmp_path: Path) -> None:
    for arguments, meant in (
        (("run", "airline_wek"), "did you mean 'airline_week'?"),
        (("explain", "prioritty"), "did you mean 'priority'?"),
        (("compare", "airline_week", "--policy", "universal_queu"), "did you mean 'universal_queue'?"),
        (("roster", "phone_teem"), "did you mean 'phone_team'?"),
        (("run", "zzzzzzzzz"), "floorcast examples lists what does"),
    ):
        done = floorcast(*arguments, folder=tmp_path)
        assert done.returncode == 2 and meant in done.stderr, (arguments, done.stderr)
        assert len(done.stderr.splitlines()) == 1
    done = floorcast("run", "folder/airline_wek.yaml", folder=tmp_path)
    assert "did you mean" not in done.stderr, "a path is no name"


def test_names_of_what_is_shipped_are_known_to_explain(tmp_path: Path) -> None:
    done = floorcast("explain", "priority", "--scenario", "airline_week", folder=tmp_path)
    assert done.returncode == 0 and "In Airline week:" in done.stdout


def test_a_policy_for_a_scenario_and_the_other_way_round_are_one_sentence(tmp_path: Path) -> None:
    write_small(tmp_path)
    done = floorcast("run", "oldest.yaml", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "oldest.yaml:1: this is a policy; allowed a scenario, with contact_types and groups"
        " (a policy is given with --policy)"
    )
    done = floorcast("run", "small.yaml", "--policy", "small.yaml", folder=tmp_path)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert "small.yaml:1: this is a scenario; allowed a policy" in done.stderr


def test_problems_of_scenario_and_policy_are_told_together_each_with_its_line(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    file.write_text(file.read_text() + "polices: x\n")
    (tmp_path / "mine.yaml").write_text(POLICY)
    done = floorcast("validate", "small.yaml", "--policy", "mine.yaml", folder=tmp_path, COLUMNS="300")
    assert done.returncode == 2
    scenario, policy = done.stderr.splitlines()
    assert scenario.startswith("small.yaml:21: polices: ") and "did you mean 'policies'" in scenario
    assert policy.startswith("mine.yaml:8: plans.default[0].agent.score.idel: ")


RANKS = """\
name: mine
plans:
  default:
    - groups:
        - team
        - [nobody,
           nothing]
"""


def test_an_unknown_group_in_ranks_is_told_at_its_line(tmp_path: Path) -> None:
    write_small(tmp_path)
    (tmp_path / "mine.yaml").write_text(RANKS)
    done = floorcast("validate", "small.yaml", "--policy", "mine.yaml", folder=tmp_path, COLUMNS="300")
    assert done.returncode == 2
    one, other = done.stderr.splitlines()
    assert one.startswith("mine.yaml:6: plans.default[0].groups[1][0]: found unknown group 'nobody'"), one
    assert other.startswith("mine.yaml:7: plans.default[0].groups[1][1]: found unknown group 'nothing'"), other


@pytest.mark.parametrize("text", ["days: 1\n\tchannels: x\n", "days: 1\ngroups:\n\tteam: {}\n"])
def test_a_tab_is_called_a_tab(tmp_path: Path, text: str) -> None:
    (tmp_path / "tab.yaml").write_text(text)
    done = floorcast("validate", "tab.yaml", folder=tmp_path)
    line = 1 + text[: text.index("\t")].count("\n")
    assert done.stderr.strip() == f"tab.yaml:{line}: found a tab in the indentation; allowed spaces"


def test_an_empty_csv_is_called_empty(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    (tmp_path / "empty.csv").write_text("")
    counts = "{counts: {per: 1h, csv: empty.csv, hour: h, value: n}}"
    file.write_text(file.read_text().replace("{rate: 30 per hour}", counts))
    done = floorcast("validate", "small.yaml", folder=tmp_path, COLUMNS="300")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert "empty.csv:1: " in done.stderr and "is empty; allowed a line of column names" in done.stderr


def test_compiling_is_no_time_of_a_study_from_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest's seconds begin once the model is loaded."""
    import time

    from floorcast.clock import compiled
    from floorcast.policy import policies_of
    from floorcast.store import run_study

    calls: list[object] = []

    def slowly(world: object) -> None:
        if not calls:
            time.sleep(2.0)
        calls.append(world)

    write_small(tmp_path)
    scenario = fc.load(tmp_path / "small.yaml")
    fc.run(scenario, replications=1)
    monkeypatch.setattr(compiled, "load", slowly, raising=True)
    run_study(scenario, policies_of(scenario), replications=1, jobs=1, out=tmp_path / "kept", simulate=None)
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_text())
    assert calls and manifest["result"]["seconds"] < 2.0

"""`listen`: what a better classifier is worth, and bad shares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from floorcast.cli.app import app

SMALL = """
days: 1
replications: 3
contact_types:
  posts:
    channel: social
    arrivals: {rate: 60 per hour}
    work: 1 min
    listening: {relevant: 0.5, recall: 0.7, false_positives: 0.1, triage: 15s}
groups: {team: {channels: [social], agents: 4}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    return file


def test_a_perfect_classifier_misses_nothing(small: Path) -> None:
    done = CliRunner().invoke(app, ["listen", str(small), "--recall", "70 %,1", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["classifiers"]
    assert list(found) == ["as written", "recall 70 %", "recall 100 %"]
    missed = {name: next(r for r in rows if r["measure"] == "missed") for name, rows in found.items()}
    assert missed["recall 100 %"]["mean"] == 0
    assert missed["as written"]["mean"] > 100
    assert missed["recall 70 %"]["difference"] == 0  # the same classifier hears the same mentions


def test_the_table_names_what_is_compared(small: Path) -> None:
    done = CliRunner().invoke(app, ["listen", str(small), "--false-positives", "0"])
    assert done.exit_code == 0, done.output
    assert "false positives 0 %" in done.stdout and "noise work" in done.stdout


@pytest.mark.parametrize("shares", ["1.2", "much", "80 %,-1"])
def test_what_is_no_share_is_refused(small: Path, shares: str) -> None:
    done = CliRunner().invoke(app, ["listen", str(small), "--recall", shares])
    assert done.exit_code == 2
    assert "allowed shares such as 0.8" in done.output


def test_who_does_not_listen_has_nothing_to_compare(tmp_path: Path) -> None:
    file = tmp_path / "deaf.yaml"
    lines = [line for line in SMALL.splitlines() if "listening" not in line]
    file.write_text("\n".join(lines))
    done = CliRunner().invoke(app, ["listen", str(file)])
    assert done.exit_code == 2 and "listening block" in done.output

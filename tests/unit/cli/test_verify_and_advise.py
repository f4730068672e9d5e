"""`verify` ends with 1 on a disagreement; `advise` says what more replications would bring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import floorcast.verification.cases as verification
from floorcast.cli.app import app
from floorcast.store import load_study
from floorcast.study.advice import common_numbers, control_variates, needs
from tests.unit.cli.small import SCENARIO, write_small


def row(case: str, verdict: str, **more: Any) -> verification.VerificationRow:
    plain: dict[str, Any] = {
        "case": case,
        "title": f"Case {case}",
        "measure": "asa",
        "by": "all",
        "of": "all",
        "unit": "s",
        "expected": 8.1338,
        "source_half_width": 0.0,
        "assumed": False,
        "source": "a formula",
        "simulated": 8.12,
        "half_width": 0.05,
        "allowed": 0.05,
        "replications": 20,
        "contacts": 1000,
        "verdict": verdict,
    }
    return verification.VerificationRow(**{**plain, **more})


def test_agreement_is_a_table_and_status_0(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row("one", "agrees"), row("two", "agrees", source_half_width=0.4)]
    monkeypatch.setattr(verification, "verify", lambda *_, **__: rows)
    done = CliRunner().invoke(app, ["verify"])
    assert done.exit_code == 0, done.output
    assert "Case one" in done.stdout and "8.134 s" in done.stdout
    assert "8.120 ± 0.050 s" in done.stdout and "8.134 ± 0.400 s" in done.stdout
    assert "2 of 2 figures agree" in done.stdout


@pytest.mark.parametrize("verdict", ["disagrees", "undecided"])
def test_anything_else_is_status_1(verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row("one", "agrees"), row("two", verdict)]
    monkeypatch.setattr(verification, "verify", lambda *_, **__: rows)
    done = CliRunner().invoke(app, ["verify", "--json"])
    assert done.exit_code == 1
    assert [one["verdict"] for one in json.loads(done.stdout)] == ["agrees", verdict]
    assert "1 of 2 figures do not agree" in done.stderr


def test_an_unknown_case_is_bad_input() -> None:
    done = CliRunner().invoke(app, ["verify", "--case", "erlang_z"])
    assert done.exit_code == 2
    assert "erlang_z" in done.stderr and "erlang_a" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_advice_on_a_comparison(tmp_path: Path) -> None:
    file = write_small(tmp_path, SCENARIO + "policies: [calls.yaml, oldest.yaml]\n")
    out = str(tmp_path / "study")
    assert CliRunner().invoke(app, ["compare", str(file), "-n", "12", "--out", out]).exit_code == 0
    done = CliRunner().invoke(app, ["advise", out])
    assert done.exit_code == 0, done.output
    for words in ("12 replications", "half widths", "Common customers", "control variates"):
        assert words in done.stdout


def test_advice_needs_two_replications(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    out = str(tmp_path / "study")
    assert CliRunner().invoke(app, ["run", str(file), "-n", "1", "--out", out]).exit_code == 0
    done = CliRunner().invoke(app, ["advise", out])
    assert done.exit_code == 2
    assert "2 or more" in done.stderr


def test_an_overloaded_group_is_named_after_a_run(tmp_path: Path) -> None:
    file = write_small(tmp_path, SCENARIO.replace("agents: 3", "agents: 1"))
    done = CliRunner().invoke(app, ["run", str(file), "-n", "5", "--out", str(tmp_path / "study")])
    assert done.exit_code == 0, done.output
    assert "team: occupied" in done.stderr


def test_an_unstable_queue_is_named_with_its_growth(tmp_path: Path) -> None:
    text = SCENARIO.replace("days: 1", "days: 5").replace("10 per hour", "30 per hour")
    text = text.replace("agents: 3", "agents: 2")
    file = write_small(tmp_path, text)
    out = str(tmp_path / "study")
    assert CliRunner().invoke(app, ["run", str(file), "-n", "6", "--out", out]).exit_code == 0
    done = CliRunner().invoke(app, ["advise", out])
    assert done.exit_code == 0, done.output
    (line,) = [line for line in done.stderr.splitlines() if "its backlog grows" in line]
    assert line.startswith("note: letters: its backlog grows by")
    assert "the load offered is above the capacity" in " ".join(done.stderr.split())
    assert "calls: its backlog" not in done.stderr  # they give up


def test_a_horizon_too_short_for_a_type_is_named(tmp_path: Path) -> None:
    text = SCENARIO.replace("agents: 3", "agents: 2").replace("10 per hour", "30 per hour")
    file = write_small(tmp_path, text)
    out = str(tmp_path / "study")
    assert CliRunner().invoke(app, ["run", str(file), "-n", "6", "--out", out]).exit_code == 0
    done = CliRunner().invoke(app, ["advise", out])
    assert "note: letters:" in done.stderr
    assert "the horizon is short for it" in " ".join(done.stderr.split())


def test_advice_on_the_flagship(tmp_path: Path) -> None:
    """Common customers pay: few differences of its policies vary less with customers of their own."""
    scenario = Path(__file__).parents[3] / "scenarios" / "airline_week.yaml"
    out = str(tmp_path / "week")
    done = CliRunner().invoke(app, ["compare", str(scenario), "-n", "12", "--out", out])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(app, ["advise", out])
    assert done.exit_code == 0, done.output
    for words in ("12 replications", "half widths", "Common customers", "control variates"):
        assert words in done.stdout
    study = load_study(Path(out)).study
    factors = [gain.factor for gain in common_numbers(study)]
    assert len(factors) > 10
    assert max(factors) > 3
    assert np.median(factors) > 1.3
    assert any(gain.factor > 1.2 for gain in control_variates(study))
    assert all(need.replications is None or need.replications >= 2 for need in needs(study))

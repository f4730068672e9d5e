"""The judge: how often it errs, what it can tell apart, and what it says of a wrong figure."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import floorcast.verification.cases as verification
from floorcast.cli.app import app
from floorcast.verification.cases import ERROR, Goal, disagreements, label, verify
from floorcast.verification.expected import Expectation
from floorcast.verification.tally import Figure
from tests.centres import centre, queue

EXACT = Expectation(Figure("asa"), 100.0, 0.0, "theory")


def test_a_correct_simulator_passes_99_times_in_100() -> None:
    # 4,000 verifications of 100 figures, 30 replications each, half of the sources with an error.
    random = np.random.default_rng(20250217)
    goal = Goal(ERROR / 100, 0.02)
    failed = 0
    tried = 4000
    means = random.normal(100.0, 1.0, (tried, 100)) / 1.0
    spreads = np.sqrt(random.chisquare(29, (tried, 100)) / 29)
    printed = random.normal(100.0, 0.5, (tried, 100))
    for run in range(tried):
        # Only the worst figure of each kind can fail first.
        exact = np.abs(means[run, :50] - 100.0) / spreads[run, :50]
        worst = int(exact.argmax())
        verdicts = [goal.judge(EXACT, means[run, worst], spreads[run, worst], 30)[0]]
        both = np.abs(means[run, 50:] - printed[run, 50:]) / np.hypot(spreads[run, 50:], 0.5)
        worst = 50 + int(both.argmax())
        source = replace(EXACT, value=printed[run, worst], standard_error=0.5)
        verdicts.append(goal.judge(source, means[run, worst], spreads[run, worst], 30)[0])
        failed += "disagrees" in verdicts
    assert failed / tried < ERROR + 3 * (ERROR / tried) ** 0.5


def test_agreement_leaves_no_room_for_a_figure_two_per_cent_off() -> None:
    goal = Goal(1e-4, 0.02)

    def verdict(value: float, half_width: float) -> str:
        return goal.judge(EXACT, value, half_width / goal.quantile(EXACT, 50), 50)[0]

    assert verdict(100.0, 1.99) == "agrees"
    assert verdict(100.0, 2.01) == "undecided"
    assert verdict(100.5, 1.45) == verdict(99.5, 1.45) == "agrees"
    assert verdict(100.5, 1.55) == verdict(99.5, 1.55) == "undecided"
    assert verdict(102.0, 1.99) == verdict(98.0, 1.99) == "disagrees"
    assert verdict(102.0, 2.01) == "undecided"
    assert verdict(101.2, 1.0) == "disagrees"


def test_a_simulator_two_per_cent_off_is_found_out() -> None:
    # The width wanted never falls below 1 %, where the standard error is a quarter of that.
    goal = Goal(1e-4, 0.02)
    random = np.random.default_rng(5)
    error = 1.0 / goal.quantile(EXACT, 400)
    values = random.normal(102.0, error, 5000)
    assert all(goal.width(EXACT, value) >= 1.0 for value in values)
    assert {goal.judge(EXACT, value, error, 400)[0] for value in values} == {"disagrees"}


def test_the_error_of_the_source_counts() -> None:
    goal = Goal(1e-4, 0.02)
    printed = replace(EXACT, standard_error=2.0)
    assert goal.judge(printed, 105.0, 0.1, 50)[0] == "agrees"
    assert goal.judge(EXACT, 105.0, 0.1, 50)[0] == "disagrees"
    assert goal.width(printed, 105.0) == pytest.approx(2.0 * goal.normal(printed))
    assert goal.width(EXACT, 100.0) == pytest.approx(2.0)


def test_weight_buys_a_smaller_quantile() -> None:
    goal = Goal(1e-4, 0.02)
    assert goal.quantile(replace(EXACT, weight=40.0), 100) < goal.quantile(EXACT, 100)


SCENARIO = centre(
    "\ndays: 3\nwarm_up: 2h\n",
    [queue("calls", "phone", "2 per min", "1 min", "2 min")],
    "  team: {channels: [phone], agents: 2}\n",
)
EXPECTED = """
small:
  title: Two agents
  scenario: small.yaml
  quick: true
  source: Erlang A
  figures:
    - {measure: abandonment, expected: 0.22728169, exact: true}
    - {measure: queue_mean, expected: %s, exact: true}
    - {measure: offered, expected: 2880, exact: true}
    - {measure: abandoned, from: 6h, to: 12h, expected: 163.64281, exact: true}
    - {measure: sl3, within: 30s, expected: 0.535, half_width: 0.01}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SCENARIO)
    (tmp_path / "expected.yaml").write_text(EXPECTED % "0.90912674")
    return tmp_path


def test_a_right_figure_agrees_and_the_result_does_not_depend_on_the_threads(small: Path) -> None:
    steps: list[tuple[int, int]] = []
    rows = verify(quick=True, jobs=1, folder=small, progress=lambda *done: steps.append(done))
    assert [row.verdict for row in rows] == ["agrees"] * 6
    assert disagreements(rows) == []
    assert steps[-1] == (100, 100)
    again = verify(["small"], quick=True, jobs=2, folder=small)
    assert [row.simulated for row in again] == [row.simulated for row in rows]
    plain = rows[0].as_plain()
    assert plain["case"] == "small" and plain["verdict"] == "agrees"


@pytest.mark.parametrize("off", [0.98, 1.02])
def test_a_figure_two_per_cent_off_is_found_out(small: Path, off: float) -> None:
    (small / "expected.yaml").write_text(EXPECTED % str(0.90912674 * off))
    (wrong,) = disagreements(verify(folder=small))
    assert (wrong.measure, wrong.verdict) == ("queue_mean", "disagrees")


def test_a_disagreement_is_status_1(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "verify", partial(verify, folder=small))
    assert CliRunner().invoke(app, ["verify", "--quick"]).exit_code == 0
    (small / "expected.yaml").write_text(EXPECTED % "1.15")
    done = CliRunner().invoke(app, ["verify", "--quick"])
    assert done.exit_code == 1
    assert "1 of 6 figures do not agree" in done.stderr
    assert "disagrees" in done.stdout


def test_a_wrong_figure_is_named(small: Path) -> None:
    (small / "expected.yaml").write_text(EXPECTED % "1.15")
    (wrong,) = disagreements(verify(quick=True, folder=small))
    assert (wrong.measure, wrong.verdict) == ("queue_mean", "disagrees")
    assert wrong.allowed < abs(wrong.simulated - wrong.expected)


def test_an_unknown_case_is_named(small: Path) -> None:
    with pytest.raises(ValueError, match="no case 'large'; there are small"):
        verify(["large"], folder=small)


def test_labels_say_what_narrows_a_figure() -> None:
    assert label(Figure("sl2", within=6.0)) == "sl2 within 6 s"
    assert label(Figure("occupancy", start=0.0, end=28800.0)) == "occupancy 0-8 h"
    assert label(Figure("waited", per=1660.0)) == "waited / 1660"
    assert label(Figure("count_variance", window=900.0, about=5.0)) == "count_variance in 0.25 h"
    assert label(Figure("incident_size_share", size=3)) == "incident_size_share 3"

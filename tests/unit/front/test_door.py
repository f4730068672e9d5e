"""Floorcast as a library: names, figures, frames; nothing is loaded before it is asked for."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import floorcast as fc
from floorcast.front import door, result
from floorcast.shipped import SCENARIOS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def both() -> fc.Result:
    return fc.compare("1_phone_team", variants=["team -2"], replications=8)


@pytest.mark.parametrize("module", [door, result])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_importing_loads_nothing() -> None:
    program = "import sys, floorcast; print([m for m in ('numba', 'pandas', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert {"load", "run", "compare"} <= set(dir(fc))


def test_the_source_folder_is_not_a_second_package() -> None:
    done = subprocess.run([sys.executable, "-c", "import sim"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Floorcast is imported as floorcast" in done.stderr


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "floorcast", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("floorcast ")


def test_a_figure_has_its_interval_and_unit(both: fc.Result) -> None:
    figure = both["asa", "phone"]
    assert figure.unit == "s"
    assert figure.mean > 0 and figure.half_width > 0
    assert "±" in repr(figure) and repr(figure).endswith("s")
    assert float(both["service_level", "phone", "team -2"]) < float(both["service_level", "phone"])


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (("assa", "phone"), "no measure 'assa' (did you mean 'asa'?)"),
        (("asa", "fone"), "did you mean 'phone'?"),
        (("asa", "phone", "teem"), "no option 'teem'"),
        (("asa", "phone", "base", "more"), "found 4 names; allowed a measure"),
        (("asa", 3), "found no asa of 3"),
        (3, "found no measure 3"),
        (("issues",), "issues is not measured here; it needs a scenario that says what customers"),
    ],
)
def test_a_wrong_name_says_what_was_meant(both: fc.Result, key: tuple[str, ...], said: str) -> None:
    with pytest.raises(KeyError) as fault:
        both[key]
    assert said in str(fault.value)


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        (lambda r: r.plot("asaa"), KeyError, "no measure through time 'asaa' (did you mean 'asa'?)"),
        (lambda r: r.through_time("asa", "team"), KeyError, "no asa of 'team'; allowed all, phone, calls"),
        (lambda r: r.records("teem -2"), KeyError, "no option 'teem -2' (did you mean 'team -2'?)"),
        (lambda r: r.records(replication=-1), ValueError, "found replication -1; allowed 0 or more"),
        (lambda r: r.records(replication=1.5), TypeError, "found replication 1.5; allowed a whole number"),
        (lambda r: list(r), TypeError, "not iterable"),
        (lambda r: fc.load(" "), ValueError, "found ' ' for a scenario; allowed a file"),
        (lambda r: fc.compare(r.scenario, 5), TypeError, "found 5 among the policies"),
        (lambda r: fc.compare(r.scenario, variants=[5]), TypeError, "found 5 among the variants"),
        (lambda r: fc.run(r.scenario, seed=-1), ValueError, "found seed -1; allowed 0 to 9,999,999,999,999"),
        (lambda r: fc.run(r.scenario, replications=10**9), ValueError, "allowed 1 to 100,000"),
    ],
)
def test_a_call_that_cannot_be_is_told_in_one_sentence(both: fc.Result, asked: Any, kind: type, said: str) -> None:
    with pytest.raises(kind) as fault:
        asked(both)
    assert said in str(fault.value)


def test_a_loaded_policy_that_does_not_fit_the_scenario_is_told_with_its_line(both: fc.Result) -> None:
    with pytest.raises(fc.InputErrors) as fault:
        fc.run(both.scenario, fc.load_policy("separate_teams"), replications=1)
    assert any("unknown channel" in one.message for one in fault.value.problems)
    assert all(one.line for one in fault.value.problems)


def test_only_what_is_offered_is_listed() -> None:
    assert {name for name in dir(fc) if not name.startswith("_")} == set(fc.__all__)


def test_whole_numbers_of_numpy_are_whole_numbers(both: fc.Result) -> None:
    assert fc.run(both.scenario, replications=np.int64(1), seed=np.uint8(3)).replications == 1
    assert len(both.records(replication=np.int16(0)))


def test_what_is_loaded_is_short_to_look_at() -> None:
    assert repr(fc.load_policy("separate_teams")) == "<Policy separate_teams: 4 rules, 5 plans>"


def test_frames_hold_what_the_figures_say(both: fc.Result) -> None:
    frame = both.to_frame()
    row = frame.query("option == 'base' and measure == 'asa' and of == 'phone' and by == 'channel'")
    assert row["mean"].item() == both["asa", "phone"].mean
    assert set(both.targets()["option"]) == {"base", "team -2"}
    assert set(both.differences()["against"]) == {"base"}
    through = both.through_time("service_level", "phone").dropna()
    assert through["time"].dt.hour.between(8, 20).all()
    assert ((through["low"] <= through["mean"]) & (through["mean"] <= through["high"])).all()


def test_records_are_those_of_the_option(both: fc.Result) -> None:
    base, less = both.records("base"), both.records("team -2")
    assert len(base) == len(less)  # the same customers
    assert (base["arrived"] == less["arrived"]).all()
    assert (base["outcome"] == "abandoned").sum() < (less["outcome"] == "abandoned").sum()


def test_a_result_is_shown_in_a_few_lines(both: fc.Result) -> None:
    assert len(repr(both)) < 1000
    html = both._repr_html_()
    assert html.count("<tr>") == 1 + 2 * len(both.study.targets)
    assert both.plot("service_level", "phone").data


def test_scenarios_are_found_by_file_and_by_name() -> None:
    by_name, by_file = fc.load("airline_week"), fc.load(SCENARIOS / "airline_week.yaml")
    assert by_name.path == by_file.path
    with pytest.raises(fc.InputErrors, match="cannot be read"):
        fc.load("no_such_scenario")


def test_one_policy_or_variant_may_stand_alone_and_what_is_neither_is_said() -> None:
    one = fc.compare("1_phone_team", variants="team -2", replications=2)
    assert one.options == ("base", "team -2")
    assert set(fc.compare("airline_week", "priority", replications=1).to_frame().option) == {"priority"}
    with pytest.raises(TypeError, match="found 42 for a scenario; allowed a file"):
        fc.run(42)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="found replications 'ten'; allowed a whole number"):
        fc.run("1_phone_team", replications="ten")  # type: ignore[arg-type]
    with pytest.raises(fc.InputErrors, match="airline_week comes with Floorcast: give its name alone"):
        fc.load("nowhere/airline_week.yaml")


def test_a_misspelt_function_names_the_nearest_and_a_scenario_is_short_to_look_at() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'compair' \(did you mean 'compare'\?\)"):
        _ = fc.compair
    assert repr(fc.load("1_phone_team")) == "<Scenario Phone team: 1 day from 2024-01-01, 1 contact type, 1 group>"

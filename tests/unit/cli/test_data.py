"""import, fit, forecast and backtest from the command line, on a simulated centre."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from floorcast.cli.app import app
from floorcast.scenario import load_scenario
from tests.unit.history.simulated import bank, simulate

RUNNER = CliRunner()


def floorcast(*words: object) -> tuple[int, str, str]:
    result = RUNNER.invoke(app, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    (folder / "calls.txt").write_text(bank(simulate(22)))
    code, out, err = floorcast("import", folder / "calls.txt", "--out", folder / "history")
    assert code == 0, err
    assert "Anonymous Bank call log" in out and "contacts, 2026-03-01" in out
    return folder / "history"


def test_fit_writes_a_scenario_that_runs(history, tmp_path):
    code, out, err = floorcast("fit", history, "--out", tmp_path / "fitted", "--no-pictures")
    assert code == 0, err
    assert "2 contact types, 8 agents" in out and "next: floorcast run" in out
    assert load_scenario(tmp_path / "fitted" / "scenario.yaml").days == 7


def test_backtest_prints_what_chance_leaves_beside_every_error(history, tmp_path):
    code, out, err = floorcast("backtest", history, "--last", 2, "-n", 10, "--out", tmp_path / "figures")
    assert code == 0, err
    assert "laws fitted on other days" in out and "chance leaves" in out and "a true model" in out
    lines = (tmp_path / "figures" / "days.csv").read_text().splitlines()
    assert len(lines) == 3 and lines[1].startswith("2026-03-21")
    assert (tmp_path / "figures" / "intervals.csv").read_text().startswith("start,contacts,compared,abandonment_was")


def test_backtest_as_one_document(history):
    code, out, _ = floorcast("backtest", history, "--last", 1, "-n", 10, "--json")
    document = json.loads(out)
    assert code == 0 and document["folds"][0]["tested"] == ["2026-03-22"]
    assert "2026-03-22" not in document["folds"][0]["fitted"]
    assert set(document["figures"]) == {"abandonment", "wait", "within_20", "within_60", "backlog", "occupancy"}
    assert set(document["misses_explained"]["alone"]) == {"unavailable", "patience"}  # handle times were given


def test_forecast_prints_every_way_and_what_is_used(history, tmp_path):
    pytest.importorskip("statsforecast")
    code, out, err = floorcast("forecast", history, "--weeks", 1, "--out", tmp_path / "ahead")
    assert code == 0, err
    assert "error of naive" in out and "error of MSTL" in out
    assert (tmp_path / "ahead" / "arrivals.yaml").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("import", "none.csv"), "none.csv: does not exist"),
        (("import", ".", "--out", "unused"), ".: found a folder; allowed one file, or several"),
        (("fit", __file__), "test_data.py: is a file; make a history of it with floorcast import"),
        (("import", "x.csv", "--zone", "Mars"), "--zone: found 'Mars'; allowed a zone such as Europe/Berlin"),
        (("import", "x.csv", "--keep", "texts"), "--keep: found 'texts'; allowed agents, customers"),
        (("import", "x.csv", "--map", "a"), "--map: found 'a'; allowed THEIRS=OURS"),
        (("backtest", "."), "is no history; make one with floorcast import"),
        (("fit", "."), "is no history; make one with floorcast import"),
        (("fit", ".", "--out", __file__), "test_data.py; allowed a folder to make or fill"),
        (("forecast", ".", "--out", __file__), "test_data.py; allowed a folder to make or fill"),
        (("backtest", ".", "--out", __file__), "test_data.py; allowed a folder to make or fill"),
        (("report", __file__), "allowed what staff, schedule, roster or backtest print with --json"),
        (("forecast", ".", "--growth", "much"), "--growth: found 'much'; allowed a percentage"),
        (("forecast", ".", "--campaign", "soon=+5%"), "--campaign: found 'soon=+5%'; allowed a date and a percentage"),
    ],
)
def test_bad_input_is_one_sentence(words, message):
    code, _, err = floorcast(*words)
    assert code == 2 and message in err and len(err.strip().splitlines()) == 1


def test_a_campaign_on_a_day_that_is_not_forecast_is_named(history, tmp_path):
    code, _, err = floorcast("forecast", history, "--campaign", "2020-01-01=+5%", "--out", tmp_path / "ahead")
    assert code == 2 and "--campaign: found 2020-01-01; allowed a day that is forecast, 2026-0" in err


def test_a_history_without_agents_is_not_fitted_and_nothing_is_half_written(tmp_path):
    (tmp_path / "calls.csv").write_text("arrived,wait,handle,type\n2026-03-02 09:14:05,55,250,Billing\n")
    assert floorcast("import", tmp_path / "calls.csv", "--out", tmp_path / "history")[0] == 0
    code, _, err = floorcast("fit", tmp_path / "history", "--out", tmp_path / "fitted")
    assert code == 2 and "import a column of agents" in err
    assert not (tmp_path / "fitted").exists()


def test_a_middle_day_is_one_on_which_contacts_come():
    from floorcast.cli.data.forecasting import _middle

    assert _middle(np.array([0.0, 0.0, 150.0, 160.0, 140.0, 0.0, 0.0])) == 2
    assert _middle(np.zeros(7)) == 0


def test_conversations_message_by_message(tmp_path):
    """Three weeks and a half of chats: a scenario that runs, and a forecast of conversations, not of messages."""
    rows = ["conversation,sent,sender,agent"]
    for n in range(1, 26):
        for number in range(10):
            talk = f"{n}-{number}"
            at = f"{talk},2026-03-{n:02d} 1{number}"
            rows += [f"{at}:00:00,customer,", f"{at}:02:00,agent,Ann", f"{at}:03:00,customer,"]
    (tmp_path / "chats.csv").write_text("\n".join(rows) + "\n")
    code, out, err = floorcast("import", tmp_path / "chats.csv", "--out", tmp_path / "history")
    assert code == 0 and "750 messages" in out, err
    code, out, err = floorcast("fit", tmp_path / "history", "--out", tmp_path / "fitted", "--no-pictures")
    assert code == 0 and "1 contact type; nobody waits on the line" in out, err
    scenario = load_scenario(tmp_path / "fitted" / "scenario.yaml")
    assert scenario.contact_types["messaging"].work.mean == pytest.approx(120)
    first = scenario.roster("writing")[0][0]
    assert first.end - first.start == pytest.approx(9 * 3600 + 120)
    code, out, err = floorcast("forecast", tmp_path / "history", "--weeks", 1, "--out", tmp_path / "forecast")
    assert code == 0 and " 70 " in out, err
    code, _, err = floorcast("backtest", tmp_path / "history")
    assert code == 2 and "has no contacts; it has messages" in err

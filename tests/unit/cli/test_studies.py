"""`run`, `compare` and `show` as a user meets them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from floorcast.cli.app import app
from tests.unit.cli.small import SCENARIO, floorcast, start, write_small


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A comparison of two policies: its folder and its document."""
    folder = tmp_path_factory.mktemp("compared")
    file = write_small(folder)
    named = f"{folder / 'oldest.yaml'},{folder / 'calls.yaml'}"
    done = invoke("compare", file, "--policies", named, "--out", folder / "study", "--json")
    assert done.exit_code == 0, done.output
    return folder, json.loads(done.stdout)


def test_json_is_one_document_and_nothing_else(tmp_path: Path) -> None:
    write_small(tmp_path)
    done = floorcast("run", "small.yaml", "--seed", "5", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert list(document) == [
        "scenario",
        "policies",
        "seed",
        "replications",
        "channels",
        "measures",
        "targets",
        "differences",
        "spread",
        "speed",
    ]
    assert document["scenario"] == "Small"
    assert document["policies"] == ["default"]
    assert (document["seed"], document["replications"]) == (5, 3)
    assert [path.name.startswith("small-") for path in (tmp_path / "results").iterdir()] == [True]


def test_the_document_has_the_promised_keys(compared: tuple[Path, dict[str, Any]]) -> None:
    document = compared[1]
    keys = {"policy", "measure", "by", "of", "mean", "half_width", "unit"}
    assert all(set(entry) == keys for entry in document["measures"])
    assert {entry["by"] for entry in document["measures"]} == {
        "all",
        "channel",
        "contact_type",
        "group",
    }
    keys = {"policy", "target", "by", "of", "mean", "half_width", "unit", "verdict"}
    assert len(document["targets"]) == 4
    assert all(set(entry) == keys for entry in document["targets"])
    assert {entry["verdict"] for entry in document["targets"]} <= {"met", "missed", "undecided"}
    keys = {"measure", "by", "of", "policy", "against", "mean", "half_width", "verdict"}
    assert document["differences"]
    assert all(set(entry) == keys for entry in document["differences"])
    assert {entry["verdict"] for entry in document["differences"]} <= {
        "better",
        "worse",
        "the same",
        "cannot tell yet",
    }
    assert set(document["speed"]) == {"contacts", "events", "seconds_simulating"}


def test_show_prints_the_same_study(compared: tuple[Path, dict[str, Any]]) -> None:
    folder, document = compared
    shown = invoke("show", folder / "study", "--json")
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout) == document
    tables = invoke("show", folder / "study")
    assert tables.exit_code == 0
    for words in ("Targets", "Differences", "oldest", "calls", "Channels"):
        assert words in tables.stdout


def test_signs_that_the_terminal_lacks_are_replaced(compared: tuple[Path, dict[str, Any]]) -> None:
    done = floorcast("show", "study", folder=compared[0], PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "Targets" in done.stdout and "\\xb1" not in done.stdout


def test_a_reader_that_has_seen_enough_is_no_fault(compared: tuple[Path, dict[str, Any]]) -> None:
    with start("show", "study", folder=compared[0]) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=120) == 0


def test_show_finds_a_study_by_its_name_in_results(tmp_path: Path) -> None:
    write_small(tmp_path)
    assert floorcast("run", "small.yaml", "-n", "2", folder=tmp_path).returncode == 0
    (kept,) = (tmp_path / "results").iterdir()
    shown = floorcast("show", kept.name, folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "Small" in shown.stdout


def test_run_takes_the_first_policy_and_compare_all(tmp_path: Path) -> None:
    file = write_small(tmp_path, SCENARIO + "policies: [calls.yaml, oldest.yaml]\n")
    ran = invoke("run", file, "-n", "2", "--json", "--out", tmp_path / "one")
    assert json.loads(ran.stdout)["policies"] == ["calls"]
    both = invoke("compare", file, "-n", "2", "--json", "--out", tmp_path / "two")
    assert json.loads(both.stdout)["policies"] == ["calls", "oldest"]


def test_policies_may_be_repeated_and_listed(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    first, second = tmp_path / "calls.yaml", tmp_path / "oldest.yaml"
    done = invoke(
        "compare", file, "--policy", first, "--policies", second, "-n", 2, "--json",
        "--out", tmp_path / "study",
    )  # fmt: skip
    assert json.loads(done.stdout)["policies"] == ["calls", "oldest"]


def test_jobs_change_nothing(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    documents = []
    for jobs in (1, 3):
        out = tmp_path / f"jobs{jobs}"
        done = invoke("run", file, "-n", 4, "--jobs", jobs, "--json", "--out", out)
        documents.append(json.loads(done.stdout))
        documents[-1].pop("speed")
    assert documents[0] == documents[1]


def test_more_replications_go_on_with_the_finished_ones(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    out = tmp_path / "study"
    assert invoke("run", file, "-n", 2, "--out", out).exit_code == 0
    more = invoke("run", file, "-n", 5, "--out", out)
    assert more.exit_code == 0
    assert "2 replications were there already" in more.stderr
    assert "5 replications" in more.stdout


def test_until_decided_settles_every_verdict(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    done = invoke(
        "run", file, "--until-decided", "--max", 60, "--json", "--out", tmp_path / "study"
    )
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    undecided = [t for t in document["targets"] if t["verdict"] == "undecided"]
    assert not undecided or document["replications"] == 60


def test_records_are_those_of_replication_0(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    file = write_small(tmp_path)
    records = tmp_path / "records.parquet"
    done = invoke("run", file, "-n", 1, "--records", records, "--json", "--out", tmp_path / "s")
    assert done.exit_code == 0, done.output
    table = pq.read_table(records)
    (offered,) = [
        entry["mean"]
        for entry in json.loads(done.stdout)["measures"]
        if (entry["measure"], entry["by"]) == ("offered", "all")
    ]
    assert table.num_rows == offered
    assert set(table.column("channel").to_pylist()) == {"phone", "email"}


def test_check_passes_on_a_sound_run(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    assert invoke("run", file, "--check", "--out", tmp_path / "study").exit_code == 0


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--replications", "0"), "replications"),
        (("--replications", "many"), "replications"),
        (("--seed", "-1"), "seed"),
        (("--jobs", "0"), "jobs"),
        (("--clock", "sundial"), "sundial"),
        (("--max", "50"), "--until-decided"),
        (("--until-decided", "--max", "1"), "max"),
        (("--policy", "gone.yaml"), "gone.yaml"),
        (("--nonsense",), "--nonsense"),
        (("--out", "small.yaml"), "small.yaml"),
        (("--records", "gone/r.parquet"), "gone/r.parquet"),
    ],
)
def test_bad_options_end_with_2_and_nothing_written(
    options: tuple[str, ...], word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_small(tmp_path)
    monkeypatch.chdir(tmp_path)
    done = invoke("run", "small.yaml", *options)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"small.yaml", "oldest.yaml", "calls.yaml"}


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    done = invoke("run", file, "--out", tmp_path)
    assert done.exit_code == 2
    assert "holds other files" in done.stderr


def test_a_folder_with_another_study_is_left_alone(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    out = tmp_path / "study"
    assert invoke("run", file, "-n", 1, "--out", out).exit_code == 0
    done = invoke("run", file, "-n", 1, "--seed", 9, "--out", out)
    assert done.exit_code == 2
    assert "seed" in done.stderr


@pytest.mark.parametrize("study", ["gone", "."])
def test_show_without_a_study(study: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke("show", study)
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_more_contacts_than_the_limit(tmp_path: Path) -> None:
    text = SCENARIO.replace("30 per hour", "30 per second") + "limits: {contacts: 1000}\n"
    file = write_small(tmp_path, text)
    done = invoke("run", file, "-n", 1, "--out", tmp_path / "study")
    assert done.exit_code == 2, done.output
    assert "limits.contacts" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(tmp_path: Path) -> None:
    write_small(tmp_path)
    command = ("run", "small.yaml", "-n", "20000", "--jobs", "1", "--out", "study", "--json")
    with start(*command, folder=tmp_path) as process:
        parts = tmp_path / "study" / "parts"
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not list(parts.glob("*-replications.parquet")):
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    document = json.loads(out)
    kept = document["replications"]
    assert 0 < kept < 20000
    more = floorcast(
        "run", "small.yaml", "-n", str(kept + 2), "--out", "study", "--json", folder=tmp_path
    )
    assert more.returncode == 0, more.stderr
    assert json.loads(more.stdout)["replications"] == kept + 2
    assert "there already" in more.stderr


SWALLOWED = '''
import time, weakref
from floorcast.cli import keep_interrupts

def interrupted(_):
    raise KeyboardInterrupt

class Something: pass

keep_interrupts()
something = Something()
watched = weakref.ref(something, interrupted)
try:
    del something
    time.sleep(10)
except KeyboardInterrupt:
    print("ended")
'''


def test_ctrl_c_is_not_lost_in_a_callback_of_pythons() -> None:
    done = subprocess.run([sys.executable, "-c", SWALLOWED], capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("ended\n", "", 0)


def test_a_fault_of_floorcast_is_one_line_and_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_small(tmp_path)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("floorcast.store.run_study", broken)
    monkeypatch.delenv("FLOORCAST_DEBUG", raising=False)
    done = invoke("run", file)
    assert done.exit_code == 1
    (line,) = done.stderr.strip().splitlines()
    assert "ZeroDivisionError: two lines" in line
    assert "FLOORCAST_DEBUG=1" in line


def test_money_has_its_currency_and_a_contact_its_cost(tmp_path: Path) -> None:
    priced = SCENARIO.replace("agents: 3\n", "agents: 3\n    cost_per_hour: 10\n    paid: {overtime: false}\n")
    write_small(tmp_path, priced.replace("days: 1\n", "days: 1\ncurrency: EUR\n", 1))
    done = floorcast("run", "small.yaml", "--out", "study", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    total, each = re.findall(r"Cost: ([\d,]+) EUR, ([\d.]+) EUR a contact handled\.", done.stdout)[0]
    assert total == "720"
    measures = json.loads(floorcast("show", "study", "--json", folder=tmp_path).stdout)["measures"]
    (handled,) = (one["mean"] for one in measures if (one["measure"], one["by"]) == ("handled", "all"))
    assert float(each) == pytest.approx(720 / handled, abs=0.01)
    assert "EUR" in floorcast("show", "study", folder=tmp_path).stdout
    assert floorcast("report", "study", folder=tmp_path).returncode == 0
    assert f"({each} EUR a contact handled)" in (tmp_path / "study" / "report.html").read_text(encoding="utf-8")

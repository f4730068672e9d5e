"""Studies on disk: whole, interrupted and taken up again, refused where they do not belong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from floorcast.store import StudyError, default_folder, folder, keeper, load_study, run_study
from floorcast.store.running.opening import clock_of_name, unique_names
from tests.unit.measures.centre import target
from tests.unit.store.made_up import POLICIES, NamedPolicy, assemble, run, scenario
from tests.unit.study.made_up import MadeUpSimulation

ROOT = Path(__file__).resolve().parents[3]


def same_but_speed(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return {**one, "speed": 0} == {**other, "speed": 0}


def test_a_study_read_from_disk_is_the_study_that_ran(tmp_path: Path) -> None:
    ran = run(tmp_path / "study", command="floorcast compare made_up.yaml")
    read = load_study(tmp_path / "study")
    assert read.document() == ran.document()
    assert not read.interrupted
    assert read.study.targets == ran.study.targets
    for mine, other in zip(ran.study.above, read.study.above):
        assert np.array_equal(mine, other)
    names = {path.name for path in (tmp_path / "study").iterdir()} - {".lock"}
    assert names == {
        "manifest.json", "replications.parquet", "runs.parquet",
        "intervals.parquet", "floor.parquet", "waits.parquet",
    }  # fmt: skip


def test_a_study_on_disk_is_the_study_without_one(tmp_path: Path) -> None:
    assert same_but_speed(run().document(), run(tmp_path / "s").document())


def test_the_manifest_says_what_was_run(tmp_path: Path) -> None:
    run(tmp_path / "s", command="floorcast compare made_up.yaml")
    manifest = json.loads((tmp_path / "s" / "manifest.json").read_text())
    assert manifest["status"] == "complete"
    assert manifest["command"] == "floorcast compare made_up.yaml"
    assert manifest["seed"] == 3
    assert manifest["scenario"]["text"] == "name: made up\n"
    assert len(manifest["scenario"]["sha256"]) == 64
    assert [policy["name"] for policy in manifest["policies"]] == ["first", "second"]
    assert {"floorcast", "engine", "python", "numpy", "numba"} <= set(manifest["versions"])
    assert manifest["result"]["replications"] == 4
    assert manifest["result"]["seconds"] >= 0


def test_an_interrupted_study_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first, again = MadeUpSimulation(), MadeUpSimulation()
    cut = run(tmp_path / "s", first, replications=20, should_stop=lambda: len(first.ran) >= 7)
    assert cut.interrupted
    assert load_study(tmp_path / "s").interrupted
    assert load_study(tmp_path / "s").document() == cut.document()
    whole = run(tmp_path / "s", again, replications=20)
    assert not whole.interrupted
    assert whole.resumed == len(first.ran)
    assert not set(first.ran) & set(again.ran)
    assert len(first.ran) + len(again.ran) == 40
    assert same_but_speed(whole.document(), run(replications=20).document())
    assert load_study(tmp_path / "s").document() == whole.document()


def test_the_same_command_again_simulates_nothing(tmp_path: Path) -> None:
    first, again = run(tmp_path / "s"), MadeUpSimulation()
    second = run(tmp_path / "s", again)
    assert again.ran == []
    assert second.document() == first.document()


def test_fewer_replications_than_are_there_are_the_first_ones(tmp_path: Path) -> None:
    run(tmp_path / "s", replications=6)
    fewer = run(tmp_path / "s", replications=3)
    assert fewer.study.replications == 3
    assert same_but_speed(fewer.document(), run(replications=3).document())
    assert load_study(tmp_path / "s").document() == fewer.document()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"seed": 4}, r"differs in seed \(3\)"),
        ({"scenario": scenario(awt={"calls": 30.0})}, "differs in scenario"),
        ({"scenario": scenario(targets=())}, "differs in scenario"),
        ({"policies": POLICIES[:1]}, "differs in policies"),
        ({"policies": [POLICIES[0], NamedPolicy("second", number=5)]}, "differs in policies"),
    ],
)
def test_a_folder_with_another_study_is_left_alone(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    before = run(tmp_path / "s").document()
    with pytest.raises(StudyError, match=says):
        run(tmp_path / "s", **changes)
    assert load_study(tmp_path / "s").document() == before


def test_comments_and_the_number_of_replications_do_not_make_another_study(tmp_path: Path) -> None:
    run(tmp_path / "s")
    again = MadeUpSimulation()
    run(tmp_path / "s", again, scenario=scenario(text="# now with a comment", replications=5))
    assert len(again.ran) == 2


def test_another_version_is_another_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "s")
    monkeypatch.setattr("floorcast.store.manifest.engine_fingerprint", lambda: "other")
    with pytest.raises(StudyError, match="differs in version of Floorcast"):
        run(tmp_path / "s")


def test_a_folder_with_other_things_is_no_place_for_a_study(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StudyError, match="other files and no study"):
        run(tmp_path)
    with pytest.raises(StudyError, match="is a file"):
        run(tmp_path / "letter.txt")
    with pytest.raises(StudyError, match="holds no study"):
        load_study(tmp_path)
    with pytest.raises(StudyError, match="does not exist"):
        load_study(tmp_path / "nothing")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 1}', '{"format": 9}'])
def test_a_damaged_manifest_is_one_clear_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(StudyError, match="damaged|format 9"):
        load_study(tmp_path)


def test_a_damaged_table_is_one_clear_error(tmp_path: Path) -> None:
    run(tmp_path / "s")
    (tmp_path / "s" / "replications.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(StudyError, match="replications.parquet is damaged"):
        load_study(tmp_path / "s")
    (tmp_path / "s" / "replications.parquet").unlink()
    with pytest.raises(StudyError, match="replications.parquet is missing; the command"):
        load_study(tmp_path / "s")


def test_an_error_while_simulating_keeps_what_is_finished(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="replication 2 fails"):
        run(tmp_path / "s", MadeUpSimulation(fail_at=2))
    kept = load_study(tmp_path / "s")
    assert kept.interrupted
    assert kept.study.replications == 2


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "EVERY", 0.0)
    real, written = os.replace, []

    def full(source: Any, goal: Any) -> None:
        written.append(Path(goal).name)
        if len(written) > 18:
            raise OSError(28, "No space left on device")
        real(source, goal)

    monkeypatch.setattr(folder.os, "replace", full)
    with pytest.raises(StudyError, match="cannot be written: No space left on device"):
        run(tmp_path / "s")
    monkeypatch.setattr(folder.os, "replace", real)
    assert not list((tmp_path / "s").rglob("*.aside"))
    kept = load_study(tmp_path / "s")
    assert 1 <= kept.study.replications < 4
    assert same_but_speed(run(tmp_path / "s").document(), run().document())


def test_two_runs_do_not_write_one_folder(tmp_path: Path) -> None:
    run(tmp_path / "s")
    with folder.locked(tmp_path / "s"), pytest.raises(StudyError, match="by another run"):
        run(tmp_path / "s")
    run(tmp_path / "s")


KILLED = """
import sys, time
from pathlib import Path
from floorcast.store import keeper
from tests.unit.store.made_up import run
from tests.unit.study.made_up import MadeUpSimulation

class Slow(MadeUpSimulation):
    def __call__(self, *what):
        time.sleep(0.02)
        return super().__call__(*what)

keeper.EVERY = 0.05
run(Path(sys.argv[1]), Slow(), replications=2000)
"""


def start(out: Path) -> subprocess.Popen[bytes]:
    """A process that is writing its study."""
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(out)], cwd=ROOT)
    until = time.monotonic() + 60
    while len(list(out.glob("parts/*-replications.parquet"))) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    return process


def test_a_killed_run_leaves_a_study_that_goes_on(tmp_path: Path) -> None:
    process = start(tmp_path / "s")
    process.kill()
    process.wait()
    kept = load_study(tmp_path / "s")
    assert kept.interrupted
    n = kept.study.replications
    assert n > 1
    again = MadeUpSimulation()
    whole = run(tmp_path / "s", again, replications=n + 2)
    assert len(again.ran) <= 4
    assert same_but_speed(whole.document(), run(replications=n + 2).document())
    assert not list((tmp_path / "s").rglob("*.aside"))


def test_ctrl_c_in_the_terminal_keeps_the_study(tmp_path: Path) -> None:
    process = start(tmp_path / "s")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0, "run_study came back"
    manifest = json.loads((tmp_path / "s" / "manifest.json").read_text())
    assert manifest["status"] == "interrupted"
    assert load_study(tmp_path / "s").study.replications == manifest["result"]["replications"] > 1
    assert not (tmp_path / "s" / "parts").exists()


def test_parts_left_beside_the_joined_tables_count_once(tmp_path: Path) -> None:
    first = MadeUpSimulation()
    run(tmp_path / "s", first, replications=3)
    left = tmp_path / "s" / "parts"
    left.mkdir()
    for path in (tmp_path / "s").glob("*.parquet"):
        (left / f"000001-{path.name}").write_bytes(path.read_bytes())
    twice = load_study(tmp_path / "s")
    assert same_but_speed(twice.document(), run(replications=3).document())
    assert len(twice.series("first")) == 3
    waits = twice.distribution("first").counts
    whole = run(tmp_path / "s", replications=4)
    assert same_but_speed(whole.document(), run(replications=4).document())
    assert len(whole.series("first")) == 4
    assert whole.distribution("first").counts["wait"].sum() > waits["wait"].sum()


def test_until_decided_stops_at_a_look_or_at_the_most(tmp_path: Path) -> None:
    clear = scenario(targets=(target("all", "asa", at_most=1e6),))
    settled = run(scenario=clear, policies=POLICIES[:1], until_decided=True, replications=5)
    assert settled.study.replications == 5
    assert settled.study.looks > 1
    never = scenario(targets=(target("all", "asa", at_most=210.0),))
    most = run(scenario=never, until_decided=True, replications=5, most=12)
    assert most.study.replications == 12
    assert not most.interrupted


def test_records_are_written_beside_the_study(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    run(tmp_path / "s", records=tmp_path / "contacts.parquet")
    assert pq.read_table(tmp_path / "contacts.parquet").num_rows == 60


def test_a_broken_law_is_named_when_asked_for() -> None:
    class Broken(MadeUpSimulation):
        def __call__(self, *what: Any) -> Any:
            found = super().__call__(*what)
            found.contacts["ended"] = found.contacts["arrived"] - 1
            return found

    run(simulation=Broken())
    with pytest.raises(StudyError, match="breaks a law: .*before they are arrived"):
        run(simulation=Broken(), check=True)


def test_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="0 replications"):
        run(replications=0)
    with pytest.raises(ValueError, match="no policy"):
        run(policies=[])
    with pytest.raises(ValueError, match="0 jobs"):
        run(jobs=0)
    with pytest.raises(ValueError, match="clock 'sundial'; allowed compiled, simpy"):
        run_study(scenario(), POLICIES, clock="sundial", assemble=assemble)
    assert callable(clock_of_name("compiled"))


def test_policies_of_one_name_are_told_apart() -> None:
    assert unique_names(["a", "b", "a", "a (2)", "a"]) == ["a", "b", "a (2)", "a (2) (2)", "a (3)"]


def test_the_default_folder_is_named_by_what_is_run() -> None:
    name = default_folder(scenario(), POLICIES)
    assert name.parent == Path("results")
    assert name.name.startswith("made_up-")
    assert name == default_folder(scenario(text="# comment", replications=9), POLICIES)
    others = [
        default_folder(scenario(), POLICIES, seed=8),
        default_folder(scenario(), POLICIES[:1]),
        default_folder(scenario(awt={"calls": 1.0}), POLICIES),
        default_folder(replace(scenario(), types={"calls": "phone"}), POLICIES),
    ]
    assert len({name, *others}) == 5

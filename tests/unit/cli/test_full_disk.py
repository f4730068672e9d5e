"""Where nothing more can be written, a command says so in one sentence, and what it found is still shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer

from floorcast.cli.faults import plain_ending
from floorcast.planning.programs.model import Anchor
from floorcast.planning.shifts.remember import Remembered
from floorcast.report.workbook import write_text
from floorcast.store.folder import StudyError, make_folder

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("command", [["--help"], ["--version"]])
def test_output_that_nobody_can_take(command: list[str]) -> None:
    with FULL.open("w") as full:
        program = [sys.executable, "-m", "floorcast", *command]
        done = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "cannot be written: No space left on device\n")


def test_a_command_that_fails_half_way(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as end, plain_ending():
        raise OSError(28, os.strerror(28))
    assert end.value.exit_code == 2
    assert "cannot be written: No space left on device" in capfd.readouterr().err


def test_a_file_is_named_and_the_old_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "week.csv"
    write_text(file, "old")

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="cannot be written: No space left on device") as fault:
        write_text(file, "new")
    assert fault.value.filename == str(file)
    assert [path.name for path in tmp_path.iterdir()] == ["week.csv"] and file.read_text() == "old"


def test_a_results_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    with pytest.raises(StudyError, match=r"results is a file, not a folder"):
        make_folder(tmp_path / "results" / "phone_team-1")


def test_a_search_goes_on_where_its_plans_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    store = Remembered(tmp_path / "results" / "plans")
    store.put(b"a", Anchor(*(np.zeros(1) for _ in range(5))))
    assert store.get(b"a") is None and store.refused == "Not a directory"

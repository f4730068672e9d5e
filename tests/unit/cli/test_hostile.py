"""Input that wants to hang the command, flood the terminal, or write on it."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from floorcast.cli.app import app
from floorcast.model.machine_code.folder import cache_folder
from floorcast.scenario.read.units import parse_duration
from tests.unit.cli.small import write_small


def floorcast(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_a_hundred_thousand_unknown_keys_are_sixty_lines_in_seconds(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    keys = "".join(f"key_{n}: 1\n" for n in range(100_000))
    file.write_text(file.read_text() + keys)
    began = time.process_time()
    found = floorcast("validate", file)
    assert found.exit_code == 2
    assert 50 < len(found.stderr.splitlines()) < 70
    assert "more; mend these first" in found.stderr
    assert time.process_time() - began < 20


def test_a_few_problems_are_all_shown(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    file.write_text(file.read_text() + "".join(f"key_{n}: 1\n" for n in range(5)))
    found = floorcast("validate", file)
    assert [f"key_{n}" in found.stderr for n in range(5)] == [True] * 5
    assert "more" not in found.stderr


ESCAPE = "\\e[31mHACK\\e]0;owned\\a"


@pytest.mark.parametrize(
    "line",
    [
        f'seed: {{"{ESCAPE}": 1}}',
        'seed: {"x\\nforged.yaml:1: all is well": 1}',
        f'"{ESCAPE}": 1',
        f'description: {{"{ESCAPE}": "{ESCAPE}"}}',
        f'start: "{ESCAPE}"',
    ],
)
def test_no_escape_of_a_file_reaches_the_terminal(tmp_path: Path, line: str) -> None:
    file = write_small(tmp_path)
    file.write_text(file.read_text() + line + "\n")
    found = floorcast("validate", file)
    assert found.exit_code == 2
    assert "\x1b" not in found.output + found.stderr and "\a" not in found.output + found.stderr
    assert not any(text.startswith("forged") for text in found.stderr.splitlines())


def test_names_of_files_and_columns_are_only_shown(tmp_path: Path) -> None:
    odd = tmp_path / "\x1b[31mred.yaml"
    odd.write_text("days: none\n")
    found = floorcast("validate", odd)
    assert found.exit_code == 2 and "\x1b" not in found.stderr and "x1b[31mred" in found.stderr
    file = write_small(tmp_path)
    (tmp_path / "calls.csv").write_text("\x1b[2Jdate,hour,n\n1,2,3\n")
    counts = "counts: {per: 1h, csv: calls.csv, date: date, hour: hour, value: n}"
    file.write_text(file.read_text().replace("rate: 30 per hour", counts))
    found = floorcast("validate", file)
    assert found.exit_code == 2 and "\x1b" not in found.stderr and "column" in found.stderr


def test_a_description_is_only_shown(tmp_path: Path) -> None:
    policy = tmp_path / "p.yaml"
    policy.write_text(f'description: "{ESCAPE}"\npriority: {{channel: {{phone: 1}}}}\n')
    found = floorcast("explain", policy)
    assert found.exit_code == 0 and "HACK" in found.output and "\x1b" not in found.output


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    found = floorcast("validate", tmp_path / "pipe.yaml")
    assert found.exit_code == 2
    assert "no ordinary file; allowed a YAML file" in found.stderr


def test_run_takes_one_policy(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    both = ("--policy", tmp_path / "oldest.yaml", "--policy", tmp_path / "calls.yaml")
    for command in ("run", "trace"):
        found = floorcast(command, file, *both)
        assert found.exit_code == 2
        assert "found 2 policies; allowed one" in found.stderr


def test_a_dictionary_of_points_is_a_name(tmp_path: Path) -> None:
    policy = tmp_path / "p.yaml"
    for wrong in ("[loudest_first]", "{}", "3"):
        policy.write_text(f"priority: {{like: {wrong}}}\n")
        found = floorcast("validate", "--policy", policy)
        assert found.exit_code == 2
        assert "loudest_first" in found.stderr and "Floorcast failed" not in found.stderr


@pytest.mark.parametrize("text", ["0.12345678901234567890 s", "3.0000000000000000001 min", ".0000000000000000123456h"])
def test_numbers_may_have_many_decimals(text: str) -> None:
    number, unit = text.rstrip("smih n"), text.lstrip("0123456789. ")
    assert parse_duration(text) == pytest.approx(float(number) * {"s": 1, "min": 60, "h": 3600}[unit])


def test_compiled_code_is_never_taken_from_a_folder_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the user's own folder cannot be used, one in the shared temporary folder is, if it is his."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("FLOORCAST_CACHE", "/proc/nowhere")
    own = tmp_path / f"floorcast-{os.getuid()}"
    assert cache_folder().parent == own
    assert own.stat().st_mode & 0o777 == 0o700
    own.chmod(0o777)  # anybody may have planted code there
    assert cache_folder().parent not in (own, tmp_path)
    own.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if os.getuid() == 0:
        os.chown(elsewhere, 1234, 1234)
        own.symlink_to(elsewhere)
        assert cache_folder().parent != own

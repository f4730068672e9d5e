"""`trace` tells one replication; `run --clock simpy` keeps the story beside the study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from floorcast.cli.app import app
from tests.unit.cli.small import write_small


def trace(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["trace", str(folder / "small.yaml"), *options])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trace")
    write_small(folder)
    return folder


def test_a_contact_is_followed_with_reasons(folder: Path) -> None:
    done = trace(folder, "--contact", "3")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert "contact 3 (" in lines[0] and "arrives" in lines[0]
    assert any(line.startswith("   ") for line in lines)
    bare = trace(folder, "--contact", "3", "--no-reasons").stdout.splitlines()
    assert bare == [line for line in lines if not line.startswith("   ")]


def test_a_stretch_of_time(folder: Path) -> None:
    done = trace(folder, "--from", "09:00", "--to", "9h 30min", "--limit", "1000")
    lines = done.stdout.splitlines()
    assert lines
    assert all("09:00" <= line[:5] <= "09:30" for line in lines)
    same = trace(folder, "--from", "2024-01-01 09:00", "--to", "09:30", "--limit", "1000")
    assert same.stdout == done.stdout


def test_lines_are_limited(folder: Path) -> None:
    lines = trace(folder, "--limit", "5").stdout.splitlines()
    assert len(lines) == 6 and "first 5 lines" in lines[-1]


def test_a_policy_and_a_seed_may_be_given(folder: Path) -> None:
    policy = str(folder / "oldest.yaml")
    one = trace(folder, "--policy", policy, "--seed", "1", "--limit", "30")
    other = trace(folder, "--policy", policy, "--seed", "2", "--limit", "30")
    assert one.exit_code == other.exit_code == 0
    assert one.stdout != other.stdout


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--contact", "9999999"), "9999999"),
        (("--contact", "-1"), "contact"),
        (("--from", "noon"), "noon"),
        (("--from", "3 days"), "outside"),
        (("--from", "10:00", "--to", "09:00"), "other way round"),
        (("--limit", "0"), "limit"),
        (("--policy", "gone.yaml"), "gone.yaml"),
    ],
)
def test_bad_options(options: tuple[str, ...], word: str, folder: Path) -> None:
    done = trace(folder, *options)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_the_simpy_clock_gives_the_same_study_and_a_story(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    documents = []
    for clock in ("compiled", "simpy"):
        out = tmp_path / clock
        done = CliRunner().invoke(
            app, ["run", str(file), "-n", "2", "--clock", clock, "--out", str(out), "--json"]
        )
        assert done.exit_code == 0, done.output
        documents.append(json.loads(done.stdout))
        documents[-1].pop("speed")
    assert documents[0] == documents[1]
    assert not (tmp_path / "compiled" / "trace.txt").exists()
    assert "arrives" in (tmp_path / "simpy" / "trace.txt").read_text(encoding="utf-8")

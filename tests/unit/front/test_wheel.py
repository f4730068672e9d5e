"""The wheel has all that a user needs: command, scenarios, verification; built and used elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    sources.mkdir()
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file() and name.split("/")[0] != "tests":
            (sources / name).parent.mkdir(parents=True, exist_ok=True)
            (sources / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), "."]
    done = subprocess.run(build, cwd=sources, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder / "site")
    return folder / "site"


def use(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m floorcast` with the unpacked wheel instead of this checkout."""
    blocker = "import sys; sys.meta_path = [f for f in sys.meta_path if 'editable' not in repr(f).lower()]; "
    program = f"{blocker}sys.path.insert(0, {str(site)!r}); from floorcast.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=site, capture_output=True, text=True, env={**os.environ, "COLUMNS": "120"},
    )  # fmt: skip


def test_nothing_but_floorcast_is_installed(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"floorcast"}


def test_every_source_and_scenario_is_in_it(unpacked: Path) -> None:
    for folder, inside in (("sim", ""), ("scenarios", "scenarios")):
        kept = {
            str(path.relative_to(ROOT / folder))
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        there = unpacked / "floorcast" / inside
        missing = sorted(name for name in kept if not (there / name).is_file())
        assert not missing, f"not in the wheel: {missing}"


def test_type_checkers_read_its_annotations(unpacked: Path) -> None:
    assert (unpacked / "floorcast" / "py.typed").is_file()


def test_it_runs_a_shipped_scenario_by_name(unpacked: Path) -> None:
    done = use(unpacked, "validate", "1_phone_team")
    assert done.returncode == 0, done.stderr
    assert "1 contact type" in done.stdout
    assert str(unpacked) in done.stdout
    assert "tutorial/1_phone_team" in use(unpacked, "examples").stdout

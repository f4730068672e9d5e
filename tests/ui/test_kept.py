"""What the page keeps on disk: found again by what is in it, never by anything else, and bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

import floorcast.ui.base.kept as kept
from floorcast.ui.base.uploads import Upload


@pytest.fixture(autouse=True)
def own_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path))


def test_uploads_come_back_by_their_hash_alone(tmp_path: Path) -> None:
    files = [Upload("../a.yaml", b"name: a\n"), Upload("b.csv", bytes(range(256)))]
    name = kept.keep_uploads(files)
    assert name is not None and kept.kept_uploads(name) == files
    assert kept.keep_uploads(files) == name and kept.keep_uploads(files[:1]) != name
    for other in ("", "0" * 32, "../../etc/passwd", name[:-1], name.upper()):
        assert kept.kept_uploads(other) is None or other == name
    (tmp_path / ".page" / "uploads" / name).write_bytes(b"[]")  # somebody changed what is there
    assert kept.kept_uploads(name) is None


def test_what_is_oldest_goes_when_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_FILES", 3)
    names = [kept.keep_run({"number": number}) for number in range(5)]
    assert [kept.kept_run(str(name)) is not None for name in names][-3:] == [True] * 3
    assert kept.kept_run(str(names[0])) is None


def test_without_a_place_to_write_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path / "file"))
    assert kept.keep_run({}) is None

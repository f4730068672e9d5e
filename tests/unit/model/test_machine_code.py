"""Compiled code is kept as object files, loaded without numba, and looks itself at what it is handed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from floorcast.measures.cells import compiled, ranked
from floorcast.model import step
from floorcast.model.core.jit import Entry, inlined
from floorcast.model.machine_code import folder, linked, translation
from tests.unit.model.bare import bare_state

pytestmark = pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="nothing is compiled")


@inlined
def _doubled(number: Any) -> Any:
    return 2 * number


def _add_up(numbers: Any, out: Any) -> Any:
    for i in range(numbers.size):
        out[0] += _doubled(numbers[i])
    return numbers.size


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the code of an entry of this test is kept."""
    kept = tmp_path / "kept" / "add_up-1"
    monkeypatch.setattr(folder, "place_of", lambda *_: kept)
    yield kept


def _sum_by(entry: Entry, numbers: Any) -> float:
    out = np.zeros(1)
    assert entry(numbers, out) == numbers.size
    return float(out[0])


def test_what_one_session_compiles_the_next_only_loads(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = np.arange(5.0)
    assert _sum_by(Entry(_add_up), numbers) == 20.0
    (file,) = place.parent.iterdir()
    monkeypatch.setattr(translation, "compiled_for", lambda *_: pytest.fail("compiled again"))
    assert _sum_by(Entry(_add_up), numbers) == 20.0
    for damaged in (file.read_bytes()[:-1], file.read_bytes()[:20], b"", b"\0\n\0", b"[]\n"):
        file.write_bytes(damaged)
        assert linked.linked(file) is None


def test_each_kind_of_array_finds_code_of_its_own(place: Path) -> None:
    entry = Entry(_add_up)
    assert _sum_by(entry, np.arange(5.0)) == 20.0
    (of_numbers,) = entry.ready
    read_only, masked = np.arange(5.0), np.zeros(5, np.bool_)
    read_only.flags.writeable = False
    for other in (
        np.arange(5), np.arange(10.0)[::2], np.ones((5, 1)), np.ones(5, ">f8"), read_only, masked, 5, None, "12345",
    ):  # fmt: skip
        with pytest.raises(TypeError):
            of_numbers(other, np.zeros(1))
    with pytest.raises(TypeError):
        of_numbers(np.arange(5.0))
    assert _sum_by(entry, np.arange(5)) == 20.0  # whole numbers: compiled beside the first
    assert len(entry.ready) == len(list(place.parent.iterdir())) == 2
    again = Entry(_add_up)
    assert (_sum_by(again, np.arange(5)), _sum_by(again, np.arange(5.0))) == (20.0, 20.0)
    assert len(again.ready) == 2


def test_a_full_disk_costs_no_more_than_compiling_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert _sum_by(Entry(_add_up), np.arange(5.0)) == 20.0
    assert list(place.parent.iterdir()) == []


def test_what_was_loaded_without_numba_does_not_keep_it_from_compiling() -> None:
    """Code of measures is there, that of the model is not: numba finds its own library loaded already."""
    code = (
        "from floorcast.model.machine_code import linked; linked.names_known();"
        " from floorcast.model.machine_code import translation; translation._dynfunc.make_function"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_loop_refuses_what_is_no_state() -> None:
    assert step.run_until(bare_state(), -1.0, 0) is not None
    for function in step.run_until.ready:
        with pytest.raises(AttributeError):
            function(np.zeros(1), 0.0, 1)


def test_processors_and_settings_have_code_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = linked.machine()
    for name, value in {"NUMBA_CPU_NAME": "generic", "NUMBA_OPT": "1"}.items():
        monkeypatch.setenv(name, value)
        linked.machine.cache_clear()
        assert linked.machine() != here
        monkeypatch.delenv(name)
    linked.machine.cache_clear()
    assert linked.machine() == here


def test_compiled_means_that_every_pass_of_the_measures_is_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "folder", lambda: tmp_path / "compiled")
    folder.folder_of_passes.cache_clear()
    here = linked.machine()
    (tmp_path / "compiled").mkdir()
    assert not folder.is_compiled()
    (tmp_path / "compiled" / f"step.run_until-1-{here}-0.machine").touch()
    for passes, module in zip(folder._PASSES, (compiled, ranked), strict=True):
        place = folder.folder_of_passes(passes)
        place.mkdir()
        for name in [name for name, one in vars(module).items() if isinstance(one, Entry)]:
            assert not folder.is_compiled()
            (place / f"{passes.stem}.{name}-1-{here}-0.machine").touch()
    assert folder.is_compiled()
    folder.folder_of_passes.cache_clear()

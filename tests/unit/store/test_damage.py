"""Damaged studies: one sentence, no other digits, and the same command makes them whole again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from floorcast.store import StudyError, folder, keeper, load_study
from tests.unit.store.made_up import run
from tests.unit.study.made_up import MadeUpSimulation

TABLES = ("replications", "runs", "intervals", "floor", "waits")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _nonsense(path: Path) -> None:
    path.write_bytes(b"PAR1 nonsense")


def _another(path: Path) -> None:
    other = "waits" if path.stem != "waits" else "runs"
    path.write_bytes(path.with_name(f"{other}.parquet").read_bytes())


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut": _cut,
    "nonsense": _nonsense,
    "another": _another,
}


def read_all(place: Path) -> tuple[Any, ...]:
    """Everything that can be read from a study."""
    kept = load_study(place)
    series = [(one.by_type, one.by_group) for name in kept.study.policies for one in kept.series(name)]
    waits = [kept.distribution(name).counts for name in kept.study.policies]
    return {**kept.document(), "speed": 0}, series, waits


def equal(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other, equal_nan=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(equal(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("damage") / "whole"
    run(place)
    return place


@pytest.fixture
def study(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "s"))


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("table", TABLES)
def test_damage_is_one_sentence_and_the_command_repairs_it(
    whole: Path, study: Path, table: str, damage: str
) -> None:
    DAMAGES[damage](study / f"{table}.parquet")
    with pytest.raises(StudyError, match=f"{table}.*(damaged|missing).*repairs it") as fault:
        read_all(study)
    assert "\n" not in str(fault.value)
    again = MadeUpSimulation()
    repaired = run(study, again)
    assert repaired.repaired and again.ran
    assert equal(read_all(study), read_all(whole))
    assert not run(study).repaired


@pytest.mark.parametrize("table", TABLES)
def test_a_flipped_bit_never_changes_a_digit_silently(whole: Path, study: Path, table: str) -> None:
    wanted = read_all(whole)
    path = study / f"{table}.parquet"
    good = path.read_bytes()
    for place in np.linspace(4, len(good) - 1, 12).astype(int).tolist():
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        try:
            found = read_all(study)
        except StudyError:
            continue
        assert equal(found, wanted), f"byte {place} of {table}"


def test_pages_have_checksums_also_while_a_study_runs(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running study has no digests yet; a page whose data bytes are altered is found all the same."""
    import json

    manifest = json.loads((study / "manifest.json").read_text())
    manifest.update(status="running", result=None, tables={})
    (study / "manifest.json").write_text(json.dumps(manifest))
    import pyarrow.parquet as pq

    path = study / "replications.parquet"
    group = pq.ParquetFile(path).metadata.row_group(0)
    columns = [group.column(place) for place in range(group.num_columns)]
    at = next(one for one in columns if one.path_in_schema == "numerator")
    good = path.read_bytes()
    last = (at.dictionary_page_offset or at.data_page_offset) + at.total_compressed_size - 5
    path.write_bytes(good[:last] + bytes([good[last] ^ 4]) + good[last + 1 :])
    with pytest.raises(StudyError, match="replications.parquet is damaged"):
        load_study(study)


def test_nothing_is_cleared_before_the_lock_is_held(study: Path) -> None:
    """A second run must not take away what the first is just writing."""
    half = study / ".intervals.parquet.1.aside"
    with folder.locked(study):
        half.write_bytes(b"half")
        with pytest.raises(StudyError, match="by another run"):
            run(study)
        assert half.exists()
    run(study)
    assert not half.exists()


def test_a_kill_at_any_moment_of_the_join_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = run(tmp_path / "wanted", replications=3)
    monkeypatch.setattr(keeper, "EVERY", 0.0)
    steps = 0
    for moment in range(0, 99, 6):
        place = tmp_path / f"killed-{moment}"
        with monkeypatch.context() as patch:
            done = _dies_in_the_join(patch, moment)
            try:
                run(place, replications=3)
            except _Killed:
                steps += 1
            assert done or steps
        if not done["died"]:
            break
        assert load_study(place).series("first")
        after = run(place, replications=3)
        assert {**after.document(), "speed": 0} == {**wanted.document(), "speed": 0}
        assert equal(read_all(place)[1:], read_all(tmp_path / "wanted")[1:])
        assert not (place / "parts").exists()
    assert steps > 4, "tables joined and parts removed, one by one"


class _Killed(BaseException):
    pass


def _dies_in_the_join(patch: pytest.MonkeyPatch, moment: int) -> dict[str, bool]:
    """From the `moment`-th step of the join on, nothing is written or removed any more."""
    state = {"died": False}
    count = 0
    write, unlink, close = keeper.write_table, Path.unlink, keeper.Keeper.close
    joining = False

    def step() -> None:
        nonlocal count
        if joining:
            count += 1
            if count > moment:
                state["died"] = True
                raise _Killed

    def stepped_write(path: Path, table: Any) -> None:
        step()
        write(path, table)

    def stepped_unlink(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".parquet":
            step()
        unlink(path, missing_ok=missing_ok)

    def closing(self: keeper.Keeper) -> None:
        nonlocal joining
        self.write_part()
        joining = True
        close(self)

    patch.setattr(keeper, "write_table", stepped_write)
    patch.setattr(Path, "unlink", stepped_unlink)
    patch.setattr(keeper.Keeper, "close", closing)
    return state

"""What the tables of a study hold: series, distributions, records."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from floorcast.measures.contacts.distribution import TIMES
from floorcast.measures.series import GROUP_COLUMNS, TYPE_COLUMNS
from floorcast.store import StudyError, arrow, through_time
from floorcast.store.cubes import query, read_series
from floorcast.store.records import records_table, write_records
from floorcast.study.through_time import curve
from tests.unit.measures.centre import (
    abandoned,
    answered,
    carried_in,
    group,
    make_run,
    make_world,
    random_run,
)
from tests.unit.store.made_up import run


def test_series_and_distributions_come_back_from_disk(tmp_path: Path) -> None:
    memory, disk = run(), run(tmp_path / "s")
    for policy in ("first", "second"):
        mine, other = memory.series(policy), disk.series(policy)
        assert len(mine) == len(other) == 4
        for one, two in zip(mine, other):
            assert one.type_names == two.type_names
            for name in TYPE_COLUMNS:
                np.testing.assert_allclose(one.by_type[name], two.by_type[name], rtol=1e-6)
            for name in GROUP_COLUMNS:
                np.testing.assert_allclose(one.by_group[name], two.by_group[name], rtol=1e-6)
        for name in TIMES:
            one_count = memory.distribution(policy).counts[name]
            assert np.array_equal(one_count, disk.distribution(policy).counts[name])


def test_series_are_kept_of_the_first_replications_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(through_time, "KEPT", 2)
    assert len(run(tmp_path / "s").series("first")) == 2
    assert len(run().series("second")) == 2


def test_a_study_without_replications_has_no_series(tmp_path: Path) -> None:
    empty = run(tmp_path / "s", should_stop=lambda: True)
    assert empty.series("first") == []
    assert empty.distribution("first").counts["wait"].sum() == 0
    with pytest.raises(ValueError, match="no replication"):
        empty.curve("first", "backlog")


def test_a_curve_is_a_ratio_of_means_with_a_band() -> None:
    result = run(replications=6)
    found = result.curve("first", "service_level", "channel", "phone", days=True)
    pairs = [
        one.ratio("service_level", "channel", "phone", days=True) for one in result.series("first")
    ]
    above, below = (np.array(values).sum() for values in zip(*pairs))
    assert found.mean[0] == pytest.approx(above / below)
    assert found.half_width[0] > 0
    assert found.unit == "share"
    by_interval = result.curve("first", "backlog")
    assert by_interval.start[:3].tolist() == [0, 1800, 3600]
    assert by_interval.mean.shape == (48,)


def test_a_curve_of_one_replication_has_no_band() -> None:
    result = run(replications=1)
    assert np.isnan(curve(result.series("first"), "backlog").half_width).all()


def test_the_tables_can_be_queried(tmp_path: Path) -> None:
    result = run(tmp_path / "s")
    found = query(
        "SELECT policy, sum(numerator) / sum(denominator) AS mean FROM replications"
        " WHERE measure = ? AND \"by\" = 'all' AND target < 0 GROUP BY policy ORDER BY policy",
        tmp_path / "s",
        ["asa"],
    )
    assert found["policy"].tolist() == ["first", "second"]
    assert found["mean"][0] == pytest.approx(result.study.value("first", "asa"))
    with pytest.raises(StudyError, match="cannot be queried"):
        query("SELECT nothing FROM replications", tmp_path / "s")
    with pytest.raises(StudyError, match="holds no study"):
        read_series(tmp_path, "first")


def test_records_are_in_words_and_what_never_happened_is_null(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    world = make_world({"calls": "phone", "mail": "email"}, {"a": group(), "b": group()})
    contacts = [
        answered(10.0, 5.0, group=1, agent=1),
        abandoned(20.0, 30.0),
        carried_in(60.0, contact_type=1),
    ]
    write_records(tmp_path / "contacts.parquet", make_run(world, contacts))
    rows = pq.read_table(tmp_path / "contacts.parquet").to_pylist()
    assert rows[0]["contact_type"] == "calls"
    assert rows[0]["channel"] == "phone"
    assert (rows[0]["outcome"], rows[0]["cause"]) == ("handled", "source")
    assert (rows[0]["group"], rows[0]["agent"], rows[0]["campaign"]) == ("b", 1, None)
    assert (rows[1]["outcome"], rows[1]["answered"], rows[1]["agent"]) == ("abandoned", None, None)
    assert (rows[2]["channel"], rows[2]["cause"], rows[2]["ended"]) == ("email", "backlog", None)
    assert [row["contact"] for row in rows] == [0, 1, 2]
    assert rows[1]["ended"] == 50.0


def test_records_written_in_several_pieces_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet as pq

    monkeypatch.setattr("floorcast.store.records._ROWS", 100)
    found = random_run(make_world(), 250)
    write_records(tmp_path / "contacts.parquet", found)
    assert pq.read_table(tmp_path / "contacts.parquet").equals(records_table(found))
    empty = make_run(make_world(), [])
    write_records(tmp_path / "none.parquet", empty)
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0


def test_columns_of_yes_and_no_are_what_they_were_made_of(tmp_path: Path) -> None:
    """Arrow keeps truths as bits, NumPy as bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    told = np.random.default_rng(1).random(1001) < 0.3
    missing = np.arange(1001) % 7 == 0
    made = arrow.table({"told": told, "known": arrow.column(told, missing)})
    assert made.column("told").to_pylist() == told.tolist()
    assert made.column("known").to_pylist() == [None if gone else one for one, gone in zip(told.tolist(), missing)]
    pq.write_table(made, tmp_path / "t.parquet")
    assert np.array_equal(arrow.numbers(pq.read_table(tmp_path / "t.parquet").column("told")), told)
    assert np.array_equal(arrow.numbers(pa.chunked_array([made.column("told").slice(5, 100)])), told[5:105])


def test_records_go_nowhere_half(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cannot be written"):
        write_records(tmp_path / "no" / "folder.parquet", make_run(make_world(), []))
    assert list(tmp_path.iterdir()) == []

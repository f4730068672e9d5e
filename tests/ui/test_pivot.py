"""The pivot of a study, and the flow of a hundred contacts: what is shown adds up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from floorcast import charts
from floorcast.charts.flows import ENDS
from floorcast.charts.look import LIGHT
from floorcast.store import StudyResult, run_study
from floorcast.store.cube.cut import cut
from floorcast.ui.results.pivot import flat, pivoted
from tests.ui.made_up import setting


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudyResult]:
    asked = setting()
    yield run_study(asked.scenario, asked.policies, replications=3, out=tmp_path_factory.mktemp("study") / "kept")


def test_a_pivot_has_a_column_for_every_value(result: StudyResult) -> None:
    assert isinstance(result.folder, Path)
    cube = cut(result.folder, ["channel", "policy"], ["offered", "service_level"])
    rows = pivoted(cube, "policy")
    assert [row["Channel"] for row in rows] == ["Phone", "Email"]
    assert list(rows[0])[1:] == [
        "Contacts arriving · Default", "Contacts arriving · Mail first", "Service level · Default",
        "Service level · Mail first",
    ]  # fmt: skip
    assert "±" in rows[0]["Service level · Default"]
    assert len(flat(cube)) == 4 and {"offered", "offered_half_width"} <= set(flat(cube)[0])
    by_hour = pivoted(cut(result.folder, ["hour"], ["offered"], {"channel": ["email"]}), None)
    assert [row["Hour"] for row in by_hour][:2] == ["00:00", "01:00"] and len(by_hour) == 24


def test_what_flows_into_a_channel_comes_out_of_it(result: StudyResult) -> None:
    measures = result.document()["measures"]
    for policy in ("default", "mail_first"):
        found = charts.streams(measures, policy)
        for channel in ("Phone", "Email"):
            into = sum(one.of_hundred for one in found if one.target == channel)
            out = sum(one.of_hundred for one in found if one.source == channel)
            assert into == pytest.approx(out) and into > 0
        words = {word for word, _ in ENDS.values()}
        assert sum(one.of_hundred for one in found if one.target in words) == pytest.approx(100)
        assert sum(one.of_hundred for one in found if one.source == "Had hung up before") == 0
    figure = charts.flow({"Default": charts.streams(measures, "default")}, LIGHT)
    assert figure.data[0].type == "sankey" and "Phone" in " ".join(figure.data[0].node.label)

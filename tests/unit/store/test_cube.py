"""Cubes: cuts agree with the study, with curves, and with the contacts themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from floorcast.policy import policies_of
from floorcast.scenario import load_scenario
from floorcast.store import StudyError, StudyResult, run_study
from floorcast.store.cube.contacts import cut_contacts
from floorcast.store.cube.cut import Cube, cut
from tests.unit.cli.small import SCENARIO, write_small


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    place = tmp_path_factory.mktemp("cube")
    text = SCENARIO.replace("days: 1", "start: 2024-02-28\ndays: 3\npolicies: [oldest.yaml, calls.yaml]")
    scenario = load_scenario(write_small(place, text))
    return run_study(scenario, policies_of(scenario), out=place / "study", replications=4)


def values(cube: Cube, measure: str) -> dict[tuple[str, ...], tuple[float, float]]:
    at = [one.name for one in cube.measures].index(measure)
    return {cell.place: (cell.mean[at], cell.half_width[at]) for cell in cube.cells}


def folder(study: StudyResult) -> Path:
    assert study.folder is not None
    return study.folder


@pytest.mark.parametrize("measure", ["offered", "service_level", "asa", "first_response_mean"])
def test_a_cut_by_channel_is_what_the_study_says(study: StudyResult, measure: str) -> None:
    found = values(cut(folder(study), ("policy", "channel"), (measure,)), measure)
    assert set(found) == {(p, c) for p in ("oldest", "calls") for c in ("phone", "email")}
    for (policy, channel), (mean, half) in found.items():
        place = study.study.place[measure, "channel", channel]
        wanted = study.study.estimates(study.study.policies.index(policy), [place])
        assert mean == pytest.approx(wanted.mean[0], rel=1e-5)
        assert half == pytest.approx(wanted.half_width()[0], rel=1e-4)


def test_cuts_in_time_are_the_curves(study: StudyResult) -> None:
    found = values(cut(folder(study), ("interval",), ("agents_present",), {"policy": ["calls"]}), "agents_present")
    curve = study.curve("calls", "agents_present")
    assert np.allclose([mean for mean, _ in found.values()], curve.mean)
    assert next(iter(found)) == ("2024-02-28 00:00:00",)
    days = values(cut(folder(study), ("day", "weekday"), ("offered",), {"policy": ["calls"]}), "offered")
    assert list(days) == [("2024-02-28", "Wed"), ("2024-02-29", "Thu"), ("2024-03-01", "Fri")]
    assert [mean for mean, _ in days.values()] == pytest.approx(study.curve("calls", "offered", days=True).mean)


def test_a_backlog_over_many_hours_is_their_mean(study: StudyResult) -> None:
    found = values(cut(folder(study), ("hour",), ("backlog",), {"policy": ["calls"], "channel": ["email"]}), "backlog")
    curve = study.curve("calls", "backlog", "channel", "email").mean.reshape(3, 24, 2)
    assert len(found) == 24
    assert [mean for mean, _ in found.values()] == pytest.approx(curve.mean(axis=(0, 2)), rel=1e-5)


def test_contacts_simulated_again_add_up_to_the_same(study: StudyResult) -> None:
    measures = ("offered", "handled", "service_level", "asa", "aht")
    kept = cut(folder(study), ("policy", "contact_type"), measures)
    again = cut_contacts(folder(study), ("policy", "contact_type"), measures, replications=4)
    assert again.replications == 4
    for measure in measures:
        mine, other = values(kept, measure), values(again, measure)
        assert mine.keys() == other.keys()
        for place, figure in mine.items():
            assert other[place] == pytest.approx(figure, rel=1e-4)


def test_drilling_down_to_agents_and_contacts(study: StudyResult) -> None:
    by_agent = values(cut_contacts(folder(study), ("agent",), ("handled",), {"policy": ["calls"]}, 2), "handled")
    assert {agent for (agent,) in by_agent} <= {"0", "1", "2", "none"}
    whole = values(cut_contacts(folder(study), (), ("handled",), {"policy": ["calls"]}, 2), "handled")
    assert sum(mean for mean, _ in by_agent.values()) == pytest.approx(whole[()][0])
    where = {"policy": ["calls"], "agent": ["1"], "replication": ["0"]}
    one_by_one = cut_contacts(folder(study), ("contact",), ("handled",), where, 1)
    assert sum(cell.mean[0] for cell in one_by_one.cells) > 50
    apart = cut_contacts(folder(study), ("contact",), ("offered",), {"policy": ["calls"]}, 2)
    assert apart.by == ("replication", "contact")  # contact 7 of one replication is another customer in the next
    places = [(int(replication), int(contact)) for replication, contact in (cell.place for cell in apart.cells)]
    assert places == sorted(places) and {replication for replication, _ in places} == {0, 1}


def test_a_history_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 1, "counts": {}, "doubts": [], "files": []}')
    with pytest.raises(StudyError, match="is a history, not a study; floorcast fit"):
        cut(tmp_path, ("channel",), ("offered",))


def test_ends_bands_and_classes_add_up_to_the_whole(tmp_path: Path) -> None:
    """Every relevant post has one end, every letter and post one band; the funnel and the bands say as many."""
    from floorcast.scenario.what_if.variants import variants_of
    from floorcast.shipped import SCENARIOS
    from floorcast.study.alternatives.options import options_of

    scenario = load_scenario(SCENARIOS / "storm.yaml")
    under = policies_of(scenario)[:1]
    options = options_of(scenario, under, variants_of(["volume +5 %"], scenario))
    result = run_study(scenario, under, options=options, out=tmp_path / "s", replications=1)
    both = values(cut(tmp_path / "s", ("variant",), ("offered",)), "offered")
    assert set(both) == {("as written",), ("volume +5 %",)}
    where = {"variant": ["as written"]}
    ends = values(cut_contacts(tmp_path / "s", ("end",), ("offered",), where, 1), "offered")
    for end in ("replied", "unheard", "still_open"):
        place = result.study.place.get((end, "funnel", "all posts"))
        if place is not None:
            wanted = result.study.estimates(0, [place]).mean[0]
            assert ends.get((end,), (0.0, 0.0))[0] == pytest.approx(wanted, abs=1e-6)
    bands = values(cut_contacts(tmp_path / "s", ("priority_band",), ("offered",), where, 1), "offered")
    for band in ("high", "middle", "low"):
        place = result.study.place["offered", "priority", band]
        assert bands.get((band,), (0.0, 0.0))[0] <= result.study.estimates(0, [place]).mean[0] + 1e-6
    public = values(cut_contacts(tmp_path / "s", ("network", "channel"), ("offered",), where, 1), "offered")
    assert all(network == (channel if scenario.traits_of(channel).public else "none") for network, channel in public)
    assert len({network for network, _ in public}) > 1
    for dimension in ("tier", "reach_class"):
        found = values(cut_contacts(tmp_path / "s", ("variant", dimension), ("offered",), {}, 1), "offered")
        assert {place[0] for place in found} == {"as written", "volume +5 %"}


def test_names_that_are_not_there(study: StudyResult, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no measure 'asap' .did you mean 'asa'"):
        cut(folder(study), ("channel",), ("asap",))
    with pytest.raises(StudyError, match="no dimension 'chanel' .did you mean 'channel'"):
        cut(folder(study), ("chanel",), ("asa",))
    with pytest.raises(StudyError, match="occupancy is kept by groups; found channel"):
        cut(folder(study), ("channel",), ("occupancy",))
    with pytest.raises(StudyError):
        cut(tmp_path, ("channel",), ("asa",))


def test_contacts_of_a_changed_scenario_are_not_made_up(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    scenario = load_scenario(file)
    run_study(scenario, policies_of(scenario), out=tmp_path / "s", replications=1)
    file.write_text(file.read_text().replace("30 per hour", "31 per hour"))
    with pytest.raises(StudyError, match="small.yaml has changed since"):
        cut_contacts(tmp_path / "s", ("sentiment",), ("offered",))

"""Replications on threads: the same study for any number of them, cut short or taken up again."""

from __future__ import annotations

import _thread
import json
from typing import Any

import numpy as np
import pytest

from floorcast.study import Replicates, Study, document
from tests.unit.measures.centre import make_world
from tests.unit.study.made_up import MadeUpSimulation, worlds


def replicates(simulate: Any, n_policies: int = 2, **more: Any) -> Replicates:
    names = [f"policy {number}" for number in range(n_policies)]
    return Replicates(worlds(n_policies), simulate, 7, names=names, **more)


def study_with(jobs: int) -> Study:
    several = replicates(MadeUpSimulation(), jobs=jobs)
    assert several.run(6)
    return several.study("made up")


def test_results_are_identical_for_any_number_of_threads() -> None:
    one, three = study_with(1), study_with(3)
    for attribute in ("above", "below"):
        for mine, other in zip(getattr(one, attribute), getattr(three, attribute)):
            assert np.array_equal(mine, other, equal_nan=True)
    assert document(one) == document(three)


def test_replications_run_on_threads() -> None:
    simulation = MadeUpSimulation(contacts=3000)
    replicates(simulation, jobs=2).run(8)
    assert {name.split("_")[0] for name in simulation.threads} == {"replication"}
    assert len(simulation.threads) == 2


def test_progress_counts_up_to_the_total() -> None:
    seen: list[tuple[int, int]] = []
    replicates(MadeUpSimulation()).run(3, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 6) for done in range(7)]


def test_stopping_keeps_what_is_finished_and_compares_equal_customers() -> None:
    simulation = MadeUpSimulation()
    several = replicates(simulation)
    assert not several.run(50, should_stop=lambda: len(simulation.ran) >= 7)
    study = several.study("made up")
    assert 3 <= study.replications <= 5
    assert study.above[0].shape == study.above[1].shape
    assert study.speed.contacts == 60 * len(simulation.ran)


def test_ctrl_c_keeps_what_is_finished() -> None:
    sunk: list[tuple[int, int]] = []

    def sink(finished: Any, observed: Any) -> None:
        sunk.append((finished.policy, finished.replication))
        if len(sunk) == 4:
            _thread.interrupt_main()

    simulation = MadeUpSimulation()
    several = replicates(simulation, sink=sink)
    assert not several.run(1000)
    assert several.common >= 2
    assert set(sunk) == set(simulation.ran), "what was in work is finished and kept"


def test_a_study_goes_on_from_finished_replications() -> None:
    kept: dict[tuple[int, int], Any] = {}
    first = MadeUpSimulation()
    replicates(first, sink=lambda one, _: kept.update({(one.policy, one.replication): one})).run(3)
    again = MadeUpSimulation()
    several = replicates(again, finished=kept)
    assert several.run(6)
    assert sorted(again.ran) == [(policy, number) for policy in (0, 1) for number in (3, 4, 5)]
    assert document(several.study("made up"))["measures"] == document(study_with(2))["measures"]


def test_an_error_of_one_replication_is_raised_after_the_others_are_kept() -> None:
    sunk: list[Any] = []
    several = replicates(
        MadeUpSimulation(fail_at=2), jobs=2, sink=lambda one, _: sunk.append(one.replication)
    )
    with pytest.raises(RuntimeError, match="replication 2 fails"):
        several.run(50)
    assert several.common == 2
    assert sunk.count(0) == sunk.count(1) == 2


def test_an_error_of_the_sink_is_raised() -> None:
    def full(finished: Any, observed: Any) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        replicates(MadeUpSimulation(), sink=full).run(50)


def test_what_is_observed_of_a_run_reaches_the_sink() -> None:
    seen: dict[Any, Any] = {}
    replicates(
        MadeUpSimulation(),
        observe=lambda policy, run, table: (policy, len(run.contacts)),
        sink=lambda one, observed: seen.update({(one.policy, one.replication): observed}),
    ).run(2)
    assert seen == {(p, r): (p, 60) for p in (0, 1) for r in (0, 1)}


def test_options_may_have_contact_types_of_their_own() -> None:
    mixed = [make_world(), make_world({"mail": "email"})]
    both = Replicates(mixed, MadeUpSimulation(), 1, names=["a", "b"])
    both.run(2)
    study = both.study("mixed")
    assert study.lacks(1, study.place["offered", "contact_type", "calls"])
    assert not study.lacks(0, study.place["offered", "contact_type", "calls"])
    assert not study.lacks(1, study.place["offered", "contact_type", "mail"])
    assert not np.isnan(study.value("b", "offered"))


def test_no_threads_are_refused() -> None:
    with pytest.raises(ValueError, match="0 jobs"):
        replicates(MadeUpSimulation(), jobs=0)


def test_the_document_has_the_shape_of_the_command_line_and_no_nan() -> None:
    found = document(study_with(2))
    text = json.dumps(found, allow_nan=False)
    assert list(json.loads(text)) == [
        "scenario", "policies", "seed", "replications", "channels", "measures", "targets", "differences",
        "spread", "speed",
    ]  # fmt: skip
    entry = next(one for one in found["measures"] if one["measure"] == "asa")
    assert list(entry) == ["policy", "measure", "by", "of", "mean", "half_width", "unit"]
    assert found["policies"] == ["policy 0", "policy 1"]
    assert found["speed"]["contacts"] == 12 * 60
    entry = found["differences"][0]
    assert list(entry) == [
        "measure",
        "by",
        "of",
        "policy",
        "against",
        "mean",
        "half_width",
        "verdict",
    ]


def test_the_document_of_one_replication_has_means_without_intervals() -> None:
    several = replicates(MadeUpSimulation(), n_policies=1)
    several.run(1)
    found = document(several.study("made up"))
    assert all(one["half_width"] is None for one in found["measures"])
    assert any(one["mean"] is not None for one in found["measures"])
    assert found["differences"] == []


def test_a_study_stopped_at_once_is_empty_but_whole() -> None:
    several = replicates(MadeUpSimulation())
    assert not several.run(5, should_stop=lambda: True)
    found = document(several.study("made up"))
    assert found["replications"] == 0
    assert all(one["mean"] is None for one in found["measures"])

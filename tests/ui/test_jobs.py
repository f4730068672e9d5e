"""Studies behind the page: progress, stopping, going on, and faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

import floorcast.ui.base.jobs as jobs
from floorcast.store import StudyError
from floorcast.ui.base.jobs import start
from tests.ui.made_up import LONG, SMALL, setting, small

T = TypeVar("T")


@pytest.fixture(autouse=True)
def own_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path / "results"))
    yield
    assert not jobs._running, "a job was left behind"


def test_a_study_runs_behind_and_is_kept() -> None:
    job = start(setting())
    assert job.wait(LONG) and job.fault is None and job.result is not None
    assert job.result.study.replications == 3 and not job.result.interrupted
    progress = job.progress()
    assert (progress.phase, progress.done, progress.total, progress.share) == (
        "finished",
        6,
        6,
        1.0,
    )
    assert (job.folder / "manifest.json").exists()


def test_the_same_setting_again_takes_what_is_there() -> None:
    first = start(setting())
    assert first.wait(LONG)
    again = start(setting(replications=4))
    assert again.wait(LONG) and again.folder == first.folder
    assert again.result is not None and again.result.resumed == 6
    assert again.result.study.replications == 4


def test_a_stopped_study_keeps_what_is_finished_and_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = start(setting(replications=400))
    enough = threading.Event()
    advance = job._advance

    def stop_soon(done: int, total: int) -> None:
        advance(done, total)
        if done >= 10:
            job.stop()
            enough.set()

    monkeypatch.setattr(job, "_advance", stop_soon)
    # The study may have taken the method before; then it is stopped from here.
    enough.wait(2)
    job.stop()
    assert job.stopping
    next_one = start(setting(replications=2))  # at once: waits for the folder
    assert job.wait(LONG) and next_one.wait(LONG)
    assert job.result is not None and job.result.interrupted
    assert next_one.result is not None and next_one.fault is None
    assert next_one.result.study.replications == 2


def test_a_study_that_runs_already_is_joined() -> None:
    one, other = start(setting(replications=5)), start(setting(replications=5))
    assert one is other or one.over
    assert one.wait(LONG) and other.wait(LONG)


def test_a_job_that_nobody_looks_at_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "FORGOTTEN", -1.0)
    job = start(setting(replications=50))
    assert job.wait(LONG) and job.result is not None
    assert job.result.interrupted and job.result.study.replications < 50


def test_a_fault_is_kept_for_the_page(tmp_path: Path) -> None:
    again = "    retry: {probability: 1, delay: 1 min, at_most: 50}\n"
    text = SMALL.replace("    patience: {exponential: 3 min}\n", "    patience: 10s\n" + again)
    scenario = small(text.replace("agents: 6", "agents: 1") + "limits: {contacts: 2000}\n")
    job = start(setting(scenario))
    assert job.wait(LONG)
    assert job.result is None and "limits.contacts" in str(job.fault)


def test_a_folder_that_is_no_study_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("FLOORCAST_RESULTS", str(tmp_path / "file"))
    job = start(setting())
    assert job.wait(LONG)
    assert isinstance(job.fault, StudyError)


def test_one_readers_stop_leaves_the_study_to_the_others() -> None:
    job = start(setting(replications=60), "Ann")
    assert start(setting(replications=60), "Bob") is job
    job.stop("Ann")
    assert not job.stopping and not job.waits("Ann") and job.progress("Bob").others == 0
    assert job.wait(LONG) and job.result is not None
    assert job.result.study.replications == 60 and not job.result.interrupted


def test_it_ends_when_nobody_is_left() -> None:
    job = start(setting(replications=2000), "Ann")
    job.join("Bob")
    job.stop("Ann")
    job.stop("Bob")
    assert job.stopping and job.wait(LONG)
    assert job.result is not None and job.result.interrupted


def test_who_loads_the_page_anew_waits_in_place_of_who_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AWAY", 0.0)
    wanted = setting(replications=5000, seed=11)
    job = start(wanted, "Ann before", browser="ann's")
    assert jobs.running_of(wanted, "bob's") is None and jobs.running_of(setting(seed=12), "ann's") is None
    assert jobs.running_of(wanted, "ann's") is job
    time.sleep(0.01)
    job.come_back("Ann", "ann's")
    assert job.waits("Ann") and not job.waits("Ann before") and job.progress("Ann").others == 0
    job.stop("Ann")
    assert job.stopping and job.wait(LONG)
    assert jobs.running_of(wanted, "ann's") is None


def test_the_line_lets_everybody_have_a_turn_and_says_how_many_are_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ann's second study was asked for before Bob's first, and waits behind it."""
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 1)
    first = start(setting(replications=5000, seed=1), "Ann")
    while first.progress("Ann").phase == "waiting":
        time.sleep(0.01)
    second, other = start(setting(seed=2), "Ann"), start(setting(seed=3), "Bob")
    assert second.progress("Ann").ahead == 2 and other.progress("Bob").ahead == 1
    first.stop("Ann")
    assert first.wait(LONG) and other.wait(LONG) and second.wait(LONG)


def test_twenty_readers_each_get_their_own_and_nobody_waits_for_another() -> None:
    """Starting and asking return at once for all of them while two at a time are in work."""
    slowest = 0.0

    def timed(call: Callable[[], T]) -> T:
        nonlocal slowest
        began = time.perf_counter()
        found = call()
        slowest = max(slowest, time.perf_counter() - began)
        return found

    mine = {f"reader {n}": timed(partial(start, setting(seed=n), f"reader {n}")) for n in range(20)}
    assert len({id(job) for job in mine.values()}) == 20
    while not all(job.over for job in mine.values()):
        for name, job in mine.items():
            timed(partial(job.progress, name))
        assert len(jobs._in_work) <= jobs.MOST_AT_ONCE
        time.sleep(0.02)
    assert all(job.result is not None and job.result.study.replications == 3 for job in mine.values())
    assert slowest < 1.0

"""A real Dask scheduler with worker processes, some of them killed in the middle of the work."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from floorcast.policy import policies_of
from floorcast.scenario import InputErrors
from floorcast.scenario.what_if.variants import variants_of
from floorcast.store import run_study
from floorcast.study.alternatives.options import options_of
from floorcast.study.running.cluster import Cluster, workers
from tests.unit.cli.small import floorcast, write_small
from tests.unit.scenario.written import loaded
from tests.unit.what_if.test_grammar import CENTRE

distributed = pytest.importorskip("distributed")


def study(out: Path, pool=None, n=24):
    scenario = loaded(CENTRE)
    policies = policies_of(scenario)
    options = options_of(scenario, policies, variants_of(["few: callers -3"], scenario))
    run_study(scenario, policies, options=options, replications=n, jobs=2, out=out, pool=pool)
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


def test_workers_that_die_cost_no_result(tmp_path):
    threads = study(tmp_path / "threads")
    assert set(threads) == {
        "replications.parquet", "runs.parquet", "intervals.parquet", "floor.parquet", "waits.parquet",
    }  # fmt: skip
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        killed: list[int] = []
        over = threading.Event()

        def kill() -> None:
            while not over.is_set() and len(killed) < 4:
                time.sleep(0.7)
                pids = [w.process.pid for w in local.workers.values() if w.process and w.process.pid]
                pids = [pid for pid in pids if pid not in killed]
                if pids and not over.is_set():
                    os.kill(pids[len(killed) % len(pids)], signal.SIGKILL)
                    killed.append(pids[len(killed) % len(pids)])

        murderer = threading.Thread(target=kill)
        murderer.start()
        cluster = study(tmp_path / "cluster", Cluster(client), n=24)
        while len(killed) < 2:  # the machine was quicker than the killer: more work, until two have died
            cluster = study(tmp_path / f"cluster{time.monotonic()}", Cluster(client), n=24)
        over.set()
        murderer.join()
    assert len(killed) >= 2
    assert cluster.keys() == threads.keys()
    for name, there in threads.items():
        assert cluster[name] == there, f"{name} differs"


def test_numbers_of_threads_leave_every_byte(tmp_path):
    scenario = loaded(CENTRE)
    found = []
    for jobs in (1, 3):
        out = tmp_path / str(jobs)
        run_study(scenario, policies_of(scenario), replications=9, jobs=jobs, out=out)
        found.append({path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))})
    assert found[0] == found[1]


def test_the_command_and_what_it_refuses(tmp_path):
    write_small(tmp_path)
    done = floorcast(
        "compare", "small.yaml", "--with", "team +1", "-n", "3", "--cluster", "local:1", "--out", "there",
        folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    floorcast("compare", "small.yaml", "--with", "team +1", "-n", "3", "--out", "here", folder=tmp_path)
    for path in (tmp_path / "here").glob("*.parquet"):
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()
    for address in ("local:none", "local:0"):
        with pytest.raises(InputErrors, match="local:N"), workers(address):
            pass


def test_no_scheduler_at_the_address(monkeypatch):
    from floorcast.study.running import cluster

    monkeypatch.setattr(cluster, "_WAIT", 1.0)
    with pytest.raises(InputErrors, match="found no scheduler at 'tcp://127.0.0.1:9'") as caught, workers(
        "tcp://127.0.0.1:9"
    ):
        pass
    assert len(str(caught.value).splitlines()) == 1


def test_a_fault_of_the_simulation_is_told_as_on_threads():
    scenario = loaded(CENTRE)

    def broken(world, seed, replication):
        raise ArithmeticError(f"replication {replication} is broken on purpose")

    with workers("local:1") as pool, pytest.raises(ArithmeticError, match="broken on purpose"):
        run_study(scenario, policies_of(scenario), replications=2, pool=pool, simulate=broken)

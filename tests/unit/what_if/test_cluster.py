"""A real Dask scheduler with worker processes, some of them killed in the middle of the work."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from floorcast.planning.requirement import staffing
from floorcast.planning.shifts import schedule, written
from floorcast.policy import policies_of
from floorcast.scenario import InputErrors
from floorcast.scenario.what_if.variants import variants_of
from floorcast.store import run_study
from floorcast.study.alternatives.options import options_of
from floorcast.study.running.cluster import Cluster, workers
from tests.unit.cli.small import floorcast, floorcast_alone, write_small
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
        local(2) as there,
        distributed.Client(there, set_as_default=False) as client,
    ):
        killed: list[int] = []
        over = threading.Event()

        def kill() -> None:
            while not over.is_set() and len(killed) < 4:
                time.sleep(0.7)
                # Who dies before it has begun is not started again by its nanny: nobody would be left.
                alive = [w for w in there.workers.values() if w.status is distributed.core.Status.running and w.process]
                pids = [w.process.pid for w in alive if w.process.pid and w.process.pid not in killed]
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
    with socket.socket() as other:
        with suppress(OSError):  # the usual port is another study's
            other.bind(("", 8787))
            other.listen()
        done = floorcast_alone(
            "compare", "small.yaml", "--with", "team +1", "-n", "3", "--cluster", "local:1", "--out", "there",
            folder=tmp_path,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    floorcast("compare", "small.yaml", "--with", "team +1", "-n", "3", "--out", "here", folder=tmp_path)
    for path in (tmp_path / "here").glob("*.parquet"):
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()
    for address in ("local:none", "local:0", "nothing", "tcp://10.0.0.1"):
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


SHIFTS = """
days: 1
channels: {phone: {kind: phone, open: "08:00-16:00", answer_within: 20s}}
contact_types:
  calls:
    channel: phone
    arrivals: [{rate: {per: 1h, daily: {"08:00": 40, "12:00": 70, "16:00": 0}}}]
    work: {exponential: 4 min}
    patience: {exponential: 3 min}
groups: {team: {channels: [phone], cost_per_hour: 20, agents: 0}}
shift_types: {part: {start: {from: "08:00", to: "12:00", step: 2h}, length: 4h}}
targets: [{of: phone, measure: service_level, within: 20s, at_least: 80 %}]
"""


def local(n: int, **more):
    return distributed.LocalCluster(
        n_workers=n, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50, **more
    )


def test_plans_are_the_same_and_workers_may_come_late():
    """The cluster has nobody when the work is handed out; one worker comes later, and does it."""
    scenario = loaded(SHIFTS)
    policy = policies_of(scenario)[0]

    def plans(pool):
        needed = staffing.document(staffing.staff(scenario, policy, replications=12, jobs=2, pool=pool))
        plan = written.document(schedule.schedule(scenario, policy, replications=10, jobs=2, pool=pool))
        return json.dumps([needed, plan], sort_keys=True)

    with local(0) as there, distributed.Client(there, set_as_default=False) as client:
        late = threading.Timer(1.0, there.scale, [1])
        late.start()
        found = plans(Cluster(client))
        assert late.finished.is_set() and len(client.nthreads()) == 1
    assert found == plans(None)


def numbered(replication: int) -> tuple[int, int]:
    """Work that takes a while and says which process did it."""
    if replication == 13:
        raise ArithmeticError("thirteen is broken on purpose")
    end = time.thread_time() + 0.005
    while time.thread_time() < end:
        pass
    return replication, os.getpid()


def test_replications_go_out_in_bundles_and_all_workers_have_some():
    with local(2) as there, distributed.Client(there, set_as_default=False) as client:
        pool = Cluster(client)
        sent = []
        submit = client.submit
        client.submit = lambda *given, **more: (sent.append(given), submit(*given, **more))[1]
        first = pool.submit([(numbered, n) for n in range(20)])
        assert [one.result()[0] for one in first[:13]] == list(range(13))
        with pytest.raises(ArithmeticError, match="thirteen"):
            first[13].result()
        assert first[14].result()[0] == 14, "the fault of one is not that of its bundle"
        for one in first[15:]:
            one.result()
        before = len(sent)
        many = pool.submit([(numbered, n) for n in range(100, 500)])
        found = [one.result() for one in many]
        assert [n for n, _ in found] == list(range(100, 500))
        assert len(sent) - before < 40, "ten replications or more in a task"
        assert min(sum(pid == one for _, pid in found) for one in {pid for _, pid in found}) > 50
        assert len({pid for _, pid in found}) == 2

        def broken(world, seed, replication):
            raise ArithmeticError(f"replication {replication} is broken on purpose")

        scenario = loaded(CENTRE)
        with pytest.raises(ArithmeticError, match="broken on purpose"):
            run_study(scenario, policies_of(scenario), replications=2, pool=pool, simulate=broken)


@pytest.mark.slow
@pytest.mark.skipif("FLOORCAST_GENERATE" not in os.environ, reason="compiles once more; in `make verify`")
def test_workers_without_the_compiled_model_make_it_first(tmp_path):
    threads = study(tmp_path / "threads", n=4)
    with (
        local(1, env={"FLOORCAST_CACHE": str(tmp_path / "empty")}) as there,
        distributed.Client(there, set_as_default=False) as client,
    ):
        assert study(tmp_path / "cluster", Cluster(client), n=4) == threads
    assert any((tmp_path / "empty").iterdir()), "the worker had a compiled model after all"

"""Replications on a Dask cluster: the same digits as on threads; workers that die cost time, never results."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from hashlib import sha256
from threading import Lock
from types import TracebackType
from typing import Any

from floorcast.scenario.read.problems import InputErrors, Problem
from floorcast.study.running.workers import Job, Measured, Pool, replicate

MOST_DEATHS = 50  # workers that one replication may outlive; then it is what kills them
LANES_AHEAD = 3  # replications per thread of the cluster, so that none waits for the next
_WAIT = 15.0  # seconds for a scheduler to answer


@contextmanager
def workers(address: str | None) -> Iterator[Pool | None]:
    """The pool of a `--cluster` option: None without one; `local:N` starts N worker processes here.

    Raises `InputErrors` where no scheduler answers, or the package is missing.
    """
    if address is None:
        yield None
        return
    try:
        import distributed as dask
    except ImportError:
        raise _wrong("needs a package that is not installed: pip install 'floorcast[cluster]'") from None
    distributed: Any = dask
    kind, _, number = address.partition(":")
    if kind == "local":
        if not number.isdigit() or not 1 <= int(number) <= 1024:
            raise _wrong(f"found {address!r}; allowed local:N with N worker processes, or a scheduler's address")
        with (
            distributed.LocalCluster(
                n_workers=int(number), threads_per_worker=1, processes=True, dashboard_address=None,
                silence_logs=50,
            ) as local,
            distributed.Client(local, set_as_default=False) as client,
        ):  # fmt: skip
            yield Cluster(client)
        return
    try:
        client = distributed.Client(address, timeout=_WAIT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        raise _wrong(f"found no scheduler at {address!r}: {str(fault).splitlines()[0][:120]}") from None
    with client:
        yield Cluster(client)


def _wrong(message: str) -> InputErrors:
    return InputErrors([Problem("--cluster", None, "", message)])


class Cluster:
    """A pool on a Dask client. A job travels once, as a task that any worker can do again; replications
    depend on it, so that a worker that joins late or dies changes nothing but the time."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._jobs: dict[int, Any] = {}
        self._sent: list[Job] = []  # kept, so that no id is used twice
        self._lock = Lock()

    @property
    def lanes(self) -> int:
        threads = int(sum(self._client.nthreads().values()))
        return max(2, LANES_AHEAD * threads)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Jobs stay with the workers, for the next run of the same study."""

    def submit(self, job: Job, replication: int) -> Future[Measured]:
        """Begin one replication."""
        found: Future[Measured] = Future()
        self._begin(job, replication, found, 0)
        return found

    def _begin(self, job: Job, replication: int, found: Future[Measured], deaths: int) -> None:
        task = self._client.submit(
            _replicate, self._sent_job(job), replication, pure=False
        )
        task.add_done_callback(lambda done: self._end(done, job, replication, found, deaths))

    def _sent_job(self, job: Job) -> Any:
        with self._lock:
            known = self._jobs.get(id(job))
            if known is None:
                import cloudpickle  # type: ignore[import-untyped]

                blob = cloudpickle.dumps(job)
                key = f"floorcast-job-{sha256(blob).hexdigest()[:24]}"
                known = self._client.submit(_unpacked, blob, key=key)
                self._jobs[id(job)] = known
                self._sent.append(job)
            return known

    def _end(self, task: Any, job: Job, replication: int, found: Future[Measured], deaths: int) -> None:
        if found.cancelled():
            return
        try:
            measured: Measured = pickle.loads(task.result())
        except BaseException as fault:
            if _died(fault) and deaths < MOST_DEATHS:
                with self._lock:
                    self._jobs.pop(id(job), None)
                self._begin(job, replication, found, deaths + 1)
            elif not found.cancelled():
                found.set_exception(fault)
            return
        if not found.cancelled():
            found.set_result(measured)


def _died(fault: BaseException) -> bool:
    """Whether a task was lost with its workers, not by a fault of its own."""
    from distributed import CancelledError, KilledWorker

    return isinstance(fault, KilledWorker | CancelledError)


def _unpacked(blob: bytes) -> Job:
    """On the worker: a job, and the compiled model loaded or made."""
    job: Job = pickle.loads(blob)
    return job


def _replicate(job: Job, replication: int) -> bytes:
    """On the worker: one replication, as bytes, so that floats arrive as they are."""
    return pickle.dumps(replicate(job, replication), protocol=pickle.HIGHEST_PROTOCOL)

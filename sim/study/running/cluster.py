"""Replications on a Dask cluster: identical to those on threads; workers that die cost time, never results."""

from __future__ import annotations

import pickle
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from types import TracebackType
from typing import Any
from weakref import WeakKeyDictionary

from floorcast.scenario.read.extras import optional
from floorcast.scenario.read.problems import InputErrors, Problem
from floorcast.study.running.workers import Pool, Work

MOST_DEATHS = 50  # workers that one replication may outlive; then it is what kills them
LANES_AHEAD = 3  # bundles per thread of the cluster, so that none waits for the next
BUNDLE = 0.5  # seconds that a bundle of replications takes
MOST_IN_BUNDLE = 100
_ADDRESS = re.compile(r"((tcp|tls|wss?|ucx)://)?[^\s/]+:\d+/?")
_RECOUNT = 1.0  # seconds after which workers are counted anew
_WAIT = 15.0  # seconds for a scheduler to answer


@contextmanager
def workers(address: str | None) -> Iterator[Pool | None]:
    """The pool of a `--cluster` option: None without one; `local:N` starts N worker processes here.

    Raises `InputErrors` where no scheduler answers, or the package is missing.
    """
    if address is None:
        yield None
        return
    distributed = optional("distributed", "--cluster", "dask.distributed", "cluster")
    kind, _, number = address.partition(":")
    if kind == "local":
        if not number.isdigit() or not 1 <= int(number) <= 1024:
            raise _wrong(f"found {address!r}; allowed local:N with N worker processes, or a scheduler's address")
        with (
            distributed.LocalCluster(
                n_workers=int(number), threads_per_worker=1, processes=True, silence_logs=50,
                dashboard_address="127.0.0.1:0",  # any free port: two studies may run at once
            ) as local,
            distributed.Client(local, set_as_default=False) as client,
        ):  # fmt: skip
            yield Cluster(client)
        return
    if not _ADDRESS.fullmatch(address):
        raise _wrong(f"found {address!r}; allowed local:N, or a scheduler's address such as tcp://10.0.0.1:8786")
    try:
        client = distributed.Client(address, timeout=_WAIT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        raise _wrong(f"found no scheduler at {address!r}: {str(fault).splitlines()[0][:120]}") from None
    with client:
        yield Cluster(client)


def _wrong(message: str) -> InputErrors:
    return InputErrors([Problem("--cluster", None, "", message)])


class Cluster:
    """A pool on a Dask client. Work travels once, as a task that any worker can do again; replications
    depend on it, so that a worker that joins late or dies changes nothing but the time.

    Replications go out in bundles that take about `BUNDLE` seconds, for each task costs the scheduler and this
    process some milliseconds whatever is in it.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        # By the work itself: what nobody will ask for again is let go here and on the workers.
        self._sent: WeakKeyDictionary[Work, Any] = WeakKeyDictionary()
        self._lock = Lock()
        self._out = 0  # replications that are with the cluster
        self._times_sent = 0
        self._seconds = 0.0  # of a replication, as the last bundles took; 0 before the first
        self._threads, self._counted = 1, float("-inf")

    @property
    def lanes(self) -> int:
        return max(2, LANES_AHEAD * self._workers() * self._bundle())

    def _workers(self) -> int:
        """Threads of all workers there are; asked for now and then, since it takes a while."""
        now = time.monotonic()
        if now - self._counted >= _RECOUNT:
            self._threads = max(1, int(sum(self._client.nthreads().values())))
            self._counted = now
        return self._threads

    def _bundle(self) -> int:
        """Replications of a whole bundle."""
        return 1 if not self._seconds else max(1, min(MOST_IN_BUNDLE, int(BUNDLE / self._seconds)))

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Work stays with the workers, for the next run of the same study."""

    def submit(self, places: Sequence[tuple[Work, int]]) -> list[Future[Any]]:
        """Begin replications."""
        found: list[Future[Any]] = [Future() for _ in places]
        with self._lock:
            self._out += len(places)
            # Smaller bundles where there is little to do: every worker is to have some of it.
            size = max(1, min(self._bundle(), -(-self._out // (2 * self._workers()))))
        entries = [_Entry(work, number, one) for (work, number), one in zip(places, found, strict=True)]
        for first in range(0, len(entries), size):
            self._begin(entries[first : first + size], 0)
        return found

    def _begin(self, bundle: list[_Entry], deaths: int) -> None:
        works = list({id(entry.work): entry.work for entry in bundle}.values())
        at = {id(work): place for place, work in enumerate(works)}
        task = self._client.submit(
            _done,
            [self._sent_work(work) for work in works],
            [(at[id(entry.work)], entry.replication) for entry in bundle],
            pure=False,
        )
        task.add_done_callback(lambda done: self._end(done, bundle, deaths))

    def _sent_work(self, work: Work) -> Any:
        with self._lock:
            known = self._sent.get(work)
            if known is None:
                import cloudpickle  # type: ignore[import-untyped]

                blob = cloudpickle.dumps(work)
                # A name of its own each time: a scheduler remembers that a task of a name was lost.
                self._times_sent += 1
                name = f"floorcast-{sha256(blob).hexdigest()[:24]}-{self._times_sent}"
                known = self._client.submit(_unpacked, blob, key=name)
                self._sent[work] = known
            return known

    def _end(self, task: Any, bundle: list[_Entry], deaths: int) -> None:
        try:
            seconds, answers = pickle.loads(task.result())
        except BaseException as fault:
            if _died(fault) and deaths < MOST_DEATHS:
                with self._lock:
                    for entry in bundle:
                        sent = self._sent.get(entry.work)
                        if sent is not None and sent.status in ("error", "cancelled", "lost"):
                            del self._sent[entry.work]
                # One by one: what kills a worker takes no other down with it.
                for entry in bundle:
                    if entry.found.cancelled():
                        self._settle(entry, None, None)
                    else:
                        self._begin([entry], deaths + 1)
                return
            answers = [(None, fault)] * len(bundle)
        else:
            self._seconds = seconds / len(bundle)
        for entry, answer in zip(bundle, answers, strict=True):
            self._settle(entry, *answer)

    def _settle(self, entry: _Entry, value: Any, fault: BaseException | None) -> None:
        with self._lock:
            self._out -= 1
        if not entry.found.set_running_or_notify_cancel():
            return  # nobody waits for it any more
        if fault is not None:
            entry.found.set_exception(fault)
        else:
            entry.found.set_result(value)


@dataclass(frozen=True, eq=False)
class _Entry:
    """One replication of some work, and where its result is waited for."""

    work: Work
    replication: int
    found: Future[Any]


def _died(fault: BaseException) -> bool:
    """Whether a task was lost with its workers, not by a fault of its own."""
    from distributed import CancelledError, KilledWorker

    return isinstance(fault, KilledWorker | CancelledError)


def _unpacked(blob: bytes) -> Work:
    """On the worker: work to do, its world with it."""
    work: Work = pickle.loads(blob)
    return work


def _done(works: Sequence[Work], places: Sequence[tuple[int, int]]) -> bytes:
    """On the worker: replications one after another, each with its value or its fault, as bytes, so that floats
    arrive as they are; and how long they took, what was compiled or loaded for the first of them left out."""
    answers: list[tuple[Any, Exception | None]] = []
    times = []
    for work, replication in places:
        began = time.thread_time()  # what it costs, however busy the worker's machine is
        try:
            answers.append((works[work](replication), None))
        except Exception as fault:
            answers.append((None, fault))
        times.append(time.thread_time() - began)
    seconds = len(times) * sorted(times)[len(times) // 2]
    return pickle.dumps((seconds, answers), protocol=pickle.HIGHEST_PROTOCOL)

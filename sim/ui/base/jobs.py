"""Studies that run behind the page, on threads of their own, so that the page stays at hand.

A study belongs to everybody who waits for it. Whoever presses Stop only withdraws from it; it ends when
nobody is left. Two studies run at once; the others queue, readers with nothing running first.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from floorcast.store import StudyResult, default_folder, load_study, run_study
from floorcast.study.alternatives.options import Option
from floorcast.ui.base.setting import Setting

Phase = Literal["waiting", "preparing", "simulating", "finished", "failed"]

FORGOTTEN = 300.0  # seconds after which a reader who does not ask any more has left
AWAY = 5.0  # seconds after which a page that is open would have asked again
MOST_AT_ONCE = 2
SLOW_START = 10.0  # seconds
SOMEBODY = "somebody"

_turn = threading.Condition()  # guards everything below, and tells who waits that it may be their turn
_running: dict[Path, Job] = {}  # the newest of each folder, in line or in work
_line: list[Job] = []
_in_work: list[Job] = []


@dataclass(frozen=True)
class Progress:
    """How far a job is: replications times policies done of how many, and seconds left if known."""

    phase: Phase
    done: int
    total: int
    seconds_left: float | None
    slow_start: bool  # nothing is finished although it has been simulating for a while
    ahead: int  # studies that come before this one while it stands in line
    others: int  # readers who wait for it beside the one who asks

    @property
    def share(self) -> float:
        return min(self.done / self.total, 1.0) if self.total else 0.0


class Job:
    """One study on its thread; it is read from the page at any time. Make it with `start`."""

    def __init__(
        self, setting: Setting, folder: Path, after: Job | None = None, options: Sequence[Option] = ()
    ) -> None:
        self.setting, self.folder, self._after = setting, folder, after
        self._options = tuple(options)  # variants of its scenario, in place of it alone
        self._result: StudyResult | None = None
        self._load: Callable[[], StudyResult] | None = None
        self.fault: Exception | None = None
        self.seconds = 0.0
        self.name: str | None = None  # under which it is found again
        self.kept = False
        self._phase: Phase = "waiting"
        self._done, self._total = 0, 0
        self._from: tuple[float, int] | None = None  # when the first replications were counted
        self._stop = threading.Event()
        self._seen: dict[str, float] = {}  # who waits for it, and when they last asked
        self._browsers: dict[str, str] = {}  # in which browser they sit, where that is known
        self._began = time.monotonic()
        self.started = time.time()
        self._thread = threading.Thread(target=self._run, name="study", daemon=True)

    @classmethod
    def of_before(cls, setting: Setting, folder: Path, started: float) -> Job:
        """A study that was run before and is read from its folder when somebody looks at it."""
        job = cls(setting, folder)
        job._phase, job.started = "finished", started
        job._load = partial(load_study, folder)
        return job

    @property
    def result(self) -> StudyResult | None:
        """What came out; None while it runs, and when it failed. Raises StudyError for one from before whose folder
        is damaged or gone."""
        if self._result is None and self._load is not None:
            self._result = self._load()
        return self._result

    @property
    def over(self) -> bool:
        return self._phase in ("finished", "failed")

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def waits(self, reader: str = SOMEBODY) -> bool:
        """Whether this reader waits for it."""
        return reader in self._seen

    def join(self, reader: str = SOMEBODY) -> None:
        """One more waits for it."""
        with _turn:
            self._seen[reader] = time.monotonic()

    def come_back(self, reader: str, browser: str) -> None:
        """A reader who has loaded the page anew waits in place of the one they were before."""
        now = time.monotonic()
        with _turn:
            self._seen[reader], self._browsers[reader] = now, browser
            self._forget_before(reader)

    def _forget_before(self, reader: str) -> None:
        """Who sat in the same browser and does not ask any more is the reader before they loaded the page anew."""
        now, mine = time.monotonic(), self._browsers.get(reader)
        for other, asked in list(self._seen.items()):
            if other != reader and mine is not None and self._browsers.get(other) == mine and now - asked > AWAY:
                del self._seen[other]

    def progress(self, reader: str = SOMEBODY) -> Progress:
        """How far it is; also tells the job that this reader is still there."""
        now = time.monotonic()
        with _turn:
            if reader in self._seen:
                self._seen[reader] = now
            full = len(_in_work) >= MOST_AT_ONCE
            ahead = _order().index(self) + full * len(_in_work) if self in _line else 0
            others = len(set(self._seen) - {reader})
        left = None
        if self._from is not None and self._done > self._from[1]:
            pace = (now - self._from[0]) / (self._done - self._from[1])
            left = pace * (self._total - self._done)
        slow = (
            self._phase == "simulating"
            and self._from is not None
            and self._done == self._from[1]
            and now - self._from[0] > SLOW_START
        )
        return Progress(self._phase, self._done, self._total, left, slow, ahead, others)

    def stop(self, reader: str = SOMEBODY) -> None:
        """This reader waits no longer. When nobody is left it ends after the replications in work;
        what is finished is kept and can be gone on with."""
        with _turn:
            self._forget_before(reader)
            if set(self._seen) - {reader}:
                self._seen.pop(reader, None)
            else:  # the last one sees it end
                self._stop.set()
                _turn.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until it is over, for tests; True if it is."""
        self._thread.join(seconds)
        return self.over

    def _run(self) -> None:
        try:
            if self._after is not None:  # it writes to the same folder
                self._after._thread.join()
            self._after = None
            _begin(self)
            self._simulate()
            self._phase = "finished"
        except Exception as fault:  # shown on the page; a thread has nobody else to tell
            self.fault, self._phase = fault, "failed"
        finally:
            self.seconds = time.monotonic() - self._began
            _end(self)

    def _simulate(self) -> None:
        from floorcast.model.machine_code.folder import is_compiled

        self._phase = "simulating" if is_compiled() else "preparing"
        setting = self.setting
        self._result = run_study(
            setting.scenario,
            setting.policies,
            seed=setting.seed,
            replications=setting.replications,
            until_decided=setting.until_decided,
            out=self.folder,
            options=self._options or None,
            command="page",
            progress=self._advance,
            should_stop=self._should_stop,
        )

    def _advance(self, done: int, total: int) -> None:
        prepared = self._phase == "preparing" and self._from is not None and done > self._from[1]
        if self._from is None or total != self._total or prepared:
            self._from = (time.monotonic(), done)  # the pace is counted from here
        if prepared:
            self._phase = "simulating"
        self._done, self._total = done, total

    def _should_stop(self) -> bool:
        with _turn:
            newest = max(self._seen.values(), default=0.0)
        return self._stop.is_set() or time.monotonic() - newest > FORGOTTEN


def start(
    setting: Setting, reader: str = SOMEBODY, options: Sequence[Option] = (), browser: str | None = None
) -> Job:
    """Run a setting, or options of it, in the background; a study that is being run already is joined."""
    folder = default_folder(setting.scenario, setting.policies, setting.seed, results_folder(), options)
    with _turn:
        job = _running.get(folder)
        if job is None or job.stopping or job.setting.key != setting.key:
            job = Job(setting, folder, after=job, options=options)
            _running[folder] = job
            job._seen[reader] = time.monotonic()
            _line.append(job)
            job._thread.start()
        else:
            job._seen[reader] = time.monotonic()
        if browser is not None:
            job._browsers[reader] = browser
    return job


def running_of(setting: Setting, browser: str) -> Job | None:
    """The study of a setting that somebody in this browser waits for."""
    with _turn:
        for job in (*_line, *_in_work):
            if job.setting.key == setting.key and not job.stopping and not job.over and not job._options:
                if any(job._browsers.get(reader) == browser for reader in job._seen):
                    return job
    return None


def results_folder() -> Path:
    """Where studies are kept: `FLOORCAST_RESULTS`, else `results` as on the command line."""
    return Path(os.environ.get("FLOORCAST_RESULTS", "results"))


def _order() -> list[Job]:
    """The line as it will be served: whose readers have least in work first, then who came first."""

    def in_work(job: Job) -> int:
        return min((sum(r in one._seen for one in _in_work) for r in job._seen), default=0)

    return sorted(_line, key=in_work)


def _begin(job: Job) -> None:
    """Wait for this job's turn."""
    with _turn:
        while not job.stopping:
            able = [one for one in _order() if one._after is None]
            if len(_in_work) < MOST_AT_ONCE and able and able[0] is job:
                break
            _turn.wait(1.0)
        _line.remove(job)
        _in_work.append(job)
        _turn.notify_all()


def _end(job: Job) -> None:
    with _turn:
        for jobs in (_line, _in_work):
            if job in jobs:
                jobs.remove(job)
        if _running.get(job.folder) is job:
            del _running[job.folder]
        _turn.notify_all()

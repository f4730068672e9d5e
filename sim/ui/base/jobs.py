"""Studies that run behind the page, on a thread of their own, so that the page stays at hand."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from floorcast.store import StudyResult, default_folder, run_study
from floorcast.ui.base.setting import Setting

Phase = Literal["waiting", "preparing", "simulating", "finished", "failed"]

FORGOTTEN = 300.0  # seconds after which a job that no page asks about stops; what is done is kept
MOST_AT_ONCE = 2
SLOW_START = 10.0  # seconds

_room = threading.BoundedSemaphore(MOST_AT_ONCE)
_lock = threading.Lock()
_running: dict[Path, Job] = {}


@dataclass(frozen=True)
class Progress:
    """How far a job is: replications times policies done of how many, and seconds left if known."""

    phase: Phase
    done: int
    total: int
    seconds_left: float | None
    slow_start: bool  # nothing is finished although it has been simulating for a while

    @property
    def share(self) -> float:
        return min(self.done / self.total, 1.0) if self.total else 0.0


class Job:
    """One study on its thread; it is read from the page at any time. Make it with `start`."""

    def __init__(self, setting: Setting, folder: Path, after: Job | None = None) -> None:
        self.setting, self.folder, self._after = setting, folder, after
        self.result: StudyResult | None = None
        self.fault: Exception | None = None
        self.seconds = 0.0
        self._phase: Phase = "waiting"
        self._done, self._total = 0, 0
        self._from: tuple[float, int] | None = None  # when the first replications were counted
        self._stop = threading.Event()
        self._seen = self._began = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="study", daemon=True)

    @property
    def over(self) -> bool:
        return self._phase in ("finished", "failed")

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def progress(self) -> Progress:
        """How far it is; also tells the job that somebody is still there."""
        self._seen = time.monotonic()
        left = None
        if self._from is not None and self._done > self._from[1]:
            pace = (self._seen - self._from[0]) / (self._done - self._from[1])
            left = pace * (self._total - self._done)
        slow = (
            self._phase == "simulating"
            and self._from is not None
            and self._done == self._from[1]
            and self._seen - self._from[0] > SLOW_START
        )
        return Progress(self._phase, self._done, self._total, left, slow)

    def stop(self) -> None:
        """End after the replications in work; what is finished is kept and can be gone on with."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is over, for tests; True if it is."""
        self._thread.join(seconds)
        return self.over

    def _run(self) -> None:
        try:
            if self._after is not None:  # it writes to the same folder
                self._after._thread.join()
            self._after = None
            with _room:
                self._simulate()
            self._phase = "finished"
        except Exception as fault:  # shown on the page; a thread has nobody else to tell
            self.fault, self._phase = fault, "failed"
        finally:
            self.seconds = time.monotonic() - self._began
            with _lock:
                if _running.get(self.folder) is self:
                    del _running[self.folder]

    def _simulate(self) -> None:
        from floorcast.model.core.jit import is_compiled  # numba takes a second to load

        self._phase = "simulating" if is_compiled() else "preparing"
        setting = self.setting
        self.result = run_study(
            setting.scenario,
            setting.policies,
            seed=setting.seed,
            replications=setting.replications,
            until_decided=setting.until_decided,
            out=self.folder,
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
        return self._stop.is_set() or time.monotonic() - self._seen > FORGOTTEN


def start(setting: Setting) -> Job:
    """Run a setting in the background; a study that is being run already is joined."""
    folder = default_folder(setting.scenario, setting.policies, setting.seed, results_folder())
    with _lock:
        job = _running.get(folder)
        if job is None or job.stopping or job.setting.key != setting.key:
            job = Job(setting, folder, after=job)
            _running[folder] = job
            job._thread.start()
    return job


def results_folder() -> Path:
    """Where studies are kept: `FLOORCAST_RESULTS`, else `results` as on the command line."""
    return Path(os.environ.get("FLOORCAST_RESULTS", "results"))

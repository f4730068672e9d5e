"""Work of the Plan tab that goes on behind the page, on a thread of its own, so that it can be watched and stopped.

Two pieces of work run at once on a server; others wait for their turn. What nobody looks at any more ends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from floorcast.ui.base.jobs import FORGOTTEN, MOST_AT_ONCE

_turns = threading.BoundedSemaphore(MOST_AT_ONCE)


class Stopped(Exception):
    """The reader pressed Stop, or is gone."""


class Work:
    """Something that takes a while; read its state from the page at any time. Make it with `begin`.

    words: the stage it is in; best: the cost of the best so far; least: what none can cost less than; done: how many
    replications, of `total` where that is known.
    """

    def __init__(self, make: Callable[[Work], Any]) -> None:
        self.words = ""
        self.best: float | None = None
        self.least: float | None = None
        self.done = 0
        self.total: int | None = None
        self.waiting = self.stopping = self.over = False
        self.result: Any = None
        self.fault: Exception | None = None
        self._make, self._seen = make, time.monotonic()
        self._thread = threading.Thread(target=self._run, name="plan", daemon=True)

    def look(self) -> None:
        """The reader is still there."""
        self._seen = time.monotonic()

    def stop(self) -> None:
        """End as soon as possible; what has been found is kept."""
        self.stopping = True

    def should_stop(self) -> bool:
        """Whether the reader pressed Stop or has not looked for minutes."""
        return self.stopping or time.monotonic() - self._seen > FORGOTTEN

    def advance(self, done: int, total: int | None) -> None:
        """So many replications are done. Raises Stopped where it is to end."""
        self.count(done, total)
        if self.should_stop():
            raise Stopped

    def count(self, done: int, total: int | None) -> None:
        """So many replications are done."""
        self.done, self.total = done, total

    def news(self, words: str, best: float | None) -> None:
        """Another stage, or a better plan."""
        if best is None:
            self.words = words
        else:
            self.best = best

    def bound(self, least: float) -> None:
        """What no plan can cost less than."""
        self.least = least

    def wait(self, seconds: float) -> bool:
        """Wait until it is over, for tests; True if it is."""
        self._thread.join(seconds)
        return self.over

    def _run(self) -> None:
        try:
            self.waiting = True
            while not _turns.acquire(timeout=0.2):
                if self.should_stop():
                    raise Stopped
            self.waiting = False
            try:
                self.result = self._make(self)
            finally:
                _turns.release()
        except (Stopped, KeyboardInterrupt):
            self.result = None
        except Exception as fault:  # shown on the page; a thread has nobody else to tell
            self.fault = fault
        finally:
            self.over = True


def begin(make: Callable[[Work], Any]) -> Work:
    """Begin a piece of work: `make(work)` gives its result and tells `work` how far it is."""
    work = Work(make)
    work._thread.start()
    return work

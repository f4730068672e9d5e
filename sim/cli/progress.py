"""A bar with the time left, on standard error, for work that lasts more than a second."""

from __future__ import annotations

import threading
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

PATIENCE = 1.0  # seconds of work before a bar is worth showing


class Bar:
    """Context in which `advance_to(done, total)` draws a bar once the work has lasted a second.

    Safe to call from any thread. Where standard error is no terminal nothing is drawn.
    """

    def __init__(self, what: str) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._progress.add_task(what, total=None)
        self._drawing = threading.Lock()
        self._over = False
        self._timer = threading.Timer(PATIENCE, self._draw)
        self._timer.daemon = True

    def __enter__(self) -> Bar:
        if self._console.is_terminal:
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._drawing:
            self._over = True
            if self._progress.live.is_started:
                self._progress.stop()

    def _draw(self) -> None:
        with self._drawing:
            if not self._over:
                self._progress.start()

    def advance_to(self, done: int, total: int | None) -> None:
        """`done` of `total` steps are finished."""
        self._progress.update(self._task, completed=done, total=total)

    def describe(self, what: str) -> None:
        """Say what is known so far beside the bar."""
        self._progress.update(self._task, description=what)

    def say(self, line: str) -> None:
        """A line above the bar, printed at once whether or not the bar shows."""
        self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)

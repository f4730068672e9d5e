"""A bar with the time left, on standard error, for work that lasts more than a second."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds of work before a bar is worth showing


class Bar:
    """Context in which `advance_to(done, total)` draws a bar once the work has lasted a second.

    Safe to call from any thread. Where standard error is no terminal nothing is drawn.
    """

    def __init__(self, what: str) -> None:
        self._console = Console(stderr=True)
        self._progress: Progress | None = None  # rich's, which is loaded where it is drawn
        self._what, self._done, self._began = what, 0, time.monotonic()
        self._total: int | None = None
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
            if self._progress is not None:
                self._progress.stop()

    def _draw(self) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Drawn

        with self._drawing:
            if self._over:
                return
            columns = (
                TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                TextColumn("left"), TimeRemainingColumn(),
            )  # fmt: skip
            progress = Drawn(*columns, console=self._console, transient=True)
            self._task = progress.add_task(self._what, total=None)
            progress.tasks[0].start_time = self._began
            progress.start()
            self._progress = progress
        self._told()

    def _told(self) -> None:
        if self._progress is not None:
            self._progress.update(self._task, completed=self._done, total=self._total, description=self._what)

    def advance_to(self, done: int, total: int | None) -> None:
        """`done` of `total` steps are finished."""
        self._done, self._total = done, total
        self._told()

    def describe(self, what: str) -> None:
        """Say what is known so far beside the bar."""
        self._what = what
        self._told()

    def say(self, line: str) -> None:
        """A line above the bar, printed at once whether or not the bar shows."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

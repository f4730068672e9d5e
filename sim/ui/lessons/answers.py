"""Answers to lessons, simulated once for all who ask: a class asks at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from floorcast.lessons import Checked, Lesson, check

MOST = 200  # answers kept

_turn = threading.Lock()
_locks: dict[tuple[object, ...], threading.Lock] = {}
_answers: dict[tuple[object, ...], Checked] = {}


def answer_of(lesson: Lesson, progress: Callable[[int, int], None] | None = None) -> Checked:
    """What `check` says; whoever asks while it is being simulated waits for that, and sees no progress."""
    key = (lesson.written.model_dump_json(),)
    with _turn:
        lock = _locks.setdefault(key, threading.Lock())
    with lock:
        found = _answers.get(key)
        if found is None:
            found = check(lesson, progress)
            with _turn:
                while len(_answers) >= MOST:
                    _answers.pop(next(iter(_answers)))
                _answers[key] = found
    return found

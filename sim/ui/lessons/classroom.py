"""Classes that guess together: a code, and what everybody guessed; kept in memory for a day."""

from __future__ import annotations

import math
import secrets
import threading
import time
from dataclasses import dataclass

MOST_CLASSES = 200
MOST_GUESSES = 500  # of one class in one lesson
LONGEST_NAME = 40
KEPT = 24 * 3600.0  # seconds
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another

_lock = threading.Lock()
_classes: dict[str, _Class] = {}


@dataclass(frozen=True)
class Guess:
    """What somebody guessed, in the lesson's unit."""

    name: str
    value: float


class _Class:
    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.guesses: dict[tuple[str, str], Guess] = {}  # by lesson and reader


def begin_class() -> str:
    """A code for a new class."""
    now = time.monotonic()
    with _lock:
        for code in [code for code, one in _classes.items() if now - one.begun > KEPT]:
            del _classes[code]
        while len(_classes) >= MOST_CLASSES:
            del _classes[min(_classes, key=lambda code: _classes[code].begun)]
        code = next(c for c in iter(_new_code, "") if c not in _classes)
        _classes[code] = _Class()
    return code


def is_class(code: str) -> bool:
    """Whether there is a class of this code."""
    with _lock:
        return code in _classes


def guess(code: str, lesson: str, reader: str, name: str, value: float) -> None:
    """Take a reader's guess; a second one replaces the first.

    Raises ValueError when there is no such class, it is full, or the value is no number.
    """
    if not math.isfinite(value):
        raise ValueError("found no number; allowed a number")
    with _lock:
        one = _classes.get(code)
        if one is None:
            raise ValueError(f"there is no class {code!r}: ask your trainer for the code")
        key = (lesson, reader)
        if key not in one.guesses and sum(at == lesson for at, _ in one.guesses) >= MOST_GUESSES:
            raise ValueError(f"the class has {MOST_GUESSES} guesses already")
        name = "".join(c for c in name if c.isprintable()).strip()[:LONGEST_NAME]
        before = one.guesses.get(key)
        guest = before.name if before is not None else f"Guest {len(one.guesses) + 1}"
        one.guesses[key] = Guess(name or guest, value)


def guesses(code: str, lesson: str) -> list[Guess]:
    """What a class guessed, in the order of guessing; nothing for an unknown code."""
    with _lock:
        one = _classes.get(code)
        return [] if one is None else [g for (at, _), g in one.guesses.items() if at == lesson]


def _new_code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))

"""How Python takes part in a run's decisions: the model asks, and Python watches or answers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import TYPE_CHECKING

from floorcast.model.core.asking import FUNCTION

if TYPE_CHECKING:
    from floorcast.model.records.state import State

Answer = Callable[[int, int, int], int]


class Questions:
    """Puts a function of Python in the place where the model asks for decisions.

    answer: called with who looks (``FOR_CONTACT``, ``FOR_AGENT``), the contact or agent, and the
    contact's queue; gives an agent or a contact, -1 for nobody, or ``AS_USUAL``. What it raises is
    kept, and raised by ``settle`` after the step.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._error: BaseException | None = None
        self._function = FUNCTION(self._guarded)

    def put_to(self, state: State) -> None:
        """Let this run ask."""
        state.centre[0]["asking"] = ctypes.cast(self._function, ctypes.c_void_p).value
        state.centre[0]["offering"] = 1

    def settle(self) -> None:
        """Raise what the function raised."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def _guarded(self, kind: int, who: int, queue: int) -> int:
        if self._error is not None:
            return -1
        try:
            return int(self._answer(kind, who, queue))
        except BaseException as error:
            self._error = error
            return -1

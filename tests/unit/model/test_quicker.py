"""A first compilation looks for garbage rarely and colours no errors, and leaves everything as it was."""

from __future__ import annotations

import gc

import numba.core.base
import numba.core.codegen
import numba.core.event as events
import pytest
from numba.core import errors, ir, types
from numba.core.compiler import Flags
from numba.core.targetconfig import TargetConfig

from floorcast.model.machine_code.quicker import quicker


def test_while_it_compiles_garbage_is_looked_for_rarely_and_as_ever_after() -> None:
    others = gc.get_threshold()  # the command line has its own
    gc.set_threshold(700, 10, 10)
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), quicker():
        assert gc.get_threshold()[0] > 50 * before[0]
        raise ZeroDivisionError
    assert gc.get_threshold() == before
    gc.set_threshold(*others)


def test_while_it_compiles_errors_have_no_colours() -> None:
    pytest.importorskip("colorama")
    coloured = str(errors.TypingError("no such name"))
    with quicker():
        assert str(errors.TypingError("no such name")) == "no such name"
    assert str(errors.TypingError("no such name")) == coloured


def test_while_it_compiles_nobody_is_told_of_it_and_everybody_as_ever_after() -> None:
    told = events.start_event, events.end_event
    with events.install_recorder("numba:compiler_lock") as heard, quicker():
        events.start_event("numba:compiler_lock")
        events.end_event("numba:compiler_lock")
    assert (events.start_event, events.end_event) == told
    assert len(heard.buffer) <= 2  # of the lock that `quicker` itself takes and gives back


def test_options_are_alike_whether_said_or_left_as_they_are() -> None:
    said, silent, other = Flags(), Flags(), Flags()
    said.nrt = Flags().nrt
    other.nrt = not Flags().nrt
    assert said == silent and hash(said) == hash(silent)
    assert said != other and other != silent
    assert {silent: "found"}[said] == "found"


def test_what_was_missing_is_found_once_it_is_there() -> None:
    selector = numba.core.base.OverloadSelector()
    selector.append("of numbers", (types.float64,))
    for _ in range(2):
        with pytest.raises(errors.NumbaNotImplementedError):
            selector.find((types.int64,))
    assert selector.find((types.float64,)) == "of numbers"
    selector.append("of whole numbers", (types.int64,))
    assert selector.find((types.int64,)) == "of whole numbers"


def test_numba_has_the_internals_that_it_touches() -> None:
    assert callable(numba.core.base.OverloadSelector._find)
    assert callable(ir.Inst._rec_list_vars)
    assert callable(TargetConfig.values)
    assert callable(numba.core.codegen.CPUCodeLibrary._optimize_functions)
    assert callable(numba.core.codegen.CPUCodegen._function_pass_manager)
    if hasattr(errors, "HighlightColorScheme"):
        assert callable(errors.HighlightColorScheme._markup)

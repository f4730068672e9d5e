"""A first compilation looks for garbage rarely and colours no errors, and leaves everything as it was."""

from __future__ import annotations

import gc

import numba.core.base
import pytest
from numba.core import errors, types

from floorcast.model.core.quicker import quicker


def test_while_it_compiles_garbage_is_looked_for_rarely_and_as_ever_after() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), quicker():
        assert gc.get_threshold()[0] > 50 * before[0]
        raise ZeroDivisionError
    assert gc.get_threshold() == before


def test_while_it_compiles_errors_have_no_colours() -> None:
    pytest.importorskip("colorama")
    coloured = str(errors.TypingError("no such name"))
    with quicker():
        assert str(errors.TypingError("no such name")) == "no such name"
    assert str(errors.TypingError("no such name")) == coloured


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
    if hasattr(errors, "HighlightColorScheme"):
        assert callable(errors.HighlightColorScheme._markup)

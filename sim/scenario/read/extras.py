"""Packages that only some commands need: what is missing is said in one sentence, with what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

Extra = Literal["plan", "data", "report", "cluster"]


class MissingExtra(ModuleNotFoundError):
    """A package of an extra of Floorcast's is not installed; its text is one sentence that says which extra has it."""


def missing(what: str, library: str, extra: Extra) -> MissingExtra:
    """The sentence: what needs which library (its name as people know it), and the extra that brings it."""
    return MissingExtra(f"{what} needs {library}, which is not installed: pip install 'floorcast[{extra}]'")


def optional(module: str, what: str, library: str, extra: Extra) -> Any:
    """Import a module that an extra brings. Raises `MissingExtra`."""
    try:
        return import_module(module)
    except ImportError:
        raise missing(what, library, extra) from None

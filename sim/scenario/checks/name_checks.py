"""Collects problems found after the schema, chiefly names that nothing defines, each at its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from floorcast.scenario.read.errors import from_wrong
from floorcast.scenario.read.problems import Path, Problem, Wrong, unknown
from floorcast.scenario.read.yaml_lines import Document


class NameChecks:
    """Errors and warnings of what stands below `prefix` in a document; paths are relative to it."""

    def __init__(self, document: Document, prefix: Path = ()) -> None:
        self.document, self.prefix = document, prefix
        self.problems: list[Problem] = []

    @property
    def failed(self) -> bool:
        """Whether there are errors, not just warnings."""
        return any(problem.severity == "error" for problem in self.problems)

    def error(self, path: Path, error: Wrong) -> None:
        """Keep an error."""
        self.problems += from_wrong(error, self.document, (*self.prefix, *path))

    def warn(self, path: Path, message: str) -> None:
        """Keep a warning."""
        problem = self.document.problem((*self.prefix, *path), message)
        self.problems.append(replace(problem, severity="warning"))

    def place(self, path: Path, name: str, index: int) -> Path:
        """Where a name stands in what is at `path`: a mapping's key, a list's item, or all of it."""
        base = self.document.aligned((*self.prefix, *path))
        for step in (name, index):
            if (*base, step) in self.document.lines:
                return (*path, step)
        return path

    def known(self, what: str, names: Iterable[str], allowed: Iterable[str], path: Path) -> bool:
        """Whether all names are among the allowed ones; keeps an error for each that is not."""
        options, fine = list(allowed), True
        for index, name in enumerate(names):
            if name not in options:
                fine = False
                self.error(self.place(path, name, index), unknown(what, name, options))
        return fine

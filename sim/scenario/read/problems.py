"""What is wrong with a file, said once and for people: file, line, key path, what was found and
what is allowed.

`Wrong` is raised inside validators, which know a value but not where it stands. `Problem` knows the
place. `InputErrors` carries every problem of a file at once.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Path = tuple[str | int, ...]

_COMMA = re.compile(r"\s*-?\d{1,9},\d{1,9}(\s*[a-z%€$][a-z%/ ]*\d*[a-z ]*)?\s*", re.IGNORECASE)
LONGEST_LINE = 1_000  # signs of a problem; what is longer says nothing more
MOST_PROBLEMS = 60  # of one file; more would only hide the first
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong (`error`) or doubtful (`warning`) in an input file; `line` counts from 1,
    None if unknown."""

    file: str
    line: int | None
    key_path: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        text = printable(": ".join(part for part in (place, self.key_path, self.message) if part))
        return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 3] + "..."


def printable(text: str, *, lines: bool = False) -> str:
    """A text that a terminal only shows: escapes and other control signs written out, such as `\\x1b`.

    lines: line breaks stay.
    """
    return "".join(
        sign if sign.isprintable() or (lines and sign == "\n") else repr(sign)[1:-1] for sign in text
    )


class InputErrors(Exception):
    """Input that cannot be used. `.problems` holds every error found; `str()` gives one line for
    each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True)
class Finding:
    """A problem seen from inside a value: `path` is relative to it; `file` and `line` only when in
    another file."""

    message: str
    path: Path = ()
    file: str | None = None
    line: int | None = None


class Wrong(ValueError):
    """Raised by validators; holds one or more findings, placed later by whoever knows the
    document."""

    def __init__(self, findings: Sequence[Finding] | str) -> None:
        self.findings: tuple[Finding, ...] = (
            (Finding(findings),) if isinstance(findings, str) else tuple(findings)
        )
        super().__init__("; ".join(finding.message for finding in self.findings))

    def under(self, *path: str | int) -> Wrong:
        """The same findings, one level further in."""
        return Wrong([replace(f, path=(*path, *f.path)) for f in self.findings])


class Findings:
    """Collects what goes wrong in the parts of one value, so that all of it is reported
    together."""

    def __init__(self) -> None:
        self.all: list[Finding] = []

    def add(self, error: Wrong, *path: str | int) -> None:
        """Keep `error`, found at `path` inside the value."""
        self.all.extend(error.under(*path).findings)

    def settle(self) -> None:
        """Raise everything collected; do nothing when all is well."""
        if self.all:
            raise Wrong(self.all)


def found(value: object, allowed: str) -> Wrong:
    """The usual sentence: what was found and what is allowed; of a decimal comma how it is written here."""
    return Wrong(f"found {show(value)}; allowed {allowed}{decimal_point(value)}")


def decimal_point(value: object) -> str:
    """What to say of a number with a decimal comma, `0,5`; nothing of anything else."""
    if not isinstance(value, str) or not _COMMA.fullmatch(value):
        return ""
    return f"; decimals have a point: {value.strip().replace(',', '.')}"


def show(value: Any) -> str:
    """A value as a person would name it in a message, never longer than a line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    if isinstance(value, dict):
        keys = ", ".join(printable(str(key)[:30]) for key in list(value)[:4])
        more = ", ..." if len(value) > 4 else ""
        return f"a mapping ({keys}{more})" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    try:
        text = str(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        return "a number far too large"
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be."""
    close = difflib.get_close_matches(name.lower(), {k.lower(): k for k in known}, n=1, cutoff=0.6)
    return next((k for k in known if close and k.lower() == close[0]), None)


def choices(known: Iterable[str], most: int = 30) -> str:
    """A readable list of what may be written."""
    names = [printable(name[:60]) for name in known]
    if not names:
        return "nothing (there are none)"
    return ", ".join(names[:most]) + (f", ... ({len(names)} in all)" if len(names) > most else "")


def unknown(what: str, name: str, known: Iterable[str]) -> Wrong:
    """An unknown name, with the nearest known one when there is one."""
    names = list(known)
    close = nearest(name, names)
    hint = f" (did you mean {close!r}?)" if close else ""
    return Wrong(f"found unknown {what} {show(name)}{hint}; allowed {choices(names)}")


def written_path(path: Path) -> str:
    """A key path as text: `contact_types.calls.arrivals[0].rate`."""
    text = ""
    for part in path:
        if isinstance(part, str) and (not part.isprintable() or len(part) > 100):
            part = show(part)
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text if len(text) <= 300 else text[:297] + "..."

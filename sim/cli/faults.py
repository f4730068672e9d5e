"""How a command ends when something is wrong: one line each on standard error, and an exit status.

0 done, 1 a fault of Floorcast itself or a check that failed, 2 bad input, 130 interrupted with what
is finished kept.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import typer

FAULT, BAD_INPUT, INTERRUPTED = 1, 2, 130
MOST_SHOWN = 100  # problems of several files together


# Of a stream or file that has no name by the time it fails: what stops anything from being written.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


class BadInput(Exception):
    """Something the caller gave cannot be used; its text is one line and is all that is shown."""


def drop_output() -> None:
    """Nobody takes standard output any more: what is still buffered is dropped, for it would fail at exit."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def unwritable(fault: OSError) -> str:
    """What is said where the output can take no more."""
    drop_output()
    return f"cannot be written: {fault.strerror}"


def say(line: str, *, style: str = "") -> None:
    """Print one line on standard error, never wrapped, coloured where that is a terminal."""
    from rich.console import Console

    from floorcast.scenario.read.problems import printable

    Console(stderr=True).print(printable(line, lines=True), style=style, markup=False, highlight=False, soft_wrap=True)


def say_problems(problems: object) -> None:
    """Print problems found in input files, one line each: errors in red, warnings in yellow."""
    listed = list(problems)  # type: ignore[call-overload]
    for problem in listed[:MOST_SHOWN]:
        say(str(problem), style="yellow" if problem.severity == "warning" else "red")
    if len(listed) > MOST_SHOWN:
        say(f"and {len(listed) - MOST_SHOWN:,} more")


@contextmanager
def plain_ending() -> Iterator[None]:
    """Turn every exception of a command's body into lines on standard error and an exit status."""
    try:
        yield
        sys.stdout.flush()
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        say("interrupted; what is finished is kept", style="yellow")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        drop_output()  # its reader has gone (`| head`)
        raise typer.Exit(0) from None
    except MemoryError:
        say("memory is full: lower the volumes, the days or --jobs", style="red")
        raise typer.Exit(BAD_INPUT) from None
    except BadInput as fault:
        say(str(fault), style="red")
        raise typer.Exit(BAD_INPUT) from None
    except Exception as fault:
        if os.environ.get("FLOORCAST_DEBUG"):
            raise
        if _is_input_fault(fault):
            problems = getattr(fault, "problems", None)
            if problems:
                say_problems(problems)
            else:
                say(str(fault), style="red")
            raise typer.Exit(BAD_INPUT) from None
        if isinstance(fault, OSError) and fault.filename is not None:
            say(f"{fault.filename}: {fault.strerror}", style="red")
            raise typer.Exit(BAD_INPUT) from None
        if isinstance(fault, OSError) and fault.errno in NO_ROOM:
            say(unwritable(fault), style="red")
            raise typer.Exit(BAD_INPUT) from None
        text = " ".join(str(fault).split()) or "no message"
        say(
            f"Floorcast failed: {type(fault).__name__}: {text} (set FLOORCAST_DEBUG=1 to see where)",
            style="red",
        )
        raise typer.Exit(FAULT) from None


def _is_input_fault(fault: Exception) -> bool:
    """Whether an exception is Floorcast's word that what it was given cannot be used."""
    from floorcast.scenario import InputErrors
    from floorcast.scenario.read.extras import MissingExtra
    from floorcast.scenario.read.problems import Wrong

    if isinstance(fault, (InputErrors, Wrong, MissingExtra)):
        return True
    # Raised only by rooms that are loaded by then; importing them here would slow every error.
    loaded = (
        (sys.modules.get("floorcast.store.folder"), "StudyError"),
        (sys.modules.get("floorcast.clock.run"), "RunawayError"),
        (sys.modules.get("floorcast.clock.run"), "StandstillError"),
    )
    kinds = tuple(getattr(module, name) for module, name in loaded if module is not None)
    return isinstance(fault, kinds)

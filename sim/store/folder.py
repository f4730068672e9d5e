"""A study's folder: files written aside and renamed, a lock, and the manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
ROBUST = "robust.json"  # what the verdicts owe to what is assumed, where they were held against it
PARTS = "parts"  # replications written while a study runs, joined when it ends
_ASIDE = ".aside"
REPAIR = "the command that made the study repairs it"


class StudyError(Exception):
    """A study cannot be kept or read; the text is one sentence that says why and what to do."""


def write_aside(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside `path`, then put it there in one step.

    Whatever happens meanwhile, `path` holds the old content or the whole of the new. Raises
    StudyError when the disk is full, the folder is gone or must not be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}{_ASIDE}")
    try:
        write(aside)
        with open(aside, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError as fault:
        reason = os.strerror(fault.errno) if fault.errno else " ".join(str(fault).split())
        raise StudyError(f"{path}: cannot be written: {reason}") from fault
    finally:
        aside.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write JSON aside and rename it."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_aside(path, lambda aside: aside.write_text(text, encoding="utf-8"))


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a study's folder. Raises StudyError if there is none that can be read."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        what = "holds no study: it has no manifest.json" if folder.is_dir() else (
            "does not exist; allowed the folder of a study: run and compare say where they keep theirs"
        )
        raise StudyError(f"{folder} {what}") from None
    except NotADirectoryError:
        raise StudyError(f"{folder} is a file; a study is a folder") from None
    except OSError as fault:
        raise StudyError(f"{path}: cannot be read: {fault.strerror}") from None
    except ValueError:
        raise StudyError(f"{path} is damaged: it is not JSON") from None
    if isinstance(content, dict) and {"counts", "doubts", "files"} <= content.keys():
        raise StudyError(f"{folder} is a history, not a study; floorcast fit {folder} makes a scenario of it")
    if not isinstance(content, dict) or "format" not in content:
        raise StudyError(f"{path} is damaged: it is no manifest of a study")
    if content["format"] != 1:
        raise StudyError(f"{path}: found format {content['format']}; this Floorcast reads format 1")
    return content


def kept_robust(folder: Path | None) -> dict[str, Any]:
    """What was kept of it; empty where a study was never held against anything. Raises StudyError."""
    if folder is None or not (path := folder / ROBUST).exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        lists = {name: list(found[name]) for name in ("assumed", "verdicts", "refused", "chances")}
        return {**lists, "replications": int(found["replications"]), "ends": int(found["ends"])}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StudyError(f"{path} is damaged: {fault}") from None


def make_folder(folder: Path) -> None:
    """Create a study's folder; what an existing one holds is left as it is until it is locked.

    Raises StudyError if it cannot be created, or holds something that is no study.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise StudyError(f"{folder} is a file; a study needs a folder")
        folder.mkdir(parents=True, exist_ok=True)
        inside = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        if inside - {PARTS} and MANIFEST not in inside:
            raise StudyError(
                f"{folder} holds other files and no study; choose a new or empty folder"
            )
    except OSError as fault:
        file = next((above for above in folder.parents if above.is_file()), None)
        why = f"{file} is a file, not a folder" if file else fault.strerror
        raise StudyError(f"{folder}: cannot be created: {why}") from fault


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed run left half-written; only whoever holds the lock may. Raises StudyError."""
    try:
        (folder / PARTS).mkdir(exist_ok=True)
        for left in [*folder.glob(f".*{_ASIDE}"), *(folder / PARTS).glob(f".*{_ASIDE}")]:
            left.unlink(missing_ok=True)
    except OSError as fault:
        raise StudyError(f"{folder}: cannot be written: {fault.strerror}") from fault


def digest_of(path: Path) -> str:
    """SHA-256 of a file. Raises StudyError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise StudyError(f"{path} is missing; {REPAIR}") from None
    except OSError as fault:
        raise StudyError(f"{path}: cannot be read: {fault.strerror}") from None


def check_table(folder: Path, manifest: dict[str, Any], name: str) -> None:
    """Raise StudyError if a table is not what the study's last writer left there."""
    written = manifest.get("tables", {}).get(name)
    if written is not None and digest_of(folder / name) != written:
        raise StudyError(
            f"{folder / name} is damaged: it is not what was written; {REPAIR}"
        )


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a second process from writing to the folder. Raises StudyError if one does already.

    The system lets go of the lock when the process ends, however it ends.
    """
    try:
        import fcntl
    except ImportError:  # Windows has no such locks; two runs into one folder are then unguarded
        yield
        return
    try:
        file = open(folder / ".lock", "w", encoding="utf-8")
    except OSError as fault:
        raise StudyError(f"{folder}: cannot be written: {fault.strerror}") from fault
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StudyError(
                f"{folder} is being written by another run; wait for it, or choose another folder"
            ) from None
        yield

"""Where compiled code is kept: a folder of the user's own, named by a digest of all that the code depends on."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

_MODEL = Path(__file__).resolve().parents[1]
_COMPILED = ("records", "machine_code", "core", "agents", "matching", "events", "step.py")
# Numbers that are compiled in.
_CATALOGUE = [
    _MODEL.parent / "scenario" / "catalogue" / name for name in ("agent_rules.py", "attributes.py", "causes.py")
]
_COMPILERS = (
    _MODEL / "machine_code" / "linked.py",
    _MODEL / "machine_code" / "translation.py",
    _MODEL / "core" / "jit.py",
)
# Compiled for themselves: the passes of the measures, each with all that is compiled into it.
_PASSES = {
    _MODEL.parent / "measures" / "cells" / "compiled.py": (
        _MODEL.parent / "measures" / "base" / "service.py",
        _MODEL.parent / "measures" / "base" / "times.py",
        _MODEL / "records" / "layout.py",
        _MODEL / "records" / "social.py",
        *_COMPILERS,
    ),
    _MODEL.parent / "measures" / "cells" / "ranked.py": _COMPILERS,
}
_ENDING = ".machine"


def source_digest() -> str:
    """Twelve hex digits that change whenever any source of the model or numba itself changes."""
    rooms = [_MODEL / room for room in _COMPILED]
    paths = [path for room in rooms for path in (sorted(room.glob("*.py")) if room.is_dir() else [room])]
    return _digest([*paths, *_CATALOGUE])


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(version("numba").encode())
    for path in paths:
        digest.update(path.relative_to(_MODEL.parent).as_posix().encode())
        digest.update(path.read_bytes())
    digest.update(os.environ.get("NUMBA_BOUNDSCHECK", "0").encode())
    return digest.hexdigest()[:12]


def cache_folder() -> Path:
    """The folder of compiled code: ``FLOORCAST_CACHE``, the user's cache, or the system's temp.

    Compiled code is run, so a folder in which somebody else could write is never used.
    """
    chosen = os.environ.get("FLOORCAST_CACHE")
    base = Path(chosen) if chosen else Path.home() / ".cache" / "floorcast"
    places = [base, Path(tempfile.gettempdir()) / f"floorcast-{os.getuid()}"]
    found = next((place for place in places if _own(place)), None)
    if found is None:  # for this session alone
        found = Path(tempfile.mkdtemp(prefix="floorcast-"))
    return found / f"compiled-{source_digest()}"


def _own(place: Path) -> bool:
    """Whether a folder is there, or can be made, in which nobody but this user writes."""
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept, owner = place.stat(), place.lstat().st_uid  # of the folder, and of a link to it
    except OSError:
        return False
    mine = stat.S_ISDIR(kept.st_mode) and {kept.st_uid, owner} == {os.getuid()}
    return mine and not kept.st_mode & 0o022 and os.access(place, os.W_OK)


@cache
def folder() -> Path:
    """`cache_folder` of this session."""
    return cache_folder()


@cache  # asked for each of them
def folder_of_passes(path: Path) -> Path:
    """The folder of the passes that a file of the measures defines."""
    return folder().with_name(f"passes-{_digest([path, *_PASSES[path]])}")


def place_of(source: str, name: str, line: int) -> Path:
    """Where the code of an entry is kept, without what tells machines and signatures apart: one place for every
    checkout with equal sources. The line tells functions of one name in one file apart."""
    path = Path(source).resolve()
    return (folder_of_passes(path) if path in _PASSES else folder()) / f"{path.stem}.{name}-{line}"


def files_of(place: Path, machine: str) -> list[Path]:
    """The files of an entry's code for a machine: one per signature that it was compiled for."""
    return sorted(place.parent.glob(f"{place.name}-{machine}-*{_ENDING}"))


def file_of(place: Path, machine: str, signature: str) -> Path:
    """The file of an entry's code for a machine and a signature."""
    told = hashlib.sha256(signature.encode()).hexdigest()[:8]
    return place.with_name(f"{place.name}-{machine}-{told}{_ENDING}")


def is_compiled() -> bool:
    """True when an earlier session left compiled code for exactly these sources and this machine.

    The loop is what takes long; an interrupted session may have left the smaller entries only.
    """
    from floorcast.model.machine_code.linked import machine

    if os.environ.get("NUMBA_DISABLE_JIT"):
        return True
    here = machine()
    if not any(folder().glob(f"step.run_until-*-{here}-*{_ENDING}")):
        return False
    # A session that measured without compiling first left some of the passes.
    for path in _PASSES:
        kept = {file.name.split("-")[0] for file in folder_of_passes(path).glob(f"*-{here}-*{_ENDING}")}
        if len(kept) < path.read_text("utf-8").count("\n@entry\n"):
            return False
    return True

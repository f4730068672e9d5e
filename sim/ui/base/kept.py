"""What the page keeps on disk beside the studies: uploads by the hash of their content, and what was run.

A link that names a hash opens what it stands for; nobody guesses 128 bits. What is oldest goes when there is too much.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import os
import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from floorcast.ui.base.jobs import results_folder
from floorcast.ui.base.uploads import Upload

MOST_FILES = 2000  # of each kind
MOST_BYTES = 500_000_000
MOST_NOTED = 12  # runs of one browser
_NAME = re.compile(r"[0-9a-f]{32}")
_lock = threading.Lock()


def keep_uploads(files: Sequence[Upload]) -> str | None:
    """Keep files that belong together; gives their name, the hash of what is in them. None where nothing can be
    written: then they stay in the session only."""
    pairs = [[file.name, base64.b64encode(file.content).decode()] for file in files]
    return _keep("uploads", json.dumps(pairs).encode())


def kept_uploads(name: str) -> list[Upload] | None:
    """The files of a name; None if there are none, or they are not what the name says."""
    content = _read("uploads", name)
    if content is None:
        return None
    try:
        return [Upload(str(file), base64.b64decode(text)) for file, text in json.loads(content)]
    except (ValueError, TypeError, binascii.Error):
        return None


def keep_run(run: Mapping[str, Any]) -> str | None:
    """Keep what was run; gives its name."""
    return _keep("runs", json.dumps(run, sort_keys=True).encode())


def kept_run(name: str) -> dict[str, Any] | None:
    """What was run under a name; None if that is not known any more."""
    content = _read("runs", name)
    found = None if content is None else json.loads(content)
    return found if isinstance(found, dict) else None


def note_run(browser: str | None, note: Mapping[str, Any]) -> None:
    """Add a run, with what is said of it, to those of a browser; `browser` is its secret, and only its hash is kept."""
    if browser is None:
        return
    with _lock, contextlib.suppress(OSError):
        path = _notes(browser)
        path.parent.mkdir(parents=True, exist_ok=True)
        others = [one for one in _noted(path) if one["run"] != note["run"]]
        if not path.exists():
            _make_room(path.parent, 0)
        draft = path.with_name(f".{path.name}")
        draft.write_text(json.dumps([*others, dict(note)][-MOST_NOTED:]))
        draft.replace(path)


def noted_runs(browser: str | None) -> list[dict[str, Any]]:
    """The runs of a browser, the last one last."""
    return [] if browser is None else _noted(_notes(browser))


def _notes(browser: str) -> Path:
    return _folder("browsers") / hashlib.sha256(browser.encode()).hexdigest()[:32]


def _noted(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return []
    return [one for one in found if isinstance(one, dict) and "run" in one] if isinstance(found, list) else []


def _keep(kind: str, content: bytes) -> str | None:
    name = hashlib.sha256(content).hexdigest()[:32]
    folder = _folder(kind)
    try:
        with _lock:
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / name).exists():
                _make_room(folder, len(content))
                draft = folder / f".{name}"
                draft.write_bytes(content)
                draft.replace(folder / name)
    except OSError:
        return None
    return name


def _read(kind: str, name: str) -> bytes | None:
    if not _NAME.fullmatch(name):
        return None
    path = _folder(kind) / name
    try:
        content = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest()[:32] == name else None


def _make_room(folder: Path, size: int) -> None:
    there = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in folder.iterdir())
    total = size + sum(one for _, one, _ in there)
    for place, (_, bytes_, path) in enumerate(there):
        if len(there) - place < MOST_FILES and total <= MOST_BYTES:
            break
        path.unlink(missing_ok=True)
        total -= bytes_


def _folder(kind: str) -> Path:
    return results_folder() / ".page" / kind

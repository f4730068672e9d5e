"""Keeps what a search has simulated in a folder, so that an interrupted search continues where it stopped."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from floorcast.planning.programs.model import Anchor

_PARTS = ("present", "values", "weights", "room", "error")


def name_of(*parts: object) -> str:
    """A short name for one search: the same for the same files, seed and settings."""
    return hashlib.sha256("\x00".join(str(part) for part in parts).encode()).hexdigest()[:12]


class Remembered:
    """Anchors by plan, one file each; files that cannot be read are simulated anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with suppress(OSError):  # where it cannot be, nothing can be kept, which is told then
            folder.mkdir(parents=True, exist_ok=True)
        self.found = 0
        self.refused = ""  # why something could not be kept

    def get(self, key: bytes) -> Anchor | None:
        """The anchor of a plan, if it was simulated before."""
        try:
            with np.load(self._file(key), allow_pickle=False) as kept:
                anchor = Anchor(*(kept[part] for part in _PARTS))
        except (OSError, ValueError, KeyError, EOFError):
            return None
        self.found += 1
        return anchor

    def put(self, key: bytes, anchor: Anchor) -> None:
        """Keep an anchor; written aside first, so that there is never half a file.

        What cannot be written is not kept, and the search goes on: `refused` says why.
        """
        file = self._file(key)
        aside = file.with_suffix(".part")
        arrays: dict[str, Any] = {part: getattr(anchor, part) for part in _PARTS}
        try:
            with aside.open("wb") as page:
                np.savez_compressed(page, **arrays)
            aside.replace(file)
        except OSError as fault:
            self.refused = str(fault.strerror)
            with suppress(OSError):
                aside.unlink(missing_ok=True)

    def _file(self, key: bytes) -> Path:
        return self._folder / f"{hashlib.sha256(key).hexdigest()[:24]}.npz"

"""A study on disk: running, keeping, reading and querying it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floorcast.lazy import lazily

if TYPE_CHECKING:
    from floorcast.store.folder import StudyError
    from floorcast.store.reading import StudyResult, load_study
    from floorcast.store.studies import default_folder, run_study

__all__ = ["StudyError", "StudyResult", "default_folder", "load_study", "run_study"]

# Where each name is found when it is first asked for: reading a study loads nothing that simulates.
_PLACES = {
    "StudyError": "floorcast.store.folder",
    "StudyResult": "floorcast.store.reading",
    "load_study": "floorcast.store.reading",
    "default_folder": "floorcast.store.studies",
    "run_study": "floorcast.store.studies",
}


__getattr__ = lazily(__name__, _PLACES)

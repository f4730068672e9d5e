"""A study on disk: running, keeping, reading and querying it."""

from __future__ import annotations

from floorcast.store.folder import StudyError
from floorcast.store.reading import StudyResult, load_study
from floorcast.store.studies import default_folder, run_study

__all__ = ["StudyError", "StudyResult", "default_folder", "load_study", "run_study"]

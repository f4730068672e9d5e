"""A study on disk: running, keeping, reading and querying it."""

from __future__ import annotations

from sim.store.folder import StudyError
from sim.store.reading import StudyResult, load_study
from sim.store.studies import default_folder, run_study

__all__ = ["StudyError", "StudyResult", "default_folder", "load_study", "run_study"]

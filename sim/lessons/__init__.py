"""Lessons: a text, a guess, a floor to play with, a check by simulation, and theory beside it."""

from __future__ import annotations

from floorcast.lessons.checking import Checked, check
from floorcast.lessons.lesson import Lesson, load_lesson, shipped_lessons

__all__ = ["Checked", "Lesson", "check", "load_lesson", "shipped_lessons"]

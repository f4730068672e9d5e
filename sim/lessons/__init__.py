"""Lessons: a text, a guess, a floor to play with, a check by simulation, and theory beside it."""

from __future__ import annotations

from floorcast.lessons.checking import Checked, check
from floorcast.lessons.lesson import (
    Lesson,
    is_lesson_file,
    load_lesson,
    load_lesson_text,
    shipped_lessons,
)

__all__ = ["Checked", "Lesson", "check", "is_lesson_file", "load_lesson", "load_lesson_text", "shipped_lessons"]

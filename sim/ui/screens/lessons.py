"""Lessons."""

from floorcast.ui.lessons.page import lessons_page

lessons_page()

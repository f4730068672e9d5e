"""Compare policies."""

from floorcast.ui.compare.page import compare_page

compare_page()

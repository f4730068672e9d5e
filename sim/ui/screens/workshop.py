"""The workshop."""

from floorcast.ui.workshop.page import workshop_page

workshop_page()

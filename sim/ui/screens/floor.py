"""The live floor."""

from floorcast.ui.live.page import live_page

live_page()

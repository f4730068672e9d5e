"""Floorcast as a web page, for `streamlit run app.py`; `floorcast app` shows the same."""

from floorcast.ui.app import web_page

web_page()

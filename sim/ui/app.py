"""Floorcast as a web page: `floorcast app`, or `streamlit run app.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from floorcast.ui.base.look import ICON

PAGES = Path(__file__).with_name("pages")


def web_page() -> None:
    """Page config and navigation; each page is a file of its own."""
    st.set_page_config(page_title="Floorcast", page_icon=str(ICON), layout="wide")
    st.navigation(
        [
            st.Page(
                PAGES / "compare.py", title="Compare policies", icon=":material/balance:", default=True
            ),
            st.Page(PAGES / "floor.py", title="Live floor", icon=":material/groups:", url_path="floor"),
        ],
        position="top",
    ).run()


if __name__ == "__main__":
    web_page()

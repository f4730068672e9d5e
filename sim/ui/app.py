"""Floorcast as a web page: `floorcast app`, or `streamlit run app.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from floorcast.ui.base.look import ICON

# Not "pages": Streamlit would make a menu of its own of such a folder.
PAGES = Path(__file__).with_name("screens")


def web_page() -> None:
    """Page config and navigation; each page is a file of its own."""
    st.set_page_config(page_title="Floorcast", page_icon=str(ICON), layout="wide")
    pages = {
        "compare": st.Page(
            PAGES / "compare.py", title="Compare policies", icon=":material/balance:", default=True
        ),
        "floor": st.Page(
            PAGES / "floor.py", title="Live floor", icon=":material/groups:", url_path="floor"
        ),
        "workshop": st.Page(
            PAGES / "workshop.py", title="Workshop", icon=":material/handyman:", url_path="workshop"
        ),
        "lessons": st.Page(
            PAGES / "lessons.py", title="Lessons", icon=":material/school:", url_path="lessons"
        ),
    }
    for name, page in pages.items():
        st.session_state[f"page:{name}"] = page
    st.navigation(list(pages.values()), position="top").run()


if __name__ == "__main__":
    web_page()

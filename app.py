"""Floorcast as a web page: `make app`."""

from __future__ import annotations

import streamlit as st

from floorcast.ui.base.look import ICON
from floorcast.ui.compare.page import compare_page
from floorcast.ui.live.page import live_page

st.set_page_config(page_title="Floorcast", page_icon=str(ICON), layout="wide")
st.navigation(
    [
        st.Page(compare_page, title="Compare policies", icon=":material/balance:", default=True),
        st.Page(live_page, title="Live floor", icon=":material/groups:", url_path="floor"),
    ],
    position="top",
).run()

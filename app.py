"""Floorcast as a web page: `make app`."""

from __future__ import annotations

import streamlit as st

from sim.ui.compare import compare_page
from sim.ui.live import live_page
from sim.ui.look import ICON

st.set_page_config(page_title="Floorcast", page_icon=str(ICON), layout="wide")
st.navigation(
    [
        st.Page(compare_page, title="Compare policies", icon=":material/balance:", default=True),
        st.Page(live_page, title="Live floor", icon=":material/groups:", url_path="floor"),
    ],
    position="top",
).run()

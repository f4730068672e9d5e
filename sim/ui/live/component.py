"""The live floor's picture as a component of the browser: its files, and the messages between it and the floor."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from floorcast.ui.live.live_floor import LiveFloor

_BROWSER = Path(__file__).with_name("browser")
_SCRIPTS = ("replay.js", "paint.js", "view.js")


def show_floor(live: LiveFloor, number: int, dark: bool) -> None:
    """Mount the picture of an open floor; ``number`` tells one opening from the next."""
    key = f"floor:{number}"

    def asked() -> None:
        message = st.session_state[key].get("ask")
        if message is not None:
            st.session_state[f"answer:{key}"] = live.answer(message)

    data: dict[str, Any] = {
        "meta": live.meta(),
        "opened": number,
        "dark": dark,
        "answer": st.session_state.get(f"answer:{key}"),
    }
    _component()(key=key, data=data, on_ask_change=asked)


@cache
def _component() -> Any:
    files = {name: (_BROWSER / name).read_text(encoding="utf-8") for name in (*_SCRIPTS, "floor.html", "floor.css")}
    return st.components.v2.component(
        "floorcast_floor",
        html=files["floor.html"],
        css=files["floor.css"],
        js="\n".join(files[name] for name in _SCRIPTS),
    )

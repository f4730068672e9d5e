"""The page's address says what is chosen, so that reload, bookmark and a link to a colleague show it again."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

MOST = 300  # characters of one value


def given(name: str) -> str | None:
    """What the address said when the reader came, for whoever asks first; None if nothing."""
    if "url" not in st.session_state:
        st.session_state["url"] = {key: st.query_params[key][:MOST] for key in list(st.query_params)[:60]}
    found: dict[str, str] = st.session_state["url"]
    return found.get(name)


def preset(key: str, value: object) -> None:
    """Let a widget begin with a value from the address, if it has none yet."""
    if value is not None and key not in st.session_state:
        st.session_state[key] = value


def number(name: str, low: float, high: float) -> float | None:
    """A number from the address within bounds; None if there is none."""
    text = given(name)
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is not None and low <= value <= high else None


def say(values: Mapping[str, str | None]) -> None:
    """Write what is chosen into the address; None takes a part away."""
    for name, value in values.items():
        if value is None:
            if name in st.query_params:
                del st.query_params[name]
        elif st.query_params.get(name) != value:
            st.query_params[name] = value

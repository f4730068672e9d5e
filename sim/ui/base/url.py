"""The page's address says what is chosen, so that reload, back, a bookmark and a link to a colleague show it again.

Streamlit gives every change of the address a place in the browser's history. An address that the page has not written
itself is an arrival: the reader came with a link, reloaded, or went back.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

MOST = 600  # characters of one value
MOST_PARTS = 120
SOON = 2.0  # seconds


def begin(page: str) -> None:
    """Look at the address, first thing on every page. What was chosen stays when the reader comes from another page
    of the app, which has an address of its own."""
    now = {key: st.query_params[key][:MOST] for key in list(st.query_params)[:MOST_PARTS]}
    said = st.session_state.get("url:said")
    elsewhere = st.session_state.get("url:page", page) != page
    st.session_state["url:page"] = page
    st.session_state["url:stay"] = stay() + elsewhere
    if said is None:
        _arrive(now)
    elif elsewhere and not now:
        st.session_state["url:said"] = now
    elif now != said and not _late(now):
        _arrive(now)


def end() -> None:
    """Note what the widgets say, last thing on a page: the next time that the script runs, `begin` can tell by it
    whether the reader has used one of them."""
    st.session_state["url:widgets"] = _widgets()


def _arrive(now: dict[str, str]) -> None:
    st.session_state["url"], st.session_state["url:said"] = now, now
    st.session_state["url:visit"] = visit() + 1


def go(values: Mapping[str, str]) -> None:
    """Arrive at another address of the same page, as by a link, but without losing what runs. Call it from a
    button's `on_click`."""
    st.query_params.from_dict(values)
    _arrive(dict(values))


def _late(now: Mapping[str, str]) -> bool:
    """Whether the browser has only not heard yet what the page wrote last: then somebody has used a widget, or it
    was a moment ago."""
    before: dict[str, object] = st.session_state.get("url:widgets", {})
    after = _widgets()
    if any(after[key] != value for key, value in before.items() if key in after):
        return True
    prior, at = st.session_state.get("url:prior", ({}, 0.0))
    return bool(now == prior and time.monotonic() - at < SOON)


def _widgets() -> dict[str, object]:
    """Everything in the session that a widget may have written."""
    found: dict[str, object] = {}
    for key in list(st.session_state):
        try:
            value = st.session_state[key]
        except KeyError:  # listed, for a widget of another page had it, but that value is gone by now
            continue
        if isinstance(key, str) and not key.startswith("url") and isinstance(value, str | int | float | Path | None):
            found[key] = value
        elif isinstance(key, str) and isinstance(value, list) and all(isinstance(one, str) for one in value):
            found[key] = list(value)
    return found


def stay() -> int:
    """How often the reader has changed the page. What is drawn anew after it, such as a place for uploads, which is
    empty then, has a key of its own by it: under the old one, Streamlit may hold it for emptied by the reader."""
    number: int = st.session_state.get("url:stay", 0)
    return number


def visit() -> int:
    """The number of the reader's last arrival."""
    number: int = st.session_state.get("url:visit", 0)
    return number


def once(what: str) -> bool:
    """Whether this is the first time since the arrival that somebody asks for this."""
    seen: dict[str, int] = st.session_state.setdefault("url:once", {})
    if seen.get(what) == visit():
        return False
    seen[what] = visit()
    return True


def arrived() -> dict[str, str]:
    """The address with which the reader arrived."""
    found: dict[str, str] = st.session_state.get("url", {})
    return found


def given(name: str) -> str | None:
    """A part of that address; None if it was not there."""
    return arrived().get(name)


def number(name: str, low: float, high: float) -> float | None:
    """A number from the address within bounds; None if there is none."""
    text = given(name)
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is not None and low <= value <= high else None


def say(values: Mapping[str, str | None], whole: bool = False) -> None:
    """Write what is chosen into the address; None takes a part away, `whole` all parts that are not named."""
    now = st.query_params.to_dict()
    then = {} if whole else dict(now)
    for name, value in values.items():
        if value is None:
            then.pop(name, None)
        else:
            then[name] = value
    if then != now:
        st.session_state["url:prior"] = (now, time.monotonic())
        st.query_params.from_dict(then)  # at once: one step of the browser's history
    st.session_state["url:said"] = then

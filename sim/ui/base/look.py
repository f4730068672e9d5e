"""The page's style sheet, and text made safe for it."""

from __future__ import annotations

import html
import re
from pathlib import Path

from floorcast.charts.look import DARK, LIGHT, Look, tint

ICON = Path(__file__).with_name("icon.svg")

def current() -> Look:
    """The colours of the theme that the reader sees now."""
    import streamlit as st

    return DARK if st.context.theme.type == "dark" else LIGHT


def safe(text: object) -> str:
    """Text as it may stand in HTML."""
    return html.escape(str(text), quote=True)


def plain(text: object) -> str:
    """Text as it may stand in Markdown: nothing in it is markup. What needs no sign is left alone,
    for screen readers read labels as they are written."""
    written = re.sub(r"([\\`*\[\]<>|~$:])", r"\\\1", str(text))
    return re.sub(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\\_", written)


def style(look: Look) -> str:
    """The style sheet of everything that the page draws itself."""
    return f"""<style>
:root {{ --fc-good: {look.good}; --fc-bad: {look.bad}; --fc-unsure: {look.unsure}; --fc-ink: {look.ink};
  --fc-faint: {look.faint}; --fc-ground: {look.ground}; --fc-grid: {look.grid}; --fc-focus: {look.policy(0)};
  --fc-good-wash: {tint(look.good, 0.11)}; --fc-bad-wash: {tint(look.bad, 0.11)};
  --fc-unsure-wash: {tint(look.unsure, 0.12)}; }}
{Path(__file__).with_name("page.css").read_text(encoding="utf-8")}</style>"""

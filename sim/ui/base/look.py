"""Colours that also work for the colour blind, in light and dark, and the page's style sheet."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

ICON = Path(__file__).with_name("icon.svg")

# Told apart by hue and by lightness under all three kinds of colour blindness; lines differ in dash as well.
_POLICIES = ("#2F6FC4", "#E69F00", "#B3307A", "#009E73", "#56B4E9", "#8C6D46", "#7F7F7F", "#D55E00")
_POLICIES_DARK = (
    "#6FA8F5", "#F2B632", "#E678B4", "#3CC79C", "#8FD0F5", "#C9A87A", "#B5B5B5", "#F08A4B",
)  # fmt: skip
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


@dataclass(frozen=True)
class Look:
    """Colours of one theme."""

    dark: bool
    good: str
    bad: str
    unsure: str
    ink: str
    ground: str
    faint: str
    grid: str
    policies: tuple[str, ...]

    def policy(self, number: int) -> str:
        return self.policies[number % len(self.policies)]

    def dash(self, number: int) -> str:
        return DASHES[number % len(DASHES)]


LIGHT = Look(
    False, "#00695C", "#B4430A", "#5A6469", "#1d2629", "#ffffff", "#5f6b70", "#e3e8e8", _POLICIES
)
DARK = Look(
    True,
    "#5CCBB8",
    "#FF9B5E",
    "#A9B4B8",
    "#e8eded",
    "#14191b",
    "#9aa6aa",
    "#2c3437",
    _POLICIES_DARK,
)


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


def tint(colour: str, share: float) -> str:
    """A colour made transparent, as CSS."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


def style(look: Look) -> str:
    """The style sheet of everything that the page draws itself."""
    return f"""<style>
:root {{ --fc-good: {look.good}; --fc-bad: {look.bad}; --fc-unsure: {look.unsure}; --fc-ink: {look.ink};
  --fc-faint: {look.faint}; --fc-ground: {look.ground}; --fc-grid: {look.grid};
  --fc-good-wash: {tint(look.good, 0.11)}; --fc-bad-wash: {tint(look.bad, 0.11)};
  --fc-unsure-wash: {tint(look.unsure, 0.12)}; }}
{Path(__file__).with_name("page.css").read_text(encoding="utf-8")}</style>"""

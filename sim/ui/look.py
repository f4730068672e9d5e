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
{_SHEET}</style>"""


_SHEET = """
.block-container { padding-top: 3.6rem; max-width: 1280px; }
.fc-brand { font-size: 1.35rem; font-weight: 700; letter-spacing: -0.01em; color: var(--fc-ink); }
.fc-brand span { color: var(--fc-good); }
.fc-lead { color: var(--fc-faint); font-size: 1.02rem; max-width: 62rem; margin: -0.4rem 0 0.2rem; }
.fc-changes { display: flex; flex-wrap: wrap; gap: .4rem; }
.fc-chip { font-size: .82rem; padding: .12rem .6rem; border-radius: 1rem; background: var(--fc-unsure-wash);
  color: var(--fc-ink); white-space: nowrap; }
.fc-scroll { overflow-x: auto; }
.fc-table { border-collapse: collapse; width: 100%; font-size: .93rem; color: var(--fc-ink); }
.fc-table th { text-align: left; font-weight: 600; padding: .5rem .7rem; vertical-align: bottom;
  border-bottom: 1px solid var(--fc-grid); }
.fc-table td { padding: .55rem .7rem; vertical-align: top; border-bottom: 1px solid var(--fc-grid); }
.fc-table tr:last-child td { border-bottom: none; }
.fc-table .fc-sub { display: block; font-weight: 400; font-size: .82rem; color: var(--fc-faint); }
.fc-table th .fc-swatch { display: inline-block; width: .7rem; height: .7rem; border-radius: .2rem;
  margin-right: .4rem; }
.fc-value { font-variant-numeric: tabular-nums; font-weight: 600; white-space: nowrap; }
.fc-verdict { display: inline-block; font-size: .82rem; font-weight: 600; padding: .05rem .5rem;
  border-radius: .8rem; white-space: nowrap; margin-right: .45rem; }
.fc-good { color: var(--fc-good); background: var(--fc-good-wash); }
.fc-bad { color: var(--fc-bad); background: var(--fc-bad-wash); }
.fc-unsure { color: var(--fc-unsure); background: var(--fc-unsure-wash); }
.fc-table td:not(:first-child), .fc-table th:not(:first-child) { min-width: 11rem; }
.fc-table td:first-child, .fc-table th:first-child { position: sticky; left: 0; background: var(--fc-ground);
  min-width: 8.5rem; z-index: 1; }
.fc-step { font-size: .8rem; font-weight: 600; letter-spacing: .04em; text-transform: uppercase;
  color: var(--fc-faint); margin: .3rem 0 -.6rem; }
.fc-ruler { position: relative; height: .5rem; margin-top: .4rem; min-width: 7rem; max-width: 15rem;
  background: linear-gradient(var(--fc-grid), var(--fc-grid)) center / 100% 2px no-repeat; }
.fc-ruler i { position: absolute; top: .08rem; height: .34rem; border-radius: .2rem; min-width: 3px; }
.fc-ruler b { position: absolute; top: -.12rem; height: .74rem; width: 2px; background: var(--fc-ink); }
.fc-ruler .fc-good-bar { background: var(--fc-good); }
.fc-ruler .fc-bad-bar { background: var(--fc-bad); }
.fc-ruler .fc-unsure-bar { background: var(--fc-unsure); }
.fc-problem { border-left: 3px solid var(--fc-bad); padding: .35rem .8rem; margin: .4rem 0;
  color: var(--fc-ink); font-size: .93rem; overflow-wrap: anywhere; }
.fc-problem.fc-warning { border-color: var(--fc-unsure); }
.fc-problem code { font-size: .85rem; color: var(--fc-faint); background: none; padding: 0; }
.fc-headline { font-size: 1.15rem; font-weight: 600; color: var(--fc-ink); }
.fc-steps { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .8rem;
  margin: .4rem 0 .8rem; }
.fc-steps div { border: 1px solid var(--fc-grid); border-radius: .6rem; padding: .7rem .9rem; color: var(--fc-faint);
  font-size: .93rem; }
.fc-steps b { display: block; color: var(--fc-ink); margin-bottom: .15rem; }
.fc-key { font-size: .85rem; color: var(--fc-faint); margin-top: .5rem; }
"""

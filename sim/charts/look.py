"""Colours that also work for the colour blind, in light and dark."""

from __future__ import annotations

from dataclasses import dataclass

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


def tint(colour: str, share: float) -> str:
    """A colour made transparent, as CSS."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"

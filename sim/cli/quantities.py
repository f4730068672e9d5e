"""Numbers as a planner reads them: 81.3 %, 4.2 min, 1,234."""

from __future__ import annotations

import math

NEVER = "–"
NOT_REACHED = "not reached"  # a percentile: too many still wait


def quantity(
    value: float | None, unit: str, half_width: float | None = None, like: float | None = None
) -> str:
    """A value with its half width in one unit of text, as `81.3 ± 0.4 %`; a dash where there is none.

    `unit` is one of the document's units: share, s, contacts, agents, money or anything else (shown plain).
    `like` is a value whose unit of time is used, so that a row reads alike.
    """
    if value is None or math.isnan(value):
        return NEVER
    if math.isinf(value):
        return NOT_REACHED
    if unit == "share":
        return _with_unit(value * 100, half_width, 100, "%", decimals=1)
    if unit == "s":
        return _duration(value, half_width, value if like is None else like)
    if unit == "reach hours" and abs(value if like is None else like) >= 1e6:
        return _with_unit(value / 1e6, half_width, 1e-6, "million", decimals=1)
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 1000 else 0
    return _with_unit(value, half_width, 1, "", decimals)


def difference(
    value: float | None, unit: str, half_width: float | None = None, like: float | None = None
) -> str:
    """Like `quantity` with its sign always shown; a difference of shares is in percentage points."""
    if value is None or math.isnan(value):
        return NEVER
    if math.isinf(value):
        return "–∞" if value < 0 else "+∞"
    text = quantity(value, unit, half_width, like).replace("%", "pt")
    return text if value <= 0 else f"+{text}"


def _duration(seconds: float, half_width: float | None, like: float) -> str:
    size = abs(like)
    for length, name in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if size >= 2 * length:
            return _with_unit(seconds / length, half_width, 1 / length, name, decimals=1)
    return _with_unit(seconds, half_width, 1.0, "s", decimals=1 if size < 100 else 0)


def _with_unit(
    value: float, half_width: float | None, scale: float, unit: str, decimals: int
) -> str:
    text = f"{value:,.{decimals}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    if half_width is not None and not math.isnan(half_width) and half_width > 0:
        text += f" ± {half_width * scale:,.{decimals}f}"
    return f"{text} {unit}" if unit else text

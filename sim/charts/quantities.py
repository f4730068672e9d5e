"""Numbers as the page shows them: 81.3 %, 4.2 min, 27,479."""

from __future__ import annotations

import math
from collections.abc import Iterable

NEVER = "–"
NOT_REACHED = "not reached"  # a percentile: too many still wait
MINUS = "−"
_SPACE = " "  # no line break between a number and its unit


def quantity(value: float | None, unit: str, like: float | None = None) -> str:
    """A value with its unit; a dash where there is none.

    `unit` is a measure's: share, s, contacts, agents, money. `like` is a value whose unit of time
    is used, so that the ends of an interval read alike.
    """
    if value is not None and math.isinf(value):
        return NOT_REACHED
    if value is None or not math.isfinite(value):
        return NEVER
    scale, suffix, decimals = _scale(value if like is None else like, unit)
    return f"{_number(value / scale, decimals)}{_SPACE if suffix else ''}{suffix}"


def interval(mean: float | None, half_width: float | None, unit: str) -> str:
    """The ends of an interval, `79.1 to 83.0 %`; a dash where it is not known."""
    if not known(mean) or not known(half_width):
        return NEVER
    assert mean is not None and half_width is not None
    scale, suffix, decimals = _scale(mean, unit)
    low, high = mean - half_width, mean + half_width
    if unit != "difference" and mean >= 0:  # no share or time is below 0, whatever Student says
        low = max(low, 0.0)
    if unit == "share":
        high = min(high, 1.0)
    ends = f"{_number(low / scale, decimals)} to {_number(high / scale, decimals)}"
    return f"{ends}{_SPACE if suffix else ''}{suffix}"


def estimate(mean: float | None, half_width: float | None, unit: str) -> str:
    """A value with its half width, `81.3 ± 0.4 %`."""
    if mean is not None and math.isinf(mean):
        return NOT_REACHED
    if not known(mean):
        return NEVER
    assert mean is not None
    scale, suffix, decimals = _scale(mean, unit)
    text = _number(mean / scale, decimals)
    if half_width is not None and known(half_width) and half_width > 0:
        text += f" ± {_number(half_width / scale, decimals)}"
    return f"{text}{_SPACE if suffix else ''}{suffix}"


def difference(mean: float | None, unit: str, like: float | None = None) -> str:
    """A difference with its sign; of shares in percentage points. `like`: see `quantity`."""
    if not known(mean):
        return NEVER
    assert mean is not None
    text = quantity(mean, unit, like).replace("%", "points")
    zero = not any(digit in text for digit in "123456789")
    return text if text.startswith(MINUS) or zero else f"+{text}"


def difference_interval(mean: float | None, half_width: float | None, unit: str) -> str:
    """The ends of a difference's interval with their signs."""
    if not known(mean) or not known(half_width):
        return NEVER
    assert mean is not None and half_width is not None
    size = max(abs(mean - half_width), abs(mean + half_width))
    scale, suffix, decimals = _scale(size, unit)
    ends = [
        f"{_number(end / scale, decimals, sign=True)}"
        for end in (mean - half_width, mean + half_width)
    ]
    suffix = "points" if unit == "share" else suffix
    return f"{ends[0]} to {ends[1]}{_SPACE if suffix else ''}{suffix}"


def duration(seconds: float) -> str:
    """A round time as people say it: `20 s`, `5 min`, `4 h`, `2 days`."""
    for length, name in ((86400.0, "days"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * length or (seconds >= length and seconds % length == 0):
            word = "day" if name == "days" and seconds == length else name
            return f"{seconds / length:g}{_SPACE}{word}"
    return f"{seconds:g}{_SPACE}s"


def common_size(values: Iterable[float | None]) -> float | None:
    """Of the values of one row the one whose unit all of them are written in: the largest, unless the
    least would then be nearly nothing; None where there is none."""
    sizes = sorted(abs(value) for value in values if value is not None and math.isfinite(value) and value)
    if not sizes:
        return None
    return sizes[-1] if sizes[-1] <= 50 * sizes[0] else math.sqrt(sizes[-1] * sizes[0])


def count(number: int, what: str) -> str:
    """`1 policy`, `3 policies`."""
    if number == 1:
        return f"1 {what}"
    return f"{number:,} {what[:-1]}ies" if what.endswith(("cy", "dy")) else f"{number:,} {what}s"


def known(value: float | None) -> bool:
    """Whether there is a finite number."""
    return value is not None and math.isfinite(value)


def _scale(value: float, unit: str) -> tuple[float, str, int]:
    """Divide by, write behind, and decimals."""
    size = abs(value)
    if unit == "share":
        return 0.01, "%", 1
    if unit == "s":
        for length, name, least in ((86400.0, "days", 2), (3600.0, "h", 1.5), (60.0, "min", 2)):
            if size >= least * length:
                return length, name, 1
        return 1.0, "s", 1 if size < 100 else 0
    if unit == "reach hours" and size >= 1e6:
        return 1e6, "million", 1
    if size >= 1e7:  # 230 M is said, 229,927,829 is not
        return 1e6, "M", 1 if size < 1e8 else 0
    decimals = 2 if size < 10 else 1 if size < 1000 else 0
    return 1.0, "", decimals


def _number(value: float, decimals: int, *, sign: bool = False) -> str:
    text = f"{value:{'+' if sign else ''},.{decimals}f}"
    text = text.lstrip("+-") if not text.strip("+-0.,") else text
    return text.replace("-", MINUS)

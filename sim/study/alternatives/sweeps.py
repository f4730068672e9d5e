"""Sweeps: one input, or two, over a range; how far targets hold, and the smallest value that meets all."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from floorcast.scenario.read.problems import InputErrors, Problem, Wrong, found, show
from floorcast.scenario.read.units import parse_duration, parse_rate, parse_share
from floorcast.scenario.what_if.grammar import parse_changes, parse_path
from floorcast.scenario.what_if.variants import Variant
from floorcast.scenario.words.calendar_words import parse_clock
from floorcast.study.results import Study
from floorcast.study.verdicts import TargetVerdict, target_verdicts

MOST_POINTS = 400
_RANGE = re.compile(r"(?P<low>.+?)\s*\.\.\s*(?P<high>[^:]+?)\s*(?::\s*(?P<n>\d+))?")
_QUANTITY = re.compile(r"(-?[\d.]+)\s*(.*)")
WORDS = "PATH=LOW..HIGH, PATH=LOW..HIGH:POINTS or PATH=A,B,C"


@dataclass(frozen=True)
class Axis:
    """One input that varies: `texts` as they stand in a scenario, `values` as numbers, ascending."""

    path: str
    texts: tuple[str, ...]
    values: tuple[float, ...]


def parse_axis(text: str) -> Axis:
    """`phone.volume=0.8..1.2:9`, `phone_team.agents=18..26`, `phone.answer_within=20s,30s,60s`.

    Without a number of points whole numbers go up by 1. Raises `InputErrors`.
    """
    try:
        path, equals, values = text.partition("=")
        if not equals or not path.strip():
            raise found(text, WORDS)
        parse_path(path)
        texts = _listed(values) if "," in values else _ranged(values.strip())
        numbers = tuple(_number(one) for one in texts)
    except Wrong as error:
        raise InputErrors(
            [Problem("--vary", None, show(text), f.message) for f in error.findings]
        ) from None
    unordered = any(b <= a for a, b in zip(numbers, numbers[1:]))
    if unordered or not 2 <= len(texts) <= MOST_POINTS:
        message = f"found {len(texts)} values{', not in order' if unordered else ''}; allowed 2 to {MOST_POINTS}, each"
        message += " above the one before"
        raise InputErrors([Problem("--vary", None, show(text), message)])
    return Axis(path.strip(), texts, numbers)


def _listed(values: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in values.split(",") if part.strip())


def _ranged(values: str) -> tuple[str, ...]:
    match = _RANGE.fullmatch(values)
    if match is None:
        raise found(values, WORDS)
    low, high = match["low"].strip(), match["high"].strip()
    unit = _unit(low) or _unit(high)
    if ":" in low:
        raise found(values, "times of day as a list, such as 08:00,09:00")
    start, end = _size(low), _size(high)
    if not start < end:
        raise Wrong(f"found the range {low}..{high} without room; allowed from less to more")
    whole = start == int(start) and end == int(end)
    if match["n"] is not None:
        n = int(match["n"])
        if not 2 <= n <= MOST_POINTS:
            raise found(n, f"2 to {MOST_POINTS} points")
        steps: Any = np.linspace(start, end, n)
        if whole and all(float(x).is_integer() for x in steps):
            steps = [int(x) for x in steps]
    elif whole and end - start < MOST_POINTS and not unit:
        steps = range(int(start), int(end) + 1)
    else:
        steps = np.linspace(start, end, 5)
    return tuple(f"{float(x):.10g}{unit}" for x in steps)


def _unit(text: str) -> str:
    match = _QUANTITY.fullmatch(text)
    return f" {match[2]}" if match and match[2] else ""


def _size(text: str) -> float:
    match = _QUANTITY.fullmatch(text)
    try:
        return float(match[1]) if match else float(text)
    except ValueError:
        raise found(text, "a number, with a unit or without") from None


def _number(text: str) -> float:
    for read in (float, parse_share, parse_clock, parse_duration, parse_rate):
        try:
            return float(read(text))
        except ValueError:
            continue
    raise found(text, "numbers, shares, durations, rates or times of day")


def grid(axes: Sequence[Axis]) -> list[Variant]:
    """A variant per point: all values of one axis, or all pairs of two. Raises `InputErrors`."""
    points = list(product(*(range(len(axis.texts)) for axis in axes)))
    if len(axes) > 2:
        raise _refused(f"found {len(axes)} inputs that vary; allowed one or two at once")
    if len({axis.path for axis in axes}) < len(axes):
        raise _refused(f"found {axes[0].path} twice; allowed once")
    if len(points) > MOST_POINTS:
        raise _refused(f"found {len(points)} points; allowed {MOST_POINTS} at most")
    return [
        Variant(
            ", ".join(f"{axis.path}={axis.texts[n]}" for axis, n in zip(axes, point)),
            parse_changes([f"{axis.path} = {axis.texts[n]}" for axis, n in zip(axes, point)]),
            file="--vary",
        )
        for point in points
    ]


def crossed(variants: Sequence[Variant], points: Sequence[Variant]) -> list[Variant]:
    """Every variant at every point of a sweep. Raises `InputErrors` for other scenarios, which do not vary so."""
    if any(one.scenario is not None for one in variants):
        raise _refused("found another scenario by --with beside --vary; allowed variants made of changes")
    if len(points) * (1 + len(variants)) > MOST_POINTS:
        how = f"{len(points)} points of the base and of {len(variants)} variants"
        raise _refused(f"found {how}, {len(points) * (1 + len(variants))} in all; allowed {MOST_POINTS} at most")
    return [
        Variant(f"{one.name}, {point.name}", (*one.changes, *point.changes), file="--vary")
        for one in variants
        for point in points
    ]


def _refused(message: str) -> InputErrors:
    return InputErrors([Problem("--vary", None, "", message)])


@dataclass(frozen=True)
class Tip:
    """How far a target holds along an axis. Values on the axis; NaN where the range does not tell.

    sure: the last value at which it is met for sure, in the direction in which it stops being met;
    about: where the mean crosses the bound, by a straight line between points; broken: the first
    value at which it is missed for sure. up: it holds below and breaks above.
    """

    target: str
    of: str
    up: bool
    sure: float
    about: float
    broken: float


@dataclass(frozen=True)
class Sweep:
    """What a sweep found. `verdicts` by point in the order of `grid`; meeting: per value of the second
    axis (one entry where there is none) the values of the first that meet all targets for sure. base: the variant that
    was swept, nothing for the scenario as written."""

    axes: tuple[Axis, ...]
    verdicts: tuple[tuple[TargetVerdict, ...], ...]
    meeting: tuple[tuple[float, ...], ...]
    tips: tuple[Tip, ...]
    base: str = ""


def all_findings(study: Study, axes: Sequence[Axis], variants: Sequence[str] = ()) -> list[Sweep]:
    """Read a study whose options are the base, then `grid(axes)`, then the same of each variant; of every base."""
    every = target_verdicts(study)
    points = math.prod(len(axis.values) for axis in axes)
    found = []
    for number, base in enumerate(("", *variants)):
        names = study.policies[1 + number * points : 1 + (number + 1) * points]
        found.append(_read(every, names, axes, base))
    return found


def findings(study: Study, axes: Sequence[Axis]) -> Sweep:
    """Read a study whose options are the base, then `grid(axes)`."""
    return all_findings(study, axes)[0]


def _read(every: Sequence[TargetVerdict], names: Sequence[str], axes: Sequence[Axis], base: str) -> Sweep:
    verdicts = _aligned([[v for v in every if v.policy == name] for name in names])
    met = [bool(ones) and all(v.verdict == "met" for v in ones) for ones in verdicts]
    width = len(axes[1].values) if len(axes) == 2 else 1
    meeting = tuple(
        tuple(x for n, x in enumerate(axes[0].values) if met and met[n * width + column])
        for column in range(width)
    )
    tips: list[Tip] = []
    if len(axes) == 1 and verdicts and verdicts[0]:
        for place in range(len(verdicts[0])):
            tip = _tip(axes[0], [ones[place] for ones in verdicts])
            tips += [] if tip is None else [tip]
    return Sweep(tuple(axes), verdicts, meeting, tuple(tips), base)


def _aligned(every: Sequence[Sequence[TargetVerdict]]) -> tuple[tuple[TargetVerdict, ...], ...]:
    """The verdicts of each point in the order of the first point's: where a sweep varies the bound of a target, or
    within what time it is asked, it is still the same target."""
    found = []
    for ones in every:
        left = list(ones)
        placed: list[tuple[int, TargetVerdict]] = []
        for alike in (lambda a, b: a == b, lambda a, b: (a.of, a.measure) == (b.of, b.measure)):
            for place, first in enumerate(every[0]):
                fit = next((one for one in left if alike(one.target, first.target)), None)
                if fit is not None and place not in (taken for taken, _ in placed):
                    placed.append((place, fit))
                    left.remove(fit)
        found.append(tuple(one for _, one in sorted(placed, key=lambda pair: pair[0])))
    return tuple(found)


def text_of(along: Sequence[TargetVerdict]) -> str:
    """The text of a target along a sweep; of one whose bound varies the first and the last."""
    first, last = along[0].target.text.split(), along[-1].target.text.split()
    if first == last:
        return along[0].target.text
    same = next(n for n, (one, other) in enumerate(zip(first, last)) if one != other)
    return " ".join((*first[:same], f"{' '.join(first[same:])} .. {' '.join(last[same:])}"))


def _tip(axis: Axis, along: list[TargetVerdict]) -> Tip | None:
    """Where a target tips along an axis; None where it does not, or bounds both sides."""
    target = along[0].target
    if (target.at_least is None) == (target.at_most is None):
        return None
    sign = 1.0 if target.at_least is not None else -1.0
    bounds = [v.target.at_least if sign > 0 else v.target.at_most for v in along]
    room = np.array([sign * (v.mean - float(bound or 0.0)) for v, bound in zip(along, bounds)])  # above 0: met
    width = np.array([v.half_width for v in along])
    if np.isnan(room).any() or (room > 0).all() or (room <= 0).all():
        return None
    up = bool(room[0] > 0)
    x, room, width = np.array(axis.values), room, np.nan_to_num(width)
    if not up:
        x, room, width = x[::-1], room[::-1], width[::-1]
    return Tip(
        text_of(along),
        target.of,
        up,
        _last(x, room - width),
        _crossing(x, room),
        _first_below(x, room + width),
    )


def _crossing(x: Any, room: Any) -> float:
    """Where room falls through 0 for the first time, by a straight line."""
    for n in range(len(x) - 1):
        if room[n] > 0 >= room[n + 1]:
            return float(x[n] + (x[n + 1] - x[n]) * room[n] / (room[n] - room[n + 1]))
    return float("nan")


def _last(x: Any, room: Any) -> float:
    """The last point from the start on up to which room is never below 0."""
    n = 0
    while n < len(x) and room[n] >= 0:
        n += 1
    return float(x[n - 1]) if n else float("nan")


def _first_below(x: Any, room: Any) -> float:
    return next((float(at) for at, left in zip(x, room) if left < 0), float("nan"))


def document(sweep: Sweep) -> dict[str, Any]:
    """A sweep in plain values; what is not known is None."""
    from floorcast.study.document import plain

    return {
        **({"variant": sweep.base} if sweep.base else {}),
        "axes": [{"path": a.path, "values": list(a.values), "texts": list(a.texts)} for a in sweep.axes],
        "meet_all_targets_for_sure": [list(values) for values in sweep.meeting],
        "tips": [
            {
                "target": tip.target, "of": tip.of, "holds": "below" if tip.up else "above",
                "surely_to": plain(tip.sure), "about": plain(tip.about), "surely_not_from": plain(tip.broken),
            }
            for tip in sweep.tips
        ],
    }  # fmt: skip

"""Numbers of a policy that may be tuned: `{tune: 0..200, now: 30}`, `{choose: [a, b], now: a}`.

Everywhere except in `floorcast tune` such a place stands for its current value (`now`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from floorcast.scenario.read.problems import Path, Wrong, found, show
from floorcast.scenario.read.units import parse_duration, write_duration

WORDS = "{tune: LOW..HIGH, now: VALUE}, such as {tune: 0..200, now: 30} or {tune: 10s..5 min, now: 1 min}"
CHOOSE_WORDS = "{choose: [A, B, ...], now: A}"
MOST_KNOBS = 200
_NOT_TUNABLE = ("name", "description")


@dataclass(frozen=True)
class Knob:
    """One place that may be tuned. A range: low, high and now as numbers, durations in seconds where `timed`,
    whole numbers where `whole`; a choice: `choices`, any values, and `now` one of them."""

    path: Path
    now: Any
    low: float = 0.0
    high: float = 0.0
    timed: bool = False
    whole: bool = False
    choices: tuple[Any, ...] = ()

    def written(self, value: Any) -> Any:
        """A value of this knob as a policy writes it."""
        if self.choices:
            return value
        if self.timed:
            seconds = float(round(value)) if self.high - self.low > 20 else round(float(value), 2)
            return write_duration(seconds)
        return int(value) if self.whole else float(f"{value:.4g}")


def untuned(data: Any) -> tuple[Any, list[Knob]]:
    """The data with what each place to tune is now, and the places. Raises `Wrong` with their paths."""
    knobs: list[Knob] = []
    plain = _walk(data, (), knobs)
    if len(knobs) > MOST_KNOBS:
        raise Wrong(f"found {len(knobs)} places to tune; allowed {MOST_KNOBS} at most")
    return plain, knobs


def _walk(node: Any, path: Path, knobs: list[Knob]) -> Any:
    if isinstance(node, dict) and ("tune" in node or "choose" in node):
        try:
            knob = _knob(node, path)
        except Wrong as error:
            raise error.under(*path) from None
        knobs.append(knob)
        return node["now"]
    if isinstance(node, dict):
        return {key: _walk(item, (*path, key), knobs) for key, item in node.items()}
    if isinstance(node, list):
        return [_walk(item, (*path, place), knobs) for place, item in enumerate(node)]
    return node


def _knob(node: dict[str, Any], path: Path) -> Knob:
    further = sorted(set(node) - {"tune", "choose", "now"})
    words = CHOOSE_WORDS if "choose" in node else WORDS
    if further or ("tune" in node and "choose" in node) or "now" not in node:
        raise found(node, words)
    if not path or path[-1] in _NOT_TUNABLE:
        what = path[-1] if path else "the policy as a whole"
        raise Wrong(f"found {show(node)}; {what} cannot be tuned; allowed for what decides inside the policy")
    now = node["now"]
    if "choose" in node:
        choices = node["choose"]
        if not isinstance(choices, list) or len(choices) < 2 or now not in choices:
            raise found(node, f"{CHOOSE_WORDS} with two choices or more, now being one of them")
        return Knob(path, now, choices=tuple(choices))
    text = node["tune"]
    low_text, dots, high_text = str(text).partition("..")
    if not dots:
        raise found(text, WORDS)
    low, low_timed = _size(low_text)
    high, high_timed = _size(high_text)
    here, timed = _size(now)
    if low == 0 and not low_timed:
        low_timed = high_timed
    if low_timed != high_timed or (here and timed != high_timed):
        raise found(node, f"{WORDS}, all with a unit or all without")
    if not low < high:
        raise Wrong(f"found the range {text} without room; allowed from less to more")
    if not low <= here <= high:
        raise Wrong(f"found now: {show(now)} outside {text}; allowed inside")
    whole = not high_timed and "." not in low_text.strip(". ") + high_text and isinstance(now, int)
    return Knob(path, here, low, high, high_timed, whole)


def _size(value: Any) -> tuple[float, bool]:
    """A number, or a duration in seconds, and whether it was one."""
    text = str(value).strip()
    try:
        return float(text), False
    except ValueError:
        return parse_duration(text), True


def with_values(data: Any, knobs: list[Knob], values: list[Any]) -> Any:
    """The data with other values where it may be tuned, as a policy writes them."""
    at = {knob.path: knob.written(value) for knob, value in zip(knobs, values)}

    def walk(node: Any, path: Path) -> Any:
        if path in at:
            return at[path]
        if isinstance(node, dict):
            return {key: walk(item, (*path, key)) for key, item in node.items()}
        if isinstance(node, list):
            return [walk(item, (*path, place)) for place, item in enumerate(node)]
        return node

    return walk(data, ())

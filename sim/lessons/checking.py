"""The check of a lesson: what simulation says, with its range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from floorcast.lessons.lesson import Lesson
from floorcast.store import run_study
from floorcast.study import Study
from floorcast.study.estimate import CONFIDENCE_ERROR


@dataclass(frozen=True)
class Checked:
    """The answer in the measure's own unit with the half width of its 95 % interval, theory beside it, and
    the same measure in every setting or under every policy of the lesson."""

    value: float
    half_width: float
    theory: tuple[str, float] | None
    all: tuple[tuple[str, float, float], ...]


def check(lesson: Lesson, progress: Callable[[int, int], None] | None = None) -> Checked:
    """Simulate what a lesson asks. progress: called with (done, total) studies."""
    asked = lesson.written.check
    names = list(lesson.written.settings) or [""]
    options = [(name, asked.policy) for name in names]
    if len(lesson.policies) > 1:
        options = [(asked.setting, name) for name in lesson.policies]
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for place, (setting, policy) in enumerate(options):
        result = run_study(lesson.scenarios[setting], [lesson.policy(policy)], replications=asked.replications)
        found[setting, policy] = _estimate(result.study, asked.measure, asked.of)
        if progress is not None:
            progress(place + 1, len(options))
    value, half = found[asked.setting if asked.setting in names else names[0], asked.policy]
    every = []
    for (setting, policy), (mean, width) in found.items():
        shown = 1.0 - mean if asked.show == "missing" else mean
        every.append((policy if len(lesson.policies) > 1 else setting, shown, width))
    if asked.show == "missing":
        value = 1.0 - value
    elif asked.show == "times":
        other, width = found[asked.against, asked.policy]
        ratio = value / other
        # Of a ratio of two independent estimates, to first order.
        value, half = ratio, ratio * float(np.hypot(half / value, width / other))
    return Checked(value, half, lesson.theory(), tuple(every))


def _estimate(study: Study, measure: str, of: str) -> tuple[float, float]:
    """A measure of whatever bears the name: everything, a channel, a contact type or a team."""
    for by in ("all", "channel", "contact_type", "group"):
        place = study.place.get((measure, by, of))
        if place is not None:
            ratios = study.estimates(0, [place])
            return float(ratios.mean[0]), float(ratios.half_width(CONFIDENCE_ERROR)[0])
    raise KeyError(f"there is no {measure} of {of}")

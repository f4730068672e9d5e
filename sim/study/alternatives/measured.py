"""Measures named on the command line: `abandonment:phone`, `cost`, `satisfaction`."""

from __future__ import annotations

from floorcast.measures import MEASURES
from floorcast.scenario.read.problems import InputErrors, Problem, choices, nearest, show
from floorcast.study.results import Study


def place_of(study: Study, text: str) -> int:
    """Index of the row that `MEASURE` or `MEASURE:OF` names. Raises `InputErrors`."""
    measure, _, of = (part.strip() for part in text.partition(":"))
    if measure not in MEASURES:
        close = nearest(measure, MEASURES)
        hint = f" (did you mean {close!r}?)" if close else ""
        raise _wrong(f"found unknown measure {show(measure)}{hint}; allowed {choices(MEASURES, 12)}")
    names = []
    for (name, _, thing), place in study.place.items():
        if name == measure:
            if thing == (of or "all"):
                return place
            names.append(thing)
    if not names:
        raise _wrong(f"found {measure}, which this scenario does not keep")
    raise _wrong(f"found {measure} of {show(of or 'all')}; allowed {choices(dict.fromkeys(names), 12)}")


def _wrong(message: str) -> InputErrors:
    return InputErrors([Problem("--measure", None, "", message)])

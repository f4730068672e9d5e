"""Which input matters most: each alone at the low and the high end of what it may be, on the same customers.

A scenario may say how uncertain an input is, `uncertain: {phone.volume: 8 %, mail_team.absence: 2 points}`.
Without, inputs are taken by `usual_inputs`: what forecasts and estimates of a contact centre usually miss by.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.scenario.read.problems import InputErrors, Problem, Wrong, found
from floorcast.scenario.read.units import parse_duration, parse_share
from floorcast.scenario.what_if.grammar import parse_changes
from floorcast.scenario.what_if.variants import Variant
from floorcast.study.alternatives.options import options_of
from floorcast.study.estimate import CONFIDENCE_ERROR, half_widths
from floorcast.study.results import Study

FORECAST = 0.10  # of a volume whose own variation is not said
HANDLE_TIME = 0.05
PATIENCE = 0.25  # who is answered never shows how long they would have waited
PROBABILITY = 0.20  # of what customers do: retry, repeat, chase


@dataclass(frozen=True)
class Input:
    """An uncertain input: the changes that take it to its low and high end, and why so far."""

    path: str
    low: str
    high: str
    why: str


@dataclass(frozen=True)
class Swing:
    """What an input does to a measure: mean and simultaneous half width of the paired difference to the
    base, at its low and high end."""

    input: Input
    low: float
    low_half_width: float
    high: float
    high_half_width: float

    @property
    def size(self) -> float:
        """The larger of the two effects."""
        return max(abs(self.low), abs(self.high))


def inputs_of(scenario: Any) -> list[Input]:
    """The scenario's own uncertain inputs first, then the usual ones that it does not name."""
    own = own_inputs(scenario)
    named = {one.path for one in own}
    return own + [one for one in usual_inputs(scenario) if one.path not in named]


def own_inputs(scenario: Any) -> list[Input]:
    """The inputs that a scenario itself calls uncertain. Raises InputErrors with all that are no range."""
    found_, problems = [], []
    for path, text in scenario.uncertain.items():
        try:
            found_.append(_written(path, text, scenario))
        except InputErrors as errors:
            problems += errors.problems
    if problems:
        raise InputErrors(problems)
    return found_


def check_own(scenario: Any, policies: Sequence[Any]) -> None:
    """That both ends of each input that a scenario calls uncertain can be. Raises InputErrors with all that cannot."""
    problems: list[Problem] = []
    for one in own_inputs(scenario):
        line = scenario._origin.document.line(("uncertain", one.path))
        for text in (one.low, one.high):
            end = Variant(text, parse_changes(text), file=scenario.file, line=line)
            try:
                options_of(scenario, policies[:1], [end])
            except InputErrors as errors:
                place = f"uncertain.{one.path}"
                said = [p.message.removeprefix(f"under the variant {text!r}: ") for p in errors.problems]
                problems += [Problem(scenario.file, line, place, f"{text}: {message}") for message in said]
                break
    if problems:
        raise InputErrors(problems)


def _written(path: str, text: str, scenario: Any) -> Input:
    """`8 %`, `2 points`, `30s`: as much less and more; `LOW..HIGH`: these two values."""
    try:
        if ".." in text:
            low, _, high = (part.strip() for part in text.partition(".."))
            if not low or not high:
                raise found(text, "LOW..HIGH, or how much less and more: 8 %, 2 points, 30s")
            if (least := _size(low)) is not None and (most := _size(high)) is not None and least >= most:
                raise found(text, "LOW..HIGH with the lower value first")
            one = Input(path, f"{path} = {low}", f"{path} = {high}", text)
        else:
            one = Input(path, f"{path} -{text}", f"{path} +{text}", f"± {text}, as the scenario says")
        parse_changes([one.low, one.high])
    except Wrong as error:
        file, line = scenario.file, scenario._origin.document.line(("uncertain", path))
        raise InputErrors(
            [Problem(file, line, f"uncertain.{path}", f.message) for f in error.findings]
        ) from None
    return one


def _size(text: str) -> float | None:
    """A number, share or duration as a number; None for what is none of these."""
    for read in (float, parse_share, parse_duration):
        try:
            return float(read(text))
        except (Wrong, ValueError):
            continue
    return None


def usual_inputs(scenario: Any) -> list[Input]:
    """Volume, handle time and patience of every channel, absence of every group, and how often customers
    come back, each by its usual uncertainty."""
    found_: list[Input] = []
    for channel in scenario.channel_names:
        types = [t for t in scenario.type_names if scenario.channel_of(t) == channel]
        if not types:
            continue
        variation = max((_variation(scenario.contact_types[t]) for t in types), default=0.0)
        why = "the variation of its days" if variation else "a usual miss of forecasts"
        found_.append(_by_share(f"{channel}.volume", variation or FORECAST, why))
        found_.append(_by_share(f"{channel}.handle_time", HANDLE_TIME, "a usual miss of estimates"))
        for t in types:
            if isinstance(_plain(scenario, "contact_types", t, "patience"), str | dict):
                found_.append(_by_share(f"{t}.patience", PATIENCE, "it is seen only of those who give up"))
    for t in scenario.type_names:
        for block in ("retry", "repeat", "chase"):
            share = _plain(scenario, "contact_types", t, block, "probability")
            if isinstance(share, int | float) and 0 < share <= 1 / (1 + PROBABILITY):
                found_.append(_by_share(f"{t}.{block}.probability", PROBABILITY, "a guess of what customers do"))
    for name, group in scenario.groups.items():
        people = group.planned_agents or 0
        if group.absence and people:
            # Binomial: what one horizon's absences say of their own chance.
            own = 1.96 * math.sqrt(group.absence * (1 - group.absence) / (people * scenario.days))
            points = 100 * min(own, group.absence, 1 - group.absence)
            amount = f"{points:.2g} points"
            why = f"{people} people on {scenario.days} days tell it no better"
            found_.append(
                Input(f"{name}.absence", f"{name}.absence -{amount}", f"{name}.absence +{amount}", f"± {amount}: {why}")
            )
    return found_


def _by_share(path: str, share: float, why: str) -> Input:
    amount = f"{100 * share:.3g} %"
    return Input(path, f"{path} -{amount}", f"{path} +{amount}", f"± {amount}: {why}")


def _variation(kind: Any) -> float:
    """The largest coefficient of variation of a type's day factors."""
    shapes = [s.day_factor.gamma_shape for s in kind.arrivals if s.day_factor is not None]
    return max((1 / math.sqrt(shape) for shape in shapes if shape), default=0.0)


def _plain(scenario: Any, *path: str) -> Any:
    node: Any = scenario._origin.document.data
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node


def variants_for(inputs: Sequence[Input]) -> list[Variant]:
    """Two variants of each input, low and high."""
    return [
        Variant(text, parse_changes(text), file="sensitivity")
        for one in inputs
        for text in (one.low, one.high)
    ]


def swings(study: Study, inputs: Sequence[Input], place: int) -> list[Swing]:
    """What each input does to the row at `place`, the largest first. The study's options are the base and
    `variants_for(inputs)`. All half widths hold together."""
    error = CONFIDENCE_ERROR / max(1, 2 * len(inputs))
    base = study.estimates(0, [place])
    found_: list[Swing] = []
    for number, one in enumerate(inputs):
        ends = []
        for option in (1 + 2 * number, 2 + 2 * number):
            other = study.estimates(option, [place])
            influence = other.influence - base.influence
            size = np.abs(other.mean) + np.abs(base.mean)
            width = half_widths(influence, error, size, base.replications, base.freedom)
            ends.append((float(other.mean[0] - base.mean[0]), float(width[0])))
        found_.append(Swing(one, *ends[0], *ends[1]))
    return sorted(found_, key=lambda one: -one.size)


def document(found_: Sequence[Swing], row: Mapping[str, Any]) -> dict[str, Any]:
    """A tornado in plain values."""
    return {
        "measure": dict(row),
        "inputs": [
            {
                "input": one.input.path, "low": one.input.low, "high": one.input.high, "range": one.input.why,
                "at_low": one.low, "at_low_half_width": one.low_half_width,
                "at_high": one.high, "at_high_half_width": one.high_half_width,
            }
            for one in found_
        ],
    }  # fmt: skip

"""A scenario's targets as rows of a summary: each with its own threshold, formula and clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from floorcast.measures.base.catalogue import CLOCKS, DEFAULT_FORMULA, FORMULAS, MEASURES, Dimension
from floorcast.measures.base.promises import Aim, Promise
from floorcast.measures.base.records import WorldLike


@dataclass(frozen=True)
class TargetRow:
    """One target: a measure of something, and the bound it has to keep."""

    measure: str
    by: Dimension
    of: str
    at_least: float | None = None
    at_most: float | None = None
    within: float | None = None  # seconds; None: each type's own answer_within
    formula: str = DEFAULT_FORMULA
    clock: str | None = None  # None: each type's own clock
    usual: bool = False  # `within` is what every contact type it is of has anyway
    weight: float = 1.0  # of missing it, where options are ranked by their loss
    promise: Promise | None = None  # business hours, the same day

    @property
    def unit(self) -> str:
        return MEASURES[self.measure].unit

    @property
    def is_service_level(self) -> bool:
        return self.measure == "service_level" or self.measure in FORMULAS

    @property
    def aim(self) -> Aim:
        """Threshold, clock and promise of a service level, None where each contact type has its own."""
        return self.within, self.clock, self.promise

    @property
    def name(self) -> str:
        """The measure with what makes it this target's own: `service_level within 20 s (sl1)`."""
        text = self.measure
        if self.within is not None and not self.usual:
            text += f" within {duration_text(self.within)}"
        own = []
        if self.measure == "service_level" and self.formula != DEFAULT_FORMULA:
            own.append(self.formula)
        if self.clock is not None:
            own.append(self.clock)
        return f"{text} ({', '.join(own)})" if own else text

    @property
    def text(self) -> str:
        """The whole target: `service_level within 20 s at least 80 %`."""
        bounds = [
            f"{word} {quantity_text(limit, self.unit)}"
            for word, limit in (("at least", self.at_least), ("at most", self.at_most))
            if limit is not None
        ]
        spelled_out = replace(self, usual=False).name
        return f"{spelled_out} {' and '.join(bounds)}"

    @property
    def good(self) -> int:
        """+1 where the target asks for more, -1 for less; by the measure if it bounds both sides."""
        if self.at_least is not None and self.at_most is not None:
            return MEASURES[self.measure].good
        return 1 if self.at_least is not None else -1


def targets_of(world: WorldLike) -> tuple[TargetRow, ...]:
    """The targets of a world's scenario, in the order written.

    Raises ValueError for a target that names nothing in the scenario or a measure that is not
    kept for what it names.
    """
    return tuple(_target_row(target, world) for target in world.scenario.targets)


def _target_row(target: Any, world: WorldLike) -> TargetRow:
    measure, of = str(target.measure), str(target.of)
    if measure not in MEASURES:
        raise ValueError(f"target of {of}: there is no measure {measure!r}")
    by = _dimension_of(of, measure, world)
    formula = str(getattr(target, "formula", None) or DEFAULT_FORMULA)
    if measure in FORMULAS:
        formula = measure
    clock = getattr(target, "clock", None)
    if clock is not None and str(clock) not in CLOCKS:
        raise ValueError(f"target {measure} of {of}: clock {clock}; allowed: {', '.join(CLOCKS)}")
    at_least, at_most = target.at_least, target.at_most
    if at_least is None and at_most is None:
        raise ValueError(f"target {measure} of {of}: neither at_least nor at_most is given")
    within = getattr(target, "within", None)
    usual = within is not None and all(
        world.scenario.answer_within(kind) == within for kind in _types_of(of, by, world)
    )
    return TargetRow(
        measure=measure,
        by=by,
        of=of,
        at_least=None if at_least is None else float(at_least),
        at_most=None if at_most is None else float(at_most),
        within=None if within is None else float(within),
        formula=formula,
        clock=None if clock is None else str(clock),
        usual=usual,
        weight=float(getattr(target, "weight", 1.0)),
    )


def _types_of(of: str, by: Dimension, world: WorldLike) -> list[str]:
    """The contact types that a target is about."""
    types = list(world.type_names)
    if by == "contact_type":
        return [of]
    if by == "channel":
        channel = list(world.channel_names).index(of)
        return [name for name, at in zip(types, world.type_channel) if at == channel]
    return types


def _dimension_of(of: str, measure: str, world: WorldLike) -> Dimension:
    """What kind of thing a target is of; a name shared by a channel and a type means the channel."""
    named: list[tuple[Dimension, Any]] = [
        ("all", ("all",)),
        ("channel", world.channel_names),
        ("contact_type", world.type_names),
        ("group", world.group_names),
    ]
    kept = MEASURES[measure].by
    found = [by for by, names in named if of in tuple(names)]
    if not found:
        raise ValueError(
            f"target {measure} of {of}: no channel, contact type or group has this name"
        )
    for by in found:
        if by in kept:
            return by
    raise ValueError(
        f"target {measure} of {of}: {measure} is kept by {', '.join(kept)}, not by {found[0]}"
    )


def duration_text(seconds: float) -> str:
    """`20 s`, `5 min`, `4 h`: the largest unit that leaves a short number."""
    for size, unit in ((86400.0, "days"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size or (seconds >= size and seconds % size == 0):
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def quantity_text(value: float, unit: str) -> str:
    """A value as it is written in a scenario: `80 %`, `4 h`, `12`."""
    if unit == "share":
        return f"{value * 100:g} %"
    return duration_text(value) if unit == "s" else f"{value:g}"

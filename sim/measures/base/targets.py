"""A scenario's targets as rows of a summary: each with its own threshold, formula and clock."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from floorcast.measures.base.promises import Aim, Promise
from floorcast.measures.base.records import WorldLike
from floorcast.scenario.catalogue.measures import (
    CAMPAIGN_MEASURES,
    CLOCKS,
    DEFAULT_FORMULA,
    FORMULAS,
    FUNNEL_MEASURES,
    MEASURES,
    Dimension,
)

_PERCENTILE = re.compile(r"(wait|first_response|resolution)_p(\d+)")


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
    promised: str = ""  # the promise in words, where `within` does not say it all
    # A target that is asked of periods: the target itself, of which periods, and either which one (its
    # first interval and the one after its last, with a label), or in what share of them it has to hold.
    base: TargetRow | None = None
    every: str = ""
    period: tuple[int, int] | None = None
    label: str = ""

    @property
    def unit(self) -> str:
        by_share = self.base is not None and (self.period is None or self.percentile is not None)
        return "share" if by_share else MEASURES[self.measure].unit

    @property
    def percentile(self) -> tuple[str, float] | None:
        """(`wait`, 0.9) of `wait_p90`; None for what is no percentile of contacts' times."""
        match = _PERCENTILE.fullmatch(self.measure)
        return (match[1], int(match[2]) / 100) if match else None

    @property
    def is_service_level(self) -> bool:
        if self.by in _NARROW:
            return False  # rows of their own, by each type's promise
        return self.measure == "service_level" or self.measure in FORMULAS

    @property
    def aim(self) -> Aim:
        """Threshold, clock and promise of a service level, None where each contact type has its own."""
        if self.usual and self.clock is None and self.promise is None:
            return None, None, None
        return self.within, self.clock, self.promise

    @property
    def name(self) -> str:
        """The measure with what makes it this target's own: `service_level within 20 s (sl1)`."""
        if self.base is not None:
            return f"{self.base.name}, {self.label or self.every}"
        text = self.measure
        if self.promised:
            text += f" within {self.promised}"
        elif self.within is not None and not self.usual:
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
        if self.base is not None:
            return f"{self.base.text} {self.every}"
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
    return tuple(
        row for target in world.scenario.targets for row in _by_period(target, _target_row(target, world), world)
    )


def periods_of(world: WorldLike, every: str) -> list[tuple[int, int, str]]:
    """(first interval, the one after the last, label) of the measured intervals, days or weeks.

    Days are calendar days, weeks seven of them from the first; what the warm-up cuts is left out.
    """
    n, per_day = int(world.n_intervals), round(86400.0 / world.interval)
    first = int(-(-world.warm_up // world.interval))
    start = world.scenario.start
    into_day = int((start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds())
    size = {"interval": 1, "day": per_day, "week": 7 * per_day}[every]
    begin = 0 if every == "interval" else -int(into_day // world.interval)
    found = []
    for at in range(begin, n, size):
        low, high = max(at, first), min(at + size, n)
        if high > low:
            moment = start + timedelta(seconds=low * float(world.interval))
            label = f"{moment:%a %Y-%m-%d}" if every != "interval" else f"{moment:%a %Y-%m-%d %H:%M}"
            found.append((low, high, f"week from {label}" if every == "week" else label))
    return found


def _by_period(target: Any, row: TargetRow, world: WorldLike) -> list[TargetRow]:
    """A target over the whole time, one for each of its periods, or one on the share of them."""
    often, every = getattr(target, "frequency", None), getattr(target, "every", None)
    if often is not None:
        words = f"in at least {quantity_text(often.share, 'share')} of {often.of}"
        return [replace(row, base=row, every=words, at_least=often.share, at_most=None)]
    if every is None:
        return [row]
    least, most = row.at_least, row.at_most
    if row.percentile is not None:  # asked of a period as the share within the bound
        share = row.percentile[1]
        least, most = (share, None) if most is not None else (None, share)
    return [
        replace(row, base=row, every=f"every {every}", at_least=least, at_most=most, period=(low, high), label=label)
        for low, high, label in periods_of(world, every)
    ]


def target_from(plain: dict[str, Any]) -> TargetRow:
    """A target from plain values, as `dataclasses.asdict` gives them and JSON brings them back."""
    values = dict(plain)
    promise = values.get("promise")
    if promise is not None:
        hours = promise["hours"]
        spans = None if hours is None else tuple((float(a), float(b)) for a, b in hours)
        values["promise"] = Promise(spans, promise["same_day"], promise["midnight"])
    if values.get("base") is not None:
        values["base"] = target_from(values["base"])
    if values.get("period") is not None:
        values["period"] = tuple(values["period"])
    return TargetRow(**values)


def _promise(target: Any, world: WorldLike) -> tuple[Promise | None, str]:
    """What a target promises beyond so many seconds, and the promise in words."""
    same_day = target.within == "same day"
    hours = getattr(target, "hours", None)
    if not same_day and hours is None:
        return None, ""
    scenario = world.scenario
    opening = target.business(scenario.business_hours_of(str(target.of))) if hours is not None else None
    spans = None
    if opening is not None:
        spans = tuple(opening.open_intervals(scenario.start, scenario.days, scenario.special_days)) or ((0.0, 0.0),)
    start = scenario.start
    into_day = (start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    words = "the same day" if same_day else "its time"
    if not same_day and target.within is not None:
        words = duration_text(float(target.within))
    if hours is not None:
        words += " of business hours" if hours == "business" else f" of {hours}"
    return Promise(spans, same_day, -into_day), words


def _target_row(target: Any, world: WorldLike) -> TargetRow:
    measure, of = str(target.measure), str(target.of)
    if measure not in MEASURES:
        raise ValueError(f"target of {of}: there is no measure {measure!r}")
    by = _dimension_of(of, measure, world)
    of = of.removeprefix("topic ") if by == "topic" else of
    formula = str(getattr(target, "formula", None) or DEFAULT_FORMULA)
    if measure in FORMULAS:
        formula = measure
    clock = getattr(target, "clock", None)
    if clock is not None and str(clock) not in CLOCKS:
        raise ValueError(f"target {measure} of {of}: clock {clock}; allowed: {', '.join(CLOCKS)}")
    at_least, at_most = target.at_least, target.at_most
    if at_least is None and at_most is None:
        raise ValueError(f"target {measure} of {of}: neither at_least nor at_most is given")
    promise, words = _promise(target, world)
    within = getattr(target, "within", None)
    within = None if within == "same day" else within
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
        promise=promise,
        promised=words,
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


# What is kept by tiers, topics and campaigns, beside what has its own scopes.
_NARROW: dict[Dimension, tuple[tuple[str, str], ...]] = {
    "tier": FUNNEL_MEASURES, "topic": FUNNEL_MEASURES, "campaign": CAMPAIGN_MEASURES,
}  # fmt: skip


def _dimension_of(of: str, measure: str, world: WorldLike) -> Dimension:
    """What kind of thing a target is of; a name shared by a channel and a type means the channel."""
    named: list[tuple[Dimension, Any]] = [
        ("all", ("all",)),
        ("channel", world.channel_names),
        ("contact_type", world.type_names),
        ("group", world.group_names),
        ("tier", getattr(getattr(world.scenario, "classes", None), "value", ())),
        ("campaign", getattr(world, "campaign_names", ())),
        ("topic", tuple(f"topic {name}" for name in getattr(world.scenario, "topics", ()))),
    ]
    kept: tuple[Dimension, ...] = MEASURES[measure].by
    kept += tuple(by for by, rows in _NARROW.items() if measure in dict(rows))
    found = [by for by, names in named if of in tuple(names)]
    if not found:
        raise ValueError(
            f"target {measure} of {of}: no channel, contact type, group, tier, campaign or topic has this name"
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

"""Targets read interval by interval: what each interval, day or week says for itself.

A contact counts where its promise falls due: calls and chats in the interval of their arrival, text
in the interval at whose time the answer was promised (arrival plus `within`, or plus a percentile's
bound). What falls due after the horizon counts nowhere. A percentile is read as the share within its
bound: `p90 at most 1 h` is `90 % within 1 h`, where text that is still unanswered when its promise is over
counts as late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints, RunLike
from floorcast.measures.base.service import Service, ServiceCounts, share_in_time
from floorcast.measures.base.settings import settings_of
from floorcast.measures.base.targets import TargetRow, duration_text, periods_of, quantity_text
from floorcast.measures.contacts.table import (
    ContactTable,
    Window,
    contact_blocks,
    measured_window,
)
from floorcast.measures.customers.social_table import SocialTable
from floorcast.measures.floor import floor_series
from floorcast.model.records.layout import Cause, Outcome
from floorcast.scenario.catalogue.measures import DEFAULT_FORMULA, MEASURES

_FLOOR = ("occupancy", "agents_present", "cost")
_OF_THE_RUN = ("backlog_end", "service_level_heard")  # not told by one contact's own record
_COUNTS = {
    "abandoned": (Outcome.ABANDONED,),
    "blocked": (Outcome.BLOCKED, Outcome.TURNED_AWAY),
    "handled": (Outcome.HANDLED,),
}
_MEANS = ("asa", "wait_mean", "first_response_mean", "resolution_mean")
# Measures that can be read by interval, in the catalogue's names; percentiles beside them.
BY_INTERVAL = ("service_level", "sl1", "sl2", "sl3", "sl4", "sl5", "abandonment", "delayed", *_MEANS,
               *_COUNTS, "offered", "response_rate", "service_level_heard", *_FLOOR, "backlog_end")  # fmt: skip
_PERCENTILES = tuple(name for name in MEASURES if TargetRow(name, "all", "all").percentile is not None)


def kept_by_interval(measure: str) -> bool:
    """Whether a measure can be read interval by interval."""
    return measure in BY_INTERVAL or measure in _PERCENTILES


def by_interval_only(target: TargetRow) -> bool:
    """Whether a target can be asked of every interval by itself, with a bound that more people help to keep."""
    measure = target.measure
    if measure in ("cost", "agents_present", "offered", "handled", "abandoned", "blocked"):
        return False  # sums over a horizon: their bounds are none of an interval's
    if measure == "occupancy" and target.at_least is not None:
        return False
    return target.base is None and kept_by_interval(measure)


@dataclass(frozen=True)
class Bound:
    """What a target asks of a ratio of interval sums: at least, at most, or both."""

    at_least: float | None
    at_most: float | None

    def slack(self, value: Any) -> Any:
        """By how much values keep the bound; negative where they miss it; NaN stays NaN."""
        room: Any = np.full(np.shape(value), np.inf)
        if self.at_least is not None:
            room = np.minimum(room, value - self.at_least)
        if self.at_most is not None:
            room = np.minimum(room, self.at_most - value)
        return np.where(np.isnan(value), np.nan, room)


def bound_of(target: TargetRow) -> Bound:
    """The bound of a target's interval ratio: of percentiles a share, of all else its own."""
    percentile = target.percentile
    if percentile is None or target.base is not None:
        return Bound(target.at_least, target.at_most)
    share = percentile[1]
    above = target.at_most is not None
    return Bound(share if above else None, None if above else share)


def unit_by_interval(target: TargetRow) -> str:
    """Unit of a target's ratio of interval sums: of a percentile a share, of all else its own."""
    return "share" if target.percentile is not None else target.unit


def text_by_interval(target: TargetRow) -> str:
    """The target as written; of a percentile with the share that is looked at:
    `first_response_p90 at most 1 h (at least 90 % within 1 h)`."""
    percentile = target.percentile
    if percentile is None:
        return target.text
    base = target.base or target
    limit, word = (base.at_most, "at least") if base.at_most is not None else (base.at_least, "at most")
    assert limit is not None
    share = f"{word} {quantity_text(percentile[1], 'share')} within {duration_text(limit)}"
    return f"{target.text} ({share})"


def interval_sums(
    run: RunLike, targets: Sequence[TargetRow], window: Window | None = None
) -> tuple[Floats, Floats]:
    """Numerators and denominators [targets, n_intervals] of targets through time; 0 outside `window`.

    Raises KeyError for a measure that is not kept by interval.
    """
    world = run.world
    settings = settings_of(world)
    window = window or measured_window(world)
    n = int(world.n_intervals)
    above, below = np.zeros((len(targets), n)), np.zeros((len(targets), n))
    of_contacts = [
        (place, target)
        for place, target in enumerate(targets)
        if target.measure not in (*_FLOOR, *_OF_THE_RUN)
    ]
    if of_contacts:
        for columns in contact_blocks(run):
            table = ContactTable(world, settings, columns)
            for place, target in of_contacts:
                one, other = _of_block(table, target, n)
                above[place] += one
                below[place] += other
        for place, target in of_contacts:
            if target.measure in _COUNTS or target.measure == "offered":
                below[place] = 1.0
    if any(target.measure == "backlog_end" for target in targets):
        ends = SocialTable(run, window, settings).backlog.open_by_type
    for place, target in enumerate(targets):
        if target.measure == "service_level_heard":
            above[place], below[place] = _of_heard(run, target, window)
    floor = floor_series(run) if any(target.measure in _FLOOR for target in targets) else {}
    for place, target in enumerate(targets):
        if target.measure in _FLOOR:
            above[place], below[place] = _of_floor(floor, target, world, settings)
        elif target.measure == "backlog_end":
            above[place], below[place] = ends[_types(target, world)].sum(axis=0), np.ones(n)
    above[:, : window.first] = below[:, : window.first] = 0.0
    above[:, window.end :] = below[:, window.end :] = 0.0
    return above, below


def _of_floor(
    floor: dict[str, Floats], target: TargetRow, world: Any, settings: Any
) -> tuple[Floats, Floats]:
    groups = list(world.group_names)
    chosen = [groups.index(target.of)] if target.by == "group" else list(range(len(groups)))
    n = int(world.n_intervals)
    if target.measure == "occupancy":
        return (floor["working"] + floor["wrapping"])[chosen].sum(axis=0), floor["present"][chosen].sum(axis=0)
    if target.measure == "agents_present":
        return floor["present"][chosen].sum(axis=0), np.full(n, float(world.interval))
    if target.measure != "cost":
        raise KeyError(f"{target.measure}: not read by interval in measures/periods.py")
    cost = floor["paid"][chosen] * settings.cost_per_hour[chosen][:, None] / 3600.0
    return cost.sum(axis=0), np.ones(n)


def _of_heard(run: RunLike, target: TargetRow, window: Window) -> tuple[Floats, Floats]:
    """In time, and counted [n], of what was heard: where the promise that runs from then falls due."""
    world = run.world
    table = SocialTable(run, window, settings_of(world))
    chosen = _types(target, world)[table.kinds] & ~np.isnan(table.heard)
    if target.by == "group":
        chosen &= table["group"] == list(world.group_names).index(target.of)
    due = table.heard + table.settings.answer_within[table.kinds] * _is_text(world)[table.kinds]
    place = np.floor(np.where(chosen, due, np.inf) / float(world.interval))
    n = int(world.n_intervals)
    chosen &= (place >= 0) & (place < n)
    classes = table.classes_since_heard[chosen]
    joint = np.bincount(place[chosen].astype(np.int64) * len(Service) + classes, minlength=n * len(Service))
    one, other = share_in_time(DEFAULT_FORMULA, ServiceCounts.of_classes(joint.reshape(n, len(Service))))
    return np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)


def _is_text(world: Any) -> NDArray[np.bool_]:
    """Contact types [K] that are no calls or chats."""
    text = np.array([not world.scenario.traits_of(name).synchronous for name in world.channel_names])
    return np.asarray(text[np.asarray(world.type_channel)], dtype=np.bool_)


def _types(target: TargetRow, world: Any) -> NDArray[np.bool_]:
    """Contact types [K] that a target is about."""
    if target.by == "contact_type":
        return np.array([name == target.of for name in world.type_names])
    if target.by == "channel":
        channel = list(world.channel_names).index(target.of)
        return np.asarray(settings_of(world).channel == channel, dtype=np.bool_)
    return np.asarray(settings_of(world).channel >= 0, dtype=np.bool_)  # who is asked by agents is no customer


def _summed(place: Ints, values: Any, n: int) -> Floats:
    return np.bincount(place, np.asarray(values, dtype=np.float64), minlength=n).astype(np.float64)


def _of_block(table: ContactTable, target: TargetRow, n: int) -> tuple[Floats, Floats]:
    """What one block adds to numerator and denominator, [n] each."""
    chosen = _types(target, table.world)[table.contact_type]
    if target.by == "group":
        chosen = chosen & (table.group == list(table.world.group_names).index(target.of))
    place, kept = _due(table, target, n)
    chosen &= kept
    values = _per_contact(table, target)
    if values is None:
        classes = table.classes(*target.aim)
        joint = np.bincount(
            place[chosen] * len(Service) + classes[chosen], minlength=n * len(Service)
        ).reshape(n, len(Service))
        one, other = share_in_time(target.formula, ServiceCounts.of_classes(joint))
        return np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    one, other = values
    return _summed(place[chosen], one[chosen], n), _summed(place[chosen], other[chosen], n)


def _due(table: ContactTable, target: TargetRow, n: int) -> tuple[Ints, NDArray[np.bool_]]:
    """The interval in which each contact counts, and whether it counts."""
    later = _is_text(table.world)[table.contact_type]
    at = table.arrived.copy()
    if later.any():
        at = np.where(later, due_instants(table, target), at)
    at = np.minimum(at, 2.0 * float(table.world.horizon))  # a promise that never ends falls due nowhere
    place = np.maximum(np.floor(at / float(table.world.interval)), 0).astype(np.int64)
    kept = (place < n) & ((table.arrived >= 0) | later)
    return np.minimum(place, n - 1), kept


def due_instants(table: ContactTable, target: TargetRow) -> Floats:
    """When each contact's promise is over [s]; the arrival for what promises no time."""
    percentile = target.percentile
    if percentile is not None:
        limit = target.at_most if target.at_most is not None else target.at_least
        return table.arrived + float(limit or 0.0)
    if target.is_service_level:
        return table.due(target.aim)
    return table.arrived


def _per_contact(table: ContactTable, target: TargetRow) -> tuple[Any, Any] | None:
    """Numerator and denominator of each contact; None for a service level."""
    measure, outcome = target.measure, table.outcome
    percentile = target.percentile
    if percentile is not None:
        kind, _ = percentile
        limit = target.at_most if target.at_most is not None else target.at_least
        assert limit is not None
        gone = outcome == Outcome.ABANDONED
        if kind == "wait":
            wait = np.where(np.isnan(table.wait) & gone, table.life, table.wait)
        else:
            wait = table.wait_by("first_response") if kind == "first_response" else table.resolution
        owed = np.isnan(wait) & (outcome == Outcome.OPEN) & (table.life > limit)
        within = wait <= limit
        return within.astype(np.float64), (~np.isnan(wait) | owed).astype(np.float64)
    if measure == "abandonment":
        return (outcome == Outcome.ABANDONED).astype(np.float64), np.ones(outcome.size)
    if measure == "response_rate":
        answered = ~np.isnan(table.wait_by("first_response"))
        wanted = ~np.isin(outcome, (Outcome.CONTAINED, Outcome.DISCARDED))
        return answered.astype(np.float64), wanted.astype(np.float64)
    gone = np.isnan(table.wait) & (outcome == Outcome.ABANDONED)
    either = np.where(gone, table.life, table.wait)
    if measure == "delayed":
        return (either > 0).astype(np.float64), (~np.isnan(either)).astype(np.float64)
    times = {
        "asa": table.wait,
        "wait_mean": either,
        "first_response_mean": table.wait_by("first_response"),
        "resolution_mean": table.resolution,
    }
    if measure in times:
        return np.nan_to_num(times[measure]), (~np.isnan(times[measure])).astype(np.float64)
    if measure in _COUNTS:
        return np.isin(outcome, _COUNTS[measure]).astype(np.float64), np.ones(outcome.size)
    if measure == "offered":
        return (table.columns["cause"] != Cause.BACKLOG).astype(np.float64), np.ones(outcome.size)
    if target.is_service_level:
        return None
    raise KeyError(measure)


def of_periods(
    run: RunLike, targets: Sequence[TargetRow], whole: Sequence[tuple[float, float]], window: Window
) -> list[tuple[float, float]]:
    """Numerator and denominator of each target that is asked of periods; `whole` [targets] are those of
    the targets themselves over the window.

    Of one period: its own. In a share of periods: how many kept the bound, of how many had anything to measure.
    """
    bases = list(dict.fromkeys(one.base for one in targets if one.base and not one.every.endswith("runs")))
    above, below = interval_sums(run, bases, window) if bases else (np.zeros((0, 0)), np.zeros((0, 0)))
    found = []
    for target, (top, bottom) in zip(targets, whole, strict=True):
        base = target.base
        assert base is not None
        if target.every.endswith("runs"):
            kept = bottom != 0 and bool(Bound(base.at_least, base.at_most).slack(top / bottom) >= 0)
            found.append((float(kept), float(bottom != 0)))
            continue
        place = bases.index(base)
        if target.period is not None:
            span = slice(*target.period)
            found.append((float(above[place, span].sum()), float(below[place, span].sum())))
            continue
        spans = periods_of(run.world, target.every.split()[-1].rstrip("s"))
        tops = np.array([above[place, low:high].sum() for low, high, _ in spans])
        bottoms = np.array([below[place, low:high].sum() for low, high, _ in spans])
        there = bottoms > 0
        kept_ones = bound_of(base).slack(tops[there] / bottoms[there]) >= 0
        found.append((float(np.count_nonzero(kept_ones)), float(np.count_nonzero(there))))
    return found

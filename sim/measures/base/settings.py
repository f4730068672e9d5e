"""What the scenario says about measuring: thresholds, clocks, slots and costs, as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from floorcast.measures.base.records import Floats, Ints, WorldLike
from floorcast.scenario.catalogue.measures import CLOCKS, Dimension


@dataclass(frozen=True)
class MeasureSettings:
    """Per contact type [K] and group [G]."""

    answer_within: Floats  # [K] seconds
    clock: Ints  # [K] index into CLOCKS
    slots: Floats  # [G] contacts (slot units) an agent may hold at once
    cost_per_hour: Floats  # [G]
    channel: Ints  # [K] channel in whose figures a type counts, -1 for one that only agents bring
    half_life: Floats  # [K] seconds in which half of the public's attention to a post is gone
    public: NDArray[np.bool_]  # [C] channels that everybody can read
    synchronous: NDArray[np.bool_]  # [C] channels on which customers wait on the line
    exclusive: NDArray[np.bool_]  # [C] channels of which an agent holds one contact at a time


_known: WeakKeyDictionary[WorldLike, MeasureSettings] = WeakKeyDictionary()


def settings_of(world: WorldLike) -> MeasureSettings:
    """The settings of a world's scenario; worked out once per world."""
    known = _known.get(world)
    if known is not None:
        return known
    scenario = world.scenario
    types, groups = list(world.type_names), list(world.group_names)
    _known[world] = settings = MeasureSettings(
        answer_within=np.array([float(scenario.answer_within(name)) for name in types]),
        clock=np.array([CLOCKS.index(str(scenario.clock_of(name))) for name in types], np.int64),
        slots=np.array([slots_of(scenario, name) for name in groups], np.float64),
        cost_per_hour=np.array(
            [float(scenario.groups[name].cost_per_hour or 0.0) for name in groups]
        ),
        channel=_counted_channel(world),
        half_life=np.array([half_life_of(scenario, name) for name in types]),
        **{
            trait: np.array([getattr(scenario.traits_of(name), trait) for name in world.channel_names], np.bool_)
            for trait in ("public", "synchronous", "exclusive")
        },
    )
    return settings


def funnel_classes(world: WorldLike) -> tuple[tuple[Dimension, tuple[str, ...]], ...]:
    """The dimensions of the funnel with their classes, equal under every policy; none without public posts."""
    scenario = world.scenario
    networks = tuple(name for name in world.channel_names if scenario.traits_of(name).public)
    classes = scenario.classes
    if not networks or classes is None or not world.social:
        return ()
    kinds = [kind for kind in scenario.contact_types.values() if kind.channel in networks]
    found: list[tuple[Dimension, tuple[str, ...]]] = [("funnel", ("all posts",)), ("network", networks)]
    if classes.value:
        found.append(("tier", tuple(classes.value)))
    if any(kind.sentiment != {"neutral": 1.0} for kind in kinds):
        found.append(("sentiment", ("negative", "neutral", "positive")))
    if any(not kind.reach.is_zero for kind in kinds):
        found.append(("reach", tuple(classes.reach)))
    if scenario.language_names:
        found.append(("language", (*scenario.language_names, "no language")))
    if not business_hours(scenario).always:
        found.append(("hours", ("business hours", "outside")))
    found.append(("hour", tuple(f"{hour:02d}:00" for hour in range(24))))
    if scenario.topics:
        found.append(("topic", (*scenario.topics, NO_TOPIC)))
    return tuple(found)


def business_hours(scenario: Any) -> Any:
    """The hours by which the funnel tells posts apart: its own classes, else the scenario's business hours."""
    own = scenario.classes.hours
    stated = getattr(scenario, "business_hours", None)
    return stated if own.always and stated is not None else own


def line_names(policy: Any) -> tuple[str, ...]:
    """What the lines of a policy's supervision are called; those without a name by their place."""
    names: list[str] = []
    for number, line in enumerate(getattr(policy, "supervision", ()), start=1):
        name = line.name or f"line {number}"
        names.append(name if name not in names else f"{name} ({number})")
    return tuple(names)


NO_TOPIC = "no topic"
HALF_LIFE = 3600.0  # seconds, where a channel says nothing


def half_life_of(scenario: Any, type_name: str) -> float:
    """Seconds in which half of the attention that a public post gets is gone."""
    if not hasattr(scenario, "channel_of"):
        return HALF_LIFE
    return float(scenario.channels[scenario.channel_of(type_name)].half_life or HALF_LIFE)


def _counted_channel(world: WorldLike) -> Ints:
    """[K]: the channel of each type, -1 for those that bring no customer: what agents ask each other."""
    policy = world.policy
    within: set[str] = set()
    if hasattr(world.scenario, "types_within"):
        within = world.scenario.types_within(getattr(policy, "within", set()))
    names = list(world.type_names)
    channels = np.asarray(world.type_channel, dtype=np.int64).copy()
    channels[[names.index(name) for name in within]] = -1
    return channels


def slots_of(scenario: Any, group_name: str) -> float:
    """Slot units that one agent of a group can hold at most: what its channels' caps allow to be
    held together, and no more than the stated total."""
    group = scenario.groups[group_name]
    weights = {
        name: most * group.slots.units.get(name, 1.0) for name, most in group.channels.items()
    }
    calls = {name for name in weights if scenario.traits_of(name).exclusive}
    out = group.kept_out(calls, {})
    apart = [{name, other} for name, others in out.items() for other in others if other in weights]
    total = math.inf if group.slots.total is None else float(group.slots.total)
    return min(total, _most_together(list(weights.items()), apart))


def _most_together(weights: list[tuple[str, float]], apart: list[set[str]]) -> float:
    """The greatest sum of weights of names of which no two are in one set of `apart`."""
    if not weights:
        return 0.0
    (name, weight), rest = weights[0], weights[1:]
    kept_out = {other for names in apart if name in names for other in names}
    without = _most_together(rest, apart) if kept_out - {name} else 0.0
    allowed = [pair for pair in rest if pair[0] not in kept_out]
    return max(without, weight + _most_together(allowed, apart))

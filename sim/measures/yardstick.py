"""What the scenario says about measuring: thresholds, clocks, slots and costs, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.measures.catalogue import CLOCKS
from sim.measures.records import Floats, Ints, WorldLike


@dataclass(frozen=True)
class Yardstick:
    """Per contact type [K] and group [G]."""

    answer_within: Floats  # [K] seconds
    clock: Ints  # [K] index into CLOCKS
    slots: Floats  # [G] contacts (slot units) an agent may hold at once
    cost_per_hour: Floats  # [G]


def yardstick_of(world: WorldLike) -> Yardstick:
    """The yardstick of a world's scenario."""
    scenario = world.scenario
    types, groups = list(world.type_names), list(world.group_names)
    return Yardstick(
        answer_within=np.array([float(scenario.answer_within(name)) for name in types]),
        clock=np.array([CLOCKS.index(str(scenario.clock_of(name))) for name in types], np.int64),
        slots=np.array([slots_of(scenario.groups[name]) for name in groups], np.float64),
        cost_per_hour=np.array(
            [float(scenario.groups[name].cost_per_hour or 0.0) for name in groups]
        ),
    )


def slots_of(group: Any) -> float:
    """Slot units that one agent of a group has: the stated total, else the largest channel cap.

    Channels share one agent, so caps of 1 call and 3 chats make 3 slots, not 4.
    """
    slots = getattr(group, "slots", None)
    total = getattr(slots, "total", None) if slots is not None else None
    if total is not None:
        return float(total)
    channels = group.channels
    caps = list(channels.values()) if hasattr(channels, "values") else [1 for _ in channels]
    return float(max(caps, default=1))

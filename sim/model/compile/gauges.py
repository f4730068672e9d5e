"""Which queues, expected waits and service levels a policy looks at: one gauge for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from floorcast.model.records import rules as layout_rules
from floorcast.model.records.rules import TICKS, Due

if TYPE_CHECKING:
    from floorcast.model.records.state import Array
    from floorcast.scenario.schema.scenario import Scenario


class Gauges:
    """Collects gauges by what they are of and the length of their window (0: none)."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._rows: dict[tuple[str, float], int] = {}

    def row(self, of: str, over: float = 0.0) -> int:
        """The gauge of all, a channel or a contact type, with a window of so many seconds."""
        return self._rows.setdefault((of, over), len(self._rows))

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Of what each gauge is."""
        return tuple(of for of, _ in self._rows)

    @property
    def windows(self) -> bool:
        """Whether any gauge has a window of service level."""
        return any(over > 0 for _, over in self._rows)

    def _counts(self, of: str, type_name: str) -> bool:
        return of in ("all", type_name, self.scenario.channel_of(type_name))

    def arrays(self, types: Array, groups: Array) -> tuple[Array, Array, Array]:
        """Gauges, the gauges of each type, ticks; fills the ranges and clocks of types."""
        scenario = self.scenario
        gauges = np.zeros(max(1, len(self._rows)), dtype=layout_rules.GAUGE)
        ticks = 0
        for (of, over), g in self._rows.items():
            gauges[g]["gap"] = self._planned_gap(of, groups)
            gauges[g]["step"] = over / TICKS
            gauges[g]["ring"] = ticks
            ticks += TICKS if over > 0 else 0
        gauge_of: list[int] = []
        for k, name in enumerate(scenario.type_names):
            types[k]["clock"] = int(Due[scenario.clock_of(name).upper()])
            types[k]["gauge_from"] = len(gauge_of)
            gauge_of.extend(g for (of, _), g in self._rows.items() if self._counts(of, name))
            types[k]["gauge_to"] = len(gauge_of)
        return (
            gauges,
            np.array(gauge_of or [0], dtype=np.int32),
            np.zeros(max(1, ticks), dtype=layout_rules.TICK),
        )

    def _planned_gap(self, of: str, groups: Array) -> float:
        """Before the first answers: mean handle time over the agents who could take them."""
        scenario = self.scenario
        counted = [name for name in scenario.type_names if self._counts(of, name)]
        able = [
            g
            for g, group in enumerate(scenario.group_names)
            if any(scenario.able(group, name) for name in counted)
        ]
        kinds = [scenario.contact_types[name] for name in counted]
        mean = sum(k.work.mean * k.turns.mean + k.after_contact_work.mean for k in kinds)
        return float(mean / max(1, len(kinds)) / max(1, int(sum(groups[g]["n"] for g in able))))

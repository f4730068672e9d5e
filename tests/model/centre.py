"""A small centre in a few words, with every arrival at a chosen instant: for tests that a planner can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml

from floorcast.clock.compiled import run
from floorcast.measures.laws.laws import broken_laws
from floorcast.model.compile.assemble import assemble
from floorcast.model.records.layout import Log
from floorcast.policy import policies_of
from floorcast.scenario import load_scenario_text

MINUTE, HOUR = 60.0, 3600.0


class Day:
    """One run. ``arrivals``: by contact type, the instants in seconds; times are seconds since the start."""

    def __init__(self, folder: Path, text: str, **arrivals: list[float]) -> None:
        data = {"name": "test", **yaml.safe_load(text)}
        for name, instants in arrivals.items():
            (folder / f"{name}.csv").write_text("t\n" + "".join(f"{t}\n" for t in instants))
            data["contact_types"][name]["arrivals"] = {"trace": {"csv": f"{name}.csv", "time": "t"}}
        scenario = load_scenario_text(yaml.safe_dump(data, sort_keys=False), folder, "test.yaml")
        world = assemble(scenario, policies_of(scenario)[0])
        self.run = run(world, 1, 0, log=True)
        self.world = world
        assert broken_laws(self.run) == []

    def of(self, name: str) -> Any:
        """The contacts that ended as a type, in order of arrival."""
        rows = self.run.contacts
        return rows[rows["contact_type"] == self.world.type_names.index(name)]

    def groups(self, name: str) -> list[str]:
        """Who served the contacts of a type, in order of arrival; '-' nobody."""
        return [self.world.group_names[g] if g >= 0 else "-" for g in self.of(name)["group"]]

    def answered(self, name: str) -> list[float]:
        """When the contacts of a type were answered, in order of arrival; -1 never."""
        return [-1.0 if np.isnan(t) else float(t) for t in self.of(name)["answered"]]

    def log(self, kind: Log) -> Any:
        """Entries of the event log of a kind."""
        return self.run.log[self.run.log["kind"] == int(kind)]
